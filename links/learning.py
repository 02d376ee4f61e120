"""What a first look at an article teaches: whose player each one is, whom a coach acts for, who plays not."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Sequence

from links.fold import fold
from links.groups import HUMAN, NATION, PLACE, Group
from links.language import Language, Rule
from links.lines import Line
from links.offers import sent
from links.phrases import Hit
from links.roles import Cast
from links.scene import Scene
from links.sentences import CLUB, MONEY, OWN, PERSON, YEAR, Mention, Token
from links.story import Article, Story
from links.structure import Part

_REGULAR = 3
"""So often a coach comes up in the article on his club."""
_WE = 2
"""So often an outlet named for a club says "we" where it speaks for it."""
_LEARNED = 2
"""What a phrase of [own] weighs against "Rovers' Vale", which weighs three."""


def learn(
    article: Article,
    lines: Sequence[Line],
    mentions: Sequence[Mention],
    words: Language,
    body: int,
    *,
    story: bool,
    home: str | None = None,
) -> None:
    """Fill the article from its noun groups; `body` is where the text begins, `story` that it is one, `home`
    the club that the outlet is named for, which is who "we" are."""
    for line in lines:
        article.learn(line.groups, _not_from(line, words))
    article.main_player = main_player(lines)
    _learn_title(article, lines)
    counts = Counter(m.ref for m in mentions if m.kind == CLUB)
    title = {m.ref for m in mentions if m.kind == CLUB and m.end <= body}
    we = sum(group.hints == ("we",) for line in lines for group in line.groups)
    if home is not None and we >= _WE:
        counts[home] += we
        title.add(home)
    article.main_club = max(counts, key=lambda ref: counts[ref] + (ref in title), default=None)
    article.titled = story and article.main_club in title
    article.apart = not story and title != {article.main_club}
    article.ours = article.main_club if story else home
    _learn_leavers(article, lines, home)
    if article.titled:
        humans = Counter(m.ref for m in mentions if m.kind == HUMAN)
        article.regulars = frozenset(ref for ref, times in humans.items() if times >= _REGULAR)
    for line in lines:
        _learn_humans(article, line, words)
        article.abroad |= _abroad(line, words) | _payers(line, words)
        article.left |= _thanked(line, words)


def _learn_title(article: Article, lines: Sequence[Line]) -> None:
    """ "Rovers forward close to City": a title that describes one man and names none means him of whom the
    first sentence speaks, if the whole article is about him."""
    title = [g for line in lines if line.block.part is Part.TITLE for g in line.groups if g.kind == PERSON]
    first = next((line for line in lines if line.block.part is not Part.TITLE), None)
    if len(title) != 1 or title[0].refs or len(title[0].owners) != 1 or first is None:
        return
    named = [ref for group in first.groups if group.kind == PERSON for ref in group.refs]
    if named[:1] == [article.main_player] and article.main_player is not None:
        article.owners[article.main_player][title[0].owners[0]] += _TITLED


_TITLED = 2
"""What such a title weighs against "Rovers' Vale", which weighs three."""


def main_player(lines: Sequence[Line]) -> str | None:
    """The player whom the article names most, its title counting three times; the first of equals."""
    counts: Counter[str] = Counter()
    for line in lines:
        for group in line.groups:
            for ref in group.refs if group.kind == PERSON else ():
                counts[ref] += 3 if line.block.part is Part.TITLE else 1
    return max(counts, key=lambda ref: counts[ref], default=None)


def _not_from(line: Line, words: Language) -> frozenset[int]:
    """Groups after a "from" that says nothing of a player's club: offers, and moves of another year."""
    past = any(token.key == YEAR for token in line.tokens)

    def taken(group: Group) -> bool:
        reach = _OF_A_SUM if any(t.key == MONEY for t in line.tokens[group.start - 2 : group.start]) else 4
        before = line.tokens[max(0, group.start - reach) : group.start]
        offered = any(words.is_(token.key, "taker") for token in before)
        taken = any(words.is_(token.key, "prising") for token in before)
        away = not taken and any(words.is_(token.key, "distance") for token in before)
        return past or offered or away or sent(line.tokens, group.start, words)

    return frozenset(group.start for group in line.groups if group.prep == "from" and taken(group))


