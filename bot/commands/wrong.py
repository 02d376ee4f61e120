"""wrong: somebody says that an alert was read wrongly; who runs the bot marks its cards."""

from __future__ import annotations

from bot.call import Call
from bot.cards.card import MISREAD
from bot.commands.check import BadValue
from bot.commands.command import Command, Option, Takes, Tools, Values
from bot.commands.misread import misread_card
from bot.request import Answer, Choice, Request
from storage.delivery import Alert

_NOTHING = "nothing"
_SHOWN = 10


async def _wrong(tools: Tools, request: Request, values: Values) -> Answer:
    if "alert" not in values:
        return await _cases(tools, request)
    alert = await tools.store.alert(int(values["alert"]))
    if alert is None:
        raise BadValue(f"There is no alert {values['alert']}. The number stands on its card.")
    what = values.get("what")
    if what is None:
        return _asked(request, alert, values)
    if request.decides_for_all:
        return await _mark(tools, request, alert, what)
    if what == _NOTHING:
        return Answer.refused("To take the mark off again is for those who run the bot.")
    await tools.store.add_feedback(alert.id, request.person, what)
    return Answer(
        f"Thank you. That alert {alert.id} is wrong ({what}) is noted; whoever runs the bot can mark it so."
    )


def _asked(request: Request, alert: Alert, values: Values) -> Answer:
    call = Call("wrong", tuple(values.items()))
    asked = [Choice(word, meaning, call.having("what", word)) for word, meaning in MISREAD.items()]
    if alert.misread and request.decides_for_all:
        asked.append(Choice(_NOTHING, "it was read rightly after all", call.having("what", _NOTHING)))
    return Answer(f"What is wrong about “{alert.player} → {alert.club}”?", choices=tuple(asked), ok=False)


async def _mark(tools: Tools, request: Request, alert: Alert, what: str) -> Answer:
    """Show it, or show it no more, on every card of the alert."""
    if what == _NOTHING:
        await tools.store.mark_misread(alert.id, None)
        return Answer(f"Alert {alert.id} is shown as it was read.")
    async with tools.store.transaction():
        await tools.store.add_feedback(alert.id, request.person, what)
        await tools.store.mark_misread(alert.id, what)
    return Answer(
        f"Alert {alert.id} is marked as misread ({what}) wherever it was told, and noted for whoever mends"
        " the reader. If it was right after all, say so in the same way."
    )


async def _cases(tools: Tools, request: Request) -> Answer:
    """What others have called misread, for those who can mark it."""
    if not request.decides_for_all:
        like = request.wording.of("wrong", alert=12)
        return Answer.refused(f"Say which alert: {like}. The number stands on its card.")
    said = await tools.store.open_feedback(_SHOWN)
    alerts = await tools.store.alerts(alert for alert, _, _ in said)
    rows = [(alerts[alert], what, many) for alert, what, many in said if alert in alerts]
    return Answer(cards=(misread_card(rows),))


WRONG = Command(
    "wrong",
    "Say that an alert was read wrongly",
    _wrong,
    (
        Option("alert", "the number on the alert's card", takes=Takes.NUMBER, main=True, low=1),
        Option("what", "what is wrong about it", takes=Takes.CHOICE, choices=(*MISREAD, _NOTHING)),
    ),
    also=("report",),
    examples=("wrong 12", "wrong 12 what=club"),
    more="Those who run the bot mark its cards as misread; without a number they see what others have said.",
)
