"""Options that several commands share, and how their values are looked up."""

from __future__ import annotations

from rapidfuzz import fuzz, process

from bot.call import Call
from bot.commands import roster
from bot.commands.check import BadValue
from bot.commands.command import Completes, Option, Takes, Tools
from bot.commands.wording import TYPED, Wording
from bot.plain import clip
from bot.request import Answer
from links.claim import Stage
from links.fold import fold
from links.player import Player

PLAYER = Option(
    "player",
    "whom it is about, as you would write his name",
    required=True,
    longest=60,
    completes=Completes.PLAYER,
    main=True,
)
CLUB = Option(
    "club", "only his move to this club", completes=Completes.CLUB, words=("to", "and", "with"), longest=60
)
PAGE = Option("page", "which page", takes=Takes.NUMBER, low=1, high=9999, hidden=True)
_LIKE, _SLIP = 3, 88
"""How many clubs are offered for a misspelt one, and how like (of 100) they must be."""

STAGES = tuple(stage.word for stage in Stage)


async def one_player(tools: Tools, typed: str, call: Call, wording: Wording = TYPED) -> Player | Answer:
    """The player who is meant, or what to answer: "which one?", or names like the one typed."""
    found = await roster.look_up(tools.store, typed)
    if found.one:
        return found.one
    if found.players:
        return Answer(f"Which {clip(typed, 60)}?", choices=roster.choices(found.players, call), ok=False)
    if roster.numbered(typed) is not None:
        return Answer.refused("That player is not known here any more.")
    if found.near:
        return Answer(
            f"Nobody called “{clip(typed, 60)}” is known here. Did you mean:",
            choices=roster.choices(found.near, call),
            ok=False,
        )
    if club := club_alone(tools, typed):
        return Answer.refused(
            f"{club} is a club; ask about a player."
            f" To be told of everybody linked to it: {wording.of('watch', player=club)}"
        )
    return Answer.refused(
        f"Nobody called “{clip(typed, 60)}” is known here."
        f" To be told once somebody writes of him: {wording.of('watch', player=clip(typed, 60))}"
    )


def club_alone(tools: Tools, typed: str) -> str | None:
    """The club whose name, letter for letter but for case and accents, stands where a player's could.

    No slips are forgiven here: a player's name that is like a club's is a player's name.
    """
    club = tools.names.club(typed)
    known = tools.names.facts_of(club) if club else None
    if club is None or known is None:
        return None
    names = {fold(name) for name in (club, *known.aliases, *known.nicknames)}
    return club if fold(typed) in names else None


def clubs_like(tools: Tools, typed: str) -> list[str]:
    """Clubs whose name is the typed one but for a slip of the fingers, the likest first."""
    clubs, key = list(tools.names.clubs), fold(typed)
    near = process.extract(
        key, [fold(name) for name in clubs], scorer=fuzz.ratio, limit=_LIKE, score_cutoff=_SLIP
    )
    return [clubs[place] for _, _, place in near]


def club_named(tools: Tools, typed: str) -> str:
    """The usual English name of a club. Raises BadValue with names like the typed one."""
    club = tools.names.club(typed)
    if club:
        return club
    clubs = list(tools.names.clubs)
    near = process.extract(
        fold(typed), [fold(name) for name in clubs], scorer=fuzz.ratio, limit=3, score_cutoff=60
    )
    hint = " Did you mean " + " or ".join(clubs[place] for _, _, place in near) + "?" if near else ""
    raise BadValue(f"No club called “{clip(typed, 60)}” is known here.{hint}")
