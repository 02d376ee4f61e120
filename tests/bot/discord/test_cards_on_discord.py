"""Any card becomes a message that Discord takes; what it says reads as written, and acts on nobody."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.call import Call
from bot.cards.answers import history_card, watches_card
from bot.cards.card import Bar, Button, Card, Fact, Facts, Item, Part, Quote, Section, Text, Tone, alert_card
from bot.discord.cards import CARDS, Message, layout
from bot.discord.handle import Handles
from bot.discord.markup import cut, escape, fit, link, mentioned, size
from bot.request import Choice
from links.claim import Stage, Status
from links.player import Player
from storage.watch import Channel, Watch
from tests.bot.discord import rules
from tests.bot.discord.people import read
from tests.bot.discord.town import Json
from tests.bot.house import NOW, an_alert

LETTERS = st.text(st.sampled_from("ab @<>[]()*_~`|#-+.:/\\\n1éش👩‍👧😀"), max_size=60)
LONG = st.builds(lambda text, times: text * times, LETTERS, st.sampled_from([1, 7, 90]))


def drawn(*cards: Card, **more: object) -> Json:
    """A message as it is sent; the rules hold for it."""
    view = layout(Message(cards=cards, **more), Handles())  # type: ignore[arg-type]
    sent: Json = {"flags": rules.V2, "components": view.to_components()}
    rules.message(sent)
    return {**sent, "content": ""}


def buttons() -> st.SearchStrategy[Button]:
    return st.builds(
        Button, LETTERS, st.builds(lambda text: Call.of("watch", player=text), LETTERS), turns=st.booleans()
    )


def parts() -> st.SearchStrategy[Part]:
    return st.one_of(
        st.builds(Text, LONG, st.booleans()),
        st.builds(Bar, st.none() | st.sampled_from(Stage), st.sampled_from(Stage), st.sampled_from(Status)),
        st.builds(Facts, st.lists(st.builds(Fact, LETTERS, LETTERS | st.just(NOW)), max_size=9).map(tuple)),
        st.builds(Quote, LONG, LETTERS, LETTERS | st.just("https://a.example/" + "x(" * 300),
                  st.none() | st.just(NOW), st.lists(LETTERS, max_size=5).map(tuple)),
        st.builds(Item, LETTERS, LONG, st.none() | st.just(NOW), st.none() | st.just("https://a.example/x"),
                  st.sampled_from(Tone), st.lists(buttons(), max_size=4).map(tuple)),
    )  # fmt: skip


def cards() -> st.SearchStrategy[Card]:
    inside = st.lists(parts(), max_size=12).map(tuple)
    return st.builds(
        Card, LONG, st.lists(parts() | st.builds(Section, LETTERS, inside), max_size=20).map(tuple),
        label=LETTERS, tone=st.sampled_from(Tone), note=LONG, number=st.none() | st.integers(1, 10**9),
        buttons=st.lists(buttons(), max_size=8).map(tuple),
    )  # fmt: skip


@settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    st.lists(cards(), max_size=CARDS),
    LONG,
    st.lists(st.builds(Choice, LETTERS, LONG, st.just(Call.of("x"))), max_size=40),
)
def test_any_cards_text_and_choices_make_a_message_within_the_limits(
    many: list[Card], text: str, choices: list[Choice]
) -> None:
    drawn(*many, text=text, choices=tuple(choices))


@given(LONG, st.integers(0, 300))
def test_clipped_text_fits_and_unescapes_to_a_beginning_of_what_was_written(text: str, room: int) -> None:
    shown = fit(text, room)
    assert size(shown) <= room
    assert size(cut(text, room)) <= room
    plain = rules_unescape(shown)
    assert plain == text or plain.endswith("…") or not plain
    assert text.startswith(plain.rstrip("…").rstrip()) or not plain


def rules_unescape(text: str) -> str:
    return read({"content": text, "components": []}) if text else ""


@pytest.mark.parametrize("limit", [3999, 4000, 4001, 9000])
def test_at_the_limit_of_a_messages_characters_the_rest_is_counted_not_shown(limit: int) -> None:
    words = tuple(Text("word " * 40) for _ in range(limit // 200 + 1))
    shown = read(drawn(Card("Title", words, note="Note")))
    assert ("more that do not fit here" in shown) == (limit > 3900)
    assert shown.endswith("-# Note")


@pytest.mark.parametrize("many", [24, 25, 26, 200])
def test_at_the_limit_of_a_selects_options_the_first_are_shown(many: int) -> None:
    choices = tuple(Choice(f"Player {n}", "", Call.of("latest", player=f"#{n}")) for n in range(many))
    (select,) = [
        p
        for p in rules.walk(drawn(text="Which?", choices=choices)["components"])
        if p["type"] == rules.SELECT
    ]
    assert len(select["options"]) == min(many, 25)


@pytest.mark.parametrize(("many", "asked"), [(1, "Choose …"), (2, "Which one?")])
def test_a_single_choice_is_not_asked_which(many: int, asked: str) -> None:
    choices = tuple(Choice(f"Player {n}", "", Call.of("latest", player=f"#{n}")) for n in range(many))
    parts = rules.walk(drawn(choices=choices)["components"])
    assert [part["placeholder"] for part in parts if part["type"] == rules.SELECT] == [asked]


@pytest.mark.parametrize("length", [79, 80, 81, 500])
def test_at_the_limit_of_a_label_it_is_clipped(length: int) -> None:
    card = Card("Title", buttons=(Button("x" * length, Call.of("help")),))
    (button,) = [part for part in rules.walk(drawn(card)["components"]) if part["type"] == rules.BUTTON]
    assert len(button["label"]) == min(length, 80)


def test_a_call_too_long_for_an_id_is_kept_under_a_short_one() -> None:
    call = Call.of("watch", player="😀" * 60, club="b" * 60)
    handles = Handles()
    assert size(handles.of(call)) <= 100
    assert handles.of(call) != handles.of(call)


ACTS = [
    "@everyone", "<@123456789012345678>", "<@&123456789012345678>", "<#1>", "</watch:1>", "<:a:1>", "<t:1:R>",
    "[safe](https://evil.example)", "**bold**", "||spoiler||", "`code`", "# big", "> quote", "- list",
    "1. list",
    "https://evil.example", "-# small", "_under_", "~~gone~~", "<https://evil.example>", "\\@everyone",
]  # fmt: skip


@pytest.mark.parametrize("text", ACTS)
def test_markup_in_a_feeds_text_or_a_players_name_stays_text(text: str) -> None:
    shown = escape(text)
    assert rules_unescape(shown) == text
    acting = [
        letter for place, letter in enumerate(shown) if letter in "*_~`|[]()<>#@" and shown[place - 1] != "\\"
    ]
    assert acting == []
    assert "://" not in shown.replace("\\:", "")
    assert not shown.startswith(("-", ">", "#", "1."))
    card = alert_card(an_alert(player=text, quote=text, club=text, outlet=text))
    assert text in read(drawn(card))


def test_an_address_cannot_end_its_link() -> None:
    assert link("x", "https://a.example/b)_(c") == "[x](<https://a.example/b%29%5F%28c>)"


def test_an_alert_reads_as_it_should() -> None:
    card = alert_card(an_alert(from_club="Liverpool", fee="£18m", also=("The Echo",), sources=("Ada Quill",)))
    stamp = int((NOW - timedelta(minutes=5)).timestamp())
    assert read(drawn(card)).split("\n") == [
        "-# 🟠 **Escalated** · alert 12",
        "### Ada Vale: Liverpool → Crystal Palace",
        "▰▰▰▰▱▱▱ **talks → bid**",
        "Fee **£18m**",
        "> “Palace have bid for Ada Vale.”",
        "-# [Daily Herald, citing Ada Quill](<https://herald.example/1>)",
        f"-# <t:{stamp}:f> · <t:{stamp}:R>",
        "-# Also reported by The Echo",
        "[Latest]",
        "[Why]",
        "[Wrong]",
        "[Mute]",
    ]


def test_a_list_of_bare_lines_has_points_and_under_a_colour_no_row_repeats_it() -> None:
    rows = (Item("only a line"), Item("Lille", "had got as far as talks", NOW, tone=Tone.SETBACK))
    shown = read(drawn(Card("Title", (Section("Off", rows, Tone.SETBACK),)))).split("\n")
    stamp = int(NOW.timestamp())
    assert shown[1:] == [
        "**🔴 Off**", "• only a line", "**Lille** — had got as far as talks", f"-# <t:{stamp}:f>",
    ]  # fmt: skip


def test_an_alert_that_was_misread_says_so_first() -> None:
    shown = read(drawn(alert_card(an_alert(misread="club")))).split("\n")
    assert shown[0] == "-# 🔴 **Misread** · alert 12"
    assert shown[2] == "Take no notice: it is another club."


def test_a_page_of_watches_offers_each_thing_that_can_be_done_as_one_select() -> None:
    rows = [
        (Watch(n, Channel("discord", "1", "2"), n, paused="muted" if n % 2 else None), f"Player {n}", [])
        for n in range(1, 16)
    ]
    message = drawn(watches_card(rows, page=1, pages=2, here="here"))
    selects = [part for part in rules.walk(message["components"]) if part["type"] == rules.SELECT]
    assert [select["placeholder"] for select in selects] == ["Latest …", "Resume …", "Remove …", "Mute …"]
    assert "Player 15" in read(message)


def test_each_change_of_a_history_has_its_button() -> None:
    alerts = [an_alert(id=n) for n in range(6)]
    message = drawn(history_card(Player(1, "Ada Vale"), None, alerts, older=True, newer=True))
    assert read(message).count("[Why]") == 6


def test_only_well_formed_mentions_are_taken_from_a_watch() -> None:
    assert mentioned("<@12> <@!12> <@&34> @everyone <@x>") == ([12], [34])
