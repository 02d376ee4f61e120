"""A player's story so far as data: what a picture of it draws, and what its text for the blind says."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from links.claim import Stage, Status
from storage.delivery import Alert

_MOST_ROADS = 6


@dataclass(frozen=True, slots=True)
class Point:
    """One change: the stage and status that were told at that time (aware)."""

    at: datetime
    stage: Stage
    status: Status


@dataclass(frozen=True, slots=True)
class Road:
    """The changes of one club, oldest first."""

    club: str
    points: tuple[Point, ...]


@dataclass(frozen=True, slots=True)
class Story:
    """The roads of a player, the one that moved last first; `until` is where the lines end (now)."""

    player: str
    roads: tuple[Road, ...]
    until: datetime

    @property
    def words(self) -> str:
        """The picture in words, for those who do not see it."""
        lines = []
        for road in self.roads:
            first, last = road.points[0], road.points[-1]
            now = (
                last.stage.word if last.status is Status.LIVE else f"{last.status.value} at {last.stage.word}"
            )
            back = sum(point.status is not Status.LIVE for point in road.points)
            setbacks = f", {back} setback{'s' if back > 1 else ''}" if back else ""
            lines.append(f"{road.club}: {first.stage.word} on {first.at:%d %b}, now {now}{setbacks}")
        return f"Stages over time for {self.player}. " + "; ".join(lines) + "."


def story_of(player: str, alerts: Iterable[Alert], until: datetime) -> Story | None:
    """The story that these alerts tell, None where there is nothing to draw. At most six clubs."""
    by_club: dict[str, list[Point]] = {}
    for alert in sorted(alerts, key=lambda each: (each.published, each.id)):
        by_club.setdefault(alert.club, []).append(Point(alert.published, alert.stage, alert.status))
    roads = sorted(by_club.items(), key=lambda pair: pair[1][-1].at, reverse=True)[:_MOST_ROADS]
    if not roads:
        return None
    last = max(points[-1].at for _, points in roads)
    return Story(player, tuple(Road(club, tuple(points)) for club, points in roads), max(until, last))
