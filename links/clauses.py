"""Where one statement of a sentence ends and the next begins, without parsing more than that."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from links.groups import Group
from links.language import Language, Rule
from links.phrases import Hit
from links.sentences import CLUB, OWN, PERSON, Token


@dataclass(frozen=True, slots=True)
class Clauses:
    """For each token its `segment`, and for each segment how it hangs on others.

    `parent` is the segment that it is set into (a bracket, a relative clause), -1 for none;
    `sort` is "main", "sub" (after, while, if ...), "relative" or "aside" (brackets, dashes).
    `shares` tells that a segment has the subject of the one before ("... and have bid for").
    """

    segment: tuple[int, ...]
    parent: tuple[int, ...]
    sort: tuple[str, ...]
    shares: tuple[bool, ...]
    opener: tuple[str, ...]


class _Builder:
    def __init__(self, count: int) -> None:
        self.segment = [0] * count
        self.parent = [-1]
        self.sort = ["main"]
        self.shares = [False]
        self.opener = [""]

    def new(self, parent: int, sort: str, shares: bool, opener: str) -> int:
        self.parent.append(parent)
        self.sort.append(sort)
        self.shares.append(shares)
        self.opener.append(opener)
        return len(self.parent) - 1


def clauses(
    tokens: Sequence[Token], groups: Sequence[Group], hits: Sequence[Hit[Rule]], language: Language
) -> Clauses:
    """Part a sentence into segments. Linear in its tokens."""
    built = _Builder(len(tokens))
    starts = {group.start: group for group in groups}
    inside = {i for group in groups for i in range(group.start, group.end)}
    verbs = {
        hit.start for hit in hits if hit.meaning.sort in ("stage", "status") and hit.meaning.frame != "deal"
    }
    current, stack = 0, [0]
    joint = language.words["any.joint"]
    for at, token in enumerate(tokens):
        if (token.key in joint or token.key in _MARKS) and (at not in inside or at in starts):
            current = _step(built, tokens, at, current, stack, language, starts, verbs)
        built.segment[at] = current
    return Clauses(
        tuple(built.segment), tuple(built.parent), tuple(built.sort), tuple(built.shares), tuple(built.opener)
    )


_MARKS = frozenset("()-,:")
"""Marks at which a segment may begin or end, beside words that part."""


def _absolute(tokens: Sequence[Token], at: int, language: Language) -> bool:
    """ "With Rovers having agreed a fee", "with City believed to be keen": words that open a statement."""
    keys = [token.key for token in tokens[at : at + 3]] if at >= 0 else []
    if len(keys) < 3 or not language.is_(keys[0], "with") or keys[1] not in (CLUB, PERSON):
        return False
    return language.is_(keys[2], "having") or language.is_(keys[2], "held")


def _step(
    built: _Builder,
    tokens: Sequence[Token],
    at: int,
    current: int,
    stack: list[int],
    language: Language,
    starts: dict[int, Group],
    verbs: set[int],
) -> int:
    """The segment of the token at `at`."""
    key = tokens[at].key
    if key == "(" or (
        key == "-" and _loose(tokens, at) and _closing(tokens, at) and built.sort[current] != "aside"
    ):
        stack.append(current)
        return built.new(current, "aside", False, key)
    if (
        built.sort[current] == "aside"
        and len(stack) > 1
        and (key == ")" or (key == "-" and _loose(tokens, at)))
    ):
        return stack.pop()
    if language.is_(key, "relative") and at > 0:
        stack.append(current)
        return built.new(current, "relative", False, key)
    if (
        built.sort[current] == "relative"
        and key == ","
        and len(stack) > 1
        and _goes_on(tokens, at + 1, language, verbs)
    ):
        return stack.pop()
    before = tokens[at - 1].key if at else ""
    within = language.is_(before, "aux") or language.is_(
        before, "no"
    )  # "are yet to answer", "have since bid" go on
    if (language.is_(key, "cut") and not within) or (key == "-" and _loose(tokens, at)) or key == ":":
        shares = not _subject_ahead(tokens, at + 1, starts, language)
        return built.new(-1, "main", shares and key not in (";", ":", "-"), key)
    absolute = language.is_(key, "with") and (before in (",", "-") or _absolute(tokens, at, language))
    goes_on = (within and _participle(tokens, at + 1, language)) or _absolute(tokens, at - 2, language)
    if ((language.is_(key, "sub") and not goes_on) or absolute) and at > 0:
        return built.new(built.parent[current], "sub", False, key)
    nested = built.sort[current] == "sub" and len(stack) > 1 and _in_relative(built, current)
    if key == "," and nested and _goes_on(tokens, at + 1, language, verbs):
        return stack.pop()
    if key == "," and built.sort[current] == "sub" and (
        built.segment[0] == current or _new_statement(tokens, at + 1, language, verbs, starts)
    ):  # fmt: skip
        return built.new(built.parent[current], "main", False, key)
    if language.is_(key, "and") or key == ",":
        if _new_statement(tokens, at + 1, language, verbs, starts):
            if built.sort[current] == "relative" and key == "," and len(stack) > 1:
                outer = stack.pop()
                return built.new(built.parent[outer], built.sort[outer], False, key)
            return built.new(built.parent[current], built.sort[current], False, key)
        if language.is_(key, "and") and _verb_at(tokens, at + 1, language, verbs):
            return built.new(built.parent[current], built.sort[current], True, key)
    return current


def _participle(tokens: Sequence[Token], at: int, language: Language) -> bool:
    return at < len(tokens) and language.is_(tokens[at].key, "form.participle")


def _in_relative(built: _Builder, current: int) -> bool:
    """Was this clause opened within a relative one: "who has been there since he left City"?"""
    return built.sort[current - 1] == "relative" and current > 0


def _loose(tokens: Sequence[Token], at: int) -> bool:
    """A dash with space around it, not a hyphen."""
    before = at == 0 or tokens[at - 1].end < tokens[at].start
    after = at + 1 >= len(tokens) or tokens[at].end < tokens[at + 1].start
    return before and after


def _closing(tokens: Sequence[Token], at: int) -> bool:
    """Is there a second dash that closes what this one opens?"""
    return any(tokens[i].key == "-" and _loose(tokens, i) for i in range(at + 2, min(at + 40, len(tokens))))


def _verb_at(tokens: Sequence[Token], at: int, language: Language, verbs: set[int]) -> bool:
    """Does a verb stand here, past adverbs?"""
    for step in range(at, min(at + 3, len(tokens))):
        if step in verbs or language.is_(tokens[step].key, "aux"):
            return tokens[step].key != OWN
        if not tokens[step].key.endswith("ly") and tokens[step].key not in (
            "now",
            "also",
            "then",
            "still",
            "even",
        ):
            return False
    return False


def _subject_ahead(tokens: Sequence[Token], at: int, starts: dict[int, Group], language: Language) -> bool:
    return any(i in starts for i in range(at, min(at + 2, len(tokens))))


def _goes_on(tokens: Sequence[Token], at: int, language: Language, verbs: set[int]) -> bool:
    """Does the statement around a relative clause go on: "who chose Lille, are", ", and are"?"""
    spoken = at < len(tokens) and language.is_(tokens[at].key, "and")
    return _verb_at(tokens, at + spoken, language, verbs)


def _past_aside(tokens: Sequence[Token], at: int) -> int:
    """Past what stands between two commas after a subject: "and Rovers, never shy, are keen"."""
    if at >= len(tokens) or tokens[at].key != ",":
        return at
    last = min(at + _ASIDE, len(tokens))
    return next((spot + 1 for spot in range(at + 1, last) if tokens[spot].key == ","), at)


_ASIDE = 10
"""So many tokens may stand between such commas."""


def _new_statement(
    tokens: Sequence[Token], at: int, language: Language, verbs: set[int], starts: dict[int, Group]
) -> bool:
    """Do a new subject and its verb begin here?"""
    while at < len(tokens) and (language.is_(tokens[at].key, "and") or tokens[at].key == "now"):
        at += 1
    group = starts.get(at)
    if group is not None and not group.own and not group.prep:
        end = _past_aside(tokens, group.end)
        finite = end < len(tokens) and language.is_(tokens[end].key, "any.tensed")
        return finite or _verb_at(tokens, end, language, verbs)
    if group is None and at + 1 < len(tokens) and language.is_(tokens[at].key, "article"):
        return any(language.is_(tokens[i].key, "aux") for i in range(at + 1, min(at + 5, len(tokens))))
    return False
