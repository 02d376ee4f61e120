"""Block Kit as a web page, close enough to Slack's own look to judge a message by eye.

https://docs.slack.dev/reference/block-kit
"""

from __future__ import annotations

import base64
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from html import escape
from typing import Any

Block = Mapping[str, Any]

_LINK = re.compile(r"<(https?://[^|>]+)(?:\|([^>]*))?>")
_DATE = re.compile(r"<!date\^(\d+)\^[^|>]*\|[^>]*>")
_CALL = re.compile(r"<([@#!][^>|]*)(?:\|([^>]*))?>")
# A mark counts at a word's border only.
_MARKS = tuple(
    (
        re.compile(rf"(?<![\w\u2060]){mark}(?=[^\s{mark}\u2060])([^{mark}\n]+?)(?<!\s){mark}(?![\w\u2060])"),
        tag,
    )
    for mark, tag in ((r"\*", "b"), ("_", "i"), ("~", "s"), ("`", "code"))
)

STYLE = """
* { box-sizing: border-box; margin: 0 }
body { font: 15px/1.46668 Lato, "Noto Color Emoji", "DejaVu Sans", sans-serif; color: #1d1c1d;
  background: #fff; padding: 16px; width: 640px }
body.phone { width: 360px }
.message { display: grid; grid-template-columns: 44px 1fr; padding: 6px 0 }
.reply { margin-left: 44px; border-left: 2px solid #ddd; padding-left: 10px }
.face { width: 36px; height: 36px; border-radius: 6px; background: #1f2430; color: #fff; display: grid;
  place-items: center; font-size: 18px }
.who { font-weight: 900 } .app { background: #ddd; color: #616061; font-size: 10px; border-radius: 2px;
  padding: 1px 3px; margin: 0 4px; font-weight: 700 } .time, .faint { color: #616061; font-size: 12px }
.seen { color: #616061; font-size: 13px; margin-bottom: 2px }
.block { margin: 4px 0 8px; overflow-wrap: anywhere } .block.header { font-size: 18px; font-weight: 900 }
.context { font-size: 13px; color: #616061 } hr { border: 0; border-top: 1px solid #ddd; margin: 8px 0 }
.section { display: grid; grid-template-columns: 1fr auto; gap: 12px } .pre { white-space: pre-wrap }
a { color: #1264a3; text-decoration: none } .call { background: #e8f5fa; color: #1264a3; padding: 0 2px }
blockquote { border-left: 4px solid #ddd; padding-left: 12px; white-space: pre-wrap }
.button { display: inline-block; border: 1px solid #bbb; border-radius: 4px; padding: 3px 12px;
  margin: 0 6px 6px 0; font-size: 13px; font-weight: 900; background: #fff; max-width: 220px;
  overflow: hidden; text-overflow: ellipsis; white-space: nowrap; vertical-align: top }
.button.primary { background: #007a5a; border-color: #007a5a; color: #fff }
.button.danger { border-color: #e01e5a; color: #e01e5a }
.menu { border: 1px solid #ddd; border-radius: 6px; background: #f8f8f8; font-size: 12px; padding: 3px 8px;
  max-width: 220px } .menu div { white-space: nowrap; overflow: hidden; text-overflow: ellipsis }
.modal, .home { border: 1px solid #ccc; border-radius: 8px; padding: 16px 20px }
.modal { box-shadow: 0 4px 18px #0003; max-width: 520px } .title { font-size: 20px; font-weight: 900 }
.foot { text-align: right; border-top: 1px solid #ddd; margin-top: 12px; padding-top: 12px }
label { font-weight: 700; display: block } .field { border: 1px solid #bbb; border-radius: 4px;
  padding: 5px 10px; margin: 3px 0; color: #616061 } .field.set { color: #1d1c1d }
img { max-width: 100%; border-radius: 6px }
.notification { background: #f4f4f4; border-radius: 6px; padding: 4px 10px; font-size: 13px;
  margin-bottom: 6px }
h2 { font-size: 12px; color: #999; font-weight: 400; margin: 14px 0 4px; border-top: 1px dashed #ccc }
"""


