"""Discord's components as a web page, close enough to Discord's own look to judge a message by eye.

https://docs.discord.com/developers/components/reference
"""

from __future__ import annotations

import base64
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from html import escape
from typing import Any

Part = Mapping[str, Any]
Files = Mapping[str, bytes]

ROW, BUTTON, SELECT, SECTION, TEXT, THUMBNAIL, GALLERY, FILE, SEPARATOR, CONTAINER = (
    1, 2, 3, 9, 10, 11, 12, 13, 14, 17,
)  # fmt: skip
EPHEMERAL = 1 << 6

_HELD = 0xE000  # a letter that a backslash took out of the markdown waits here, in the private use area
_LINK = re.compile(r"\[([^\]\n]+)\]\(&lt;(https?://.+?)&gt;\)")
_MOMENT = re.compile(r"&lt;t:(\d+)(?::([tTdDfFR]))?&gt;")
_CALL = re.compile(r"&lt;@(&amp;)?\d+&gt;")
_COMMAND = re.compile(r"&lt;(/[\w -]+):\d+&gt;")
_MARKS = tuple(
    (re.compile(pattern), tag)
    for pattern, tag in (
        (r"`([^`\n]+)`", "code"), (r"\*\*(.+?)\*\*", "b"), (r"\*([^*\n]+)\*", "i"), (r"__(.+?)__", "u"),
        (r"~~(.+?)~~", "s"),
    )
)  # fmt: skip

STYLE = """
* { box-sizing: border-box; margin: 0 }
body { display: flex; width: max-content; font: 16px/1.375 "gg sans", "Open Sans", "Noto Sans",
  "Noto Color Emoji", "DejaVu Sans", sans-serif; background: #888 }
.side { width: 560px; padding: 12px 16px 16px; background: var(--page); color: var(--ink) }
.phone .side { width: 390px }
.dark { --page: #313338; --box: #2b2d31; --edge: #3f4147; --ink: #dbdee1; --head: #f2f3f5; --faint: #949ba4;
  --link: #00a8fc; --button: #4e5058; --letters: #fff; --field: #1e1f22; --call: #3c4270; --called: #c9cdfb;
  --mine: #36384a }
.light { --page: #fff; --box: #f2f3f5; --edge: #e3e5e8; --ink: #313338; --head: #060607; --faint: #5c5e66;
  --link: #006ce7; --button: #e3e5e8; --letters: #313338; --field: #fff; --call: #e6e8fd; --called: #4450c4;
  --mine: #eef0fe }
.message { display: grid; grid-template-columns: 40px minmax(0, 1fr); gap: 12px; padding: 6px 4px }
.message.private { background: var(--mine) } .face { width: 40px; height: 40px; border-radius: 50%;
  background: #1f2430; display: grid; place-items: center; font-size: 20px }
.who { color: var(--head); font-weight: 600 } .app { background: #5865f2; color: #fff; font-size: 10px;
  border-radius: 3px; padding: 1px 4px; margin: 0 4px; font-weight: 600; vertical-align: 2px }
.time, .small, .said { color: var(--faint); font-size: 12px } .small { font-size: 13px }
h2 { font-size: 12px; color: var(--faint); font-weight: 400; border-top: 1px dashed var(--edge);
  margin: 14px 0 4px; padding-top: 4px }
.container { background: var(--box); border: 1px solid var(--edge); border-left: 4px solid var(--accent);
  border-radius: 8px; padding: 12px; display: grid; grid-template-columns: minmax(0, 1fr); gap: 8px;
  margin: 4px 0; max-width: 600px }
.text { overflow-wrap: anywhere; min-width: 0 } .text h3 { font-size: 17px; color: var(--head) }
.text b { color: var(--head) } blockquote { border-left: 4px solid var(--edge); border-radius: 2px;
  padding-left: 10px } code { background: var(--field); padding: 0 3px; border-radius: 3px; font-size: 14px }
a { color: var(--link); text-decoration: none }
.stamp { background: var(--edge); border-radius: 3px; padding: 0 2px }
.call { background: var(--call); color: var(--called); border-radius: 3px; padding: 0 2px; font-weight: 500 }
hr { border: 0; border-top: 1px solid var(--edge); width: 100% }
.row { display: flex; flex-wrap: wrap; gap: 8px }
.button { background: var(--button); color: var(--letters); border-radius: 8px; padding: 5px 14px;
  font-size: 14px; font-weight: 500; white-space: nowrap; max-width: 100%;
  overflow: hidden; text-overflow: ellipsis }
.s1 { background: #5865f2; color: #fff } .s3 { background: #248046; color: #fff }
.s4 { background: #da373c; color: #fff } .section { display: grid; grid-template-columns: 1fr auto; gap: 12px;
  align-items: start } .select { background: var(--field); border: 1px solid var(--edge); border-radius: 8px;
  padding: 8px 12px; width: 100%; font-size: 14px; color: var(--faint) }
.open { background: var(--field); border: 1px solid var(--edge); border-radius: 8px; padding: 6px 12px;
  font-size: 14px; width: 100% } .open div { padding: 2px 0; white-space: nowrap; overflow: hidden;
  text-overflow: ellipsis } img { width: 100%; border-radius: 8px; display: block }
"""


def page(parts: Sequence[str], *, phone: bool = False) -> str:
    """A whole page of what `message` and `caption` gave, dark and light side by side."""
    body = "".join(parts)
    sides = "".join(f"<div class='side {side}'>{body}</div>" for side in ("dark", "light"))
    return (
        f"<!doctype html><meta charset=utf-8><style>{STYLE}</style>"
        f"<body class='{'phone' if phone else ''}'>{sides}</body>"
    )


