"""The terminal platform: commands are typed, alerts appear above the line that is being typed."""

from __future__ import annotations

import asyncio
import os
import sys
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from datetime import UTC, datetime, tzinfo
from pathlib import Path

from rich.console import Console
from rich.text import Text as Styled

from bot.cards.card import Card, Text
from bot.commands.command import Command
from bot.commands.complete import Suggest
from bot.plain import line
from bot.platform import PLAINLY, ChannelLost, Dispatch, Manner, PostFailed
from bot.request import Answer, Choice, Request
from bot.terminal.cards import encodable, print_card
from storage.watch import Channel

HERE = Channel("terminal", "here")
"""The one channel of a terminal."""

_LEAVE = frozenset({"exit", "quit", "bye", ":q", "q"})
_KEPT = 2000  # posted cards that an edit, or a post that is tried again, can find


class Terminal:
    """A Platform on standard input and output.

    `commands` and `suggest` serve completion. `interactive` is found from standard input and output
    when None: if either is no terminal, nothing is read and cards are only printed. `zone` is for
    times (None: this machine's), `history` a file for typed lines (None: forgotten at the end).
    """

    name = "terminal"

    def __init__(
        self,
        *,
        commands: Sequence[Command] = (),
        suggest: Suggest | None = None,
        interactive: bool | None = None,
        console: Console | None = None,
        zone: tzinfo | None = None,
        history: Path | None = None,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        greeting: str = "",
    ) -> None:
        self.interactive = _is_interactive() if interactive is None else interactive
        self._console = console or _console()
        self._commands = commands
        self._suggest = suggest
        self._zone = zone
        self._history = history
        self._clock = clock
        self._greeting = greeting
        self._choices: tuple[Choice, ...] = ()
        self._posted: OrderedDict[int, Card] = OrderedDict()
        self._closed = asyncio.Event()
        self._gone = False

    async def post(
        self,
        channel: Channel,
        card: Card,
        *,
        delivery_id: int,
        mention: str | None = None,
        manner: Manner = PLAINLY,
    ) -> str:
        """Print the card. The reference is the delivery's number.

        Raises PostFailed when nobody reads the terminal any more: what was not read waits for the
        next start, and `run` ends.
        """
        self._check(channel)
        if delivery_id not in self._posted:
            self._print_card(card)
            self._remember(delivery_id, card)
        return str(delivery_id)

    async def edit(self, channel: Channel, message: str, card: Card, *, mention: str | None = None) -> None:
        """What is printed stays, so a card that grew is told in one faint line: what was added."""
        self._check(channel)
        number = int(message) if message.isdigit() else -1
        before = self._posted.get(number)
        known = set(before.parts) if before else set()
        added = [part.text for part in card.parts if isinstance(part, Text) and part not in known]
        if added:
            self._say(f"{card.title}, {added[-1][0].lower()}{added[-1][1:]}\n", style="dim")
        self._remember(number, card)

    async def run(self, dispatch: Dispatch) -> None:
        """Read lines and answer them, until `close`, "exit" or the end of the input.

        Without a terminal to read from it only waits for `close`.
        """
        if not self.interactive:
            await self._closed.wait()
            return
        # Late: a bot without a terminal has no use for what editing a line takes.
        from bot.terminal.typed_line import above_the_line

        with above_the_line():
            typing = asyncio.create_task(self._type(dispatch))
            closing = asyncio.create_task(self._closed.wait())
            try:
                await asyncio.wait({typing, closing}, return_when=asyncio.FIRST_COMPLETED)
            finally:
                for task in (typing, closing):
                    if not task.done():
                        task.cancel()
                ended = await asyncio.gather(typing, closing, return_exceptions=True)
        for end in ended:
            if isinstance(end, BaseException) and not isinstance(end, asyncio.CancelledError):
                raise end

    async def close(self) -> None:
        """End `run`; what was posted stays on the screen."""
        self._closed.set()

    def show(self, answer: Answer) -> None:
        """Print an answer: its line, its cards, its choices, and save the file that comes with it."""
        if answer.text:
            self._say(answer.text, style="" if answer.ok else "yellow")
        for card in answer.cards:
            self._print_card(card)
        for number, choice in enumerate(answer.choices, 1):
            label = line(choice.label)
            detail = f"  {line(choice.detail)}" if choice.detail else ""
            styled = (
                Styled(f"  {number}  ", style="cyan").append(label, style="bold").append(detail, style="dim")
            )
            self._print_styled(styled)
        if answer.choices:
            last = len(answer.choices)
            self._say("Type 1." if last == 1 else f"Type 1 to {last}.", style="dim")
        if answer.attachment:
            saved = _save(Path.cwd(), answer.attachment.name, answer.attachment.content)
            self._say(saved, style="dim")
        if not answer.cards:
            self._say("")
        self._choices = answer.choices

    def request(self, text: str) -> Request:
        """A typed line as a request; a bare number picks from the choices that were shown last."""
        call, word = None, text.strip().rstrip(".)")
        if self._choices and word.isascii() and word.isdigit() and 1 <= int(word) <= len(self._choices):
            call = self._choices[int(word) - 1].call
        return Request(
            channel=HERE,
            person="you",
            may_manage=True,
            now=self._clock(),
            call=call,
            text="" if call else text,
            open_file=_read_file,
        )

    def _is_no_choice(self, text: str) -> bool:
        """A number, while a question stands that has no such answer: the question stays."""
        word = text.strip().rstrip(".)")
        chosen = word.isascii() and word.isdigit() and 1 <= int(word) <= len(self._choices)
        return bool(self._choices) and word.isdigit() and not chosen

    async def _type(self, dispatch: Dispatch) -> None:
        with suppress(PostFailed):  # nobody reads: that is an end like any other
            if self._greeting:
                self._say(self._greeting, style="dim")
            await self._converse(dispatch)

    async def _converse(self, dispatch: Dispatch) -> None:
        from bot.terminal.typed_line import Words, typed_line

        words = Words(self.request, self._commands, self._suggest) if self._suggest else None
        session = typed_line(words, self._history)
        while not self._closed.is_set():
            try:
                text = await session.prompt_async("> ")
            except (EOFError, KeyboardInterrupt):
                return
            if text.strip().lower() in _LEAVE:
                return
            if self._is_no_choice(text):
                self._say(f"Type 1 to {len(self._choices)}, or another command.", style="yellow")
                continue
            if text.strip():
                self.show(await self._patiently(dispatch(self.request(text))))

    async def _patiently(self, work: Awaitable[Answer]) -> Answer:
        """Await an answer; say that it is being worked on when it takes longer than a second."""
        task = asyncio.ensure_future(work)
        try:
            done, _ = await asyncio.wait({task}, timeout=1)
            if not done:
                self._say("One moment …", style="dim")
            return await task
        except asyncio.CancelledError:
            task.cancel()
            raise

    def _check(self, channel: Channel) -> None:
        if (channel.platform, channel.id) != (HERE.platform, HERE.id):
            raise ChannelLost(f"a terminal has no channel {line(channel.id)!r}")

    def _print_card(self, card: Card) -> None:
        now = self._clock()
        self._print(lambda: print_card(self._console, card, zone=self._zone, now=now, hints=self.interactive))

    def _say(self, text: str, *, style: str = "") -> None:
        styled = Styled("\n".join(map(line, text.split("\n"))), style=style)
        self._print_styled(styled)

    def _print_styled(self, styled: Styled) -> None:
        shown = encodable(styled, self._console.encoding)
        self._print(lambda: self._console.print(shown, highlight=False))

    def _print(self, printing: Callable[[], None]) -> None:
        if not self._gone:
            try:
                printing()
                return
            except (OSError, ValueError) as error:
                if isinstance(error, UnicodeError):
                    raise
                # A pipe without a reader, a terminal that hung up, a closed file: all told the same way.
                self._gone = True
                self._closed.set()
        raise PostFailed("nobody reads this terminal any more")

    def _remember(self, number: int, card: Card) -> None:
        self._posted[number] = card
        while len(self._posted) > _KEPT:
            self._posted.popitem(last=False)


