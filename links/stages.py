"""Whether a rule's words speak of now, as a fact, and of which stage: what governs them, and their tense."""

from __future__ import annotations

from collections.abc import Sequence

from links.claim import Stage, Status
from links.clauses import Clauses
from links.govern import govern, thereupon, wider
from links.language import Rule
from links.phrases import Hit
from links.scene import Parties, Scene
from links.sentences import ARROW, CLUB, GLUED, PERSON
from links.tenses import joins_now, just_done, past_form, perfect, plain_past, present_perfect, was_sold
from links.trigger import Trigger

PERSON_TO_CLUB = ("to C", f"{ARROW} C", f"{GLUED} C")
"""The rules for "Vale to Rovers": they are read first, so that the rest of the sentence knows the buyer."""


def triggers(hits: Sequence[Hit[Rule]], scene: Scene, sort: str) -> list[Trigger]:
    """The stage or the status rules of a sentence by place, the longest words first."""
    known = scene.known.triggers
    if sort not in known:
        known[sort] = _triggers(hits, scene, sort)
    return known[sort]


def _triggers(hits: Sequence[Hit[Rule]], scene: Scene, sort: str) -> list[Trigger]:
    chosen: dict[tuple[int, int], list[Rule]] = {}
    for hit in hits:
        if hit.meaning.sort in (sort, "idle") or (sort == "stage" and hit.meaning.sort == "own"):
            chosen.setdefault((hit.start, hit.end), []).append(hit.meaning)
    for rules in chosen.values() if sort == "status" else ():
        if any(rule.sort == sort for rule in rules):  # told to be idle as a stage, not as a turn
            rules[:] = [rule for rule in rules if rule.sort == sort]
    out = [Trigger(start, end, rules) for (start, end), rules in chosen.items()]
    arrow = PERSON_TO_CLUB
    out.sort(key=lambda t: (not any(r.phrase in arrow for r in t.rules), t.start - t.end, t.start))
    governing = [hit for hit in hits if hit.meaning.sort == "governor"]
    governing = [hit for hit in governing if not any(wider(other, hit) for other in governing)]
    for trigger in out:
        govern(trigger, governing, hits, scene)
    return out


def judge(trigger: Trigger, rule: Rule) -> tuple[Stage, Status, bool] | str:
    """The stage and status that a rule gives under what governs it, and whether it is a denial;
    or the reason why it gives none."""
    governed = set(trigger.governors)
    if rule.sort == "status":
        if governed & {"not", "if", "may"} or ("sofar" in governed and rule.status is Status.OFF):
            return "not said as a fact"
        if "expect" in governed and rule.frame != "joins":
            return "only expected"  # "are expected to turn it down"; where he stays he is no news
        if "having" in governed:
            return "said of the past"
        if trigger.past and not trigger.current:
            return "said of the past"
        if "wish" in governed and rule.frame in ("joins", "sells"):
            return "what somebody wants"
        assert rule.status is not None
        if rule.status is Status.OFF and "pause" in governed:
            return rule.stage or Stage.INTEREST, Status.STALLED, False
        return rule.stage or Stage.INTEREST, rule.status, rule.stage is None
    stage = rule.stage
    assert stage is not None
    if "if" in governed:
        return (Stage.BID, Status.LIVE, False) if trigger.given else "only supposed"
    if governed & {"deny", "untrue"}:
        if trigger.past and not trigger.current:
            return "denied in the past"
        return Stage.INTEREST, Status.OFF, True
    if {"not", "pause"} <= governed and (stage in _DENIABLE or governed & {"will", "near", "expect"}):
        return Stage.INTEREST, Status.STALLED, False
    if "not" in governed and rule.frame == "sells" and stage in _DENIABLE:
        return Stage.INTEREST, Status.STALLED, False
    if "not" in governed:
        if trigger.past and not trigger.current:
            return "denied in the past"
        if governed & {"yet", "sofar"}:
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
    if stage is Stage.TALKS and trigger.current and not governed & {"may", "want", "try"}:
        return stage, Status.LIVE, False  # planned for a set date, or one more round of them
    return tempered(stage, governed, rule.frame), Status.LIVE, False


