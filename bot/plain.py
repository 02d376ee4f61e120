"""Words from feeds and from people, made safe to show anywhere.

Feeds are written by strangers: a title may carry terminal escapes, characters that turn the
direction of writing, or a heap of accents. Nothing here knows a platform; each platform still
escapes its own markup.
"""

from __future__ import annotations

import re
import unicodedata
from urllib.parse import urlsplit

# CSI, OSC/DCS/APC strings and two-byte escapes (ECMA-48), in seven and in eight bits.
_ESCAPES = re.compile(
    r"(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]?"
    r"|(?:\x1b[\]PX^_]|[\x90\x98\x9d\x9e\x9f])[^\x07\x1b\x9c]{0,4096}(?:\x07|\x1b\\|\x9c)?"
    r"|\x1b[ -~]?"
)
_BREAKS = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")
_JOINERS = frozenset("\u200c\u200d")  # Persian spelling and family emoji need them
_DROPPED = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})
_ACCENTS_IN_A_ROW = 4


def plain(text: str) -> str:
    """The text without anything that acts: escapes, control and direction characters, accent heaps.

    Line breaks stay (as newlines), tabs become spaces; what is left reads as it did.
    """
    kept: list[str] = []
    accents = 0
    for letter in unicodedata.normalize("NFC", _BREAKS.sub("\n", _ESCAPES.sub("", text))):
        if letter == "\t":
            letter = " "
        category = unicodedata.category(letter)
        if category in _DROPPED and letter != "\n" and letter not in _JOINERS:
            continue
        accents = accents + 1 if category in ("Mn", "Me") else 0
        if accents <= _ACCENTS_IN_A_ROW:
            kept.append(letter)
    return "".join(kept)


def line(text: str) -> str:
    """The same on one line, every run of white space one space."""
    return " ".join(plain(text).split())


def clip(text: str, limit: int) -> str:
    """At most `limit` characters, cut at a word where one is near, the cut shown by "…"."""
    if len(text) <= limit:
        return text
    if limit <= 1:
        return "…"[:limit]
    head = text[: limit - 1]
    space = head.rfind(" ")
    if space >= (limit * 2) // 3:
        head = head[:space]
    # Never leave half of a joined emoji behind.
    return head.rstrip("\u200c\u200d \n,;:") + "…"


def web_address(address: str | None) -> str | None:
    """The address if it is a plain http or https one that may be shown as a link, else None."""
    if not address:
        return None
    address = address.strip()
    if len(address) > 2000 or plain(address) != address or any(c.isspace() or c in "<>\"'`" for c in address):
        return None
    try:
        parts = urlsplit(address)
    except ValueError:
        return None
    return address if parts.scheme in ("http", "https") and parts.hostname else None
