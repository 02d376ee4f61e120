"""Sentences and their tokens, with the names that the finders marked standing as one token each."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from links.fold import fold

_END = re.compile(
    r"(?P<mark>[.!?…]+)(?P<close>['\"’”»)\]]*)(?:\s+(?=[^\s])|(?=[A-Z][a-z]))|\n+|\s(?=[🚨🔴🔵🟡⚪⚫🟢✅❌👇⤵])"
)
_OPENS = re.compile(r"[\"'‘“«(\[]*[^\Wa-z_]|[^\w\s]")
_CREDIT = re.compile(r"\([^()]{2,80}\)(?:, [a-z]{4,12})?\.?$|\[[^\[\]]{2,80}\]\.?$")

TOKEN = re.compile(
    r"(?P<url>https?://\S+|www\.\S+|pic\.twitter\.com/\S+|t\.co/\S+)"
    r"|(?P<handle>[@#]\w+)"
    r"|(?P<number>\d+(?:[.,:/]\d+)*(?:st|nd|rd|th)?)"
    r"|(?P<own>[’'‘]s\b(?!\w))"
    r"|(?P<short>[’'‘](?i:ve|re|ll|d|m)\b)"
    r"|(?P<word>(?:[^\W\d_]|[\u0300-\u036f])+(?:[’'‘-](?!(?i:s|(?<=[’'‘])(?:ve|re|ll|d|m))\b)[^\W\d_]+)*\d*)"
    r"|(?P<other>[^\s])"
)

PERSON: Final = "P"
CLUB: Final = "C"
SOURCE: Final = "S"
MONEY: Final = "M"
NUMBER: Final = "N"
YEAR: Final = "Y"
OWN: Final = "'s"
ARROW: Final = "→"
"""Any sign that points from one name to the next."""
GLUED: Final = "--"
"""The hyphen of "Vale-Milan", where two names stand at it."""


@dataclass(frozen=True, slots=True)
class Mention:
    """A name found in the document. `ref` is the entity that it means: for a club its usual English name,
    for a person the fullest form in the article, for a source and a sum the words as they stand."""

    start: int
    end: int
    kind: str
    ref: str


@dataclass(slots=True)
class Token:
    """A word, a mark or a whole name. `key` is what phrases are compared with: the word or the kind."""

    key: str
    start: int
    end: int
    mention: Mention | None = None

    @property
    def is_word(self) -> bool:
        """False for punctuation and symbols: gaps in phrases and searches for roles stop there."""
        return self.mention is not None or self.key[:1].isalnum() or self.key[:1] == "'" < self.key


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of a block as offsets into the document."""

    start: int
    end: int


def split(plain: str, start: int, end: int, abbreviations: Collection[str]) -> Iterator[Sentence]:
    """The sentences between two offsets. A bracketed credit after a full stop stays with its sentence."""
    for sentence in _split(plain, start, end, abbreviations):
        if sentence.end - sentence.start > LONGEST:
            yield from _pieces(plain, sentence)
        else:
            yield sentence


def _split(plain: str, start: int, end: int, abbreviations: Collection[str]) -> Iterator[Sentence]:
    begin = start
    pending: Sentence | None = None
    for found in _END.finditer(plain, start, end):
        if not _ends(plain, found, begin, end, abbreviations):
            continue
        stop = found.end("close") if found["mark"] else found.start()
        piece = _trimmed(plain, begin, stop)
        begin = found.end()
        if piece is None:
            continue
        if pending and _CREDIT.fullmatch(plain, piece.start, piece.end):
            piece, pending = Sentence(pending.start, piece.end), None
        if pending:
            yield pending
        pending = piece
    piece = _trimmed(plain, begin, end)
    if pending and piece and _CREDIT.fullmatch(plain, piece.start, piece.end):
        piece, pending = Sentence(pending.start, piece.end), None
    if pending:
        yield pending
    if piece:
        yield piece


LONGEST = 900
"""A sentence that goes on for longer is read in pieces: its time then stays in proportion to its length."""


