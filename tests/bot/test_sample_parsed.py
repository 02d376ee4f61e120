"""The sample's feeds through the project's own parser: each step brings one entry, with the story's words."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest

from bot.sample import Outlet, StoryEntry, load_story
from bot.sample.render import page_of
from feeds.entry import Entry
from feeds.news import news
from feeds.page import Page
from feeds.parse import parse

STARTED = datetime(2026, 8, 31, 20, 15, tzinfo=UTC)
STORY = load_story()


def entries_at(outlet: Outlet, step: int) -> tuple[Entry, ...]:
    body, _ = page_of(STORY, outlet, step, STARTED)
    return parse(
        Page(f"http://127.0.0.1:8000{outlet.path}", body, f"application/{outlet.format}+xml")
    ).entries


@pytest.mark.parametrize("outlet", STORY.outlets, ids=lambda o: o.id)
def test_each_step_brings_the_entry_that_it_reveals_and_nothing_again(outlet: Outlet) -> None:
    known = {e.key: e.content_hash for e in entries_at(outlet, 0)}
    assert len(known) == 1
    for step, revealed in enumerate(STORY.entries, start=1):
        new = [item.entry for item in news(entries_at(outlet, step), known)]
        known |= {e.key: e.content_hash for e in new}
        if revealed.outlet != outlet.id:
            assert not new, (step, revealed.id)
        else:
            assert [e.title for e in new] == [revealed.title]
            assert carries(new[0], outlet, revealed)


def carries(entry: Entry, outlet: Outlet, revealed: StoryEntry) -> bool:
    first = next(e for e in STORY.entries if e.id == (revealed.revises or revealed.id))
    wanted = re.sub(r"^\[(?:caption|more)\] ", "", revealed.text, flags=re.MULTILINE)
    return (
        entry.outlet == outlet.title
        and entry.lang == "en"
        and entry.published == STORY.published(first, STARTED)
        and re.sub(r"\n+", "\n", entry.text) == re.sub(r"\n+", "\n", wanted)
    )
