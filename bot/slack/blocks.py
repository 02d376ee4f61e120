"""A card as Block Kit, within Slack's limits by construction.

Where text is a stranger's it goes into rich text or plain text, which Slack takes for letters, wherever a
block allows it; lists with a menu need mrkdwn, and there it is escaped.
https://docs.slack.dev/reference/block-kit/blocks
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from bot.call import Call
from bot.cards.card import Bar, Button, Card, Fact, Facts, Item, Part, Quote, Section, Text, Tone
from bot.plain import clip
from bot.request import Choice
from bot.slack import mrkdwn
from links.claim import Stage, Status

Block = dict[str, Any]

MOST_BLOCKS = 50
MOST_BLOCKS_OF_A_VIEW = 100
ROOM = 11_000
"""Characters of JSON that all blocks of a message may have: Slack turns down some 13,000 as
`msg_blocks_too_long` without a word in its reference."""

HEADER, BUTTON, OPTION, OPTION_VALUE = 150, 75, 75, 150
BUTTON_VALUE = 400
"""Slack takes 2,000; ten buttons have to fit beside the rest, and no call of ours comes near."""

SECTION, PIECE, ADDRESS, TEXT = 2900, 1200, 3000, 2000
_BUTTONS, _MENU = 10, 5
_MARK = {
    Tone.PLAIN: "▫️",
    Tone.NEW: "🔵",
    Tone.RISE: "🟡",
    Tone.DONE: "🟢",
    Tone.SETBACK: "🔴",
    Tone.REVIVED: "🟣",
    Tone.TROUBLE: "🔴",
}


@dataclass(slots=True)
class Sheet:
    """Blocks that are laid one under another as long as there is room.

    `place` goes into every button's block, for views that show several channels. `kept` is the room that
    is held back for what must not be missing at the end.
    """

    most: int = MOST_BLOCKS
    room: int = ROOM
    place: str = ""
    blocks: list[Block] = field(default_factory=list)
    left_out: int = 0
    _ids: int = 0

    def lay(self, *blocks: Block, kept: int = 0, kept_blocks: int = 0) -> bool:
        """Put the blocks down, all or none of them; False where there is no room."""
        needed = size(*blocks)
        if needed + kept > self.room or len(self.blocks) + len(blocks) + kept_blocks > self.most:
            return False
        self.blocks += blocks
        self.room -= needed
        return True

    def id(self, kind: str) -> str:
        """An action id that no other element of this message has: "call:3"."""
        self._ids += 1
        return f"{kind}:{self._ids}"

    def block_id(self) -> dict[str, str]:
        """The place as part of a block, if there is one; unique as Slack wants it."""
        self._ids += 1
        return {"block_id": f"at:{self.place}:{self._ids}"} if self.place else {}


def message(
    cards: Sequence[Card], *, lead: str = "", choices: Sequence[Choice] = (), mention: str | None = None
) -> tuple[str, list[Block]]:
    """The text for notifications and screen readers, and the blocks. `lead` is a line before the cards."""
    sheet = Sheet()
    called = mrkdwn.mentions(mention)
    if called:
        sheet.lay(_section(" ".join(called)[:SECTION]))
    if lead:
        sheet.lay(rich(text_of(clip(lead, SECTION))))
    tail = choices_of(sheet, choices)
    kept = size(*tail)
    for number, card in enumerate(cards):
        if number:
            sheet.lay({"type": "divider"})
        draw(sheet, card, kept=kept, kept_blocks=len(tail))
    sheet.lay(*tail)
    words = [lead, *(card.summary for card in cards)]
    text = mrkdwn.fit(" · ".join(filter(None, words)) or "Deadline Day", TEXT)
    return text, sheet.blocks or [rich(text_of("Nothing to show."))]


def draw(sheet: Sheet, card: Card, *, kept: int = 0, kept_blocks: int = 0, header: bool = True) -> None:
    """Lay the card onto the sheet, as much of it as there is room for, its buttons always."""
    buttons = _actions(sheet, card.buttons)
    note = _note(card)
    end = [*note, *buttons]
    kept += size(*end) + 300  # 300: the line that tells of what is left out
    kept_blocks += len(end) + 1
    if header and card.title:
        head: list[Block] = [{"type": "header", "text": plain(card.title, HEADER)}]
        # A plain card's label ("Watches") says what its title says already.
        if card.label and card.tone is not Tone.PLAIN and not _begins_with_bar(card):
            head.append(_context(f"{_MARK[card.tone]} {card.label}"))
        sheet.lay(*head, kept=kept, kept_blocks=kept_blocks)
    left = 0
    for block in _parts(sheet, card, header=header):
        if left or not sheet.lay(block, kept=kept, kept_blocks=kept_blocks):
            left += 1
    sheet.left_out += left
    if left:
        sheet.lay(_context(f"… and {left} more that do not fit here"))
    sheet.lay(*end)


def size(*blocks: Block) -> int:
    """Characters that the blocks take as JSON."""
    return sum(len(json.dumps(block, ensure_ascii=False)) + 2 for block in blocks)


def plain(text: str, room: int) -> Block:
    """Text that Slack takes letter for letter; never empty."""
    return {"type": "plain_text", "text": clip(text, room) or "–", "emoji": False}


def rich(*elements: Block) -> Block:
    """Rich text of one paragraph."""
    return {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": list(elements)}]}


def button(sheet: Sheet, kind: str, label: str, call: Call) -> Block | None:
    """A button that gives this call; None for a call too long for it."""
    value = call.encode()
    if len(value) > BUTTON_VALUE:
        return None
    return {"type": "button", "action_id": sheet.id(kind), "text": plain(label, BUTTON), "value": value}


def _parts(sheet: Sheet, card: Card, *, header: bool) -> Iterable[Block]:
    """The card's parts; what stands together in rich text is one block."""
    run: list[Block] = []
    head = []
    if header and card.label and _begins_with_bar(card):
        head = [text_of(f"{_MARK[card.tone]} {card.label}  ", bold=True)]
    for part in card.parts:
        inner: Sequence[Part] = part.parts if isinstance(part, Section) else (part,)
        tone = part.tone if isinstance(part, Section) else card.tone
        if isinstance(part, Section):
            yield from _flush(run)
            run.append(_paragraph(*head, text_of(_marked(part), bold=True)))
            head = []
        for one in inner:
            if isinstance(one, Item) and (one.buttons or len(inner) + len(card.parts) > 25):
                yield from _flush(run)
                yield _row(sheet, one)
            else:
                run += _rich_parts(one, tone, head)
                head = []
            if size(*run) > 2500 or len(run) >= 12:
                yield from _flush(run)
    yield from _flush(run)


