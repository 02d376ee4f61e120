"""Laws of drawing: whatever a card holds, Slack takes it, its buttons are there, and nobody is called."""

from __future__ import annotations

from datetime import UTC, datetime

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from bot.call import Call
from bot.cards.card import Bar, Button, Card, Fact, Facts, Item, Part, Quote, Section, Text, Tone
from bot.request import Answer, Choice
from bot.slack import blocks, modal
from links.claim import Stage, Status
from storage.watch import Channel
from tests.bot.slack.nouns import Message
from tests.bot.slack.referee import message_faults, view_faults
from tests.bot.slack.shown import calls, shown

NASTY = [
    "<!channel>",
    "<@U1>",
    "&",
    "*x*",
    "> q",
    "_",
    "😀" * 40,
    "\u202e",
    "“" * 300,
    "é" * 3000,
    "a\n" * 900,
    "|",
    "",
]
words = some.one_of(
    some.sampled_from(NASTY),
    some.text(max_size=40),
    some.integers(1, 6000).map(lambda length: "ab <&>*" * (length // 7)),
)
whens = some.just(datetime(2026, 8, 31, 14, 30, tzinfo=UTC))
addresses = some.one_of(
    some.none(), some.integers(1, 1900).map(lambda n: "https://a.example/?q=&|" + "x" * n)
)
calls_ = some.builds(lambda word: Call.of("latest", player=word), words)
buttons = some.builds(Button, some.one_of(words, some.just("Go")), calls_, turns=some.booleans())
stages, statuses = some.sampled_from(Stage), some.sampled_from(Status)
facts = some.builds(Fact, words, some.one_of(words, whens))
parts: some.SearchStrategy[Part] = some.one_of(
    some.builds(Text, words, some.booleans()),
    some.builds(Bar, some.one_of(some.none(), stages), stages, statuses),
    some.builds(Facts, some.lists(facts, max_size=5).map(tuple)),
    some.builds(Quote, words, words, addresses, some.one_of(some.none(), whens)),
    some.builds(
        Item, words, words, some.one_of(some.none(), whens), addresses, some.sampled_from(Tone),
        some.lists(buttons, max_size=7).map(tuple),
    ),
)  # fmt: skip
sections = some.builds(Section, words, some.lists(parts, max_size=6).map(tuple))
cards = some.builds(
    Card, words, some.lists(some.one_of(parts, sections), max_size=30).map(tuple), words,
    some.sampled_from(Tone), words, words, some.lists(buttons, max_size=12).map(tuple),
    some.one_of(some.none(), some.just(12)),
)  # fmt: skip
choices = some.lists(some.builds(Choice, words, words, calls_), max_size=14).map(tuple)
slowly = settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


@slowly
@given(some.lists(cards, max_size=4), words, choices)
def test_any_answer_is_a_message_that_slack_takes(
    drawn: list[Card], lead: str, asked: tuple[Choice, ...]
) -> None:
    text, made = blocks.message(drawn, lead=lead, choices=asked)
    payload = {"text": text, "blocks": made, "unfurl_links": False, "unfurl_media": False}
    assert message_faults(payload) == []
    assert calls(Message("C1", "1.1", payload)) == []
    assert not set(text) & {"<", ">"}


@slowly
@given(cards)
def test_the_buttons_of_any_card_are_there(card: Card) -> None:
    _, made = blocks.message((card,))
    made_of = [block for block in made if block["type"] == "actions"]
    short = [each for each in card.buttons[:10] if len(each.call.encode()) <= blocks.BUTTON_VALUE]
    assert sum(len(block["elements"]) for block in made_of) == len(short)


@slowly
@given(some.lists(cards, max_size=3).map(tuple), words, choices)
def test_any_answer_is_a_modal_that_slack_takes(
    drawn: tuple[Card, ...], lead: str, asked: tuple[Choice, ...]
) -> None:
    view = modal.said_view(Answer(lead, drawn, asked), place=Channel("slack", "C1", "T1").id)
    assert view_faults(view) == []
    assert isinstance(shown(view), str)


def test_a_title_alone_is_a_line_of_a_list_and_stands_out_only_over_something() -> None:
    card = Card("Read", (Section("How", (Item("“joins”"), Item("Daily Herald", detail="two reports"))),))
    _, drawn = blocks.message((card,))
    texts = [
        piece
        for block in drawn if block["type"] == "rich_text"
        for line in block["elements"]
        for piece in line["elements"]
    ]  # fmt: skip
    bold = {piece["text"]: piece.get("style", {}).get("bold", False) for piece in texts if "text" in piece}
    assert (bold["• “joins”"], bold["Daily Herald"]) == (False, True)
