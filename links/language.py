"""What the engine knows of a language: its words by meaning, loaded from links/lang/<code>.toml and checked.

The tables of such a file, and what the engine does with each, are told in docs/languages.md. An unknown
key or a phrase that makes no sense is a LanguageError that names the file, the table and the word.
"""

from __future__ import annotations

import functools
import itertools
import re
import tomllib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from importlib import resources
from typing import Any

from links.claim import Stage, Status
from links.fold import fold
from links.groups import PREPOSITIONS
from links.phrases import PhraseError, Phrases
from links.structure import Furniture

FRAMES = ("wants", "joins", "sells", "meets", "deal")
"""Who stands before the words: the buyer, the player, the seller, or nobody (a noun)."""

GOVERNORS = (
    "near",
    "will",
    "expect",
    "want",
    "may",
    "if",
    "not",
    "deny",
    "try",
    "had",
    "agree",
    "talk",
    "fail",
    "none",
    "yet",
    "wish",
    "pause",
    "having",
    "sofar",
    "untrue",
    "early",
)
TIMES = ("past", "recent", "now", "again", "months", "window")
DEALS = ("loan", "permanent", "bought", "free", "swap", "idle")
SCOPES = (
    "coach",
    "retired",
    "list",
    "fiction",
    "wish",
    "background",
    "match",
    "played",
    "bygone",
    "renewal",
    "renewed",
    "departure",
    "going",
    "coming",
    "denied",
)
CLASSES = (
    "from", "to", "with", "by", "against", "for", "of", "at", "in", "between", "and", "relative", "cut",
    "sub", "aux", "article", "he", "they", "him", "be", "who_said", "own", "that", "solid", "adverb",
    "taker", "no", "we", "including", "lent", "personal", "once", "arrived", "sale", "since", "indefinite",
    "beat", "prefer", "selling", "amount", "joining", "swapping", "giving", "price", "somebody", "on",
    "reports", "circle", "despite", "rivalry", "moving", "news", "match", "bringing", "earlier", "likening",
    "landing", "contest", "thing", "incoming", "outgoing", "wished", "homeward", "sending", "replacing",
    "gratis", "stopgap", "eversince", "accompanying",
    "travelling", "linking", "conveyed", "rights", "urging", "telling", "distance", "spending", "fixture",
    "away", "longing", "matching", "rumoured", "quizzed", "passed_over", "lacking", "leaving", "turning",
    "newest", "snubbing", "terms", "coming", "opening", "permission", "makeweight",
    "newest", "snubbing", "hearing", "freed",
    "lasting", "barring", "twosome", "couple",
    "passing", "ahead", "prising", "likened", "paying", "parting", "headed", "modal", "after",
    "has", "such", "amid", "held", "having", "converse", "switching", "way", "outbid", "paper",
    "ago", "getting", "refusing", "absence", "until",
)  # fmt: skip
PERSONS = (
    "position",
    "nationality",
    "adjective",
    "generic",
    "plural",
    "former",
    "family",
    "pair",
    "newcomer",
    "both",
    "half",
    "mate",
    "keeper",
    "back",
    "middle",
    "front",
    "heir",
)
FILLERS = ("article", "adverb", "person.position", "person.nationality", "person.adjective", "person.former")
"""What "~" in a phrase passes over, with the words and kinds of names that the file lists as `filler`."""
CLUBS = ("side", "adjective", "official", "they", "pursuit", "rival", "sort")
_MODIFIERS = ("person.position", "person.former", "person.nationality", "person.adjective", "person.plural")
UNIONS = {
    "any.modifier": _MODIFIERS,
    "any.opener": ("him", "he", "we", "they", "article", "couple", *_MODIFIERS),
    "any.joint": ("relative", "cut", "sub", "with", "and"),
    "any.preposition": PREPOSITIONS,
    "any.tensed": ("form.past", "form.third", "form.base"),
    "any.verb": ("aux", "form.past", "form.third", "form.base"),
    "any.finite": ("aux", "form.third", "form.past", "adverb"),
    "any.closer": (
        "aux", "adverb", "relative", "cut", "sub", "and", "that", "who_said", "from", "to", "with", "by",
        "against", "for", "of", "at", "in", "between", "form.base", "form.third", "form.past",
        "form.participle", "form.gerund", "article", "he", "they",
    ),
    "any.end": ("cut", "sub", "and", "adverb", "relative", "in", "to", "with", "from", "at", "him"),
}  # fmt: skip
"""Classes of words that are asked for together, so that one look-up answers: what may stand before a man's
name, what may open a noun group, what may part clauses, verbs that show a time, what may end a description
or the words of a rule."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One phrase of a language file: the table it stands in and what it says.

    `sort` is "stage", "status", "governor", "time", "scope", "loan" ...; `name` the key within it.
    """

    sort: str
    name: str
    phrase: str
    frame: str = ""
    stage: Stage | None = None
    status: Status | None = None

    @property
    def label(self) -> str:
        """How `why` calls it."""
        return ".".join(part for part in (self.sort, self.name, self.frame) if part)


