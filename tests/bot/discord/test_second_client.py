"""hikari, a client of other authors, as referee of the fake: what it cannot do, the fake does wrongly."""

from __future__ import annotations

import asyncio

import hikari
from hikari.impl import config

from tests.bot.discord.fake import TOKEN, a_discord
from tests.bot.discord.people import Person, read


async def test_hikari_logs_in_syncs_answers_and_posts_on_the_same_fake() -> None:
    async with a_discord() as fake:
        town = fake.town
        owner = town.person("Olive Owner")
        guild = town.guild("The Club House", owner)
        room = town.channel(guild, "transfers")
        bot = hikari.GatewayBot(
            TOKEN,
            banner=None,
            logs=None,
            suppress_optimization_warning=True,
            intents=hikari.Intents.GUILDS | hikari.Intents.GUILD_MESSAGES,
            http_settings=config.HTTPSettings(enable_cleanup_closed=False),
            rest_url=fake.api,
        )
        answered = asyncio.Event()

        @bot.listen()
        async def on_interaction(event: hikari.InteractionCreateEvent) -> None:
            assert isinstance(event.interaction, hikari.CommandInteraction)
            await event.interaction.create_initial_response(
                hikari.ResponseType.MESSAGE_CREATE, "Heard.", flags=hikari.MessageFlag.EPHEMERAL
            )
            answered.set()

        await bot.start(check_for_updates=False)
        try:
            application = await bot.rest.fetch_application()
            command = bot.rest.slash_command_builder("hear", "Hears")
            await bot.rest.set_application_commands(application, [command])
            await fake.gateway.joined.wait()
            outcome = await Person(fake, owner).command("hear", room)
            assert outcome.text == "Heard."
            assert outcome.private
            await answered.wait()
            message = await bot.rest.create_message(int(room["id"]), "Hello", nonce="n1")
            await bot.rest.edit_message(int(room["id"]), message, "Hello again")
            assert [read(each) for each in town.in_(room)] == ["Hello again"]
        finally:
            await bot.close()
        assert fake.objections == []
        assert fake.referee is None or fake.referee.complaints == []
