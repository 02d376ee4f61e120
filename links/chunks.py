"""Noun groups: "Chelsea's French centre-back Axel Disasi, 27" is one player with an owner, and so on."""

from __future__ import annotations

from collections.abc import Sequence

from links.fold import fold
from links.groups import HEIR, HUMAN, LEAGUE, NATION, PLACE, PREPOSITIONS, Group
from links.language import Language
from links.lists import Lists
from links.sentences import CLUB, NUMBER, OWN, PERSON, Token
from links.traits import traits


class Chunker:
    """Finds the groups of one sentence."""

    def __init__(self, tokens: Sequence[Token], plain: str, language: Language, *, title: bool) -> None:
        self.tokens = tokens
        self.plain = plain
        self.language = language
        self.title = title

    def groups(self) -> list[Group]:
        """All groups in order, lists merged into one group."""
        found: list[Group] = []
        at = 0
        tokens, opener = self.tokens, self.language.words["any.opener"]
        while at < len(tokens):
            key = tokens[at].key
            group = self._at(at) if key in opener or key in _MARKED else None
            if group is None:
                at += 1
                continue
            found.append(group)
            at = max(group.end, at + 1)
        for group in found:
            group.prep = self._prep(group)
            group.told = group.start > 0 and self.language.is_(tokens[group.start - 1].key, "telling")
        return Lists(self.tokens, self.language, title=self.title).merged(found)

    # -- one group ---------------------------------------------------------------------------------

    def _at(self, at: int) -> Group | None:
        token = self.tokens[at]
        if token.key == PERSON:
            return self._person(at, at)
        if token.key == CLUB:
            return self._club(at)
        if token.key == HUMAN and token.mention is not None:
            hints = ("human", token.mention.ref, *(("near",) if self._near(at) else ()))
            return Group(CLUB, at, at + 1, hints=hints, own=self._own_end(at + 1) > at + 1)
        word = self.language.is_
        key = token.key
        if word(key, "him") or (word(key, "he") and not word(key, "own")):
            return Group(PERSON, at, at + 1, pronoun=True)
        if word(key, "we"):
            if self._is_paper(at + 1):
                return None
            return Group(CLUB, at, at + 1, hints=("we",), own=word(key, "own"))
        if word(key, "they") and not (word(key, "thing") and self._is_object(at)):
            return Group(CLUB, at, at + 1, pronoun=True, own=word(key, "own"))
        if word(key, "couple"):
            return self._pair(at, at, -1)
        if word(key, "article") or self._modifies(at):
            return self._described(at)
        return None

    def _is_paper(self, at: int) -> bool:
        """ "We understand", "we have been told": who hears of things is the paper, no club."""
        word = self.language.is_
        while at < len(self.tokens) and (
            word(self.tokens[at].key, "aux") or word(self.tokens[at].key, "adverb")
        ):
            at += 1
        return at < len(self.tokens) and word(self.tokens[at].key, "hearing")

    def _near(self, at: int) -> bool:
        """Does a coach belong to the club before him: "Rovers are furious; Orme ...", "their coach Orme"?"""
        back = at - 1
        while back >= 0 and self.language.is_(self.tokens[back].key, "club.official"):
            back -= 1
        if back < 0 or self.title:
            return True
        key = self.tokens[back].key
        return key in (":", ";") or (back < at - 1 and self.language.is_(key, "they"))

    def _is_object(self, at: int) -> bool:
        """ "Rovers matched it": what a verb is done to is a thing, a club only where a verb follows."""
        after = self.tokens[at + 1].key if at + 1 < len(self.tokens) else "."
        return not self.language.is_(after, "any.finite")

    def _person(self, start: int, head: int) -> Group:
        token = self.tokens[head]
        assert token.mention is not None
        ref = token.mention.ref
        if self._has_heir(head + 1):
            beyond = head + 2
            if beyond < len(self.tokens) and self.tokens[beyond].key == PERSON:
                return self._person(beyond, beyond)
            return Group(PERSON, start, beyond, hints=HEIR)
        if self._succeeds(start, head + 1):
            return Group(PERSON, start, head + 1, hints=HEIR)
        group = Group(PERSON, start, head + 1, (ref,))
        group.owners = self._owners(group.start, head) or self._whose(group.start, head)
        group.traits[ref] = self._traits(start, head)
        group.each = self._names_several(start, head)
        if head + 3 < len(self.tokens) and self.tokens[head + 1].key == OWN:
            first = head + 3 if self._modifies(head + 2) else head + 2  # "Vale's younger brother Orme"
            word = self.tokens[first].key
            kin = self._kin(first + 1) if self.language.is_(word, "person.family") else None
            if kin is not None:
                return self._person(kin, kin)
            acts = head + 3 < len(self.tokens) and self.language.is_(self.tokens[head + 3].key, "aux")
            if self._has_heir(head + 2) and not acts:
                return Group(PERSON, start, head + 3, hints=HEIR)
        self._after_person(group, ref)
        return group

    def _has_heir(self, at: int) -> bool:
        """ "Rovers eye Vale replacement": they are after somebody else, whom nobody names."""
        return at < len(self.tokens) and self.language.is_(self.tokens[at].key, "person.heir")

    def _succeeds(self, start: int, end: int) -> bool:
        """ "A replacement for Vale", "an alternative to Lille's Vale": somebody else than he, unless it goes
        on about him: "a replacement for Vale, who joined City"."""
        if end < len(self.tokens) and self.tokens[end].key == ",":
            return False
        keys = [token.key for token in self.tokens[max(0, start - 2) : start]]
        word = self.language.is_
        leads = len(keys) == 2 and (word(keys[1], "for") or word(keys[1], "to"))
        return leads and word(keys[0], "person.heir")

    def _whose(self, start: int, head: int) -> tuple[str, ...]:
        """The club of "turned to Lille, whose striker Vale ..."; of "whose target Vale" it is none."""
        at = start - 1
        if at < 1 or self.tokens[at].key != "whose":
            return ()
        club = at - 2 if self.tokens[at - 1].key == "," else at - 1
        wanted = any(self.language.is_(self.tokens[i].key, "club.pursuit") for i in range(start, head))
        return self._owners(club, club + 1) if club >= 0 and not wanted else ()

    def _kin(self, at: int) -> int | None:
        """Where he stands who is somebody's cousin: "Vale's cousin, the Lille striker Orme"."""
        for spot in range(at, min(at + _KIN, len(self.tokens))):
            key = self.tokens[spot].key
            if key == PERSON:
                return spot
            small = key in (",", CLUB, OWN) or self.language.is_(key, "article") or self._modifies(spot)
            if not small and not self.language.is_(key, "at") and not self.language.is_(key, "of"):
                break
        return None

    def _club(self, at: int) -> Group | None:
        """A club, unless it begins a player's description: "Chelsea's winger Disasi", "the Leeds man"."""
        beyond = self._past_land(at + 1)
        end = self._own_end(beyond)
        if self._paired(end):
            return self._plain_club(at, end)
        person = self._modifier_run(end + 1 if self._country_next(at) else end)
        if person > end or end > beyond:
            head = person
            if head < len(self.tokens) and self.tokens[head].key == PERSON:
                if person == end and self._pursued(head + 1):
                    return self._plain_club(at, end)
                return self._person(at, head)
            if person > end and self._heads(end, person) and not self._pursued(person):
                return self._description(at, person)
        return self._plain_club(at, self._own_end(at + 1))

    def _past_land(self, at: int) -> int:
        """One past "of Belgium" in "Genk of Belgium forward Vale"."""
        lands = at + 1 < len(self.tokens) and self.tokens[at + 1].key in (NATION, PLACE)
        return at + 2 if lands and self.language.is_(self.tokens[at].key, "of") else at

    def _plain_club(self, at: int, end: int) -> Group:
        token = self.tokens[at]
        assert token.mention is not None
        group = Group(CLUB, at, at + 1, (token.mention.ref,), own=end > at + 1)
        self._official(group)
        self._official_of(group)
        ahead = [token.key for token in self.tokens[group.end + 1 : group.end + 4]]
        if group.official and at and self.language.is_(self.tokens[at - 1].key, "person.former"):
            human = next(
                (t.mention.ref for t in self.tokens[at : group.end] if t.key == HUMAN and t.mention), None
            )
            group.refs, group.hints = (), ("human", human) if human else ("rival",)
        if group.own and any(self.language.is_(key, "club.rival") for key in ahead[:2]):
            group.refs, group.hints = (), ("rival",)
        elif self._rivals_act(group.end) or (not group.own and self._other_than(group.end)):
            group.refs, group.hints, group.end = (), ("rival",), group.end + 1
        return group

    def _rivals_act(self, at: int) -> bool:
        """ "Rovers rivals eye Vale": somebody whom nobody names. "Rovers rivals City": City alone."""
        keys = [token.key for token in self.tokens[at : at + 2]]
        if len(keys) < 2 or not self.language.is_(keys[0], "club.rival"):
            return False
        if keys[1] == CLUB:
            return self.language.is_(keys[0], "form.third")
        return self.language.is_(keys[1], "form.base") or self.language.is_(keys[1], "aux")

    def _other_than(self, at: int) -> bool:
        """ "Agrees terms with Rovers rivals": one of those, whom nobody names."""
        keys = [token.key for token in self.tokens[at : at + 2]]
        named = keys[1:] == [CLUB] or keys[1:] == [PERSON]
        plural = (
            bool(keys)
            and self.language.is_(keys[0], "club.rival")
            and self.language.is_(keys[0], "club.side")
        )
        return plural and not named

    def _paired(self, at: int) -> bool:
        """ "Milan-Vale": a headline's deal between the two, not where he plays."""
        if at + 1 >= len(self.tokens) or self.tokens[at].key != "-" or not self._glued(at):
            return False
        return self.tokens[at + 1].key == PERSON

    def _pursued(self, at: int) -> bool:
        """ "Milan's Foden dream": the club is after the player, it does not own him."""
        return at < len(self.tokens) and self.language.is_(self.tokens[at].key, "club.pursuit")

    def _official(self, group: Group) -> None:
        """ "Roma sporting director Ricky Massara" acts for Roma."""
        at = group.end + (1 if group.own else 0)
        first = at
        while at < len(self.tokens) and self.language.is_(self.tokens[at].key, "club.official"):
            at += 1
        if at == first:
            return
        while at < len(self.tokens) and self.tokens[at].key == HUMAN:
            at += 1
        group.end, group.own, group.official = at, self._own_end(at) > at, True

    def _official_of(self, group: Group) -> None:
        """ "The president of Roma" acts for Roma; a former one does not."""
        word, tokens = self.language.is_, self.tokens
        last = group.start - 1
        at = last
        while at > 0 and word(tokens[at - 1].key, "club.official"):
            at -= 1
        if at == last or not word(tokens[last].key, "of"):
            return
        if at > 0 and word(tokens[at - 1].key, "person.former"):
            return
        group.start = at - 1 if at > 0 and word(tokens[at - 1].key, "article") else at
        group.official = True

    def _folded(self, at: int) -> list[str]:
        return fold(self._text(at)).split()

    def _one_man(self, at: int, end: int) -> bool:
        """ "Talks about the Portuguese", "the Portuguese has": he, not a club of that country."""
        if not any(self.language.is_(word, "person.nationality") for word in self._folded(end - 1)):
            return False
        before = self.tokens[at - 1].key if at else ""
        after = self.tokens[end].key if end < len(self.tokens) else ""
        single = self.language.is_(after, "aux") and self.language.is_(after, "form.third")
        return self.language.is_(before, "for") or (single and after not in ("are", "'s"))

    def _plural(self, at: int) -> bool:
        """ "the Italians": a club of that country."""
        return any(self.language.is_(word, "person.plural") for word in self._folded(at))

    def _described(self, at: int) -> Group | None:
        """ "the 28-year-old", "the Reds defender", "the Serie A side", "Liga leaders"."""
        first = at + 1 if self.language.is_(self.tokens[at].key, "article") else at
        end = self._modifier_run(first)
        if end < len(self.tokens) and self.tokens[end].key == PERSON:
            return self._person(at, end)
        if self._is_side(first, end) and end + 1 < len(self.tokens) and self.tokens[end + 1].key == CLUB:
            named = self._plain_club(end + 1, self._own_end(end + 2))
            named.start, named.called = at, True
            return named
        if not self._is_side(first, end) and first > at:
            placed = self._placed(first)
            end = placed if self._is_side(first, placed) else end
        if self._is_side(first, end):
            some = self.language.is_(self.tokens[at].key, "indefinite")
            group = Group(CLUB, at, end + 1, hints=("rival",) if some else self._hints(first, end + 1))
            group.own = self._own_end(group.end) > group.end
            return group
        some = at > 0 and self.language.is_(self.tokens[at - 1].key, "indefinite")
        if (first == at and (some or not self.title)) or self.language.is_(self.tokens[at].key, "indefinite"):
            return None
        if (pair := self._pair(at, first, end)) is not None:
            return pair
        if end == first + 1 and self._plural(first) and self._closes(end) and not self._one_man(at, end):
            return Group(CLUB, at, end, hints=self._hints(first, end), own=self._own_end(end) > end)
        owned = any(token.key == CLUB for token in self.tokens[first:end])
        if end > first and self._heads(first, end) and (owned or self._closes(end)):
            return self._description(at, end)
        return None

    def _pair(self, at: int, first: int, end: int) -> Group | None:
        """ "The pair", "both players", "the two men": those who were named last."""
        word = self.language.is_
        if end < len(self.tokens) and end == first and word(self.tokens[end].key, "person.pair"):
            return Group(PERSON, at, end + 1, hints=("pair",))
        keys = [token.key for token in self.tokens[at : at + 3]]
        two = len(keys) > 2 and not word(keys[0], "own") and word(keys[1], "twosome")
        last = at + 2 if two else at + 1
        if (two or word(keys[0], "couple")) and word("".join(keys[last - at : last - at + 1]), "person.both"):
            return Group(PERSON, at, last + 1, hints=("pair",))
        return None

    def _description(self, at: int, end: int) -> Group:
        for spot in range(max(0, at - 1), end - 1):
            if (
                self.language.is_(self.tokens[spot].key, "person.newcomer")
                and self.tokens[spot + 1].key == CLUB
            ):
                return Group(CLUB, at, end, self._owners(spot, end), own=self._own_end(end) > end)
        if at and self.tokens[at].key == CLUB and self.language.is_(self.tokens[at - 1].key, "indefinite"):
            return Group(CLUB, at, end, self._owners(at, end), own=self._own_end(end) > end)
        group = Group(PERSON, at, end, owners=self._owners(at, end), hints=self._hints(at, end))
        group.traits[""] = self._traits(at, end)
        group.own = self._own_end(end) > end
        return group

    # -- its parts ---------------------------------------------------------------------------------

    def _modifies(self, at: int) -> bool:
        key = self.tokens[at].key
        if key in (LEAGUE, NATION) or self.language.is_(key, "any.modifier"):
            return True
        if self.language.is_(key, "person.half"):
            near = [token.key for token in (*self.tokens[max(0, at - 1) : at], *self.tokens[at + 1 : at + 2])]
            return any(self.language.is_(word, "person.half") for word in near)  # "center back Vale"
        return key == NUMBER and self._hyphened(at)

    def _hyphened(self, at: int) -> bool:
        return at + 1 < len(self.tokens) and self.tokens[at + 1].key == "-"

    def _modifier_run(self, at: int) -> int:
        """One past the last modifier of a player from here on; clubs with a modifier after them are some."""
        while at < len(self.tokens):
            key = self.tokens[at].key
            if self._modifies(at) or (key == "-" and self._glued(at)):
                at += 1
            elif several := self._several(at):
                at += several
            elif key == CLUB and self._country_next(at):
                at += 2
            elif key == CLUB and self._modifies_next(at):
                at = self._own_end(at + 1)
            elif key in "\"'" and at + 1 < len(self.tokens) and self._modifies(at + 1):
                at += 1
            else:
                break
        return at

    def _several(self, at: int) -> int:
        """How many words "duo" takes before the names of two: "Rovers duo Vale and Orme", "duo of Vale"."""
        keys = [token.key for token in self.tokens[at : at + 3]]
        if not any(self.language.is_(keys[0], f"person.{name}") for name in ("pair", "both")):
            return 0
        if keys[1:2] == [PERSON]:
            return 1
        return 2 if keys[2:] == [PERSON] and self.language.is_(keys[1], "of") else 0

    def _names_several(self, start: int, head: int) -> bool:
        """Do the words before a name say that more names follow?"""
        return any(self._several(at) for at in range(max(start, head - 2), head))

    def _country_next(self, at: int) -> bool:
        """ "Rovers and Norway striker Vale": a club and a country of one man."""
        keys = [token.key for token in self.tokens[at + 1 : at + 4]]
        if len(keys) < 3 or not self.language.is_(keys[0], "and") or keys[1] != NATION:
            return False
        return keys[2] == PERSON or self._modifies(at + 3)

    def _modifies_next(self, at: int) -> bool:
        if self._country_next(at):
            return True
        after = self._own_end(at + 1)
        if after < len(self.tokens) and self.tokens[after].key == PERSON:
            return after > at + 1
        return after < len(self.tokens) and self._modifies(after)

    def _glued(self, at: int) -> bool:
        """A hyphen inside a word ("28-year-old"), not a dash between words."""
        if at + 1 >= len(self.tokens) or at == 0:
            return False
        return (
            self.tokens[at - 1].end == self.tokens[at].start
            and self.tokens[at].end == self.tokens[at + 1].start
        )

    def _own_end(self, at: int) -> int:
        return at + 1 if at < len(self.tokens) and self.tokens[at].key == OWN else at

    def _heads(self, start: int, end: int) -> bool:
        """Does the last word of the modifiers stand for a man?"""
        key = self.tokens[end - 1].key
        word = self.language.is_
        if word(key, "person.generic"):
            return True
        if word(key, "person.nationality") or word(key, "person.position"):
            return True
        if key == NATION and any(word(w, "person.nationality") for w in self._folded(end - 1)):
            return True
        return end - start >= 3 and any(self.tokens[i].key == NUMBER for i in range(end - 3, end))

    def _closes(self, at: int) -> bool:
        """May a description end before this token? Not where an unknown noun goes on."""
        if at >= len(self.tokens) or not self.tokens[at].is_word:
            return True
        key = self.tokens[at].key
        if key == OWN or self.tokens[at].mention is not None:
            return True
        return self.language.is_(key, "any.closer") or key.endswith(("ed", "n't"))

    def _is_side(self, first: int, end: int) -> bool:
        return end < len(self.tokens) and self.language.is_(self.tokens[end].key, "club.side")

    def _placed(self, at: int) -> int:
        """Where the words of "the Riyadh club", "the north London side" end: places, parts of the sky."""
        while at < len(self.tokens) and (
            self._modifies(at)
            or self.tokens[at].key == PLACE
            or self.language.is_(self.tokens[at].key, "club.adjective")
        ):
            at += 1
        return at

    def _traits(self, start: int, end: int) -> frozenset[str]:
        span = range(start, end)
        return traits(self.tokens[start:end], [self._text(at) for at in span], self.language)

    def _hints(self, start: int, end: int) -> tuple[str, ...]:
        out = []
        for at in range(start, end):
            token = self.tokens[at]
            if token.mention is not None and token.key != CLUB:
                out.append(token.mention.ref.lower())
            else:
                out.append(self._text(at) if token.key == NUMBER else token.key)
        return tuple(out)

    def _owners(self, start: int, end: int) -> tuple[str, ...]:
        """The clubs among the modifiers, unless "former" stands before them."""
        out: list[str] = []
        if start and self.language.is_(self.tokens[start - 1].key, "person.former"):
            return ()
        for token in self.tokens[start:end]:
            if self.language.is_(token.key, "person.former"):
                return tuple(out)
            if token.key == CLUB and token.mention is not None:
                out.append(token.mention.ref)
        return tuple(out)

    def _after_person(self, group: Group, ref: str) -> None:
        """Age, club in brackets, "of Lens", and an apposition that names the club."""
        tokens, at = self.tokens, group.end
        keys = [token.key for token in tokens[at : at + 4]]
        if keys[:2] == [",", NUMBER] and (len(keys) < 3 or keys[2] not in ("-", "goals", "years")):
            group.ages[ref] = self._text(at + 1)
            group.end = at = at + 2
        elif keys[:3] == ["(", NUMBER, ")"]:
            group.ages[ref] = self._text(at + 1)
            group.end = at = at + 3
        keys = [token.key for token in tokens[at : at + 3]]
        if keys[:2] == ["(", CLUB] and keys[2:] in ([")"], [","], ["-"]):
            group.owners += self._owners(at, at + 2)
            close = next(
                (i for i in range(at + 2, min(at + 14, len(tokens))) if tokens[i].key == ")"), at + 1
            )
            group.end = close + 1
        elif self._each_from(at) or self._is_of(at):
            group.owners += self._owners(at, at + 2)
            group.end = at + 2
        elif (there := self._presently(at)) is not None:
            group.owners += self._owners(there, there + 1)
            group.end = there + 1
        else:
            self._apposition(group, at)
        group.own = self._own_end(group.end) > group.end

    def _each_from(self, at: int) -> bool:
        """ "Vale from Metz and Orme from Lille": a club to each."""
        word, keys = self.language.is_, [token.key for token in self.tokens[at : at + 6]]
        if len(keys) < 5 or keys[1] != CLUB or not word(keys[0], "from"):
            return False
        if keys[3] == PERSON and (keys[2] == "," or word(keys[2], "and")):
            return word(keys[4], "from") and keys[5:] == [CLUB]
        # The last of them, behind another with his.
        back = [token.key for token in self.tokens[max(0, at - 5) : at]]
        return len(back) == 5 and back[0] == PERSON and back[2] == CLUB and word(back[1], "from")

    def _presently(self, at: int) -> int | None:
        """Where the club stands in ", currently at Rovers,"."""
        word, keys = self.language.is_, [token.key for token in self.tokens[at : at + 5]]
        if len(keys) < 4 or keys[0] != "," or keys[3] != CLUB or not word(keys[1], "adverb"):
            return None
        return at + 3 if word(keys[2], "at") and (len(keys) < 5 or not word(keys[4], "any.verb")) else None

    def _is_of(self, at: int) -> bool:
        keys = [token.key for token in self.tokens[at : at + 2]]
        return keys[1:] == [CLUB] and (keys[0] == "of" or self.language.is_(keys[0], "of"))

    def _apposition(self, group: Group, at: int) -> None:
        """ ", the Chelsea winger," after a name."""
        tokens = self.tokens
        if (
            at + 2 >= len(tokens)
            or tokens[at].key != ","
            or not self.language.is_(tokens[at + 1].key, "article")
        ):
            return
        end = self._modifier_run(at + 2)
        heads = end > at + 2 and self._heads(at + 2, end)
        if heads and self.language.is_(tokens[at + 1].key, "indefinite"):
            group.traits[group.refs[0]] |= self._traits(at + 2, end)
        if heads and (end >= len(tokens) or not tokens[end].is_word):
            group.owners += self._owners(at + 2, end)
            group.traits[group.refs[0]] |= self._traits(at + 2, end)
            group.end = end

    def _text(self, at: int) -> str:
        return self.plain[self.tokens[at].start : self.tokens[at].end]

    # -- around it ---------------------------------------------------------------------------------

    def _prep(self, group: Group) -> str:
        """The class of the preposition before a group, past words such as "their" and "young"; but not past
        the "that" of "reports from Germany that Vale ..."."""
        at = group.start - 1
        if at >= 0 and group.refs and self.language.is_(self.tokens[at].key, "that"):
            return ""
        while at >= 0 and (
            self.language.is_(self.tokens[at].key, "article")
            or self.language.is_(self.tokens[at].key, "adverb")
            or self._modifies(at)
        ):
            at -= 1
        if at < 0:
            return ""
        key = self.tokens[at].key
        if self.language.is_(key, "with") and (at == 0 or self.tokens[at - 1].key in (",", "-")):
            return ""
        if not self.language.is_(key, "any.preposition"):
            return ""
        found = next(name for name in PREPOSITIONS if self.language.is_(key, name))
        if found == "between" and at and self.language.is_(self.tokens[at - 1].key, "match"):
            return "against"
        return found


_MARKED = frozenset({PERSON, CLUB, HUMAN, LEAGUE, NATION, NUMBER})
"""Kinds of tokens that may open a group, beside words that do."""

_KIN = 8
"""So many tokens after "Vale's cousin" his name may stand."""
