"""Phrases of a language file, compiled into one tree and found in a row of tokens.

A phrase is a row of words, folded when compared. In it

    word?       may be missing
    a|b         is one word or the other
    <verb>      is any form of a verb listed under [verbs]; <verb:past> or <verb:gerund> one form only
    *           is up to four words of any kind, names too, but no punctuation
    P  C  S  M  is a person, a club, a source, a sum of money as the finders marked them
    N           is a number

Matching walks each token once for each phrase that begins there and never backs out further than a
gap is wide, so it is linear in the number of tokens.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Generic, TypeVar

GAP = 4
WILD = "*"
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Hit(Generic[T]):
    """A phrase found in a row of tokens: the first and the one past the last, and what it means."""

    start: int
    end: int
    meaning: T


@dataclass(slots=True)
class _Node(Generic[T]):
    steps: dict[str, _Node[T]] = field(default_factory=dict)
    ends: list[T] = field(default_factory=list)


class PhraseError(ValueError):
    """A phrase of a language file cannot be understood; the message names it."""


class Phrases(Generic[T]):
    """A set of phrases, each with what it means."""

    def __init__(self, verbs: Mapping[str, Sequence[str]], forms: Sequence[str]) -> None:
        self._verbs = verbs
        self._forms = forms
        self._root: _Node[T] = _Node()

    def add(self, phrase: str, meaning: T) -> None:
        """Take a phrase in; PhraseError names one that cannot be understood."""
        steps = [self._choices(word, phrase) for word in phrase.split()]
        if not steps or all(None in choices for choices in steps) or steps[0] == [WILD]:
            raise PhraseError(f"the phrase {phrase!r} does not begin with a word")
        nodes = [self._root]
        for choices in steps:
            reached: list[_Node[T]] = []
            for node in nodes:
                for choice in choices:
                    step = node if choice is None else node.steps.setdefault(choice, _Node())
                    if not any(step is other for other in reached):
                        reached.append(step)
            nodes = reached
        for node in nodes:
            if node is not self._root:
                node.ends.append(meaning)

    def _choices(self, word: str, phrase: str) -> list[str | None]:
        optional = word.endswith("?") and len(word) > 1
        word = word[:-1] if optional else word
        out: list[str | None] = [None] if optional else []
        for part in word.split("|"):
            if part.startswith("<") and part.endswith(">"):
                out += self._verb(part[1:-1], phrase)
            elif not part:
                raise PhraseError(f"the phrase {phrase!r} has an empty choice")
            else:
                out.append(part)
        return out

    def _verb(self, name: str, phrase: str) -> list[str]:
        verb, _, form = name.partition(":")
        forms = self._verbs.get(verb)
        if forms is None or (form and form not in self._forms):
            raise PhraseError(f"the phrase {phrase!r} names the unknown verb <{name}>")
        if form:
            return list(forms[self._forms.index(form)].split("/"))
        return sorted({spelling for word in forms for spelling in word.split("/")})

    def find(self, words: Sequence[str], open_: Sequence[bool]) -> list[Hit[T]]:
        """Every phrase that stands in `words`; `open_` is False where no gap may pass (punctuation)."""
        hits: list[Hit[T]] = []
        first = self._root.steps
        for start, word in enumerate(words):
            if word in first:
                for end, node in self._walk(first[word], words, open_, start + 1):
                    hits += (Hit(start, end, meaning) for meaning in node.ends)
        return hits

    def _walk(
        self, node: _Node[T], words: Sequence[str], open_: Sequence[bool], at: int
    ) -> Iterable[tuple[int, _Node[T]]]:
        if node.ends:
            yield at, node
        if at < len(words) and (step := node.steps.get(words[at])) is not None:
            yield from self._walk(step, words, open_, at + 1)
        if (gap := node.steps.get(WILD)) is not None:
            for skip in range(GAP + 1):
                if at + skip > len(words) or (skip and not open_[at + skip - 1]):
                    break
                yield from self._walk(gap, words, open_, at + skip)
