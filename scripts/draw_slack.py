"""What the bot says on Slack, as pictures to look at.

    .venv/bin/python -m scripts.draw_slack FOLDER            a tour: the program itself, on a loopback Slack
    .venv/bin/python -m scripts.draw_slack FOLDER FILE...    payloads: messages, modals or Home tabs as JSON

Each picture is a PNG beside its page (HTML) and its payloads (JSON). The PNG needs Chromium (Debian:
chromium, fonts-lato, fonts-noto-color-emoji); without it the pages alone are written.
"""

from __future__ import annotations

import asyncio
import os
import pty
import signal
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from scripts import block_kit
from scripts.gallery import PLAYERS, Gallery, run
from tests.bot.slack.fake_slack import FakeSlack, a_slack
from tests.bot.slack.nouns import Message
from tests.bot.slack.people import Person
from tests.bot.slack.test_the_whole_way_to_slack import environment

TOLD = 15
"""Alerts of these players that the sample leads to, at the least."""

_WIDE, _PHONE = 640, 360


def hang(
    gallery: Gallery, name: str, parts: Sequence[str], payloads: Sequence[Any], *, phone: bool = False
) -> None:
    """One page of these parts."""
    gallery.keep(name, block_kit.page(parts, phone=phone), payloads, _PHONE if phone else _WIDE)


class Tour:
    """Goes about on a Slack as a new user would, and takes pictures."""

    def __init__(self, slack: FakeSlack, gallery: Gallery) -> None:
        self.slack, self.gallery = slack, gallery
        self.ada, self.bea = Person(slack), Person(slack, "UBEA")

    @property
    def files(self) -> dict[str, bytes]:
        return {id: file.get("content", b"") for id, file in self.slack.files.items()}

    def message(self, message: Message, *, words: bool = False) -> list[str]:
        said = [block_kit.notification(message.content["text"])] if words else []
        drawn = block_kit.message(
            message.content, private=message.ephemeral_for is not None, reply=message.thread is not None,
            files=self.files,
        )  # fmt: skip
        return [*said, drawn]

    async def commands(self) -> None:
        """Each command as it is typed, with its answer."""
        groups = {
            "help": ("help", "help watch"),
            "watching": ("watch Zed Quill", "watches", "mute Owen Tregarth", "unwatch Zed Quill", "nonsense"),
            "latest": ("latest kolbrenner",),
            "history": ("history tregarth", "history Owen Tregarth"),
            "why": ("why 1", "wrong 1", "why Owen Tregarth"),
            "settings": ("settings lowest=talks quiet=23:00-07:00", "settings lowest=interest quiet=off"),
            "feeds": ("feeds list", "feeds add nowhere.invalid"),
            "refused": ("watch", "latest Nobody Atall", "watch leeds untied", "settings quiet=noon"),
        }
        for name, typed in groups.items():
            parts, payloads = [], []
            for line in typed:
                answer = await self.ada.asked(line)
                parts += [block_kit.caption(f"/deadline {line}"), *self.message(answer)]
                payloads.append(answer.content)
            hang(self.gallery, f"command-{name}", parts, payloads)

    def alerts(self) -> None:
        """The channel with its threads, wide and on a phone, and the card that grew."""
        messages = self.slack.in_channel("C1")
        roots = [m for m in messages if m.thread is None]
        parts: list[str] = []
        for root in roots:
            parts += [block_kit.caption("in the channel"), *self.message(root, words=True)]
            for reply in messages:
                if reply.thread == root.ts:
                    aloud = " and in the channel" if reply.broadcast else ""
                    parts += [block_kit.caption(f"in its thread{aloud}"), *self.message(reply)]
        payloads = [m.content for m in messages]
        hang(self.gallery, "alerts", parts, payloads)
        hang(self.gallery, "alerts-phone", parts[:6], payloads[:3], phone=True)
        grown = next((m for m in messages if m.edits), None)
        if grown is not None:
            hang(self.gallery, "alert-edited", self.message(grown), [grown.content])

    async def windows(self) -> None:
        """The modals, empty and answered, the shortcut, and the Home tab."""
        for name, begin in (
            ("watch", lambda: self.bea.command("")),
            ("settings", lambda: self.bea.command("settings")),
            ("import", lambda: self.ada.command("feeds import")),
            ("who", lambda: self.bea.shortcut("Leeds United have agreed an £18m fee for Owen Tregarth.")),
        ):
            self.slack.views.clear()
            await begin()
            view = (await self.slack.until(lambda: list(self.slack.views.values())))[0]
            hang(self.gallery, f"modal-{name}", [block_kit.modal(view)], [view])
        await self._watched()
        for name, person in (
            ("empty", Person(self.slack, "UCID")),
            ("member", self.bea),
            ("admin", self.ada),
        ):
            view = await person.open_home()
            hang(self.gallery, f"home-{name}", [block_kit.home(view)], [view])

    async def _watched(self) -> None:
        """A watch made in the modal, as it is answered there."""
        self.slack.views.clear()
        await self.bea.command("")
        view = (await self.slack.until(lambda: list(self.slack.views.values())))[0]
        found = (await self.bea.search(view, "player", "tregarth"))[0]
        await self.bea.submit(view, {"player": found, "channel": None})
        answered = self.slack.views[view["id"]]
        hang(self.gallery, "modal-watched", [block_kit.modal(answered)], [answered])

    async def talk(self) -> None:
        """A mention in the channel and a direct message."""
        asked = await self.bea.mention("what's the latest on Owen Tregarth?")
        answer = (await self.slack.until(lambda: [m for m in self.slack.messages if m.thread == asked.ts]))[0]
        said = block_kit.message({"text": "@Deadline Day what's the latest on Owen Tregarth?"}, who="Bea")
        hang(self.gallery, "mention", [said, *self.message(answer)], [answer.content])
        await self.bea.write("hello")
        answer = (
            await self.slack.until(lambda: [m for m in self.slack.in_channel(self.bea.direct) if m.blocks])
        )[-1]
        said = block_kit.message({"text": "hello"}, who="Bea")
        hang(self.gallery, "direct", [said, *self.message(answer)], [answer.content])


