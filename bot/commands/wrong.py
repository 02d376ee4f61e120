"""wrong: somebody says that an alert was read wrongly."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.call import Call
from bot.commands.check import BadValue
from bot.commands.command import Command, Option, Takes, Values
from bot.request import Answer, Choice, Request

if TYPE_CHECKING:
    from bot.commands.desk import Desk

_WHAT = {
    "player": "it is about somebody else",
    "club": "it is another club",
    "stage": "it has come less far, or further",
    "no news": "it is no transfer news at all",
}


async def _wrong(desk: Desk, request: Request, values: Values) -> Answer:
    alert = await desk.store.alert(int(values["alert"]))
    if alert is None:
        raise BadValue(f"There is no alert {values['alert']}. The number stands on its card.")
    what = values.get("what")
    if what is None:
        call = Call("wrong", tuple(values.items()))
        asked = tuple(Choice(word, meaning, call.having("what", word)) for word, meaning in _WHAT.items())
        return Answer(f"What is wrong about “{alert.player} → {alert.club}”?", choices=asked, ok=False)
    await desk.store.add_feedback(alert.id, request.person, what)
    return Answer(f"Thank you. Alert {alert.id} is noted as wrong ({what}) for whoever mends the reader.")


WRONG = Command(
    "wrong",
    "Say that an alert was read wrongly",
    _wrong,
    (
        Option(
            "alert", "the number on the alert's card", takes=Takes.NUMBER, required=True, main=True, low=1
        ),
        Option("what", "what is wrong about it", takes=Takes.CHOICE, choices=tuple(_WHAT)),
    ),
    also=("report",),
    examples=("wrong 12", "wrong 12 what=club"),
)
