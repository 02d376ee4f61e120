"""The Home tab: what is watched for me and in my channels, and what can be done about it there."""

from __future__ import annotations

from links.claim import Stage
from links.link import Kind
from storage.watch import Channel
from tests.bot.slack.shown import shown
from tests.bot.slack.test_commands_on_slack import ADA, BEA, watched
from tests.bot.slack.town import ROOM, Town


async def test_the_home_tab_teaches_whoever_watches_nobody(town: Town) -> None:
    assert "You watch nobody yet" in shown(await town.bea.open_home())


async def test_the_home_tab_shows_my_watches_my_channels_and_to_admins_the_feeds(town: Town) -> None:
    store = town.house.store
    player = await town.house.player("Ada Vale")
    await town.house.report(player, "Crystal Palace", Stage.BID)
    town.slack.channel("CSECRET", private=True).members.discard("UBEA")
    for channel in (BEA, ROOM, Channel("slack", "CSECRET", "T1"), Channel("slack", "C9", "T2")):
        await store.add_watch(channel, player.id, by="UADA")
    bea = shown(await town.bea.open_home())
    assert "Crystal Palace bid" in bea
    assert "#C1" in bea
    assert "#CSECRET" not in bea
    assert "#C9" not in bea
    assert "1 feed" not in bea
    ada = shown(await town.ada.open_home())
    assert "#CSECRET" in ada
    assert "1 feed, all well" in ada


async def test_the_home_tab_turns_pages_of_the_channels_that_somebody_is_in(town: Town) -> None:
    player = await town.house.player("Ada Vale")
    for number in range(40):  # the busy ones are not Bea's
        room = town.slack.channel(f"CBUSY{number}", inside=number % 2 == 0)
        room.members.discard("UBEA")
        for club in ("Fulham", "Everton"):
            await town.house.store.add_watch(Channel("slack", room.id, "T1"), player.id, club, by="UADA")
    for number in range(12):
        town.slack.channel(f"CBEA{number:02}", private=number % 2 == 0)
        await town.house.store.add_watch(Channel("slack", f"CBEA{number:02}", "T1"), player.id, by="UBEA")
    seen, home = [], await town.bea.open_home()
    for page in (1, 2, 3):
        assert f"page {page} of 3" in shown(home)
        seen += [c for c in town.slack.conversations if f"#{c}" in shown(home)]
        if page < 3:
            town.slack.homes.clear()
            await town.bea.press_in_view(home, "More channels")
            home = await town.slack.until(lambda: town.slack.homes.get("UBEA"))
    assert seen == [f"CBEA{number:02}" for number in range(12)]
    town.slack.homes.clear()
    await town.bea.press_in_view(home, "Mute")
    home = await town.slack.until(lambda: town.slack.homes.get("UBEA"))
    assert "page 3 of 3" in shown(home)
    assert "paused: muted" in shown(home)
    town.slack.homes.clear()
    await town.bea.press_in_view(home, "Channels before")
    home = await town.slack.until(lambda: town.slack.homes.get("UBEA"))
    assert "page 2 of 3" in shown(home)
    assert len(town.slack.called("users.conversations")) == 5
    assert town.slack.called("conversations.members") == town.slack.called("conversations.members")[:1]


async def test_settings_and_a_watch_are_windows_on_the_home_tab_which_is_drawn_anew(town: Town) -> None:
    player = await town.house.player("Ada Vale")
    await town.house.store.add_watch(ROOM, player.id, by="UADA")
    home = await town.bea.open_home()
    await town.bea.press_in_view(home, "Settings")
    view = (await town.slack.until(lambda: list(town.slack.views.values())))[0]
    await town.bea.submit(view, {"lowest": "bid", "kinds": ["new", "revived"]})
    settings = await town.house.store.channel_settings(ROOM)
    assert (settings.lowest, settings.kinds) == (Stage.BID, {Kind.NEW, Kind.REVIVED})
    town.slack.views.clear()
    town.slack.homes.clear()
    await town.bea.press_in_view(home, "Watch a player")
    view = (await town.slack.until(lambda: list(town.slack.views.values())))[0]
    (found, *_) = await town.bea.search(view, "player", "vale")
    await town.bea.submit(view, {"player": found, "channel": None})
    home = await town.slack.until(lambda: town.slack.homes.get("UBEA"))
    assert "You watch nobody" not in shown(home)


async def test_all_watches_of_a_channel_are_shown_on_request(town: Town) -> None:
    for letter in "ABCDEFGHIJKLMNOPQRST":
        player = await town.house.player(f"{letter}da Vale")
        await town.house.store.add_watch(ROOM, player.id, by="UADA")
    home = await town.bea.open_home()
    assert "20 watched" in shown(home)
    assert "Tda Vale" not in shown(home)
    await town.bea.press_in_view(home, "Show all 20")
    view = (await town.slack.until(lambda: list(town.slack.views.values())))[0]
    await town.bea.press_in_view(view, "More")
    await town.slack.until(lambda: "Tda Vale" in shown(town.slack.views[view["id"]]))


async def test_a_watch_can_be_muted_and_removed_on_the_home_tab(town: Town) -> None:
    player = await town.house.player("Ada Vale")
    await town.house.store.add_watch(ROOM, player.id, by="UADA")
    home = await town.bea.open_home()
    town.slack.homes.clear()
    await town.bea.press_in_view(home, "Mute")
    muted = await town.slack.until(lambda: town.slack.homes.get("UBEA"))
    assert "paused: muted" in shown(muted)
    town.slack.homes.clear()
    await town.bea.press_in_view(muted, "Remove")
    await town.slack.until(lambda: town.slack.homes.get("UBEA"))
    assert await watched(town) == []


async def test_latest_pressed_on_the_home_tab_opens_a_modal(town: Town) -> None:
    player = await town.house.player("Ada Vale")
    await town.house.report(player, "Crystal Palace", Stage.BID)
    await town.house.store.add_watch(BEA, player.id, by="UBEA")
    await town.bea.press_in_view(await town.bea.open_home(), "Latest")
    view = (await town.slack.until(lambda: list(town.slack.views.values())))[0]
    assert "Crystal Palace" in shown(view)


async def test_a_home_tab_of_a_thousand_watches_fits(town: Town) -> None:
    for number in range(60):
        player = await town.house.player(f"Player {chr(65 + number % 26)}{'x' * (number // 26)} Valentine")
        for room in range(5):
            town.slack.channel(f"C{room + 1}")
            await town.house.store.add_watch(Channel("slack", f"C{room + 1}", "T1"), player.id, by="UADA")
        await town.house.store.add_watch(ADA, player.id, by="UADA")
    home = await town.ada.open_home()
    assert 40 < len(home["blocks"]) <= 100
