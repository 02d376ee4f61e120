"""What people say was misread, for those who can mark it."""

from __future__ import annotations

from collections.abc import Sequence

from bot.call import Call
from bot.cards.card import MISREAD, Button, Card, Item, Quote, Text
from storage.delivery import Alert


def misread_card(cases: Sequence[tuple[Alert, str, int]]) -> Card:
    """What people call misread and nobody has marked: the alert, what is wrong, how many say so."""
    return Card(
        title="Said to be misread",
        parts=tuple(_case(alert, what, many) for alert, what, many in cases)
        or (Text("Nobody has called an alert misread, or all that were are marked."),),
        label="Wrong",
        note="Marking one shows it as misread wherever it was told." if cases else "",
    )


def _case(alert: Alert, what: str, many: int) -> Item:
    says = "1 person says" if many == 1 else f"{many} people say"
    return Item(
        f"Alert {alert.id}: {alert.player} → {alert.club}",
        f"{says}: {MISREAD.get(what, what)}\n{Quote(alert.quote or alert.title).marked}",
        alert.published,
        alert.link,
        buttons=(Button("Mark", Call.of("wrong", alert=alert.id, what=what), f"wrong {alert.id} {what}"),),
    )
