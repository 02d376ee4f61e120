"""Plain text into Slack's mrkdwn and out of it: nothing in feed text links, formats or calls anybody.

https://docs.slack.dev/messaging/formatting-message-text
"""

from __future__ import annotations

import html
import re
from datetime import UTC, datetime

from bot.plain import clip

_MARKS = re.compile(r"[*_~`]")
_QUOTED = re.compile(r"^(?=&gt;)", re.MULTILINE)
_STILL = "\u2060"  # a word joiner beside a mark: it is no longer at a word's border, so it formats nothing
_ANGLED = re.compile(r"<([^<>|]*)(?:\|([^<>]*))?>")
_MENTION = re.compile(
    r"<(?P<user>@[UW][A-Z0-9]{2,20})(?:\|[^<>]*)?>|<(?P<group>!subteam\^S[A-Z0-9]{2,20})(?:\|[^<>]*)?>"
)


def escape(text: str) -> str:
    """The text as it is read: no entity, no mention, no link, no formatting comes out of it."""
    escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return _QUOTED.sub(_STILL, _MARKS.sub(rf"{_STILL}\g<0>{_STILL}", escaped))


def fit(text: str, room: int) -> str:
    """The text escaped, clipped so that it has at most this many characters afterwards."""
    if len(escape(text)) <= room:
        return escape(text)
    low, high = 0, min(len(text), room)
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if len(escape(clip(text, middle))) <= room else (low, middle - 1)
    return escape(clip(text, low))


def link(address: str, label: str) -> str:
    """A link with its label, which is plain text. An address with a bar or an angle in it is encoded."""
    safe = address.replace("&", "&amp;").replace("<", "%3C").replace(">", "%3E").replace("|", "%7C")
    return f"<{safe}|{escape(label).replace('|', '¦')}>"


def moment(when: datetime) -> str:
    """A time that each reader sees in his own zone."""
    return f"<!date^{int(when.timestamp())}^{{date_short_pretty}} {{time}}|{utc(when)}>"


def utc(when: datetime) -> str:
    """A time for a client that shows none of its own: "31 Aug 2026 14:30 UTC"."""
    at = when.astimezone(UTC)
    return f"{at.day} {at:%b %Y %H:%M} UTC"


def mentions(text: str | None) -> list[str]:
    """The people and user groups that a watch calls, as mrkdwn, each once; nothing else comes out."""
    found = (f"<{match['user'] or match['group']}>" for match in _MENTION.finditer(text or ""))
    return list(dict.fromkeys(found))


def typed(text: str) -> str:
    """What a person wrote, out of what Slack makes of it: entities undone, links as their addresses.

    A person or group that is mentioned stays as Slack writes it, for a watch's mention.
    """

    def bare(match: re.Match[str]) -> str:
        target, label = match[1], match[2]
        if target.startswith(("@", "!subteam")):
            return match[0]
        if target.startswith(("#", "!")):
            return label or ""
        # Slack links "example.org" of itself: what was typed is the label.
        return label if label and "://" not in target.removeprefix("http://" + label) else target

    return html.unescape(_ANGLED.sub(bare, text))
