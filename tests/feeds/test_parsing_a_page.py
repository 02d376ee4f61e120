"""From a page to entries, and clear words for what is no feed."""

from __future__ import annotations

import json
import pickle
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, datetime, timedelta
from multiprocessing import get_context

import pytest

from feeds.errors import NotAFeed
from feeds.parse import parse
from tests.feeds.pages import NOW, a_page, an_item, entries, only, rss


def test_an_rss_page_gives_its_entries_in_order() -> None:
    parsed = parse(
        a_page(
            rss(
                an_item(
                    "Rovers &amp;amp; City talk",
                    "https://rovers.example/news/2?utm_source=rss#top",
                    "&lt;p&gt;First.&lt;/p&gt;&lt;p&gt;Second.&lt;/p&gt;",
                    guid="r-2",
                    pubDate="Sat, 21 Nov 2026 10:30:00 GMT",
                    author="ann@rovers.example (Ann Orr)",
                ),
                an_item("Older", "https://rovers.example/news/1"),
                extra="<language>en-GB</language>",
            )
        )
    )
    assert (parsed.title, parsed.lang, parsed.home) == ("Rovers Daily", "en", "https://rovers.example/")
    first, second = parsed.entries
    assert first.key == "https://rovers.example/news/2"
    assert first.title == "Rovers & City talk"
    assert first.text == "First.\n\nSecond."
    assert first.link == "https://rovers.example/news/2?utm_source=rss#top"
    assert first.guid == "r-2"
    assert first.published == datetime(2026, 11, 21, 10, 30, tzinfo=UTC)
    assert first.author is not None
    assert "Ann Orr" in first.author
    assert (first.lang, first.outlet) == ("en", "Rovers Daily")
    assert first.content_hash
    assert (second.title, second.published, second.author) == ("Older", None, None)


def test_an_atom_page_gives_its_entries() -> None:
    (entry,) = entries(
        """<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="it"><title>Il Giornale</title>
        <link href="https://giornale.example/"/><entry><id>tag:giornale.example,2026:7</id>
        <title type="html">Vale &amp;egrave; vicino</title><link rel="self" href="/self/7"/>
        <link href="/calcio/7"/><published>2026-11-21T11:00:00+01:00</published>
        <updated>2026-11-21T11:20:00+01:00</updated><author><name>Ugo Neri</name></author>
        <summary>breve</summary><content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml">
        <p>Testo &amp; pi&#249;.</p><ul><li>uno</li><li>due</li></ul></div></content></entry></feed>""",
        "application/atom+xml",
    )
    assert (entry.title, entry.text) == ("Vale è vicino", "Testo & più.\n\n- uno\n- due")
    assert entry.link == "https://rovers.example/calcio/7"
    assert entry.published == datetime(2026, 11, 21, 10, tzinfo=UTC)
    assert entry.updated == datetime(2026, 11, 21, 10, 20, tzinfo=UTC)
    assert (entry.author, entry.lang, entry.outlet) == ("Ugo Neri", "it", "Il Giornale")


def test_atom_text_that_is_plain_stays_as_it_is() -> None:
    (entry,) = entries(
        '<feed xmlns="http://www.w3.org/2005/Atom"><title>T</title><entry><id>a</id>'
        '<title type="text">Bids &lt;£5m rejected</title>'
        '<summary type="text">Anything &lt;b was turned down.</summary></entry></feed>'
    )
    assert entry.title == "Bids <£5m rejected"
    assert entry.text == "Anything <b was turned down."


def test_an_rdf_page_gives_its_entries() -> None:
    (entry,) = entries(
        """<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"
        xmlns:dc="http://purl.org/dc/elements/1.1/"><channel rdf:about="x"><title>Old Site</title></channel>
        <item rdf:about="https://old.example/1"><title>Vale</title><link>https://old.example/1</link>
        <dc:date>2026-11-20T09:00:00Z</dc:date><dc:creator>Bo</dc:creator></item></rdf:RDF>"""
    )
    assert (entry.title, entry.author) == ("Vale", "Bo")
    assert entry.published == datetime(2026, 11, 20, 9, tzinfo=UTC)