_DENIABLE = (Stage.INTEREST, Stage.APPROACH, Stage.TALKS)
"""Where "not" denies the link; no bid made, or nothing agreed, leaves it as it was."""


def tempered(stage: Stage, governed: set[str], frame: str) -> Stage:
    """The stage when somebody only may, wants to, tries to or will get there."""
    if stage is Stage.INTEREST:
        return stage
    if governed & {"may", "want", "early"} or (
        "wish" in governed and frame == "joins" and stage is Stage.DONE
    ):
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


def renews(at: int, scene: Scene, parties: Parties) -> bool:
    """Are these words about a contract with the own club? Only one club stands in the clause then."""
    beside = any(abs(spot - at) <= _BESIDE for spot in scene.renewals)  # "contract talks", "talks over a new"
    sold = bool(parties.sellers) and not {*parties.sellers} & {*parties.buyers}
    if not scene.renewals or (sold and not beside):
        return False
    segment = scene.segment(at)
    clubs = {c for g in scene.groups if g.kind == CLUB for c in (*g.refs, *g.owners)}
    if len(clubs) > 1:
        if not any(scene.segment(spot) == segment for spot in scene.renewals):
            return False
        clubs = {
            c for g in scene.groups if g.kind == CLUB and scene.segment(g.start) == segment for c in g.refs
        }
    return len(clubs) <= 1 and len(parties.buyers) == 1


_BESIDE = 2
"""So near to its verb or noun a new contract is what is talked of, whoever else wants him."""


def no_deed(trigger: Trigger, rule: Rule, scene: Scene) -> bool:
    """Words of a finished move that are no finite verb: "an option to buy", "ended up signing"."""
    if rule.stage is not Stage.DONE or rule.frame not in ("wants", "joins", "sells"):
        return False
    words = scene.language.is_
    first = scene.tokens[trigger.start].key
    before = scene.tokens[trigger.start - 1].key if trigger.start else ""
    if words(first, "form.gerund") and not words(before, "be"):
        newest = before == CLUB and trigger.start > 1 and words(scene.tokens[trigger.start - 2].key, "newest")
        return not newest and not _accompanying(trigger, rule, scene)
    if rule.frame == "sells":
        return False
    bare = words(first, "form.base") and not words(first, "form.past")
    return bare and not trigger.governors and (rule.frame == "joins" or words(before, "to"))


_OBJECT = 3
"""So near stands who is signed, or for whom."""


def _accompanying(trigger: Trigger, rule: Rule, scene: Scene) -> bool:
    """ "With Rovers signing Vale", "with Vale joining Rovers": what comes about at the same time."""
    kind = PERSON if rule.frame == "joins" else CLUB
    at = scene.segment(trigger.start)
    if not any(0 <= g.start - trigger.end <= _OBJECT and scene.segment(g.start) == at for g in scene.groups):
        return False
    return any(
        g.end == trigger.start and g.kind == kind and g.start > 0
        and scene.language.is_(scene.tokens[g.start - 1].key, "accompanying")
        for g in scene.groups
    )  # fmt: skip


def stale(trigger: Trigger, rule: Rule, scene: Scene) -> bool:
    """Is it told as something that was? A signing is news in the first words or with a day of this week;
    who "wanted" somebody need not want him now."""
    if trigger.current:
        return False
    if scene.title:
        return _thwarted(trigger, rule, scene)
    if (rule.sort == "status" or rule.frame == "deal") and _of_a_month(trigger, scene):
        return True
    if rule.sort != "stage":
        return False
    if {*trigger.governors} & {*_AHEAD, "deny"}:
        return False
    segment = scene.segment(trigger.start)
    if any(scene.segment(at) == segment for at in scene.months) and past_form(trigger, scene):
        return True
    if rule.stage is Stage.DONE:
        told = just_done(trigger, scene) or (rule.frame == "joins" and joins_now(trigger, scene))
        if rule.frame in ("wants", "joins") and told and not trigger.past and not trigger.recent:
            return not scene.fresh and _many(trigger, scene)
        return not scene.fresh or trigger.recent or was_sold(trigger, scene)
    last = scene.tokens[trigger.end - 1].key
    word = scene.language.is_
    past = word(last, "form.past") and not word(last, "form.base")
    return rule.stage is Stage.INTEREST and rule.frame == "wants" and past and not perfect(trigger, scene)


