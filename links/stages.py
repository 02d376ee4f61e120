"""What a sentence says of links: the words of a rule, who is meant, and whether it is said of now."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from links.claim import Stage, Status
from links.clauses import Clauses
from links.language import Rule
from links.phrases import Hit
from links.roles import Cast, Parties, Scene, cast
from links.sentences import CLUB, MONEY, PERSON


@dataclass(slots=True)
class Finding:
    """A link as one rule in one sentence gives it. `why` is the record of words, rule and doubts."""

    player: str
    club: str
    stage: Stage
    status: Status
    start: int
    end: int
    seller: str | None = None
    explicit: bool = True
    carried: bool = False
    denial: bool = False
    why: list[str] = field(default_factory=list)
    at: int = 0
    renewed: bool = False
    """Told as taken up again, after whatever had stopped it."""


@dataclass(frozen=True, slots=True)
class Rejected:
    """A rule's words that gave no link, and why not."""

    words: str
    rule: str
    reason: str


@dataclass(slots=True)
class Trigger:
    """The words of one or several rules at one place, with what governs them."""

    start: int
    end: int
    rules: list[Rule]
    governors: list[str] = field(default_factory=list)
    past: bool = False
    now: bool = False
    again: bool = False

    @property
    def current(self) -> bool:
        """Is it said of these days, or of something that is taken up again?"""
        return self.now or self.again


WEIGHTS = {"not": 0, "deny": 0, "if": 1, "fail": 1, "may": 2, "want": 3, "try": 4, "talk": 5, "had": 6}


PERSON_TO_CLUB = "to C"
"""The rule for "Vale to Rovers": it is read first, so that the rest of the sentence knows the buyer."""


def triggers(hits: Sequence[Hit[Rule]], scene: Scene, sort: str) -> list[Trigger]:
    """The stage or the status rules of a sentence by place, the longest words first."""
    chosen: dict[tuple[int, int], list[Rule]] = {}
    for hit in hits:
        if hit.meaning.sort == sort or (sort == "stage" and hit.meaning.sort in ("own", "idle")):
            chosen.setdefault((hit.start, hit.end), []).append(hit.meaning)
    out = [Trigger(start, end, rules) for (start, end), rules in chosen.items()]
    arrow = PERSON_TO_CLUB
    out.sort(key=lambda t: (not any(r.phrase == arrow for r in t.rules), t.start - t.end, t.start))
    for trigger in out:
        _govern(trigger, hits, scene)
    return out


_REACH = 7


def _govern(trigger: Trigger, hits: Sequence[Hit[Rule]], scene: Scene) -> None:
    segment = scene.segment(trigger.start)
    governing = [hit for hit in hits if hit.meaning.sort == "governor"]
    for hit in governing:
        if not any(_wider(other, hit) for other in governing) and _governs(hit, trigger, hits, scene):
            trigger.governors.append(hit.meaning.name)
    for hit in hits:
        rule = hit.meaning
        if rule.sort == "time" and (scene.segment(hit.start) == segment or hit.start <= 1):
            trigger.past |= rule.name == "past" and not _behind_comma(trigger, hit, scene)
            trigger.now |= rule.name == "now"
            trigger.again |= rule.name == "again"


def _wider(other: Hit[Rule], hit: Hit[Rule]) -> bool:
    return other.start <= hit.start and hit.end <= other.end and other.end - other.start > hit.end - hit.start


def _governs(hit: Hit[Rule], trigger: Trigger, hits: Sequence[Hit[Rule]], scene: Scene) -> bool:
    """Does a governor reach these words? A denial reaches to the end of the sentence."""
    name = hit.meaning.name
    if name == "deny" and hit.end <= trigger.start:
        return True
    if scene.segment(hit.start) != scene.segment(trigger.start):
        return False
    if name == "yet":
        return True
    reaches = hit.start < trigger.start and trigger.start - _REACH <= hit.end <= trigger.start + 1
    if not reaches or hit.end > trigger.end:
        return False
    if name in ("not", "deny") and _undone(hit, trigger, hits):
        return False
    if name == "had" and not _pluperfect(hit, scene):
        return False
    between = any(hit.end <= g.start and g.end <= trigger.start for g in scene.groups)
    return not between or name in ("if", "deny")


