"""Signings that a sentence names in passing: "despite the arrival of Vale", "praised new signing Vale"."""

from __future__ import annotations

from links.lines import Line
from links.sentences import CLUB, PERSON


def bygone(line: Line) -> set[tuple[str, str]]:
    """The players of whom it tells so, each with every club of the sentence: no opinion makes them news."""
    spans = [
        (hit.start, hit.end)
        for hit in line.hits
        if (hit.meaning.sort, hit.meaning.name) == ("scope", "bygone")
    ]
    clubs = {ref for group in line.groups if group.kind == CLUB for ref in group.refs} if spans else set()
    return {
        (player, club)
        for group in line.groups
        if group.kind == PERSON and any(start <= group.start < end for start, end in spans)
        for player in group.refs
        for club in clubs
    }
