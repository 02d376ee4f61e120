"""The frames of rules: how buyer, player and seller stand around a verb or a noun."""

from __future__ import annotations

from collections.abc import Sequence

from links.groups import Group
from links.joins import from_nobody, joins, let_go, wooing
from links.objects import (
    another_acts,
    attempting,
    exchanged,
    for_him,
    of_another,
    priced,
    pursues,
    replaced,
    rivals,
    sale,
)
from links.roles import Cast
from links.rows import fellows
from links.scene import Parties, Scene
from links.sentences import CLUB, MONEY, PERSON

_BARE_REACH = 8
_SENT = 3
"""Who stands so close after the player with "to" has him: "Lille have loaned Vale to Metz"."""


def cast(
    frame: str, scene: Scene, start: int, end: int, *, solid: bool, turn: bool = False, passive: bool = False
) -> Parties | None:
    """Fill the roles of a rule; None where the frame does not fit what stands around it.

    `solid` rules ("in talks") may mean the player whom the story is about where they name none; a
    `turn` ("stays") is said of a link that is known, not of any club that happens to be named.
    """
    at = Cast(scene, start, end)
    if scene.title and at.one_of_many():
        return None
    if frame == "wants" and passive:
        return _wants(at, solid, turn=turn, passive=True)
    if frame == "meets":
        subject = at.subject()
        if subject is None or subject.kind != PERSON:
            return _wants(at, solid, turn=turn, meets=True)
        frame = "joins"
    if frame == "joins":
        return joins(at, solid, turn=turn)
    if frame == "deal":
        return _deal(at, solid, turn=turn)
    return _wants(at, solid, turn=turn) if frame == "wants" else _sells(at, solid)


def _wants(
    at: Cast, solid: bool, *, turn: bool = False, meets: bool = False, passive: bool = False
) -> Parties | None:
    subject = at.compound() or at.subject()
    if at.likens() or at.quizzes():
        return None
    if meets and sale(at):
        return _sells(at, solid)
    if priced(at):
        return None
    if (bidder := _bidder(at)) is not None and subject is not None and subject.kind == CLUB:
        mover = at.mover([*at.inner, *at.right])
        players = _players_or_topic(at, mover)
        buyers, sellers = at.scene.clubs(bidder), at.scene.clubs(subject)
        return Parties(players, buyers, sellers, carried=mover is None) if players else None
    if (passive or at.done_by()) and (subject is None or subject.kind == CLUB):
        return None
    if subject is None and solid and not (turn or passive) and (found := _next(at)):
        return found
    if subject is not None and not passive and (told := _by_the_boss(at, subject)):
        return told
    if subject is not None and subject.kind == PERSON:
        return _wanted_by(at, subject, solid, turn=turn, passive=passive)
    if subject is None:
        if turn and _by(at) is not None and _beats(at):
            return None
        if (subject := at.among()) is None:
            return _brought(at)
    return _wants_him(at, subject, solid, turn=turn, meets=meets)


def _wanted_by(at: Cast, player: Group, solid: bool, *, turn: bool, passive: bool) -> Parties | None:
    """ "Vale is wanted by Lille"."""
    if (by := _by(at)) is None:
        return _wanted(at, player) if passive and solid else None
    if turn and _beats(at):
        return None
    return Parties(at.scene.players(player), at.scene.clubs(by), player.owners)


def _by(at: Cast) -> Group | None:
    return at.first(at.right[:1], CLUB, ("by",))


def _beats(at: Cast) -> bool:
    return any(at.scene.language.is_(t.key, "beat") for t in at.scene.tokens[at.start : at.end])


def _wants_him(at: Cast, subject: Group, solid: bool, *, turn: bool, meets: bool) -> Parties | None:
    """A club that wants, and whom, from whom, beside whom."""
    scene = at.scene
    ahead = [*at.inner, *at.right]
    player = _sought(at, ahead, solid)
    for other in ahead if player is None else ():
        if other.kind == PERSON and other.refs and for_him(at, other):
            scene.known.apart |= {(p, c) for p in other.refs for c in scene.clubs(subject)}
    if (theirs := attempting(at)) is not None and theirs is not subject:
        players = _players_or_topic(at, player)
        sellers = () if turn else scene.clubs(subject)
        return Parties(players, theirs.refs, sellers, carried=player is None) if players else None
    beside = rivals(at)
    sellers = _seller(at, [g for g in ahead if g is not player and g is not subject and g not in beside])
    if player is None:
        return _wants_topic(at, subject, beside, sellers, meets=meets) if solid else None
    players = tuple(dict.fromkeys((*scene.players(player), *fellows(at, player))))
    if not (meets or turn) and (there := _sent_to(at, player, subject)) is not None:
        return Parties(players, there, scene.clubs(subject))
    own = [o for p in players if (o := scene.story.article.own(p))]
    buyers = at.acting(subject, players) or scene.clubs(subject, [*player.owners, *own])
    if meets and len(buyers) == 2 and subject.refs and not _meets_him(at, player):
        buyers, rest = _one_of_two(buyers, scene, players)
        sellers = rest or sellers
    rivals_own = {c for g in at.inner if g.kind == CLUB and g.own for c in g.refs}
    if subject.pronoun and buyers and {*buyers} <= rivals_own:
        return None  # "they will not match Rovers' bid": they are not Rovers
    known = {*player.owners, *own}
    buyers += tuple(c for g in beside for c in g.refs if c not in buyers and c not in known)
    return Parties(players, buyers, player.owners or sellers)


