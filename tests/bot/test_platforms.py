"""The contract of a platform, over the terminal and the fake that other tests use."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from datetime import UTC
from io import StringIO

import pytest
import pytest_asyncio
from prompt_toolkit.application import create_app_session
from prompt_toolkit.input import PipeInput, create_pipe_input
from prompt_toolkit.output import DummyOutput
from rich.console import Console

from bot.terminal.platform import HERE, Terminal
from storage.watch import Channel
from tests.bot.fake_platform import FakePlatform
from tests.bot.house import NOW, ROOM
from tests.bot.platform_contract import PlatformContract, Stage


class TestFakePlatform(PlatformContract):
    @pytest_asyncio.fixture
    async def stage(self) -> Stage:
        lost = Channel("fake", "lost")
        platform = FakePlatform(lost={lost})
        return Stage(
            platform, ROOM, lost, lambda: platform.shown(ROOM), lambda text: platform.say(text, ROOM)
        )


def _messages(text: str) -> list[str]:
    """What was printed, message by message: an empty line ends a card."""
    return [message for message in text.split("\n\n") if message.strip()]


class TestTerminalThatPrints(PlatformContract):
    @pytest_asyncio.fixture
    async def stage(self) -> Stage:
        file = StringIO()
        terminal = Terminal(
            interactive=False, console=Console(file=file, width=80), zone=UTC, clock=lambda: NOW
        )
        return Stage(terminal, HERE, Channel("terminal", "there"), lambda: _messages(file.getvalue()))


class TestTerminalThatIsTypedAt(PlatformContract):
    @pytest.fixture
    def keys(self) -> Iterator[PipeInput]:
        with create_pipe_input() as keys, create_app_session(input=keys, output=DummyOutput()):
            yield keys

    @pytest_asyncio.fixture
    async def stage(self, keys: PipeInput) -> AsyncIterator[Stage]:
        file = StringIO()
        terminal = Terminal(
            interactive=True, console=Console(file=file, width=80), zone=UTC, clock=lambda: NOW
        )
        yield Stage(
            terminal, HERE, Channel("terminal", "there"), lambda: _messages(file.getvalue()),
            lambda text: keys.send_text(text + "\r"),
        )  # fmt: skip
