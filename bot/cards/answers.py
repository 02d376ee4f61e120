"""The cards that answer commands. What an alert looks like is in `bot.cards.card`."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime

from bot.call import Call
from bot.cards.card import (
    MISREAD,
    Bar,
    Button,
    Card,
    Fact,
    Facts,
    Item,
    Part,
    Quote,
    Section,
    Text,
    Tone,
    deal_facts,
    headline,
)
from bot.cards.span import ago, span
from bot.cards.standing import Standing, hottest_first
from bot.cards.story import Story
from bot.commands.command import Command, Option, Takes, Who
from bot.commands.wording import TYPED, Wording
from bot.plain import clip
from feeds.errors import shown
from feeds.feed import Feed, FeedState
from links.claim import Stage, Status
from links.link import Kind, Link
from links.player import Player
from storage.delivery import Alert
from storage.watch import ChannelSettings, Watch

_RULE = re.compile(r"\((?:stage|status)\.(\w+)(?:\.\w+)?\)")
"""A rule as the reader notes it: "(stage.talks.deal)"."""

_OPEN_SHOWN = 6
_CLOSED_SHOWN = 5


def latest_card(
    player: Player,
    standings: Sequence[Standing],
    *,
    watched: bool,
    now: datetime,
    story: Story | None = None,
) -> Card:
    """Every club that he is linked with, the hottest first, what is off in short below."""
    ranked = hottest_first(standings)
    open_ones = [one for one in ranked if one.link.status is not Status.OFF]
    closed = [one for one in ranked if one.link.status is Status.OFF]
    parts: list[Part | Section] = [
        Section(_road(one.link), _standing_parts(one, now), _tone(one.link))
        for one in open_ones[:_OPEN_SHOWN]
    ]
    if len(open_ones) > _OPEN_SHOWN:
        rest = ", ".join(f"{one.link.club} ({one.link.stage.word})" for one in open_ones[_OPEN_SHOWN:])
        parts.append(Text(f"Also: {rest}", faint=True))
    if closed:
        parts.append(
            Section("Off", tuple(_closed_item(one.link) for one in closed[:_CLOSED_SHOWN]), Tone.SETBACK)
        )
    if not standings:
        parts.append(Text("No report has linked him with a move so far."))
    key = f"#{player.id}"
    buttons = (
        [Button("History", Call.of("history", player=key), f"history {player.name}")] if standings else []
    )
    if not watched:
        buttons.append(Button("Watch", Call.of("watch", player=key), f"watch {player.name}"))
    return Card(
        title=player.name,
        parts=tuple(parts),
        label="Latest",
        tone=_tone(open_ones[0].link) if open_ones else Tone.PLAIN,
        summary=_latest_summary(player, open_ones, closed),
        buttons=tuple(buttons),
        picture=story,
    )


def _latest_summary(player: Player, open_ones: Sequence[Standing], closed: Sequence[Standing]) -> str:
    if not open_ones:
        return f"{player.name}: " + ("every link is off" if closed else "no links so far")
    return f"{player.name}: " + ", ".join(
        f"{one.link.club} {Bar(None, one.link.stage, one.link.status).words}" for one in open_ones
    )


def _standing_parts(one: Standing, now: datetime) -> tuple[Part, ...]:
    link, last = one.link, one.last
    count = len(one.origins)
    parts: list[Part] = [Bar(None, link.stage, link.status)]
    if count:
        best = one.origins[0]
        rated = f" (tier {best.tier})" if best.tier else ""
        named = f"best {best.name}{rated}" if count > 1 else f"{best.name}{rated}"
        parts.append(Facts((Fact("Sources", f"{count}, {named}"), Fact("Since", link.since))))
    else:
        parts.append(Facts((Fact("Since", link.since), Fact("Last report", ago(link.last_seen, now)))))
    if facts := deal_facts(link.deal, link.fee):
        parts.append(Facts(facts))
    if last:
        words = last.claim.quote or last.title
        parts.append(Quote(words, last.outlet or "", last.link, last.at, last.claim.sources))
    return tuple(parts)


def _closed_item(link: Link) -> Item:
    return Item(_road(link), f"had got as far as {link.stage.word}", link.last_seen, tone=Tone.SETBACK)


def _road(link: Link) -> str:
    return f"{link.from_club} → {link.club}" if link.from_club else f"→ {link.club}"


def _tone(link: Link) -> Tone:
    if link.status is not Status.LIVE:
        return Tone.SETBACK
    return Tone.DONE if link.stage is Stage.DONE else Tone.RISE


def history_card(
    player: Player, club: str | None, alerts: Sequence[Alert], *, older: bool, newer: bool
) -> Card:
    """One page of changes, the latest first; `older` and `newer` say that there are more."""
    about = f"{player.name} and {club}" if club else player.name
    call = Call.of("history", player=f"#{player.id}", club=club)
    buttons = []
    if newer:
        buttons.append(Button("Newest", call, f"history {player.name}", turns=True))
    if older:
        before = alerts[-1].id
        typed = f"history {player.name}{f' to {club}' if club else ''} before={before}"
        buttons.append(Button("Older", call.having("before", str(before)), typed, turns=True))
    nothing = Text(f"Nothing was told of {about}{' before that' if newer else ' so far'}.")
    return Card(
        title=about,
        parts=tuple(_change(alert, with_club=club is None) for alert in alerts) or (nothing,),
        label="History",
        summary=f"History of {about}: {len(alerts)} change{'s' if len(alerts) != 1 else ''}",
        buttons=tuple(buttons),
    )


def _change(alert: Alert, *, with_club: bool) -> Item:
    word, tone = headline(alert.kind, alert.stage, alert.status)
    bar = Bar(alert.before, alert.stage, alert.status).words
    if alert.misread:
        word, tone = "Misread", Tone.TROUBLE
    by = Quote(alert.quote, alert.outlet or "", None, None, alert.sources)
    quoted = f"\n{by.marked}" if by.text else ""
    source = f"\n{by.by}" if by.by else ""
    return Item(
        f"{word}: {alert.club}" if with_club else word,
        bar + quoted + source,
        alert.published,
        alert.link,
        tone,
        (Button("Why", Call.of("why", alert=alert.id), f"why {alert.id}"),),
    )


def watches_card(
    rows: Sequence[tuple[Watch, str, Sequence[Link]]],
    *,
    page: int,
    pages: int,
    here: str,
    wording: Wording = TYPED,
) -> Card:
    """The watches of one place: each with who is watched in words and how far his links have come."""
    parts: list[Part] = [_watch_item(*row) for row in rows]
    if not rows:
        parts.append(Text(f"Nobody is watched {here} yet. Try: {wording.of('watch', player='Joe Gomez')}"))
    return Card(
        title=f"Watched {here}",
        parts=tuple(parts),
        label="Watches",
        summary=f"Watched {here}: " + (", ".join(name for _, name, _ in rows) or "nobody"),
        buttons=_pager(Call.of("watches"), page, pages),
        note=f"Page {page} of {pages}" if pages > 1 else "",
    )


def _watch_item(watch: Watch, name: str, links: Sequence[Link]) -> Item:
    from_stage = (
        f"from {watch.from_stage.word} on"
        if watch.from_stage > Stage.INTEREST
        else "from the first rumour on"
    )
    live = [link for link in links if link.status is not Status.OFF]
    shown = sorted(live, key=lambda link: (link.stage, link.last_seen), reverse=True)[:3]
    reached = ", ".join(f"{link.club} {Bar(None, link.stage, link.status).words}" for link in shown)
    paused = f", paused: {watch.paused}" if watch.paused else ""
    return Item(
        name,
        f"{from_stage}{paused}" + (f"\nnow: {reached}" if reached else ""),
        tone=Tone.SETBACK if watch.paused else Tone.PLAIN,
        buttons=_watch_buttons(watch),
    )


def _watch_buttons(watch: Watch) -> tuple[Button, ...]:
    key = f"#{watch.id}"
    turn = (
        Button("Resume", Call.of("unmute", watch=key))
        if watch.paused
        else Button("Mute", Call.of("mute", watch=key))
    )
    remove = Button("Remove", Call.of("unwatch", watch=key))
    if watch.player_id is None:
        return (turn, remove)
    return (Button("Latest", Call.of("latest", player=f"#{watch.player_id}")), turn, remove)


def _pager(call: Call, page: int, pages: int) -> tuple[Button, ...]:
    buttons = []
    if page > 1:
        buttons.append(_page("Back", call, page - 1))
    if page < pages:
        buttons.append(_page("More", call, page + 1))
    return tuple(buttons)


def _page(label: str, call: Call, page: int) -> Button:
    return Button(label, call.having("page", str(page)), f"{call.command} page={page}", turns=True)


def why_card(alert: Alert, verdict: str) -> Card:
    """Why an alert was given: the sentence, how it was read, the gate, and was this channel told."""
    *read, gate = alert.why or ("",)
    word, tone = headline(alert.kind, alert.stage, alert.status)
    parts: list[Part | Section] = [
        Bar(alert.before, alert.stage, alert.status),
        Quote(alert.quote or alert.title, alert.outlet or "", alert.link, alert.published, alert.sources),
    ]
    if alert.misread:
        parts.insert(0, Text(f"Marked as misread: {MISREAD.get(alert.misread, alert.misread)}."))
    if read:
        parts.append(Section("How the sentence was read", tuple(Item(_rule_in_words(line)) for line in read)))
    if gate:
        parts.append(Section("Why that was news", (Text(gate),)))
    parts.append(Section("In this channel", (Text(verdict),)))
    return Card(
        title=f"{alert.player} → {alert.club}",
        parts=tuple(parts),
        label=f"Why “{word.lower()}”",
        tone=tone,
        number=alert.id,
        buttons=(Button("Wrong", Call.of("wrong", alert=alert.id), f"wrong {alert.id}"),),
    )


def _rule_in_words(line: str) -> str:
    return _RULE.sub(r"(a rule for “\1”)", line)


def silence_card(player: Player, reports: Sequence[tuple[str, str, Quote]], lead: str) -> Card:
    """Why nothing was told: the last reports (club and stage, the reason, the sentence) that were no news."""
    sections = tuple(Section(title, (quote, Text(f"No alert: {reason}"))) for title, reason, quote in reports)
    return Card(title=player.name, parts=(Text(lead), *sections), label="Why no alert", summary=lead)


def settings_card(settings: ChannelSettings, *, may_change: bool, wording: Wording = TYPED) -> Card:
    """How the channel wants to be told, each with the word that changes it."""
    quiet = (
        f"{settings.quiet_from:%H:%M}-{settings.quiet_to:%H:%M}"
        if settings.quiet_from and settings.quiet_to
        else ""
    )
    threads = "auto" if settings.threads is None else "on" if settings.threads else "off"
    kinds = "all" if settings.kinds == frozenset(Kind) else ", ".join(k for k in Kind if k in settings.kinds)
    rows = (
        ("lowest", settings.lowest.word, "lowest stage that is told"),
        ("kinds", kinds, "which news is told"),
        ("tier", str(settings.tier), "weakest source that is told: 1 best, 4 anybody"),
        ("quiet", quiet or "off", "hours in which alerts wait"),
        ("digest", f"{settings.digest:%H:%M}" if settings.digest else "off", "hour for all below agreed"),
        ("timezone", settings.timezone, "zone of these hours"),
        ("threads", threads, "one thread for each player; auto: where that suits the platform"),
        ("broadcast", settings.broadcast.word, "stage from which a thread's change is shown outside it too"),
        ("publish", "on" if settings.publish else "off", "alerts go to an announcement channel's followers"),
        ("anyone", "on" if settings.anyone else "off", "may those watch who do not manage the channel"),
        ("language", settings.language, "of cards and answers"),
    )  # fmt: skip
    change = wording.of("settings", lowest="talks", quiet="23:00-07:00", timezone="Europe/London")
    return Card(
        title="How this channel is told",
        parts=tuple(
            Item(wording.option(name, value), what)
            for name, value, what in rows
            if name not in wording.without
        ),
        label="Settings",
        summary=", ".join(f"{name} {value}" for name, value, _ in rows),
        note=f"Change with: {change}" if may_change else "",
    )


def feeds_card(
    feeds: Sequence[Feed],
    *,
    page: int,
    pages: int,
    total: int,
    failing: int,
    now: datetime,
    wording: Wording = TYPED,
) -> Card:
    """One page of the feeds with their health in words."""
    many = "1 feed" if total == 1 else f"{total} feeds"
    state = f"{many}, {failing} with trouble" if failing else f"{many}, all well"
    return Card(
        title=state,
        parts=tuple(_feed_item(feed, now) for feed in feeds)
        or (Text(f"No feeds yet. Try: {wording.of('feeds add', address='example.org')}"),),
        label="Feeds",
        tone=Tone.TROUBLE if failing else Tone.PLAIN,
        summary=state,
        buttons=_pager(Call.of("feeds list"), page, pages),
        note=f"Page {page} of {pages}" if pages > 1 else "",
    )


def _feed_item(feed: Feed, now: datetime) -> Item:
    troubled = in_trouble(feed)
    return Item(
        f"#{feed.id} {feed.title or shown(feed.url)}",
        health(feed, now) + (f"\n{shown(feed.url)}" if feed.title else ""),
        tone=Tone.TROUBLE if troubled else Tone.PLAIN,
        buttons=(
            Button("Test", Call.of("feeds test", address=f"#{feed.id}")),
            Button("Remove", Call.of("feeds remove", feed=f"#{feed.id}")),
        ),
    )


def in_trouble(feed: Feed) -> bool:
    """Does this feed need somebody's eye?"""
    return feed.state is FeedState.GONE or (feed.state is FeedState.ACTIVE and feed.error is not None)


