"""Persons by shape and context: runs of capitals that are no club, place, month or word of a title."""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from links.fold import fold
from links.names import facts
from links.names.find import Around, begins_sentence, shouted
from links.names.gazetteer import ambiguous, ordinary
from links.names.mention import Mention, PersonMention, Sort

_WORD = re.compile(r"[^\W\d_]+(?:['’‘.\-‐‑][^\W\d_]+)*\.?")
_OWNER = re.compile(r"['’]s?$")
_INITIALS = {"jr", "st", "mr", "dr", "ms"}
_LONGEST = 5
"""No name has more words that count; a longer run is a headline."""


@dataclass(frozen=True, slots=True)
class Word:
    """A word of the text. `owns`: it stood with a possessive, which is cut off."""

    start: int
    end: int
    text: str
    key: str
    owns: bool

    @property
    def capital(self) -> bool:
        return self.text[0].isupper()


@dataclass(frozen=True)
class Lexicon:
    """The words of one language as sets."""

    particles: frozenset[str]
    titles: frozenset[str]
    things: frozenset[str]
    before: frozenset[str]
    after: frozenset[str]
    owned: frozenset[str]
    calendar: frozenset[str]
    outlets: frozenset[str]
    role_words: frozenset[str]
    roles: Mapping[str, tuple[frozenset[str], frozenset[str]]]


@functools.cache
def lexicon(lang: str) -> Lexicon:
    """The words of a language that tell people apart."""
    words = facts.words(lang)
    sets = [frozenset(words[key]) for key in ("particles", "titles", "things", "before", "after", "owned")]
    roles = {role: (frozenset(s["before"]), frozenset(s["after"])) for role, s in words["role"].items()}
    calendar, outlets = frozenset(words["calendar"]["words"]), frozenset(words["credit"]["outlets"])
    role_words = frozenset(
        word for before, _ in roles.values() for phrase in before for word in phrase.split()
    )
    return Lexicon(*sets, calendar, outlets, role_words, roles)


def words_of(text: str) -> list[Word]:
    """The words of a text with their places; an initial keeps its dot."""
    found = []
    for match in _WORD.finditer(text):
        piece, end = match.group(), match.end()
        if piece.endswith(".") and len(piece) != 2 and fold(piece) not in _INITIALS:
            piece, end = piece[:-1], end - 1
        owner = _OWNER.search(piece)
        if owner is not None:
            piece, end = piece[: owner.start()], end - len(owner.group())
        if piece:
            found.append(Word(match.start(), end, piece, fold(piece), owner is not None))
    return found


def find_people(text: str, mentions: Sequence[Mention], lang: str = "en") -> list[PersonMention]:
    """Every place that names a person by its shape, in order; listed names are left out.

    `mentions` are those found in the same text: persons and players among them are given back as
    persons, all others are never persons.
    """
    lex = lexicon(lang)
    masked = bytearray(len(text) + 1)
    for mention in mentions:
        masked[mention.start : mention.end] = b"\1" * (mention.end - mention.start)
    found = [_listed(text, m, lex) for m in mentions if m.sort in (Sort.PERSON, Sort.PLAYER)]
    for run in _runs(text, words_of(text), masked, lex):
        person = _person(text, run, lex)
        if person is not None:
            found.append(person)
    return sorted(found, key=lambda p: p.start)


def _listed(text: str, mention: Mention, lex: Lexicon) -> PersonMention:
    role, cue = _role(text, mention.start, mention.end, lex)
    return PersonMention(mention.start, mention.end, mention.text, " " in mention.text, role, cue)


def _runs(text: str, words: Sequence[Word], masked: bytearray, lex: Lexicon) -> list[list[Word]]:
    """Runs of capital words with nothing but a space between, particles allowed inside."""
    runs: list[list[Word]] = []
    run: list[Word] = []
    for index, word in enumerate(words):
        free = not any(masked[word.start : word.end])
        joined = bool(run) and text[run[-1].end : word.start] in {" ", "\u00a0"} and not run[-1].owns
        if run and not (joined and free):
            runs.append(run)
            run = []
        if not free:
            continue
        if word.capital or (run and word.key in lex.particles and _leads_on(text, words, index, masked, lex)):
            run.append(word)
        elif word.key in lex.particles and not run and _leads_on(text, words, index, masked, lex):
            run = [word]
        elif run:
            runs.append(run)
            run = []
    if run:
        runs.append(run)
    return runs


def _leads_on(text: str, words: Sequence[Word], index: int, masked: bytearray, lex: Lexicon) -> bool:
    """Whether a particle in lower case is followed by a capital, over one more particle at most."""
    for step in (1, 2):
        if index + step >= len(words):
            return False
        last, following = words[index + step - 1], words[index + step]
        if text[last.end : following.start] not in {" ", "\u00a0"} or masked[following.start]:
            return False
        if following.capital:
            return words[index].key not in {"e", "y", "la", "le", "al", "el", "des", "st"} or step == 1
        if following.key not in lex.particles:
            return False
    return False


