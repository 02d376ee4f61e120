"""Whether a rule's words speak of now, as a fact, and of which stage: what governs them, and their tense."""

from __future__ import annotations

import re
from collections.abc import Sequence

from links.claim import Stage, Status
from links.clauses import Clauses
from links.language import Rule
from links.phrases import Hit
from links.roles import Parties, Scene
from links.sentences import ARROW, CLUB, GLUED
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
    governing = [hit for hit in governing if not any(_wider(other, hit) for other in governing)]
    for trigger in out:
        _govern(trigger, governing, hits, scene)
    return out


_REACH = 7


def _govern(
    trigger: Trigger, governing: Sequence[Hit[Rule]], hits: Sequence[Hit[Rule]], scene: Scene
) -> None:
    segment = scene.segment(trigger.start)
    for hit in governing:
        if _governs(hit, trigger, hits, scene):
            trigger.governors.append(hit.meaning.name)
    if any(hit.meaning.status is Status.OFF and _within(hit, trigger, scene) for hit in hits):
        trigger.governors.append("fail")
    trigger.given = "if" in trigger.governors and _is_given(trigger, scene)
    if _asked_to(trigger, scene):
        trigger.governors.append("want")
    if _no_within(trigger, scene):
        trigger.governors += ["not", "yet"]
    if _to_come(trigger, scene):
        trigger.governors.append("will")
    if _on_terms(trigger, hits, scene):
        trigger.governors.append("may")
    if _threatened(trigger, scene):
        trigger.governors.append("if")
    for hit in hits:
        rule = hit.meaning
        if rule.sort == "time" and (scene.segment(hit.start) == segment or hit.start <= 1):
            if rule.name == "past" and _failing(trigger, hit, scene):
                continue
            trigger.past |= rule.name == "past" and not _behind_comma(trigger, hit, scene)
            trigger.now |= rule.name == "now"
            trigger.again |= rule.name == "again"
            trigger.past |= rule.name == "window" and _of_a_window(trigger, hit, hits)
            trigger.recent |= rule.name == "recent"
        elif rule.sort == "time" and rule.name == "past":
            trigger.past |= _told_on(trigger, hit, scene) or _opened(trigger, hit, scene)
            trigger.past |= _told_back(trigger, hit, scene)


def _failing(trigger: Trigger, hit: Hit[Rule], scene: Scene) -> bool:
    """ "Having failed to sign Vale, Rovers turn to Orme": an attempt names no time of what follows."""
    words, tokens = scene.language.is_, scene.tokens
    return words(tokens[0].key, "sub") and hit.start == 1 and words(tokens[1].key, "form.participle")


def _is_given(trigger: Trigger, scene: Scene) -> bool:
    """ "If they accept Rovers' improved bid": an offer that has its maker beside it was made."""
    last = scene.tokens[trigger.end - 1].key
    if any(rule.frame == "sells" for rule in trigger.rules) and scene.language.is_(last, "taker"):
        return any(
            g.kind == CLUB and g.own and g.refs and trigger.start < g.start < trigger.end
            for g in scene.groups
        )
    if not any(rule.stage is Stage.BID and rule.frame == "deal" for rule in trigger.rules):
        return False
    return any(
        g.kind == CLUB and g.own and g.refs and 0 <= trigger.start - g.end <= _BESIDE for g in scene.groups
    )


_BESIDE = 3
"""So many words may stand between "Rovers'" and their bid."""


def _asked_to(trigger: Trigger, scene: Scene) -> bool:
    """ "Orme has asked Rovers to sign Vale": the infinitive is what somebody wishes, no headline's news."""
    words, tokens = scene.language.is_, scene.tokens
    if not words(tokens[trigger.start].key, "to"):
        return False
    near = next((g for g in scene.groups if g.kind == CLUB and g.end == trigger.start), None)
    return near is not None and near.start > 0 and words(tokens[near.start - 1].key, "urging")


def _to_come(trigger: Trigger, scene: Scene) -> bool:
    """ "An offer of £9m will be made": what is to come, in a gap of the words of a noun."""
    if not any(rule.frame == "deal" and rule.sort == "stage" for rule in trigger.rules):
        return False
    inside = (token.key for token in scene.tokens[trigger.start + 1 : trigger.end])
    return any(scene.language.is_(key, "coming") and key not in _spoken(trigger) for key in inside)


def _on_terms(trigger: Trigger, hits: Sequence[Hit[Rule]], scene: Scene) -> bool:
    """ "Lille will sell Vale to Rovers if they pay the clause": what a seller would do is no agreement. A
    medical that is still to be passed is no such condition."""
    if not any(rule.frame == "sells" and (rule.stage or 0) >= Stage.AGREED for rule in trigger.rules):
        return False
    after = scene.segment(max(trigger.start, trigger.end - 1)) + 1
    clauses = scene.clauses
    if after >= len(clauses.opener) or not scene.language.is_(clauses.opener[after], "terms"):
        return False
    checked = any(h.meaning.stage is Stage.MEDICAL and scene.segment(h.start) == after for h in hits)
    return not checked


