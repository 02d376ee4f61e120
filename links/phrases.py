"""Phrases of a language file, compiled into one tree and found in a row of tokens.

A phrase is a row of words, folded when compared. In it

    word?       may be missing
    a|b         is one word or the other
    <verb>      is any form of a verb listed under [verbs]; <verb:past> or <verb:gerund> one form only;
                <verb|verb> of either
    {set}       is any word of a set listed under [sets]; a set may hold verbs as <verb>
    (a b|c)     is one row of words or the other; "(a b)?" may be missing
    *           is up to four words of any kind, names too, but no punctuation
    ~           is up to five words that say nothing of their own: articles, adverbs, what describes a man
    P  C  S  M  is a person, a club, a source, a sum of money as the finders marked them
    N           is a number

Verbs and sets stand in the network as one step each, so that a phrase of several sets is one row of steps
however many wordings it covers. What may stand at a place is worked out once and kept (the network is made
deterministic as it is used), so that a token costs one look-up for each phrase that is still open there;
no phrase is longer than its words and gaps, so matching is linear in the number of tokens.
"""

from __future__ import annotations

import itertools
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Generic, TypeVar

GAP = 4
WILD = "*"
FILLED = 5
FILL = "~"
KEPT = 20_000
"""So many places are kept before they are worked out anew: memory stays bounded whatever is read."""
_SHUT = "\n"
_END = "\n\n"
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Hit(Generic[T]):
    """A phrase found in a row of tokens: the first and the one past the last, and what it means."""

    start: int
    end: int
    meaning: T


@dataclass(slots=True, eq=False)
class _Node(Generic[T]):
    """A place in phrases. `steps` lead on by a word, a verb or a set, `any` by any word, `fill` by one that
    says nothing, `free` by none; `after` knows where a choice leads, so that phrases share beginnings."""

    number: int
    steps: dict[str, list[_Node[T]]] = field(default_factory=dict)
    any: list[_Node[T]] = field(default_factory=list)
    fill: list[_Node[T]] = field(default_factory=list)
    free: list[_Node[T]] = field(default_factory=list)
    ends: list[T] = field(default_factory=list)
    after: dict[str, _Node[T]] = field(default_factory=dict)


@dataclass(slots=True, eq=False)
class _State(Generic[T]):
    """All the places where one may be after the same words, what ends there, and where a word leads."""

    nodes: tuple[_Node[T], ...]
    ends: tuple[T, ...]
    moves: dict[str, _State[T] | None] = field(default_factory=dict)


class PhraseError(ValueError):
    """A phrase of a language file cannot be understood; the message names it."""