def _person(text: str, run: list[Word], lex: Lexicon) -> PersonMention | None:
    loud = shouted(text, run[0].start, run[-1].end) or (len(run) > 1 and all(w.text.isupper() for w in run))
    run = _trimmed(text, run, lex, loud)
    counted = [word for word in run if word.key not in lex.particles]
    if not counted or len(counted) > _LONGEST or any(word.key in lex.things for word in counted):
        return None
    if any(word.key in lex.calendar for word in counted) or all(
        _is_common(word.key) for word in counted[-1:]
    ):
        return None
    start, end = run[0].start, run[-1].end
    role, cue = _role(text, start, end, lex)
    if len(counted) > 1:
        if loud and not _name_like(counted):
            return None
        return PersonMention(start, end, text[start:end], True, role, cue)
    word = counted[0]
    if len(word.key) < 3 or (word.text.isupper() and not loud) or word.key in ambiguous():
        return None
    if (loud or begins_sentence(text, start)) and word.key in ordinary():
        return None
    return PersonMention(start, end, text[start:end], False, role, cue)


def _is_common(key: str) -> bool:
    """Whether a joined word is made of ordinary words: "five year", "I m"."""
    parts = key.split()
    return len(parts) > 1 and all(len(part) < 3 or part in ordinary() for part in parts)


def _name_like(counted: Sequence[Word]) -> bool:
    common = ordinary()
    if counted[0].key in facts.first_names():
        return True
    return not any(word.key in common for word in counted)


def _trimmed(text: str, run: list[Word], lex: Lexicon, loud: bool) -> list[Word]:
    """The run without ordinary words, titles and particles at its ends."""
    common = ordinary()
    first, last = 0, len(run)
    while first < last and _drops(text, run, first, lex, loud=loud):
        first += 1
    if last - first > 2 and begins_sentence(text, run[first].start) and _opens_with_verb(run, first):
        first += 1
    while last > first and (
        (run[last - 1].key in lex.particles and not run[last - 1].capital)
        or (loud and run[last - 1].key in common and last - first > 1)
        or run[last - 1].key in lex.titles
    ):
        last -= 1
    return run[first:last]


def _drops(text: str, run: Sequence[Word], index: int, lex: Lexicon, *, loud: bool) -> bool:
    """Whether the word at the head of a run is a title, a role, a day or an ordinary word."""
    word, common, names = run[index], ordinary(), facts.first_names()
    if word.key in lex.titles or word.key in lex.calendar or _is_common(word.key):
        return True
    if len(word.key) < 2 and not word.text.endswith("."):
        return True
    opener = loud or begins_sentence(text, word.start) or index > 0
    if word.key not in common:
        return False
    if word.key in names:
        # "Will", "Mark", "Jack": a first name if a name follows, else a word.
        return opener and not _followed(run, index, common)
    return opener or (len(run) - index > 1 and word.key in lex.role_words)


def _opens_with_verb(run: Sequence[Word], index: int) -> bool:
    """ "Gained Yeremy Pino": a strange word at a sentence's head before a first name is a verb."""
    names = facts.first_names()
    return run[index].key not in names and run[index + 1].key in names


def _followed(run: Sequence[Word], index: int, common: frozenset[str]) -> bool:
    return index + 1 < len(run) and run[index + 1].key not in common


def _role(text: str, start: int, end: int, lex: Lexicon) -> tuple[str | None, str]:
    """What the words right before or after say of a person, and those words."""
    around = Around(text, start, end)
    best: tuple[str | None, str] = (None, "")
    for role, (before, after) in lex.roles.items():
        found = around.preceded(before)
        if found is None and text[end : end + 1] in {",", "'", "’", " ", "("}:
            found = around.followed(after)
            if (
                found is not None
                and role in ("player", "journalist")
                and text[end : end + 1] not in {",", " "}
            ):
                found = None
        if found is not None and len(found) > len(best[1]):
            best = (role, found)
    return best


def weight(text: str, mention: PersonMention, lang: str = "en") -> float:
    """How much one mention speaks for a person: 2 by its words, 1 by a capital where none need be, else less."""
    if mention.full:
        return 2
    if _is_backed(text, mention, lexicon(lang)):
        return 2
    if begins_sentence(text, mention.start) or shouted(text, mention.start, mention.end):
        return 0.5
    loose = facts.words(lang)["place"]["loose"]
    return 0 if Around(text, mention.start, mention.end).preceded(loose) else 1


def _is_backed(text: str, mention: PersonMention, lex: Lexicon) -> bool:
    """Whether the words around a lone capital word speak for a person."""
    if mention.role is not None:
        return True
    around = Around(text, mention.start, mention.end)
    if text[mention.end : mention.end + 2] in {"'s", "’s"}:
        return around.followed(f"s {word}" for word in lex.owned) is not None
    return around.preceded(lex.before) is not None or around.followed(lex.after) is not None