def _marked(part: Section) -> str:
    mark = "" if part.tone is Tone.PLAIN else f"{_MARK[part.tone]} "
    return mark + (clip(part.title, 300) or "–")


def _begins_with_bar(card: Card) -> bool:
    """Then the label stands on the bar's line: "Escalated ▰▰▰▰▱▱▱ talks → bid"."""
    return bool(card.parts) and isinstance(card.parts[0], Bar)


def _flush(run: list[Block]) -> Iterable[Block]:
    if run:
        yield {"type": "rich_text", "elements": run.copy()}
        run.clear()


def _rich_parts(part: Part, tone: Tone, head: Sequence[Block]) -> list[Block]:
    """One part as elements of rich text, behind the card's label if that has not been said."""
    match part:
        case Bar():
            return [_paragraph(*head, text_of(f"{_bar(part)}  "), text_of(part.words, bold=True))]
        case Text():
            return [_paragraph(*head, text_of(clip(part.text, SECTION) or "–", italic=part.faint))]
        case Facts():
            return [_paragraph(*head, *_facts(part.facts))]
        case Quote():
            lead = [_paragraph(*head)] if head else []
            return [*lead, *_quote(part)]
        case Item():
            return [_paragraph(*head, *_item(part))]


def _bar(bar: Bar) -> str:
    reached = max(bar.now, bar.before or bar.now) if bar.status is not Status.LIVE else bar.now
    return "".join("▰" if stage <= reached else "▱" for stage in Stage)


def _facts(facts: Sequence[Fact]) -> Iterable[Block]:
    for number, fact in enumerate(facts[:10]):
        yield text_of(f"{'  ·  ' if number else ''}{clip(fact.name, 100)} ")
        value = fact.value
        yield text_of(clip(value, 300) or "–", bold=True) if isinstance(value, str) else _date(value)


