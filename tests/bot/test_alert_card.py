"""What a channel sees of an alert."""

from __future__ import annotations

import pytest

from bot.call import Call
from bot.cards.card import Bar, Facts, Quote, Text, Tone, alert_card
from links.claim import Deal, Stage, Status
from links.link import Kind
from tests.bot.house import NOW, an_alert

OFF, STALLED = Status.OFF, Status.STALLED


@pytest.mark.parametrize(
    ("kind", "before", "stage", "status", "label", "tone", "moved"),
    [
        (Kind.NEW, None, Stage.INTEREST, Status.LIVE, "New link", Tone.NEW, "interest"),
        (Kind.NEW, None, Stage.BID, STALLED, "New link", Tone.NEW, "bid, stalled"),
        (Kind.NEW, None, Stage.DONE, Status.LIVE, "Done deal", Tone.DONE, "done"),
        (Kind.ESCALATED, Stage.TALKS, Stage.BID, Status.LIVE, "Escalated", Tone.RISE, "talks → bid"),
        (Kind.ESCALATED, Stage.MEDICAL, Stage.DONE, Status.LIVE, "Done deal", Tone.DONE, "medical → done"),
        (Kind.SETBACK, Stage.TALKS, Stage.BID, STALLED, "Stalled", Tone.SETBACK, "talks → bid, stalled"),
        (Kind.SETBACK, Stage.TALKS, Stage.TALKS, OFF, "Off", Tone.SETBACK, "talks → off"),
        (Kind.SETBACK, Stage.AGREED, Stage.TALKS, OFF, "Off", Tone.SETBACK, "agreed → off"),
        (Kind.REVIVED, Stage.AGREED, Stage.TALKS, Status.LIVE, "Back on", Tone.REVIVED, "agreed → talks"),
    ],
)
def test_the_label_says_what_happened(
    kind: Kind, before: Stage | None, stage: Stage, status: Status, label: str, tone: Tone, moved: str
) -> None:
    card = alert_card(an_alert(kind=kind, before=before, stage=stage, status=status))
    bar = next(part for part in card.parts if isinstance(part, Bar))
    assert (card.label, card.tone, bar.words) == (label, tone, moved)
    assert moved in card.summary


def test_the_card_carries_who_said_it_where_and_when() -> None:
    alert = an_alert(
        from_club="Liverpool", deal=Deal.LOAN, fee="£2m", sources=("Nora Quill",), also=("The Echo", "Post")
    )
    card = alert_card(alert)
    quote = next(part for part in card.parts if isinstance(part, Quote))
    facts = next(part for part in card.parts if isinstance(part, Facts))
    assert card.title == "Ada Vale: Liverpool → Crystal Palace"
    assert (quote.by, quote.address, quote.published) == (
        "Daily Herald, citing Nora Quill",
        alert.link,
        alert.published,
    )
    assert [(fact.name, fact.value) for fact in facts.facts] == [("Deal", "loan"), ("Fee", "£2m")]
    assert Text("Also reported by The Echo, Post", faint=True) in card.parts


def test_what_nobody_said_is_not_on_the_card() -> None:
    card = alert_card(an_alert())
    assert card.title == "Ada Vale → Crystal Palace"
    assert not any(isinstance(part, Facts | Text) for part in card.parts)


def test_its_buttons_call_what_they_say() -> None:
    card = alert_card(an_alert(id=7, player_id=3))
    assert {button.label: button.call for button in card.buttons} == {
        "Latest": Call.of("latest", player="#3"),
        "Why": Call.of("why", alert=7),
        "Wrong": Call.of("wrong", alert=7),
        "Mute": Call.of("mute", alert=7),
    }
    assert all(len(button.call.encode()) <= 100 for button in card.buttons)  # Discord's custom ids
    assert NOW  # the card has no clock in it: the same alert gives the same card
    assert alert_card(an_alert(id=7, player_id=3)) == card
