"""Plain text into Discord's markdown: nothing in it acts, and it fits by construction.

Lengths are counted in UTF-16 units, as Discord's own clients count: never less than characters.
"""

from __future__ import annotations

import re
from datetime import datetime

from bot.plain import clip

# Everything that Discord's markdown gives a meaning to, "@" and "<" of mentions included; a backslash
# takes it away. "://" is broken up so that text from a feed becomes no link.
_SPECIAL = re.compile(r"[\\*_~`|\[\]()<>#@]|:(?=//)")
_LIST = re.compile(r"^(\s*)([-+]|\d+(?=[.)]))", re.MULTILINE)
_MENTION = re.compile(r"<@(!|&)?(\d{1,20})>")
_MASKED = {"(": "%28", ")": "%29", "*": "%2A", "_": "%5F", "|": "%7C", "\\": "%5C", "~": "%7E", "`": "%60"}


def size(text: str) -> int:
    """How long Discord takes the text to be, at most."""
    return len(text) + sum(letter > "\uffff" for letter in text)


def escape(text: str) -> str:
    """The text as it is read, with every mark of markdown taken for a letter."""
    escaped = _SPECIAL.sub(r"\\\g<0>", text)
    return _LIST.sub(lambda m: m[1] + (f"\\{m[2]}" if not m[2].isdigit() else f"{m[2]}\\"), escaped)


def cut(text: str, room: int) -> str:
    """The raw text clipped to this size, for labels where markdown has no meaning."""
    if size(text) <= room:
        return text
    shorter = clip(text, room)
    while size(shorter) > room:
        shorter = clip(shorter, len(shorter) - max(1, (size(shorter) - room) // 2))
    return shorter


def fit(text: str, room: int) -> str:
    """The text escaped, clipped so that it has at most this size afterwards."""
    if room <= 0:
        return ""
    escaped = escape(text)
    if size(escaped) <= room:
        return escaped
    low, high = 0, min(len(text), room)
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if size(escape(clip(text, middle))) <= room else (low, middle - 1)
    return escape(clip(text, low))


def link(label: str, address: str) -> str:
    """A masked link; the label is escaped already."""
    safe = "".join(_MASKED.get(letter, letter) for letter in address)
    return f"[{label}](<{safe}>)"


def moment(when: datetime, style: str = "f") -> str:
    """A time that each reader sees in his own zone: "f" in full, "R" as "3 hours ago", "D" the day."""
    return f"<t:{int(when.timestamp())}:{style}>"


def mentioned(text: str | None) -> tuple[list[int], list[int]]:
    """The people and the roles that a watch's mention calls, each once."""
    found = _MENTION.findall(text or "")
    people = [int(number) for kind, number in found if kind != "&"]
    roles = [int(number) for kind, number in found if kind == "&"]
    return list(dict.fromkeys(people)), list(dict.fromkeys(roles))
