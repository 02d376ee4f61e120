"""What the owner's instruments see: counts, health, and a line for each event that carries the entry's id."""

from __future__ import annotations

import asyncio
import json
import logging
import socket
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path

import aiohttp
import pytest
from prometheus_client.parser import text_string_to_metric_families

from bot import events, metrics, status
from bot.events import Json, Lines
from bot.platform import PostFailed
from bot.settings import BadSettings
from bot.status import open_status
from storage.store import open_store
from tests.bot.test_delivering import TALKS, ready, say
from tests.bot.world import World
from tests.storage.server import Server

DOCS = Path(__file__).parents[2] / "docs"


def free() -> str:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return f"127.0.0.1:{probe.getsockname()[1]}"


async def page(address: str, path: str) -> tuple[int, str]:
    async with aiohttp.ClientSession() as session, session.get(f"http://{address}{path}") as answer:
        return answer.status, await answer.text()


async def test_what_happens_is_counted_and_what_stands_is_seen(world: World) -> None:
    address = free()
    async with open_status(world.store, address):
        await ready(world)
        await say(world, TALKS)
        waiting = await page(address, "/metrics")
        world.platform.failures = [PostFailed("too fast")]
        await world.deliver()
        world.clock.turn(minutes=1)
        await world.deliver()
        status, text = await page(address, "/metrics")
        assert await page(address, "/healthz") == (200, "alive\n")
        assert (await page(address, "/readyz"))[0] == 200
    assert 'deadlineday_deliveries{platform="fake",state="waiting"} 1.0' in waiting[1]
    assert status == 200
    for line in (
        'deadlineday_polls_total{result="new"} 1.0',
        "deadlineday_entries_total 1.0",
        "deadlineday_claims_total 1.0",
        'deadlineday_alerts_total{kind="new"} 1.0',
        'deadlineday_posts_total{outcome="posted",platform="fake"} 1.0',
        'deadlineday_posts_total{outcome="put off",platform="fake"} 1.0',
        'deadlineday_errors_total{error="PostFailed",where="post"} 1.0',
        'deadlineday_lag_seconds_count{part="seen to posted"} 1.0',
        'deadlineday_feeds{state="active"} 1.0',
    ):
        assert line in text, line
    assert 'deadlineday_deliveries{platform="fake"' not in text


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with Server.started() as server:
        yield server


Trouble = Callable[[Server], AbstractAsyncContextManager[None]]


@asynccontextmanager
async def stopped(server: Server) -> AsyncIterator[None]:
    await asyncio.to_thread(server.stop)
    try:
        yield
    finally:
        await asyncio.to_thread(server.start)


@pytest.mark.parametrize(
    ("trouble", "words"), [(stopped, "connection was lost"), (Server.frozen, "does not answer")]
)
async def test_while_its_database_is_away_it_says_so_and_what_was_counted_can_be_read(
    server: Server, monkeypatch: pytest.MonkeyPatch, trouble: Trouble, words: str
) -> None:
    monkeypatch.setattr(status, "READY_WITHIN", 0.2)
    monkeypatch.setattr(metrics, "ANSWER_WITHIN", 0.2)
    address = free()
    async with open_store(await server.create("watched")) as store, open_status(store, address):
        await store.add_feed("https://f.example/1")
        events.tell("fault", where="database", error="DatabaseUnusable")
        before = numbers((await page(address, "/metrics"))[1])
        async with trouble(server):
            code, line = await page(address, "/readyz")
            assert (code, line.count("\n")) == (503, 1)
            assert words in line
            code, text = await page(address, "/metrics")
            assert await page(address, "/healthz") == (200, "alive\n")
        assert (await page(address, "/readyz"))[0] == 200
        after = numbers((await page(address, "/metrics"))[1])
    away = numbers(text)
    assert code == 200  # else nobody hears of it: to Prometheus it would be one that is gone
    counted = "deadlineday_errors_total", ("error", "DatabaseUnusable"), ("where", "database")
    answers, active = ("deadlineday_database_answers",), ("deadlineday_feeds", ("state", "active"))
    assert [page[answers] for page in (before, away, after)] == [1, 0, 1]
    assert [page[counted] for page in (before, away, after)] == [1, 1, 1]
    assert [page.get(active) for page in (before, away, after)] == [1, None, 1]


def numbers(text: str) -> dict[tuple[object, ...], float]:
    """A page as Prometheus reads it: the number of each name with its labels."""
    return {
        (sample.name, *sorted(sample.labels.items())): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


async def test_nothing_is_served_unless_it_is_asked_for_and_a_taken_address_is_said(world: World) -> None:
    heard = len(events._listeners)
    async with open_status(world.store, ""):
        assert len(events._listeners) == heard
    address = free()
    async with open_status(world.store, address):
        with pytest.raises(BadSettings, match="DEADLINEDAY_STATUS_LISTEN"):
            async with open_status(world.store, address):
                pass
    assert len(events._listeners) == heard


async def test_an_entrys_id_goes_with_it_from_the_feed_to_the_message(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO, "deadlineday"):
        await ready(world)
        await say(world, TALKS)
        await world.deliver()
    told = {r.getMessage(): r.what for r in caplog.records if hasattr(r, "what")}
    assert told["read"]["claims"] == 1
    assert told["read"]["entry"] == told["alert"]["entry"] == told["posted"]["entry"]
    assert told["alert"]["alert"] == told["posted"]["alert"]
    assert told["posted"]["message"] == "message-1"


def test_an_event_is_one_line_for_people_and_for_programs() -> None:
    record = logging.LogRecord("deadlineday", logging.INFO, __file__, 1, "%s", ("posted",), None)
    record.what = {"delivery": 7, "lag": 1.23456, "message": "two words\nand a line"}
    line = Lines().format(record)
    assert "\n" not in line
    assert line.endswith('posted delivery=7 lag=1.235 message="two words\\nand a line"')
    told = json.loads(Json().format(record))
    assert (told["message"], told["delivery"], told["level"]) == ("two words\nand a line", 7, "info")


async def test_the_dashboard_and_the_rules_ask_for_what_is_counted(world: World) -> None:
    address = free()
    async with open_status(world.store, address):
        _, text = await page(address, "/metrics")
    known = {line.split()[2] for line in text.splitlines() if line.startswith("# TYPE")}
    known = {name for name in known if not name.endswith("_created")}
    shown = set()
    for file in ("grafana.json", "alerts.yml"):
        content = (DOCS / file).read_text(encoding="utf-8")
        asked = {word for word in _words(content) if word.startswith("deadlineday_")}
        assert asked
        unknown = {a for a in asked if a.removesuffix("_bucket") not in known}
        assert unknown == set(), file
        shown |= {a.removesuffix("_bucket") for a in asked}
    assert shown == known
    json.loads((DOCS / "grafana.json").read_text(encoding="utf-8"))


def _words(text: str) -> list[str]:
    return "".join(c if c.isalnum() or c == "_" else " " for c in text).split()
