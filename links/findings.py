"""What a sentence says of links: the words of a rule, who is meant, and what is made of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from links.claim import Stage, Status
from links.echoes import further
from links.finding import Finding, Rejected
from links.frames import cast
from links.groups import Group
from links.instead import instead, passed_over
from links.language import Rule
from links.makeweights import other_way
from links.overtaken import overtaken
from links.phrases import Hit
from links.roles import Cast
from links.scene import Parties, Scene
from links.sentences import CLUB, OWN, PERSON
from links.solid import solid
from links.stages import (
    judge,
    no_deed,
    renews,
    snubbed_aside,
    stale,
    tells_why,
    tempered,
    told_aside,
    triggers,
)
from links.steps import steps
from links.tenses import passive, plain_past, was
from links.trigger import Trigger
from links.turns import lost_to_another, of_another, push_on, taken_up, turned_down

TELLING = frozenset({"stage", "status", "idle", "own", "echo"})
"""Sorts of rules without which a sentence tells nothing of a link."""


def findings(
    scene: Scene, hits: Sequence[Hit[Rule]], years: Sequence[int] = ()
) -> tuple[list[Finding], list[Rejected]]:
    """All that one sentence says of links.

    The longest words count where rules overlap, but words whose roles stand beside them count
    before those that lean on the story, and words whose roles cannot be filled not at all.
    """
    found: list[Finding] = []
    rejected: list[Rejected] = []
    for sort in ("stage", "status"):
        waiting = triggers(hits, scene, sort)
        if years:
            waiting = [replace(t, past=t.past or _dated(t, scene, years)) for t in waiting]
        idle = [(t.start, t.end) for t in waiting if any(rule.sort == "idle" for rule in t.rules)]
        waiting = [t for t in waiting if not any(_silenced(t, start, end) for start, end in idle)]
        if sort == "status":
            waiting = [t for t in waiting if not _goes_on(t, triggers(hits, scene, "stage"), scene)]
        taken: list[tuple[int, int]] = []
        fresh: list[Finding] = []
        filled: dict[int, _Options] = {}  # until something is told that may change who is meant
        for carried in (False, True):
            for number, trigger in enumerate(waiting):
                if any(trigger.start < end and start < trigger.end for start, end in taken):
                    continue
                if number not in filled:
                    filled[number] = _filled(trigger, scene)
                chosen = _chosen(filled[number], trigger, scene, [*found, *fresh], carried)
                if chosen is None and not carried and any(rule.frame == "sells" for rule in trigger.rules):
                    filled.clear()
                    if _unbought(trigger, scene):
                        taken.append((trigger.start, trigger.end))
                if chosen is not None:
                    taken.append((trigger.start, trigger.end))
                    _tell(trigger, *chosen, scene, fresh, rejected, hits)
                    filled.clear()
        found += sorted(fresh, key=lambda f: f.at)
        if sort == "stage":
            found += steps(waiting, taken, scene, found)
    turned_down(found, scene)
    of_another(found, scene)
    lost_to_another(found, scene)
    found += other_way(found, scene, hits)
    found += further(scene, hits, found)
    push_on(found, scene, hits)
    taken_up(found, scene)
    passed_over(found, scene)
    found += instead(found, scene)
    overtaken(found, scene)
    return found, rejected


def _goes_on(trigger: Trigger, stages: Sequence[Trigger], scene: Scene) -> bool:
    """ "Have moved on" is no end where it goes on "to Vale", nor "have gone" before "for Vale": longer words
    within these lead to him."""
    after, words = (
        scene.tokens[trigger.end].key if trigger.end < len(scene.tokens) else "",
        scene.language.is_,
    )
    leads = words(after, "to") or words(after, "for")
    if not leads or not all(rule.frame == "wants" for rule in trigger.rules):
        return False
    return any(
        trigger.start <= other.start < trigger.end < other.end and scene.tokens[other.end - 1].key == PERSON
        for other in stages
        if any(rule.sort == "stage" and rule.frame == "wants" for rule in other.rules)
    )


def _dated(trigger: Trigger, scene: Scene, years: Sequence[int]) -> bool:
    """Does a year at one of these places hold for the words?"""
    segment = scene.segment(trigger.start)
    return any(at <= 2 or scene.segment(at) == segment for at in years)


def _silenced(trigger: Trigger, start: int, end: int) -> bool:
    """Do idle words cover these, or a part? Longer words around them still speak: "missed out on Vale"."""
    apart = trigger.end <= start or end <= trigger.start
    around = trigger.start <= start and end <= trigger.end and trigger.end - trigger.start > end - start
    return not apart and not around


def _unbought(trigger: Trigger, scene: Scene) -> bool:
    """A seller and his player in words, the buyer nowhere: shorter words inside must not make one up."""
    for rule in trigger.rules:
        if rule.frame == "sells" and trigger.end - trigger.start > 1:
            at = Cast(scene, trigger.start, trigger.end)
            subject = at.subject()
            player = at.first([*at.inner, *at.right], PERSON)
            if subject is not None and subject.kind == CLUB and player is not None:
                for name in scene.players(player):
                    for club in scene.clubs(subject)[:1]:
                        scene.story.article.owners[name][club] += 2
                return cast("sells", scene, trigger.start, trigger.end, solid=True) is None
    return False


_Options = list[tuple[Rule, Parties | None]]
"""The rules at one place with those whom each would mean, None where its roles are not filled."""


def _filled(trigger: Trigger, scene: Scene) -> _Options:
    out: _Options = []
    if trigger.solid is None:
        trigger.solid = solid(trigger, scene)
    for rule in trigger.rules:
        if rule.phrase.startswith(_INFINITIVE) and not _adjacent(trigger, scene):
            continue
        if rule.frame == "deal" and _is_verb(trigger, scene):
            continue
        if _refused(trigger, rule, scene):
            continue
        parties = cast(
            rule.frame, scene, trigger.start, trigger.end,
            solid=trigger.solid, turn=rule.sort == "status", passive=passive(trigger, rule, scene),
        )  # fmt: skip
        out.append((rule, parties))
    return out


def _chosen(
    filled: _Options, trigger: Trigger, scene: Scene, found: Sequence[Finding], carried: bool
) -> tuple[Rule, Parties] | None:
    options: list[tuple[Rule, Parties]] = []
    subject = Cast(scene, trigger.start, trigger.end).subject() if carried else None
    his = subject is not None and subject.kind == PERSON and subject.hints[:1] != ("human",)
    his &= not any(
        scene.language.is_(t.key, "club.side") for t in scene.tokens[trigger.end : trigger.end + 3]
    )
    both = his and {"joins", "sells"} <= {rule.frame for rule, _ in filled}  # it is he who refuses
    for rule, parties in filled:
        lent = carried and not (both and rule.frame == "sells") and not _theirs(rule, subject, trigger, scene)
        if parties is None and rule.sort == "status" and lent:
            parties = _borrowed(trigger, scene, found)
        if parties is not None and parties.players and parties.buyers and (carried or not parties.carried):
            options.append((rule, parties))
    return min(options, key=lambda o: (o[1].carried, o[0].sort == "own", -(o[0].stage or 0)), default=None)


def _theirs(rule: Rule, subject: Group | None, trigger: Trigger, scene: Scene) -> bool:
    """ "Lille have rejected an offer from Rovers": a club that refuses is not the player who does."""
    if rule.frame != "joins" or rule.status is not Status.OFF or subject is None:
        return False
    refused = scene.language.is_(scene.tokens[trigger.start].key, "refusing")
    return refused and subject.kind == CLUB and bool(subject.refs) and subject.end <= trigger.start


def _reached(trigger: Trigger, rule: Rule, parties: Parties, scene: Scene, found: list[Finding]) -> None:
    """What is told of the past: how far a link had come, if the article says that it is over."""
    if rule.stage is None or rule.sort != "stage" or {"not", "if", "deny"} & {*trigger.governors}:
        return
    if rule.stage is Stage.DONE or (rule.stage is Stage.INTEREST and rule.frame == "joins"):
        return
    then = (trigger.past or bool(scene.months)) and not trigger.current
    stage = tempered(rule.stage, {*trigger.governors}, rule.frame)
    for player in parties.players:
        for club in parties.buyers:
            why = [f"told of the past of a link that is over ({rule.label})"]
            if not then:
                scene.pairs.append((player, club))
            found.append(
                Finding(
                    player, club, stage, Status.OFF, scene.tokens[0].start, scene.tokens[-1].end,
                    carried=parties.carried, why=why, at=trigger.start, past="then" if then else "had",
                )
            )  # fmt: skip


def _come_to_nothing(trigger: Trigger, rule: Rule, scene: Scene) -> bool:
    """ "Had asked about him, but were told no", "who also wanted him, have signed Orme instead": what was
    tried, and in the same breath what it came to; not of a summer or a year gone by."""
    if rule.sort != "stage" or rule.stage is Stage.DONE or trigger.past or scene.months:
        return False
    if {"not", "if", "deny", "fail", "having"} & {*trigger.governors}:
        return False
    words, segment, clauses = scene.language.is_, scene.segment(trigger.start), scene.clauses
    later = [at for at in range(trigger.end, len(scene.tokens)) if scene.segment(at) != segment]
    if not later:
        return False
    if "had" in trigger.governors and words(clauses.opener[scene.segment(later[0])], "cut"):
        return True
    aside = clauses.sort[segment] == "relative"
    return aside and any(words(scene.tokens[at].key, "turning") for at in later)


def _ended(
    trigger: Trigger,
    rule: Rule,
    parties: Parties,
    scene: Scene,
    found: list[Finding],
    hits: Sequence[Hit[Rule]],
) -> None:
    """ "Had bid, but were turned down": off, or where a refused offer is all that is told, at a stand."""
    assert rule.stage is not None
    stage = tempered(rule.stage, {*trigger.governors}, rule.frame)
    after = [h.meaning.status for h in hits if h.start >= trigger.end and h.meaning.status is not None]
    halted = after[:1] == [Status.STALLED] and stage is Stage.BID
    status = Status.STALLED if halted else Status.OFF
    for player in parties.players:
        for club in parties.buyers:
            why = [f"tried, and come to nothing ({rule.label})"]
            found.append(
                Finding(
                    player, club, stage, status, scene.tokens[0].start, scene.tokens[-1].end,
                    carried=parties.carried, why=why, at=trigger.start,
                )
            )  # fmt: skip


def _snubbed_before(
    trigger: Trigger, rule: Rule, parties: Parties, scene: Scene, hits: Sequence[Hit[Rule]]
) -> bool:
    """Whom he turned down on his way to where he is; news only where his going there is."""
    told = [*scene.pairs, *scene.story.pairs]
    goes = any(p in parties.players and c not in parties.buyers for p, c in told)
    return not goes and snubbed_aside(trigger, rule, scene, hits)


_INFINITIVE = "to {"
"""A bare infinitive ("Rovers to sign Vale") speaks of what is coming only right after its subject."""


def _refused(trigger: Trigger, rule: Rule, scene: Scene) -> bool:
    """ "A rejected bid from Rovers", "an offer that has been rejected": it is not he who rejects."""
    words, tokens, at = scene.language.is_, scene.tokens, trigger.start
    if rule.frame != "joins" or rule.status is not Status.OFF or not at:
        return False
    if not words(tokens[at].key, "refusing") or not words(tokens[at].key, "form.participle"):
        return False
    before, after = tokens[at - 1].key, tokens[trigger.end : trigger.end + 1]
    if words(before, "article") or words(before, "be") or before == OWN:
        return True
    offered = any(words(tokens[n].key, "taker") for n in range(at) if scene.segment(n) == scene.segment(at))
    return offered and (not after or not after[0].is_word or words(after[0].key, "by"))


def _is_verb(trigger: Trigger, scene: Scene) -> bool:
    """ "The coach will offer stability": what follows "will" is no noun."""
    before = scene.tokens[trigger.start - 1].key if trigger.start else ""
    first = scene.tokens[trigger.start].key
    return scene.language.is_(before, "modal") and scene.language.is_(first, "form.base")


def _adjacent(trigger: Trigger, scene: Scene) -> bool:
    return any(group.end == trigger.start and not group.prep for group in scene.groups)


def _tell(
    trigger: Trigger,
    rule: Rule,
    parties: Parties,
    scene: Scene,
    found: list[Finding],
    rejected: list[Rejected],
    hits: Sequence[Hit[Rule]],
) -> None:
    words = scene.said(trigger.start, trigger.end)
    if rule.sort == "own":
        rejected.append(Rejected(words, rule.label, "says whose player he is"))
        return
    if (rule.sort == "stage" or parties.carried) and renews(trigger.start, scene, parties):
        for player in parties.players:
            scene.story.article.owners[player][parties.buyers[0]] += _RENEWED
        rejected.append(Rejected(words, rule.label, "a new contract with his own club"))
        return
    if _stayed(trigger, rule, parties, scene, hits):
        rejected.append(Rejected(words, rule.label, "a new contract with his own club"))
        return
    if no_deed(trigger, rule, scene):
        rejected.append(Rejected(words, rule.label, "no finite verb"))
        return
    verdict = judge(trigger, rule) if not stale(trigger, rule, scene) else "told of the past"
    if isinstance(verdict, str):
        rejected.append(Rejected(words, rule.label, verdict, _gone(rule, parties)))
        if _come_to_nothing(trigger, rule, scene):
            _ended(trigger, rule, parties, scene, found, hits)
        elif "fail" not in trigger.governors:
            _reached(trigger, rule, parties, scene, found)
        return
    stage, status, denial = verdict
    before = scene.tokens[trigger.start - 1].key if trigger.start else ""
    if stage is Stage.BID and not trigger.governors and scene.language.is_(before, "to"):
        stage = Stage.INTEREST
    verdict = (stage, status, denial)
    if rule.stage is Stage.DONE and (_in_passing(trigger, hits) or _whence(rule, parties, scene)):
        rejected.append(Rejected(words, rule.label, "told in passing", _gone(rule, parties)))
        return
    if rule.stage in (Stage.AGREED, Stage.DONE) and _earlier(trigger, rule, scene):
        rejected.append(Rejected(words, rule.label, "told as background", _gone(rule, parties)))
        return
    if stage >= Stage.AGREED and rule.sort == "stage" and _cut_short(trigger, rule, scene):
        rejected.append(Rejected(words, rule.label, "told of the past"))
        _reached(trigger, rule, parties, scene, found)
        return
    aside = told_aside(trigger, rule, scene.clauses, scene) and not tells_why(trigger, scene, hits)
    if aside or _snubbed_before(trigger, rule, parties, scene, hits) or _appended(trigger, rule, scene, hits):
        rejected.append(Rejected(words, rule.label, "told as background", _gone(rule, parties)))
        return
    for player in parties.players:
        for club in parties.buyers:
            scene.pairs.append((player, club))
            scene.far[player, club] = max(stage, scene.far.get((player, club), stage))
            found.append(_finding(player, club, verdict, trigger, rule, parties, scene))


def _finding(
    player: str,
    club: str,
    verdict: tuple[Stage, Status, bool],
    trigger: Trigger,
    rule: Rule,
    parties: Parties,
    scene: Scene,
) -> Finding:
    """What a rule tells of one player and one club, with what the words say beside it."""
    stage, status, denial = verdict
    words = scene.said(trigger.start, trigger.end)
    seller = next((s for s in parties.sellers if s != club), None)
    why = [f"“{words}” ({rule.label})"]
    if trigger.governors:
        why.append("governed by " + ", ".join(trigger.governors))
    return Finding(
        player, club, stage, status, scene.tokens[0].start, scene.tokens[-1].end, seller,
        rule.sort == "stage", parties.carried, denial, why, trigger.start,
        trigger.again and stage > Stage.INTEREST and status is Status.LIVE,
        personal=_personal(trigger, rule, scene),
        was=rule.sort == "stage" and was(trigger, rule, scene),
        acts=rule.frame == "wants" and _acts(club, trigger, scene),
        dealt=rule.frame in ("deal", "meets"),
        lately=trigger.recent,
        anew=trigger.again and status is Status.LIVE,
        opening=status is Status.STALLED and _opening(trigger, scene),
    )  # fmt: skip


def _personal(trigger: Trigger, rule: Rule, scene: Scene) -> bool:
    """Is it of his own terms: "personal terms are agreed", "a five-year contract has been agreed"?"""
    words, tokens = scene.language.is_, scene.tokens
    if any(words(token.key, "personal") for token in tokens[trigger.start : trigger.end]):
        return True
    if rule.stage is not Stage.AGREED:
        return False
    segment = scene.segment(trigger.start)
    before = [t.key for at, t in enumerate(tokens[: trigger.start]) if scene.segment(at) == segment]
    return any(words(key, "paper") for key in before[-_SUBJECT:])


_SUBJECT = 5
"""So many tokens before its verb a contract may stand that is agreed."""


def _acts(club: str, trigger: Trigger, scene: Scene) -> bool:
    """Is the club named before the words?"""
    return any(club in group.refs and group.end <= trigger.start for group in scene.groups)


def _opening(trigger: Trigger, scene: Scene) -> bool:
    """Is it the first offer that is spoken of, in these words or before them in their statement?"""
    segment = scene.segment(trigger.start)
    return any(
        scene.language.is_(token.key, "opening")
        for at, token in enumerate(scene.tokens[: trigger.end])
        if scene.segment(at) == segment
    )


def _stayed(trigger: Trigger, rule: Rule, parties: Parties, scene: Scene, hits: Sequence[Hit[Rule]]) -> bool:
    """ "Signed a new contract at Lille, ending talk of Rovers": the club beside it is no buyer."""
    if rule.stage is not Stage.DONE or rule.frame != "joins":
        return False
    if not any(
        (h.meaning.sort, h.meaning.name) == ("scope", "renewed")
        and h.start < trigger.end
        and trigger.start < h.end
        for h in hits
    ):
        return False
    beside = [g for g in scene.groups if g.kind == CLUB and 0 <= g.start - trigger.end <= 2]
    if not beside:  # "a new deal, ending talk of a loan to Rovers"
        after = scene.tokens[trigger.end : trigger.end + _RENEWED_AT]
        return any(scene.language.is_(token.key, "rumoured") for token in after)
    return not {*beside[0].refs} & {*parties.buyers}


def _whence(rule: Rule, parties: Parties, scene: Scene) -> bool:
    """ "He arrived from Lille", of Rovers' Vale: how he came to Rovers, whoever wants him now."""
    if not parties.carried or rule.frame != "joins":
        return False
    clubs = [g for g in scene.groups if g.kind == CLUB and g.refs]
    own = {scene.story.article.own(player) for player in parties.players} - {None}
    return bool(clubs and own) and all(g.prep == "from" and not own & {*g.refs} for g in clubs)


