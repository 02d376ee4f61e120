"""Whether words speak of a move by themselves, so that whom they mean may stand elsewhere."""

from __future__ import annotations

from links.claim import Stage
from links.scene import Scene
from links.sentences import CLUB, MONEY
from links.trigger import Trigger


def solid(trigger: Trigger, scene: Scene) -> bool:
    """Do the words speak of a move by themselves, or does nothing follow that could be their object?"""
    words = scene.language.is_
    if any(words(t.key, "solid") or t.key == MONEY for t in scene.tokens[trigger.start : trigger.end]):
        return True
    if any(rule.frame == "deal" and rule.phrase.endswith((" P", "~ C")) for rule in trigger.rules):
        return True
    if any(
        rule.stage is not None and rule.stage >= Stage.AGREED and rule.frame == "wants"
        for rule in trigger.rules
    ):
        ends, opens = scene.tokens[trigger.end - 1].key, scene.tokens[trigger.start : trigger.start + 2]
        behind = scene.tokens[trigger.end : trigger.end + 2]
        if any(words(token.key, "beat") for token in opens) and any(words(t.key, "solid") for t in behind):
            return True  # "beat City to his signature"
        # "have met the asking price", "have outbid them"
        return words(ends, "price") or any(words(token.key, "outbid") for token in opens)
    if trigger.end >= len(scene.tokens):
        return True
    after = scene.tokens[trigger.end]
    if any(words(t.key, "solid") for t in scene.tokens[trigger.end : trigger.end + 3]):
        return True
    met = any(rule.stage is not None and rule.stage > Stage.INTEREST for rule in trigger.rules)
    if met and any(g.start == trigger.end and g.kind == CLUB for g in scene.groups):
        return True
    closed = not after.is_word and after.key not in "\"'"
    return closed or words(after.key, "any.end") or _of_a_day(trigger, scene)


def _of_a_day(trigger: Trigger, scene: Scene) -> bool:
    """ "Pulled out two days ago": nothing but a time follows the words."""
    if not any(rule.sort == "status" for rule in trigger.rules):
        return False
    for token in scene.tokens[trigger.end : trigger.end + _AGO]:
        if not token.is_word or token.mention is not None:
            return False
        if scene.language.is_(token.key, "ago"):
            return True
    return False


_AGO = 4
"""So many tokens on stands the "ago" of "a few days ago"."""
