"""Where requests of all platforms are answered."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from bot.call import Call
from bot.commands import roster
from bot.commands.check import BadValue, check
from bot.commands.command import Command, Option, Tools, Who
from bot.commands.complete import Suggestion, suggestions
from bot.commands.guard import guarded
from bot.commands.table import COMMANDS
from bot.commands.words import Misread, read_words, written
from bot.plain import clip, line
from bot.request import Answer, Choice, Request


def _misunderstood(misread: Misread) -> Answer:
    """What was wrong, and where a slip is likely, the line without it to pick."""
    meant = misread.meant
    if meant is None:
        return Answer.refused(misread.text)
    label = " ".join((meant.command, *meant.by_name.values()))
    return Answer(misread.text, choices=(Choice(clip(label, 90), "", meant),), ok=False)


@dataclass(frozen=True, slots=True)
class Desk(Tools):
    """Answers requests, by every command there is."""

    commands: tuple[Command, ...] = field(default=COMMANDS)

    async def answer(self, request: Request) -> Answer:
        """What is said back. Never raises: a fault of ours is logged, and told as one."""
        call = request.call or read_words(request.text, self.commands, request.wording)
        if isinstance(call, Misread):
            meant = await self._name_alone(call)
            if meant is None:
                return _misunderstood(call)
            call = meant
        command = self.command(call.command)
        if command is None:
            hint = f"Try: {request.wording.of('help')}"
            return Answer.refused(f"“{clip(line(call.command), 40)}” is no command here any more. {hint}")
        if command.who is Who.MANAGER and not request.decides_for_all:
            what = "this channel" if request.may_run is None else request.runs
            return Answer.refused(f"{command.name} is for those who manage {what}.")
        return await guarded(self._run(command, request, call), command.name, request.channel)

    async def _run(self, command: Command, request: Request, call: Call) -> Answer:
        try:
            return await command.run(self, request, check(command, call.by_name))
        except BadValue as problem:
            like = written(problem.example, self.commands, request.wording)
            said = f"{problem} Like this: {like}" if like else str(problem)
            return Answer.refused(said, about=problem.option)

    async def suggest(
        self, request: Request, command: Command, option: Option, typed: str
    ) -> Sequence[Suggestion]:
        """What an option may be completed to, the likeliest first, at most 25."""
        return await suggestions(self, request, command, option, typed)

    def command(self, name: str) -> Command | None:
        """The command of that name, None if there is none."""
        return next((command for command in self.commands if command.name == name), None)

    async def _name_alone(self, misread: Misread) -> Call | None:
        """A line that is nothing but a known player's name asks for his latest."""
        if misread.name is None or len(misread.name) > 60:
            return None
        found = await roster.look_up(self.store, misread.name)
        return Call.of("latest", player=misread.name) if found.players else None
