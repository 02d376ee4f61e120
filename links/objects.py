"""What the words of a rule go on to: a player, a sum, somebody else, a man given in exchange."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

from links.groups import Group
from links.roles import Cast
from links.sentences import CLUB, MONEY, PERSON

_FAR = 6
"""So many tokens on from its words a sale may be named where no player is."""


def hyphened(cast: Cast) -> bool:
    """Do the words begin with a hyphen: "Rovers-bound Vale"?"""
    return cast.scene.tokens[cast.start].key == "-"


def pursues(cast: Cast, group: Group) -> bool:
    """ "Rovers target Vale": that club does not own him, either."""
    after = cast.scene.tokens[group.end : group.end + 2]
    return (
        len(after) == 2 and after[1].key == PERSON and cast.scene.language.is_(after[0].key, "club.pursuit")
    )


_OWNED = 4
"""So many words a club's attempt may be described in: "Rovers' first and only bid"."""


def rivals(cast: Cast) -> list[Group]:
    """The clubs that the words name as rivals: "are battling Rovers for", "lead City in the race"."""
    words, span = cast.scene.language.is_, cast.scene.tokens[cast.start : cast.end]
    beaten = words(span[0].key, "beat") or words(span[min(1, len(span) - 1)].key, "away")
    if beaten or not any(words(token.key, "rivalry") for token in span):
        return []
    return [g for g in cast.inner if g.kind == CLUB and g.refs and g.start > cast.start]


def attempting(cast: Cast) -> Group | None:
    """The club whose attempt the words name: "have sent Rovers' offer back", "ending Rovers' interest"."""
    words, tokens = cast.scene.language.is_, cast.scene.tokens
    if words(tokens[cast.start].key, "rivalry") or words(tokens[cast.start].key, "matching"):
        return None
    for group in cast.inner:
        if group.kind == PERSON:
            return None
        if group.kind == CLUB and group.own and group.refs and group.start > cast.start:
            after = [token.key for token in tokens[group.end + 1 : min(group.end + 1 + _OWNED, cast.end)]]
            head = itertools.takewhile(lambda key: not words(key, "any.preposition"), after)
            return group if any(words(key, "longing") for key in head) else None
    return None


def another_acts(cast: Cast, player: Group, ahead: Sequence[Group]) -> bool:
    """Does another club act between the words and a player: "will get what Rovers sell him for"?"""
    words, tokens = cast.scene.language.is_, cast.scene.tokens
    for group in ahead:
        between = cast.end < group.start and group.end < player.start
        if group.kind == CLUB and not group.prep and between:
            return words(tokens[group.end].key, "any.verb")
    return False


def of_another(cast: Cast) -> bool:
    """Do the words go on to somebody or something else: "interested in everybody", "keen on keeping"?"""
    words, tokens = cast.scene.language.is_, cast.scene.tokens
    at, before = cast.end, tokens[cast.end - 1].key
    if at + 1 < len(tokens) and words(tokens[at].key, "on"):
        at, before = at + 1, tokens[at].key
    after = tokens[at].key if at < len(tokens) else ""
    if words(after, "somebody"):
        return True
    if words(before, "on") and words(after, "form.gerund") and not words(after, "landing"):
        return True
    led = any(words(before, name) for name in ("in", "on", "of"))
    if not led:
        return False
    return any(g.kind == CLUB and g.start == at and (g.refs or g.hints[:1] == ("human",)) for g in cast.right)


def swapped(cast: Cast, ahead: Sequence[Group], *, turn: bool = False) -> tuple[Group, Group] | None:
    """The two clubs of "swap Lille for Rovers": whence and whither. Of "snub Lille for Rovers" he goes to the
    one, and the `turn` is said of the other."""
    clubs = [g for g in ahead if g.kind == CLUB][:2]
    words, tokens = cast.scene.language.is_, cast.scene.tokens
    if len(clubs) < 2 or clubs[0].prep or clubs[1].prep != "for" or clubs[1].start - clubs[0].end > 2:
        return None
    before = [tokens[at].key for at in range(cast.start, clubs[0].start)]
    if any(words(key, "snubbing") for key in before):
        return (clubs[1], clubs[0]) if turn else (clubs[0], clubs[1])
    return (clubs[0], clubs[1]) if any(words(key, "swapping") for key in before) else None


def sale(cast: Cast) -> bool:
    """ "in talks with Rovers over the sale of Vale": then the subject is not the one who buys; nor is he who
    announces "the definitive transfer", "the transfer of the rights"."""
    tokens = cast.scene.tokens
    person = cast.first(cast.right, PERSON)
    last = person.start if person is not None else min(cast.end + _FAR, len(tokens))
    if any(_selling(cast, at) for at in range(cast.start, last)):
        return True
    return any(_conveyed(cast, at) for at in range(cast.start + 1, last))


