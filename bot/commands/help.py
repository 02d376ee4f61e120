"""help: what can be asked, and how."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from rapidfuzz import fuzz, process

from bot.call import Call
from bot.cards import command_card, help_card
from bot.commands.command import Command, Completes, Option, Values
from bot.commands.words import read_words
from bot.plain import clip
from bot.request import Answer, Request
from bot.wording import Wording

if TYPE_CHECKING:
    from bot.commands.desk import Desk


async def _help(desk: Desk, request: Request, values: Values) -> Answer:
    asked = values.get("command", "").lower().lstrip("/")
    if not asked:
        return Answer(
            cards=(help_card(desk.commands, may_manage=request.may_manage, wording=request.wording),)
        )
    found = [each for each in desk.commands if asked in (each.name, *each.also)]
    found = found or [each for each in desk.commands if each.group == asked]
    if found:
        return Answer(
            cards=tuple(
                command_card(each, _examples(each, desk.commands, request.wording), request.wording)
                for each in found
            )
        )
    near = process.extractOne(
        asked, [each.name for each in desk.commands], scorer=fuzz.ratio, score_cutoff=60
    )
    hint = f"Did you mean {near[0]}?" if near else f"Try: {request.wording.of('help')}"
    return Answer.refused(f"There is no command “{clip(asked, 40)}”. {hint}")


def _examples(command: Command, commands: Sequence[Command], wording: Wording) -> list[str]:
    """A command's examples as they are written there; a question stays as it is."""
    written = []
    for example in command.examples:
        if not example.startswith(command.name):
            written.append(example)
            continue
        meant = read_words(example, commands) if wording.named else None
        written.append(wording.call(meant) if isinstance(meant, Call) else wording.before + example)
    return written


HELP = Command(
    "help",
    "What you can ask, and how",
    _help,
    (Option("command", "the command to explain", completes=Completes.COMMAND, main=True),),
    also=("commands", "man", "?", "h"),
    examples=("help watch",),
)
