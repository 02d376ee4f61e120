"""How a player and a club stand, out of the link and what was reported of it; plain functions."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from links.claim import Stage, Status
from links.fold import fold
from links.link import Link
from storage.entry import Report, StoredClaim


@dataclass(frozen=True, slots=True)
class Origin:
    """Somebody who reported a link of his own; `tier` is 1 (best) to 4, None if nobody rated him."""

    name: str
    tier: int | None


@dataclass(frozen=True, slots=True)
class Standing:
    """A link with its independent sources, best first, and its latest report."""

    link: Link
    origins: tuple[Origin, ...]
    last: StoredClaim | None


def origins(reports: Iterable[Report], tier_of: Callable[[str], int | None]) -> tuple[Origin, ...]:
    """The independent sources behind these reports, best first.

    A report that credits others adds nothing of its own: ten rewrites of one story are one source.
    """
    found: dict[str, Origin] = {}
    for report in reports:
        if name := report.source or report.outlet:
            found.setdefault(fold(name), Origin(name, tier_of(name)))
    return tuple(sorted(found.values(), key=lambda origin: (origin.tier or 9, origin.name)))


def hottest_first(standings: Iterable[Standing]) -> list[Standing]:
    """Done, live, stalled, off; within each by stage, then by the latest report."""
    return sorted(standings, key=lambda of: (_rank(of.link), of.link.last_seen), reverse=True)


def _rank(link: Link) -> tuple[int, int]:
    if link.status is Status.LIVE and link.stage is Stage.DONE:
        return (3, 0)
    return (2 - link.status.gravity, link.stage)
