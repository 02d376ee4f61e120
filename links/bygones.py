"""Signings that a sentence names in passing: "despite the arrival of Vale", "praised new signing Vale"."""

from __future__ import annotations

from links.groups import HEIR
from links.lines import Line
from links.sentences import CLUB, PERSON


def succeeded(line: Line) -> set[tuple[str, str]]:
    """Those whose "replacement" the sentence tells of, with every club of it: it is somebody else's move."""
    heirs = [group for group in line.groups if group.hints == HEIR]
    return {
        (token.mention.ref, club)
        for heir in heirs
        for token in line.tokens[heir.start : heir.end]
        if token.key == PERSON and token.mention is not None
        for group in line.groups
        if group.kind == CLUB
        for club in group.refs
    }


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
        if group.kind == PERSON and any(start < group.end and group.start < end for start, end in spans)
        for player in group.refs
        for club in clubs
    }