def _threatened(trigger: Trigger, scene: Scene) -> bool:
    """ "Unless Lille give way, Rovers will look elsewhere": an end that is yet to come, and may not."""
    if "will" not in trigger.governors or not any(rule.status is Status.OFF for rule in trigger.rules):
        return False
    words, tokens = scene.language.is_, scene.tokens
    keys = [*scene.clauses.opener, *(token.key for token in tokens[:1])]
    return any(words(key, "sub") and words(key, "terms") for key in keys)


def _told_on(trigger: Trigger, hit: Hit[Rule], scene: Scene) -> bool:
    """ "They bid last summer but Lille refused": a plain past after "but" is of the same day."""
    segment, clauses = scene.segment(trigger.start), scene.clauses
    if scene.segment(hit.start) != segment - 1 or clauses.sort[segment - 1] != "main":
        return False
    words, opener = scene.language.is_, clauses.opener[segment]
    told = plain_past(trigger, scene)
    return told and opener.isalpha() and (words(opener, "cut") or words(opener, "and"))


def _opened(trigger: Trigger, hit: Hit[Rule], scene: Scene) -> bool:
    """ "After his debut last summer, Vale joined Rovers": a plain past behind the opening words."""
    if scene.segment(trigger.start) != 1 or scene.segment(hit.start) != 0:
        return False
    done = any(rule.stage is Stage.DONE for rule in trigger.rules)
    return done and scene.language.is_(scene.tokens[0].key, "sub") and plain_past(trigger, scene)


def plain_past(trigger: Trigger, scene: Scene) -> bool:
    """Is it "joined", with no "has" before it?"""
    words, key = scene.language.is_, scene.tokens[trigger.start].key
    spoken = trigger.start and words(scene.tokens[trigger.start - 1].key, "aux")
    return words(key, "form.past") and not words(key, "form.base") and not spoken


def _of_a_window(trigger: Trigger, hit: Hit[Rule], hits: Sequence[Hit[Rule]]) -> bool:
    """ "Vale, a January target of Rovers, scored": the window that a report of a match names is over."""
    played = ("match", "played")
    within = hit.start < trigger.end and trigger.start < hit.end
    return within and any(h.meaning.sort == "scope" and h.meaning.name in played for h in hits)


def _told_back(trigger: Trigger, hit: Hit[Rule], scene: Scene) -> bool:
    """ "They tried to sign him when he was 19": the clause of time is about the words before it."""
    at = scene.segment(hit.start)
    opens = hit.start == 0 or scene.segment(hit.start - 1) != at
    when = scene.language.is_(scene.clauses.opener[at], "earlier")
    return opens and when and scene.segment(trigger.start) == at - 1


def _no_within(trigger: Trigger, scene: Scene) -> bool:
    """ "made no bid": a "no" in a gap of the words."""
    noes = {t.key for t in scene.tokens[trigger.start : trigger.end] if scene.language.is_(t.key, "no")}
    return bool(noes and noes - _spoken(trigger))


def _spoken(trigger: Trigger) -> set[str]:
    """The words that its phrases name."""
    return {word for rule in trigger.rules for word in _WORD.findall(rule.phrase)}


_WORD = re.compile(r"[^\s|()?]+")


def _within(hit: Hit[Rule], trigger: Trigger, scene: Scene) -> bool:
    """Does a turn stand in a gap of these words: "have walked away from a deal with"?"""
    if not (trigger.start < hit.start and hit.end <= trigger.end):
        return False
    spoken = _spoken(trigger)
    told = any(token.key in spoken for token in scene.tokens[hit.start : hit.end])
    return not told and any(rule.sort == "stage" for rule in trigger.rules)


def _wider(other: Hit[Rule], hit: Hit[Rule]) -> bool:
    return other.start <= hit.start and hit.end <= other.end and other.end - other.start > hit.end - hit.start