_OF_A_SUM = 9
"""So far before a club stands the offer that comes from it, with a sum between: "in the region of"."""


def _learn_leavers(article: Article, lines: Sequence[Line], home: str | None) -> None:
    """ "Outs first. Vale: Lille have bid": who is told of as one of those who go is of the club that the
    article is about: right behind such words, or where his name and a colon begin a sentence."""
    club = article.main_club if article.titled or article.main_club == home else None
    if club is None:
        return
    block, going = -1, False
    for line in lines:
        if line.block.start != block:
            block, going = line.block.start, False
        here = False
        if line.speaks("scope", "going", "coming"):
            first = min((h for h in line.hits if h.meaning.name in _WAYS), key=lambda h: (h.start, -h.end))
            if first.start <= 1 and not any(g.start < first.start and g.refs for g in line.groups):
                here = going = first.meaning.name == "going"
        man = next((g for g in line.groups if g.kind == PERSON and g.refs), None)
        if man is None or not going or man.owners:
            continue
        label = (
            man.start == 0 and line.tokens[man.end : man.end + 1] and line.tokens[man.end].key in (":", "-")
        )
        if here or label:
            for player in man.refs:
                article.owners[player][club] += _LEAVING


_WAYS = ("going", "coming")
_LEAVING = 3
"""What it weighs to be one of those who go: as much as "Rovers' Vale"."""


def _learn_humans(article: Article, line: Line, words: Language) -> None:
    """ "Napoli boss Conte", "Conte's Napoli": whom a coach or a director acts for."""
    for at, token in enumerate(line.tokens):
        if token.key != HUMAN or token.mention is None:
            continue
        back = at - 1
        while back >= 0 and (
            words.is_(line.tokens[back].key, "club.official") or line.tokens[back].key == OWN
        ):
            back -= 1
        ahead = line.tokens[at + 1 : at + 3]
        clubs = [line.tokens[back]] if 0 <= back < at - 1 else []
        clubs += ahead[1:] if len(ahead) == 2 and ahead[0].key == OWN else []
        clubs += _titled(line, at, words)
        for club in clubs:
            if club.key == CLUB and club.mention is not None:
                article.acts_for[token.mention.ref][club.mention.ref] += 1


def _titled(line: Line, at: int, words: Language) -> list[Token]:
    """ "Conte, the Napoli coach", "Conte of Napoli", "Napoli's new coach, Conte", "Napoli with a new coach,
    Conte": the club that an office beside a name names."""
    tokens = line.tokens

    def key(spot: int) -> str:
        return tokens[spot].key if 0 <= spot < len(tokens) else ""

    def small(spot: int) -> bool:
        return words.is_(key(spot), "article") or words.is_(key(spot), "person.adjective")

    def office(spot: int) -> bool:
        return words.is_(key(spot), "club.official")

    spot = at + 1
    if words.is_(key(spot), "of") and key(spot + 1) == CLUB:
        return [tokens[spot + 1]]
    if key(spot) == ",":
        spot += 1
        while small(spot):
            spot += 1
        if key(spot) == CLUB and (
            office(spot + 1) or (key(spot + 1) == OWN and _office(key, office, spot + 2))
        ):
            return [tokens[spot]]
        first = spot
        while office(spot):
            spot += 1
        if (
            spot > first
            and key(spot + 1) == CLUB
            and (words.is_(key(spot), "of") or words.is_(key(spot), "at"))
        ):
            return [tokens[spot + 1]]
    back = at - 1
    back -= key(back) == ","
    first = back
    while office(back):
        back -= 1
    if back == first:
        return []
    while small(back) or key(back) == OWN or words.is_(key(back), "with"):
        back -= 1
    return [tokens[back]] if key(back) == CLUB else []


def _office(key: Callable[[int], str], office: Callable[[int], bool], spot: int) -> bool:
    """ "Napoli's (new, sporting) director": does an office follow within two words?"""
    return any(office(at) for at in range(spot, spot + 2))


