"""What a reader keeps in mind while he reads on: who was named, who plays where, who is meant by "he"."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from links.claim import Stage
from links.finding import Finding
from links.fold import fold
from links.groups import HEIR, Group
from links.traits import COUNTRY, aged, agree, clash


@dataclass(slots=True)
class Article:
    """What holds for the whole article: each player's own club and age, and the facts of clubs."""

    owners: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    ages: dict[str, str] = field(default_factory=dict)
    traits: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    club_words: Callable[[str], frozenset[str]] = lambda club: frozenset()
    main_player: str | None = None
    main_club: str | None = None
    titled: bool = False
    apart: bool = False
    """Are its items read each on its own?"""
    ours: str | None = None
    """Who "we" are: the club that the outlet is named for, else that of a story."""
    pairs: list[tuple[str, str]] = field(default_factory=list)
    """The links of a first reading."""
    abroad: set[str] = field(default_factory=set)
    """Where somebody travels to: the club of a ground, or a town or a country, folded; whence who pays is."""
    left: set[str] = field(default_factory=set)
    """The clubs to which somebody says goodbye."""
    acts_for: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    regulars: frozenset[str] = frozenset()
    """Coaches and directors who come up again in an article whose title names its club: they are its own."""

    def bound_for(self, clubs: Sequence[str]) -> tuple[str, ...]:
        """The one of these clubs that is at home where somebody travels, that pays, or that is not left."""
        towns = [set(place.split()) for place in self.abroad]
        near = [c for c in clubs if c in self.abroad or any(town <= self.club_words(c) for town in towns)]
        if not near and self.left & {*clubs}:
            near = [c for c in clubs if c not in self.left]
        return tuple(near) if len(near) == 1 else ()

    def own(self, player: str) -> str | None:
        """The club that the article says he plays for, None if it does not say."""
        counts = self.owners.get(player)
        return max(counts, key=counts.__getitem__) if counts else None

    def club_of(self, human: str) -> tuple[str, ...]:
        """The club that a coach or a director acts for as the article says, () where it does not."""
        counts = self.acts_for.get(human)
        return (counts.most_common(1)[0][0],) if counts else ()

    def learn(self, groups: Sequence[Group], taken: frozenset[int] = frozenset()) -> None:
        """Take in what the noun groups of a sentence say of players.

        "Chelsea's Disasi" weighs more than "Disasi ... from Chelsea"; `taken` are the starts of groups
        whose "from" belongs to an offer or to an earlier move.
        """
        self._learn_called(groups)
        last: Group | None = None
        first = next((g for g in groups if g.kind == "P" and g.refs), None)
        for group in groups:
            if group.kind == "P" and group.refs:
                last = group
                for ref in group.refs:
                    for club in group.owners[:1]:
                        self.owners[ref][club] += 3
                    self.traits[ref] |= group.traits.get(ref, frozenset())
                for ref, age in group.ages.items():
                    self.traits[ref].add(aged(age))
                self.ages |= group.ages
            elif (
                group.kind == "C"
                and group.prep == "from"
                and group.start not in taken
                and len(group.refs) == 1
            ):
                whose = last or first
                for ref in whose.refs if whose is not None else ():
                    self.owners[ref][group.refs[0]] += 1

    def _learn_called(self, groups: Sequence[Group]) -> None:
        """ "A fee with Vale's Spanish club Getafe": whose he is."""
        for man, side in pairwise(groups):
            if man.kind == "P" and man.own and side.called and side.start == man.end + 1:
                for player in man.refs:
                    self.owners[player][side.refs[0]] += 3