def _undone(hit: Hit[Rule], trigger: Trigger, hits: Sequence[Hit[Rule]]) -> bool:
    """ "have not abandoned the pursuit": what is denied is the end of it."""
    return any(
        other.meaning.status is Status.OFF and hit.end <= other.start < trigger.start and other.end <= trigger.end
        for other in hits
    )


def _behind_comma(trigger: Trigger, hit: Hit[Rule], scene: Scene) -> bool:
    """Does a comma part the words from a time that is named after them?"""
    return any(token.key == "," for token in scene.tokens[trigger.end : hit.start])


def _pluperfect(hit: Hit[Rule], scene: Scene) -> bool:
    """Does a participle follow, past adverbs?"""
    for token in scene.tokens[hit.end : hit.end + 3]:
        if not scene.language.is_(token.key, "adverb"):
            return any(scene.language.is_(token.key, form) for form in ("form.participle", "be"))
    return False


def judge(trigger: Trigger, rule: Rule) -> tuple[Stage, Status, bool] | str:
    """The stage and status that a rule gives under what governs it, and whether it is a denial;
    or the reason why it gives none."""
    governed = set(trigger.governors)
    if rule.sort == "status":
        if governed & {"not", "if", "may"}:
            return "not said as a fact"
        if "having" in governed and not trigger.current:
            return "said of the past"
        if trigger.past and not trigger.current:
            return "said of the past"
        assert rule.status is not None
        return rule.stage or Stage.INTEREST, rule.status, rule.stage is None
    stage = rule.stage
    assert stage is not None
    if "if" in governed:
        return "only supposed"
    if "deny" in governed:
        return Stage.INTEREST, Status.OFF, True
    if "not" in governed:
        if "yet" in governed:
            return "not so far"
        if stage in _DENIABLE or governed & {"will", "near", "expect"}:
            return Stage.INTEREST, Status.OFF, True
        return "negated"
    if trigger.past and not trigger.current:
        return "said of the past"
    if "fail" in governed:
        return "it failed"
    if governed & {"had", "having"} and not trigger.current:
        return "said of the past"
    return _tempered(stage, governed, rule.frame), Status.LIVE, False


_DENIABLE = (Stage.INTEREST, Stage.APPROACH, Stage.TALKS)
"""Where "not" denies the link; no bid made, or nothing agreed, leaves it as it was."""


def _tempered(stage: Stage, governed: set[str], frame: str) -> Stage:
    """The stage when somebody only may, wants to, tries to or will get there."""
    if stage is Stage.INTEREST:
        return stage
    if governed & {"may", "want"}:
        return Stage.INTEREST
    if "try" in governed:
        return Stage.APPROACH if stage >= Stage.AGREED else Stage.INTEREST
    if "talk" in governed:
        return Stage.TALKS
    if stage is Stage.DONE and governed & {"near", "will", "expect", "agree"}:
        return Stage.AGREED if "expect" not in governed or frame != "wants" else Stage.INTEREST
    if stage in (Stage.BID, Stage.APPROACH, Stage.TALKS) and governed & {"near", "will", "expect"}:
        return Stage.INTEREST
    return stage


def listed(scene: Scene) -> list[Finding]:
    """A line of a list of signings: "Rovers: Ada Vale (City, loan)"."""
    first = next((g for g in scene.groups if g.kind == CLUB and g.start == 0 and len(g.refs) == 1), None)
    if first is None or first.end >= len(scene.tokens) or scene.tokens[first.end].key != ":":
        return []
    return [
        Finding(
            ref, first.refs[0], Stage.DONE, Status.LIVE, scene.tokens[0].start, scene.tokens[-1].end,
            next(iter(group.owners), None), why=["a line in a list of signings"],
        )
        for group in scene.groups if group.kind == PERSON for ref in group.refs
    ]  # fmt: skip


