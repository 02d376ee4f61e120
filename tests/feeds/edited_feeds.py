"""Pages as no program writes them: feeds made by dice, with signs put in, tags moved and letters lost."""

from __future__ import annotations

import re
from random import Random

from tests.feeds.made_feeds import a_feed

_PUT_IN = (
    "<", ">", "&", "&amp;", "&lt;", "&#38;", "&#8217;", "&#x1F600;", "&#0;", "&nbsp;", "]]>", "<![CDATA[",
    "<!-- x -->", "<?x?>", "</item>", "<item>", "</entry>", "<entry>", "<item/>", "<title>", "</title>",
    "<author>", "</author>", "<name>x</name>", "<email>x@y.example</email>", "<dc:creator>y</dc:creator>",
    " a='1'", " a='1' a='2'", ' xml:base="/x"', ' xmlns:q="u"', "<q:z/>", "\r\n", "\r", "\t", "\x85", "\xa0",
    "\x1c", "'", '"', "/", "=", "İ", "<media:group>", "</media:group>", "<media:content url='x'>",
    "<link href='http://a.example/c'/>", "<guid isPermaLink='true'>", "</guid>", "<x><y/></x>",
    "<category a=''/>", "<content type='text'>", ' xml:lang="de"', ' type="html"', "<author/>",
    "<updated>2026-01-01T00:00:00Z</updated>", "<description><![CDATA[</item>]]></description>",
)  # fmt: skip
_TAG = re.compile(r"<[^<>]*>")


def an_edited_feed(dice: Random) -> bytes:
    text = a_feed(dice).decode("utf-8", "replace")
    for _ in range(dice.randrange(1, 4)):
        text = _edited(text, dice)
    return text.encode("utf-8", "surrogatepass")


def _edited(text: str, dice: Random) -> str:
    edges = [match.start() for match in re.finditer("[<>]", text)] if dice.random() < 0.5 else []
    place = dice.choice(edges) + dice.randrange(2) if edges else dice.randrange(len(text) + 1)
    tags = [match.span() for match in _TAG.finditer(text)]
    kind = dice.random()
    if kind < 0.5 or not tags:
        return text[:place] + dice.choice(_PUT_IN) + text[place:]
    if kind < 0.75:
        return text[:place] + text[place + dice.randrange(1, 9) :]
    start, end = dice.choice(tags)
    if kind < 0.9:
        return text[:place] + text[start:end] + text[place:]
    return text[:start] + text[end:]
