"""Feeds made by dice: every format, every habit that we know of, in order and out of order."""

from __future__ import annotations

from random import Random
from xml.sax.saxutils import escape, quoteattr

from feeds.vocabulary import HANDLED, NAMESPACES

_URIS: dict[str, list[str]] = {}
for _uri, _prefix in NAMESPACES.items():
    _URIS.setdefault(_prefix.lower(), []).append(
        _uri.replace("wellformedweb.org/commentapi", "wellformedweb.org/CommentAPI")
    )
ATOM = "http://www.w3.org/2005/Atom"
_USUAL = {
    "dc": "http://purl.org/dc/elements/1.1/",
    "dcterms": "http://purl.org/dc/terms/",
    "content": "http://purl.org/rss/1.0/modules/content/",
    "media": "http://search.yahoo.com/mrss/",
    "atom": ATOM,
    "itunes": "http://www.itunes.com/dtds/podcast-1.0.dtd",
    "feedburner": "http://rssnamespace.org/feedburner/ext/1.0",
    "slash": "http://purl.org/rss/1.0/modules/slash/",
    "wfw": "http://wellformedweb.org/CommentAPI/",
    "sy": "http://purl.org/rss/1.0/modules/syndication/",
    "rovers": "https://rovers.example/ns#",
    "georss": "http://www.georss.org/georss",
}
_SAID = (
    "Vale joins Rovers on loan as City bid £12m for Orr – “talks” with José Núñez over fee ‘agreed’ today"
    " Żak’s medical: done deal & <b>more</b> R&D Brighton & Hove a<b &lt;b &amp;amp; &nbsp; 5 > 3 ]]"
)
_WORDS = _SAID.split(" ")
_MARKUP = (
    "<p>{}</p><p>{}</p>",
    "<div class='x'>{} <a href=\"/a?b=1&amp;c=2\">{}</a></div>",
    "{}<br/>{}<br /><br>x",
    "<ul><li>{}</li><li>{}</li></ul>",
    "<p>{}</p><script>bad('<p>')</script><img src=x alt='a>b'>{}",
    "<h2>{}</h2>\n\n<blockquote>{}</blockquote><!-- no -->",
    "• {}\n• {}",
    "{} &rsquo;s &#8217; &#x2019; &eacute; {}",
    "<table><tr><td>{}</td><td>{}</td></tr></table>",
    '<span style="color:red">{}</span>\u00a0<em>{}</em> <q>x</q>',
    "{}  \t {}",
    "<p>{}<p>{}",
)
_DATES = (
    "Sat, 21 Nov 2026 10:30:00 GMT",
    "Sat, 21 Nov 2026 10:30:00 +0100",
    "21 Nov 2026 10:30 EST",
    "2026-11-21T10:30:00Z",
    "2026-11-21T10:30:00+01:00",
    "2026-11-21T10:30:00.123456Z",
    "2026-11-21",
    "2026-11-21 10:30:00",
    "Sat, 21 Nov 26 10:30:00 PDT",
    "mer. 12 août 2026 10:30 +0200",
    "31/12/2026 18:00",
    "Thu, 01 Jan 1970 00:00:00 +0000",
    "2026-W47-6",
    "20261121",
    "yesterday",
    "",
    " ",
    "0",
    "Sat, 31 Feb 2026 10:30:00 GMT",
    "Saturday, 21 November 2026 10:30:00 GMT",
    "Sat, 21 Nov 2026 24:00:00 GMT",
    "2026-11-21T10:30:00-0500",
    "Sat, 21 Nov 2026 10:30:00 BST",
    "2027-01-01T00:00:00Z",
    "2026-325",
    "Nov 2026",
    "Sat 21 Nov 2026 10:30:60 GMT",
    "Σαβ, 21 Νοέ 2026 10:30:00 EST",
)
_LINKS = (
    "https://rovers.example/news/{}",
    "http://www.rovers.example/news/{}?utm_source=rss&id={}",
    "/news/{}",
    "https://rovers.example/",
    "//cdn.rovers.example/{}",
    "https:///rovers.example/{}",
    "news/{}?a=1&amp;b={}",
    "https://user:pw@rovers.example/{}",
    "javascript:alert({})",
    "https://rövers.example/é/{}",
    "",
    "mailto:x",
    "https://rovers.example/a b/{}",
    "https://m.rovers.example/amp/{}/",
    "https://rovers.example/x?x={}&copy;y",
    "https://news.google.com/rss/articles/{}?oc=5",
    "https://rovers.example:8443/{}#frag",
    "http://[bad/{}",
)
_BASES = ("https://rovers.example/feed/", "http://cdn.example", "https://rovers.example/a?b=c")
_GUIDS = (
    "{}",
    "tag:rovers.example,2026:{}",
    "https://rovers.example/?p={}",
    "urn:uuid:{}",
    "a<b&{}",
    "",
    "p:///{}",
)
_LANGS = ("en", "en-GB", "it_IT", "deu", "", "xx-yy", "not a language")
_TYPES = (
    "html",
    "text",
    "text/html",
    "text/plain",
    "xhtml",
    "HTML",
    "application/xhtml+xml",
    "image/png",
    "",
)
_TEXTS = (
    "title",
    "title",
    "description",
    "description",
    "summary",
    "content",
    "content:encoded",
    "content:encoded",
    "media:title",
    "media:description",
    "dc:title",
    "dc:description",
    "itunes:summary",
    "subtitle",
    "rights",
)
_DATED = (
    "pubDate",
    "pubDate",
    "published",
    "updated",
    "dc:date",
    "dcterms:created",
    "created",
    "modified",
    "issued",
    "dcterms:modified",
    "lastBuildDate",
    "expirationDate",
)
_PEOPLE = (
    "author",
    "dc:creator",
    "dc:creator",
    "itunes:author",
    "managingEditor",
    "contributor",
    "webMaster",
)
_ODD = (*sorted(HANDLED), "date", "links", "title_detail", "authors", "guidislink", "foo", "comments")


