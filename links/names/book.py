"""`Names`: what is known by name, and the reading of one article for names."""

from __future__ import annotations

import functools
import html
from collections.abc import Iterable, Sequence
from dataclasses import replace

from rapidfuzz import fuzz, process

from links.fold import Flat, flatten, fold
from links.names import facts
from links.names.credits import find_credits
from links.names.facts import Club
from links.names.find import Finder
from links.names.gather import gather
from links.names.gazetteer import ambiguous, bare, shipped
from links.names.lexicon import Lexicon, key_of, lexicon
from links.names.mention import Mention, Sort, Strength, Survey
from links.names.otherwise import (
    called_among,
    given_among,
    is_called,
    is_first_name,
    is_half,
    is_half_of_name,
    is_no_club,
    is_other_person,
    is_place,
    is_surname,
    surnames_among,
)
from links.names.people import find_people
from links.names.roster import Roster
from links.names.settle import Settler
from links.names.teams import about, marked, paragraphs_about
from links.names.typos import may_be_misspelt, told_apart
from links.player import Player


class Names:
    """Clubs and sources that ship, and the players that are given. Immutable; share it freely."""

    def __init__(self, roster: Roster) -> None:
        self._roster = roster
        self._outlets: dict[str, tuple[str, ...]] = {}

    @classmethod
    def load(cls, players: Iterable[Player] = ()) -> Names:
        """Names with these players. What ships is read once in a process."""
        return cls(Roster(players))

    def with_players(self, players: Iterable[Player]) -> Names:
        """The same with these players instead."""
        return Names(Roster(players))

    @property
    def players(self) -> tuple[Player, ...]:
        """The players that were given."""
        return self._roster.players

    @property
    def clubs(self) -> tuple[str, ...]:
        """Usual English names of all clubs, for completion."""
        return tuple(facts.clubs())

    def facts_of(self, club: str) -> Club | None:
        """What is known of a club by its usual English name."""
        return facts.clubs().get(club)

    def club(self, typed: str) -> str | None:
        """The usual English name of the club that a person typed, None where it is none or several.

        Nicknames and small typing errors are understood; a name that several clubs share is not.
        """
        key = bare(typed)
        exact = _club_keys().get(key) or _club_keys().get(fold(typed))
        if exact is not None:
            return exact if exact else None
        if len(key) <= 4:
            return None
        # The plain ratio: a weighted one finds "om" (Marseille) in every Gomez.
        near = process.extract(key, _club_keys().keys(), scorer=fuzz.ratio, limit=3, score_cutoff=88)
        found = {_club_keys()[match] for match, _, _ in near}
        return found.pop() or None if len(found) == 1 else None

    def source_tier(self, name: str) -> int | None:
        """1 (best) to 4 for a journalist, an outlet or its address; None where it is not listed."""
        return _tiers().get(fold(name)) or _tiers().get(bare(name))

    def mentions_watched(self, text: str) -> bool:
        """Whether one of the players may be named at all; cheap, errs on the side of yes."""
        return next(self._roster.hits(flatten(_shown(text))), None) is not None

    def may_name_club(self, title: str, text: str, *, outlet: str | None = None, lang: str = "en") -> bool:
        """Whether a survey may find a club, or the outlet has one: much cheaper, and a no is certain."""
        whole, words = _whole(title, text), lexicon(lang)
        if Finder(shipped(), words).may_find_club(flatten(whole)):
            return True
        return bool(self._outlet_clubs(outlet)) or _may_misspell_club(whole, words)

    def watched(self, text: str) -> list[Player]:
        """The players whom the text may name, each once, by their last name at least."""
        return list(
            {player.id: player for _, _, player, _ in self._roster.hits(flatten(_shown(text)))}.values()
        )

    def find(self, text: str, lang: str = "en") -> list[Mention]:
        """Everything listed that stands in the text, in order and without overlap; clubs may be open."""
        return self._find(flatten(text), lang)

    def _find(self, flat: Flat, lang: str) -> list[Mention]:
        mentions = Finder(shipped(), lexicon(lang)).find(flat)
        mentions = [mention for mention in mentions if not is_half(mention, flat.original)]
        mentions = marked(mentions, flat.original, lexicon(lang))
        players: dict[tuple[int, int], Mention] = {}
        for start, end, player, full in self._roster.hits(flat):
            known = players.get((start, end))
            if known is None or (full and not known.sure):
                piece = flat.original[start:end]
                players[start, end] = Mention(
                    start, end, piece, Sort.PLAYER, player.name, (player.name,), sure=full, player=player
                )
        return _merged(mentions, players.values())

    def survey(
        self,
        title: str,
        text: str,
        *,
        outlet: str | None = None,
        lang: str = "en",
        needs_club: bool = False,
    ) -> Survey:
        """Read one article for names: mentions with one club each, and its people.

        With `needs_club`, nobody is looked for in an article that names none, of an outlet that has none.
        """
        whole = _whole(title, text)
        flat = flatten(whole)
        words = lexicon(lang)
        found = self._find(flat, lang)
        homes = self._outlet_clubs(outlet)
        settler = Settler(found, whole, homes, words)
        surnames = surnames_among(found, whole) | given_among(found, whole) | called_among(found)
        found = [m for m in found if not is_called(m, whole, surnames, words)]
        mentions = [kept for m in found if (kept := self._settled(m, whole, settler, words)) is not None]
        mentions = _nicknamed(mentions, whole, homes, words)
        if needs_club and not (
            homes or any(m.sort is Sort.CLUB for m in mentions) or _may_misspell_club(whole, words)
        ):
            return Survey(whole, len(title), tuple(mentions), ())
        # Unlisted sources take the place of the clubs and towns in their names: the Stoke Sentinel.
        mentions = _over(find_credits(whole, mentions, words), mentions)
        found_people, misspelt = told_apart(find_people(whole, mentions, words), mentions)
        mentions = _over(mentions, misspelt)
        people = [
            person
            for person in gather(whole, found_people, mentions, words)
            if not _publishes(person.name, outlet)
        ]
        clubs = [mention for mention in mentions if mention.sort is Sort.CLUB]
        team = about(flat, words, clubs, len(title) if text else 0)
        home = homes[0] if len(set(homes)) == 1 else None
        beside = paragraphs_about(flat, words) if team is not None else ()
        return Survey(whole, len(title), tuple(mentions), tuple(people), team, home, beside)

    def _settled(self, mention: Mention, text: str, settler: Settler, words: Lexicon) -> Mention | None:
        """The mention as the article means it, None where it is part of a person's name or a mere word."""
        if mention.sort is Sort.PERSON and not mention.sure and is_other_person(mention, text):
            return None
        if mention.sort in (Sort.NATION, Sort.PLACE):
            part = is_first_name(mention, text) or is_surname(mention, text) or is_half_of_name(mention, text)
            return None if part else mention
        if mention.sort is not Sort.CLUB:
            return mention
        if mention.team is None:
            if is_no_club(mention, text, words):
                return None
            if is_place(mention, text, words):
                return replace(mention, sort=Sort.PLACE, name=mention.text, sure=True)
        settled = settler.settle(mention)
        if settled is None and key_of(mention.text) in facts.cities():
            return replace(mention, sort=Sort.PLACE, name=mention.text, sure=True)
        return settled

    def _outlet_clubs(self, outlet: str | None) -> tuple[str, ...]:
        if not outlet:
            return ()
        known = self._outlets.get(outlet)
        if known is None:
            found = [m for m in self.find(outlet) if not (" " in outlet and _is_word(m))]
            grounds = [m.name for m in found if m.sort is Sort.STADIUM and m.name]
            known = (*grounds, *(name for m in found if m.sort is Sort.CLUB for name in m.candidates))
            if len(self._outlets) < _OUTLETS:
                self._outlets[outlet] = known
        return known


