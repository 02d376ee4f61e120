"""mute, unmute: a watch that is kept but says nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.commands.command import Command, Values
from bot.commands.pick import PICKED, pick
from bot.request import Answer, Request

if TYPE_CHECKING:
    from bot.commands.desk import Desk


async def _mute(desk: Desk, request: Request, values: Values) -> Answer:
    picked = await pick(desk, request, "mute", values)
    if isinstance(picked, Answer):
        return picked
    watch, name = picked
    if watch.paused is None:
        await desk.store.pause_watch(watch.id, "muted")
    return Answer(f"{name} is muted here. To hear again: {request.wording.of('unmute', player=name)}")


async def _unmute(desk: Desk, request: Request, values: Values) -> Answer:
    picked = await pick(desk, request, "unmute", values)
    if isinstance(picked, Answer):
        return picked
    watch, name = picked
    if watch.paused is None:
        return Answer(f"{name} was not muted.")
    await desk.store.pause_watch(watch.id, None)
    return Answer(f"{name} is told again from the next change on.")


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