def denied(player: str, club: str, start: int, end: int) -> Finding:
    """The link that a question asked for and its answer denies."""
    return Finding(
        player,
        club,
        Stage.INTEREST,
        Status.OFF,
        start,
        end,
        carried=True,
        denial=True,
        why=["asked and answered: no"],
    )


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
        for trigger in waiting:
            segment = scene.segment(trigger.start)
            trigger.past |= any(at <= 2 or scene.segment(at) == segment for at in years)
        taken = [(t.start, t.end) for t in waiting if any(rule.sort == "idle" for rule in t.rules)]
        fresh: list[Finding] = []
        for carried in (False, True):
            for trigger in waiting:
                if any(trigger.start < end and start < trigger.end for start, end in taken):
                    continue
                chosen = _cast(trigger, scene, [*found, *fresh], carried)
                if chosen is None and not carried and _unbought(trigger, scene):
                    taken.append((trigger.start, trigger.end))
                if chosen is not None:
                    taken.append((trigger.start, trigger.end))
                    _tell(trigger, *chosen, scene, fresh, rejected)
        found += sorted(fresh, key=lambda f: f.at)
    found += _swapped(scene, hits, found)
    found += _echoed(scene, hits)
    return found, rejected


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


def _echoed(scene: Scene, hits: Sequence[Hit[Rule]]) -> list[Finding]:
    """ "So do Bayern Munich": as was said of the last player."""
    out: list[Finding] = []
    for hit in hits:
        if hit.meaning.sort != "echo" or scene.story.last is None:
            continue
        player, stage = scene.story.last
        for group in scene.groups:
            if group.kind == CLUB and group.start == hit.end:
                why = ["as the sentence before says of another club"]
                out += (
                    Finding(
                        player, club, stage, Status.LIVE, scene.tokens[0].start, scene.tokens[-1].end, why=why
                    )
                    for club in scene.clubs(group)
                )
    return out


def _swapped(scene: Scene, hits: Sequence[Hit[Rule]], found: Sequence[Finding]) -> list[Finding]:
    """The other half of an exchange: he who goes the other way."""
    if not any(hit.meaning.sort == "deal" and hit.meaning.name == "swap" for hit in hits):
        return []
    people = [p for g in scene.groups if g.kind == PERSON for p in g.refs]
    out: list[Finding] = []
    for one in found:
        seller = one.seller or scene.story.article.own(one.player)
        if seller is None or seller == one.club:
            continue
        for other in people:
            own = scene.story.article.own(other)
            if (
                other != one.player
                and own in (None, one.club)
                and not any(f.player == other for f in (*found, *out))
            ):
                why = [*one.why, "the other half of an exchange"]
                out.append(
                    Finding(
                        other, seller, one.stage, one.status, one.start, one.end, one.club, why=why, at=one.at
                    )
                )  # fmt: skip
    return out


def _cast(
    trigger: Trigger, scene: Scene, found: Sequence[Finding], carried: bool
) -> tuple[Rule, Parties] | None:
    options: list[tuple[Rule, Parties]] = []
    solid = _solid(trigger, scene)
    for rule in trigger.rules:
        if rule.phrase.startswith(_INFINITIVE) and not _adjacent(trigger, scene):
            continue
        parties = cast(
            rule.frame, scene, trigger.start, trigger.end,
            solid=solid, turn=rule.sort == "status", passive=_passive(trigger, rule, scene),
        )  # fmt: skip
        if parties is None and rule.sort == "status" and carried:
            parties = _borrowed(trigger, scene, found)
        if parties is not None and parties.players and parties.buyers and (carried or not parties.carried):
            options.append((rule, parties))
    return min(options, key=lambda o: (o[1].carried, o[0].sort == "own", -(o[0].stage or 0)), default=None)


def owners(scene: Scene, hits: Sequence[Hit[Rule]]) -> list[tuple[str, str]]:
    """Whose player somebody is, as the rules of [own] tell it: (player, club)."""
    out: list[tuple[str, str]] = []
    for hit in hits:
        rule = hit.meaning
        inside = any(
            h.meaning.sort == "stage" and h.start < hit.start and hit.end <= h.end for h in hits
        )
        if rule.sort != "own" or inside:
            continue
        at = Cast(scene, hit.start, hit.end)
        subject = at.subject()
        if rule.frame == "sells" and subject is not None and subject.kind == CLUB:
            player = at.first([*at.inner, *at.right], PERSON)
            summed = any(t.key == MONEY for t in scene.tokens[hit.start : hit.end])
            named = scene.players(player) or ((scene.story.focus,) if summed and scene.story.focus else ())
            out += ((p, c) for p in named for c in scene.clubs(subject)[:1])
        elif rule.frame == "joins" and (subject is None or subject.kind == PERSON):
            near = [g for g in (*at.inner, *at.right) if g.kind == CLUB and g.start - hit.end <= 2]
            ahead = [g for g in near if g.hints[:1] != ("human",)]
            whose = subject or at.antecedent or (at.left[-1] if at.left else None)
            if whose is not None and whose.kind == PERSON:
                out += ((p, c) for p in scene.players(whose) for g in ahead[:1] for c in scene.clubs(g)[:1])
    return out


