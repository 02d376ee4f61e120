"""Text from feeds and people never acts: no escapes, no directions, no markup, on any card."""

from __future__ import annotations

import unicodedata
from io import StringIO

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from rich.console import Console

from bot.cards.card import Card, Item, Quote, Section, Text, alert_card
from bot.plain import clip, line, plain, web_address
from bot.terminal.cards import print_card
from tests.bot.house import NOW, an_alert

HOSTILE = (
    "\x1b[31mred\x1b[0m \x1b]8;;https://evil.example\x07link\x1b]8;;\x07 \x9b2Jgone \x1bPdcs\x1b\\ \x07\x08 "
    "\u202egnihton\u2066 [bold red]markup[/] [link=https://evil.example]x[/link] :smile: "
    "@everyone <!channel> "
    "Z\u0301\u0302\u0303\u0304\u0305\u0306\u0307\u0308algo \ud800 \x00 \u2028 end"
)


def drawn(card: Card, *, colours: bool = False, width: int = 80, encoding: str = "utf-8") -> str:
    file = StringIO()
    console = Console(
        file=file, width=width, force_terminal=colours, color_system="standard" if colours else None
    )
    print_card(console, card, zone=NOW.tzinfo, now=NOW)
    return file.getvalue()


def test_escapes_and_directions_are_gone_and_the_words_stay() -> None:
    text = line(HOSTILE)
    assert text.startswith("red link gone")
    assert "[bold red]markup[/]" in text
    assert text.endswith("end")
    assert not any(unicodedata.category(letter) in ("Cc", "Cf", "Cs", "Co") for letter in text)


@given(st.text())
def test_plain_text_holds_nothing_that_acts_and_stays_as_it_is(text: str) -> None:
    once = plain(text)
    assert plain(once) == once
    for letter in once:
        assert letter in "\n\u200c\u200d" or unicodedata.category(letter) not in (
            "Cc",
            "Cf",
            "Cs",
            "Co",
            "Cn",
        )
    assert len(line(text).splitlines()) <= 1


@pytest.mark.parametrize("text", ["João Félix", "Højbjerg’s £18m — “done”", "김민재", "👩‍👩‍👧 ok", "a\nb"])
def test_ordinary_text_is_left_alone(text: str) -> None:
    assert plain(text) == text


@given(st.text(), st.integers(0, 40))
def test_clipped_text_is_never_longer(text: str, limit: int) -> None:
    assert len(clip(text, limit)) <= limit
    assert clip(text, limit) == text or clip(text, limit).endswith("…") or limit == 0


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("https://a.example/b?c=d#e", True),
        ("http://a.example", True),
        ("javascript:alert(1)", False),
        ("data:text/html,x", False),
        ("file:///etc/passwd", False),
        ("https://a.example/\x1b[31m", False),
        ("https://a.example/ b", False),
        ("https://[bad", False),
        ("https://a.example/<x>", False),
        ("", False),
        (None, False),
        ("https://a.example/" + "x" * 3000, False),
    ],
)
def test_only_web_addresses_are_shown(address: str | None, shown: bool) -> None:
    assert (web_address(address) is not None) is shown


@pytest.mark.parametrize("colours", [False, True])
def test_a_terminal_shows_hostile_text_as_text(colours: bool) -> None:
    alert = an_alert(
        player=HOSTILE, quote=HOSTILE, outlet=HOSTILE, fee=HOSTILE, also=(HOSTILE,), link="javascript:x"
    )
    text = drawn(alert_card(alert), colours=colours)
    assert "[bold red]markup[/]" in text.replace("\n", " ")
    assert "😄" not in text
    assert "javascript" not in text
    assert "\x07" not in text
    assert "\x1b]" not in text
    assert "\u202e" not in text
    assert ("\x1b" in text) is colours


@given(st.text(max_size=60), st.text(max_size=300), st.sampled_from([40, 80, 120]))
@example("", "0\r\r0", 40)
def test_no_line_is_wider_than_the_terminal(title: str, text: str, width: int) -> None:
    card = Card(
        title, (Text(text), Quote(text, title), Item(title, text), Section(title, (Item(text),))), "Label"
    )
    console = Console(file=StringIO(), width=width)
    for written in drawn(card, width=width).splitlines():
        assert console.measure(written.replace("[", "(")).maximum <= width
        assert written == written.rstrip()


def test_a_terminal_that_knows_no_arrows_gets_letters() -> None:
    class Latin(StringIO):
        encoding = "latin-1"

    file = Latin()
    print_card(Console(file=file, width=80), alert_card(an_alert(fee="£18m")), zone=NOW.tzinfo, now=NOW)
    assert "talks > bid" in file.getvalue()
    file.getvalue().encode("latin-1")
