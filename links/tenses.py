"""Tenses and voices of the verbs around a rule's words."""

from __future__ import annotations

from links.language import Rule
from links.scene import Scene
from links.trigger import Trigger

_NOUN, _VERB = 8, 3
"""So many words before a noun, or before a verb, its "was" or "had" may stand."""


def plain_past(trigger: Trigger, scene: Scene) -> bool:
    """Is it "joined", with no "has" before it?"""
    words, key = scene.language.is_, scene.tokens[trigger.start].key
    spoken = trigger.start and words(scene.tokens[trigger.start - 1].key, "aux")
    return words(key, "form.past") and not words(key, "form.base") and not spoken


def was_sold(trigger: Trigger, scene: Scene) -> bool:
    """ "Was sold to Rovers", of no day: news would say that he has been."""
    words, tokens = scene.language.is_, scene.tokens
    sold = words(tokens[trigger.start].key, "selling") and trigger.start > 0
    return (
        sold
        and _past_aux(tokens[trigger.start - 1].key, scene)
        and words(tokens[trigger.start - 1].key, "be")
    )


def past_form(trigger: Trigger, scene: Scene) -> bool:
    """Is any of the words a past form, or does a past form of "be" or "have" stand before them?"""
    words = scene.language.is_
    span = [t.key for t in scene.tokens[max(0, trigger.start - 2) : trigger.end]]
    return any(words(key, "form.past") for key in span)


def perfect(trigger: Trigger, scene: Scene) -> bool:
    return any(
        scene.language.is_(t.key, "aux") for t in scene.tokens[max(0, trigger.start - 3) : trigger.end]
    )


def present_perfect(trigger: Trigger, scene: Scene) -> bool:
    """ "Have rung", "have now made": what began in the past and is so now."""
    words, tokens = scene.language.is_, scene.tokens
    at = trigger.start
    while at and words(tokens[at].key, "form.participle") and words(tokens[at - 1].key, "adverb"):
        at -= 1
    if at and not words(tokens[at].key, "aux"):
        at -= 1
    key = tokens[at].key
    after = tokens[at + 1].key if at + 1 < len(tokens) else ""
    has = words(key, "has") and not words(key, "form.past")
    return has and (words(after, "form.participle") or words(after, "adverb"))


def just_done(trigger: Trigger, scene: Scene) -> bool:
    """ "Rovers have completed the signing of Vale", not "have already signed": news wherever
    it stands."""
    words, tokens = scene.language.is_, scene.tokens
    segment = scene.segment(trigger.start)
    at = trigger.start if words(tokens[trigger.start].key, "aux") else trigger.start - 1
    has = at >= 0 and words(tokens[at].key, "aux") and words(tokens[at].key, "form.base")
    has = has and at + 1 < len(tokens) and words(tokens[at + 1].key, "form.participle")
    return has and not words(tokens[at].key, "be") and scene.clauses.sort[segment] == "main"


def joins_now(trigger: Trigger, scene: Scene) -> bool:
    """ "Vale joins Rovers on loan", in a main clause: as news is told."""
    key, words = scene.tokens[trigger.start].key, scene.language.is_
    third = words(key, "form.third") and not words(key, "aux") and not words(key, "form.base")
    return third and scene.clauses.sort[scene.segment(trigger.start)] == "main"


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