def _in_passing(trigger: Trigger, hits: Sequence[Hit[Rule]]) -> bool:
    """Do the words stand within "with new signing Vale", "since the arrival of Vale"?"""
    return any(
        (h.meaning.sort, h.meaning.name) == ("scope", "bygone")
        and h.start <= trigger.start
        and trigger.end <= h.end
        for h in hits
    )


def _gone(rule: Rule, parties: Parties) -> tuple[tuple[str, str], ...]:
    """The links of a finished move; none where somebody had to be guessed."""
    if rule.stage is not Stage.DONE or parties.carried:
        return ()
    return tuple((player, club) for player in parties.players for club in parties.buyers)


def _appended(trigger: Trigger, rule: Rule, scene: Scene, hits: Sequence[Hit[Rule]]) -> bool:
    """ "Vale, signed from Lille for £9m, scored": a past move told in passing, unless of these days."""
    words, tokens = scene.language.is_, scene.tokens
    if rule.stage is not Stage.DONE or scene.title:
        return False
    close = next((at for at in range(trigger.end, len(tokens)) if tokens[at].key == ","), len(tokens))
    if any(h.meaning.sort == "time" and h.meaning.name == "now" and h.start < close for h in hits):
        return False
    if rule.frame == "joins" and close == len(tokens):
        return False  # "Vale, 23, joined Rovers on Friday"
    comma = trigger.start > 0 and tokens[trigger.start - 1].key == ","
    if not comma or not words(tokens[trigger.start].key, "form.participle"):
        return False
    return any(g.kind == PERSON and g.end == trigger.start - 1 for g in scene.groups)


