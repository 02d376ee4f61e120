"""The line that is typed on a terminal: its editing, its completion, its history."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import AbstractContextManager
from pathlib import Path

from prompt_toolkit import PromptSession
from prompt_toolkit.auto_suggest import AutoSuggestFromHistory
from prompt_toolkit.completion import CompleteEvent, Completer, Completion
from prompt_toolkit.document import Document
from prompt_toolkit.history import FileHistory, History, InMemoryHistory
from prompt_toolkit.patch_stdout import patch_stdout

from bot.commands.command import Command
from bot.commands.complete import Suggest
from bot.commands.words import cursor
from bot.request import Request


def typed_line(words: Completer | None, history: Path | None) -> PromptSession[str]:
    """A line with completion; `history` is a file for typed lines (None: forgotten at the end)."""
    return PromptSession(
        history=_history(history),
        completer=words,
        complete_while_typing=True,
        auto_suggest=AutoSuggestFromHistory(),
    )


def above_the_line() -> AbstractContextManager[None]:
    """What is printed within stands above the line that is being typed."""
    return patch_stdout(raw=True)


class Words(Completer):
    """Completion of command names and of what a command's options take."""

    def __init__(
        self, request: Callable[[str], Request], commands: Sequence[Command], suggest: Suggest
    ) -> None:
        self._request = request
        self._commands = commands
        self._suggest = suggest

    def get_completions(self, document: Document, complete_event: CompleteEvent) -> list[Completion]:
        """Nothing at once: names come from the storage, which is awaited."""
        return []

    async def get_completions_async(
        self, document: Document, complete_event: CompleteEvent
    ) -> AsyncGenerator[Completion, None]:
        text = document.text_before_cursor
        at = cursor(text, self._commands)
        if at.command is None:
            typed = " ".join(text.lower().split()) + (" " if text.endswith(" ") else "")
            for command in self._commands:
                if command.name.startswith(typed):
                    yield Completion(command.name, -len(text), display_meta=command.summary)
            return
        if at.option is None:
            return
        request = self._request(text)
        found = await self._suggest(request, at.command, at.option, at.typed)
        shown = [suggestion.text for suggestion in found]
        for suggestion in found:
            plain = suggestion.text if shown.count(suggestion.text) == 1 else suggestion.value
            yield Completion(
                plain, at.start - len(text), display=suggestion.text, display_meta=suggestion.detail
            )


def _history(path: Path | None) -> History:
    if path is None:
        return InMemoryHistory()
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
    except OSError:
        return InMemoryHistory()  # a read-only home is no reason not to start
    return FileHistory(str(path))