def _many(trigger: Trigger, scene: Scene) -> bool:
    """ "They have signed Vale, Orme, Berg and Holm": the club's summer so far, not what a story is about."""
    segment = scene.segment(trigger.start)
    here = (g for g in scene.groups if g.kind == PERSON and g.start >= trigger.end)
    return len({ref for g in here if scene.segment(g.start) == segment for ref in g.refs}) >= _SEVERAL


_SEVERAL = 3


def _thwarted(trigger: Trigger, rule: Rule, scene: Scene) -> bool:
    """ "Orme wanted Vale but Lille had signed Holm": in a title, too, this is told of the past."""
    if rule.sort != "stage" or rule.stage is not Stage.INTEREST or rule.frame != "wants":
        return False
    words, clauses, segment = scene.language.is_, scene.clauses, scene.segment(trigger.start)
    last = scene.tokens[trigger.end - 1].key
    if not words(last, "form.only past") or perfect(trigger, scene):
        return False
    return any(words(opener, "cut") for opener in clauses.opener[segment + 1 :])


def _of_a_month(trigger: Trigger, scene: Scene) -> bool:
    """ "Talks fell apart in August": a clause that has a past form and another month than this, and nothing
    that speaks of now."""
    segment = scene.segment(trigger.start)
    segments = {segment, segment - 1} if thereupon(trigger, scene) else {segment}
    if not any(scene.segment(at) in segments for at in scene.months):
        return False
    whole = [at for at in range(len(scene.tokens)) if scene.segment(at) in segments]
    return any(
        _told_then([scene.tokens[at].key for at in span], scene) for span in (whole, _around(trigger, scene))
    )


def _told_then(keys: Sequence[str], scene: Scene) -> bool:
    """Has a stretch of words a past form, and no "have" or "will" of now?"""
    words = scene.language.is_
    if any(words(key, "aux") and not words(key, "form.past") for key in keys):
        return False
    return any(words(key, "form.only past") for key in keys)


def _around(trigger: Trigger, scene: Scene) -> list[int]:
    """The places around some words up to the commas beside them, where those hold another month too:
    "who withdrew in July, believe"."""
    commas = [at for at, token in enumerate(scene.tokens) if token.key == ","]
    first = max((at + 1 for at in commas if at < trigger.start), default=0)
    last = min((at for at in commas if at >= trigger.end), default=len(scene.tokens))
    span = list(range(first, last))
    return span if any(at in span for at in scene.months) else []


_AHEAD = {"may", "want", "will", "near", "expect", "try", "talk", "agree"}
"""What governs a thing to come."""


def told_aside(trigger: Trigger, rule: Rule, clauses: Clauses, scene: Scene) -> bool:
    """A finished move in a relative clause is background, unless a word says that it is of these days; so is
    a departure: "he has lost Vale, who left for Rovers"."""
    aside = clauses.sort[scene.segment(trigger.start)] == "relative"
    left = scene.language.is_(scene.tokens[trigger.start].key, "from")
    gone = rule.stage is Stage.AGREED and rule.frame == "joins" and left and plain_past(trigger, scene)
    return (rule.stage is Stage.DONE or gone) and aside and not trigger.now


def snubbed_aside(trigger: Trigger, rule: Rule, scene: Scene, hits: Sequence[Hit[Rule]]) -> bool:
    """ "Vale, who turned down City to join Rovers, scored": how he came to where he is, told in passing."""
    segment = scene.segment(trigger.start)
    if rule.status is not Status.OFF or rule.frame != "joins" or scene.clauses.sort[segment] != "relative":
        return False
    if present_perfect(trigger, scene):
        return False
    return any(
        h.meaning.stage is Stage.DONE and h.meaning.frame == "joins"
        and h.start > trigger.start and scene.segment(h.start) == segment
        for h in hits
    )  # fmt: skip


def tells_why(trigger: Trigger, scene: Scene, hits: Sequence[Hit[Rule]]) -> bool:
    """ "Rovers have missed out on Vale, who has joined City": what he has done is why they lost him."""
    lost = any(h.meaning.status is Status.OFF and h.end <= trigger.start for h in hits)
    return lost and present_perfect(trigger, scene)