def caption(words: str) -> str:
    """A line that says what follows."""
    return f"<h2>{escape(words)}</h2>"


def message(payload: Part, *, asked: str = "", files: Files | None = None) -> str:
    """A message as it stands in a channel; `asked` is the command that it answers.

    Pictures are looked for in `files` by the last two parts of their address.
    """
    flags = int(payload.get("flags") or 0)
    drawn = [text(str(payload["content"]))] if payload.get("content") else []
    drawn += [_part(part, files or {}) for part in payload.get("components") or ()]
    private = "<div class=said>👁 Only you can see this</div>" if flags & EPHEMERAL else ""
    above = (
        f"<div class=said>↱ <b>Bea</b> used <span class=call>{escape(asked)}</span></div>" if asked else ""
    )
    return (
        f"<div class='message{' private' if private else ''}'><div class=face>⚽</div><div>{above}"
        f"<span class=who>Deadline Day</span><span class=app>✓ APP</span><span class=time>today</span>"
        f"{''.join(drawn)}{private}</div></div>"
    )


def _part(part: Part, files: Files) -> str:
    return _DRAWN.get(part["type"], _strange)(part, files)


def _all(parts: Sequence[Part], files: Files) -> str:
    return "".join(_part(part, files) for part in parts)


def _container(part: Part, files: Files) -> str:
    accent = part.get("accent_color")
    colour = f"#{accent:06x}" if accent is not None else "var(--edge)"
    return f"<div class=container style='--accent:{colour}'>{_all(part['components'], files)}</div>"


def _section(part: Part, files: Files) -> str:
    inside, beside = _all(part["components"], files), _part(part["accessory"], files)
    return f"<div class=section><div>{inside}</div>{beside}</div>"


def _button(part: Part, files: Files) -> str:
    return f"<span class='button s{part['style']}'>{escape(part.get('label') or '')}</span>"


def _select(part: Part, files: Files) -> str:
    """Closed, and its first options as they look when it is opened."""
    rows = [
        f"<div>{escape(option['label'])}<br>"
        f"<span class=small>{escape(option.get('description') or '')}</span></div>"
        for option in part["options"]
    ]
    more = f"<div class=small>… {len(rows) - 3} more</div>" if len(rows) > 3 else ""
    closed = f"<div class=select>{escape(part.get('placeholder') or '')} ⌄</div>"
    return f"{closed}<div class=open>{''.join(rows[:3])}{more}</div>"


def _gallery(part: Part, files: Files) -> str:
    drawn = []
    for item in part["items"]:
        name = "/".join(item["media"]["url"].split("/")[-2:])
        held = base64.b64encode(files[name]).decode() if name in files else ""
        alt = escape(item.get("description") or "", quote=True)
        drawn.append(f"<img src='data:image/png;base64,{held}' alt=\"{alt}\">")
    return "".join(drawn)


def _file(part: Part, files: Files) -> str:
    return f"<div class=open>📄 {escape(part['file']['url'].rpartition('/')[2])}</div>"


def _strange(part: Part, files: Files) -> str:
    return f"<div class=open>component {part['type']}</div>"


_DRAWN: dict[int, Callable[[Part, Files], str]] = {
    ROW: lambda part, files: f"<div class=row>{_all(part['components'], files)}</div>",
    BUTTON: _button,
    SELECT: _select,
    SECTION: _section,
    TEXT: lambda part, files: text(part["content"]),
    GALLERY: _gallery,
    FILE: _file,
    SEPARATOR: lambda part, files: "<hr>",
    CONTAINER: _container,
}


def text(markdown: str) -> str:
    """Discord's markdown, as far as the bot writes it."""
    held = re.sub(r"\\([!-/:-@\[-`{-~])", lambda m: chr(_HELD + ord(m[1])), markdown)
    return f"<div class=text>{''.join(map(_line, held.split(chr(10))))}</div>"


def _line(line: str) -> str:
    for mark, before, after in (("### ", "<h3>", "</h3>"), ("-# ", "<div class=small>", "</div>"),
                                ("> ", "<blockquote>", "</blockquote>")):  # fmt: skip
        if line.startswith(mark):
            return f"{before}{_inline(line.removeprefix(mark))}{after}"
    return f"<div>{_inline(line)}</div>" if line else "<br>"


def _inline(line: str) -> str:
    shown = escape(line, quote=False)
    for pattern, tag in _MARKS:
        shown = pattern.sub(rf"<{tag}>\1</{tag}>", shown)
    shown = _LINK.sub(r"<a href='\2'>\1</a>", shown)
    shown = _MOMENT.sub(lambda m: f"<span class=stamp>{_moment(int(m[1]), m[2] or 'f')}</span>", shown)
    shown = _CALL.sub("<span class=call>@Fay</span>", shown)
    shown = _COMMAND.sub(r"<span class=call>\1</span>", shown)
    return "".join(_let_go(letter) for letter in shown)


def _let_go(letter: str) -> str:
    held = ord(letter) - _HELD
    return escape(chr(held)) if 0 <= held < 128 else letter


def _moment(seconds: int, style: str) -> str:
    when = datetime.fromtimestamp(seconds, UTC)
    if style == "R":
        ago = datetime.now(UTC) - when
        hours = int(ago.total_seconds()) // 3600
        return f"{ago.days} days ago" if ago.days else f"{hours} hours ago" if hours else "just now"
    shapes = {"t": "%H:%M", "d": "%d/%m/%Y", "D": "%-d %B %Y", "f": "%-d %B %Y %H:%M"}
    return when.strftime(shapes.get(style, "%-d %B %Y %H:%M"))
