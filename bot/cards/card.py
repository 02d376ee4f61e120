"""A card: what is shown, in parts that mean something, without a platform in it.

Each platform draws the parts in its own way, clips them to its own limits and escapes its own
markup. Whatever text goes into a part comes out plain (see `bot.plain`).
"""

from __future__ import annotations

import enum
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.call import Call
from bot.cards.story import Story
from bot.plain import line, plain, web_address
from links.claim import Stage, Status
from links.link import Kind
from storage.delivery import Alert


class Tone(enum.StrEnum):
    """What a card is about; a platform gives it a colour."""

    PLAIN = "plain"
    NEW = "new"
    RISE = "rise"
    DONE = "done"
    SETBACK = "setback"
    REVIVED = "revived"
    TROUBLE = "trouble"


@dataclass(frozen=True, slots=True)
class Text:
    """A line or a paragraph; `faint` for what matters less."""

    text: str
    faint: bool = False

    def __post_init__(self) -> None:
        object.__setattr__(self, "text", plain(self.text).strip())


@dataclass(frozen=True, slots=True)
class Bar:
    """The ladder with the stage before and the stage now; `before` is None for a new link."""

    before: Stage | None
    now: Stage
    status: Status = Status.LIVE

    @property
    def words(self) -> str:
        """The same in words: "bid → agreed", "agreed → off", "talks → bid, stalled"."""
        if self.before and self.status is not Status.LIVE and self.now <= self.before:
            return f"{self.before.word} → {self.status.value}"
        moved = f"{self.before.word} → " if self.before and self.before != self.now else ""
        return moved + self.now.word + ("" if self.status is Status.LIVE else f", {self.status.value}")


@dataclass(frozen=True, slots=True)
class Fact:
    """A name and its value: "Fee" and "£18m"; a time is shown in the reader's own zone where possible."""

    name: str
    value: str | datetime

    def __post_init__(self) -> None:
        object.__setattr__(self, "name", line(self.name))
        if isinstance(self.value, str):
            object.__setattr__(self, "value", line(self.value))


@dataclass(frozen=True, slots=True)
class Facts:
    """A few facts that belong on one line, or side by side."""

    facts: tuple[Fact, ...]


@dataclass(frozen=True, slots=True)
class Quote:
    """A sentence, word for word, and where it stands. `credits` are those whom it names as its source."""

    text: str
    outlet: str = ""
    address: str | None = None
    published: datetime | None = None
    credits: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "text", line(self.text))
        object.__setattr__(self, "outlet", line(self.outlet))
        object.__setattr__(self, "address", web_address(self.address))
        object.__setattr__(self, "credits", tuple(filter(None, map(line, self.credits))))

    @property
    def marked(self) -> str:
        """The text in quotation marks; one that is a quotation already gets no second pair."""
        return self.text if self.text[:1] in '“"«„‘' and self.text else f"“{self.text}”"

    @property
    def by(self) -> str:
        """Who says so: "Daily Herald, citing Ada Vale"; empty if nobody is known."""
        others = [name for name in self.credits if name.casefold() != self.outlet.casefold()]
        citing = "citing " + ", ".join(others) if others else ""
        return ", ".join(filter(None, (self.outlet, citing)))


@dataclass(frozen=True, slots=True)
class Button:
    """Something to press. `typed` is what does the same where words are typed; "" if nothing does.

    `turns` says that the answer is another page of the same card, to be shown in its place.
    """

    label: str
    call: Call
    typed: str = ""
    turns: bool = False

    def __post_init__(self) -> None:
        object.__setattr__(self, "label", line(self.label))
        object.__setattr__(self, "typed", line(self.typed))


@dataclass(frozen=True, slots=True)
class Item:
    """A row of a list: what, a few words on it, when, where to read on, and what can be done to it."""

    title: str
    detail: str = ""
    when: datetime | None = None
    address: str | None = None
    tone: Tone = Tone.PLAIN
    buttons: tuple[Button, ...] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "title", line(self.title))
        object.__setattr__(self, "detail", plain(self.detail).strip())
        object.__setattr__(self, "address", web_address(self.address))