def page(parts: Sequence[str], *, phone: bool = False) -> str:
    """A whole page of what `message`, `modal`, `home` and `caption` gave; `phone` makes it narrow."""
    body = "".join(parts)
    return (
        f"<!doctype html><meta charset=utf-8><style>{STYLE}</style>"
        f"<body class='{'phone' if phone else ''}'>{body}</body>"
    )


def caption(words: str) -> str:
    """A line that says what follows."""
    return f"<h2>{escape(words)}</h2>"


def message(
    payload: Block,
    *,
    who: str = "Deadline Day",
    private: bool = False,
    reply: bool = False,
    files: Mapping[str, bytes] | None = None,
) -> str:
    """A message as it stands in a channel; without blocks its text alone. `files` are pictures by id."""
    bot = who == "Deadline Day"
    blocks = payload.get("blocks") or []
    inside = "".join(block(each, files or {}) for each in blocks)
    if not blocks:
        inside = f"<div class='block pre'>{mrkdwn(str(payload.get('text', '')))}</div>"
    seen = "<div class=seen>👁 Only visible to you</div>" if private else ""
    app = "<span class=app>APP</span>" if bot else ""
    face = "⚽" if bot else escape(who[:1])
    return (
        f"<div class='message {'reply' if reply else ''}'><div class=face>{face}</div><div>{seen}"
        f"<span class=who>{escape(who)}</span>{app} <span class=time>14:30</span>{inside}</div></div>"
    )


def notification(text: str) -> str:
    """What a notification and a screen reader say of a message."""
    return f"<div class=notification>🔔 {mrkdwn(text)}</div>"


def modal(view: Block) -> str:
    """A window over the channel."""
    buttons = [
        f"<span class='button {kind}'>{escape(view[name]['text'])}</span>"
        for name, kind in (("close", ""), ("submit", "primary"))
        if name in view
    ]
    inside = "".join(block(each, {}) for each in view["blocks"])
    foot = f"<div class=foot>{''.join(buttons)}</div>"
    return f"<div class=modal><div class=title>{escape(view['title']['text'])}</div>{inside}{foot}</div>"


def home(view: Block) -> str:
    """The app's Home tab."""
    return f"<div class=home>{''.join(block(each, {}) for each in view['blocks'])}</div>"


def block(each: Block, files: Mapping[str, bytes]) -> str:
    """One block. Raises ValueError for a type that is not known here."""
    match each["type"]:
        case "divider":
            return "<hr>"
        case "header":
            return f"<div class='block header'>{escape(each['text']['text'])}</div>"
        case "section":
            side = f"<div>{element(each['accessory'])}</div>" if "accessory" in each else ""
            return f"<div class='block section'><div class=pre>{_text(each['text'])}</div>{side}</div>"
        case "context":
            return f"<div class='block context'>{' '.join(map(_text, each['elements']))}</div>"
        case "actions":
            return f"<div class=block>{''.join(map(element, each['elements']))}</div>"
        case "rich_text":
            return f"<div class=block>{''.join(map(_rich, each['elements']))}</div>"
        case "image":
            return f"<div class=block>{_image(each, files)}</div>"
        case "input":
            return _input(each)
    raise ValueError(f"a block of type {each['type']!r} cannot be drawn")