@asynccontextmanager
async def _running(slack: FakeSlack, folder: Path, **more: str) -> AsyncIterator[None]:
    """The program at a terminal where nobody types, connected to Slack."""
    before = slack.connections
    ours, its = pty.openpty()
    env = environment(slack, folder, TERM="xterm", PROMPT_TOOLKIT_NO_CPR="1", **more)
    with (folder / "log").open("ab") as log:
        program = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "bot.main", "run", env=env, stdin=its, stdout=its, stderr=log
        )
    os.close(its)
    asyncio.get_running_loop().add_reader(ours, _drain, ours)
    try:
        await slack.until(lambda: slack.connections > before, 30)
        yield
    finally:
        if program.returncode is None:
            program.send_signal(signal.SIGTERM)
        await asyncio.wait_for(program.wait(), 30)
        asyncio.get_running_loop().remove_reader(ours)
        os.close(ours)


def _drain(end: int) -> None:
    with suppress(OSError):
        os.read(end, 65536)


async def tour(gallery: Gallery) -> None:
    """The program with the sample story on a Slack of its own, from the first watch on."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        async with a_slack() as slack:
            going = Tour(slack, gallery)
            async with _running(slack, folder, DEADLINEDAY_SAMPLE="on", DEADLINEDAY_SAMPLE_PACE="3600"):
                for player in PLAYERS:
                    await going.ada.asked(f"watch {player}")
            async with _running(slack, folder, DEADLINEDAY_SAMPLE="on"):
                await slack.until(lambda: len(slack.in_channel("C1")) >= TOLD, 60)
                going.alerts()
                await going.commands()
                await going.windows()
                await going.talk()
            print((folder / "log").read_text(encoding="utf-8"), end="")
            for fault in [*slack.violations, *slack.late]:
                print("fault:", fault)


def show(gallery: Gallery, name: str, payloads: Sequence[Any]) -> None:
    """What a file holds: messages, modals or Home tabs."""
    drawn = {"modal": block_kit.modal, "home": block_kit.home}
    parts = [drawn.get(str(each.get("type")), block_kit.message)(each) for each in payloads]
    hang(gallery, name, parts, payloads)


def main() -> None:
    """Read the arguments and draw."""
    run(__doc__, lambda gallery: asyncio.run(tour(gallery)), show)


if __name__ == "__main__":
    main()
