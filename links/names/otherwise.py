"""What a listed name may be otherwise: a town, a day, a match, a piece of a person's name."""

from __future__ import annotations

import re
from collections.abc import Sequence

from links.names import facts
from links.names.around import OPENERS, Around, begins_sentence
from links.names.gazetteer import ambiguous
from links.names.lexicon import Lexicon, key_of, ordinary
from links.names.mention import Mention, Sort, Strength
from links.names.settle import GENERIC


def is_no_club(mention: Mention, text: str, lexicon: Lexicon) -> bool:
    """Whether a club's name is part of a person's name, a day or a match here."""
    return (
        is_first_name(mention, text)
        or is_surname(mention, text)
        or is_weekday(mention, text, lexicon)
        or is_derby(mention, text)
        or is_role(mention, text, lexicon)
        or is_kin(mention, text, lexicon)
    )


def is_kin(mention: Mention, text: str, lexicon: Lexicon) -> bool:
    """Whether a first name stands behind a word for a relative: "his father, Milan, said"."""
    if key_of(mention.text) not in facts.first_names():
        return False
    at = mention.start - 2 if text[mention.start - 2 : mention.start] == ", " else mention.start
    cue = lexicon.role_before.ending(Around(text, at, at).before)
    return cue is not None and lexicon.role_before.meaning(cue) == "family"


def is_role(mention: Mention, text: str, lexicon: Lexicon) -> bool:
    """Whether the word opens a role at a sentence's head: "Sporting director Ada Vale"."""
    if not begins_sentence(text, mention.start):
        return False
    after = Around(text, mention.start, mention.end).after[:1]
    words = [key_of(mention.text), *after]
    return bool(after) and lexicon.role_before.ending(words) == " ".join(words)


_AGENCY = re.compile(r"(?:, [A-Z][a-z]+)?,? ?(?:[A-Z][a-z]+\.? \d{1,2} ?)?\([A-Z][\w ]{1,20}\) ?[-–—] ")
"""What follows the town at the head of an agency's report."""


def is_place(mention: Mention, text: str, lexicon: Lexicon) -> bool:
    """Whether the town is meant by a club's name that is also its town's: "landed in Nice", "MADRID, July 4
    (AFN) - "."""
    opens = mention.start == 0 or text[mention.start - 1] == "\n"
    if opens and mention.text.isupper() and _AGENCY.match(text, mention.end):
        return True
    if key_of(mention.text) not in facts.cities():
        return False
    around = Around(text, mention.start, mention.end)
    if lexicon.place_not.ending(around.before) is not None:
        return False
    if lexicon.role_after.starting(around.after) in lexicon.positions:
        return False  # "have brought in Newcastle midfielder Vale"
    return lexicon.place_before.ending(around.before) is not None


_WORD_AFTER = re.compile(r"[ \t]+([^\W\d_][\w’'-]*)")
_WORD_BEFORE = re.compile(r"([^\W\d_][\w’']*)-$")
_HALF_AFTER = re.compile(r"-([^\W\d_]\w*)")


def _words_before(text: str, start: int) -> tuple[str, str] | None:
    """The two words that stand right before, with nothing but spaces between; "" where there is no first."""
    segment = text[max(0, start - 40) : start]
    if segment[-1:] not in {" ", "\t"}:
        return None
    words = segment[segment.rfind("\n") + 1 :].split()
    if not words or not _ends_in_letter(words[-1]):
        return None
    first = words[-2] if len(words) > 1 and _ends_in_letter(words[-2]) else ""
    last = words[-1].lstrip(OPENERS)
    return first.lstrip(OPENERS), last


def _ends_in_letter(word: str) -> bool:
    return word[-1].isalpha() or word[-1] in "’'"


def is_first_name(mention: Mention, text: str) -> bool:
    """Whether a club's name begins a person's: "Milan Kovar", "Charlotte Dale"."""
    if key_of(mention.text) not in facts.first_names():
        return False
    after = _WORD_AFTER.match(text, mention.end)
    return after is not None and after[1][0].isupper() and _surname_like(after[1])


def _surname_like(word: str) -> bool:
    key = key_of(word)
    if key in GENERIC and "name" not in ambiguous().get(key, frozenset()):
        return False
    return key not in ordinary() and key not in {"fc", "ac", "sc", "cf"}


