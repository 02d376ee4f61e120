"""The bundled story: what its feeds carry, and that it leads to the alerts written beside its entries."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from html import unescape

import feedparser
import pytest

from bot.sample import BadStory, Outlet, Story, load_story
from bot.sample.render import page_of
from bot.sample.story import story_of
from links.claim import Claim, Stage, Status
from links.decide import STALE, advance, decide
from links.link import Kind, Link

STARTED = datetime(2026, 8, 31, 20, 15, 30, tzinfo=UTC)


@pytest.fixture(scope="module")
def story() -> Story:
    return load_story()


def parsed(story: Story, outlet: Outlet, step: int) -> feedparser.FeedParserDict:
    body, _ = page_of(story, outlet, step, STARTED)
    page = feedparser.parse(body)
    assert not page.bozo, (outlet.id, step, page.get("bozo_exception"))
    return page


def test_the_story_has_the_size_and_the_formats_that_it_promises(story: Story) -> None:
    assert len(story.entries) >= 24
    assert len(story.outlets) >= 6
    assert {o.format for o in story.outlets} == {"rss", "atom"}
    assert len({(o.format, o.body) for o in story.outlets}) == len(story.outlets)
    assert {e.outlet for e in story.entries} == {o.id for o in story.outlets}


def test_the_story_tells_every_kind_of_news_and_keeps_silent_where_it_should(story: Story) -> None:
    alerts = [r for e in story.entries for r in e.reports if r.alert]
    assert {r.alert for r in alerts} == set(Kind)
    assert {r.stage for r in alerts} == set(Stage)
    assert {r.status for r in alerts} == set(Status)
    silent = " ".join(e.silent or "" for e in story.entries)
    assert all(word in silent for word in ("match", "manager", "contract"))
    assert sum(1 for e in story.entries if e.reports and not any(r.alert for r in e.reports)) >= 5
    assert any(e.revises for e in story.entries)
    surnames = [name.split()[-1] for name in {r.player for r in alerts}]
    assert len(set(surnames)) < len(surnames)


def test_the_alerts_beside_the_entries_follow_from_the_policy(story: Story) -> None:
    links: dict[tuple[str, str], Link] = {}
    for entry in story.entries:
        at = story.published(entry, STARTED)
        for report in entry.reports:
            pair = (report.player, report.club)
            claim = Claim(report.player, report.club, report.stage, report.status)
            assert decide(links.get(pair), claim, at) == report.alert, (entry.id, pair)
            links[pair] = advance(links.get(pair), claim, at, player_id=1)


def test_the_players_of_every_report_are_named_in_full_in_their_entry(story: Story) -> None:
    for entry in (e for e in story.entries if not e.id.startswith("round-up")):
        for report in entry.reports:
            assert report.player in entry.text, entry.id
    assert set(story.watched) < {r.player for e in story.entries for r in e.reports}


def test_times_rise_lie_in_the_past_and_are_young_enough_to_be_told(story: Story) -> None:
    times = [story.published(e, STARTED) for e in (*story.background, *story.entries)]
    assert times == sorted(set(times))
    assert times[-1] < STARTED
    assert STARTED - times[0] < timedelta(days=10) < STALE


@pytest.mark.parametrize("outlet", load_story().outlets, ids=lambda o: o.id)
def test_a_feed_parses_at_every_step_and_gives_back_the_story(story: Story, outlet: Outlet) -> None:
    for step in range(story.steps + 1):
        shown = {e.revises or e.id: e for e in story.shown(outlet, step)}
        page = parsed(story, outlet, step)
        assert page.version == ("rss20" if outlet.format == "rss" else "atom10")
        assert page.feed.title == outlet.title
        assert [e.title for e in page.entries] == [e.title for e in reversed(shown.values())]
    assert page.encoding.lower() == outlet.encoding
    for item, entry in zip(page.entries, reversed(shown.values()), strict=True):
        content = item.content[0].value if "content" in item else item.summary
        words = re.sub(r"<[^>]+>|\[(caption|more)\]|^- ", " ", content, flags=re.MULTILINE)
        wanted = re.sub(r"\[(caption|more)\]|^- ", " ", entry.text, flags=re.MULTILINE)
        assert unspaced(unescape(words)) == unspaced(wanted)
        first = entry if not entry.revises else next(e for e in story.entries if e.id == entry.revises)
        assert datetime(*item.published_parsed[:6], tzinfo=UTC) == story.published(first, STARTED)


def unspaced(text: str) -> str:
    return "".join(text.split())


def test_ids_keep_the_habits_of_their_outlets(story: Story) -> None:
    ids = {
        o.ids: [{e.title: e.get("id") for e in parsed(story, o, step).entries} for step in (20, story.steps)]
        for o in story.outlets
    }
    assert all(guid is None for guid in ids["none"][1].values())
    assert all(before.items() <= after.items() for before, after in (ids["opaque"], ids["tag"]))
    before, after = ids["reissued"]
    assert all(before[title] != after[title] for title in before)


def test_a_revised_entry_keeps_its_address_and_changes_its_text(story: Story) -> None:
    step, revision = next((n, e) for n, e in enumerate(story.entries) if e.revises)
    outlet = next(o for o in story.outlets if o.id == revision.outlet)
    before, after = parsed(story, outlet, step), parsed(story, outlet, step + 1)
    assert [e.link for e in before.entries] == [e.link for e in after.entries]
    assert [e.summary for e in before.entries] != [e.summary for e in after.entries]


def test_the_same_start_and_step_give_the_same_page_in_any_process(story: Story) -> None:
    for outlet in story.outlets:
        again = load_story()
        assert page_of(story, outlet, 12, STARTED) == page_of(again, outlet, 12, STARTED)


OUTLET = {
    "id": "wire", "title": "Wire", "home": "https://wire.example",
    "format": "rss", "body": "text", "ids": "none", "zone": "GMT",
}  # fmt: skip
OLD = {"id": "old", "outlet": "wire", "minute": -1, "title": "t", "text": "x", "background": True}
ENTRY = {"id": "a", "outlet": "wire", "minute": 0, "title": "t", "text": "x", "silent": "nothing in it"}


@pytest.mark.parametrize(
    ("entries", "complaint"),
    [
        ([OLD, ENTRY | {"outlet": "radio"}], "no outlet is called radio"),
        ([OLD, ENTRY, ENTRY | {"minute": 1}], "stands there twice"),
        ([OLD, ENTRY | {"minute": -1}], "not later than"),
        ([OLD, ENTRY | {"revises": "b"}], "has not published: b"),
        ([OLD, ENTRY | {"silent": ""}], "neither links nor a reason"),
        ([OLD, ENTRY | {"quiet": "yes"}], "what is quiet"),
        ([ENTRY], "without an entry in the background: wire"),
    ],
)
def test_a_story_that_does_not_hold_together_names_the_fault(
    entries: list[dict[str, object]], complaint: str
) -> None:
    with pytest.raises(BadStory, match=complaint):
        story_of({"watched": [], "outlet": [OUTLET], "entry": entries})


@pytest.mark.parametrize("habit", [{"body": "xhtml"}, {"ids": "odd"}, {"zone": "CET"}])
def test_an_outlet_with_a_habit_that_nobody_has_is_refused(habit: dict[str, str]) -> None:
    with pytest.raises(BadStory, match=next(iter(habit.values()))):
        story_of({"watched": [], "outlet": [OUTLET | habit], "entry": [OLD]})
