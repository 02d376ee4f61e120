"""help: what can be asked, and how."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rapidfuzz import fuzz, process

from bot.cards.answers import command_card, help_card
from bot.commands.command import Command, Completes, Option, Values
from bot.commands.words import written
from bot.plain import clip
from bot.request import Answer, Request

if TYPE_CHECKING:
    from bot.commands.desk import Desk


async def _help(desk: Desk, request: Request, values: Values) -> Answer:
    asked = values.get("command", "").lower().lstrip("/")
    if not asked:
        return Answer(
            cards=(help_card(desk.commands, may_manage=request.may_manage, wording=request.wording),)
        )
    found = [each for each in desk.commands if each.group == asked]
    found = found or [each for each in desk.commands if asked in (each.name, *each.also)]
    if found:
        return Answer(
            cards=tuple(
                command_card(
                    each,
                    [written(example, desk.commands, request.wording) for example in each.examples],
                    request.wording,
                )
                for each in found
            )
        )
    near = process.extractOne(
        asked, [each.name for each in desk.commands], scorer=fuzz.ratio, score_cutoff=60
    )
    hint = f"Did you mean {near[0]}?" if near else f"Try: {request.wording.of('help')}"
    return Answer.refused(f"There is no command “{clip(asked, 40)}”. {hint}")


HELP = Command(
    "help",
    "What you can ask, and how",
    _help,
    (Option("command", "the command to explain", completes=Completes.COMMAND, main=True),),
    also=("commands", "man", "?", "h"),
    examples=("help watch",),
)