class Phrases(Generic[T]):
    """A set of phrases, each with what it means. `fillers` are the words that "~" passes over."""

    def __init__(
        self,
        verbs: Mapping[str, Sequence[str]],
        forms: Sequence[str],
        sets: Mapping[str, str] | None = None,
        fillers: Collection[str] = (),
    ) -> None:
        self._verbs, self._forms, self._sets = verbs, forms, sets or {}
        self._fillers = frozenset(fillers)
        self._alphabet: set[str] = set(fillers)
        self._classes: dict[str, list[str]] = {}
        self._known: set[str] = set()
        self._count = 0
        self._root = self._node()
        self._states: dict[tuple[int, ...], _State[T]] = {}
        self._begin: _State[T] | None = None

    def _node(self) -> _Node[T]:
        self._count += 1
        return _Node(self._count)

    def add(self, phrase: str, meaning: T) -> None:
        """Take a phrase in; PhraseError names one that cannot be understood."""
        row = _parsed(phrase)
        ends = self._laid([self._root], row, phrase)
        if row[0] in ([WILD], [FILL]) or self._root in ends:
            raise PhraseError(f"the phrase {phrase!r} does not begin with a word")
        for node in ends:
            node.ends.append(meaning)
        self._states, self._begin = {}, None

    # -- laying out ----------------------------------------------------------------------------------

    def _laid(self, nodes: list[_Node[T]], row: _Row, phrase: str) -> list[_Node[T]]:
        """The places at which a row of choices ends that begins at any of `nodes`."""
        for choices in row:
            name = repr(choices)
            known = nodes[0].after.get(name) if len(nodes) == 1 else None
            if known is None:
                known = self._node()
                for choice in choices:
                    self._lead(nodes, choice, known, phrase)
                if len(nodes) == 1:
                    nodes[0].after[name] = known
            nodes = [*nodes, known] if None in choices else [known]
        return nodes

    def _lead(self, nodes: list[_Node[T]], choice: str | _Row | None, to: _Node[T], phrase: str) -> None:
        """Make a choice lead from each of `nodes` to another."""
        if isinstance(choice, list):
            for end in self._laid(nodes, choice, phrase):
                end.free.append(to)
        elif choice in (WILD, FILL):
            gaps = [self._node() for _ in range((GAP if choice == WILD else FILLED) + 1)]
            for node in nodes:
                node.free.append(gaps[0])
            for gap, following in itertools.pairwise(gaps):
                (gap.any if choice == WILD else gap.fill).append(following)
            for gap in gaps:
                gap.free.append(to)
        elif choice is not None:
            key = self._key(choice, phrase)
            for node in nodes:
                node.steps.setdefault(key, []).append(to)

    def _key(self, word: str, phrase: str) -> str:
        """A word as the network knows it; of a verb or a set the words that belong to it are noted."""
        if word in self._known:
            return word
        self._known.add(word)
        if len(word) > 2 and word[0] + word[-1] in ("<>", "{}"):
            members = self._verb(word[1:-1], phrase) if word[0] == "<" else self._set(word[1:-1], phrase)
            for member in dict.fromkeys(members):
                self._classes.setdefault(member, []).append(word)
                self._alphabet.add(member)
        else:
            self._alphabet.add(word)
        return word

    def _set(self, name: str, phrase: str) -> list[str]:
        if name not in self._sets:
            raise PhraseError(f"the phrase {phrase!r} names the unknown set {{{name}}}")
        out: list[str] = []
        for word in self._sets[name].split():
            out += self._verb(word[1:-1], phrase) if word[0] + word[-1] == "<>" else [word]
        return out

    def _verb(self, name: str, phrase: str) -> list[str]:
        if "|" in name:
            return [word for one in name.split("|") for word in self._verb(one, phrase)]
        verb, _, form = name.partition(":")
        forms = self._verbs.get(verb)
        if forms is None or (form and form not in self._forms):
            raise PhraseError(f"the phrase {phrase!r} names the unknown verb <{name}>")
        if form:
            return list(forms[self._forms.index(form)].split("/"))
        return sorted({spelling for word in forms for spelling in word.split("/")})

    # -- finding -------------------------------------------------------------------------------------

    def find(self, words: Sequence[str], open_: Sequence[bool]) -> list[Hit[T]]:
        """Every phrase that stands in `words`; `open_` is False where no gap may pass (punctuation)."""
        if self._begin is None or len(self._states) > KEPT:
            self._states = {}
            self._begin = self._state([self._root])
        known = self._alphabet
        row = [
            (word if may else _SHUT + word) if word in known else ("" if may else _SHUT)
            for word, may in zip(words, open_, strict=True)
        ]
        row.append(_END)
        hits: list[Hit[T]] = []
        begin, moves = self._begin, self._begin.moves
        for start, sign in enumerate(row):
            state = moves[sign] if sign in moves else self._moved(begin, sign)
            at = start
            while state is not None:
                at += 1
                if state.ends:
                    hits += [Hit(start, at, meaning) for meaning in state.ends]
                sign = row[at]
                state = state.moves[sign] if sign in state.moves else self._moved(state, sign)
        return hits

    def _moved(self, state: _State[T], sign: str) -> _State[T] | None:
        """Where a word leads from a state, None where no phrase goes on with it."""
        word = sign.removeprefix(_SHUT)
        reached: list[_Node[T]] = []
        for node in state.nodes if sign != _END else ():
            for key in (word, *self._classes.get(word, ())):
                reached += node.steps.get(key, ())
            if sign == word:
                reached += node.any
            if word in self._fillers:
                reached += node.fill
        state.moves[sign] = found = self._state(reached) if reached else None
        return found

    def _state(self, nodes: list[_Node[T]]) -> _State[T]:
        """The state of all places that are reached from these without a word."""
        closed: dict[int, _Node[T]] = {}
        while nodes:
            node = nodes.pop()
            if node.number not in closed:
                closed[node.number] = node
                nodes += node.free
        name = tuple(sorted(closed))
        if name not in self._states:
            inside = tuple(closed[number] for number in name)
            ends = tuple(meaning for node in inside for meaning in node.ends)
            self._states[name] = _State(inside, ends)
        return self._states[name]


_Row = list["_Item"]
_Item = list["str | _Row | None"]
"""The choices at one place: a word, a row in brackets, None where nothing need stand there."""


def _parsed(phrase: str) -> _Row:
    row: _Row = []
    for piece in _parted(phrase, " ", phrase):
        optional = len(piece) > 1 and piece.endswith("?")
        piece = piece[:-1] if optional else piece
        choices: _Item = [None] if optional else []
        if piece.startswith("("):
            choices += (_parsed(inner.strip()) for inner in _parted(piece[1:-1], "|", phrase))
        else:
            choices += _parted(piece, "|", phrase)
        if "" in choices or [] in choices:
            raise PhraseError(f"the phrase {phrase!r} has an empty choice")
        row.append(choices)
    if not row:
        raise PhraseError(f"the phrase {phrase!r} is empty")
    return row


def _parted(text: str, mark: str, phrase: str) -> Iterable[str]:
    """The pieces of a text between marks that stand in no bracket."""
    depth, begun = 0, 0
    for at, sign in enumerate(text):
        depth += (sign in "(<") - (sign in ")>")
        if depth < 0:
            break
        if sign == mark and depth == 0:
            if mark == "|" or at > begun:
                yield text[begun:at]
            begun = at + 1
    if depth:
        raise PhraseError(f"the phrase {phrase!r} has a bracket without its other half")
    if mark == "|" or begun < len(text):
        yield text[begun:]