def is_surname(mention: Mention, text: str) -> bool:
    """Whether a club's name ends a person's: "Rodrigo Santos", "Jeremain Lens"."""
    if " " in mention.text:
        return False
    before = _words_before(text, mention.start)
    if before is None or not before[1][:1].isupper():
        return False
    also, given = ambiguous().get(key_of(mention.text), frozenset()), key_of(before[1])
    if given in ordinary() or before[1].endswith(("'s", "’s")):
        return False
    if given not in facts.first_names():
        listed = given in facts.clubs_folded() or given in facts.nations_folded()
        if listed or not also & {"name", "shared"}:
            return False
    # "Luis Enrique Barcelona": the name was whole already, other than in "Chelsea's Harvey Vale".
    whole = before[0][:1].isupper() and before[0][-2:] not in {"'s", "’s"}
    if whole:
        whole = key_of(before[0]) not in ordinary() and key_of(before[0]) not in facts.clubs_folded()
    return not whole or "name" in also


def surnames_among(mentions: Sequence[Mention], text: str) -> frozenset[str]:
    """Names of clubs that are the last name of somebody whom the article names in full."""
    return frozenset(
        key_of(m.text)
        for m in mentions
        if m.sort is Sort.CLUB and m.strength is not Strength.NAME and m.team is None
        if m.strength is Strength.NICKNAME or "name" in ambiguous().get(key_of(m.text), frozenset())
        if is_surname(m, text)
    )


def called_among(mentions: Sequence[Mention]) -> frozenset[str]:
    """Nicknames of clubs that are the last name of somebody listed whom the article names in full."""
    last = {key_of(m.text.split()[-1]) for m in mentions if m.sort is Sort.PERSON and " " in m.text}
    lone = (m for m in mentions if m.sort is Sort.CLUB and m.strength is Strength.NICKNAME and m.team is None)
    return frozenset(last & {key_of(m.text) for m in lone})


def given_among(mentions: Sequence[Mention], text: str) -> frozenset[str]:
    """Names of clubs that are the first name of somebody whom the article names in full, where it names the
    club by no other name and gives him his age when he is called by it: "Milan, 22,"."""
    named = [m for m in mentions if m.sort is Sort.CLUB and m.team is None]
    given = {key_of(m.text): {*m.candidates} for m in named if is_first_name(m, text)}
    if not given:
        return frozenset()
    others = {m.name for m in named if m.name and key_of(m.text) not in given}
    aged = {key_of(m.text) for m in named if _AGE_AFTER.match(text, m.end)}
    return frozenset(key for key, clubs in given.items() if key in aged and not clubs & others)


_AGE_AFTER = re.compile(r"(?:, | \()\d\d[,)]")


def is_called(mention: Mention, text: str, surnames: frozenset[str], lexicon: Lexicon) -> bool:
    """Whether a club's name is the last name of somebody in the article, who is called by it alone here.

    "Santos", of an article on Rodrigo Santos, unless the words around are those of a club.
    """
    if mention.sort is not Sort.CLUB or key_of(mention.text) not in surnames or mention.team is not None:
        return False
    around = Around(text, mention.start, mention.end)
    if around.before[-1:] and around.before[-1] in _OF_CLUBS:
        return False
    return lexicon.players.starting(around.after) is None


_OF_CLUBS = frozenset(
    {"the", "of", "from", "at", "to", "against", "by", "with", "v", "vs", "join", "joins", "leave"}
)


def is_derby(mention: Mention, text: str) -> bool:
    """Whether a club's name is the match of two neighbours here: "the Milan Derby"."""
    if "event" not in ambiguous().get(key_of(mention.text), frozenset()):
        return False
    before = _words_before(text, mention.start)
    if before is not None and before[1][:1].isupper() and key_of(before[1]) not in ordinary():
        return not before[1].endswith(("'s", "’s"))
    return text[mention.end : mention.end + 4] in {" del", " d'I", " d’I", " di "}


def is_weekday(mention: Mention, text: str, lexicon: Lexicon) -> bool:
    """Whether a club's name is the day here: "on Wednesday"."""
    if key_of(mention.text) not in lexicon.calendar:
        return False
    before = Around(text, mention.start, mention.end).before
    return lexicon.calendar_before.ending(before) is not None