class _Output(Console):
    def on_broken_pipe(self) -> None:
        """Rich would end the program here; what was not read must wait for the next start instead."""
        with suppress(OSError, ValueError):
            # So that the interpreter's last flush finds an open door.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise BrokenPipeError


def _console() -> Console:
    """Colours only on a terminal that wants them; NO_COLOR (no-color.org) is respected by rich."""
    piped = not sys.stdout.isatty()
    return _Output(
        no_color=piped or bool(os.environ.get("NO_COLOR")),
        width=80 if piped else None,
        force_terminal=None if piped else True,
        markup=False,
        emoji=False,
        highlight=False,
    )


def _is_interactive() -> bool:
    return sys.stdin.isatty() and sys.stdout.isatty()


def _read_file(path: str) -> bytes:
    return Path(path).expanduser().read_bytes()


def _save(folder: Path, name: str, content: bytes) -> str:
    """Write the file under a name that is free and say where, or why not."""
    stem, dot, ending = name.rpartition(".")
    for number in range(1, 100):
        path = folder / (name if number == 1 else f"{stem}-{number}{dot}{ending}")
        try:
            with path.open("xb") as file:
                file.write(content)
        except FileExistsError:
            continue
        except OSError as error:
            return f"Could not write {path}: {error.strerror}"
        return f"Saved as {path}"
    return f"Could not write {name}: too many files of that name"
