"""A card drawn for Discord: Components V2, within the platform's limits by construction.

A container with a coloured edge reads alike on a phone, in dark and in light, and shows where a
reader has switched embeds off. A message has 4000 characters and 40 components in all; each card gets
its share of both, and what does not fit is left out with a line that says so.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import discord
from discord import ui

from bot.cards.card import Bar, Button, Card, Fact, Facts, Item, Part, Quote, Section, Text, Tone
from bot.discord.handle import Handles
from bot.discord.markup import cut, fit, link, moment, size
from bot.request import Choice
from links.claim import Stage, Status

CHARACTERS = 4000
COMPONENTS = 40
CARDS = 3
"""Cards that go into one message; more of them make more messages."""

_OPTIONS = 25
_LABEL = 80
_OPTION = 100
_ALT = 1024

_COLOURS = {
    Tone.PLAIN: 0x64748B,
    Tone.NEW: 0x3B82F6,
    Tone.RISE: 0xF59E0B,
    Tone.DONE: 0x22C55E,
    Tone.SETBACK: 0xEF4444,
    Tone.REVIVED: 0xA855F7,
    Tone.TROUBLE: 0xEF4444,
}
_MARKS = {
    Tone.PLAIN: "",
    Tone.NEW: "🔵 ",
    Tone.RISE: "🟠 ",
    Tone.DONE: "🟢 ",
    Tone.SETBACK: "🔴 ",
    Tone.REVIVED: "🟣 ",
    Tone.TROUBLE: "🔴 ",
}
_STYLES = {
    "Watch": discord.ButtonStyle.primary,
    "Remove": discord.ButtonStyle.danger,
}


@dataclass(slots=True)
class Room:
    """What is left of a message's limits."""

    characters: int
    components: int

    def take(self, text: str, components: int = 0) -> bool:
        """Take so much if it is there."""
        if size(text) + 1 > self.characters or components > self.components:
            return False
        self.characters -= size(text) + 1
        self.components -= components
        return True


@dataclass(slots=True)
class Message:
    """What one message shows, in this order: mention, text, cards, what is asked back.

    `pictures` are the names of attached files by the place of their card.
    """

    text: str = ""
    cards: Sequence[Card] = ()
    choices: Sequence[Choice] = ()
    mention: str = ""
    attachment: str | None = None
    pictures: dict[int, str] = field(default_factory=dict)


