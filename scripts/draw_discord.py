"""What the bot says on Discord, as pictures to look at: dark and light side by side, wide and on a phone.

    .venv/bin/python -m scripts.draw_discord FOLDER           a tour: the program itself on a loopback Discord
    .venv/bin/python -m scripts.draw_discord FOLDER FILE...   payloads: messages as JSON

Each picture is a PNG beside its page (HTML) and its payloads (JSON). The PNG needs Chromium (Debian:
chromium, fonts-open-sans, fonts-noto-color-emoji); without it the pages alone are written.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from scripts import components
from scripts.gallery import PLAYERS, Gallery, run
from tests.bot.discord.fake import Fake, a_discord
from tests.bot.discord.people import Outcome, Person, read
from tests.bot.discord.test_whole_way import environment, running
from tests.bot.discord.town import MANAGER, Json

_WIDE, _PHONE = 1120, 780


def hang(
    gallery: Gallery,
    name: str,
    shown: Sequence[tuple[str, Json]],
    files: dict[str, bytes],
    *,
    phone: bool = True,
) -> None:
    """One page of (what was asked, message), with the files that messages name."""
    parts = [components.message(message, asked=asked, files=files) for asked, message in shown]
    page = components.page(parts, phone=phone)
    gallery.keep(name, page, [message for _, message in shown], _PHONE if phone else _WIDE)


class Tour:
    """Goes about on Discord as a new user would, and takes pictures."""

    def __init__(self, fake: Fake, gallery: Gallery) -> None:
        self.fake, self.gallery = fake, gallery
        town = fake.town
        self.guild = town.guild("The Club House", town.person("Olive Owner"))
        self.room = town.channel(self.guild, "transfers")
        self.boss = Person(fake, town.person("Bea Boss"))
        town.join(self.guild, self.boss.user, town.role(self.guild, "managers", MANAGER))
        self.fan = Person(fake, town.person("Fay Fan"))
        town.join(self.guild, self.fan.user)

    def hang(self, name: str, shown: Sequence[tuple[str, Json]], *, phone: bool = True) -> None:
        hang(self.gallery, name, shown, self.fake.files, phone=phone)

    async def asked(self, who: Person, name: str, **given: Any) -> list[tuple[str, Json]]:
        outcome = await who.command(name, self.room, **given)
        words = " ".join(f"{key.rstrip('_')}:{value}" for key, value in given.items())
        return _shown(f"/{name} {words}".strip(), outcome)

    async def commands(self) -> None:
        """Each command with its answer."""
        scenes: dict[str, list[tuple[Person, str, dict[str, Any]]]] = {
            "help": [(self.boss, "help", {}), (self.fan, "help", {"command": "watch"})],
            "watching": [
                (self.boss, "watch", {"player": "Zed Quill"}),
                (self.fan, "watch", {"player": "Zed Quill"}),
                (self.fan, "watch", {"player": "Zed Quill", "tell": "me"}),
                (self.boss, "mute", {"player": "Owen Tregarth"}),
            ],
            "watches": [(self.boss, "watches", {})],
            "latest": [(self.fan, "latest", {"player": "Kolbrenner"})],
            "latest-nothing": [(self.fan, "latest", {"player": "Zed Quill"})],
            "history": [(self.fan, "history", {"player": "Owen Tregarth"})],
            "why": [(self.fan, "why", {"player": "Owen Tregarth"})],
            "settings": [(self.boss, "settings", {"lowest": "talks", "quiet": "23:00-07:00"})],
            "feeds": [(self.boss, "feeds list", {}), (self.boss, "feeds export", {})],
            "refused": [
                (self.fan, "latest", {"player": "Nobody Atall"}),
                (self.boss, "settings", {"quiet": "noon"}),
                (self.fan, "wrong", {"alert": 1}),
                (self.fan, "settings", {"lowest": "bid"}),
            ],
        }
        for name, lines in scenes.items():
            shown = [
                pair for who, command, given in lines for pair in await self.asked(who, command, **given)
            ]
            self.hang(name, shown)

    def alerts(self) -> None:
        """The channel as it stands after the week, on a phone and wide."""
        told = [("", message) for message in self.fake.town.in_(self.room)]
        for number, start in enumerate(range(0, len(told), 5)):
            self.hang(f"alerts-{number + 1}", told[start : start + 5])
        self.hang("alerts-wide", told[:4], phone=False)

    async def pressed(self) -> None:
        """What the buttons of an alert answer."""
        message = self.fake.town.in_(self.room)[-1]
        for label in ("Latest", "Why", "Wrong", "Mute"):
            shown = _shown("", await self.boss.press(message, label))
            self.hang(f"button-{label.lower()}", shown)

    async def misread(self) -> None:
        """What somebody calls wrong, for who runs the bot, and the card once it is marked."""
        message = self.fake.town.in_(self.room)[-2]
        asked = await self.fan.press(message, "Wrong")
        noted = await self.fan.choose(asked.messages[0], "club")
        cases = await self.asked(self.boss, "wrong")
        marked = await self.boss.press(cases[0][1], "Mark")
        async with asyncio.timeout(20):
            while not message["edited_timestamp"] or "Misread" not in read(message):  # noqa: ASYNC110
                await asyncio.sleep(0.1)
        shown = [*_shown("", noted), *cases, *_shown("", marked), ("", message)]
        self.hang("misread", shown)

    async def lost(self) -> None:
        """What is told when the bot may not post any more."""
        home = self.fake.town.direct(self.boss.user)
        await self.fake.forbid(self.room, self.fake.town.bot, "send_messages")
        refused = await self.asked(self.boss, "watch", player="Ben Moss")
        self.hang("no-permission", [*refused, *(("", each) for each in self.fake.town.in_(home))])

    async def talk(self) -> None:
        """Words to the bot by its name."""
        me = self.fake.town.bot["id"]
        answer = await self.fan.say(f"<@{me}> what's the latest on Owen Tregarth?", self.room)
        self.hang("mention", [("", answer)])


def _shown(asked: str, outcome: Outcome) -> list[tuple[str, Json]]:
    return [(asked if place == 0 else "", each) for place, each in enumerate(outcome.messages)]


async def tour(gallery: Gallery) -> None:
    """The program with the sample story on a Discord of its own, from the first watch on."""
    with TemporaryDirectory() as name:
        home = Path(name)
        async with a_discord() as fake:
            going = Tour(fake, gallery)
            async with running(home, fake, DEADLINEDAY_SAMPLE="off"):
                for player in PLAYERS:
                    await going.boss.command("watch", going.room, player=player)
                fake.gateway.joined.clear()
            await _played(home, fake)
            going.alerts()
            # The sample's story is forgotten by a run of the whole program without it.
            async with running(home, fake, "--only", "discord", "--only", "deliver"):
                await going.commands()
                await going.pressed()
                await going.misread()
                await going.talk()
                await going.lost()
            for fault in [*fake.objections, *(fake.referee.complaints if fake.referee else ())]:
                print("fault:", fault)


async def _played(home: Path, fake: Fake) -> None:
    """The sample's whole week; the program ends by itself."""
    played = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot.main", "run", stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.DEVNULL, env=environment(home, fake, DEADLINEDAY_SAMPLE="on"),
    )  # fmt: skip
    await asyncio.wait_for(played.wait(), 180)
    fake.gateway.joined.clear()


def main() -> None:
    """Read the arguments and draw."""
    run(
        __doc__,
        lambda gallery: asyncio.run(tour(gallery)),
        lambda gallery, name, messages: hang(gallery, name, [("", each) for each in messages], {}),
    )


if __name__ == "__main__":
    main()
