"""Giving answers: to the asker alone, in a thread, or in his direct messages, with picture and file."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from typing import Any

from bot.cards.story import Story
from bot.plain import clip
from bot.request import Answer, Attachment
from bot.slack import blocks
from bot.slack.post import Poster
from bot.slack.web import Refused, WebError
from bot.slack.workspaces import Workspace

log = logging.getLogger(__name__)

Draw = Callable[[Story], Awaitable[bytes | None]]

_ALT = 1000
LOOKING = 1.5
"""Seconds in which Slack has looked through a picture, as a rule."""


@dataclass(frozen=True, slots=True)
class Where:
    """Where somebody asked. `url` answers to him alone for half an hour; `thread` is that of a mention."""

    channel: str
    person: str
    url: str = ""
    thread: str | None = None

    @property
    def direct(self) -> bool:
        """Was it asked in direct messages? Then there is nobody to be private from."""
        return self.channel.startswith("D")


class Answerer:
    """Gives an Answer where it was asked for."""

    def __init__(self, poster: Poster, draw: Draw, looking: float = LOOKING) -> None:
        self._poster = poster
        self._draw = draw
        self._looking = looking

    async def give(
        self, workspace: Workspace, where: Where, answer: Answer, *, instead: bool = False
    ) -> None:
        """Say the answer. `instead`: in place of the message whose button was pressed."""
        content = await self.content(workspace, answer)
        if answer.attachment:
            content = await self._with_file(workspace, where, answer.attachment, content)
        if where.url:
            kind = "in_channel" if where.direct else "ephemeral"
            private = {"response_type": kind, "replace_original": instead}
            for tried in _with_less(content):
                if await workspace.web.send_to(where.url, {**private, **tried}):
                    return
                await self._rest(tried)
            await self._directly(workspace, where, content)
            return
        thread = {"thread_ts": where.thread} if where.thread else {}
        await self._say(workspace, where.channel, {**thread, **content})

    async def _say(self, workspace: Workspace, channel: str, content: dict[str, Any]) -> None:
        """Say it in a conversation; without what Slack does not take of it."""
        for tried in _with_less(content):
            try:
                await self._poster.say(workspace, channel, tried)
                return
            except Refused as error:
                log.info("an answer is tried with less in it: %s", error)
                await self._rest(tried)
        log.error("an answer could not be given in %s: Slack took nothing of it", channel)

    async def _rest(self, tried: dict[str, Any]) -> None:
        if _has_picture(tried):
            await asyncio.sleep(self._looking)

    async def content(self, workspace: Workspace, answer: Answer) -> dict[str, Any]:
        """Text and blocks of an answer, its pictures uploaded."""
        # A question back is no warning.
        lead = ("" if answer.ok or answer.choices else "⚠️ ") + answer.text if answer.text else ""
        text, drawn = blocks.message(answer.cards, lead=lead, choices=answer.choices)
        for card in answer.cards:
            if card.picture is not None and len(drawn) < blocks.MOST_BLOCKS:
                image = await self.picture(workspace, card.picture)
                drawn = [*drawn, image] if image else drawn
        return {"text": text, "blocks": drawn}

    async def picture(self, workspace: Workspace, story: Story) -> blocks.Block | None:
        """The story drawn and uploaded, as a block with its words for those who do not see it."""
        content = await self._draw(story)
        if content is None:
            return None
        alt = clip(story.words, _ALT)
        try:
            file = await self._upload(
                workspace, "story.png", content, title=f"{story.player}: the story so far", alt=alt
            )
        except WebError as error:
            log.warning("the picture of %s could not be uploaded: %s", story.player, error)
            return None
        return {"type": "image", "slack_file": {"id": file}, "alt_text": alt}

    async def _upload(
        self,
        workspace: Workspace,
        name: str,
        content: bytes,
        *,
        title: str,
        alt: str | None = None,
        channel: str | None = None,
    ) -> str:
        """Upload a file, shared in a channel or with nobody; gives its id. Raises WebError."""
        web = workspace.web
        place = await web.patiently(
            "files.getUploadURLExternal", filename=name, length=len(content), alt_txt=alt
        )
        await web.upload(str(place["upload_url"]), content)
        file = {"id": str(place["file_id"]), "title": clip(title, 200)}
        await web.patiently("files.completeUploadExternal", files=[file], channel_id=channel)
        return file["id"]

    async def _with_file(
        self, workspace: Workspace, where: Where, file: Attachment, content: dict[str, Any]
    ) -> dict[str, Any]:
        """Send the file to the asker's direct messages and say so."""
        try:
            home = await self._poster.address(workspace, where.person)
            await self._upload(workspace, file.name, file.content, title=file.name, channel=home)
            said = f"{file.name} was sent to you in a direct message."
        except WebError as error:
            log.warning("a file could not be sent: %s", error)
            said = f"{file.name} could not be sent; try again later."
        line = blocks.rich(blocks.text_of(said))
        return {**content, "blocks": [*content["blocks"][: blocks.MOST_BLOCKS - 1], line]}

    async def _directly(self, workspace: Workspace, where: Where, content: dict[str, Any]) -> None:
        try:
            home = await self._poster.address(workspace, where.person)
        except WebError as error:
            log.warning("an answer could not be given to %s: %s", where.person, error)
            return
        await self._say(workspace, home, content)


def _with_less(content: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The answer, and what is left of it where Slack does not take it.

    A picture that Slack has not looked through yet is turned down with all that goes with it; so it is sent
    twice, and then left out.
    """
    yield content
    if _has_picture(content):
        yield content
        yield {**content, "blocks": [block for block in content["blocks"] if block["type"] != "image"]}


def _has_picture(content: dict[str, Any]) -> bool:
    return any(block["type"] == "image" for block in content["blocks"])