def layout(message: Message, handles: Handles) -> ui.LayoutView:
    """The message as components. It is stopped: presses come in by their ids, nothing waits in memory."""
    view = ui.LayoutView(timeout=None)
    room = Room(CHARACTERS, COMPONENTS)
    for text in (message.mention, fit(message.text.strip(), 1500)):
        if text and room.take(text, 1):
            view.add_item(ui.TextDisplay(text))
    choices = message.choices[:_OPTIONS]
    if choices:
        room.components -= 2
    if message.attachment:
        room.components -= 1
    for place, card in enumerate(message.cards):
        left = len(message.cards) - place
        share = Room(room.characters // left, room.components // left)
        room.characters -= share.characters
        room.components -= share.components
        view.add_item(_Drawing(card, share, handles, message.pictures.get(place)).container())
        room.characters += share.characters
        room.components += share.components
    if choices:
        options = [(choice.label, choice.detail, handles.of(choice.call)) for choice in choices]
        view.add_item(_select("Which one?" if len(options) > 1 else "Choose …", options, handles))
    if message.attachment:
        view.add_item(ui.File(f"attachment://{message.attachment}"))
    if not view.children:
        view.add_item(ui.TextDisplay("Done."))
    view.stop()
    return view


def _select(
    placeholder: str, options: Sequence[tuple[str, str, str]], handles: Handles
) -> ui.ActionRow[ui.LayoutView]:
    """A select of (label, detail, id), at most 25."""
    select: ui.Select[ui.LayoutView] = ui.Select(
        custom_id=handles.select(), placeholder=cut(placeholder, 150)
    )
    for label, detail, id in options[:_OPTIONS]:
        select.add_option(
            label=cut(label, _OPTION) or "?", description=cut(detail, _OPTION) or None, value=id
        )
    return ui.ActionRow(select)


class _Drawing:
    """One card on its way into a container."""

    def __init__(self, card: Card, room: Room, handles: Handles, picture: str | None) -> None:
        self._card = card
        self._room = room
        self._handles = handles
        self._picture = picture
        self._lines: list[str] = []
        self._left_out = 0
        self._drawn: ui.Container[ui.LayoutView] = ui.Container(accent_colour=_COLOURS[card.tone])
        # The container and the text of its head, which every card has.
        self._room.components -= 2

    def container(self) -> ui.Container[ui.LayoutView]:
        card = self._card
        self._head()
        buttons, selects = self._controls()
        note = f"-# {fit(card.note, 400)}" if card.note else ""
        self._room.characters -= size(note) + 80  # the note, and the line on what was left out
        for part in card.parts:
            if isinstance(part, Section):
                self._section(part)
            else:
                self._part(part)
        if self._left_out:
            self._lines.append(f"-# … and {self._left_out} more that do not fit here")
        if note:
            self._lines.append(note)
        self._flush()
        if self._picture and card.picture:
            gallery: ui.MediaGallery[ui.LayoutView] = ui.MediaGallery()
            gallery.add_item(media=f"attachment://{self._picture}", description=cut(card.picture.words, _ALT))
            self._drawn.add_item(gallery)
        for row in (*selects, *buttons):
            self._drawn.add_item(row)
        if not self._drawn.children:
            self._drawn.add_item(ui.TextDisplay("…"))
        return self._drawn

    def _head(self) -> None:
        card = self._card
        number = f" · alert {card.number}" if card.number is not None else ""
        if card.label:
            label = f"-# {_MARKS[card.tone]}**{fit(card.label, 80)}**{number}"
            self._room.take(label)
            self._lines.append(label)
        title = f"### {fit(card.title, 300)}" if card.title else ""
        if title:
            self._room.take(title)
            self._lines.append(title)

    def _controls(self) -> tuple[list[ui.ActionRow[ui.LayoutView]], list[ui.ActionRow[ui.LayoutView]]]:
        """The card's buttons, and selects in place of its rows' buttons; their room is taken first."""
        buttons: list[ui.ActionRow[ui.LayoutView]] = []
        if self._picture and self._card.picture:
            self._room.components -= 1
        if self._card.buttons:
            shown = self._card.buttons[:5]
            self._room.components -= 1 + len(shown)
            buttons.append(ui.ActionRow(*(self._button(button) for button in shown)))
        selects = []
        for label, rows in _by_label(self._card).items():
            if self._room.components < 6:
                break
            self._room.components -= 2
            options = [
                (row.title, row.detail.replace("\n", " · "), self._handles.of(button.call))
                for row, button in rows
            ]
            selects.append(_select(f"{label} …", options, self._handles))
        return buttons, selects

    def _button(self, button: Button) -> ui.Button[ui.LayoutView]:
        return ui.Button(
            label=cut(button.label, _LABEL) or "?",
            style=_STYLES.get(button.label, discord.ButtonStyle.secondary),
            custom_id=self._handles.of(button.call, turns=button.turns),
        )

    def _section(self, section: Section) -> None:
        heading = f"**{_MARKS[section.tone]}{fit(section.title, 250)}**"
        if not self._room.take(heading, 2):
            self._left_out += 1
            return
        self._flush()
        self._drawn.add_item(ui.Separator())
        self._lines.append(heading)
        for part in section.parts:
            self._part(part, section.tone)

    def _part(self, part: Part, around: Tone = Tone.PLAIN) -> None:
        accessory = None
        if isinstance(part, Item) and len(part.buttons) == 1 and self._room.components > 8:
            accessory = part.buttons[0]
        for text in filter(str.strip, _texts(part, self._room.characters, around)):
            if not self._room.take(text, 5 if accessory else 0):
                self._left_out += 1
                return
            if accessory is None:
                self._lines.append(text)
                continue
            self._room.components += (
                1  # five are asked for: a section, its text, its button, and what follows
            )
            self._flush()
            section: ui.Section[ui.LayoutView] = ui.Section(text, accessory=self._button(accessory))
            self._drawn.add_item(section)

    def _flush(self) -> None:
        """What was written so far, as one text."""
        text = "\n".join(self._lines).strip()
        if text:
            self._drawn.add_item(ui.TextDisplay(text))
        self._lines.clear()


def _by_label(card: Card) -> dict[str, list[tuple[Item, Button]]]:
    """The rows that have several buttons, by what can be done to them: a button each would not fit."""
    found: dict[str, list[tuple[Item, Button]]] = {}
    for part in card.parts:
        if isinstance(part, Item) and len(part.buttons) > 1:
            for button in part.buttons:
                found.setdefault(button.label, []).append((part, button))
    return found


def _texts(part: Part, room: int, around: Tone) -> Iterator[str]:
    """The part in markdown, in one piece; nothing where it is empty."""
    match part:
        case Text():
            yield from _paragraph(part, room)
        case Bar():
            yield _bar(part)
        case Facts():
            yield " · ".join(map(_fact, part.facts[:8]))
        case Quote():
            yield from filter(None, [_quote(part)])
        case Item():
            yield _item(part, around)


def _paragraph(text: Text, room: int) -> Iterator[str]:
    if text.text:
        small = "-# " if text.faint else ""
        # Where little room is left the whole is too much, and a shred of it of no use.
        lines = fit(text.text, min(1500, max(room - 40, 120))).split("\n")
        yield "\n".join(small + line for line in lines[:60] if line)


def _bar(bar: Bar) -> str:
    before = bar.before or 0
    reached = max(bar.now, before) if bar.status is not Status.LIVE else bar.now
    drawn = "".join("▰" if stage <= reached else "▱" for stage in Stage)
    return f"{drawn} **{bar.words}**"


def _fact(fact: Fact) -> str:
    value = fit(fact.value, 150) if isinstance(fact.value, str) else moment(fact.value, "D")
    return f"{fit(fact.name, 60)} **{value}**"


def _quote(quote: Quote) -> str:
    said = f"> {fit(quote.marked, 900)}" if quote.text else ""
    by = fit(quote.by, 300)
    if quote.address:
        by = link(by or "read on", quote.address) if size(quote.address) <= 512 else by
    when = f"{moment(quote.published)} · {moment(quote.published, 'R')}" if quote.published else ""
    # Each on a line of its own: on a phone the two would break in the middle of the time.
    return "\n".join(filter(None, (said, f"-# {by}" if by else "", f"-# {when}" if when else "")))


def _item(item: Item, around: Tone) -> str:
    """A row; what stands under a heading of its own colour (`around`) needs no mark of it."""
    if not (item.detail or item.when or item.address or item.buttons):
        return f"• {fit(item.title, 250)}" if item.title else ""
    title = f"**{fit(item.title, 250)}**" if item.title else ""
    if item.address and size(item.address) <= 512:
        title = link(title or "read on", item.address)
    first, _, rest = item.detail.partition("\n")
    mark = "" if item.tone is around else _MARKS[item.tone]
    head = mark + " — ".join(filter(None, (title, fit(first, 300))))
    more = [f"-# {fit(line, 400)}" for line in rest.split("\n")[:6] if line]
    if item.when:
        more.append(f"-# {moment(item.when)}")
    return "\n".join((head, *more))