def a_feed(dice: Random) -> bytes:
    """A page; most are in order, some are broken on purpose."""
    made = _Made(dice)
    text = made.page()
    if dice.random() < 0.08:
        text = _broken(text, dice)
    if dice.random() < 0.9:
        return text.encode("utf-8", "replace")
    declared = dice.choice(("iso-8859-1", "utf-16", "windows-1252", "utf-8"))
    return f'<?xml version="1.0" encoding="{declared}"?>{text}'.encode(declared, "replace")


def _broken(text: str, dice: Random) -> str:
    at = dice.randrange(len(text))
    return dice.choice(
        (
            text[:at] + text[at + dice.randrange(1, 9) :],
            text[:at]
            + dice.choice(("<", "&", "]]>", "<x>", "</item>", "\x92", "<!--", "é", "\x00"))
            + text[at:],
            text[:at],
            text + "<!-- behind -->\n& more",
        )
    )


class _Made:
    def __init__(self, dice: Random) -> None:
        self.dice = dice
        self.number = dice.randrange(1000)
        self.wild = dice.random() < 0.15  # things where they do not belong
        self.prefixes = dict(_USUAL)
        if dice.random() < 0.15:
            name, other = dice.choice(list(_USUAL)), dice.choice(list(_USUAL))
            self.prefixes[name] = dice.choice(_URIS.get(other, ["https://x.example/"]))

    def rarely(self, chance: float = 0.08) -> bool:
        return self.dice.random() < (chance * 4 if self.wild else chance)

    def page(self) -> str:
        kind = self.dice.choice(("rss", "rss", "rss", "atom", "atom", "rdf", "rss09", "atom03"))
        names = "".join(f" xmlns:{p}={quoteattr(u)}" for p, u in self.prefixes.items())
        extra = names + self.attributes(0.1)
        items = [self.item(kind) for _ in range(self.dice.choice((0, 1, 1, 2, 3, 5, 8)))]
        head = self.head(kind)
        if self.rarely(0.05):
            head, items = [], self.shuffled([*head, *items])
        body = "\n".join([*head, *items])
        if kind == "atom":
            name = self.dice.choice(("feed", "feed", "atom:feed")) if self.rarely(0.03) else "feed"
            return f"<{name} xmlns={quoteattr(ATOM)}{extra}>{body}</{name}>"
        if kind == "atom03":
            return f'<feed version="0.3" xmlns="http://purl.org/atom/ns#"{extra}>{body}</feed>'
        if kind == "rdf":
            rdf = 'xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"'
            if self.dice.random() < 0.7:
                extra = extra.replace(f" xmlns:atom={quoteattr(ATOM)}", "")
            heads, rest = "\n".join(head), "\n".join(items)
            return f"<rdf:RDF {rdf}{extra}><channel>{heads}</channel>{rest}</rdf:RDF>"
        version = self.dice.choice(("2.0", "0.91", "0.92", "", "2.01"))
        default = ' xmlns="http://backend.userland.com/rss2"' if self.rarely(0.05) else ""
        return f'<rss version="{version}"{default}{extra}><channel>{body}</channel></rss>'

    def shuffled(self, parts: list[str]) -> list[str]:
        return self.dice.sample(parts, len(parts))

    def head(self, kind: str) -> list[str]:
        parts = [self.text("title"), self.link(kind)]
        for name, chance in (
            ("description", 0.5),
            ("subtitle", 0.2),
            ("itunes:summary", 0.1),
            ("rights", 0.1),
        ):
            if self.dice.random() < chance:
                parts.append(self.text(name))
        if self.dice.random() < 0.5:
            parts.append(f"<language>{self.dice.choice(_LANGS)}</language>")
        if self.dice.random() < 0.3:
            parts.append(self.guid(kind))
        if self.dice.random() < 0.3:
            parts.append(
                "<image><url>/i.png</url><title>Pic</title><link>https://pic.example/</link></image>"
            )
        if self.dice.random() < 0.1:
            parts.append("<textInput><title>Search</title><name>q</name><link>/q</link></textInput>")
        if self.dice.random() < 0.4:
            parts.append(f'<atom:link rel="{self.dice.choice(("self", "hub", "alternate"))}" href="/self"/>')
        if self.dice.random() < 0.4:
            parts.append(
                "<ttl>30</ttl><skipHours><hour>3</hour></skipHours><sy:updatePeriod>hourly</sy:updatePeriod>"
            )
        if self.dice.random() < 0.3:
            parts.append(self.person())
        if self.dice.random() < 0.3:
            parts.append(self.dated())
        if self.rarely():
            parts.append(self.odd())
        return parts if self.dice.random() < 0.7 else self.shuffled(parts)

    def item(self, kind: str) -> str:
        self.number += 1
        parts = [self.text("title"), self.link(kind)]
        if self.dice.random() < 0.8:
            parts.append(self.guid(kind))
        parts += [self.text(self.dice.choice(_TEXTS)) for _ in range(self.dice.choice((0, 1, 1, 2, 2, 3)))]
        parts += [self.dated() for _ in range(self.dice.choice((0, 1, 1, 2)))]
        if self.dice.random() < 0.5:
            parts.append(self.person())
        parts += [self.extra() for _ in range(self.dice.choice((0, 0, 1, 2)))]
        if self.rarely():
            parts.append(self.odd())
        if self.rarely(0.05):
            parts = parts[self.dice.randrange(len(parts)) :]
        name = "entry" if kind.startswith("atom") else "item"
        about = f' rdf:about="https://rovers.example/about/{self.number}"' if kind == "rdf" else ""
        parts = parts if self.dice.random() < 0.5 else self.shuffled(parts)
        return f"<{name}{about}{self.attributes(0.05)}>{self.space().join(parts)}</{name}>"

    def space(self) -> str:
        return self.dice.choice(("", "", "\n  ", " loose " if self.rarely(0.02) else ""))

    def attributes(self, chance: float) -> str:
        if not self.rarely(chance):
            return ""
        name, values = self.dice.choice(
            (
                ("xml:lang", _LANGS),
                ("xml:base", _BASES),
                ("lang", _LANGS),
                ("xml:base", _LINKS),
                ("type", _TYPES),
                ("base", _LINKS),
                ("rovers:type", _TYPES),
                ("mode", ("escaped", "base64", "xml")),
                ("href", _LINKS),
                ("id", ("x",)),
                ("rovers:href", _LINKS),
                ("Type", _TYPES),
                ("rdf:about", _LINKS),
                ("url", _LINKS),
            )
        )
        declared = f" xmlns:rdf={quoteattr(_URIS['rdf'][0])}" if name.startswith("rdf:") else ""
        return f"{declared} {name}={quoteattr(self.dice.choice(values))}"

    def words(self) -> str:
        return " ".join(self.dice.choices(_WORDS, k=self.dice.randrange(1, 9)))

    def value(self) -> str:
        """What a text element holds, as XML."""
        text = self.words()
        if self.dice.random() < 0.6:
            text = self.dice.choice(_MARKUP).format(text, self.words())
        if self.rarely(0.05):
            text = text.encode("utf-8").decode("latin-1")
        if self.rarely(0.03):
            text += self.dice.choice(("\x92", "\x85", "\u200b", "\u2028", "\ufeff", "\U0001f600"))
        if self.rarely(0.04):
            return ""
        roll = self.dice.random()
        if roll < 0.4 and "]]" not in text:
            return f"<![CDATA[{text}]]>"
        if roll < 0.45 and "]]" not in text:
            return f"{escape(text[:5])}<!-- in between --><![CDATA[{text[5:]}]]><?pi x?>"
        if roll < 0.48:
            return (
                f"{escape(text)}&eacute;&hellip;&unknown;" if self.wild else f"{escape(text)}&eacute;&#8217;"
            )
        if self.rarely(0.03):
            return f"{escape(text)}<b>bold</b> tail"
        return escape(text)

    def text(self, name: str) -> str:
        inner = self.value()
        kind = ""
        if self.dice.random() < 0.25:
            kind = f' type="{self.dice.choice(_TYPES[:4] if not self.rarely(0.2) else _TYPES)}"'
        more = self.attributes(0.06)
        if kind and " type=" in more:
            more = ""
        element = f"<{name}{kind}{more}>{inner}</{name}>"
        if name.startswith("media:") and self.dice.random() < 0.4:
            outer = self.dice.choice(("media:group", "media:content"))
            return f"<{outer}{' url=' + quoteattr('/i.jpg') if outer[6] == 'c' else ''}>{element}</{outer}>"
        return element

    def address(self) -> str:
        return escape(
            self.dice.choice(_LINKS if self.rarely(0.2) else _LINKS[:3]).format(self.number, self.number)
        )

    def link(self, kind: str) -> str:
        if kind.startswith("atom") != self.rarely(0.02):
            rel = self.dice.choice(
                ("", "", ' rel="alternate"', ' rel="self"', ' REL="alternate"', ' rel="Alternate"')
            )
            type = self.dice.choice(("", ' type="text/html"', ' type="application/json"'))
            return f'<link{rel}{type} href="{self.address().replace(chr(34), "")}"{self.attributes(0.02)}/>'
        name = self.dice.choice(("feedburner:origLink", "link")) if self.rarely() else "link"
        return f"<{name}{self.attributes(0.02)}>{self.address()}</{name}>"

    def guid(self, kind: str) -> str:
        value = escape(self.dice.choice(_GUIDS).format(self.number))
        if kind.startswith("atom"):
            return f"<id{self.attributes(0.02)}>{value}</id>"
        permanent = self.dice.choice(
            ("", ' isPermaLink="false"', ' isPermaLink="true"', ' ispermalink="False"')
        )
        return f"<guid{permanent}>{value}</guid>"

    def dated(self) -> str:
        name = self.dice.choice(_DATED)
        date = self.dice.choice(_DATES if self.rarely(0.2) else _DATES[:6])
        return f"<{name}>{escape(date)}</{name}>"

    def person(self) -> str:
        name = self.dice.choice(_PEOPLE)
        who = self.dice.choice(("Ann Orr", "ann@rovers.example (Ann Orr)", "José", "", "JosÃ©", "<b>Ann</b>"))
        if name in ("author", "contributor") and self.dice.random() < 0.6:
            parts = [f"<name>{escape(who)}</name>"]
            if self.dice.random() < 0.4:
                parts.append("<email>ann@rovers.example</email>")
            if self.dice.random() < 0.3:
                parts.append("<uri>https://ann.example/</uri>")
            return f"<{name}>{''.join(self.shuffled(parts))}</{name}>"
        return f"<{name}>{escape(who)}</{name}>"

    def extra(self) -> str:
        return self.dice.choice(
            (
                "<category>Transfers</category>",
                '<category term="x"/>',
                "<comments>https://x.example/c</comments>",
                '<enclosure url="/a.mp3" type="audio/mpeg" length="1"/>',
                "<slash:comments>3</slash:comments>",
                '<media:content url="/i.jpg" lang="it"><media:credit>PA</media:credit></media:content>',
                '<media:thumbnail url="/t.jpg"/>',
                "<wfw:commentRss>/c</wfw:commentRss>",
                "<rovers:x>1</rovers:x>",
                f'<source url="https://herald.example/rss">{escape(self.words())}</source>',
                "<source><id>s</id><title>Planet</title><updated>2026-11-21</updated></source>",
                "<feedburner:origLink>https://rovers.example/orig/1</feedburner:origLink>",
                "<dc:subject>x</dc:subject>",
                "<dc:language>it</dc:language>",
                "<rovers:wrap><rovers:inner>x</rovers:inner></rovers:wrap>",
                "<itunes:explicit>no</itunes:explicit>",
                '<itunes:image href="/i.png"/>',
                "<dc:publisher>P</dc:publisher>",
                '<rovers:x a="1">text</rovers:x>',
                "<media:keywords>a, b</media:keywords>",
                "<foo>bar</foo>",
            )
        )

    def odd(self) -> str:
        """An element out of place, by the names that feedparser knows."""
        name = self.dice.choice(_ODD).replace("_", ":", 1)
        if name.split(":")[0] not in self.prefixes:
            name = name.replace(":", "")
        inner = self.dice.choice(
            ("", "x", self.text("title"), self.dated(), self.link("rss"), "<name>n</name>", "7 8")
        )
        return f"<{name}{self.attributes(0.2)}>{inner}</{name}>"