def _quote(quote: Quote) -> list[Block]:
    """The sentence as a quotation, then who says so, as a link to where it stands."""
    parts = []
    if quote.text:
        parts.append({"type": "rich_text_quote", "elements": [text_of(f"“{clip(quote.text, PIECE)}”")]})
    by: list[Block] = []
    name = clip(quote.by, 300)
    if quote.address:
        by.append({"type": "link", "url": quote.address[:ADDRESS], "text": name or "read on"})
    elif name:
        by.append(text_of(name))
    if quote.published:
        by += [text_of(", " if by else ""), _date(quote.published)] if by else [_date(quote.published)]
    if by:
        parts.append(_paragraph(*by))
    return parts


def _item(item: Item) -> Iterable[Block]:
    """A row: its title stands out from what follows; alone it is a line of a list."""
    title = clip(item.title, 300) or "–"
    if not (item.address or item.when or item.detail or item.buttons):
        yield text_of(f"• {title}")
    elif item.address:
        yield {"type": "link", "url": item.address[:ADDRESS], "text": title, "style": {"bold": True}}
    else:
        yield text_of(title, bold=True)
    if item.when:
        yield text_of("  ")
        yield _date(item.when)
    if item.detail:
        yield text_of(("\n" if "\n" in item.detail else "  ") + clip(item.detail, PIECE))


def _row(sheet: Sheet, item: Item) -> Block:
    """A row of a list with its menu at the side."""
    title = mrkdwn.fit(item.title, 300) or "–"
    words = f"*{mrkdwn.link(item.address, clip(item.title, 150)) if item.address else title}*"
    if item.when:
        words += f"  {mrkdwn.moment(item.when)}"
    if item.detail:
        words += "\n" + mrkdwn.fit(item.detail, 700)
    block = _section(words, sheet)
    if accessory := _menu(sheet, item.buttons):
        block["accessory"] = accessory
    return block


def _menu(sheet: Sheet, buttons: Sequence[Button]) -> Block | None:
    if len(buttons) == 1:
        return button(sheet, "turn" if buttons[0].turns else "call", buttons[0].label, buttons[0].call)
    options = [
        {"text": plain(each.label, OPTION), "value": value}
        for each in buttons[:_MENU]
        if len(value := each.call.encode()) <= OPTION_VALUE
    ]
    return {"type": "overflow", "action_id": sheet.id("menu"), "options": options} if options else None


def _actions(sheet: Sheet, buttons: Sequence[Button]) -> list[Block]:
    elements = [
        made
        for each in buttons[:_BUTTONS]
        if (made := button(sheet, "turn" if each.turns else "call", each.label, each.call))
    ]
    return [{"type": "actions", **sheet.block_id(), "elements": elements}] if elements else []


def choices_of(sheet: Sheet, choices: Sequence[Choice]) -> list[Block]:
    """Buttons to pick from; what is picked takes the place of the question."""
    elements = []
    for choice in choices[:12]:
        label = f"{choice.label} · {choice.detail}" if choice.detail else choice.label
        if made := button(sheet, "pick", label, choice.call):
            elements.append(made)
    return [{"type": "actions", **sheet.block_id(), "elements": elements}] if elements else []


def _note(card: Card) -> list[Block]:
    alert = f"alert {card.number}" if card.number is not None else ""
    words = " · ".join(filter(None, (clip(card.note, SECTION // 2), alert)))
    return [_context(words)] if words else []


def _context(words: str) -> Block:
    return {"type": "context", "elements": [plain(words, SECTION)]}


def _section(words: str, sheet: Sheet | None = None) -> Block:
    text = {"type": "mrkdwn", "text": words, "verbatim": True}
    return {"type": "section", **(sheet.block_id() if sheet else {}), "text": text}


def _paragraph(*elements: Block) -> Block:
    return {"type": "rich_text_section", "elements": list(elements)}


def text_of(text: str, *, bold: bool = False, italic: bool = False) -> Block:
    style = {name: True for name, wanted in (("bold", bold), ("italic", italic)) if wanted}
    return {"type": "text", "text": text, **({"style": style} if style else {})}


def _date(when: Any) -> Block:
    fallback = mrkdwn.utc(when)
    return {
        "type": "date",
        "timestamp": int(when.timestamp()),
        "format": "{date_short_pretty} {time}",
        "fallback": fallback,
    }