def element(each: Block) -> str:
    """A button, a menu (drawn open) or a field. Raises ValueError for a type that is not known here."""
    match each["type"]:
        case "button":
            return f"<span class='button {each.get('style', '')}'>{escape(each['text']['text'])}</span>"
        case "overflow":
            rows = "".join(f"<div>{escape(o['text']['text'])}</div>" for o in each["options"])
            return f"<div class=menu><b>···</b>{rows}</div>"
        case "static_select" | "external_select" | "conversations_select" | "channels_select":
            chosen = (each.get("initial_option") or {}).get("text", {}).get("text")
            return _field(chosen or each.get("initial_conversation"), each, "⌄")
        case "multi_static_select":
            return _field(", ".join(o["text"]["text"] for o in each.get("initial_options", [])), each, "⌄")
        case "plain_text_input":
            return _field(each.get("initial_value"), each, "")
        case "file_input":
            return "<span class=button>⬆ Upload file</span>"
    raise ValueError(f"an element of type {each['type']!r} cannot be drawn")


def mrkdwn(text: str) -> str:
    """Slack's mrkdwn, whose entities are those of HTML."""
    kept: list[str] = []

    def keep(made: str) -> str:
        kept.append(made)
        return f"\ue000{len(kept) - 1}\ue001"

    text = _DATE.sub(lambda m: keep(_moment(int(m[1]))), text)
    text = _LINK.sub(lambda m: keep(f"<a>{m[2] or m[1]}</a>"), text)
    text = _CALL.sub(lambda m: keep(f"<span class=call>{m[2] or m[1]}</span>"), text)
    for pattern, tag in _MARKS:
        text = pattern.sub(rf"<{tag}>\1</{tag}>", text)
    return re.sub(r"\ue000(\d+)\ue001", lambda m: kept[int(m[1])], text)


def _text(text: Block) -> str:
    return mrkdwn(str(text["text"])) if text["type"] == "mrkdwn" else escape(str(text["text"]))


def _field(value: Any, each: Block, mark: str) -> str:
    shown = value or (each.get("placeholder") or {}).get("text", "")
    return f"<div class='field {'set' if value else ''}'>{escape(str(shown))}&nbsp;{mark}</div>"


def _input(each: Block) -> str:
    optional = " <span class=faint>(optional)</span>" if each.get("optional") else ""
    hint = f"<div class=faint>{escape(each['hint']['text'])}</div>" if "hint" in each else ""
    return (
        f"<div class=block><label>{escape(each['label']['text'])}{optional}</label>"
        f"{element(each['element'])}{hint}</div>"
    )


def _image(each: Block, files: Mapping[str, bytes]) -> str:
    content = files.get((each.get("slack_file") or {}).get("id", ""))
    if not content:
        return f"<div class=field>🖼 {escape(each['alt_text'])}</div>"
    return f"<img src='data:image/png;base64,{base64.b64encode(content).decode()}'>"


def _rich(part: Block) -> str:
    inside = "".join(map(_piece, part["elements"]))
    match part["type"]:
        case "rich_text_section":
            return f"<div class=pre>{inside}</div>"
        case "rich_text_quote":
            return f"<blockquote>{inside}</blockquote>"
        case "rich_text_preformatted":
            return f"<pre>{inside}</pre>"
    raise ValueError(f"rich text of type {part['type']!r} cannot be drawn")


def _piece(piece: Block) -> str:
    match piece["type"]:
        case "text":
            made = escape(piece["text"])
        case "link":
            made = f"<a>{escape(piece.get('text') or piece['url'])}</a>"
        case "date":
            made = _moment(piece["timestamp"])
        case "channel":
            made = f"<span class=call># {escape(piece['channel_id'].lower())}</span>"
        case "user":
            made = f"<span class=call>@{escape(piece['user_id'])}</span>"
        case _:
            raise ValueError(f"a piece of type {piece['type']!r} cannot be drawn")
    for style, tag in (("bold", "b"), ("italic", "i"), ("strike", "s"), ("code", "code")):
        if (piece.get("style") or {}).get(style):
            made = f"<{tag}>{made}</{tag}>"
    return made


def _moment(stamp: int) -> str:
    when = datetime.fromtimestamp(stamp, UTC)
    return f"{when:%b} {when.day}, {when:%Y} {when:%H:%M}"
