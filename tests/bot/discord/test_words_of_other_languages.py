"""Commands in other languages, from a file of words to what a client shows and sends."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from bot.commands.table import COMMANDS
from bot.discord.commands import payload
from bot.discord.platform import Discord
from bot.discord.words import BadWords, load_words
from tests.bot.discord import rules
from tests.bot.discord.fake import TOKEN
from tests.bot.discord.stage import a_lobby, no_picture

GERMAN = """
discord = ["de"]
[words]
"watch" = "beobachten"
"player" = "spieler"
"feeds" = "quellen"
"list" = "liste"
"talks" = "Gespräche"
"Stop being told about a player" = "Nichts mehr von einem Spieler hören"
"""


def written(folder: Path, text: str, name: str = "de.toml") -> Path:
    (folder / name).write_text(text, encoding="utf-8")
    return folder


def test_what_comes_with_the_bot_can_be_used() -> None:
    rules.commands(payload(COMMANDS, load_words()))


async def test_a_client_of_that_language_is_shown_its_words_and_is_answered(tmp_path: Path) -> None:
    async with a_lobby(start=False) as lobby:
        words = load_words(written(tmp_path, GERMAN))
        lobby.platform = Discord(TOKEN, lobby.house.desk, no_picture, lobby.clock, words=words)
        await lobby.start()
        named = {each["name"]: each for each in lobby.fake.commands}
        watch, feeds = named["watch"], named["feeds"]
        assert watch["name_localizations"] == {"de": "beobachten"}
        assert watch["options"][0]["name_localizations"] == {"de": "spieler"}
        stages = next(option for option in watch["options"] if option["name"] == "from")["choices"]
        assert [c.get("name_localizations") for c in stages if c["value"] == "talks"] == [{"de": "Gespräche"}]
        assert feeds["name_localizations"] == {"de": "quellen"}
        assert feeds["options"][0]["name_localizations"] == {"de": "liste"}
        assert named["unwatch"]["description_localizations"]["de"].startswith("Nichts mehr")
        lobby.fan.locale = "de"
        assert "### Nobody" not in (await lobby.fan.command("latest", lobby.room, player="Nobody")).text
        assert lobby.fake.objections == []
        assert lobby.fake.referee is None or lobby.fake.referee.complaints == []


async def test_new_words_are_synced_at_the_next_start_and_only_then(tmp_path: Path) -> None:
    async with a_lobby() as lobby:
        for syncs, words in ((2, load_words(written(tmp_path, GERMAN))), (2, load_words(tmp_path))):
            await lobby.stop()
            lobby.fake.gateway.joined.clear()
            lobby.platform = Discord(TOKEN, lobby.house.desk, no_picture, lobby.clock, words=words)
            await lobby.start()
            assert lobby.fake.syncs == syncs


BAD = [
    ("[words]\n", "needs a line like discord"),
    ('discord = ["xx"]\n[words]\n', "Discord has no language xx"),
    ('discord = ["de"]\n[words]\n"hologram" = "x"\n', "nothing is called “hologram”"),
    ('discord = ["de"]\n[words]\n"watch" = "Schau hin"\n', "is no name for “watch”"),
    ('discord = ["de"]\n[words]\n"watch" = "Beobachten"\n', "is no name for “watch”"),
    ('discord = ["de"]\n[words]\n"watch" = ""\n', "has no words"),
    ('discord = ["de"]\n[words]\n"watch" = "latest"\n', "are called latest"),
    (f'discord = ["de"]\n[words]\n"only his move to this club" = "{"x" * 101}"\n', "101 characters"),
    ("discord = ", "de.toml: "),
]


@pytest.mark.parametrize(("text", "says"), BAD)
def test_words_that_discord_would_not_take_are_named_with_their_file(
    tmp_path: Path, text: str, says: str
) -> None:
    with pytest.raises(BadWords, match=r"de\.toml") as bad:
        load_words(written(tmp_path, text))
    assert says in str(bad.value)


def test_a_file_to_be_filled_in_is_printed() -> None:
    printed = subprocess.run(
        [sys.executable, "-m", "bot.discord.words"], capture_output=True, text=True, check=True
    ).stdout
    assert '"watch" = ""' in printed
    assert '"Stop being told about a player" = ""' in printed
