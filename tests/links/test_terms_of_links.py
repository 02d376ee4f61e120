"""Whom a player would leave, in what form, for how much, and who says so: over whole articles."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from feeds.entry import Entry
from links.claim import Claim, Deal
from links.language import language
from links.money import MoneyWords
from links.names import Names
from links.read import read

NAMES = Names.load()


def claims(text: str, title: str = "", **more: Any) -> dict[tuple[str, str], Claim]:
    published = datetime(2026, 1, 14, tzinfo=UTC)
    entry = Entry(key="test", title=title, text=text, lang="en", published=published, **more)
    return {(claim.player, claim.club): claim for claim in read(entry, NAMES).claims}


def test_a_price_that_the_seller_asks_is_asked_of_everybody() -> None:
    found = claims(
        "Everton and Fulham are both keen on Lille winger Teo Varga.\n\nLille want €30m for the 22-year-old."
    )
    assert {key: (c.fee, c.deal) for key, c in found.items()} == {
        ("Teo Varga", "Everton"): ("€30m", Deal.PERMANENT),
        ("Teo Varga", "Fulham"): ("€30m", Deal.PERMANENT),
    }


def test_an_offer_belongs_to_the_club_that_made_it() -> None:
    found = claims("Everton have bid £20m for Lille winger Teo Varga. Fulham are also interested in him.")
    assert found["Teo Varga", "Everton"].fee == "£20m"
    assert found["Teo Varga", "Fulham"].fee is None


def test_of_several_offers_the_last_one_counts() -> None:
    found = claims(
        "Everton are in talks to sign Lille winger Teo Varga. "
        "Their first offer, of £20m, was turned down and they have now offered £24m."
    )
    assert found["Teo Varga", "Everton"].fee == "£24m"


def test_the_other_currency_in_brackets_is_left_out() -> None:
    found = claims("Everton have agreed a fee of 30 million pounds ($40 million) for Lille's Teo Varga.")
    assert found["Teo Varga", "Everton"].fee == "30 million pounds"


def test_a_purchase_that_may_follow_leaves_a_loan_a_loan() -> None:
    found = claims(
        "Everton have signed Teo Varga from Lille on loan. "
        "They hold an option to make the move permanent for £9m."
    )
    assert (found["Teo Varga", "Everton"].deal, found["Teo Varga", "Everton"].fee) == (Deal.LOAN, "£9m")


def test_an_exchange_goes_both_ways() -> None:
    found = claims(
        "Lyon have proposed a swap deal for Lille winger Teo Varga "
        "that would see Lyon striker Marc Orme move to Lille."
    )
    assert {key: (c.from_club, c.deal) for key, c in found.items()} == {
        ("Teo Varga", "Lyon"): ("Lille", Deal.SWAP),
        ("Marc Orme", "Lille"): ("Lyon", Deal.SWAP),
    }


def test_a_description_tells_whose_player_he_is() -> None:
    found = claims(
        "Everton are preparing an offer for Teo Varga.\n\nThe Lille midfielder scored twice on Saturday."
    )
    assert found["Teo Varga", "Everton"].from_club == "Lille"


def test_a_club_that_he_left_long_ago_is_not_the_one_he_would_leave() -> None:
    found = claims(
        "Everton are in talks to sign Teo Varga. "
        "He joined Lille from Metz in 2021 and has two years left there."
    )
    assert found["Teo Varga", "Everton"].from_club == "Lille"


def test_a_credit_in_brackets_holds_for_its_own_item() -> None:
    found = claims(
        "Everton want Lille winger Teo Varga. (Marca)\n\n"
        "Fulham are keen on Lyon striker Marc Orme. (Bild)\n\n"
        "Leeds are in talks with Roma's Ivo Kern. (Kicker)",
        title="Gossip: Varga, Orme, Kern",
    )
    assert {player: claim.sources for (player, _), claim in found.items()} == {
        "Teo Varga": ("Marca",),
        "Marc Orme": ("Bild",),
        "Ivo Kern": ("Kicker",),
    }


def test_a_few_lines_are_credited_as_a_whole() -> None:
    found = claims(
        "Everton are keen on Lille winger Teo Varga. According to Marca, Fulham have asked about him too.",
        title="Marca: Everton and Fulham in for Varga",
    )
    assert {claim.sources for claim in found.values()} == {("Marca",)}


def test_a_source_is_named_once_in_its_fullest_spelling() -> None:
    found = claims(
        "Everton want Lille winger Teo Varga, Fabrizio Romano reports.",
        title="Romano: Everton want Varga",
    )
    assert found["Teo Varga", "Everton"].sources == ("Fabrizio Romano",)


@pytest.mark.parametrize(
    ("text", "outlet"),
    [
        ("Everton want Lille winger Teo Varga, the Echo has learned.", "Liverpool Echo"),
        ("(ANSA) - ROME, JAN 14 - Everton want Lille winger Teo Varga.", "Some Site"),
        ("Everton want Lille winger Teo Varga.\n\nMore @EvertonDesk", "Everton Desk (X)"),
    ],
)
def test_who_publishes_the_article_is_no_source(text: str, outlet: str) -> None:
    found = claims(text, outlet=outlet)
    assert [claim.sources for claim in found.values()] == [()]


def test_the_report_that_adds_something_is_the_one_named_before() -> None:
    found = claims(
        "Everton want Lille winger Teo Varga, according to Marca.\n\n"
        "Nothing has been agreed yet between the parties.\n\n"
        "A scout was at the match on Saturday.\n\n"
        "His agent was there as well.\n\n"
        "The report adds that Fulham have asked about Varga.",
    )
    assert found["Teo Varga", "Fulham"].sources == ("Marca",)


@pytest.mark.parametrize(
    ("text", "sum_"),
    [
        ("a bid of £34m was", "£34m"),
        ("a bid of €60 million was", "€60 million"),
        ("a bid of 40 million euros was", "40 million euros"),
        ("a bid of $10M was", "$10M"),
        ("a bid of £12.5million was", "£12.5million"),
        ("a 19.5 million-euro bid", "19.5 million-euro"),
        ("a bid of £900,000 was", "£900,000"),
        ("a bid of €300k was", "€300k"),
        ("a bid of 300 million yen was", "300 million yen"),
        ("around two million euros was", "two million euros"),
    ],
)
def test_a_sum_is_found_as_it_is_written(text: str, sum_: str) -> None:
    words = language("en")
    assert words is not None
    found = list(MoneyWords.of(words.tables["money"]).find(text, 0, len(text)))
    assert [text[s.start : s.end] for s in found] == [sum_]


def test_what_is_told_of_a_link_stands_in_its_text() -> None:
    text = (
        "Everton have bid £20m for Lille&#8217;s Teo Varga, Marca reports, and Fulham want him on loan. "
        "Lille would like €30m; L&#8217;Equipe says that talks go on."
    )
    for claim in claims(text).values():
        assert claim.fee is None or claim.fee in text
        assert all(source.replace("’", "&#8217;") in text for source in claim.sources)