def _is_word(mention: Mention) -> bool:
    """Whether the name is rather a word: "PA Sport" is no paper of Sport Recife."""
    return mention.sort is Sort.CLUB and "rare" in ambiguous().get(key_of(mention.text), frozenset())


def _nicknamed(mentions: list[Mention], text: str, homes: tuple[str, ...], words: Lexicon) -> list[Mention]:
    """The mentions with the nicknames of several clubs settled anew, now that it is known whom the names that
    clubs share mean: the Nerazzurri behind "talks with Inter" are Inter."""
    if not any(map(_shared, mentions)):
        return mentions
    known = [replace(m, sure=True) if m.name else m for m in mentions if not _shared(m)]
    again = Settler(known, text, homes, words)
    return [again.settle(m) or m if _shared(m) else m for m in mentions]


def _shared(mention: Mention) -> bool:
    """Whether it is a nickname that several clubs have."""
    nickname = mention.sort is Sort.CLUB and mention.strength is Strength.NICKNAME and mention.team is None
    return nickname and len(mention.candidates) > 1


_OUTLETS = 5000
"""Of so many outlets it is kept which clubs their names hold."""


def _whole(title: str, text: str) -> str:
    """An article as it is surveyed."""
    return f"{title}\n\n{text}" if text else title


def _may_misspell_club(whole: str, words: Lexicon) -> bool:
    """Whether what looks like a person may be a club with a letter wrong."""
    return any(may_be_misspelt(run.group()) for run in words.runs.finditer(whole))