def _pieces(plain: str, sentence: Sentence) -> Iterator[Sentence]:
    start = sentence.start
    while sentence.end - start > LONGEST:
        space = plain.rfind(" ", start + LONGEST // 2, start + LONGEST)
        stop = space if space > 0 else start + LONGEST
        yield Sentence(start, stop)
        start = stop
    yield Sentence(start, sentence.end)


def _trimmed(plain: str, start: int, end: int) -> Sentence | None:
    piece = plain[start:end]
    start += len(piece) - len(piece.lstrip())
    stop = start + len(piece.strip())
    return Sentence(start, stop) if stop > start else None


def _ends(plain: str, found: re.Match[str], begin: int, end: int, abbreviations: Collection[str]) -> bool:
    if not found["mark"]:
        return True
    after = found.end()
    if after < end and not _OPENS.match(plain, after, min(after + 6, end)):
        return plain[after].isdigit() and "." in found["mark"]
    if found["mark"] != ".":
        return True
    tail = plain[max(begin, found.start() - 12) : found.start()]
    word = re.split(r"[\s(\"'“‘]", tail)[-1]
    return not (_INITIALS.fullmatch(word) or word.lower() in abbreviations)


_INITIALS = re.compile(r"(?:[^\W\d_a-z]\.)*[^\W\d_a-z]")
"""A letter, or letters with full stops between: "J", "U.C"."""


def tokenize(
    plain: str,
    start: int,
    end: int,
    mentions: Sequence[Mention],
    short: Mapping[str, str] = MappingProxyType({}),
) -> list[Token]:
    """The tokens between two offsets; `mentions` are those inside it, in order, none overlapping.

    `short` spells out what stands behind an apostrophe: "have" for "'ve".
    """
    tokens: list[Token] = []
    at = start
    for mention in mentions:
        if tokens and tokens[-1].mention is not None and plain[at : mention.start] in _HYPHENS:
            tokens.append(Token(GLUED, at, mention.start))
        else:
            tokens += _plain(plain, at, mention.start, short)
        tokens.append(Token(mention.kind, mention.start, mention.end, mention))
        at = mention.end
    tokens += _plain(plain, at, end, short)
    return _unconverted(tokens)


def _unconverted(tokens: list[Token]) -> list[Token]:
    """The tokens without the brackets behind a sum that hold nothing but other sums: "€70m (£60m/$76m)"."""
    if not any(token.key == MONEY for token in tokens):
        return tokens
    out: list[Token] = []
    at = 0
    while at < len(tokens):
        close = at + 1
        if tokens[at].key == "(" and out and out[-1].key == MONEY:
            while close < len(tokens) and tokens[close].key in (MONEY, "/"):
                close += 1
            if close > at + 1 and close < len(tokens) and tokens[close].key == ")":
                at = close + 1
                continue
        out.append(tokens[at])
        at += 1
    return out


def _plain(plain: str, start: int, end: int, short: Mapping[str, str]) -> Iterator[Token]:
    for found in TOKEN.finditer(plain, start, end):
        kind = found.lastgroup
        if kind == "url":
            continue
        text = found.group()
        if kind == "word":
            yield Token(_key(text), found.start(), found.end())
        elif kind == "number":
            season = _SEASON.match(plain, found.end())
            yield Token(YEAR if _YEAR.fullmatch(text) and not season else NUMBER, found.start(), found.end())
        elif kind == "short":
            key = "'" + text[1:].lower()
            yield Token(short.get(key, key), found.start(), found.end())
        elif kind == "own" or (text in "'’" and _possessive(plain, found.start(), start)):
            yield Token(OWN, found.start(), found.end())
        elif kind == "handle":
            yield Token(text[0] + fold(text[1:]).replace(" ", ""), found.start(), found.end())
        elif text in _QUOTES:
            continue
        elif unicodedata.category(text) not in ("Mn", "Cf", "Sk"):
            yield Token(_MARKS.get(text, text), found.start(), found.end())


def _possessive(plain: str, at: int, start: int) -> bool:
    """Is the apostrophe that of "Wolves' bid"?"""
    return at > 0 and plain[at - 1] in "sxz" and plain[at + 1 : at + 2].isspace()


_QUOTES = frozenset("'\"’‘“”«»„")
"""Left out, so that scare quotes part no phrase: 'pushing' to sign."""
_SEASON = re.compile(r"[-/–]\d")
_YEAR = re.compile(r"(?:19|20)\d\d")
_HYPHENS = ("-", "–", "‑")
_MARKS = dict.fromkeys("➡→⟶➜➔⇒🔜", ARROW) | {
    "’": "'",
    "‘": "'",
    "“": '"',
    "”": '"',
    "«": '"',
    "»": '"',
    "–": "-",
    "—": "-",
    "―": "-",
    "…": ".",
}


def _key(word: str) -> str:
    if word.isascii():
        return word.lower()
    parts = _APOSTROPHE.split(word)
    return "'".join(fold(part) or part.lower() for part in parts)


_APOSTROPHE = re.compile("[’'‘]")
