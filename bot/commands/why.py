"""why: the sentence, the rule and the gate behind an alert, or why there was none."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from bot.audience import best_tier, silent_because
from bot.call import Call
from bot.cards.answers import silence_card, why_card
from bot.cards.card import Bar, Quote
from bot.cards.span import ago, span
from bot.commands.check import BadValue
from bot.commands.command import Command, Completes, Option, Takes, Tools, Values
from bot.commands.complete import watched
from bot.commands.options import CLUB, club_named, one_player
from bot.request import Answer, Request
from links.claim import Status
from links.link import Link
from links.player import Player
from storage.delivery import Alert, Delivery, DeliveryState
from storage.entry import StoredClaim

_REPORTS = 4


async def _why(tools: Tools, request: Request, values: Values) -> Answer:
    about = values.get("player", "")
    number = values.get("alert") or (about if about.isascii() and about.isdigit() else None)
    if number is not None:
        alert = await tools.store.alert(int(number)) if len(number) < 16 else None
        if alert is None:
            raise BadValue(f"There is no alert {number}. The number stands on its card.")
        return Answer(cards=(why_card(alert, await _verdict(tools, request, alert)),))
    if not about:
        return await _last_here(tools, request)
    club = club_named(tools, values["club"]) if "club" in values else None
    player = await one_player(tools, about, Call("why", tuple(values.items())), request.wording)
    if isinstance(player, Answer):
        return player
    return await _about(tools, request, player, club)


async def _last_here(tools: Tools, request: Request) -> Answer:
    """The last alert that one of this channel's watches is on."""
    found: list[Alert] = []
    for watch in await tools.store.watches(request.channel):
        if watch.player_id is not None:
            found += await tools.store.alerts_of(watch.player_id, watch.club, limit=1)
    if not found:
        hint = request.wording.of("why", player="Joe Gomez")
        return Answer.refused(f"No alert was told here so far. Name a player: {hint}")
    alert = max(found, key=lambda each: each.id)
    return Answer(cards=(why_card(alert, await _verdict(tools, request, alert)),))


async def _about(tools: Tools, request: Request, player: Player, club: str | None) -> Answer:
    """The last alert of a player, and the reports after it that were no news."""
    alerts = await tools.store.alerts_of(player.id, club, limit=1)
    last = alerts[0] if alerts else None
    claims = await tools.store.claims_of(player.id, club, limit=_REPORTS + 4)
    later = [stored for stored in claims if last is None or _after(stored, last)][:_REPORTS]
    links = {link.club: link for link in await tools.store.links_of(player.id)}
    cards = [why_card(last, await _verdict(tools, request, last))] if last else []
    if later:
        told = (
            f"Reports since then that were no news: {len(later)}"
            if last
            else "Nothing was told of him so far"
        )
        rows = [_silence(stored, links.get(stored.claim.club), request.now) for stored in later]
        cards.append(silence_card(player, rows, told))
    if not cards:
        to = f" with {club}" if club else ""
        return Answer.refused(
            f"No report that was read has linked {player.name}{to or ' with a club'} so far."
        )
    return Answer(cards=tuple(cards))


def _after(stored: StoredClaim, alert: Alert) -> bool:
    return stored.at > alert.published and not (stored.link == alert.link and stored.claim.club == alert.club)


def _silence(stored: StoredClaim, link: Link | None, now: datetime) -> tuple[str, str, Quote]:
    claim = stored.claim
    title = f"{claim.club}: {Bar(None, claim.stage, claim.status).words}"
    quote = Quote(claim.quote or stored.title, stored.outlet or "", stored.link, stored.at, claim.sources)
    return title, no_news(stored, link, now), quote


def no_news(stored: StoredClaim, link: Link | None, now: datetime) -> str:
    """Why a report that gave no alert gave none, as far as the link shows it."""
    claim = stored.claim
    if link is None or link.alerted is None:
        if claim.status is Status.OFF:
            return "it denies what nobody had reported"
        return "it was read in a feed's first poll, or after it was two weeks old: kept, not told"
    if claim.status is not Status.LIVE:
        return f"that it is {claim.status.value} was known"
    if claim.stage <= link.alerted:
        return f"{link.alerted.word} was told already, {ago(link.changed, now)}"
    return "a later report had the last word by then"


async def _verdict(tools: Tools, request: Request, alert: Alert) -> str:
    """Was this channel told, and by which of its watches; or what kept it silent."""
    here = [
        watch
        for watch in await tools.store.watches(request.channel)
        if watch.player_id in (None, alert.player_id) and watch.club in (None, alert.club)
    ]
    settings = await tools.store.channel_settings(request.channel)
    tier = best_tier((*alert.sources, alert.outlet), tools.names.source_tier)
    fitting: list[str] = []
    reasons: list[str] = []
    for watch in here:
        name = watched(watch, {alert.player_id: alert.player})
        reason = silent_because(alert, watch, settings, tier=tier)
        if watch.created and watch.created > alert.seen:
            reason = reason or "the watch was made after it"
        if reason is None:
            fitting.append(f", by the watch on {name} from {watch.from_stage.word} on")
        else:
            reasons.append(reason)
    delivery = await tools.store.delivery_to(alert.id, request.channel)
    if delivery is not None:
        return _told(delivery, alert, fitting[0] if fitting else "", request.now)
    if fitting:
        return "Not told: it was read in a feed's first poll, or together with later news of the same link."
    if not here:
        return f"Not told: {alert.player} is not watched here."
    return f"Not told: {_joined(reasons)}."


def _lag(delivery: Delivery, alert: Alert) -> str:
    """How long it took from the article to the message here."""
    if delivery.sent is None:
        return ""
    seen, posted = span(alert.seen - alert.published), span(delivery.sent - alert.seen)
    return f" Seen {seen} after it was published, posted {posted} after that."


def _told(delivery: Delivery, alert: Alert, by: str, now: datetime) -> str:
    """How far the telling has come; `by` says for whose sake."""
    match delivery.state:
        case DeliveryState.SENT:
            return f"Told here{by}.{_lag(delivery, alert)}"
        case DeliveryState.MERGED:
            return "Told here as part of a later alert of the same link, unless they came to nothing."
        case DeliveryState.GIVEN_UP:
            return f"Not told: {delivery.error or 'it was given up'}."
        case _:
            when = ago(delivery.due, now) if delivery.due > now else "now"
            return f"To be told here {when}{by}."


def _joined(reasons: Sequence[str]) -> str:
    return "; ".join(dict.fromkeys(reasons))


WHY = Command(
    "why",
    "The sentence and the rule behind an alert, or why there was none",
    _why,
    (
        Option(
            "player",
            "a player's name or the number on an alert's card",
            completes=Completes.PLAYER,
            main=True,
            longest=60,
        ),
        CLUB,
        Option("alert", "the number on the alert's card", takes=Takes.NUMBER, low=1, hidden=True),
    ),
    also=("explain", "why not"),
    examples=("why 12", "why Joe Gomez"),
)