class LanguageError(ValueError):
    """A language file is wrong; the message says where."""


@dataclass(frozen=True)
class Language:
    """A language, compiled."""

    code: str
    name: str
    stop: frozenset[str]
    abbreviations: frozenset[str]
    furniture: Furniture
    phrases: Phrases[Rule]
    short: Mapping[str, str]
    """What is written behind an apostrophe, spelled out: "have" for "'ve"."""
    words: Mapping[str, frozenset[str]]
    """Words by class: those of CLASSES as "from", of people as "person.position", of clubs as "club.side"."""
    tables: Mapping[str, Any]
    """The raw tables that only one room needs: money, sources."""
    months: tuple[str, ...]
    """January to December."""
    examples: tuple[Mapping[str, Any], ...]

    def is_(self, word: str, group: str) -> bool:
        """Is the folded word of this class?"""
        return word in self.words[group]


_KEYS = {
    "code", "name", "stop", "abbreviations", "forms", "verbs", "sets", "structure", "stage", "status",
    "governor", "time", "scope", "deal", "own", "seller", "idle", "echo", "words", "person", "club",
    "money", "sources", "example", "filler", "short",
}  # fmt: skip


def codes() -> list[str]:
    """The languages that ship with the package."""
    folder = resources.files("links").joinpath("lang")
    return sorted(file.name[:-5] for file in folder.iterdir() if file.name.endswith(".toml"))


@functools.cache
def language(code: str) -> Language | None:
    """The language with this ISO 639-1 code, None where the package has no words of it."""
    if not re.fullmatch(r"[a-z]{2}", code):
        return None
    file = resources.files("links").joinpath("lang", f"{code}.toml")
    if not file.is_file():
        return None
    return parse_language(file.read_text(encoding="utf-8"), f"{code}.toml")


def parse_language(text: str, file: str) -> Language:
    """Compile the text of a language file; LanguageError says what is wrong with it and where."""
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise LanguageError(f"{file}: {error}") from error
    _known(data, _KEYS, file)
    for key in ("code", "name", "stop", "forms", "verbs", "words", "person", "club"):
        if key not in data:
            raise LanguageError(f"{file}: the table {key!r} is missing")
    forms = tuple(data["forms"])
    verbs = {name: _forms(name, spelled, forms, file) for name, spelled in data["verbs"].items()}
    words = _classes(data, verbs, file)
    fillers = frozenset().union(*(words[name] for name in FILLERS), data.get("filler", "").split())
    phrases: Phrases[Rule] = Phrases(verbs, forms, data.get("sets", {}), fillers)
    for rule in _rules(data, file):
        try:
            phrases.add(rule.phrase, rule)
        except PhraseError as error:
            raise LanguageError(f"{file}: [{rule.sort}.{rule.name}] {error}") from error
    return Language(
        code=data["code"],
        name=data["name"],
        stop=frozenset(data["stop"].split()),
        abbreviations=frozenset(data.get("abbreviations", "").split()),
        furniture=_furniture(data.get("structure", {}), file),
        phrases=phrases,
        short=data.get("short", {}),
        words=words,
        tables={key: data.get(key, {}) for key in ("money", "sources", "person", "club")},
        months=tuple(data.get("time", {}).get("months", "").split()),
        examples=tuple(data.get("example", ())),
    )


def _known(table: Mapping[str, Any], known: Iterable[str], where: str) -> None:
    for key in table:
        if key not in known:
            raise LanguageError(f"{where}: unknown key {key!r}; known are {', '.join(sorted(known))}")


def _forms(name: str, spelled: str, forms: tuple[str, ...], file: str) -> tuple[str, ...]:
    words = tuple(spelled.split())
    if len(words) != len(forms):
        raise LanguageError(
            f"{file}: [verbs] {name} has {len(words)} forms, not {len(forms)} ({', '.join(forms)})"
        )
    return words


