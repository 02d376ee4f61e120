"""help: what can be asked, and how."""

from __future__ import annotations

from rapidfuzz import fuzz, process

from bot.cards.answers import command_card, help_card
from bot.commands.command import Command, Completes, Option, Tools, Values
from bot.commands.words import written
from bot.plain import clip
from bot.request import Answer, Request


async def _help(tools: Tools, request: Request, values: Values) -> Answer:
    asked = values.get("command", "").lower().lstrip("/")
    if not asked:
        return Answer(
            cards=(help_card(tools.commands, may_manage=request.may_manage, wording=request.wording),)
        )
    found = [each for each in tools.commands if each.group == asked]
    found = found or [each for each in tools.commands if asked in (each.name, *each.also)]
    if found:
        return Answer(
            cards=tuple(
                command_card(
                    each,
                    [written(example, tools.commands, request.wording) for example in each.examples],
                    request.wording,
                )
                for each in found
            )
        )
    near = process.extractOne(
        asked, [each.name for each in tools.commands], scorer=fuzz.ratio, score_cutoff=60
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
