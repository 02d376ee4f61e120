"""Clubs in the description of a player, beside his name: "the Lille winger Vale", "Vale (26, Lille)"."""

from __future__ import annotations

from links.claim import Stage
from links.groups import NATION, PLACE
from links.language import Language
from links.reach import Passage
from links.sentences import CLUB, NUMBER, OWN, PERSON


class Described:
    """The players of one sentence with the clubs that stand beside their names."""

    def __init__(self, passage: Passage, words: Language) -> None:
        self.passage, self.words = passage, words
        self.tokens = passage.line.tokens
        self.clubs: set[int] = set()
        """The tokens of clubs in a description."""
        self.named: list[tuple[str, str]] = []
        """Players and the clubs that they are said to be of, former ones left out."""
        for at, token in enumerate(() if passage.line.leaving else self.tokens):
            if token.key == PERSON and token.mention is not None:
                self._look(at, token.mention.ref)
        for group, _ in passage.whom:
            if group.each and group.owners and len(group.refs) > 1:  # "Rovers duo Vale and Orme"
                self.named += [(player, group.owners[0]) for player in group.refs[1:]]

    def _look(self, at: int, player: str) -> None:
        for spot in self._of(at):
            self.clubs.add(spot)
            mention = self.tokens[spot].mention
            if not self._former(spot) and mention is not None:
                self.named.append((player, mention.ref))

    def _key(self, at: int) -> str:
        return self.tokens[at].key if 0 <= at < len(self.tokens) else ""

    def _of(self, at: int) -> list[int]:
        """Clubs in the description of the player at a token, before or after his name."""
        before = self._before(at)
        after = self._after(at + 1)
        return [spot for spot in (before, after) if spot is not None]

    def _before(self, at: int) -> int | None:
        spot = at - 1
        if self._key(spot) == "-" and self._key(spot - 1) == CLUB:
            return None  # "Milan-Vale" is a deal
        while spot >= 0 and self._modifies(spot):
            spot -= 1
        if spot >= 0 and self._key(spot) == OWN:
            spot -= 1
            while spot >= 0 and self._modifies(spot):
                spot -= 1
        if self._key(spot) != CLUB:
            return None
        if self.words.is_(self._key(at + 1), "club.pursuit") and spot >= at - 2:
            return None
        if spot == at - 1 and not self.passage.line.title:
            return None
        return spot

    def _modifies(self, at: int) -> bool:
        key, word = self._key(at), self.words.is_
        return (
            key in ("-", NUMBER, "L", "A", '"', "'")
            or word(key, "person.position")
            or word(key, "person.nationality")
            or word(key, "person.adjective")
            or self._several(at)
            or (word(key, "person.half") and any(word(self._key(n), "person.half") for n in (at - 1, at + 1)))
            or (word(key, "of") and self._key(at + 1) in (NATION, PLACE))  # "Genk of Belgium forward Vale"
            or (word(key, "and") and self._key(at + 1) == NATION and self._key(at - 1) == CLUB)
        )

    def _several(self, at: int) -> bool:
        """ "Duo" and "duo of" before a name."""
        key, word = self._key(at), self.words.is_
        if word(key, "of"):
            return self._key(at + 1) == PERSON and self._several(at - 1)
        after = self._key(at + 1)
        named = after == PERSON or (word(after, "of") and self._key(at + 2) == PERSON)
        return named and (word(key, "person.pair") or word(key, "person.both"))

    def _after(self, at: int) -> int | None:
        """ "of Lille", "(Lille)", "(26, Lille)", ", 26, of Lille", ", the Lille winger"."""
        word = self.words.is_
        if self._key(at) == "," and self._key(at + 1) == NUMBER:
            at += 2
            at += self._key(at) == ","
        at += self._key(at) == "," and word(self._key(at + 1), "of")
        if self._key(at + 1) == CLUB and (
            word(self._key(at), "of") or (word(self._key(at), "at") and not self._signs(at))
        ):
            return at + 1
        if self._key(at + 1) == CLUB and word(self._key(at), "from") and self._within(at):
            return at + 1
        if self._key(at) == "(":
            for spot in range(at + 1, min(at + 6, len(self.tokens))):
                if self._key(spot) == CLUB and self._key(spot + 1) in (")", ",", "/", ";"):
                    return spot
                if self._key(spot) == ")":
                    break
        if self._key(at) == "," and word(self._key(at + 1), "adverb") and word(self._key(at + 2), "at"):
            return at + 3 if self._key(at + 3) == CLUB else None
        if self._key(at) == ",":
            spot = at + 1
            while word(self._key(spot), "article") or self._modifies(spot) or self._key(spot) == OWN:
                spot += 1
            if self._key(spot) == CLUB and self._heads(spot + 1):
                return spot
            if (
                self._key(spot + 1) == CLUB
                and spot > at + 1
                and any(map(word, [self._key(spot)] * 3, ("from", "of", "at")))
            ):
                return spot + 1
        return None

    def _within(self, at: int) -> bool:
        """Is a word in a player's group: "from" in "Vale from Metz and Orme from Lille"?"""
        return any(g.kind == PERSON and g.start < at < g.end for g, _ in self.passage.whom)

    def _signs(self, at: int) -> bool:
        """Is it where he has his tests, or signs: "a medical for Vale at Rovers"?"""
        segment = self.passage.segment(at)
        return any(
            hit.meaning.stage is not None
            and hit.meaning.stage >= Stage.MEDICAL
            and hit.start < at
            and self.passage.segment(hit.start) == segment
            for hit in self.passage.line.hits
        )

    def _heads(self, at: int) -> bool:
        """Do words for a man follow a club, up to a mark?"""
        start = at
        while self._modifies(at) or self._key(at) == OWN:
            at += 1
        return at > start and any(
            self.words.is_(self._key(spot), "person.position")
            or self.words.is_(self._key(spot), "person.nationality")
            for spot in range(start, at)
        )

    def _former(self, at: int) -> bool:
        back = at - 1
        while self._modifies(back) and not self.words.is_(self._key(back), "person.former"):
            back -= 1
        span = range(back, at + 3)
        return any(self.words.is_(self._key(spot), "person.former") for spot in span if spot != at)
