"""Noun groups: what one is, whether of players or of clubs."""

from __future__ import annotations

from dataclasses import dataclass, field

OTHER_TEAM = "T"
HUMAN = "H"
HEIR = ("heir",)
"""The hints of a man who is only described as somebody's heir: nobody knows him."""
LEAGUE, NATION, PLACE = "L", "A", "G"


@dataclass(slots=True)
class Group:
    """A group of players or of clubs in a sentence; `start` and `end` are token indexes, modifiers included.

    `refs` are those named; a description or a pronoun has none and is resolved by the story. `owners`
    are clubs that a player is said to belong to. `prep` is the class of the word before ("from", "to", ...,
    "" for none). `own` tells that "'s" follows. `hints` are the words of a description.
    """

    kind: str
    start: int
    end: int
    refs: tuple[str, ...] = ()
    owners: tuple[str, ...] = ()
    prep: str = ""
    own: bool = False
    official: bool = False
    bracketed: bool = False
    called: bool = False
    """Does a word such as "side" stand before the club's name: "his Spanish club Getafe"?"""
    told: bool = False
    """Is it whom somebody tells something?"""
    pronoun: bool = False
    ages: dict[str, str] = field(default_factory=dict)
    hints: tuple[str, ...] = ()
    traits: dict[str, frozenset[str]] = field(default_factory=dict)
    """What is told of each of the players, "" for a description: age, country, position (`links.traits`)."""
    aside: bool = False
    """Is it named in passing: in a relative clause, as somebody's team-mate, as whom another replaces?"""
    each: bool = False
    """Do words before the name hold for all of a list: "Rovers duo Vale and Orme"?"""
    below: bool = False
    """Does it stand in a clause such as "if Rovers sell" that opens the sentence?"""

    @property
    def described(self) -> bool:
        """A description or a pronoun in place of a name."""
        return not self.refs


PREPOSITIONS = ("from", "to", "with", "by", "against", "for", "of", "at", "in", "between")
