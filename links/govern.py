"""What governs a rule's words in their sentence: wishes, plans, denials, conditions, times."""

from __future__ import annotations

import re
from collections.abc import Sequence

from links.claim import Stage, Status
from links.language import Rule
from links.phrases import Hit
from links.scene import Scene
from links.sentences import CLUB
from links.tenses import plain_past, present_perfect
from links.trigger import Trigger

_REACH = 7


def govern(trigger: Trigger, governing: Sequence[Hit[Rule]], hits: Sequence[Hit[Rule]], scene: Scene) -> None:
    segment = scene.segment(trigger.start)
    for hit in governing:
        if _governs(hit, trigger, hits, scene):
            trigger.governors.append(hit.meaning.name)
    if any(hit.meaning.status is Status.OFF and _within(hit, trigger, scene) for hit in hits):
        trigger.governors.append("fail")
    if "having" in trigger.governors and scene.language.is_(scene.clauses.opener[segment], "despite"):
        trigger.governors.remove("having")  # "despite Rovers having been linked with him"
    trigger.given = "if" in trigger.governors and _is_given(trigger, scene)
    if _asked_to(trigger, scene):
        trigger.governors.append("want")
    if _no_within(trigger, scene):
        trigger.governors += ["not", "yet"]
    if _to_come(trigger, scene):
        trigger.governors.append("will")
    if _turned_to(trigger, hits, scene):
        trigger.governors.append("agree")
    if _on_terms(trigger, hits, scene):
        trigger.governors.append("may")
    if _threatened(trigger, scene):
        trigger.governors.append("if")
    then = thereupon(trigger, scene)
    for hit in hits:
        rule = hit.meaning
        at = scene.segment(hit.start)
        here = at == segment or (at == segment - 1 and then)
        if rule.sort == "time" and (here or hit.start <= 1):
            if rule.name == "past" and (_failing(trigger, hit, scene) or _since(trigger, hit, scene)):
                continue
            if rule.name == "past" and _of_a_description(trigger, hit, scene):
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


def _of_a_description(trigger: Trigger, hit: Hit[Rule], scene: Scene) -> bool:
    """ "The winger, a £9m arrival two years ago, will join Rovers": what he is called between two commas."""
    tokens = scene.tokens
    closed = any(token.key == "," for token in tokens[hit.end : min(hit.end + _ASIDE, trigger.start)])
    if not closed or hit.start < 1:
        return False
    opens = next(
        (at for at in range(hit.start - 1, max(-1, hit.start - _ASIDE), -1) if tokens[at].key == ","), -1
    )
    return opens + 1 < hit.start and any(group.end == opens for group in scene.groups)


_ASIDE = 12
"""So long is what a man is called between two commas."""


def _since(trigger: Trigger, hit: Hit[Rule], scene: Scene) -> bool:
    """ "A week after they walked away, Rovers have rung Lille": a clause of time, and what has been since."""
    opens = hit.start <= 1 and scene.segment(hit.end - 1) != scene.segment(trigger.start)
    return opens and present_perfect(trigger, scene)


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


def _turned_to(trigger: Trigger, hits: Sequence[Hit[Rule]], scene: Scene) -> bool:
    """ "Vale has snubbed City to sign for Rovers": what he turned one club down for is his choice."""
    tokens, segment = scene.tokens, scene.segment(trigger.start)
    if not trigger.start or not scene.language.is_(tokens[trigger.start - 1].key, "to"):
        return False
    if not any(rule.stage is Stage.DONE and rule.frame == "joins" for rule in trigger.rules):
        return False
    return any(
        h.meaning.status is Status.OFF and h.meaning.frame == "joins"
        and 0 <= trigger.start - h.end <= _REACH and scene.segment(h.start) == segment
        for h in hits
    )  # fmt: skip


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


def thereupon(trigger: Trigger, scene: Scene) -> bool:
    """ "Weighed up a bid in January, before deciding against it": the one is of the time of the other."""
    opener = scene.clauses.opener[scene.segment(trigger.start)]
    gerund = scene.language.is_(scene.tokens[trigger.start].key, "form.gerund")
    return gerund and scene.language.is_(opener, "earlier")


def wider(other: Hit[Rule], hit: Hit[Rule]) -> bool:
    return other.start <= hit.start and hit.end <= other.end and other.end - other.start > hit.end - hit.start


def _governs(hit: Hit[Rule], trigger: Trigger, hits: Sequence[Hit[Rule]], scene: Scene) -> bool:
    """Does a governor reach these words? A denial reaches to the end of the sentence."""
    name = hit.meaning.name
    if name == "deny" and hit.end <= trigger.start:
        return not _turned(hit, trigger, scene)
    if name in ("untrue", "early"):
        return hit.start >= trigger.end and _rumoured(trigger, scene)
    if name in ("yet", "sofar"):
        turn = name == "sofar" and any(rule.sort == "status" for rule in trigger.rules)
        first = hit.start - 1 if hit.start > trigger.start else hit.start  # "no deal | yet"
        return not turn or scene.segment(first) == scene.segment(trigger.start)
    if name == "wish":
        return hit.end <= trigger.start <= hit.end + _REACH and not _turned(hit, trigger, scene)
    if name == "having" and any(g.prep == "with" and g.end == hit.start for g in scene.groups):
        return False  # "with Rovers having agreed a fee": so it stands now
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