def _abroad(line: Line, words: Language) -> set[str]:
    """ "Will fly to France", "Anfield-bound": the places where somebody goes."""
    out: set[str] = set()
    for at, token in enumerate(line.tokens):
        if token.key not in (NATION, PLACE) or token.mention is None:
            continue
        before = [one.key for one in line.tokens[max(0, at - _TRAVELS) : at]]
        after = [one.key for one in line.tokens[at + 1 : at + 3]]
        led = any(words.is_(key, "to") or words.is_(key, "for") for key in before[-2:])
        travels = led and any(words.is_(key, "travelling") for key in before)
        if travels or (after[:1] == ["-"] and words.is_(after[-1], "travelling")):
            out |= {token.mention.ref, fold(token.mention.ref)}
    return out


def _payers(line: Line, words: Language) -> set[str]:
    """ "The Serie A side will pay €12m": the country, the league or the town of the club that buys."""
    out: set[str] = set()
    for group in line.groups:
        if group.kind != CLUB or group.refs or group.pronoun or group.prep or not group.hints:
            continue
        ahead = [token.key for token in line.tokens[group.end : group.end + _PAYS]]
        if any(words.is_(key, "paying") for key in ahead):
            said = (h for h in group.hints if not (words.is_(h, "article") or words.is_(h, "club.side")))
            out.add(fold(" ".join(said)))
    return out - {""}


def _thanked(line: Line, words: Language) -> set[str]:
    """ "Thank you, Roma": the club to which somebody says goodbye."""
    out: set[str] = set()
    for group in line.groups:
        before = [token.key for token in line.tokens[max(0, group.start - _PAYS) : group.start]]
        if group.kind == CLUB and any(words.is_(key, "parting") for key in before):
            out.update(group.refs)
    return out


_PAYS = 3
"""So near to a club the words of paying, or of parting, may stand."""

_TRAVELS = 6
"""So far before a place may the verb stand that leads there."""


def no_players(lines: Sequence[Line], words: Language, players: Collection[str] = ()) -> frozenset[str]:
    """Those whom the article calls a coach to be, or retired. Of the `players`, whose position it tells, a
    coach's heir is none: "midfielder Vale, hailed as the successor to Orme"."""
    out: set[str] = set()
    for line in lines:
        people = [g for g in line.groups if g.kind == PERSON and g.refs]
        for hit in line.hits if people else ():
            if hit.meaning.sort != "scope" or hit.meaning.name not in ("coach", "retired"):
                continue
            if any(token.key == HUMAN for token in line.tokens[hit.end : hit.end + 1]):
                continue  # "their new boss Orme wants Vale"
            before = [g for g in people if g.end <= hit.start]
            after = [g for g in people if g.start >= hit.end and g.start - hit.end <= 4]
            verb = hit.end - hit.start == 1 and words.is_(line.tokens[hit.start].key, "form.past")
            chosen = (after[:1] if verb else []) or before[-1:] or after[:1]
            named = {ref for group in chosen for ref in group.refs}
            out |= named - {*players} if hit.meaning.phrase.endswith(" H") else named
    return frozenset(out | _reporters(lines, words) | _listeners(lines, words))


def _listeners(lines: Sequence[Line], words: Language) -> set[str]:
    """Those to whom others speak and of whom nothing else is told: "Orme told La Voz on Monday"."""
    heard: set[str] = set()
    others: set[str] = set()
    for line in lines:
        for at, group in enumerate(line.groups):
            if group.kind != PERSON or not group.refs:
                continue
            after = line.tokens[group.end].key if group.end < len(line.tokens) else ""
            told = group.told and not any(g.kind == CLUB and g.refs and not g.prep for g in line.groups[:at])
            ends = not after.isalpha() or words.is_(after, "any.preposition") or words.is_(after, "on")
            (heard if told and ends and len(group.refs) == 1 else others).update(group.refs)
    return heard - others


def _reporters(lines: Sequence[Line], words: Language) -> set[str]:
    """Those who do nothing but tell of others: "Orme reports that ...", "Orme told Radio Uno"."""
    telling: set[str] = set()
    others: set[str] = set()
    for line in lines:
        for group in line.groups:
            if group.kind != PERSON or not group.refs:
                continue
            after = line.tokens[group.end].key if group.end < len(line.tokens) else ""
            tells = words.is_(after, "reports")
            plain = len(group.refs) == 1 and not group.owners and not group.own
            (telling if tells and plain else others).update(group.refs)
    return telling - others