def _players_or_topic(at: Cast, group: Group | None) -> tuple[str, ...]:
    """Who is named there, else whom the story is about."""
    if group is not None:
        return at.scene.players(group)
    topic = at.topic()
    return (topic,) if topic else ()


def _seller(at: Cast, others: Sequence[Group]) -> tuple[str, ...]:
    if at.scene.language.is_(at.scene.tokens[at.start].key, "beat"):
        return ()
    taken = (pursues, _outdone)
    seller = at.first(
        [
            g
            for g in others
            if not (any(is_(at, g) for is_ in taken) or _pursuing(g, at.scene) or wooing(g, at.scene))
        ],
        CLUB,
    )
    if seller is None or seller.prep in ("against", "by"):
        return ()
    return () if seller.pronoun and not seller.prep else at.scene.clubs(seller)  # "ask what it would take"


def _outdone(at: Cast, group: Group) -> bool:
    """ "A bid to beat City to Vale", "have edged out City": a rival, from whom nobody buys him."""
    before = [token.key for token in at.scene.tokens[max(0, group.start - 2) : group.start]]
    words = at.scene.language.is_
    return any(words(key, "outbid") for key in before) or (bool(before) and words(before[-1], "beat"))


def _sent_to(at: Cast, player: Group, subject: Group) -> tuple[str, ...] | None:
    """ "Lille have loaned Vale to Metz": where he goes; None where Lille want him themselves."""
    scene = at.scene
    sent = at.first([g for g in at.right if 0 < g.start - player.end <= _SENT], CLUB, ("to",))
    after = scene.tokens[player.end : player.end + 2]
    if sent is None or at.takes() or any(scene.language.is_(t.key, "taker") for t in after):
        return None
    there = scene.clubs(sent)
    return None if set(there) & set(scene.clubs(subject)) else there


def _by_the_boss(at: Cast, subject: Group) -> Parties | None:
    """ "He turns now to Lille's Vale": the club of the coach of whom the sentence before told."""
    he = subject.kind == PERSON and subject.pronoun and not subject.own
    boss, player = at.scene.story.boss, at.first([*at.inner, *at.right], PERSON)
    if not he or not boss or player is None or player.pronoun:
        return None
    if any(g.refs for g in at.left if g.kind == PERSON):
        return None
    return Parties(at.scene.players(player), boss, player.owners, carried=True)


def _bidder(at: Cast) -> Group | None:
    """Who makes "a third offer from Rovers": then he who stands before gets it."""
    last = at.scene.tokens[at.end - 1].key
    near = at.right[0] if at.right else None
    if (
        near is None
        or near.kind != CLUB
        or near.start != at.end + 1
        or not at.scene.language.is_(last, "taker")
    ):
        return None
    return near if near.prep == "from" else None


def _meets_him(at: Cast, player: Group) -> bool:
    """ "Rovers and Lille are in talks with Vale": both deal with him, not with each other."""
    words, keys = at.scene.language.is_, [token.key for token in at.scene.tokens]
    before = player.start - 1
    while before >= at.start and (words(keys[before], "article") or words(keys[before], "person.family")):
        before -= 1
    if before > at.start and words(keys[before], "of"):  # "with the agent of Vale"
        return _meets_circle(at, before - 1)
    return before >= at.start and words(keys[before], "with")


def _meets_circle(at: Cast, last: int) -> bool:
    """Do the words up to this one name those who speak for him, after "with"?"""
    words, tokens = at.scene.language.is_, at.scene.tokens
    spoken = words(tokens[last].key, "circle")
    return spoken and any(words(token.key, "with") for token in tokens[max(at.start, last - 3) : last])