def _governs(hit: Hit[Rule], trigger: Trigger, hits: Sequence[Hit[Rule]], scene: Scene) -> bool:
    """Does a governor reach these words? A denial reaches to the end of the sentence."""
    name = hit.meaning.name
    if name == "deny" and hit.end <= trigger.start:
        return not _turned(hit, trigger, scene)
    if name in ("untrue", "early"):
        return hit.start >= trigger.end and _rumoured(trigger, scene)
    if name == "yet" or (name == "sofar" and scene.segment(hit.start) == scene.segment(trigger.start)):
        return True
    if name == "wish":
        return hit.end <= trigger.start <= hit.end + _REACH and not _turned(hit, trigger, scene)
    turn = name == "having" and any(rule.sort == "status" for rule in trigger.rules)
    first = hit.end - 1 if turn else hit.start  # "two weeks | after walking away"
    if scene.segment(first) != scene.segment(trigger.start):
        return name == "pause" and hit.start == 0 and _behind_one_comma(trigger, hit, scene)
    if name == "pause":
        return True
    reaches = hit.start < trigger.start and trigger.start - _REACH <= hit.end <= trigger.start + 1
    if not reaches or hit.end > trigger.end:
        return False
    if name in ("not", "deny", "fail") and _undone(hit, trigger, hits):
        return False
    if name == "not" and _in_an_aside(hit, trigger, scene):
        return False
    if name == "had" and not _pluperfect(hit, scene):
        return False
    between = any(hit.end <= g.start and g.end <= trigger.start and not g.pronoun for g in scene.groups)
    return not between or name in ("if", "deny")


def _in_an_aside(hit: Hit[Rule], trigger: Trigger, scene: Scene) -> bool:
    """ "Rovers, never shy of a bargain, are sniffing around": between commas, the "never" is of the aside."""
    commas = [n for n, token in enumerate(scene.tokens) if token.key == ","]
    before = any(n == hit.start - 1 for n in commas)
    return before and any(hit.end < n < trigger.start for n in commas)


def _rumoured(trigger: Trigger, scene: Scene) -> bool:
    """ "Reports that Rovers have bid are untrue": is it what a rumour says?"""
    return any(scene.language.is_(token.key, "rumoured") for token in scene.tokens[: trigger.start])


def _turned(hit: Hit[Rule], trigger: Trigger, scene: Scene) -> bool:
    """ "Rovers want Vale, but Lille refuse to sell": what stands behind "but" is nobody's wish."""
    segment = scene.segment(trigger.start)
    apart = scene.segment(hit.end - 1) != segment
    return apart and scene.language.is_(scene.clauses.opener[segment], "cut")


def _undone(hit: Hit[Rule], trigger: Trigger, hits: Sequence[Hit[Rule]]) -> bool:
    """ "have not abandoned the pursuit": what is denied is the end of it."""
    return any(
        other.meaning.status is Status.OFF
        and hit.end <= other.start < trigger.start
        and other.end <= trigger.end
        for other in hits
    )


def _behind_one_comma(trigger: Trigger, hit: Hit[Rule], scene: Scene) -> bool:
    """ "For now, the file is closed": words that open a sentence reach over the comma behind them."""
    after = scene.segment(min(hit.end + 1, len(scene.tokens) - 1))
    return scene.tokens[hit.end].key == "," and after == scene.segment(trigger.start)


def _behind_comma(trigger: Trigger, hit: Hit[Rule], scene: Scene) -> bool:
    """Does a comma part the words from a time that is named after them?"""
    return any(token.key == "," for token in scene.tokens[trigger.end : hit.start])


def _pluperfect(hit: Hit[Rule], scene: Scene) -> bool:
    """Does a participle follow, past adverbs, or has it come: "had been on his way"?"""
    words, tokens = scene.language.is_, scene.tokens
    if hit.end - hit.start > 1 and hit.end < len(tokens) and words(tokens[hit.end].key, "on"):
        return True
    for token in scene.tokens[hit.end : hit.end + 3]:
        if not scene.language.is_(token.key, "adverb"):
            return any(scene.language.is_(token.key, form) for form in ("form.participle", "be"))
    return False


def judge(trigger: Trigger, rule: Rule) -> tuple[Stage, Status, bool] | str:
    """The stage and status that a rule gives under what governs it, and whether it is a denial;
    or the reason why it gives none."""
    governed = set(trigger.governors)
    if rule.sort == "status":
        if governed & {"not", "if", "may"} or ("sofar" in governed and rule.status is Status.OFF):
            return "not said as a fact"
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
        return Stage.INTEREST, Status.OFF, True
    if {"not", "pause"} <= governed and (stage in _DENIABLE or governed & {"will", "near", "expect"}):
        return Stage.INTEREST, Status.STALLED, False
    if "not" in governed and rule.frame == "sells" and stage in _DENIABLE:
        return Stage.INTEREST, Status.STALLED, False
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
    if stage is Stage.TALKS and trigger.current and not governed & {"may", "want", "try"}:
        return stage, Status.LIVE, False  # planned for a set date, or one more round of them
    return tempered(stage, governed, rule.frame), Status.LIVE, False


_DENIABLE = (Stage.INTEREST, Stage.APPROACH, Stage.TALKS)
"""Where "not" denies the link; no bid made, or nothing agreed, leaves it as it was."""


