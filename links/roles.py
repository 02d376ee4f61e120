"""Who may join whom: the buyer, the player and the seller around the words of a rule."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

from links.groups import Group
from links.scene import Parties, Scene
from links.sentences import CLUB, PERSON
from links.trigger import Around


class Cast:
    """The groups around one rule's words, by their place in the clause."""

    def __init__(self, scene: Scene, start: int, end: int) -> None:
        self.scene = scene
        self.start, self.end = start, end
        self.segment = scene.segment(start)
        self.last_segment = scene.segment(max(start, end - 1))
        around = scene.known.around.get((start, end))
        if around is None:
            around = scene.known.around[start, end] = self._around()
        self.left, self.inner, self.right = around.left, around.inner, around.right
        self.antecedent, self.after_colon = around.antecedent, around.after_colon

    def _around(self) -> Around:
        scene, start, end = self.scene, self.start, self.end
        groups = scene.groups
        left = [g for g in groups if g.end <= start and scene.segment(g.start) == self.segment]
        inner = [g for g in groups if g.start >= start and g.end <= end and g.hints != ("we",)]
        inner += [g for g in groups if g.start < end < g.end and g.start >= start]
        clauses = (self.segment, self.last_segment)
        right = [g for g in groups if g.start >= end and scene.segment(g.start) in clauses]
        return Around(left, inner, right, self._antecedent(), self._after_colon())

    def _after_colon(self) -> list[Group]:
        """What a colon or a dash adds at the end of the clause: "want another midfielder: Ada Vale"."""
        clauses = self.scene.clauses
        following = self.last_segment + 1
        if following >= len(clauses.opener) or clauses.opener[following] not in (":", "-"):
            return []
        return [g for g in self.scene.groups if self.scene.segment(g.start) == following]

    def _antecedent(self) -> Group | None:
        clauses = self.scene.clauses
        if clauses.sort[self.segment] != "relative":
            return None
        first = next(i for i, s in enumerate(clauses.segment) if s == self.segment)
        before = [g for g in self.scene.groups if g.end <= first]
        return before[-1] if before else None

    def subject(self) -> Group | None:
        """The group that the verb is about: the nearest before it that hangs on no preposition."""
        near: Group | None = None
        for group in reversed(self.left):
            led = group.prep == "with" and group.kind == CLUB
            absolute = led and self._absolute(group)
            leads = absolute or (led and self._beside(group)) or self._accompanies(group)
            if (not group.prep or leads) and not self._owning(group):
                if absolute or self._acts(group):
                    return self._meant(self._named(group))
                near = near or group
        if near is not None:
            return self._meant(self._aims(near))
        clauses = self.scene.clauses
        if clauses.sort[self.segment] == "relative":
            if clauses.opener[self.segment] == "where" or self.left:
                return None
            return self.antecedent if not self.whom() or self._some_of() else None
        return self._shared() or self._labelled() or self._opening()

    def _accompanies(self, group: Group) -> bool:
        """ "... with Vale in talks to join Rovers": a statement of its own."""
        with_ = self.scene.language.is_(group.prep, "accompanying")
        return with_ and group.kind == PERSON and group.end == self.start and bool(group.refs)

    def _aims(self, near: Group) -> Group:
        """ "Rovers rang City on Friday to ask about Vale": who does the one thing does the other."""
        tokens, words = self.scene.tokens, self.scene.language.is_
        if near.kind != CLUB or near.end == self.start - 1 or not words(tokens[self.start - 1].key, "to"):
            return near
        return next((g for g in self.left if g.kind == CLUB and not g.prep and not self._owning(g)), near)

    def whom(self) -> bool:
        """Do the words stand in a clause that "whom" opens?"""
        return self.scene.clauses.opener[self.segment] == "whom"

    def whose(self) -> Group | None:
        """The club of "Rovers, whose talks with City go on"."""
        near = self.antecedent
        if near is None or self.scene.clauses.opener[self.segment] != "whose":
            return None
        return near if near.kind == CLUB and not any(not g.prep for g in self.left) else None

    def _some_of(self) -> bool:
        """ "Neither of whom", "both of whom": the clubs before are who does it."""
        at = self.scene.clauses.segment.index(self.segment)
        return at > 0 and self.scene.language.is_(self.scene.tokens[at - 1].key, "of")

    def _named(self, group: Group) -> Group:
        """Whom "Rovers are among the clubs watching Vale" names."""
        if group.refs or group.pronoun or group.kind != CLUB:
            return group
        words, tokens = self.scene.language.is_, self.scene.tokens
        for other in self.left:
            span = range(other.end, group.start)
            if (
                other.kind == CLUB
                and other.refs
                and not other.prep
                and len(span) <= _NEAR
                and any(words(tokens[at].key, "be") for at in span)
            ):
                return other
        return group

    def _acts(self, group: Group) -> bool:
        """Does a verb, or do the words themselves, follow a group? Then it is no object of a verb before."""
        at = group.end
        words, tokens = self.scene.language.is_, self.scene.tokens
        if at == self.start - 1 and words(tokens[at].key, "to"):
            return True
        while at < self.start and words(tokens[at].key, "adverb"):
            at += 1
        return at >= self.start or words(tokens[at].key, "any.verb")

    def _absolute(self, group: Group) -> bool:
        """ "With Rovers believed to be making enquiries", "with Rovers having agreed a fee"."""
        between = [token.key for token in self.scene.tokens[group.end : self.start]]
        if not 0 < len(between) <= _HELD:
            return False
        words, small = self.scene.language.is_, ("held", "having", "to", "be", "adverb")
        opens = words(between[0], "held") or words(between[0], "having")
        return opens and all(any(words(key, name) for name in small) for key in between)

    def _beside(self, group: Group) -> bool:
        """Right before the words, or with no more than "keen and" between."""
        between = [token.key for token in self.scene.tokens[group.end : self.start]]
        words = self.scene.language.is_
        return len(between) <= _APART and all(words(k, "solid") or words(k, "and") for k in between)

    def _labelled(self) -> Group | None:
        """The club of "Lille: sold Vale to Metz. Looking at Berg", where nobody else is named before."""
        story = self.scene.story
        before = [g for g in self.scene.groups if g.end <= self.start and g.refs != (story.club,)]
        if not story.labelled or story.club is None or before:
            return None
        return Group(CLUB, self.start, self.start, (story.club,))

    def _meant(self, group: Group) -> Group:
        """ "He" after a coach who is a subject is the coach."""
        if not group.pronoun or group.kind != PERSON:
            return group
        before = [g for g in self.scene.groups if g.end <= group.start and not g.prep]
        return before[-1] if before and before[-1].hints[:1] == ("human",) else group

    def owner(self) -> Group | None:
        """Whose it is, where the words begin with a noun: "could help Vale's possible move to Metz"."""
        near = self.left[-1] if self.left else None
        if near is None or near.kind != PERSON or not near.own or self.start - near.end > _NEAR:
            return None
        keys = (token.key for token in self.scene.tokens[self.start : min(self.end, self.start + 4)])
        return near if any(self.scene.language.is_(key, "moving") for key in keys) else None

    def _owning(self, group: Group) -> bool:
        """Is it said of something of his? His agent speaks for him."""
        if not (group.own and group.end < self.start and group.kind == PERSON):
            return False
        tokens = self.scene.tokens
        return not self.scene.language.is_(tokens[min(group.end + 1, self.start)].key, "circle")

    def _shared(self) -> Group | None:
        """The subject of the statement before, where this one has none of its own."""
        clauses, segment = self.scene.clauses, self.segment
        if not (
            clauses.shares[segment]
            or clauses.sort[segment] in ("sub", "aside")
            or clauses.opener[segment] == ","
        ):
            return None
        before = [
            g
            for g in self.scene.groups
            if g.end <= self.start and not g.prep and self.scene.segment(g.start) < segment
            if clauses.sort[self.scene.segment(g.start)] != "relative"
        ]
        for group in before:
            if self.scene.segment(group.start) == self.scene.segment(before[-1].start):
                return group
        after = [
            g
            for g in self.scene.groups
            if g.start >= self.end and not g.prep and self.scene.segment(g.start) > segment
        ]
        return after[0] if after and clauses.sort[segment] == "sub" and not self.left else None

    def _opening(self) -> Group | None:
        """Him of "Wanted by Rovers, Vale ...": words that begin the sentence are said of whom the rest is."""
        words, tokens = self.scene.language.is_, self.scene.tokens
        first = tokens[self.start].key
        if self.left or self.start > 1 or self.scene.title or not words(first, "form.participle"):
            return None
        comma = next((at for at in range(self.end, len(tokens)) if tokens[at].key == ","), len(tokens))
        return next((g for g in self.scene.groups if g.start == comma + 1 and not g.prep), None)

    def aside(self, group: Group) -> bool:
        """Does it stand in a relative clause that these words are not in?"""
        there = self.scene.segment(group.start)
        return there != self.segment and self.scene.clauses.sort[there] == "relative"

    def first(self, groups: Sequence[Group], kind: str, preps: Sequence[str] | None = None) -> Group | None:
        """The first group of a kind, with one of these prepositions where any are named."""
        for group in groups:
            if group.kind == kind and (preps is None or group.prep in preps):
                return group
        return None

    def names(self) -> bool:
        """Do the words themselves name him, as the object of their first word: "reports linking him with"?"""
        tokens, words = self.scene.tokens, self.scene.language.is_
        inside = self.first(self.inner, PERSON)
        if inside is None or self.end - inside.end > 1 or inside.own:
            return False
        return words(tokens[inside.start - 1].key, "linking")

    def leads(self) -> bool:
        """Do the words end with "to", so that a club has to follow?"""
        last = self.scene.tokens[self.end - 1]
        return self.end - self.start > 1 and self.scene.language.is_(last.key, "to")

    def prefers(self) -> bool:
        """Do the words end with "over", "instead of", so that whom he did not choose follows?"""
        last = [token.key for token in self.scene.tokens[max(self.start, self.end - 2) : self.end]]
        words = self.scene.language.is_
        return words(last[-1], "against") or any(words(key, "passed_over") for key in last)

    def is_arrow(self) -> bool:
        """Only "to" and a club: "Vale to Rovers"."""
        first, last = self.scene.tokens[self.start].key, self.scene.tokens[self.end - 1].key
        return self.end - self.start == 2 and last == CLUB and self.scene.language.is_(first, "to")

    def alone(self, subject: Group) -> bool:
        """Is there no verb around "Vale to Rovers"?"""
        tokens = self.scene.tokens
        if subject.end != self.start:
            return False
        first = self.scene.language.is_(tokens[subject.start - 2].key, "news") if subject.start > 1 else False
        if first:
            return True
        if subject.prep:
            return False
        before = [
            t.key for i, t in enumerate(tokens[: subject.start]) if self.scene.segment(i) == self.segment
        ]
        if any(key.isalpha() and key not in ("C", "S", "P") for key in before):
            return False
        after = tokens[self.end].key if self.end < len(tokens) else "."
        return (
            not after.isalpha()
            or self.scene.language.is_(after, "sub")
            or self.scene.language.is_(after, "and")
        )

    def among(self) -> Group | None:
        """The clubs of "several clubs want him, including Rovers and City"."""
        tokens, words = self.scene.tokens, self.scene.language
        for group in self.right:
            if group.kind == CLUB and group.start and words.is_(tokens[group.start - 1].key, "including"):
                return group
        for group in self.scene.groups:  # "several clubs are linked, with Rovers among them"
            if group.kind == CLUB and group.refs and group.start > self.end and group.prep in ("with", ""):
                after = [token.key for token in tokens[group.end : group.end + 2]]
                if any(words.is_(key, "amid") for key in after):
                    return group
        return None

    def acting(self, subject: Group, players: Sequence[str]) -> tuple[str, ...]:
        """The club of a coach of whom nothing else is said: the one that was after the same player."""
        article = self.scene.story.article
        if subject.hints[:1] != ("human",) or article.acts_for.get(subject.hints[1]):
            return ()
        if self.scene.clauses.sort[self.segment] == "sub":
            for group in self.scene.groups:  # "Lille have said no because Orme counts on Vale": he is theirs
                if group.end <= subject.start and group.kind == CLUB and group.refs and not group.prep:
                    return tuple(c for p in players if (c := article.own(p)) in group.refs)[:1]
        pairs = [*reversed(self.scene.story.pairs), *reversed(article.pairs)]
        return tuple([club for player, club in pairs if player in players][:1])

    def compound(self) -> Group | None:
        """ "Everton target Quintela": the club before a single word, whatever stands before it."""
        if self.end - self.start > 1 or not self.left:
            return None
        near = self.left[-1]
        beside = (
            near.kind == CLUB and near.end == self.start and near.prep in ("for", "of", "with", "by", "to")
        )
        return near if beside and not near.own else None

    def topic(self) -> str | None:
        """The player that a clause speaks of without naming him: the last before it, else the story's."""
        scene = self.scene
        named = [g for g in scene.groups if g.kind == PERSON and g.end <= self.start]
        named = [g for g in named if self._meant(g).kind == PERSON] or named
        if named:
            if scene.title and self._apart_in_title(named[-1]):
                return None
            named = self._nearest(named)
            named = [g for g in named if not self._opens_apart(g)] or named
            first = next((g for g in named if not g.prep and not g.own), named[-1])
            if self.scene.clauses.opener[self.segment] == "with":
                first = named[-1]
            found = scene.players(first)
            return found[0] if found else None
        if self.segment == 0 and scene.language.is_(scene.tokens[0].key, "sub"):
            ahead = [g for g in scene.groups if g.kind == PERSON and g.start >= self.end and g.refs]
            if ahead and not self.first(self.right, PERSON):
                return ahead[0].refs[0]  # "Despite calls from Lille, Vale stays"
        story = scene.story
        near = story.people[-3:]
        chosen = story.focus if story.focus in near else near[-1] if near else story.topic
        return self._theirs(near, chosen) or chosen

    def _apart_in_title(self, last: Group) -> bool:
        """ "Lille open talks for Vale; Metz reject Rovers bid": two headlines, of which one names nobody."""
        opener, segment = self.scene.clauses.opener, self.scene.segment
        return any(opener[at] == ";" for at in range(segment(last.start) + 1, self.segment + 1))

    def _nearest(self, named: list[Group]) -> list[Group]:
        """Behind a colon or a semicolon those of the last statement before it that names anybody: "Vale has
        come and Orme is to follow: a fee is agreed"."""
        clauses, here = self.scene.clauses, self.segment
        while here > 0 and clauses.opener[here] not in (":", ";"):
            here -= 1
        segment = self.scene.segment
        if here == 0 or any(segment(g.start) >= here for g in named):
            return named
        told = [g for g in named if clauses.sort[segment(g.start)] == "main"] or named
        return [g for g in told if segment(g.start) == segment(told[-1].start)]

    def _opens_apart(self, group: Group) -> bool:
        """ "After selling Orme, Rovers have named Vale and made an enquiry": Orme is of the time before."""
        clauses, there = self.scene.clauses, self.scene.segment(group.start)
        return there == 0 and clauses.shares[self.segment] and self.segment > 1 and self._time_first()

    def _time_first(self) -> bool:
        words, tokens = self.scene.language.is_, self.scene.tokens
        return words(tokens[0].key, "sub") and not words(tokens[0].key, "of")

    def _theirs(self, near: Sequence[str], chosen: str | None) -> str | None:
        """ "Contact has been made with the Spanish side": of those named last the one whose club it is."""
        scene, own = self.scene, self.scene.story.article.own
        if chosen is None or self.left:
            return None
        dealt = {c for g in self.right if g.kind == CLUB and g.prep == "with" for c in scene.clubs(g)}
        men = [name for name in near if own(name) in dealt]
        return men[0] if len(men) == 1 and own(chosen) not in dealt else None

    def telegraphed(self) -> Parties | None:
        """Of a sentence that begins with its verb, "Has signed for Rovers": he was named before it."""
        scene, words = self.scene, self.scene.language.is_
        opens = all(
            words(token.key, "aux") or words(token.key, "adverb") for token in scene.tokens[: self.start]
        )
        first = scene.tokens[0].key
        told = any(words(first, form) for form in ("form.third", "form.participle"))
        verb = words(first, "aux") or (told and not words(first, "form.base"))
        near = next((g for g in [*self.inner, *self.right] if g.kind == CLUB and g.refs), None)
        if not (opens and verb) or near is None or near.prep not in _GOING or near.start - self.end > _NEAR:
            return None
        topic = self.topic()
        own = scene.story.article.own(topic) if topic else None
        return Parties((topic,), near.refs, carried=True) if topic and own not in near.refs else None

    def known(
        self, players: Sequence[str], sellers: tuple[str, ...], *, live: bool = False
    ) -> Parties | None:
        """The club that the story last told of for one of these players; `live`: rather one not off."""
        story = self.scene.story
        here = list(reversed(self.scene.pairs))
        if live:  # "City target Vale has had his medical at Rovers, and a deal is near"
            here.sort(key=lambda pair: -self.scene.far.get(pair, 0))
        told = [*here, *reversed(story.pairs)]
        if live:
            told.sort(key=lambda pair: (pair in story.over, pair in story.halted))
        later = [pair for pair in reversed(story.article.pairs) if pair[1] in story.clubs]
        if self.main(players, sellers) is None:
            later += [pair for pair in reversed(story.article.pairs) if pair[1] not in story.clubs]
        for player, club in (*told, *later):
            if player in players and club not in sellers:
                return Parties((player,), (club,), sellers, carried=True)
        return None

    def main(
        self, players: Sequence[str], sellers: tuple[str, ...], *, taken: bool = False
    ) -> Parties | None:
        """The club that the article is about, where it is known that the player is another's.

        `taken`: a noun such as "talks" may also go on about the club that acted last.
        """
        article = self.scene.story.article
        story = self.scene.story
        actor = story.buyers[-1] if story.buyers and taken else None
        buying = [club for _, club in {*story.pairs, *article.pairs}]
        known = article.titled or (not article.apart and buying.count(article.main_club or "") > 1)
        main = story.club or actor or self._acting_before(players) or (article.main_club if known else None)
        if main is None:
            return None
        buys = main in buying
        sure = buys or (story.led and main == story.club)
        if any(article.own(player) in ((main,) if sure else (None, main)) for player in players):
            return None
        return Parties(tuple(players), (main,), sellers, carried=True)

    def _acting_before(self, players: Sequence[str]) -> str | None:
        """The one club that the sentence before was about, where it is not the player's own: "Rovers,
        meanwhile, get on with it. Vale has his medical this morning." """
        article, actors = self.scene.story.article, self.scene.story.actors
        owns = {article.own(player) for player in players}
        return actors[0] if len(actors) == 1 and not {None, actors[0]} & owns else None

    def mover(self, ahead: Sequence[Group]) -> Group | None:
        """Whom a noun such as "bid" or "move" is about."""
        right = self.first([g for g in ahead if not self.thrown_in(g)], PERSON)
        left = self.first(list(reversed(self.left)), PERSON)
        if left is not None and left.own and self.start - left.end <= _NEAR:
            return left
        if right is not None and (
            right.prep in ("for", "of", "in", "with", "by", "at", "from") or left is None
        ):
            return right
        if left is None and self.antecedent is not None and self.antecedent.kind == PERSON:
            return self.antecedent
        return left or right

    def done_by(self) -> bool:
        """Does "by" follow a participle: "identified by Orme"? Then it is done to who stands before."""
        words, tokens = self.scene.language.is_, self.scene.tokens
        after = tokens[self.end].key if self.end < len(tokens) else ""
        last = tokens[self.end - 1].key
        return (
            words(after, "by")
            and words(last, "form.participle")
            and not words(tokens[self.start - 1].key, "aux")
        )

    def done_to(self) -> bool:
        """Do the words begin with a participle: "wanted", "linked"?"""
        return self.scene.language.is_(self.scene.tokens[self.start].key, "form.participle")

    def likens(self) -> bool:
        """ "need a few more like Vale": a preposition, no verb."""
        words, tokens = self.scene.language.is_, self.scene.tokens
        if not words(tokens[self.start].key, "likening"):
            return False
        before = self.start - 1
        while before >= 0 and words(tokens[before].key, "adverb"):
            before -= 1
        near = any(g.kind == CLUB and g.end == before + 1 for g in self.left)
        verb = before >= 0 and (words(tokens[before].key, "aux") or words(tokens[before].key, "to"))
        return not near and not verb

    def quizzes(self) -> bool:
        """ "Asked about Vale, he smiled", "when asked if they want Vale": it is the press that asks."""
        words, tokens = self.scene.language.is_, self.scene.tokens
        opens = self.start <= 1 and not self.left
        below = self.start > 0 and words(tokens[self.start - 1].key, "earlier")
        return (opens or below) and words(tokens[self.start].key, "quizzed")

    def leaves(self) -> bool:
        """Do the words end with a verb of going away: "is set to leave"?"""
        return self.scene.language.is_(self.scene.tokens[self.end - 1].key, "leaving")

    def meets_another(self, club: Group, players: Sequence[str]) -> bool:
        """Does the clause of a club name somebody else: "with Vale set to leave, Rovers want Orme"?"""
        there = self.scene.segment(club.start)
        return any(
            g.kind == PERSON
            and g.refs
            and self.scene.segment(g.start) == there
            and not {*g.refs} & {*players}
            for g in self.scene.groups
        )

    def passed_over(self, group: Group) -> bool:
        """ "Sign Orme instead of Vale", "rather than Vale": he is not whom it is about."""
        words, tokens = self.scene.language.is_, self.scene.tokens
        return any(words(token.key, "passed_over") for token in tokens[max(0, group.start - 2) : group.start])

    def thrown_in(self, group: Group) -> bool:
        """ "An offer of £28m plus Vale": he is part of the price."""
        before = self.scene.tokens[group.start - 1].key if group.start else ""
        return self.scene.language.is_(before, "makeweight")

    def apart(self, group: Group) -> bool:
        """Does a comma of a title stand between: "Vale update, Reds bid, Blues decision"?"""
        low, high = min(group.end, self.start), max(group.start, self.end)
        commas = sum(token.key == "," for token in self.scene.tokens)
        return commas > 1 and any(token.key == "," for token in self.scene.tokens[low:high])

    def one_of_many(self) -> bool:
        """Is it a headline without a club, among those that have one: "Vale to Rovers, Orme medical"?"""
        tokens, groups = self.scene.tokens, self.scene.groups
        bounds = [-1, *(at for at, token in enumerate(tokens) if token.key == ","), len(tokens)]
        if len(bounds) < _SEVERAL:
            return False
        clubs, men = ([g.start for g in groups if g.kind == kind and g.refs] for kind in (CLUB, PERSON))
        for low, high in itertools.pairwise(bounds):
            own = low < self.start < high
            led = any(low < at < high for at in clubs)
            if own and (led or not any(low < at < high for at in men)):
                return False
        return any(
            any(low < at < high for at in clubs) and any(low < at < high for at in men)
            for low, high in itertools.pairwise(bounds)
        )

    def takes(self) -> bool:
        """Is it a noun that comes from the buyer ("a bid from"), not from the seller ("a move from")?"""
        words = [token.key for token in self.scene.tokens[max(0, self.start - 1) : self.end]]
        return any(self.scene.language.is_(word, "taker") for word in words)

    def offered(self, group: Group) -> bool:
        """Does "to" lead from an offer to this club: "their bid to Lille for Vale was turned down"?"""
        tokens = self.scene.tokens
        return group.start > 1 and self.scene.language.is_(tokens[group.start - 2].key, "taker")

    def both(self, group: Group) -> tuple[str, ...]:
        """The two clubs of "between Rovers and the French side"."""
        if group.prep != "between" or len(group.refs) != 1:
            return ()
        groups = self.scene.groups
        after = groups[groups.index(group) + 1 : groups.index(group) + 2]
        if not after or after[0].kind != CLUB or after[0].start - group.end > 1:
            return ()
        return (*group.refs, *self.scene.clubs(after[0]))

    def beside(self) -> list[Group]:
        """Clubs right before a noun: "Newcastle bid", "Milan's first offer"."""
        near = [g for g in reversed(self.left) if g.kind == CLUB and g.prep != "from"]
        out = [g for g in near if g.end == self.start or (g.own and self.start - g.end <= _NEAR)]
        return out + [g for g in self.inner if g.kind == CLUB and g.own]


_GOING = ("", "to", "for", "at", "by", "in")
"""Where the club of a sentence without a subject may stand."""
_APART = 2
_HELD = 4
_NEAR = 4
"""So many tokens from a noun its club may stand."""

_SEVERAL = 4
"""The ends of three headlines that commas part, which a title holds at least where it holds several."""