def _reached(
    trigger: Trigger, rule: Rule, parties: Parties, scene: Scene, found: list[Finding]
) -> None:
    """How far a link had come that the story told to be over: "Rovers had bid 45m"."""
    if rule.stage is None or rule.sort != "stage" or "not" in trigger.governors or "if" in trigger.governors:
        return
    for player in parties.players:
        for club in parties.buyers:
            if (player, club) in scene.story.over:
                why = [f"told of the past of a link that is over ({rule.label})"]
                found.append(
                    Finding(
                        player, club, rule.stage, Status.OFF, scene.tokens[0].start, scene.tokens[-1].end,
                        carried=True, why=why, at=trigger.start,
                    )
                )  # fmt: skip


def renews(at: int, scene: Scene, parties: Parties) -> bool:
    """Are these words about a contract with the own club? Only one club stands in the clause then."""
    if not scene.renewals:
        return False
    segment = scene.segment(at)
    clubs = {c for g in scene.groups if g.kind == CLUB for c in (*g.refs, *g.owners)}
    if len(clubs) > 1:
        if not any(scene.segment(spot) == segment for spot in scene.renewals):
            return False
        clubs = {c for g in scene.groups if g.kind == CLUB and scene.segment(g.start) == segment for c in g.refs}
    return len(clubs) <= 1 and len(parties.buyers) == 1


def _no_deed(trigger: Trigger, rule: Rule, scene: Scene) -> bool:
    """Words of a finished move that are no finite verb: "an option to buy", "ended up signing"."""
    if rule.stage is not Stage.DONE or rule.frame not in ("wants", "joins"):
        return False
    words = scene.language.is_
    first = scene.tokens[trigger.start].key
    before = scene.tokens[trigger.start - 1].key if trigger.start else ""
    if words(first, "form.gerund") and not words(before, "be"):
        return True
    bare = words(first, "form.base") and not words(first, "form.past")
    return bare and not trigger.governors and (rule.frame == "joins" or words(before, "to"))


def _stale(trigger: Trigger, rule: Rule, scene: Scene) -> bool:
    """Is it told as something that was? A signing is news in the first words or with a day of this week;
    who "wanted" somebody need not want him now."""
    if rule.sort != "stage" or trigger.current or scene.title:
        return False
    if {*trigger.governors} & _AHEAD:
        return False
    segment = scene.segment(trigger.start)
    if any(scene.segment(at) == segment for at in scene.months) and _past_form(trigger, scene):
        return True
    if rule.stage is Stage.DONE:
        return not scene.fresh
    last = scene.tokens[trigger.end - 1].key
    word = scene.language.is_
    past = word(last, "form.past") and not word(last, "form.base")
    return rule.stage is Stage.INTEREST and rule.frame == "wants" and past and not _perfect(trigger, scene)


_AHEAD = {"may", "want", "will", "near", "expect", "try", "talk", "agree"}
"""What governs a thing to come."""


def _past_form(trigger: Trigger, scene: Scene) -> bool:
    """Is any of the words a past form, or does a past form of "be" or "have" stand before them?"""
    words = scene.language.is_
    span = [t.key for t in scene.tokens[max(0, trigger.start - 2) : trigger.end]]
    return any(words(key, "form.past") for key in span)


def _perfect(trigger: Trigger, scene: Scene) -> bool:
    return any(
        scene.language.is_(t.key, "aux") for t in scene.tokens[max(0, trigger.start - 3) : trigger.end]
    )


def _passive(trigger: Trigger, rule: Rule, scene: Scene) -> bool:
    """ "was asked about": then the subject is not the one who asks."""
    if not rule.phrase.startswith("<") or rule.phrase.startswith("<link>"):
        return False
    words = scene.language.is_
    if not words(scene.tokens[trigger.start].key, "form.participle"):
        return False
    before = [
        t.key for t in scene.tokens[max(0, trigger.start - 3) : trigger.start] if not words(t.key, "adverb")
    ]
    return bool(before) and words(before[-1], "be")