def _sought(at: Cast, ahead: list[Group], solid: bool) -> Group | None:
    """Whom a club is after: the object of the verb, whom a relative clause is about, what a colon adds."""
    player = at.first([g for g in ahead if not at.passed_over(g)], PERSON)
    if at.inner and at.scene.language.is_(at.scene.tokens[at.end - 1].key, "for"):
        player = at.first(at.right, PERSON) or player
    if player is not None and not solid and player.start - at.end > _BARE_REACH:
        player = None
    player = exchanged(at, replaced(at, player, ahead), ahead)
    if player is not None and for_him(at, player):
        return None
    if player is not None and player.start > at.end and of_another(at) and not at.inner:
        player = None
    if player is not None and another_acts(at, player, ahead):
        player = None
    if player is None and at.antecedent is not None and at.antecedent.kind == PERSON:
        player = at.antecedent
    if player is None and at.after_colon and at.after_colon[0].kind == PERSON:
        player = at.after_colon[0]
    if player is None:
        player = at.first([g for g in reversed(at.left) if g.prep], PERSON)
    return player


def _wanted(at: Cast, subject: Group) -> Parties | None:
    """ "Vale is admired": nobody is named, so it is the club that the article is about."""
    players = at.scene.players(subject)
    own = tuple({*subject.owners, *(o for p in players if (o := at.scene.story.article.own(p)))})
    return at.known(players, own, live=True) or at.main(players, own)


def _next(at: Cast) -> Parties | None:
    """ "The alternative is Vale", "next on the list: Vale": the club of the article is after him."""
    player = at.first([*at.inner, *at.right[:1]], PERSON)
    if player is None or at.left or at.inner[:-1] or at.among() is not None:
        return None
    return at.main(at.scene.players(player), player.owners)


def _brought(at: Cast) -> Parties | None:
    """ "His agent has offered Vale to Metz": done by nobody who buys or sells."""
    if not at.scene.language.is_(at.scene.tokens[at.start].key, "bringing"):
        return None
    ahead = [*at.inner, *at.right]
    player = at.first(ahead, PERSON)
    if player is None or at.left:
        return None
    sent = at.first([g for g in ahead if 0 < g.start - player.end <= _SENT], CLUB, ("to",))
    if sent is None:
        return None
    return Parties(at.scene.players(player), at.scene.clubs(sent), player.owners)


