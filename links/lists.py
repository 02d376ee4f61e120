"""Lists: "Rovers, City and United" is one group of three clubs."""

from __future__ import annotations

from collections.abc import Sequence

from links.groups import LEAGUE, NATION, Group
from links.language import Language
from links.sentences import CLUB, Token


class Lists:
    """Finds which groups of one sentence make a list."""

    def __init__(self, tokens: Sequence[Token], language: Language, *, title: bool) -> None:
        self.tokens, self.language, self.title = tokens, language, title

    def merged(self, groups: Sequence[Group]) -> list[Group]:
        """The groups in order, those of a list as one."""
        out: list[Group] = []
        at = 0
        while at < len(groups):
            run = [groups[at]]
            joined = False
            while at + 1 < len(groups) and (glue := self._glue(run[-1], groups[at + 1])):
                if joined and glue != "and":
                    break  # "Rovers and City, United not": a list ends with what "and" brings
                joined = joined or glue == "and"
                at += 1
                run.append(groups[at])
            if len(run) == 2 and (self._begins(run[1]) or self._left(*run)):
                out += run
                at += 1
                continue
            if len(run) > 2 and self.title and self._anew(run):
                out += [run[0], _merge(run[1:])]
                at += 1
                continue
            joined = joined or (len(run) > 1 and self._ends_with_crowd(run[-1]))
            if len(run) > 1 and (joined or (self.title and not self._acts(run[-1], run[0])) or len(run) > 2):
                out.append(_merge(run))
            else:
                out += run
            at += 1
        return out

    def _acts(self, group: Group, first: Group) -> bool:
        """Does a verb follow? "Vale to join Lille, Metz yet to answer": two sentences, not two buyers."""
        key = self.tokens[group.end].key if group.end < len(self.tokens) else ""
        if first.start > 1 and key[:1].isalpha() and not self.language.is_(key, "any.preposition"):
            return True
        return self.language.is_(key, "aux") or self.language.is_(key, "form.third")

    def _anew(self, run: Sequence[Group]) -> bool:
        """ "Lille offer Vale to Rovers, Metz and Lens fight over Orme": a new headline behind the comma."""
        after = self.tokens[run[-1].end].key if run[-1].end < len(self.tokens) else ""
        verb = self.language.is_(after, "form.base") or self.language.is_(after, "aux")
        return verb and bool(run[0].prep) and self.tokens[run[0].end].key == ","

    def _crowd(self, group: Group) -> bool:
        """ "... and French clubs": nobody in particular."""
        return (
            group.kind == CLUB
            and not group.pronoun
            and not self.language.is_(self.tokens[group.start].key, "article")
        )

    def _begins(self, group: Group) -> bool:
        """ "wanted by Fulham, and Leeds are not": a comma, "and", and a verb after the name."""
        comma = group.start >= 2 and self.tokens[group.start - 2].key == ","
        spoken = group.end < len(self.tokens) and self.language.is_(self.tokens[group.end].key, "aux")
        return comma and spoken and self.language.is_(self.tokens[group.start - 1].key, "and")

    def _left(self, first: Group, second: Group) -> bool:
        """ "he can leave Lille and Rovers are keen", "want Vale from Lille and Rovers want Orme": the second
        begins a statement of its own."""
        if not first.start or second.end >= len(self.tokens):
            return False
        after, word = self.tokens[second.end].key, self.language.is_
        if first.prep == "from" and word(after, "any.tensed") and not word(after, "aux"):
            return True
        left = self.tokens[first.start - 1].key
        acts = word(after, "aux") or word(after, "form.gerund") or word(after, "form.third")
        if acts and word(left, "joining") and not word(left, "any.preposition"):
            return True  # "to join Lille and Rovers are chasing Orme"
        parted = self.language.is_(left, "from") and self.language.is_(left, "form.base")
        return parted and self.language.is_(self.tokens[second.end].key, "aux")

    def _ends_with_crowd(self, group: Group) -> bool:
        """ "Wigan, Bolton and a number of clubs"."""
        return group.end < len(self.tokens) and self.language.is_(self.tokens[group.end].key, "and")

    def _glue(self, left: Group, right: Group) -> str:
        if (
            not left.refs
            or not (right.refs or self._crowd(right))
            or left.kind != right.kind
            or left.own
            or left.pronoun
            or right.pronoun
            or left.official
        ):
            return ""
        between = [token.key for token in self.tokens[left.end : right.start]]
        words = [k for k in between if k not in (",", "both") and not self.language.is_(k, "adverb")]
        while right.kind == CLUB and right.refs and len(words) > 1 and self._what_sort(words[-1]):
            words.pop()
        if not words:
            return "comma" if "," in between else ""
        if len(words) == 1 and self.language.is_(words[0], "and"):
            return "and"
        return ""

    def _what_sort(self, key: str) -> bool:
        """ "Rovers, City and newly-promoted Lille", "and former loan club Metz": what says which sort of club
        the next of a list is."""
        return key in (LEAGUE, NATION) or self.language.is_(key, "club.sort")


def _merge(run: Sequence[Group]) -> Group:
    first, last = run[0], run[-1]
    ages: dict[str, str] = {}
    traits: dict[str, frozenset[str]] = {}
    for group in run:
        ages |= group.ages
        traits |= group.traits
    return Group(
        first.kind, first.start, last.end,
        refs=tuple(ref for group in run for ref in group.refs),
        owners=first.owners if first.each or len({group.owners for group in run}) == 1 else (),
        prep=first.prep, own=last.own, each=first.each, ages=ages, traits=traits,
        hints=() if any(group.refs for group in run) else first.hints,
    )  # fmt: skip
