"""The terminal: what is typed, what is printed, what is completed."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC
from io import StringIO
from pathlib import Path

import pytest
import pytest_asyncio
from prompt_toolkit.application import create_app_session
from prompt_toolkit.completion import CompleteEvent
from prompt_toolkit.document import Document
from prompt_toolkit.input import PipeInput, create_pipe_input
from prompt_toolkit.output import DummyOutput
from rich.console import Console

from bot.call import Call
from bot.cards.card import alert_card
from bot.commands.table import COMMANDS
from bot.platform import PostFailed
from bot.request import Answer, Attachment, Choice, Request
from bot.terminal.platform import HERE, Terminal
from bot.terminal.typed_line import Words
from tests.bot.house import NOW, House, an_alert


@dataclass
class Session:
    """Somebody at a terminal: what he types, what he sees, and what was asked in his name."""

    terminal: Terminal
    keys: PipeInput
    screen: StringIO
    asked: list[Request] = field(default_factory=list)
    answer: Callable[[Request], Awaitable[Answer]] | None = None

    async def dispatch(self, request: Request) -> Answer:
        self.asked.append(request)
        return await self.answer(request) if self.answer else Answer("Noted.")

    async def types(self, *lines: str) -> None:
        """Type these lines, then leave."""
        for line in lines:
            self.keys.send_text(line + "\r")
        self.keys.send_text("\x04")
        await asyncio.wait_for(self.terminal.run(self.dispatch), 10)


@pytest.fixture
def keys() -> Iterator[PipeInput]:
    with create_pipe_input() as keys, create_app_session(input=keys, output=DummyOutput()):
        yield keys


@pytest_asyncio.fixture
async def session(keys: PipeInput) -> AsyncIterator[Session]:
    screen = StringIO()
    terminal = Terminal(
        interactive=True,
        console=Console(file=screen, width=80),
        zone=UTC,
        clock=lambda: NOW,
        greeting="Hello.",
    )
    yield Session(terminal, keys, screen)


async def test_what_is_typed_is_asked_by_a_manager_of_the_one_channel(session: Session) -> None:
    await session.types("watch Ada Vale", "   ", "latest")
    assert [request.text for request in session.asked] == ["watch Ada Vale", "latest"]
    assert all(request.channel == HERE and request.may_manage for request in session.asked)
    assert session.screen.getvalue().startswith("Hello.\nNoted.\n")


@pytest.mark.parametrize("word", ["exit", "quit", "QUIT", "bye"])
async def test_a_word_ends_it(session: Session, word: str) -> None:
    await session.types(word, "latest")
    assert session.asked == []


async def test_a_number_picks_what_was_asked_back_last(session: Session) -> None:
    choices = tuple(
        Choice("Joe Gomez", club, Call.of("latest", player=f"#{n}")) for n, club in enumerate(("A", "B"))
    )

    async def which(request: Request) -> Answer:
        return Answer("Which?", choices=() if request.call else choices, ok=False)

    session.answer = which
    await session.types("3", "latest gomez", "2", "1")
    assert [request.call or request.text for request in session.asked] == [
        "3",
        "latest gomez",
        choices[1].call,
        "1",
    ]
    assert "  1  Joe Gomez  A\n  2  Joe Gomez  B\nType 1 to 2.\n" in session.screen.getvalue()


async def test_an_answer_that_takes_long_is_announced(session: Session) -> None:
    async def slow(request: Request) -> Answer:
        async with asyncio.timeout(10):
            while "One moment" not in session.screen.getvalue():  # noqa: ASYNC110
                await asyncio.sleep(0.01)
        return Answer("There it is.")

    session.answer = slow
    await session.types("feeds add https://a.example")
    assert "One moment …\nThere it is." in session.screen.getvalue()


async def test_a_file_is_saved_under_a_free_name_and_it_is_said_where(
    session: Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "feeds.opml").write_text("mine")
    session.terminal.show(Answer("1 feed.", attachment=Attachment("feeds.opml", "text/x-opml", b"new")))
    assert (tmp_path / "feeds.opml").read_text() == "mine"
    assert (tmp_path / "feeds-2.opml").read_bytes() == b"new"
    assert "feeds-2.opml" in session.screen.getvalue().replace("\n", "")


async def test_a_file_that_cannot_be_saved_is_told(
    session: Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    session.terminal.show(Answer(attachment=Attachment("gone/feeds.opml", "text/x-opml", b"new")))
    assert "Could not write" in session.screen.getvalue()


async def test_a_fault_while_typing_comes_out_of_run(session: Session) -> None:
    async def broken(request: Request) -> Answer:
        raise RuntimeError("no desk")

    session.answer = broken
    with pytest.raises(RuntimeError, match="no desk"):
        await session.types("latest")


async def test_alerts_tell_what_to_type_only_where_somebody_can(session: Session) -> None:
    await session.terminal.post(HERE, alert_card(an_alert()), delivery_id=1)
    assert "type: latest Ada Vale · why 12" in session.screen.getvalue()
    printed = StringIO()
    piped = Terminal(interactive=False, console=Console(file=printed, width=80), zone=UTC, clock=lambda: NOW)
    await piped.post(HERE, alert_card(an_alert()), delivery_id=1)
    assert "type:" not in printed.getvalue()
    assert "\x1b" not in printed.getvalue()


async def test_an_edit_that_adds_nothing_prints_nothing(session: Session) -> None:
    card = alert_card(an_alert())
    message = await session.terminal.post(HERE, card, delivery_id=1)
    before = session.screen.getvalue()
    await session.terminal.edit(HERE, message, card)
    assert session.screen.getvalue() == before


async def test_a_card_of_an_earlier_start_can_be_added_to(session: Session) -> None:
    await session.terminal.edit(HERE, "77", alert_card(an_alert(also=("The Echo",))))
    assert session.screen.getvalue() == "Ada Vale → Crystal Palace, also reported by The Echo\n\n"


async def test_what_nobody_reads_is_kept_for_the_next_start_and_ends_the_run() -> None:
    screen = StringIO()
    terminal = Terminal(interactive=False, console=Console(file=screen), clock=lambda: NOW)
    running = asyncio.create_task(terminal.run(lambda request: pytest.fail("nobody asked")))
    screen.close()
    for delivery in (1, 2):
        with pytest.raises(PostFailed, match="nobody reads"):
            await terminal.post(HERE, alert_card(an_alert()), delivery_id=delivery)
    await asyncio.wait_for(running, 5)


async def test_hanging_up_while_typing_is_an_end_like_any_other(session: Session) -> None:
    session.screen.close()
    await session.types("latest")


async def test_words_that_a_terminal_cannot_show_are_told_in_others() -> None:
    class Ascii(StringIO):
        encoding = "ascii"

    screen = Ascii()
    terminal = Terminal(
        interactive=False, console=Console(file=screen, width=80), zone=UTC, clock=lambda: NOW
    )
    await terminal.post(HERE, alert_card(an_alert(player="João Félix")), delivery_id=1)
    await terminal.edit(HERE, "1", alert_card(an_alert(also=("Öst",))))
    terminal.show(Answer("“No”", choices=(Choice("João", "→", Call("help")),)))
    assert screen.getvalue().isascii()
    assert "Jo?o F?lix > Crystal Palace" in screen.getvalue()


async def test_typed_lines_are_kept_for_the_next_start(keys: PipeInput, tmp_path: Path) -> None:
    path = tmp_path / "new" / "history"
    for folder, kept in ((path, True), (tmp_path / "file" / "history", False)):
        (tmp_path / "file").touch()
        terminal = Terminal(
            interactive=True, console=Console(file=StringIO()), history=folder, clock=lambda: NOW
        )
        await Session(terminal, keys, StringIO()).types("latest Ada Vale")
        assert (folder.is_file() and "latest Ada Vale" in folder.read_text()) is kept


async def completed(house: House, text: str) -> dict[str, str]:
    """What is offered at the end of this line, each with the whole line that it would make."""
    terminal = Terminal(interactive=True, console=Console(file=StringIO()), clock=lambda: NOW)
    words = Words(terminal.request, COMMANDS, house.desk.suggest)
    found = {}
    async for one in words.get_completions_async(Document(text), CompleteEvent()):
        found[one.text] = text[: len(text) + one.start_position] + one.text
    return found


async def test_commands_players_clubs_and_settings_complete(house: House) -> None:
    await house.player("Ada Vale", "Everton")
    await house.player("João Félix")
    assert "feeds remove" in await completed(house, "feeds ")
    assert list(await completed(house, "wat")) == ["watch", "watches"]
    assert await completed(house, "latest joao") == {"João Félix": "latest João Félix"}
    assert await completed(house, "latest va") == {"Ada Vale": "latest Ada Vale"}
    assert "Crystal Palace" in await completed(house, "watch Ada Vale to crys")
    line = (await completed(house, "watch Ada Vale club=crys"))["Crystal Palace"]
    assert line == "watch Ada Vale club=Crystal Palace"
    assert list(await completed(house, "watch Ada Vale from ta")) == ["talks"]
    assert "Europe/London" in await completed(house, "settings timezone=lon")
    assert await completed(house, "watches page=") == {}
    assert await completed(house, "watch nosuch=x ") == {}


async def test_players_of_one_name_are_completed_by_number(house: House) -> None:
    one, two = await house.player("Joe Gomez", "Liverpool"), await house.player("Joe Gomez", "Ajax")
    assert list(await completed(house, "latest joe")) == [f"#{one.id}", f"#{two.id}"]


async def test_a_slip_completes_to_the_nearest_name(house: House) -> None:
    await house.player("Adrian Valerio")
    assert list(await completed(house, "latest adrain valerio")) == ["Adrian Valerio"]


async def test_watches_and_feeds_complete_to_what_is_there(house: House) -> None:
    await house.player("Ada Vale")
    await house.store.add_watch(HERE, 1, "Everton")
    await house.store.add_feed("https://a.example/rss", title="Daily Herald")
    assert await completed(house, "unwatch ") == {"Ada Vale to Everton": "unwatch Ada Vale to Everton"}
    assert list(await completed(house, "feeds remove her")) == ["Daily Herald"]
    assert list(await completed(house, "help wro")) == ["wrong"]