def _one_of_two(
    clubs: tuple[str, ...], scene: Scene, players: tuple[str, ...]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Of two clubs that deal with each other one buys: not the player's own, else the one named first."""
    own = {o for p in players if (o := scene.story.article.own(p))}
    if own and not own & set(clubs):
        return clubs, ()
    courting = tuple(c for c in clubs if any((p, c) in scene.story.pairs for p in players))
    if not own and len(courting) == 1:  # "Rovers have terms with Vale. Lille and Rovers now talk about a fee"
        return courting, tuple(c for c in clubs if c not in courting)
    if not own and (bound := scene.bound_for(clubs) or scene.story.article.bound_for(clubs)):
        return bound, tuple(c for c in clubs if c not in bound)
    first = next((c for c in clubs if c not in own), clubs[0])
    return (first,), tuple(c for c in clubs if c != first)


def _wants_topic(
    at: Cast, subject: Group, beside: Sequence[Group], sellers: tuple[str, ...], *, meets: bool
) -> Parties | None:
    """Nobody is named behind the verb: it is he whom the article tells of."""
    topic = at.topic()
    if topic is None or of_another(at):
        return None
    buyers = at.scene.clubs(subject)
    if any((topic, club) in at.scene.known.apart for club in buyers):
        return None  # "a striker after Vale's injury"
    if meets and len(buyers) == 2 and subject.refs:
        buyers, sellers = _one_of_two(buyers, at.scene, (topic,))
    his = at.scene.story.article.own(topic)
    if {*sellers} - {*buyers} and his not in (None, *sellers, *buyers):
        return None  # "Rovers lose patience with City": not over one of Lille's
    buyers += tuple(c for g in beside for c in g.refs if c not in buyers and c != his)
    return Parties((topic,), buyers, sellers, carried=True)


def _sells(at: Cast, solid: bool) -> Parties | None:
    scene = at.scene
    subject = at.subject()
    if subject is None:
        return _brought(at)
    if subject.kind != CLUB:
        return None
    sellers = scene.clubs(subject)
    ahead = [*at.inner, *at.right]
    if at.leads() and not any(0 <= g.start - at.end <= _SENT for g in at.right if g.kind == CLUB):
        return None
    summed = any(token.key == MONEY for token in scene.tokens[at.end : at.end + _BARE_REACH])
    reach = _BARE_REACH * (2 if sale(at) or summed else 1)
    near = [g for g in ahead if g.start - at.end <= reach and not at.thrown_in(g)]
    player = at.first(near, PERSON) or at.first(list(reversed(at.left)), PERSON)
    players = scene.players(player) if player is not None else ()
    if not players and (topic := at.topic()):
        his = scene.story.article.own(topic)
        if subject.refs and his is not None and his not in sellers:
            return None  # "Lille eye Metz's Vale after Brest say no" to somebody else
        players = (topic,)
    if not players:
        return None
    others = [g for g in ahead if g.kind == CLUB and not set(scene.clubs(g)) & set(sellers)]
    buyer = at.first(others, CLUB, ("", "to", "from", "by", "with", "of"))
    if buyer is None and _spends(at):
        buyer = at.first(others, CLUB, ("at", "with", "in"))
    if buyer is not None:
        return Parties(players, scene.clubs(buyer), sellers, carried=player is None)
    return at.known(players, sellers)


def _spends(at: Cast) -> bool:
    """ "Have agreed for Vale to spend the season at Metz": where he is lent to."""
    words, tokens = at.scene.language.is_, at.scene.tokens
    return any(words(token.key, "spending") for token in tokens[at.start : at.end + _SENT])


def _joined(at: Cast, player: Group | None) -> list[Group]:
    """The club within the words of a noun, after the player: "a deal for Vale to join Rovers"."""
    if player is None or player not in at.inner:
        return []
    return [g for g in at.inner if g.kind == CLUB and g.refs and not g.prep and g.start > player.start]


def _talked(at: Cast) -> list[Group]:
    """The club of "ending talk of Rovers", "an end to rumours of a move to Rovers"."""
    words, tokens = at.scene.language.is_, at.scene.tokens
    near = tokens[at.start : min(at.end + 1, len(tokens))]
    if not any(words(token.key, "rumoured") or words(token.key, "longing") for token in near):
        return []
    return [g for g in at.right[:1] if g.kind == CLUB and g.prep in ("of", "for", "to", "", "with")]


def _dealt(at: Cast, players: tuple[str, ...], other: Group, carried: bool) -> Parties | None:
    """Who deals with the one club that "talks with Lille over Vale" names: he who says it, else the club of
    the article. Whose the player is, nothing has told."""
    scene = at.scene
    sellers = scene.clubs(other)
    if other.prep != "with" or sale(at):
        return None
    if speaker := _speaker(at, other):
        return Parties(players, speaker, sellers, carried)
    main = scene.story.club or (scene.story.article.main_club if scene.story.article.titled else None)
    return Parties(players, (main,), sellers, carried=True) if main and main not in sellers else None


def _speaker(at: Cast, other: Group) -> tuple[str, ...]:
    """Whose talks "Rovers say that talks with Lille over Vale go on" means: theirs who say it, before or
    behind; and theirs who go on: "no deal with Lille for Vale, but Rovers are staying"."""
    scene, segment = at.scene, at.segment
    theirs = {*scene.clubs(other)}
    if scene.clauses.sort[segment] == "sub":
        before = [
            g for g in scene.groups if g.end <= at.start and not g.prep and scene.segment(g.start) < segment
        ]
        clubs = scene.clubs(before[-1]) if before and before[-1].kind == CLUB else ()
        return () if theirs & set(clubs) else clubs[:1]
    words, tokens = scene.language.is_, scene.tokens
    for group in scene.groups:
        if group.start < at.end or group.kind != CLUB or group.prep or not group.refs:
            continue
        said = any(words(token.key, "who_said") for token in tokens[group.end : group.end + 2])
        cut = words(tokens[group.start - 1].key, "cut") and scene.segment(group.start) != segment
        if (said or cut) and not theirs & set(group.refs):
            return group.refs[:1]
    return ()


def _refuser(at: Cast, group: Group) -> bool:
    """ "A bid worth £2m for Vale rejected by Lille": it is theirs to refuse, and not their bid."""
    before = [token.key for token in at.scene.tokens[max(0, group.start - 3) : group.start]]
    return group.prep == "by" and any(at.scene.language.is_(key, "refusing") for key in before)


def _of_an_official(at: Cast) -> bool:
    """ "Interest in Orme", who is a coach or a director."""
    return any(g.start == at.end and g.kind == CLUB and g.hints[:1] == ("human",) for g in at.right[:1])


def _pursuing(group: Group, scene: Scene) -> bool:
    """ "Rovers' deal for Vale is in doubt after a bid from City": Rovers are no sellers."""
    after = scene.tokens[group.end + 1].key if group.end + 1 < len(scene.tokens) else ""
    return group.own and scene.language.is_(after, "club.pursuit")


def _dealers(
    at: Cast, player: Group | None, ahead: Sequence[Group], *, takes: bool, turn: bool
) -> list[Group]:
    """The clubs whose deal it may be, the likeliest first."""
    options = [g for g in [at.whose()] if g is not None]
    options += [*at.beside(), *_joined(at, player)]
    ways = ("from", "by") if takes else ("by", "to")
    options += [
        g for g in ahead if g.kind == CLUB and g.prep in ways and not (g.prep == "by" and let_go(g, at.scene))
    ]
    options += [
        g
        for g in reversed(at.left)
        if g.kind == CLUB
        and g not in options
        and (g.prep in ("", "between", "by") or (turn and g.prep == "to" and not at.offered(g)))
    ]
    if not options and player is not None:
        options += [g for g in at.inner if g.kind == CLUB and g.refs and g.end <= player.start]
    if not options and at.inner and at.inner[-1].kind == CLUB and at.inner[-1].end == at.end:
        options.append(at.inner[-1])
    return options


def _deal(at: Cast, solid: bool, *, turn: bool = False) -> Parties | None:
    scene = at.scene
    ahead = [*at.inner, *at.right]
    player = at.mover(ahead)
    if scene.title and player is not None and at.apart(player):
        return None
    if not turn and from_nobody(at):
        return None
    players = scene.players(player) if player is not None else ()
    carried = not players
    if carried:
        topic = at.topic() if solid and not _of_an_official(at) else None
        if topic is None:
            return None
        players = (topic,)
    own = {o for p in players if (o := scene.story.article.own(p))} | set(player.owners if player else ())
    takes = at.takes()
    options = _dealers(at, player, ahead, takes=takes, turn=turn)
    known = at.known(players, tuple(own), live=not turn) if players else None
    late = [g for g in ahead if g.kind == CLUB and g not in options and g.prep in ("with", "at", "between")]
    theirs = late and (not own or set(scene.clubs(late[0])) & own)
    fresh = known is not None and (known.players[0], known.buyers[0]) in (*scene.pairs, *scene.story.pairs)
    paid = at.first(
        [g for g in ahead if not wooing(g, scene)], CLUB, ("to", "with") if takes else ("to", "with", "from")
    )
    if (
        fresh
        and not own
        and paid is not None
        and not set(scene.clubs(paid)) & set(known.buyers if known else ())
    ):
        return Parties(known.players, known.buyers, scene.clubs(paid), carried=True) if known else None
    if known is not None and not options and theirs and late[0].prep != "at":
        return Parties(known.players, known.buyers, scene.clubs(late[0]), carried=True)
    if late and not options and not own and (dealt := _dealt(at, players, late[0], carried)):
        return dealt
    options = [g for g in (*options, *late) if not _refuser(at, g)]
    if turn and not options:
        options += _talked(at)
    subject = at.subject()
    if not options and subject is not None and subject.kind == CLUB and not turn:
        options.append(subject)
    sellers = {
        c
        for g in ahead
        if g.kind == CLUB and g.prep == "from" and g not in options and not wooing(g, scene)
        for c in scene.clubs(g)
    }
    told = tuple(c for p, c in reversed(scene.pairs) if p in players) if turn else ()
    for group in options:
        if chosen := tuple(c for c in scene.clubs(group) if c not in own | sellers):
            if told and group.prep in ("to", "with") and not set(told) & set(chosen):
                return Parties(players, told[:1], chosen, carried)  # "Rovers' offer to Lille was rejected"
            if (both := at.both(group)) and set(both) & own:
                chosen = tuple(c for c in both if c not in own)
            contest = scene.language.is_(scene.tokens[at.start].key, "contest")
            if len(scene.clubs(group)) == 2 and group.prep in ("between", "") and not contest:
                chosen, rest = _one_of_two(scene.clubs(group), scene, players)
                return Parties(players, chosen, rest, carried)
            beaten = scene.language.is_(scene.tokens[at.start].key, "beat")  # who loses him has not had him
            buying = {c for p, c in scene.pairs if p in players}
            others = [g for g in options if not _pursuing(g, scene) and not wooing(g, scene)]
            rest = tuple(c for g in others for c in scene.clubs(g) if c not in {*chosen, *buying})
            rest = () if beaten else rest
            return Parties(players, chosen, (*own, *sellers, *rest)[:1], carried)
    if not solid:
        return None
    met = at.first(ahead, CLUB, ("to",))
    return at.known(players, tuple(own), live=not turn) or at.main(players, scene.clubs(met), taken=True)