def _selling(cast: Cast, at: int) -> bool:
    """ "To sell", "the sale", "to be sold"; but not one more deed: "agreed a fee and sent the contract"."""
    words, tokens = cast.scene.language.is_, cast.scene.tokens
    if not words(tokens[at].key, "selling"):
        return False
    before = tokens[at - 1].key if at else ""
    return not words(tokens[at].key, "form.only past") or not words(before, "and")


def _conveyed(cast: Cast, at: int) -> bool:
    """ "The definitive transfer", "the transfer of the rights": as a club that lets somebody go puts it."""
    words, tokens = cast.scene.language.is_, cast.scene.tokens
    if words(tokens[at].key, "moving"):
        return words(tokens[at - 1].key, "conveyed")
    return words(tokens[at].key, "rights") and any(
        words(t.key, "moving") for t in tokens[max(0, at - 3) : at]
    )


def priced(cast: Cast) -> bool:
    """Is it a sum that somebody wants: "want £30m", "want Vale's full £30m clause", "the £30m which
    Rovers want"? An offer, a bid or a move of that sum is none."""
    words, tokens = cast.scene.language.is_, cast.scene.tokens
    if any(t.key == MONEY or words(t.key, "solid") for t in tokens[cast.start : cast.end]):
        return False
    at = cast.end
    while at < len(tokens) and not words(tokens[at].key, "aux") and _leads_to_sum(cast, at):
        at += 1
    if at < len(tokens) and tokens[at].key == MONEY:
        after = tokens[at + 1].key if at + 1 < len(tokens) else ""
        spoken = any(words(after, name) for name in ("solid", "club.pursuit", "person.position"))
        return words(after, "price") or not (spoken or after in ("-", PERSON))
    first = cast.left[-1].start - 1 if cast.left and cast.left[-1].kind == CLUB else -1
    if first > 0 and (words(tokens[first].key, "relative") or words(tokens[first].key, "that")):
        first -= 1
    return first >= 0 and tokens[first].key == MONEY and cast.left[-1].end == cast.start


def _leads_to_sum(cast: Cast, at: int) -> bool:
    """May this word stand between a verb and its sum?"""
    key, words = cast.scene.tokens[at].key, cast.scene.language.is_
    inside = any(g.kind == PERSON and g.own and g.start <= at <= g.end for g in cast.right[:1])
    return inside or words(key, "article") or words(key, "amount") or words(key, "adverb")


def exchanged(cast: Cast, player: Group | None, ahead: Sequence[Group]) -> Group | None:
    """Whom the words are after where one man is given "for" another: "offered £9m plus Orme for Vale"."""
    if player is None or player.prep == "for" or not (player.refs and _given(cast, player)):
        return player
    words, tokens = cast.scene.language.is_, cast.scene.tokens
    swaps = any(words(t.key, "swapping") for t in tokens[cast.start : player.start])
    ways = ("for", "with") if swaps else ("for",)
    later = [g for g in ahead if g.kind == PERSON and g.start > player.end and g.prep in ways]
    return later[0] if later else player


def replaced(cast: Cast, player: Group | None, ahead: Sequence[Group]) -> Group | None:
    """Whom the words are after where one man takes the place of another: "replace Orme with Vale"."""
    words, tokens = cast.scene.language.is_, cast.scene.tokens
    if player is not None and stands_in(cast, player):
        other = [g for g in ahead if g.kind == PERSON and g.start > player.end and g.prep == "in"]
        return other[0] if other else player  # "found a successor to Orme in Vale"
    if player is None or player.prep or not words(tokens[max(0, player.start - 1)].key, "replacing"):
        return player
    later = [g for g in ahead if g.kind == PERSON and g.start > player.end and g.prep in ("with", "by")]
    return later[0] if later else player


def for_him(cast: Cast, player: Group) -> bool:
    """ "Want competition for Vale", "want a back-up to Vale", "need a striker after Vale's injury": it is
    somebody else whom they are after."""
    words, tokens = cast.scene.language.is_, cast.scene.tokens
    hurt = player.own and words(tokens[min(player.end + 1, len(tokens) - 1)].key, "absence")
    if hurt or stands_in(cast, player):
        return True
    if player.prep != "for" or cast.end - cast.start > 1 or not words(tokens[cast.start].key, "lacking"):
        return False
    between = [token.key for token in tokens[cast.end : player.start]]
    return not any(key in (CLUB, MONEY) or words(key, "taker") for key in between)


def stands_in(cast: Cast, player: Group) -> bool:
    """ "Have lined up a replacement for Vale": whom they are after comes in his stead."""
    if player.prep not in ("for", "to") or player.start <= cast.end + 1:
        return False
    before = cast.scene.tokens[player.start - 2].key
    return any(cast.scene.language.is_(before, name) for name in ("person.heir", "stopgap"))


def _given(cast: Cast, player: Group) -> bool:
    words, tokens = cast.scene.language.is_, cast.scene.tokens
    before = tokens[player.start - 1].key if player.start else ""
    span = tokens[cast.start : cast.end]
    return words(before, "and") or any(words(t.key, "giving") or words(t.key, "swapping") for t in span)