def _shown(text: str) -> str:
    """The text as it is shown: feeds write "Kant&eacute;" for a letter."""
    return html.unescape(text) if "&" in text else text


def _over(mentions: Iterable[Mention], others: Sequence[Mention]) -> list[Mention]:
    """The mentions, and those of the others that they do not touch, in order."""
    mentions = list(mentions)
    taken = bytearray(max((m.end for m in (*mentions, *others)), default=0))
    for mention in mentions:
        taken[mention.start : mention.end] = b"\1" * (mention.end - mention.start)
    free = [other for other in others if taken.find(1, other.start, other.end) < 0]
    return sorted([*mentions, *free], key=lambda m: m.start)


def _apart(mentions: Iterable[Mention]) -> list[Mention]:
    """Those that do not touch one before them."""
    kept: list[Mention] = []
    taken: set[int] = set()
    for mention in mentions:
        if taken.isdisjoint(range(mention.start, mention.end)):
            taken.update(range(mention.start, mention.end))
            kept.append(mention)
    return kept


def _merged(mentions: Sequence[Mention], players: Iterable[Mention]) -> list[Mention]:
    """Players among the rest: a full name takes the place of all that it touches, a last name of persons."""
    known = sorted(players, key=lambda m: (not m.sure, m.start - m.end))
    full = _apart(player for player in known if player.sure)
    lone = _apart(player for player in known if not player.sure)
    rest = [mention for mention in mentions if mention.sort is not Sort.PERSON]
    people = [mention for mention in mentions if mention.sort is Sort.PERSON]
    return _over(_over(_over(full, rest), lone), people)


@functools.cache
def _club_keys() -> dict[str, str]:
    """Folded names of clubs; "" where several clubs share one and none is the usual one."""
    keys: dict[str, str] = {}
    for nicknames in (False, True):
        found: dict[str, set[str]] = {}
        for club in facts.clubs().values():
            for alias in club.nicknames if nicknames else club.aliases:
                found.setdefault(bare(alias) if nicknames else fold(alias), set()).add(club.name)
        for key, names in found.items():
            keys.setdefault(key, names.pop() if len(names) == 1 else "")
    keys |= {fold(name): name for name in facts.clubs()}
    return keys


def _publishes(name: str, outlet: str | None) -> bool:
    """Whether a name is that of the outlet itself, which tells and does not move."""
    return bool(outlet) and f" {fold(name)} " in f" {fold(outlet or '')} " and " " in fold(name)


@functools.cache
def _tiers() -> dict[str, int]:
    tiers: dict[str, int] = {}
    # Outlets first: a journalist's house is no name of his.
    for source in sorted(facts.sources(), key=lambda source: source.sort == "journalist"):
        domain = source.domain if source.sort != "journalist" else ""
        for alias in (source.name, *source.aliases, domain):
            if alias:
                tiers.setdefault(fold(alias), source.tier)
                tiers.setdefault(bare(alias), source.tier)
    return tiers