def test_a_json_feed_gives_its_entries() -> None:
    parsed = parse(
        a_page(
            json.dumps(
                {
                    "version": "https://jsonfeed.org/version/1.1",
                    "title": "City Post",
                    "home_page_url": "https://post.example/",
                    "language": "de-DE",
                    "items": [
                        {
                            "id": 17,
                            "url": "/n/17",
                            "title": "Vale < 5 Mio.",
                            "content_html": "<p>Ja.</p><p>Nein.</p>",
                            "summary": "Ja",
                            "date_published": "2026-11-21T09:00:00Z",
                            "authors": [{"name": "Cy"}, "nobody"],
                        },
                        "rubbish",
                        {"id": "x", "title": ["wrong"], "content_text": "Nur Text\n\nund mehr", "url": 5},
                    ],
                }
            ),
            "application/feed+json",
        )
    )
    assert (parsed.title, parsed.lang) == ("City Post", "de")
    first, second = parsed.entries
    assert (first.title, first.text, first.author) == ("Vale < 5 Mio.", "Ja.\n\nNein.", "Cy")
    assert (first.link, first.guid) == ("https://rovers.example/n/17", "17")
    assert (second.title, second.text, second.link) == ("", "Nur Text\n\nund mehr", None)


def test_the_fullest_text_of_an_entry_is_taken() -> None:
    item = an_item("T", "https://rovers.example/1", "Teaser").replace(
        "</item>",
        '<content:encoded xmlns:content="http://purl.org/rss/1.0/modules/content/"><![CDATA[<p>The whole'
        " story.</p>]]></content:encoded></item>",
    )
    assert only(item).text == "The whole story."


def test_an_entry_of_an_aggregate_names_its_own_outlet() -> None:
    item = an_item("T", "https://agg.example/1").replace(
        "</item>", '<source url="https://post.example/rss">The Post</source></item>'
    )
    assert only(item).outlet == "The Post"


def test_an_entry_may_speak_another_language_than_its_feed() -> None:
    item = an_item("T", "https://rovers.example/1").replace("<item>", '<item xml:lang="es-AR">')
    assert only(item, "<language>en</language>").lang == "es"


@pytest.mark.parametrize(("tag", "code"), [("en_US", "en"), ("eng", "en"), ("x-klingon", None), ("", None)])
def test_a_language_is_two_letters_or_nothing(tag: str, code: str | None) -> None:
    assert parse(a_page(rss(extra=f"<language>{tag}</language>"))).lang == code


def test_an_address_behind_a_counter_gives_way_to_the_articles_own() -> None:
    item = an_item("T", "https://feeds.example/~r/1").replace(
        "</item>",
        '<f:origLink xmlns:f="http://rssnamespace.org/feedburner/ext/1.0">https://rovers.example/1</f:origLink></item>',
    )
    assert only(item).link == "https://rovers.example/1"


def test_an_entry_without_id_link_and_date_is_known_by_its_title() -> None:
    first = only(an_item("Vale joins Rovers"))
    again = only(an_item("Vale  joins ROVERS!"))
    assert (first.link, first.guid, first.published) == (None, None, None)
    assert first.key == again.key != ""


def test_a_guid_that_is_no_address_gives_no_link() -> None:
    entry = only(an_item("T", guid="4711"))
    assert (entry.guid, entry.link) == ("4711", None)
    assert only(an_item("T", guid="https://rovers.example/1")).link == "https://rovers.example/1"


def test_relative_links_are_completed() -> None:
    assert only(an_item("T", "/news/1")).link == "https://rovers.example/news/1"
    based = an_item("T", "1").replace("<item>", '<item xml:base="https://other.example/news/">')
    assert only(based).link == "https://other.example/news/1"


def test_an_entry_without_title_keeps_its_text() -> None:
    entry = only("<item><link>https://rovers.example/1</link><description>Only words.</description></item>")
    assert (entry.title, entry.text) == ("", "Only words.")


def test_an_entry_without_anything_is_none() -> None:
    assert entries(rss("<item></item>", "<item><link>https://rovers.example/1</link></item>")) == ()


@pytest.mark.parametrize(
    "link",
    ["javascript:alert(1)", "data:text/html,x", "mailto:a@b.example", "http://", "https://x.example:99999/"],
)
def test_a_link_that_leads_out_of_the_web_is_dropped(link: str) -> None:
    assert only(an_item("T", link)).link is None


