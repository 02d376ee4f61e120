"""Coaches whom an article never calls so: who has asked another club about a player is none himself."""

from __future__ import annotations

from collections.abc import Sequence

from links.claim import Stage
from links.groups import Group
from links.language import Language, Rule
from links.learning import main_player
from links.lines import Line
from links.phrases import Hit
from links.sentences import CLUB, PERSON
from links.story import Article
from links.structure import Part

_APART = 4
"""So many small words may stand between a man and what he does: "has also now"."""


def learn_bosses(article: Article, lines: Sequence[Line], words: Language) -> None:
    """Finds those who do what only a club does ("Orme has bid for Vale") and of whom nothing else is told,
    and lets them act for the club that the article is about."""
    if article.main_club is None:
        return
    found: set[str] = set()
    for line in lines:
        for hit in line.hits:
            if _deals(hit.meaning) and (man := _doer(hit, line, words)) is not None:
                found.update(man.refs)
    found -= {name for name in found if article.owners.get(name) or name in article.ages}
    titled = {ref for line in lines if line.block.part is Part.TITLE for g in line.groups for ref in g.refs}
    found -= {name for name in found if article.traits.get(name) or name in titled}
    for name in found:
        article.acts_for[name][article.main_club] += 1
    for line in lines if found else ():
        line.groups[:] = [_boss(group) if found & {*group.refs} else group for group in line.groups]
    if article.main_player in found:
        article.main_player = main_player(lines)


def _deals(rule: Rule) -> bool:
    """Is it what a club does to get a player, further on than to want him?"""
    return rule.sort == "stage" and rule.frame in ("wants", "meets") and (rule.stage or 0) >= Stage.APPROACH


def _doer(hit: Hit[Rule], line: Line, words: Language) -> Group | None:
    """The man who does it to another whom the words, or a "for" behind them, name."""
    before = [g for g in line.groups if g.end <= hit.start]
    if not before or before[-1].kind != PERSON or len(before[-1].refs) != 1:
        return None
    man = before[-1]
    between = [token.key for token in line.tokens[man.end : hit.start]]
    small = all(words.is_(key, "aux") or words.is_(key, "adverb") for key in between)
    if man.prep or man.own or man.owners or len(between) > _APART or not small:
        return None
    if between and words.is_(between[-1], "be"):
        return None
    others = [
        g for g in line.groups if g.kind == PERSON and g.start >= hit.start and not {*g.refs} & {*man.refs}
    ]
    urged = words.is_(line.tokens[hit.start].key, "urging")  # "has asked Rovers to sign Vale"
    meant = any(g.refs and (g.prep == "for" or (g.end <= hit.end and not urged)) for g in others)
    return man if meant else None


def _boss(group: Group) -> Group:
    return Group(CLUB, group.start, group.end, hints=("human", group.refs[0]), prep=group.prep, own=group.own)