Part = Text | Bar | Facts | Quote | Item


@dataclass(frozen=True, slots=True)
class Section:
    """Parts under a heading: one club of a player's story, one month of his history."""

    title: str
    parts: tuple[Part, ...]
    tone: Tone = Tone.PLAIN

    def __post_init__(self) -> None:
        object.__setattr__(self, "title", line(self.title))


@dataclass(frozen=True, slots=True)
class Card:
    """`label` is the kind of card in a word or two ("New link"), `summary` all of it in one line,
    for notifications and screen readers. `note` is small print. `number` is the alert's, if it is one.
    `picture` is a story to be drawn beside it where pictures can be shown.
    """

    title: str
    parts: tuple[Part | Section, ...] = ()
    label: str = ""
    tone: Tone = Tone.PLAIN
    summary: str = ""
    note: str = ""
    buttons: tuple[Button, ...] = ()
    number: int | None = None
    picture: Story | None = None

    def __post_init__(self) -> None:
        for name in ("title", "label", "summary", "note"):
            object.__setattr__(self, name, line(getattr(self, name)))
        if not self.summary:
            object.__setattr__(self, "summary", ": ".join(filter(None, (self.label, self.title))))


MISREAD = {
    "player": "it is about somebody else",
    "club": "it is another club",
    "stage": "it has come less far, or further",
    "no news": "it is no transfer news at all",
}
"""What can be wrong about an alert, in words."""


def headline(kind: Kind, stage: Stage, status: Status) -> tuple[str, Tone]:
    """The word for a piece of news and its tone."""
    if status is not Status.LIVE and kind is Kind.SETBACK:
        return ("Off" if status is Status.OFF else "Stalled"), Tone.SETBACK
    if stage is Stage.DONE and status is Status.LIVE:
        return "Done deal", Tone.DONE
    if kind is Kind.REVIVED:
        return "Back on", Tone.REVIVED
    return ("New link", Tone.NEW) if kind is Kind.NEW else ("Escalated", Tone.RISE)


def moving(player: str, from_club: str | None, club: str) -> str:
    """Who moves where, in one line."""
    return f"{player}: {from_club} → {club}" if from_club else f"{player} → {club}"


def alert_card(alert: Alert) -> Card:
    """The card that a channel gets for an alert."""
    label, tone = headline(alert.kind, alert.stage, alert.status)
    bar = Bar(alert.before, alert.stage, alert.status)
    facts = deal_facts(alert.deal, alert.fee)
    title = moving(alert.player, alert.from_club, alert.club)
    parts: list[Part] = [bar]
    if alert.misread:
        label, tone = "Misread", Tone.TROUBLE
        parts.insert(0, Text(f"Take no notice: {MISREAD.get(alert.misread, alert.misread)}."))
    if facts:
        parts.append(Facts(facts))
    parts.append(
        Quote(alert.quote or alert.title, alert.outlet or "", alert.link, alert.published, alert.sources)
    )
    if alert.also:
        parts.append(Text("Also reported by " + ", ".join(alert.also), faint=True))
    who = Call.of("latest", player=f"#{alert.player_id}")
    return Card(
        title=title,
        parts=tuple(parts),
        label=label,
        tone=tone,
        summary=f"{label}: {alert.player} → {alert.club}, {bar.words}",
        buttons=(
            Button("Latest", who, f"latest {alert.player}"),
            Button("Why", Call.of("why", alert=alert.id), f"why {alert.id}"),
            Button("Wrong", Call.of("wrong", alert=alert.id), f"wrong {alert.id}"),
            Button("Mute", Call.of("mute", alert=alert.id), f"mute {alert.player}"),
        ),
        number=alert.id,
    )


def deal_facts(deal: object | None, fee: str | None) -> tuple[Fact, ...]:
    """The form of the deal and the fee, those that are known."""
    pairs: Sequence[tuple[str, str | None]] = (("Deal", str(deal) if deal else None), ("Fee", fee))
    return tuple(Fact(name, value) for name, value in pairs if value)
