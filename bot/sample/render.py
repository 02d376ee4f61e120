"""A sample outlet's feed as XML, with the outlet's habits: RSS or Atom, markup, ids, dates, encoding."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from email.utils import format_datetime
from html.entities import codepoint2name
from xml.sax.saxutils import escape, quoteattr

from bot.sample.story import Outlet, Story, StoryEntry


@dataclass(frozen=True, slots=True)
class Item:
    """An entry as its feed carries it now. Times in UTC; `link` and `guid` as the outlet writes them."""

    entry: StoryEntry
    published: datetime
    updated: datetime
    link: str
    guid: str | None


def page_of(story: Story, outlet: Outlet, step: int, started: datetime) -> tuple[bytes, datetime]:
    """The feed's body when `step` steps are done, and when it last changed (UTC, whole seconds).

    The same arguments give the same bytes, so that validators outlive the process that gave them out.
    """
    shown = story.shown(outlet, step)
    changed = story.published(shown[-1], started)
    items = _items(story, outlet, shown, started)
    write = _rss if outlet.format == "rss" else _atom
    text = write(outlet, items, changed)
    head = f'<?xml version="1.0" encoding="{outlet.encoding}"?>\n'
    return (head + text).encode(outlet.encoding, errors="xmlcharrefreplace"), changed


def _items(story: Story, outlet: Outlet, shown: Sequence[StoryEntry], started: datetime) -> list[Item]:
    """Newest first; a revision stands in the place of what it revises."""
    current: dict[str, tuple[StoryEntry, StoryEntry]] = {}
    for entry in shown:
        key = entry.revises or entry.id
        first = current[key][0] if entry.revises else entry
        current[key] = (first, replace(entry, id=key))
    items = []
    for first, now in current.values():
        address = f"{outlet.home}/football/{first.id}"
        link = f"{address}?{outlet.tracking}" if outlet.tracking else address
        published = story.published(first, started)
        updated = story.published(replace(first, minute=now.minute), started)
        items.append(
            Item(now, published, updated, link, _guid(outlet, first, address, published, len(shown)))
        )
    return items[::-1]


def _guid(
    outlet: Outlet, entry: StoryEntry, address: str, published: datetime, publications: int
) -> str | None:
    if outlet.ids == "opaque":
        return str(zlib.crc32(entry.id.encode()))
    if outlet.ids == "tag":
        host = outlet.home.removeprefix("https://")
        return f"tag:{host},{published:%Y-%m-%d}:/football/{entry.id}"
    if outlet.ids == "reissued":
        return f"{address}#{publications}"
    return address if outlet.ids == "permalink" else None


def _rss(outlet: Outlet, items: Sequence[Item], changed: datetime) -> str:
    creator = ' xmlns:dc="http://purl.org/dc/elements/1.1/"'
    encoded = ' xmlns:content="http://purl.org/rss/1.0/modules/content/"'
    lines = [
        f'<rss version="2.0"{creator if outlet.author else ""}{encoded if outlet.body == "encoded" else ""}>',
        "<channel>",
        f"<title>{escape(outlet.title)}</title>",
        f"<link>{outlet.home}/</link>",
        f"<description>Football from {escape(outlet.title)}</description>",
        "<language>en-gb</language>",
        f"<lastBuildDate>{_rss_date(outlet, changed)}</lastBuildDate>",
        *(_rss_item(outlet, item) for item in items),
        "</channel>",
        "</rss>",
    ]
    return "\n".join(lines) + "\n"


def _rss_item(outlet: Outlet, item: Item) -> str:
    lines = ["<item>", f"<title>{escape(item.entry.title)}</title>", f"<link>{escape(item.link)}</link>"]
    if item.guid is not None:
        permanent = "true" if outlet.ids == "permalink" else "false"
        lines.append(f'<guid isPermaLink="{permanent}">{escape(item.guid)}</guid>')
    if outlet.author:
        lines.append(f"<dc:creator>{escape(outlet.author)}</dc:creator>")
    lines += [f"<pubDate>{_rss_date(outlet, item.published)}</pubDate>", *_rss_body(outlet, item), "</item>"]
    return "\n".join(lines)


def _rss_body(outlet: Outlet, item: Item) -> list[str]:
    text = item.entry.text
    markup = _markup(outlet, item)
    if outlet.body == "encoded":
        summary = text.partition("\n\n")[0]
        return [
            f"<description>{escape(summary)}</description>",
            f"<content:encoded><![CDATA[{markup}]]></content:encoded>",
        ]
    if outlet.body == "cdata":
        return [f"<description><![CDATA[{markup}]]></description>"]
    return [f"<description>{escape(text if outlet.body == 'text' else markup)}</description>"]


def _atom(outlet: Outlet, items: Sequence[Item], changed: datetime) -> str:
    lines = [
        '<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="en-GB">',
        f"<title>{escape(outlet.title)}</title>",
        f"<id>{outlet.home}/</id>",
        f'<link rel="alternate" type="text/html" href={quoteattr(outlet.home + "/")}/>',
        f"<updated>{_atom_date(outlet, changed)}</updated>",
        f"<author><name>{escape(outlet.author or outlet.title)}</name></author>",
        *(_atom_entry(outlet, item) for item in items),
        "</feed>",
    ]
    return "\n".join(lines) + "\n"


def _atom_entry(outlet: Outlet, item: Item) -> str:
    markup = _markup(outlet, item)
    if outlet.body == "xhtml":
        content = (
            f'<content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml">\n{markup}\n</div></content>'
        )
    else:
        content = f'<content type="html">{escape(markup)}</content>'
    lines = [
        "<entry>",
        f'<title type="text">{escape(item.entry.title)}</title>',
        f"<id>{escape(item.guid or item.link)}</id>",
        f'<link rel="alternate" href={quoteattr(item.link)}/>',
        f"<published>{_atom_date(outlet, item.published)}</published>",
        f"<updated>{_atom_date(outlet, item.updated)}</updated>",
        content,
        "</entry>",
    ]
    return "\n".join(lines)


def _markup(outlet: Outlet, item: Item) -> str:
    """The text as HTML, with what an outlet puts between its sentences: pictures, ways to other pages."""
    blocks: list[str] = []
    for block in item.entry.text.split("\n\n"):
        words = _escaped(outlet, block)
        if block.startswith("- "):
            bullet = f"<li>{words[2:]}</li>"
            if blocks and blocks[-1].endswith("</ul>"):
                blocks[-1] = blocks[-1].removesuffix("</ul>") + f"{bullet}</ul>"
            else:
                blocks.append(f"<ul>{bullet}</ul>")
        elif block.startswith("[caption] "):
            picture = f'<img src="{outlet.home}/pictures/{item.entry.id}.jpg" alt=""/>'
            caption = words.removeprefix("[caption] ")
            blocks.append(f"<figure>{picture}<figcaption>{caption}</figcaption></figure>")
        elif block.startswith("[more] "):
            way = words.removeprefix("[more] ")
            blocks.append(f'<p class="more"><a href="{outlet.home}/more">{way}</a></p>')
        else:
            blocks.append(f"<p>{words}</p>")
    return "\n".join(blocks)


def _escaped(outlet: Outlet, text: str) -> str:
    safe = escape(text)
    if not outlet.entities:
        return safe
    return "".join(
        f"&{codepoint2name[ord(c)]};" if ord(c) in codepoint2name and ord(c) > 127 else c for c in safe
    )


def _rss_date(outlet: Outlet, at: datetime) -> str:
    if outlet.zone is None:
        return format_datetime(at.astimezone(UTC), usegmt=True)
    return format_datetime(at.astimezone(outlet.zone))


def _atom_date(outlet: Outlet, at: datetime) -> str:
    return at.astimezone(outlet.zone or UTC).isoformat()