def test_a_password_in_a_link_is_dropped() -> None:
    assert only(an_item("T", "https://bbc.example@evil.example/1")).link == "https://evil.example/1"


def test_an_empty_feed_is_a_feed() -> None:
    parsed = parse(a_page(rss()))
    assert (parsed.title, parsed.entries) == ("Rovers Daily", ())


def test_a_prefixed_atom_page_is_read() -> None:
    (entry,) = entries(
        '<?xml version="1.0"?><?xml-stylesheet href="x.xsl"?><!-- hi --><a:feed xmlns:a="http://www.w3.org/2005/Atom">'
        "<a:title>T</a:title><a:entry><a:id>x</a:id><a:title>Vale</a:title></a:entry></a:feed>"
    )
    assert entry.title == "Vale"


def test_a_wrong_content_type_does_not_matter() -> None:
    assert len(entries(rss(an_item("T")), "text/html; charset=utf-8")) == 1


@pytest.mark.parametrize(
    ("body", "type", "words"),
    [
        ("", "text/xml", "empty"),
        (" \n\ufeff", "text/xml", "empty"),
        ("just words", "text/plain", "plain text"),
        ('{"title": 5}', "application/json", "JSON, but no JSON Feed"),
        ("[" * 100_000, "application/json", "JSON, but no JSON Feed"),
        ("<urlset><url/></urlset>", "text/xml", "sitemap"),
        ('<opml version="2.0"><body/></opml>', "text/xml", "OPML"),
        ("<note><to>you</to></note>", "text/xml", "begins with <note>"),
        (b"\x89PNG\r\n\x1a\n" + bytes(range(256)), "image/png", "image/png"),
        (bytes(range(256)) * 4, "application/octet-stream", "binary"),
        ("<!DOCTYPE html><html><title>A &amp; B\x00 news</title><p>Hi</html>", "text/html", "“A & B news”"),
    ],
)
def test_what_is_no_feed_is_told_in_words(body: str | bytes, type: str, words: str) -> None:
    with pytest.raises(NotAFeed) as caught:
        entries(body, type)
    assert words in caught.value.reason
    assert "\n" not in str(caught.value)


def test_a_web_page_names_the_feeds_that_it_links_to() -> None:
    body = """<!doctype html><html><head><base href="/sport/"><title>Rovers</title>
    <link rel="alternate" type="application/rss+xml" title="Comments" href="comments.xml">
    <link href='rss.xml?a=1&amp;b=2' type='application/rss+xml' rel='alternate nofollow'>
    <LINK REL=alternate TYPE="application/atom+xml" HREF=//feeds.example/atom>
    <link rel="alternate" type="application/rss+xml" href="javascript:alert(1)">
    <link rel="alternate" type="text/html" hreflang="fr" href="/fr"><link rel="stylesheet" href="x.css">"""
    with pytest.raises(NotAFeed) as caught:
        entries(body, "text/html")
    assert caught.value.found == (
        "https://rovers.example/sport/rss.xml?a=1&b=2",
        "https://feeds.example/atom",
        "https://rovers.example/sport/comments.xml",
    )
    assert "it names https://rovers.example/sport/rss.xml" in str(caught.value)
    again = pickle.loads(pickle.dumps(caught.value))
    assert (again.found, str(again)) == (caught.value.found, str(caught.value))


def test_nothing_is_dated_after_it_was_received() -> None:
    def dated(when: datetime) -> datetime | None:
        return only(an_item("T", pubDate=when.strftime("%a, %d %b %Y %H:%M:%S +0000"))).published

    assert dated(NOW - timedelta(hours=1)) == NOW - timedelta(hours=1)
    assert dated(NOW + timedelta(hours=3)) == NOW
    assert dated(NOW + timedelta(days=40)) is None
    assert only(an_item("T", pubDate="yesterday-ish")).published is None


def test_a_page_is_parsed_in_a_worker_process() -> None:
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        good = pool.submit(parse, a_page(rss(an_item("T", "https://rovers.example/1"))))
        bad = pool.submit(parse, a_page("<html>", "text/html"))
        assert [entry.title for entry in good.result().entries] == ["T"]
        with pytest.raises(NotAFeed, match="web page"):
            bad.result()
