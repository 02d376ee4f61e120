"""Persons by shape and context: runs of capitals that are no club, place, month or word of a title."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from links.names import facts
from links.names.around import Around, Lines, begins_sentence
from links.names.gazetteer import bare
from links.names.lexicon import Lexicon, is_compound, key_of
from links.names.mention import Mention, PersonMention, Sort

_SPACE = re.compile(r"[ \u00a0]")
_OWNER = re.compile(r"['’‘]s?$")
_LONGEST = 5
"""No name has more words that count; a longer run is a headline."""


@dataclass(frozen=True, slots=True)
class Word:
    """A word of a run. `owns`: it stood with a possessive, which is cut off."""

    start: int
    end: int
    text: str
    key: str
    owns: bool


def find_people(text: str, mentions: Sequence[Mention], lexicon: Lexicon) -> list[PersonMention]:
    """Every place that names a person by its shape, in order.

    `mentions` are those found in the same text: persons and players among them are given back as
    persons, all others are never persons.
    """
    masked = bytearray(len(text) + 1)
    for mention in mentions:
        masked[mention.start : mention.end] = b"\1" * (mention.end - mention.start)
    found, lines = [], Lines(text)
    for mention in mentions:
        if mention.sort in (Sort.PERSON, Sort.PLAYER):
            role, cue = _role(Around(text, mention.start, mention.end), lexicon)
            full = " " in mention.text
            found.append(PersonMention(mention.start, mention.end, mention.text, full, role, cue))
    for run in _runs(text, masked, lexicon):
        person = _person(text, run, lexicon, lines)
        if person is not None:
            found.append(person)
    return sorted(found, key=lambda p: p.start)


def _runs(text: str, masked: bytearray, lexicon: Lexicon) -> Iterator[list[Word]]:
    """Runs of capital words and particles; a listed name and a possessive end a run."""
    for match in lexicon.runs.finditer(text):
        if masked[match.start()] and masked.find(0, match.start(), match.end()) < 0:
            continue
        run: list[Word] = []
        for word in _words(match):
            if masked.find(1, word.start, word.end) >= 0:
                if run:
                    yield run
                run = []
                yield from ([half] for half in _halves(word, masked))
                continue
            if is_compound(word.text):
                if run:
                    yield run
                run = []
                continue
            run.append(word)
            if word.owns:
                yield run
                run = []
        if run:
            yield run


def _halves(word: Word, masked: bytearray) -> Iterator[Word]:
    """What a hyphen joins to a listed name: "Kovar" in "Kovar-Milan"."""
    at = word.start
    for piece in word.text.split("-"):
        start, at = at, at + len(piece) + 1
        if len(piece) > 2 and piece[0].isupper() and masked.find(1, start, start + len(piece)) < 0:
            yield Word(start, start + len(piece), piece, key_of(piece), word.owns)


def _words(match: re.Match[str]) -> Iterator[Word]:
    at = match.start()
    for piece in _SPACE.split(match.group()):
        start, at = at, at + len(piece) + 1
        owner = _OWNER.search(piece)
        if owner is not None:
            piece = piece[: owner.start()]
        if piece:
            yield Word(start, start + len(piece), piece, key_of(piece), owner is not None)


def _person(text: str, run: list[Word], lexicon: Lexicon, lines: Lines) -> PersonMention | None:
    """The person that a run names once titles and ordinary words at its ends are off; None if none."""
    loud = lines.shout(run[0].start) or (len(run) > 1 and all(word.text.isupper() for word in run))
    run = _trimmed(text, run, lexicon, loud=loud)
    counted = [word for word in run if word.key not in lexicon.particles or _is_given(word)]
    if not counted or len(counted) > _LONGEST or _is_common(counted[-1].key, lexicon):
        return None
    if any(word.key in lexicon.things for word in counted):
        return None
    if any(word.key in lexicon.calendar and not _is_short(word.key, lexicon) for word in counted):
        return None
    start, end = run[0].start, run[-1].end
    opens = start == 0 or text[start - 1] == "\n"
    if opens and text[start:end].isupper() and _DATELINE.match(text, end):
        return None
    if text[end : end + 1] == "+" or SITE.match(text, end):
        return None  # a channel, a service, a site
    if len(counted) > 1:
        if loud and not _name_like(counted, lexicon):
            return None
    else:
        word = counted[0]
        if len(word.key) < 3 or (word.text.rstrip("s").isupper() and not loud):
            return None
        if word.key in lexicon.common and (loud or begins_sentence(text, start)):
            return None
        if loud and word.text.isupper() and word.text.capitalize() not in text and not text.isupper():
            return None  # "BAYERN MUGGED OFF": nobody whom the article goes on to name
        around = Around(text, start, end)
        if around.before[-1:] and around.before[-1] in lexicon.former and word.key + "s" in _nicknames():
            return None  # "a former Seagull"
        if around.before[-1:] == ["the"] and around.after[:1] and around.after[0] in lexicon.homes:
            return None
        if around.before[-1:] == ["the"] and around.next in _CLOSING:
            return None  # "near the Duomo, ..."
    role, cue = _role(Around(text, start, end), lexicon)
    return PersonMention(start, end, text[start:end], len(counted) > 1, role, cue)


_CLOSING = frozenset(",.;:!?)")
"""Marks behind a word: what stands between "the" and one of these is a thing or a place."""

SITE = re.compile(r"\.(?:com|net|org|co|tv|info|news|[a-z]{2})\b")
"""What follows a name that is a site's: "Ghanasoccer.com"."""

