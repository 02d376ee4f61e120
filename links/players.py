"""Names of players: whether two are one man's, and who is meant by what a person types."""

from __future__ import annotations

import enum
import functools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz, process

from links.fold import fold
from links.player import Player

PARTICLES = frozenset({
    "van", "von", "der", "den", "de", "da", "do", "dos", "das", "di", "del", "della", "dello", "la",
    "le", "lo", "el", "al", "ben", "bin", "ibn", "ter", "ten", "te", "zu", "du", "des", "y", "e",
    "abd", "abu",
})  # fmt: skip
LEADING = frozenset({
    "van", "von", "der", "den", "de", "da", "do", "dos", "di", "del", "della", "el", "al", "le", "la",
    "lo", "ter", "ten", "te",
})  # fmt: skip
SUFFIXES = frozenset({
    "jr", "junior", "sr", "ii", "iii", "neto", "filho",
})  # fmt: skip
FAMILY_FIRST = frozenset({
    "kim", "lee", "park", "son", "hwang", "cho", "choi", "jung", "jeong", "kang", "yoon", "hong",
    "seol", "paik", "bae", "yang", "oh", "ki",
})  # fmt: skip
"""Korean family names, which stand first: "Kim" is Kim Min-jae."""

_NEAR = 75
"""Names of this likeness (0 to 100) are offered for what was typed: one wrong letter in five or so."""

_SHORT_FORMS = """
alex: alexander alexandre alessandro aleksandar alejandro alexis
ben: benjamin
chris: christopher christian
dan: daniel
dani: daniel
danny: daniel
dave: david
eddie: edward
edu: eduardo
fran: francisco
gabi: gabriel
gio: giovanni giovani
jack: john
jamie: james
jim: james
jimmy: james
joe: joseph
joey: joseph
josh: joshua
kiko: francisco
leo: leonardo leandro lionel
manu: manuel emmanuel
matt: matthew
matty: matthew
max: maximilian
mick: michael
mike: michael
mo: mohamed mohammed
momo: mohamed
nate: nathan
nathan: nathaniel
nick: nicholas nicolas
nico: nicolas nicolo
ollie: oliver
pepe: jose
phil: philip philippe
rafa: rafael
rob: robert
robbie: robert
sam: samuel
samu: samuel
santi: santiago
seb: sebastian
steve: stephen steven
theo: theodore
tom: thomas
tommy: thomas
toni: antonio
tony: anthony antonio
vini: vinicius
will: william
xavi: xavier
zach: zachary
zak: zakaria zachary
"""
_SHORT = {
    short: frozenset(long.split())
    for short, _, long in (line.partition(": ") for line in _SHORT_FORMS.strip().splitlines())
}


@functools.lru_cache(maxsize=8192)
def tokens(name: str) -> tuple[str, ...]:
    """The words of a name that count, folded: no particles, no Junior, unless nothing else is left.

    What a hyphen or an apostrophe joins is one word: "Walker-Peters" is neither Walker nor Peters.
    """
    words = [word for part in name.split() if (word := fold(part).replace(" ", ""))]
    counted = [
        word
        for index, word in enumerate(words)
        if word not in SUFFIXES and word not in (LEADING if index == 0 else PARTICLES)
    ]
    return tuple(counted or words)


def called(name: str) -> frozenset[str]:
    """The folded words that a player of this name may be called by alone: what he is looked up by.

    Not his first name, unless it is all that he has, or the name is of a kind whose family name may stand
    first (Kim Min-jae).
    """
    counted = tokens(name)
    family_first = "-" in name or len(counted) == 1
    return frozenset(word for word in (counted if family_first else counted[1:]) if len(word) > 1)


def _same_given(a: str, b: str) -> bool:
    """Whether two first names may be one: equal, an initial, a short form, one letter apart when long."""
    if a == b:
        return True
    if len(a) > len(b):
        a, b = b, a
    if len(a) == 1:
        return b.startswith(a)
    if b in _SHORT.get(a, ()):
        return True
    return len(a) >= 4 and (b.startswith(a) or (len(a) >= 5 and fuzz.ratio(a, b) >= 85))


