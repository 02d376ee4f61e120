"""Who is who in an article: the mentions of each person brought together."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from links.names import facts
from links.names.around import Lines
from links.names.lexicon import Lexicon, key_of
from links.names.mention import Mention, Person, PersonMention, Sort
from links.names.people import weight
from links.player import Player
from links.players import same_player, tokens


class _Group:
    """A person in the making."""

    def __init__(self, mention: PersonMention) -> None:
        self.mentions: list[PersonMention] = []
        self._name(mention.text)
        self.take(mention)

    def _name(self, name: str) -> None:
        self.name = " ".join(name.split())
        self._words = frozenset(tokens(name))
        self._end = "".join(tokens(name))[-3:]

    def take(self, mention: PersonMention) -> None:
        """Add a mention; the name is the fullest of all."""
        self.mentions.append(mention)
        if len(tokens(mention.text)) > len(tokens(self.name)):
            self._name(mention.text)

    def fits(self, mention: PersonMention) -> bool:
        """Whether the mention can be of this person, by its words."""
        words = tokens(mention.text)
        # Names that are one man's share a word, or end alike where they are cut differently.
        if self._words.isdisjoint(words) and "".join(words)[-3:] != self._end:
            return False
        return same_player(self.name, mention.text)


def gather(
    text: str, found: Sequence[PersonMention], mentions: Sequence[Mention], lexicon: Lexicon
) -> list[Person]:
    """The people of an article, in order of first mention.

    Full names make persons first; a last name joins the person who has it, of several the one named
    last before. What stands alone and in no context that speaks for a person is left out.
    """
    groups: list[_Group] = []
    for mention in found:
        if mention.full:
            _place(groups, mention)
    single: list[_Group] = []
    for mention in found:
        if mention.full:
            continue
        fitting = [group for group in groups if group.fits(mention)]
        if not fitting:
            # "Bruno" of an article on one Bruno; but "Silva" is nobody's first name.
            fitting = [group for group in groups if key_of(group.name).split()[0] == key_of(mention.text)]
            fitting = fitting if len(fitting) == 1 else []
        if fitting:
            _nearest(fitting, mention).take(mention)
        else:
            _place(single, mention)
    listed = {(m.start, m.end): m for m in mentions if m.sort in (Sort.PERSON, Sort.PLAYER)}
    lines = Lines(text)
    people = [_person(text, group, listed, lexicon, lines) for group in [*groups, *single]]
    return sorted((p for p in people if p is not None), key=lambda p: p.mentions[0].start)


def _place(groups: list[_Group], mention: PersonMention) -> None:
    for group in groups:
        if group.fits(mention):
            group.take(mention)
            return
    groups.append(_Group(mention))


def _nearest(groups: Sequence[_Group], mention: PersonMention) -> _Group:
    """Of several of one last name, the one that was named last before; else the one named first."""

    def distance(group: _Group) -> tuple[bool, int]:
        before = [m.start for m in group.mentions if m.start < mention.start]
        return (not before, mention.start - max(before) if before else group.mentions[0].start)

    return min(groups, key=distance)


def _person(
    text: str, group: _Group, listed: dict[tuple[int, int], Mention], lexicon: Lexicon, lines: Lines
) -> Person | None:
    known: Player | None = None
    roles: Counter[str] = Counter()
    evidence = 0.0
    said = [listed[m.start, m.end] for m in group.mentions if (m.start, m.end) in listed]
    for one in said:
        if one.player is not None and (one.sure or known is None):
            known = one.player
    for mention in group.mentions:
        if mention.role is not None:
            roles[mention.role] += 1
        evidence += weight(text, mention, lexicon, lines)
    evidence += 2 * len(said)
    if evidence < 1 or (not said and not _plausible(group, evidence, lexicon)):
        return None
    role = _listed_role(group, said)
    if roles:
        role = roles.most_common(1)[0][0] if role is None or "player" not in roles else role
    mentions = tuple(sorted(group.mentions, key=lambda m: m.start))
    return Person(group.name, mentions, role, known, int(evidence))


def _listed_role(group: _Group, said: Sequence[Mention]) -> str | None:
    """The role that the facts give: a listed last name counts unless the article gives it to another."""
    for mention in said:
        if mention.role is not None and same_player(group.name, mention.name):
            return mention.role
    return None


def _plausible(group: _Group, evidence: float, lexicon: Lexicon) -> bool:
    """A lone word needs more than one's place in a sentence; a first name alone is nobody."""
    key = key_of(group.name)
    if " " in group.name:
        return True
    if key in lexicon.common and evidence < 4:
        return False
    return key not in facts.first_names() or evidence >= 2
