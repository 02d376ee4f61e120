"""The alert policy: what in a claim is news, and what the link is afterwards.

Plain functions over values. The rules and their order are those of the saga policy: new, revived,
escalated, setback, else nothing; see docs/decisions.md, "What is news".
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta

from links.claim import Claim, Stage, Status
from links.link import Kind, Link

SILENCE = timedelta(days=60)
"""A live report after so long without any is a story of its own: the link is revived."""

STALE = timedelta(days=14)
"""An entry that was published longer ago than this is kept as history and told to nobody."""


def decide(link: Link | None, claim: Claim, at: datetime) -> Kind | None:
    """Say what is news in this claim, or None if readers have heard it.

    `at` is when the claim was published (aware, UTC). A claim older than the link's last report
    may still raise a live link, but never turns it: the later report has the last word on status.
    """
    if link is None:
        return None if claim.status is Status.OFF else Kind.NEW
    if link.alerted is None:  # nothing but denials so far
        return None if claim.status is Status.OFF or at < link.last_seen else Kind.NEW
    if at < link.last_seen:
        risen = claim.status is Status.LIVE is link.status and claim.stage > link.alerted
        return Kind.ESCALATED if risen else None
    live = claim.status is Status.LIVE
    if live and (link.status is Status.OFF or at - link.last_seen > SILENCE):
        return Kind.REVIVED
    if live and claim.stage > link.alerted:
        return Kind.ESCALATED
    if claim.status.gravity > link.status.gravity:
        return Kind.SETBACK
    return None


def advance(link: Link | None, claim: Claim, at: datetime, *, player_id: int) -> Link:
    """The link after this claim was taken in, whether it was news or not."""
    kind = decide(link, claim, at)
    if link is None:
        told = claim.stage if kind else None
        return Link(
            player_id, claim.club, claim.stage, claim.status, told, at, at, at,
            claim.from_club, claim.deal, claim.fee,
        )  # fmt: skip
    if at < link.last_seen:
        if kind is None:
            return link
        return replace(link, stage=max(link.stage, claim.stage), alerted=claim.stage, changed=link.last_seen)
    return replace(
        link,
        stage=_stage_after(link, claim, kind),
        status=claim.status,
        alerted=_alerted_after(link, claim, kind),
        since=at if kind in (Kind.NEW, Kind.REVIVED) else link.since,
        changed=at if kind else link.changed,
        last_seen=at,
        from_club=claim.from_club or link.from_club,
        deal=claim.deal or link.deal,
        fee=claim.fee or link.fee,
    )


def net(kinds: Iterable[tuple[Kind, Stage, Status]], *, before: Stage | None) -> Kind | None:
    """What several alerts of one link, oldest first, come to when they are told as one.

    `before` is the stage that was told before them, None if the link was not known. Used where many
    entries arrive at once: after a pause, and after quiet hours. None means that all is as it was.
    """
    steps = list(kinds)
    if not steps:
        return None
    first, (last, stage, status) = steps[0][0], steps[-1]
    if before is None:
        return Kind.NEW if status is not Status.OFF else None
    if first is Kind.REVIVED or len(steps) == 1:
        return first if status is Status.LIVE or len(steps) == 1 else None
    if status is not Status.LIVE:
        return Kind.SETBACK
    if stage > before:
        return Kind.ESCALATED
    return last if last is not Kind.REVIVED else None


def _stage_after(link: Link, claim: Claim, kind: Kind | None) -> Stage:
    if kind in (Kind.NEW, Kind.REVIVED):
        return claim.stage
    return max(link.stage, claim.stage)


def _alerted_after(link: Link, claim: Claim, kind: Kind | None) -> Stage | None:
    if kind in (Kind.NEW, Kind.REVIVED):
        return claim.stage
    if kind is None or link.alerted is None:
        return link.alerted
    return max(link.alerted, claim.stage)