_DATELINE = re.compile(r",? ?(?:[A-Z][a-z]+\.? \d{1,2})? ?(?:\([A-Z][\w ]{1,20}\))? ?[-–—] ")
"""What follows the town at the head of an agency's report: "LYON, July 30 (AFN) - "."""


@functools.cache
def _nicknames() -> frozenset[str]:
    """The nicknames of clubs, folded and without their article."""
    return frozenset(bare(name) for club in facts.clubs().values() for name in club.nicknames)


def _is_given(word: Word) -> bool:
    """Whether a particle is a first name here: "Ben Vale", but not "ben"."""
    return word.text[0].isupper() and word.key in facts.first_names()


def _is_common(key: str, lexicon: Lexicon) -> bool:
    """Whether a joined word is made of ordinary words: "five year", "I m"."""
    parts = key.split()
    return len(parts) > 1 and all(len(part) < 3 or part in lexicon.common for part in parts)


def _name_like(counted: Sequence[Word], lexicon: Lexicon) -> bool:
    if counted[0].key in facts.first_names():
        return True
    return not any(word.key in lexicon.common for word in counted)


def _trimmed(text: str, run: list[Word], lexicon: Lexicon, *, loud: bool) -> list[Word]:
    """The run without ordinary words, titles and particles at its ends."""
    first, last = 0, len(run)
    while first < last and _drops(text, run, first, lexicon, loud=loud):
        first += 1
    if last - first > 2 and begins_sentence(text, run[first].start) and _opens_with_verb(run, first):
        first += 1
    while last - first > 1 and _is_acronym(run[first]) and not run[first + 1].text.isupper():
        first += 1
    while last > first and _trails(run[last - 1], lexicon, loud=loud and last - first > 1):
        last -= 1
    if last - first > 1 and run[last - 1].text == "I" and not _ends(text, run[last - 1].end):
        last -= 1  # "every minute of Ada Vale I could find"
    if last > first and _is_cut(text, run[last - 1].end):
        last -= 1
    return run[first:last]


def _is_short(key: str, lexicon: Lexicon) -> bool:
    """Whether a month cut short is a first name, too: "Jan Vale"; before a day there is no name behind it."""
    whole = any(day.startswith(key) and day != key for day in lexicon.calendar)
    return whole and key in facts.first_names()


_CUT = 120
"""A paragraph of so many letters that ends the text without a mark was cut by the feed."""


def _is_cut(text: str, end: int) -> bool:
    """Whether a feed cut the text off in the middle of the word that ends here: "Strahinja Pavl"."""
    if text[end : end + 1] == "…":
        return end + 1 == len(text) or text[end + 1 : end + 3] == " ["
    return end == len(text) and 0 <= text.rfind("\n", 0, end) < end - _CUT


def _ends(text: str, end: int) -> bool:
    """Whether no word follows: "Papa Vale I.", "Vale I (City)"."""
    return not text[end : end + 2].strip().isalpha()


def _is_acronym(word: Word) -> bool:
    """CEO, GK, MVP; but not JJ or TJ, which are first names."""
    return 1 < len(word.text) < 5 and word.text.isupper() and word.text[-1] not in "J."