def same_player(a: str, b: str) -> bool:
    """Whether two names can be one man's by their words alone.

    Accents, case, apostrophes, hyphens, particles and Junior do not count; "J. Gomez" fits "Joe Gomez";
    a last name alone fits a full name that has it; two different first names never fit.
    """
    one, other = tokens(a), tokens(b)
    if not one or not other:
        return False
    if one == other or "".join(one) == "".join(other) or sorted(one) == sorted(other):
        return True
    if len(one) > len(other):
        one, other = other, one
        a, b = b, a
    if len(one) == 1:
        return _is_last_name(one[0], other, b)
    if one[-1] == other[-1]:
        return _same_given(one[0], other[0]) or (len(one) == 2 and one[0] in other[:-1])
    if _ends_alike(one, other) or _ends_alike(other, one):
        return True  # "Alexander Arnold" for Trent Alexander-Arnold
    # A second last name may be left out: "Fran Garcia" and "Fran Garcia Torres".
    return len(one) < len(other) and _same_given(one[0], other[0]) and set(one[1:]) <= set(other[1:])


def _ends_alike(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    """Whether all of one is the end of the other, however it is cut into words."""
    return any("".join(one) == "".join(other[start:]) for start in range(1, len(other)))


def _is_last_name(word: str, name: tuple[str, ...], written: str) -> bool:
    """Whether one word is the last name in a fuller one, or the family name of "Kim Min-jae"."""
    if len(word) < 2:
        return False
    if word in name[1:] or (len(name) == 1 and word == name[0]):
        return True
    return word == name[0] and word in FAMILY_FIRST and "-" in written


class Fit(enum.StrEnum):
    """How well what was typed tells a player."""

    ONE = "one"
    SEVERAL = "several"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Match:
    """The answer to a typed name. ONE: `players` has the one. SEVERAL: those that fit equally well.

    NONE: `players` has those with names near to it, the nearest first, for "did you mean".
    """

    fit: Fit
    players: tuple[Player, ...]

    @property
    def player(self) -> Player | None:
        """The one that is meant, if it is clear."""
        return self.players[0] if self.fit is Fit.ONE else None


def match_player(typed: str, players: Sequence[Player], *, near: int = 5) -> Match:
    """Who is meant by a typed name: accents, case, aliases, a last name alone and small errors are forgiven.

    A name that is exactly one player's wins over names that merely contain it. At most `near` names
    are offered where none fits. Linear in the number of players.
    """
    key = fold(typed)
    if not key:
        return Match(Fit.NONE, ())
    named = [(player, [(name, fold(name)) for name in names_of(player)]) for player in players]
    for test in (_is_whole_name, _is_same, _has_words, _begins):
        found = [player for player, names in named if any(test(key, *name) for name in names)]
        if found:
            return Match(Fit.ONE if len(found) == 1 else Fit.SEVERAL, tuple(found))
    return Match(Fit.NONE, tuple(_nearest(key, players, near)) if near else ())


def names_of(player: Player) -> tuple[str, ...]:
    """Every name he goes by, the usual one first."""
    return (player.name, *player.aliases)


def _is_whole_name(key: str, _name: str, folded: str) -> bool:
    return folded == key


def _is_same(key: str, name: str, _folded: str) -> bool:
    return same_player(key, name)


def _has_words(key: str, _name: str, folded: str) -> bool:
    return set(key.split()) <= set(folded.split())


def _begins(key: str, _name: str, folded: str) -> bool:
    return len(key) >= 3 and folded.startswith(key)


def nearest(key: str, forms: Iterable[str], limit: int) -> list[str]:
    """Of these folded names or words the ones that are nearly what was typed, the likest first."""
    found = process.extract(key, list(forms), scorer=fuzz.ratio, limit=limit * 4, score_cutoff=_NEAR)
    return [form for form, _, _ in found]


def _nearest(key: str, players: Iterable[Player], limit: int) -> list[Player]:
    """Players with a name, or a last name, that is nearly what was typed."""
    choices: list[str] = []
    owners: list[Player] = []
    for player in players:
        for name in names_of(player):
            folded = fold(name)
            for form in {folded, folded.split()[-1] if folded else ""} - {""}:
                choices.append(form)
                owners.append(player)
    found = process.extract(key, choices, scorer=fuzz.ratio, limit=limit * 4, score_cutoff=_NEAR)
    nearest: dict[int, Player] = {}
    for _, _, index in found:
        nearest.setdefault(id(owners[index]), owners[index])
    return list(nearest.values())[:limit]
