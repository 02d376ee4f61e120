"""An interaction answered within Discord's limits: a first sign within 3 s, the rest within 15 minutes."""

from __future__ import annotations

import asyncio
import io
import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any

import aiohttp
import discord
from discord import ui

from bot.cards.card import Card
from bot.cards.story import Story
from bot.discord.cards import CARDS, Message, layout
from bot.discord.handle import Handles, Notes
from bot.request import Answer

log = logging.getLogger(__name__)

PATIENCE = 1.0
"""Seconds that an answer may take before Discord is told that it is being worked on."""

FAULT = "That failed through a fault of ours. It is in the log; try again in a moment."

_ALREADY = 40060
_TOO_LATE = 10062

Draw = Callable[[Story], Awaitable[bytes | None]]
"""Draws a story as a PNG; None where that cannot be done."""


@dataclass(frozen=True, slots=True)
class Said:
    """One message of an answer, ready to be sent."""

    view: ui.LayoutView
    files: tuple[tuple[str, bytes], ...] = ()

    def attached(self) -> list[discord.File]:
        """The files, fresh for each try."""
        return [discord.File(io.BytesIO(content), filename=name) for name, content in self.files]


async def messages(answer: Answer, draw: Draw, notes: Notes) -> list[Said]:
    """The answer as messages, three cards in each; pictures are drawn, long ids kept."""
    groups = [answer.cards[start : start + CARDS] for start in range(0, len(answer.cards), CARDS)] or [()]
    said = []
    for place, cards in enumerate(groups):
        last = place == len(groups) - 1
        message = Message(
            text=answer.text if place == 0 else "",
            cards=cards,
            choices=answer.choices if last else (),
        )
        files = await _pictures(cards, message, draw)
        if last and answer.attachment:
            message.attachment = answer.attachment.name
            files.append((answer.attachment.name, answer.attachment.content))
        handles = Handles()
        view = layout(message, handles)
        await handles.keep(notes)
        said.append(Said(view, tuple(files)))
    return said


async def _pictures(cards: Sequence[Card], message: Message, draw: Draw) -> list[tuple[str, bytes]]:
    files = []
    for place, card in enumerate(cards):
        content = await draw(card.picture) if card.picture else None
        if content:
            message.pictures[place] = f"story-{place + 1}.png"
            files.append((message.pictures[place], content))
    return files


async def respond(
    interaction: discord.Interaction[Any],
    work: Awaitable[list[Said]],
    *,
    private: bool,
    slow: bool,
    in_place: bool,
) -> None:
    """Say what `work` comes to, in place of the message that was pressed on if asked so.

    Where the work takes longer than a second (or is known to, `slow`), Discord shows that the bot
    thinks. What cannot be said any more (the 15 minutes are over) is logged, no more.
    """
    task = asyncio.ensure_future(work)
    if not slow:
        await asyncio.wait({task}, timeout=PATIENCE)
    try:
        deferred = not task.done()
        if deferred:
            await _surely(lambda: _defer(interaction, private=private, in_place=in_place))
        said = await _finished(task)
        await _say(interaction, said, private=private, in_place=in_place, deferred=deferred)
    except (discord.HTTPException, aiohttp.ClientError, OSError) as error:
        if isinstance(error, discord.HTTPException) and error.code == _TOO_LATE:
            log.warning("an interaction could not be answered: Discord had stopped waiting")
        else:
            log.warning("an interaction could not be answered: %s", error)
    finally:
        task.cancel()


async def _finished(task: asyncio.Future[list[Said]]) -> list[Said]:
    """What the work came to; a fault of ours is an answer too."""
    try:
        return await task
    except Exception:
        log.exception("an answer could not be made")
        return [Said(layout(Message(text=FAULT), Handles()))]


async def _defer(interaction: discord.Interaction[Any], *, private: bool, in_place: bool) -> None:
    if in_place:
        await interaction.response.defer()
    else:
        await interaction.response.defer(ephemeral=private, thinking=True)


async def _say(
    interaction: discord.Interaction[Any],
    said: Sequence[Said],
    *,
    private: bool,
    in_place: bool,
    deferred: bool,
) -> None:
    first, *others = said
    if deferred:
        await _surely(
            lambda: interaction.edit_original_response(view=first.view, attachments=first.attached())
        )
    elif in_place:
        await _surely(
            lambda: interaction.response.edit_message(view=first.view, attachments=first.attached())
        )
    else:
        await _surely(
            lambda: interaction.response.send_message(
                view=first.view, ephemeral=private, files=first.attached()
            )
        )
    for other in others:
        await interaction.followup.send(view=other.view, ephemeral=private, files=other.attached())


async def _surely(send: Callable[[], Awaitable[Any]]) -> None:
    """Send the answer, once more where the line was cut: Discord says if a first one had arrived, and what
    takes the place of "thinking" may come twice."""
    try:
        await send()
    except (aiohttp.ClientError, OSError):
        try:
            await send()
        except discord.InteractionResponded:
            return
        except discord.HTTPException as error:
            if error.code != _ALREADY:
                raise