@dataclass(slots=True)
class Story:
    """What carries within one item: the players and the clubs that were named, the latest last.

    `pairs` are the links read so far as (player, club), the latest last; `buyer` is the club that acted last.
    """

    article: Article
    people: list[str] = field(default_factory=list)
    clubs: list[str] = field(default_factory=list)
    pairs: list[tuple[str, str]] = field(default_factory=list)
    buyers: list[str] = field(default_factory=list)
    owning: list[str] = field(default_factory=list)
    """The clubs in the descriptions of players, the latest last."""
    topic: str | None = None
    focus: str | None = None
    """The player who was last spoken of as a subject, not in passing."""
    actors: tuple[str, ...] = ()
    """The clubs that the last sentence was about."""
    boss: tuple[str, ...] = ()
    """The club of the coach or the director whom "he" means, where the sentence before told of one."""
    club: str | None = None
    """The club that a heading gave this item."""
    led: bool = False
    """Does the item open with a sentence about that club alone?"""
    labelled: bool = False
    """Does the item begin with the club and a colon? Then who does something without a name is the club."""
    halted: set[tuple[str, str]] = field(default_factory=set)
    """The links that stood still when they were told of last."""
    over: set[tuple[str, str]] = field(default_factory=set)
    """The links that were told to be off."""
    last: tuple[str, Stage] | None = None
    """The player and the stage of the last finding, for "so do Rovers"."""
    asked: list[tuple[str, str]] = field(default_factory=list)
    before: list[tuple[str, str]] = field(default_factory=list)
    """The links that were told as they had been, the latest last: what turns may be said of them."""
    rumoured: Sequence[Finding] = ()
    """What the sentence before told as a rumour: "Reports in France claimed that ..."."""

    def note(self, groups: Sequence[Group], aside: Collection[int] = ()) -> None:
        """Remember the names of a sentence; `aside` are the starts of groups that are named in passing."""
        main = groups
        if aside:
            main = [group for group in groups if group.start not in aside]
            spoken = any(group.kind == "P" and not group.pronoun for group in main)
            self._refocus(main if spoken or self.people else groups)
            groups = [*(g for g in groups if g.start in aside), *main]
        else:
            self._refocus(groups)
        for group in groups:
            for club in group.owners if group.kind == "P" else ():
                self.owning = [*(c for c in self.owning if c != club), club]
            for ref in group.refs:
                names = self.people if group.kind == "P" else self.clubs
                if ref in names:
                    names.remove(ref)
                names.append(ref)
        if aside and self.focus in self.people and not any(g.refs for g in main if g.kind == "P"):
            self.people.remove(self.focus)
            self.people.append(self.focus)

    def _refocus(self, groups: Sequence[Group]) -> None:
        main = [g for g in groups if not g.below]
        leads = next((g for g in main if not g.prep), None)
        clubs = [
            g for g in main
            if g.kind == "C" and (g.start <= _OPENS or g is leads) and not g.prep and not g.own
            if not g.pronoun
        ]  # fmt: skip
        if clubs and leads is not clubs[0] and leads is not None and not leads.own:
            clubs = []  # "They asked Lille about Vale": Lille does nothing
        acting = self.which(clubs[0], []) if clubs else ()
        self._note_boss(main)
        self.actors = acting or (self.actors if any(g.pronoun and g.kind == "C" for g in groups) else ())
        self._focus(groups)

    def _note_boss(self, groups: Sequence[Group]) -> None:
        """A coach who does or says something is "he" from here on, until a player does."""
        humans = [g for g in groups if g.hints[:1] == ("human",) and not g.prep and not g.own]
        if humans:
            self.boss = self.which(humans[-1], [])
        elif any(g.kind == "P" and not g.pronoun and not g.prep and not g.own for g in groups):
            self.boss = ()

    def _focus(self, groups: Sequence[Group]) -> None:
        """The player whom a sentence is about: its first words, else the only one that it names."""
        people = [group for group in groups if group.kind == "P"]
        opening = [
            group for group in people
            if group.start <= (1 if group.pronoun else _OPENS) and not group.prep and not group.own
        ]  # fmt: skip
        named = {ref for group in people for ref in group.refs}
        if opening and (who := self.who(opening[0], [])):
            self.focus = who[0] if len(who) == 1 else self.focus
            if not opening[0].refs and self.focus in self.people:
                self.people.remove(self.focus)
                self.people.append(self.focus)
        elif len(named) == 1:
            self.focus = next(iter(named))

    def who(
        self, group: Group, before: Sequence[Group], here: frozenset[str] = frozenset()
    ) -> tuple[str, ...]:
        """The players that a group means. "The City winger" is nobody who is named `here`, beside it."""
        if group.refs or group.hints == HEIR:
            return group.refs
        people = [other for other in before if other.kind == "P" and other is not group]
        names = [ref for other in people for ref in other.refs]
        ranked = [*self.people, *names]
        if group.hints == ("pair",):
            return tuple(ranked[-2:])
        if group.pronoun:
            return self._he([other for other in people if group.aside or not other.aside], names, before)
        first = [name for name in (self.focus, self.article.main_player) if name in ranked]
        if names and not {*first} & {*names}:  # "the pursuit of Vale ends: the winger joins Rovers"
            main = [other for other in people if group.aside or not other.aside]
            near = [ref for other in main if not other.prep for ref in other.refs]
            near = near or [ref for other in main for ref in other.refs]
            first = near[-1:] or first
            if not group.owners and near and near[-1] not in here and self._fits(near[-1], group):
                return (near[-1],)
        order = dict.fromkeys([*first, *reversed(ranked), *([self.topic] if self.topic else ())])
        fit = [name for name in order if name not in here and self._fits(name, group)]
        if sure := self._surest(fit, group):
            return (sure,)
        return tuple(fit[:1])

    def _he(self, people: Sequence[Group], names: Sequence[str], before: Sequence[Group]) -> tuple[str, ...]:
        """Whom "he" means: the last of these people before it in the sentence, named or described; else whom
        the sentences before are about; else any of the names."""
        last = next((other for other in reversed(people) if not other.pronoun), None)
        opens = last is not None and last.start <= _OPENS and not last.own
        if last is not None and opens and not last.refs and last.hints != ("pair",):
            described = self.who(last, [other for other in before if other.start < last.start])
            if described:
                return described[-1:]
        here = [ref for other in people for ref in other.refs]
        topic = [self.topic] if self.topic else []
        return tuple((here or self.people or names or topic)[-1:])

    def _surest(self, fit: Sequence[str], group: Group) -> str | None:
        """The one of whom most is known that the description says; None where nothing is known of any."""
        said = group.traits.get("", frozenset())
        scores = {name: agree(self.article.traits.get(name, ()), said) for name in fit}
        for name in fit:
            if group.owners and self.article.own(name) in group.owners:
                scores[name] += 2
        best = max(scores.values(), default=0)
        if best >= 2 or (best and not self.article.traits.get(fit[0])):
            return next((name for name in fit if scores[name] == best), None)
        if not best and group.owners:
            theirs = [
                p
                for p, clubs in self.article.owners.items()
                if max(clubs, key=clubs.__getitem__) in group.owners
            ]
            return theirs[0] if len(theirs) == 1 else None
        if not group.owners and not best and not self.people and (known := self._playing(said)):
            return known
        return None if group.owners or best else self._only_one(said)

    def _playing(self, said: Collection[str]) -> str | None:
        """ "Eagles striker close to Lille": the one man of the article who is told to play there, where a
        title comes before all names."""
        found = [name for name, known in self.article.traits.items() if agree(known, said)]
        return found[0] if len(found) == 1 else None

    def _only_one(self, said: Collection[str]) -> str | None:
        """ "Rovers land Dane": the one of the article who is of that country, where he is yet to be named."""
        nation = {trait for trait in said if trait.startswith(COUNTRY)}
        found = [name for name, known in self.article.traits.items() if nation & known] if nation else []
        return found[0] if len(found) == 1 else None

    def _fits(self, name: str, group: Group) -> bool:
        own = self.article.own(name)
        if group.owners and own and own not in group.owners:
            return False
        return not clash(self.article.traits.get(name, ()), group.traits.get("", ()))

    def which(self, group: Group, before: Sequence[Group], *, avoid: Iterable[str] = ()) -> tuple[str, ...]:
        """The clubs that a group means; for a coach never one of those to `avoid`."""
        if group.refs:
            return group.refs
        kind = group.hints[:1]
        if kind == ("rival",):
            return ()
        if kind == ("we",):
            return (self.article.ours,) if self.article.ours else ()
        names = [ref for other in before if other.kind == "C" and other is not group for ref in other.refs]
        if kind == ("human",):
            return self.article.club_of(group.hints[1]) or self._acting(group, before, names, avoid)
        if group.pronoun:
            here = [other for other in before if other.kind == "C" and other.refs and not other.prep]
            if len(here) > 1 and here[-1].told:  # "Rovers have told City that they ..."
                return here[-2].refs
            if here:
                return here[-1].refs
            return self.actors or tuple([*self.buyers[-1:], *self.clubs[-1:]][:1])
        his = self.article.own(self.focus) if self.focus else None
        whose = [his] if his in self.owning[-1:] and not names else []
        ranked = list(dict.fromkeys([*whose, *reversed([*self.owning, *self.clubs, *names])]))
        hints = {word for hint in group.hints for word in fold(hint).split()}
        fit = [name for name in ranked if hints & self.article.club_words(name)]
        vague = not hints - _VAGUE
        near = {ref for other in before if other.kind == "C" and not other.prep for ref in other.refs}
        if vague and not fit and len(near) == 1:
            return tuple(near)
        return tuple((fit or (self.buyers[-1:] if vague else []))[:1])

    def _acting(
        self, group: Group, before: Sequence[Group], names: Sequence[str], avoid: Iterable[str]
    ) -> tuple[str, ...]:
        """Whom a coach acts for of whom nothing is told: the club of the heading, else the one whose doings
        he goes on with, else that of the article, else the one named last."""
        if self.club:
            return (self.club,)
        own = self.article.own(self.focus) if self.focus else None
        skip = {*avoid} or ({own} if own else set())
        near = [c for c in names if c not in skip]
        if near and group.hints[2:]:
            return (near[-1],)
        opens = group.start <= _OPENS and not group.prep
        if opens and len(self.actors) == 1 and self.actors[0] not in {*avoid} and not before:
            return self.actors
        main = self.article.main_club
        led = self.article.titled and not group.prep and not any(g.kind == "C" for g in before)
        if main and main not in skip and (led or group.hints[1] in self.article.regulars):
            return (main,)
        named = [c for c in (*self.clubs, *names) if c not in skip]
        return (named[-1],) if named else (main,) if main else ()


_OPENS = 4
"""So many tokens from its beginning a name may stand that opens a sentence."""

_VAGUE = frozenset(
    ["the", "club", "side", "team", "giants", "outfit", "champions", "rivals", "their", "his", "a", "and"]
)