def learn_owners(
    article: Article,
    lines: Sequence[Line],
    scene: Callable[[Line, Story], Scene],
    old: Callable[[Line], bool],
    *,
    apart: bool,
) -> None:
    """Whose player each one is, by descriptions ("the City winger") and the phrases of [own]. `apart`: nobody
    carries over from one item of the article into the next."""
    story, item = Story(article, topic=None if apart else article.main_player), -1
    for line in lines:
        if apart and line.block.item != item:
            story, item = Story(article), line.block.item
        for at, group in enumerate(line.groups):
            if group.kind == PERSON and group.described and group.owners:
                beside = line.groups[at - 1 : at] if at and line.groups[at - 1].end == group.start - 1 else []
                here = {ref for other in line.groups if other not in beside for ref in other.refs}
                for player in story.who(group, line.groups[:at], frozenset(here)):
                    if article.own(player) is None:
                        article.owners[player][group.owners[0]] += 1
        if line.speaks("own"):
            joined = any(h.meaning.sort == "own" and h.meaning.phrase.startswith("who") for h in line.hits)
            if joined and line.speaks("time", "now") and not line.speaks("time", "past"):
                continue  # "who joined Rovers on Tuesday" is news of where he goes
            if joined or not (old(line) or line.speaks("time", "past")):
                for player, club in owners(scene(line, story), line.hits):
                    article.owners[player][club] += _LEARNED
        story.note(line.groups, line.aside)


def _to_spend(scene: Scene, hit: Hit[Rule]) -> bool:
    """ "With a view to spending the season with Rovers": where he will be, not whose he is."""
    before = scene.tokens[max(0, hit.start - _SPENT) : hit.start]
    return any(scene.language.is_(token.key, "spending") for token in before)


_SPENT = 4
"""So far before "season with" its verb may stand: "to spend the whole of the season with"."""


def owners(scene: Scene, hits: Sequence[Hit[Rule]]) -> list[tuple[str, str]]:
    """Whose player somebody is, as the rules of [own] tell it: (player, club)."""
    out: list[tuple[str, str]] = []
    for hit in hits:
        rule = hit.meaning
        inside = any(h.meaning.sort == "stage" and h.start < hit.start and hit.end <= h.end for h in hits)
        if rule.sort != "own" or inside:
            continue
        at = Cast(scene, hit.start, hit.end)
        subject = at.subject()
        if rule.frame == "sells" and subject is not None and subject.kind == CLUB:
            player = at.first([*at.inner, *at.right], PERSON)
            summed = any(t.key == MONEY for t in scene.tokens[hit.start : hit.end])
            named = scene.players(player) or ((scene.story.focus,) if summed and scene.story.focus else ())
            out += ((p, c) for p in named for c in scene.clubs(subject)[:1])
        elif rule.frame == "joins" and (subject is None or subject.kind == PERSON):
            if _to_spend(scene, hit):
                continue
            near = [g for g in (*at.inner, *at.right) if g.kind == CLUB and g.start - hit.end <= 2]
            near = [
                g for g in near if not (g.start > hit.end and g.prep in ("for", "to"))
            ]  # "leave for Metz"
            ahead = [g for g in near if g.hints[:1] != ("human",)]
            whose = subject or at.antecedent or (at.left[-1] if at.left else None)
            summed = scene.tokens[hit.start].key == MONEY
            if (
                summed
                and whose is None
                and scene.story.focus
                and ahead
                and ahead[0].refs
                and not ahead[0].own
            ):
                out.append((scene.story.focus, ahead[0].refs[0]))  # "€30m fee, add-ons to Lille"
            elif whose is not None and whose.kind == PERSON:
                said = {ref for g in scene.groups for ref in g.refs}
                theirs = [c for g in ahead[:1] for c in scene.clubs(g)[:1] if g.refs or c not in said]
                out += ((p, c) for p in scene.players(whose) for c in theirs)
    return out