_INFINITIVE = "to {"
"""A bare infinitive ("Rovers to sign Vale") speaks of what is coming only right after its subject."""


def _adjacent(trigger: Trigger, scene: Scene) -> bool:
    return any(group.end == trigger.start and not group.prep for group in scene.groups)


def _tell(
    trigger: Trigger,
    rule: Rule,
    parties: Parties,
    scene: Scene,
    found: list[Finding],
    rejected: list[Rejected],
) -> None:
    words = " ".join(token.key for token in scene.tokens[trigger.start : trigger.end])
    if rule.sort == "own":
        rejected.append(Rejected(words, rule.label, "says whose player he is"))
        return
    if renews(trigger.start, scene, parties):
        rejected.append(Rejected(words, rule.label, "a new contract with his own club"))
        return
    if _no_deed(trigger, rule, scene):
        rejected.append(Rejected(words, rule.label, "no finite verb"))
        return
    verdict = judge(trigger, rule) if not _stale(trigger, rule, scene) else "told of the past"
    if isinstance(verdict, str):
        rejected.append(Rejected(words, rule.label, verdict))
        _reached(trigger, rule, parties, scene, found)
        return
    stage, status, denial = verdict
    before = scene.tokens[trigger.start - 1].key if trigger.start else ""
    if rule.frame == "deal" and stage is Stage.BID and scene.language.is_(before, "to"):
        stage = Stage.INTEREST
    if _told_aside(trigger, rule, scene.clauses, scene):
        rejected.append(Rejected(words, rule.label, "told as background"))
        return
    for player in parties.players:
        for club in parties.buyers:
            scene.pairs.append((player, club))
            seller = next((s for s in parties.sellers if s != club), None)
            why = [f"“{words}” ({rule.label})"]
            if trigger.governors:
                why.append("governed by " + ", ".join(trigger.governors))
            found.append(
                Finding(
                    player, club, stage, status, scene.tokens[0].start, scene.tokens[-1].end, seller,
                    rule.sort == "stage", parties.carried, denial, why, trigger.start,
                    trigger.again and stage > Stage.INTEREST and status is Status.LIVE,
                )
            )  # fmt: skip


def _solid(trigger: Trigger, scene: Scene) -> bool:
    """Do the words speak of a move by themselves, or does nothing follow that could be their object?"""
    words = scene.language.is_
    if any(words(t.key, "solid") or t.key == MONEY for t in scene.tokens[trigger.start : trigger.end]):
        return True
    if any(rule.stage is not None and rule.stage >= Stage.AGREED and rule.frame == "wants" for rule in trigger.rules):
        return False
    if trigger.end >= len(scene.tokens):
        return True
    after = scene.tokens[trigger.end]
    if any(words(t.key, "solid") for t in scene.tokens[trigger.end : trigger.end + 3]):
        return True
    met = any(rule.stage is not None and rule.stage > Stage.INTEREST for rule in trigger.rules)
    if met and any(g.start == trigger.end and g.kind == CLUB for g in scene.groups):
        return True
    closed = not after.is_word and after.key not in "\"'"
    return closed or any(words(after.key, group) for group in _ENDS)


_ENDS = ("cut", "sub", "and", "adverb", "relative", "in", "to", "with", "from", "at", "him")


def _borrowed(trigger: Trigger, scene: Scene, found: Sequence[Finding]) -> Parties | None:
    """A status without parties of its own is said of the links of its clause, of its sentence, or of the
    story's last; never of one whose player and club are other than those named beside it."""
    segment = scene.segment(trigger.start)
    here = [g for g in scene.groups if scene.segment(g.start) == segment]
    named = {ref for group in here for ref in group.refs}
    people = {ref for group in scene.groups if group.kind == PERSON for ref in group.refs}
    near = [f for f in found if scene.segment(f.at) == segment] or list(found)
    for player, club in [*((f.player, f.club) for f in reversed(near)), *reversed(scene.story.pairs)]:
        own = scene.story.article.own(player)
        if people and player not in people:
            continue
        if not named or player in named or club in named or named <= {own}:
            return Parties((player,), (club,), carried=True)
    return None


def _told_aside(trigger: Trigger, rule: Rule, clauses: Clauses, scene: Scene) -> bool:
    """A finished move in a relative clause is background."""
    return rule.stage is Stage.DONE and clauses.sort[scene.segment(trigger.start)] == "relative"