def tempered(stage: Stage, governed: set[str], frame: str) -> Stage:
    """The stage when somebody only may, wants to, tries to or will get there."""
    if stage is Stage.INTEREST:
        return stage
    if governed & {"may", "want", "early"}:
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
    if not scene.renewals or (parties.sellers and not {*parties.sellers} & {*parties.buyers}):
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


def no_deed(trigger: Trigger, rule: Rule, scene: Scene) -> bool:
    """Words of a finished move that are no finite verb: "an option to buy", "ended up signing"."""
    if rule.stage is not Stage.DONE or rule.frame not in ("wants", "joins", "sells"):
        return False
    words = scene.language.is_
    first = scene.tokens[trigger.start].key
    before = scene.tokens[trigger.start - 1].key if trigger.start else ""
    if words(first, "form.gerund") and not words(before, "be"):
        return not (
            before == CLUB and trigger.start > 1 and words(scene.tokens[trigger.start - 2].key, "newest")
        )
    if rule.frame == "sells":
        return False
    bare = words(first, "form.base") and not words(first, "form.past")
    return bare and not trigger.governors and (rule.frame == "joins" or words(before, "to"))


def stale(trigger: Trigger, rule: Rule, scene: Scene) -> bool:
    """Is it told as something that was? A signing is news in the first words or with a day of this week;
    who "wanted" somebody need not want him now."""
    if trigger.current or scene.title:
        return False
    if (rule.sort == "status" or rule.frame == "deal") and _of_a_month(trigger, scene):
        return True
    if rule.sort != "stage":
        return False
    if {*trigger.governors} & {*_AHEAD, "deny"}:
        return False
    segment = scene.segment(trigger.start)
    if any(scene.segment(at) == segment for at in scene.months) and _past_form(trigger, scene):
        return True
    if rule.stage is Stage.DONE:
        return not scene.fresh or trigger.recent or _was_sold(trigger, scene)
    last = scene.tokens[trigger.end - 1].key
    word = scene.language.is_
    past = word(last, "form.past") and not word(last, "form.base")
    return rule.stage is Stage.INTEREST and rule.frame == "wants" and past and not _perfect(trigger, scene)


def _of_a_month(trigger: Trigger, scene: Scene) -> bool:
    """ "Talks fell apart in August": a clause that has a past form and another month than this, and nothing
    that speaks of now."""
    segment, words = scene.segment(trigger.start), scene.language.is_
    if not any(scene.segment(at) == segment for at in scene.months):
        return False
    keys = [token.key for at, token in enumerate(scene.tokens) if scene.segment(at) == segment]
    if any(words(key, "aux") and not words(key, "form.past") for key in keys):
        return False
    return any(words(key, "form.only past") for key in keys)


def _was_sold(trigger: Trigger, scene: Scene) -> bool:
    """ "Was sold to Rovers", of no day: news would say that he has been."""
    words, tokens = scene.language.is_, scene.tokens
    sold = words(tokens[trigger.start].key, "selling") and trigger.start > 0
    return (
        sold
        and _past_aux(tokens[trigger.start - 1].key, scene)
        and words(tokens[trigger.start - 1].key, "be")
    )


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


def was(trigger: Trigger, rule: Rule, scene: Scene) -> bool:
    """ "Were in talks", "was a target", "had everything agreed": a state of the past, no event."""
    if trigger.current:
        return False
    words = scene.language.is_
    if _past_aux(scene.tokens[trigger.start].key, scene):
        return True
    reach = _NOUN if rule.frame == "deal" else _VERB
    segment = scene.segment(trigger.start)
    for at in range(trigger.start - 1, max(-1, trigger.start - 1 - reach), -1):
        key = scene.tokens[at].key
        if scene.segment(at) != segment:
            break
        if _mere_participle(key, scene):
            continue
        if words(key, "aux"):
            return _past_aux(key, scene)
        if rule.frame != "deal" and not words(key, "adverb"):
            break
    return False


_NOUN, _VERB = 8, 3
"""So many words before a noun, or before a verb, its "was" or "had" may stand."""


def _mere_participle(key: str, scene: Scene) -> bool:
    """ "Been": "had been ready to pay" stands by its "had"."""
    words = scene.language.is_
    return words(key, "be") and words(key, "form.participle") and not words(key, "form.past")


def _past_aux(key: str, scene: Scene) -> bool:
    words = scene.language.is_
    return words(key, "aux") and words(key, "form.past") and not words(key, "form.base")


def passive(trigger: Trigger, rule: Rule, scene: Scene) -> bool:
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


def told_aside(trigger: Trigger, rule: Rule, clauses: Clauses, scene: Scene) -> bool:
    """A finished move in a relative clause is background, unless a word says that it is of these days."""
    aside = clauses.sort[scene.segment(trigger.start)] == "relative"
    return rule.stage is Stage.DONE and aside and not trigger.now
