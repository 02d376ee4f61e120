"""How commands are written on a platform."""

from __future__ import annotations

import pytest

from bot.call import Call
from bot.commands.table import COMMANDS
from bot.commands.wording import MAIN, TYPED, Wording
from bot.commands.words import read_words
from bot.discord.conversation import WRITTEN
from tests.bot.house import HOME, ROOM, House, words_of

ROWS = [
    (Call.of("watch", player="Joe Gomez"), "watch Joe Gomez", "/watch player:Joe Gomez"),
    (
        Call.of("watch", player="Joe Gomez", club="Crystal Palace", from_="talks", tell="me"),
        "watch Joe Gomez to Crystal Palace from talks tell=me",
        "/watch player:Joe Gomez club:Crystal Palace from:talks tell:me",
    ),
    (Call.of("settings", lowest="talks"), "settings lowest=talks", "/settings lowest:talks"),
    (Call.of("feeds add", address="example.org"), "feeds add example.org", "/feeds add address:example.org"),
    (Call.of("help"), "help", "/help"),
]


@pytest.mark.parametrize(("call", "typed", "written"), ROWS)
def test_a_call_is_written_as_one_types_it_there(call: Call, typed: str, written: str) -> None:
    assert TYPED.call(call) == typed
    assert WRITTEN.call(call) == written
    assert read_words(typed, COMMANDS) == call


def test_the_main_options_are_those_of_the_command_table() -> None:
    assert {option.name for command in COMMANDS for option in command.options if option.main} == MAIN


async def test_every_hint_is_in_the_words_of_the_place(house: House) -> None:
    await house.store.add_watch(ROOM, (await house.player("Ada Vale")).id)
    hints = {
        "settings": "/settings lowest:talks quiet:23:00-07:00 timezone:Europe/London",
        "help": "/help command:watch",
        "help watch": "/watch player:Joe Gomez club:Crystal Palace from:talks",
        "latest Nobody": "/watch player:Nobody",
        "mute Ada Vale": "/unmute player:Ada Vale",
        "unwatch": "/unwatch player:Joe Gomez",
        "why": "/why player:Joe Gomez",
        "feeds list": "/feeds add address:example.org",
        "dance": "Type /help",
        "": "/help",
        "watch": "Like this: /watch player:Joe Gomez",
        "feeds remove nowhere": "See: /feeds list",
    }
    for asked, hint in hints.items():
        assert hint in words_of(await house.ask(asked, wording=WRITTEN)), asked
    refused = await house.ask("watch Ben Moss", wording=WRITTEN, may_manage=False, home=HOME)
    assert "add tell:me" in refused.text
    assert "lowest:interest" in words_of(await house.ask("settings", wording=WRITTEN))
    slack = Wording(before="/deadline ")
    assert "/deadline help watch" in words_of(await house.ask("help", wording=slack))
    for asked, hint in {
        "latest": "Like this: /deadline latest Joe Gomez",
        "dance": "Type /deadline help",
    }.items():
        assert hint in words_of(await house.ask(asked, wording=slack))


async def test_a_word_that_begins_several_commands_explains_them_all(house: House) -> None:
    said = words_of(await house.ask("help feeds"))
    assert all(f"feeds {what}" in said for what in ("list", "add", "remove", "test", "import", "export"))