def _trails(word: Word, lexicon: Lexicon, *, loud: bool) -> bool:
    if not loud and _is_acronym(word):
        return True
    if word.key in lexicon.titles or (word.key in lexicon.particles and word.text[0].islower()):
        return True
    return loud and word.key in lexicon.common


def _drops(text: str, run: Sequence[Word], index: int, lexicon: Lexicon, *, loud: bool) -> bool:
    """Whether the word at the head of a run is a title, a role, a day or an ordinary word."""
    word = run[index]
    if word.key in lexicon.titles or _is_common(word.key, lexicon):
        return True
    if word.key in lexicon.calendar:
        return not (_is_short(word.key, lexicon) and index + 1 < len(run))
    if len(word.key) < 2 and not word.text.endswith("."):
        return True
    if word.key not in lexicon.common:
        return False
    opener = loud or index > 0 or begins_sentence(text, word.start)
    if word.key in facts.first_names():
        # "Will", "Mark", "Jack": a first name if a name follows, else a word.
        return opener and not (index + 1 < len(run) and run[index + 1].key not in lexicon.common)
    return opener or (len(run) - index > 1 and word.key in lexicon.role_words)


def _opens_with_verb(run: Sequence[Word], index: int) -> bool:
    """ "Gained Yeremy Pino": a strange word at a sentence's head before a first name is a verb."""
    names = facts.first_names()
    return run[index].key not in names and run[index + 1].key in names


def _role(around: Around, lexicon: Lexicon) -> tuple[str | None, str]:
    """What the words beside a name say of the person, and those words."""
    before = lexicon.role_before.ending(around.before)
    if before is not None:
        return lexicon.role_before.meaning(before), before
    after = lexicon.role_after.starting(around.after) if around.next in {",", "'", "’", " ", "("} else None
    bare = after is not None and around.next == " " and " " not in after
    if after is not None and bare and lexicon.role_after.meaning(after) == "agent":
        after = None  # "Vale agent: no talks": his agent
    if after is not None and not (around.next == "," and _begins_anew(around, after, lexicon)):
        return lexicon.role_after.meaning(after), after
    apposed = around.apposition
    close = next((at for at, word in enumerate(apposed) if word in lexicon.relative), len(apposed))
    apposed = apposed[:close]
    described = (
        lexicon.not_apposed.starting(apposed) is None and lexicon.said_apposed.starting(apposed) is None
    )
    if apposed and described:
        cue = lexicon.role_before.ending(apposed)
        if cue is not None:
            return lexicon.role_before.meaning(cue), cue
    return None, ""


def _begins_anew(around: Around, role: str, lexicon: Lexicon) -> bool:
    """ "They have no interest in Vale, the manager said", "coach Orme said": another's role."""
    count = role.count(" ") + 1
    if around.names_next(count):
        return True
    rest = around.after[count : count + 1]
    apposed = around.apposition
    closed = 0 < len(apposed) <= count
    return (
        bool(rest)
        and not closed
        and count > 1
        and lexicon.not_apposed.starting(rest) is None
        and rest[0] not in {"at"}
    )


_ARROWS = frozenset("➡→⟶➜➔⇒")
"""What points from a man to his club."""


def _is_particled(name: str, lexicon: Lexicon) -> bool:
    """Whether a name begins with a particle: "Van den Berg" is nothing but a man's."""
    first, space, _ = name.partition(" ")
    return bool(space) and key_of(first) in lexicon.particles


def weight(text: str, mention: PersonMention, lexicon: Lexicon, lines: Lines) -> float:
    """How much one mention speaks for a person.

    2 by a full name or by its words, 1 by a capital where none need be, 0.5 at a sentence's head.
    """
    if mention.full or mention.role is not None:
        return 2
    if text[mention.end : mention.end + 2].lstrip()[:1] in _ARROWS or _is_particled(mention.text, lexicon):
        return 2
    around = Around(text, mention.start, mention.end)
    if around.next == "-" or text[mention.start - 1 : mention.start] == "-":
        return 2  # what a hyphen joins to a club: "Kovar-Milan", the deal for him
    if around.owns:
        if lexicon.owned.starting(around.after[1:]) is not None:
            return 2
    elif lexicon.before.ending(around.before) is not None or lexicon.after.starting(around.after) is not None:
        return 2
    if begins_sentence(text, mention.start) or lines.shout(mention.start):
        return 0.5
    return 0 if lexicon.place_loose.ending(around.before) is not None else 1