def _rules(data: Mapping[str, Any], file: str) -> Iterator[Rule]:
    stages = {stage.word: stage for stage in Stage}
    _known(data.get("stage", {}), stages, f"{file}: [stage]")
    for word, frames in data.get("stage", {}).items():
        _known(frames, FRAMES, f"{file}: [stage.{word}]")
        for frame, phrases in frames.items():
            for phrase in phrases:
                yield Rule("stage", word, phrase, frame, stages[word])
    _known(data.get("status", {}), ("stalled", "off"), f"{file}: [status]")
    for word, frames in data.get("status", {}).items():
        _known(frames, FRAMES, f"{file}: [status.{word}]")
        for frame, phrases in frames.items():
            for phrase in phrases:
                head, _, rest = phrase.partition(": ")
                if rest and head not in stages:
                    raise LanguageError(f"{file}: [status.{word}] {phrase!r}: no stage is called {head!r}")
                yield Rule(
                    "status", word, rest or phrase, frame, stages.get(head if rest else ""), Status(word)
                )
    for sort in ("idle", "echo"):
        _known(data.get(sort, {}), ("phrases",), f"{file}: [{sort}]")
        for phrase in data.get(sort, {}).get("phrases", ()):
            yield Rule(sort, "", phrase, "deal")
    _known(data.get("own", {}), FRAMES, f"{file}: [own]")
    for frame, phrases in data.get("own", {}).items():
        for phrase in phrases:
            yield Rule("own", "", phrase, frame)
    _known(data.get("seller", {}), FRAMES, f"{file}: [seller]")
    for frame, phrases in data.get("seller", {}).items():
        for phrase in phrases:
            yield Rule("seller", "", phrase, frame)
    for sort, known in (
        ("governor", GOVERNORS), ("time", TIMES), ("scope", SCOPES), ("deal", DEALS),
    ):  # fmt: skip
        _known(data.get(sort, {}), known, f"{file}: [{sort}]")
        for name, phrases in data.get(sort, {}).items():
            for phrase in phrases if isinstance(phrases, list) else ():
                yield Rule(sort, name, phrase)


def _furniture(table: Mapping[str, Any], file: str) -> Furniture:
    keys = [field.name for field in fields(Furniture)]
    _known(table, keys, f"{file}: [structure]")
    return Furniture(**{key: tuple(fold(words) for words in table.get(key, ())) for key in keys})


def _classes(
    data: Mapping[str, Any], verbs: Mapping[str, tuple[str, ...]], file: str
) -> Mapping[str, frozenset[str]]:
    _known(data["words"], CLASSES, f"{file}: [words]")
    _known(data["person"], PERSONS, f"{file}: [person]")
    _known(data["club"], CLUBS, f"{file}: [club]")
    out = {key: frozenset(data["words"].get(key, "").split()) for key in CLASSES}
    out |= {f"person.{key}": frozenset(data["person"].get(key, "").split()) for key in PERSONS}
    out |= {f"club.{key}": frozenset(data["club"].get(key, "").split()) for key in CLUBS}
    forms = tuple(data["forms"])
    for number, form in enumerate(forms):
        out[f"form.{form}"] = frozenset(
            itertools.chain(*(words[number].split("/") for words in verbs.values()))
        )
    out |= {key: frozenset().union(*(out.get(name, ()) for name in names)) for key, names in UNIONS.items()}
    out["form.only past"] = out.get("form.past", frozenset()) - out.get("form.base", frozenset())
    return out


_WORD = re.compile(r"[^\W\d_]+")
_SAMPLE = 6000
_FEW = 12


def guess(text: str, declared: str | None) -> str | None:
    """The language of a text: the declared one unless it is plainly another, None where nothing is known.

    A text with few words is believed to be what was declared; without a declaration, what most of
    its stop words say.
    """
    total, scores = 0, dict.fromkeys(_profiles(), 0)
    for word, times in Counter(_WORD.findall(text[:_SAMPLE])).items():
        total += times
        for code in _speakers().get(word.lower() if word.isascii() else fold(word), ()):
            scores[code] += times
    best = max(scores, key=lambda code: (scores[code], code == declared))
    known = (declared or "").lower()[:2] or None
    if known is None:
        return best if scores[best] * 12 >= total and total else None
    own = scores.get(known, 0)
    if total >= _FEW and best != known and scores[best] >= 4 and scores[best] >= 2.5 * own + 2:
        return best
    return known


@functools.cache
def _speakers() -> Mapping[str, Sequence[str]]:
    """The languages that have a stop word, by the word."""
    words = sorted(frozenset().union(*_profiles().values()))
    return {word: [code for code, own in _profiles().items() if word in own] for word in words}


@functools.cache
def _profiles() -> Mapping[str, frozenset[str]]:
    file = resources.files("links").joinpath("data", "stopwords.toml")
    data = tomllib.loads(file.read_text(encoding="utf-8"))
    return {code: frozenset(fold(words).split()) for code, words in data.items()}
