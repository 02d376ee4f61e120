"""The picture of a story, and the words that stand for it."""

from __future__ import annotations

import io
from datetime import timedelta

import pytest
from PIL import Image

from bot.cards.picture import Pictures, paint
from bot.cards.story import Road, Story, story_of
from links.claim import Stage, Status
from links.link import Kind
from tests.bot.house import NOW, an_alert


def a_story(player: str = "Ada Vale", clubs: int = 2) -> Story:
    alerts = [
        an_alert(
            id=number,
            player=player,
            club=f"Club {number % clubs}",
            stage=stage,
            status=Status.STALLED if stage is Stage.BID else Status.LIVE,
            kind=Kind.ESCALATED,
            published=NOW - timedelta(days=10 - number),
        )
        for number, stage in enumerate(Stage)
    ]
    story = story_of(player, alerts, NOW)
    assert story is not None
    return story


def test_a_story_has_a_road_for_each_club_the_one_that_moved_last_first() -> None:
    story = a_story()
    assert [road.club for road in story.roads] == ["Club 0", "Club 1"]
    assert [point.stage for point in story.roads[1].points] == [Stage.APPROACH, Stage.BID, Stage.MEDICAL]


def test_without_a_change_there_is_no_story() -> None:
    assert story_of("Ada Vale", [], NOW) is None


def test_the_words_say_what_the_picture_shows() -> None:
    assert a_story().words == (
        "Stages over time for Ada Vale. Club 0: interest on 21 Aug, now done; "
        "Club 1: approach on 22 Aug, now medical, 1 setback."
    )


@pytest.mark.parametrize("player", ["Ada Vale", "$x^2_{", "😀 " * 60, "عمر", "王伟", "\\frac"])
def test_any_name_is_drawn_in_a_size_for_a_phone(player: str) -> None:
    picture = Image.open(io.BytesIO(paint(a_story(player, clubs=6))))
    assert picture.size == (900, 960)


def test_a_story_of_one_moment_is_drawn() -> None:
    (point,) = a_story(clubs=7).roads[0].points[:1]
    assert paint(Story("Ada Vale", (Road("Everton", (point,)),), point.at))[:4] == b"\x89PNG"


async def test_pictures_are_drawn_by_another_process_and_kept_for_the_next_who_asks() -> None:
    with Pictures() as pictures:
        story = a_story()
        first = await pictures.draw(story)
        assert first is not None
        assert await pictures.draw(story) is first


async def test_without_matplotlib_there_is_no_picture_and_no_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.cards.picture.importlib.util.find_spec", lambda name: None)
    with Pictures() as pictures:
        assert await pictures.draw(a_story()) is None
