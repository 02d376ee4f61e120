"""How values stand in the database: times as microseconds, tuples as JSON, enums as words."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any, overload

from links.claim import Claim, Deal, Stage, Status
from storage.database import Row

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


@overload
def stamp(time: datetime) -> int: ...
@overload
def stamp(time: None) -> None: ...
def stamp(time: datetime | None) -> int | None:
    """Microseconds since 1970 in UTC. TypeError for a time without a zone."""
    return None if time is None else (time - _EPOCH) // _MICROSECOND


@overload
def moment(stamped: int) -> datetime: ...
@overload
def moment(stamped: None) -> None: ...
def moment(stamped: int | None) -> datetime | None:
    """The aware time in UTC that `stamp` was given."""
    return None if stamped is None else _moment(stamped)


@lru_cache(maxsize=4096)
def _moment(stamped: int) -> datetime:
    """Rows that are read together mostly have a few times in common."""
    return _EPOCH + timedelta(microseconds=stamped)


def words(values: Iterable[str]) -> str:
    """A tuple of strings as JSON."""
    return json.dumps([clean(value) for value in values], ensure_ascii=False)


def tuple_of(text: str) -> tuple[str, ...]:
    """The tuple that `words` was given."""
    return tuple(json.loads(text)) if text != "[]" else ()  # most are, and an answer may look at hundreds


def array(values: Iterable[Any]) -> str:
    """Many values as one parameter: SQLite takes a list apart with json_each."""
    return json.dumps(list(values), ensure_ascii=False, separators=(",", ":"))


@overload
def clean(text: str) -> str: ...
@overload
def clean(text: None) -> None: ...
def clean(text: str | None) -> str | None:
    """The text without what no database takes: NUL, and halves of surrogate pairs."""
    if text is None or (text.isascii() and "\0" not in text):
        return text
    try:
        text.encode("utf-8")  # nearly always all is well, and as it is
    except UnicodeEncodeError:
        text = text.encode("utf-8", "replace").decode("utf-8")
    return text.replace("\0", "")


def stage_of(word: str | None) -> Stage | None:
    """None stays None."""
    return None if word is None else Stage.of(word)


def columns_of(claim: Claim) -> dict[str, Any]:
    """What claims and alerts keep of a claim."""
    return {
        "club": claim.club,
        "stage": claim.stage.word,
        "status": claim.status.value,
        "from_club": claim.from_club,
        "deal": claim.deal.value if claim.deal else None,
        "fee": clean(claim.fee),
        "sources": words(claim.sources),
        "quote": clean(claim.quote),
        "why": words(claim.why),
    }


def claim_of(row: Row) -> Claim:
    """The claim in a row of claims."""
    return Claim(
        player=row["player"],
        club=row["club"],
        stage=Stage.of(row["stage"]),
        status=Status(row["status"]),
        from_club=row["from_club"],
        deal=Deal(row["deal"]) if row["deal"] else None,
        fee=row["fee"],
        sources=tuple_of(row["sources"]),
        quote=row["quote"],
        why=tuple_of(row["why"]),
    )