def _earlier(trigger: Trigger, rule: Rule, scene: Scene) -> bool:
    """A move in a clause of time: "before he was sold to Rovers", "when Vale chose Rovers, Lille ..."."""
    if trigger.now or (rule.stage is not Stage.DONE and not plain_past(trigger, scene)):
        return False
    segment, word = scene.segment(trigger.start), scene.language.is_
    if segment == 0 and word(scene.tokens[0].key, "eversince"):
        return any(token.key == "," for token in scene.tokens[trigger.end :])
    if segment == 0:
        parted = any(token.key == "," for token in scene.tokens[trigger.end :])
        opens = word(scene.tokens[0].key, "earlier") and parted
        return opens and plain_past(trigger, scene)
    return scene.clauses.sort[segment] == "sub" and word(scene.clauses.opener[segment], "earlier")


def _cut_short(trigger: Trigger, rule: Rule, scene: Scene) -> bool:
    """ "Was about to join Rovers when Lille called": what was as good as done, until something came."""
    segment, clauses = scene.segment(trigger.start), scene.clauses
    after = range(segment + 1, len(clauses.opener))
    return was(trigger, rule, scene) and any(
        scene.language.is_(clauses.opener[at], "earlier") and clauses.sort[at] == "sub" for at in after[:1]
    )


