"""mute, unmute: a watch that is kept but says nothing."""

from __future__ import annotations

from bot.commands.command import Command, Tools, Values
from bot.commands.complete import opening
from bot.commands.pick import PICKED, pick, whose
from bot.request import Answer, Request


async def _mute(tools: Tools, request: Request, values: Values) -> Answer:
    picked = await pick(tools, request, "mute", values)
    if isinstance(picked, Answer):
        return picked
    watch, name = picked
    if watch.paused is None:
        await tools.store.pause_watch(watch.id, "muted")
    again = request.wording.of("unmute", player=name)
    return Answer(f"{opening(name)} is muted{whose(request, watch) or ' here'}. To hear again: {again}")


async def _unmute(tools: Tools, request: Request, values: Values) -> Answer:
    picked = await pick(tools, request, "unmute", values)
    if isinstance(picked, Answer):
        return picked
    watch, name = picked
    if watch.paused is None:
        return Answer(f"{opening(name)} was not muted.")
    await tools.store.pause_watch(watch.id, None)
    return Answer(f"{opening(name)} is told again from the next change on.")


MUTE = Command(
    "mute",
    "Keep a watch but say nothing for now",
    _mute,
    PICKED,
    also=("pause", "snooze"),
    examples=("mute Joe Gomez",),
)
UNMUTE = Command(
    "unmute",
    "Let a muted watch speak again",
    _unmute,
    PICKED,
    also=("resume",),
    examples=("unmute Joe Gomez",),
)
