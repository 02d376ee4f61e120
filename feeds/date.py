"""Dates as feeds write them."""

from __future__ import annotations

import calendar
import re
import time
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

# Zones that people write into feeds and that neither RFC 822 nor the standard library knows. "IST" is not
# here: Irish, Indian and Israeli sites all mean their own.
_ZONES = {
    "AEDT": "+1100",
    "AEST": "+1000",
    "ART": "-0300",
    "BRT": "-0300",
    "BST": "+0100",
    "CEST": "+0200",
    "CET": "+0100",
    "EEST": "+0300",
    "EET": "+0200",
    "JST": "+0900",
    "MESZ": "+0200",
    "MEZ": "+0100",
    "MSK": "+0300",
    "TRT": "+0300",
    "UTC": "+0000",
    "WEST": "+0100",
    "WET": "+0000",
}
_ZONE = re.compile(r"\s+(?:(?:GMT|UTC)\s?([+-]\d{1,2}):?(\d\d)?|([A-Z]{3,4}))$")
_SPACED_OFFSET = re.compile(r"\s+([+-]\d\d:?\d\d|Z)$")
_NUMERIC_DAY = re.compile(r"(\d{1,2})[./](\d{1,2})[./](\d{4})\b(.*)")

# As nearly every feed writes, read without asking around.
_USUAL = re.compile(
    r"([A-Z][a-z][a-z]), (\d\d) ([A-Z][a-z][a-z]) (\d{4}) ([012]\d:\d\d:\d\d) (GMT|[+-]\d\d[0-5]\d)", re.ASCII
)
_DAYS = frozenset(("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"))
_MONTH_NAMES = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_USUAL_MONTHS = {name: f"{n:02}" for n, name in enumerate(_MONTH_NAMES, 1)}
_TIMESTAMP = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{3}|\.\d{6})?(?:Z|[+-]\d\d:\d\d)", re.ASCII)

# First letters of month names that are not the English ones, lower case, without accents.
_MONTHS = {
    "janv": "Jan", "ene": "Jan", "gen": "Jan", "jän": "Jan", "oca": "Jan",
    "fev": "Feb", "fév": "Feb", "şub": "Feb",
    "mär": "Mar", "mrt": "Mar", "maa": "Mar",
    "avr": "Apr", "abr": "Apr", "nis": "Apr",
    "mai": "May", "mag": "May", "mei": "May", "mayo": "May",
    "juin": "Jun", "giu": "Jun", "haz": "Jun",
    "juil": "Jul", "lug": "Jul", "tem": "Jul",
    "aoû": "Aug", "aou": "Aug", "ago": "Aug", "ağu": "Aug",
    "set": "Sep", "eyl": "Sep",
    "ott": "Oct", "okt": "Oct", "out": "Oct", "eki": "Oct",
    "kas": "Nov",
    "déc": "Dec", "dic": "Dec", "dez": "Dec", "ara": "Dec",
}  # fmt: skip
_LOCAL = re.compile(r"(?:^|[,\s])(\d{1,2})\.?\s+(?:de\s+)?([^\W\d_]{3,12})\.?\s+(?:de\s+)?(\d{4})\b(.*)")


def moment(written: str | None, parsed: time.struct_time | None = None) -> datetime | None:
    """The moment that a feed wrote, aware and in UTC; None for none and for nonsense.

    `parsed` is what feedparser made of it (in UTC), asked last: it knows habits that have died out.
    Without a zone it is taken as UTC. Years before 1995 are nonsense: no feed is older, and clocks that
    were never set say 1970.
    """
    if not written or len(written) > 100:
        return None
    quick = _usual(written)
    if quick is not None:
        return quick if 1995 <= quick.year <= 2200 else None
    text = " ".join(written.split())
    for read in (_rfc822, _iso, _local, lambda _: _from_struct(parsed)):
        try:
            found = read(text)
            if found is not None:
                found = (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)
        except (ValueError, OverflowError, TypeError, IndexError, AttributeError, OSError):
            continue
        if found is not None:
            return found if 1995 <= found.year <= 2200 else None
    return None


def settled(when: datetime | None, received: datetime | None) -> datetime | None:
    """The moment, with the future taken out: nothing is published after it was received.

    Up to a day ahead is a site that writes its local time under the wrong zone; more is nonsense.
    """
    if when is None or received is None or when <= received:
        return when
    return received if when - received <= timedelta(days=1) else None


def _usual(text: str) -> datetime | None:
    """What the ways below make of the two spellings that nearly all feeds use."""
    try:
        match = _USUAL.fullmatch(text)
        if match is None:
            return datetime.fromisoformat(text).astimezone(UTC) if _TIMESTAMP.fullmatch(text) else None
        name, day, month, year, clock, zone = match.groups()
        if name not in _DAYS or clock >= "24":
            return None
        # Quicker than to make six numbers of it.
        written = f"{year}-{_USUAL_MONTHS[month]}-{day}T{clock}"
        if zone in ("GMT", "+0000"):
            return datetime.fromisoformat(f"{written}Z")
        if zone[1:] < "2400":
            return datetime.fromisoformat(f"{written}{zone[:3]}:{zone[3:]}").astimezone(UTC)
        when = datetime.fromisoformat(f"{written}Z")
        offset = timedelta(hours=int(zone[1:3]), minutes=int(zone[3:]))
        return when - offset if zone[0] == "+" else when + offset
    except (ValueError, OverflowError, KeyError):
        return None


def _rfc822(text: str) -> datetime:
    if zone := _ZONE.search(text):
        hours, minutes, name = zone.groups()
        offset = _ZONES.get(name or "") or (f"{int(hours):+03d}{minutes or '00'}" if hours else None)
        if offset:
            text = f"{text[: zone.start()]} {offset}"
    return parsedate_to_datetime(text)


def _iso(text: str) -> datetime:
    return datetime.fromisoformat(_SPACED_OFFSET.sub(r"\1", text))


def _local(text: str) -> datetime | None:
    """As in "mer. 12 août 2026 10:30 +0200", "31/12/2026 18:00": day first, as most of the world writes."""
    if match := _LOCAL.search(text):
        day, name, year, rest = match.groups()
        name = name.lower()
        month = next((_MONTHS[name[:n]] for n in (4, 3) if name[:n] in _MONTHS), name[:3].title())
        clock = rest.replace(",", " ") if ":" in rest else " 00:00:00"
        return _rfc822(f"{day} {month} {year} {clock.strip()}")
    if match := _NUMERIC_DAY.match(text):
        day, month, year, rest = match.groups()
        return _iso(f"{year}-{int(month):02d}-{int(day):02d}{rest.replace(',', '')}")
    return None


def _from_struct(parsed: time.struct_time | None) -> datetime | None:
    return datetime.fromtimestamp(calendar.timegm(parsed), UTC) if parsed else None