_RENEWED_AT = 8
"""So near behind a new contract stands what it ends the talk of."""
_RENEWED = 3
"""What a new contract with a club weighs: as much as "Rovers' Vale"."""


def _together(player: str, club: str, found: Sequence[Finding]) -> tuple[str, ...]:
    """The clubs of which the same words tell as of this one: "Rovers and City want Vale, but he stays"."""
    at = next((f.at for f in found if (f.player, f.club) == (player, club)), None)
    others = (f.club for f in found if f.player == player and f.at == at) if at is not None else ()
    return tuple(dict.fromkeys((club, *others)))


def _of_somebody_else(subject: Group, player: str, trigger: Trigger, scene: Scene) -> bool:
    """ "With Vale linked with Rovers and Orme out of the picture": he who stands nearer is out of it."""
    if subject.kind != PERSON or not subject.refs or subject.own or player in subject.refs:
        return False
    his = [g for g in scene.groups if g.kind == PERSON and player in g.refs and g.end <= trigger.start]
    return bool(his) and his[-1].start < subject.start


def _borrowed(trigger: Trigger, scene: Scene, found: Sequence[Finding]) -> Parties | None:
    """A status without parties of its own is said of the links of its clause, of its sentence, or of the
    story's last; never of one whose player and club are other than those named beside it."""
    segment = scene.segment(trigger.start)
    here = [g for g in scene.groups if scene.segment(g.start) == segment]
    named = {ref for group in here for ref in group.refs}
    subject = Cast(scene, trigger.start, trigger.end).subject()
    if subject is not None and subject.kind == CLUB and subject.described:
        named |= {*scene.clubs(subject)} or {""}
    people = {ref for group in scene.groups if group.kind == PERSON for ref in group.refs}
    near = [f for f in found if scene.segment(f.at) == segment] or list(found)
    near.reverse()
    near.sort(key=lambda f: (f.at > trigger.start, -f.at))  # the nearest before it first
    known = [*reversed(scene.story.pairs), *reversed(scene.story.before)]
    for player, club in [*((f.player, f.club) for f in near), *known]:
        own = scene.story.article.own(player)
        if people and player not in people:
            continue
        if subject is not None and _of_somebody_else(subject, player, trigger, scene):
            continue
        if not named or player in named or club in named or named <= {own}:
            return Parties((player,), _together(player, club, near), carried=True)
    return None