def is_half(mention: Mention, text: str) -> bool:
    """Whether a club's name is one half of a person's: "Vale-Moreno", but not "Kovar-Milan"."""
    if "-" not in text[mention.end : mention.end + 1] + text[mention.start - 1 : mention.start]:
        return False
    if mention.strength is Strength.NAME:
        # "Teo Kovar-Milan, talks go on" is a deal, and so in a title; within a sentence it is a man's name.
        if text[mention.end : mention.end + 1] in {",", ":"}:
            return False
        before = _HALF_FIRST.search(text, max(0, mention.start - 40), mention.start)
        body = text.find("\n") + 1
        return before is not None and _is_double_name(f"{before[1]}-{mention.text}", mention, text, body)
    joined = _HALF_AFTER.match(text, mention.end)
    if joined is not None and joined[1][0].isupper():
        if key_of(joined[1]) in facts.clubs_folded():
            return False
        # "Roma-Friedrichsen, talks advance": a town's club and a player, where no first name stands before.
        given = _words_before(text, mention.start)
        named = given is not None and given[1][:1].isupper() and key_of(given[1]) not in ordinary()
        if not ambiguous().get(key_of(mention.text)):
            return _is_double_name(f"{mention.text}-{joined[1]}", mention, text)
        return named or not _of_its_town(mention)
    before = _HALF_FIRST.search(text, max(0, mention.start - 40), mention.start)
    return before is not None and _is_double_name(f"{before[1]}-{mention.text}", mention, text)


_HALF_FIRST = re.compile(r"([^\W\d_][\w’']*)-$")


def _is_double_name(double: str, mention: Mention, text: str, since: int = 0) -> bool:
    """Whether a first name stands before "Mora-Vélez", somewhere `since` an offset; one that is not listed
    makes a name of it where the club's is one, or where it stands alone, too."""
    at = text.find(double, since)
    for _ in range(_LOOKED):
        if at < 0:
            return False
        given = _words_before(text, at)
        if given is not None and key_of(given[1]) in facts.first_names() - facts.clubs_folded():
            return True
        if given is not None and _is_unlisted_name(given[1]):
            also = ambiguous().get(key_of(mention.text), frozenset())
            return since > 0 or "name" in also or text.count(double) > 1
        at = text.find(double, at + 1)
    return False


_LOOKED = 8
"""So many places of a double name are looked at."""


def _is_unlisted_name(word: str) -> bool:
    key = key_of(word)
    if not word[:1].isupper() or word.endswith(("'s", "’s")) or word.isupper():
        return False
    return not (key in ordinary() or key in facts.clubs_folded() or key in facts.nations_folded())


def is_half_of_name(mention: Mention, text: str) -> bool:
    """Whether a town's or a country's name is one half of a person's: "Duarte-Lima", "France-Cole"."""
    joined = _HALF_AFTER.match(text, mention.end)
    before = _WORD_BEFORE.search(text, max(0, mention.start - 30), mention.start)
    other = joined if joined is not None else before
    if other is None or not other[1][0].isupper():
        return False
    key = key_of(other[1])
    listed = key in facts.clubs_folded() or key in facts.nations_folded() or key in facts.cities()
    return not (listed or key in ordinary())


def _of_its_town(mention: Mention) -> bool:
    """Whether a club's name is its town's, in whatever language: Roma of Rome, Sevilla of Seville."""
    head = key_of(mention.text)[:3]
    clubs = (facts.clubs().get(name) for name in mention.candidates)
    return any(club is not None and key_of(club.city).startswith(head) for club in clubs)


def is_other_person(mention: Mention, text: str) -> bool:
    """Whether a listed last name is a piece of a longer name: "Berta" in "Berta Valdano"."""
    before = _words_before(text, mention.start)
    if before is not None and before[1] and _is_name_part(before[1]):
        return True
    after = _WORD_AFTER.match(text, mention.end)
    return after is not None and _is_name_part(after[1])


def _is_name_part(word: str) -> bool:
    key = key_of(word)
    if not word[0].isupper() or word.endswith(("'s", "’s")):
        return False
    if key in facts.first_names():
        return key not in facts.clubs_folded()
    return not (key in ordinary() or key in facts.clubs_folded() or key in facts.nations_folded())