def health(feed: Feed, now: datetime) -> str:
    """One line on how a feed fares: when it was last well, what ails it, when it is asked next."""
    if feed.state is FeedState.GONE:
        return f"{feed.error or 'gone for good (410)'}: no longer asked, remove it"
    if feed.state is FeedState.PAUSED:
        return "not polled any more (by hand)"
    coming = f", next {ago(feed.next_poll, now)}" if feed.next_poll and feed.next_poll > now else ", next now"
    if feed.error:
        since = f" for {span(now - feed.error_since)}" if feed.error_since else ""
        was = f", last well {ago(feed.last_ok, now)}" if feed.last_ok else ", never well yet"
        return f"failing{since}: {clip(feed.error, 200)}{was}{coming}"
    if feed.last_ok is None:
        return f"not polled yet{coming}"
    return f"well {ago(feed.last_ok, now)}{coming}"


def help_card(commands: Sequence[Command], *, may_manage: bool, wording: Wording = TYPED) -> Card:
    """Every command that this person may give, in a line each."""
    shown = [command for command in commands if may_manage or command.who is Who.ANYONE]
    one = wording.of("help", command="watch")
    return Card(
        title="What you can ask",
        parts=tuple(Item(wording.before + command.name, command.summary) for command in shown),
        label="Help",
        note=f"More on one: {one}. A question does too: what's the latest on Joe Gomez?",
    )


def command_card(command: Command, examples: Sequence[str], wording: Wording = TYPED) -> Card:
    """One command with its options, and examples as they are written there."""
    parts: list[Part | Section] = [Text(command.summary)]
    if command.more:
        parts.append(Text(command.more))
    shown = [option for option in command.shown if option.name not in wording.without]
    if shown:
        parts.append(Section("Takes", tuple(Item(option.name, _takes(option)) for option in shown)))
    if examples:
        parts.append(Section("Examples", tuple(Text(example) for example in examples)))
    if command.who is Who.MANAGER:
        parts.append(Text("For those who manage this channel.", faint=True))
    return Card(title=wording.before + command.name, parts=tuple(parts), label="Help")


def _takes(option: Option) -> str:
    kind = {Takes.SWITCH: "on or off", Takes.CHOICE: ", ".join(option.choices)}.get(option.takes, "")
    if option.takes is Takes.NUMBER and option.high is not None:
        kind = f"{option.low} to {option.high}"
    needed = " (needed)" if option.required else ""
    return option.summary + needed + (f"\n{kind}" if kind else "")
