"""A card drawn for a terminal, line by line, with rich's styles on text that is never markup."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, tzinfo

from rich.cells import cell_len
from rich.console import Console
from rich.text import Text as Styled

from bot.cards.card import Bar, Card, Fact, Facts, Item, Part, Quote, Section, Text, Tone
from links.claim import Stage, Status

_COLOURS = {
    Tone.PLAIN: "default",
    Tone.NEW: "cyan",
    Tone.RISE: "yellow",
    Tone.DONE: "green",
    Tone.SETBACK: "red",
    Tone.REVIVED: "magenta",
    Tone.TROUBLE: "red",
}
_WIDEST = 100
_TITLES = 30  # columns that the titles of a table may take
_RULER = Console(width=_WIDEST, color_system=None)  # wrapping asks it for nothing but its defaults


def print_card(
    console: Console, card: Card, *, zone: tzinfo | None, now: datetime, hints: bool = True
) -> None:
    """Print a card, at most 100 columns wide. `zone` is the reader's, None for this machine's.

    `hints` adds what to type in place of the card's buttons.
    """
    with console:  # in one go: a card is on the screen whole or not at all
        for styled, soft in draw(card, min(console.width, _WIDEST), zone=zone, now=now, hints=hints):
            # soft_wrap leaves an address whole, so that it can be clicked and copied.
            console.print(encodable(styled, console.encoding), soft_wrap=soft, highlight=False)


def draw(
    card: Card, width: int, *, zone: tzinfo | None, now: datetime, hints: bool = True
) -> Iterator[tuple[Styled, bool]]:
    """The card's lines; True with one that must not be broken."""
    colour = _COLOURS[card.tone]
    if card.label:
        yield _rule(card, width, colour), False
    yield from _wrapped(Styled(card.title, style="bold" if card.label else f"bold {colour}"), width)
    column = _column(card.parts)
    for part in card.parts:
        if isinstance(part, Section):
            yield Styled(""), False
            yield from _wrapped(Styled(part.title, style=f"bold {_COLOURS[part.tone]}"), width)
            inside = _column(part.parts)
            for inner in part.parts:
                yield from _part(inner, part.tone, width, zone, now, indent=2, column=inside)
        else:
            yield from _part(part, card.tone, width, zone, now, indent=0, column=column)
    if card.note:
        yield from _wrapped(Styled(card.note, style="dim"), width)
    typed = [button.typed for button in card.buttons if button.typed]
    if hints and typed:
        yield from _wrapped(Styled("type: " + " · ".join(typed), style="dim"), width)
    yield Styled(""), False


def moment(when: datetime, zone: tzinfo | None, now: datetime) -> str:
    """A time as a reader in this zone writes it; the year only where it is another."""
    local = when.astimezone(zone)
    year = f" {local.year}" if local.year != now.astimezone(zone).year else ""
    return f"{local.day} {local:%b}{year} {local:%H:%M}"


def _rule(card: Card, width: int, colour: str) -> Styled:
    styled = Styled("── ", style=f"dim {colour}")
    styled.append(card.label.upper(), style=f"bold {colour}")
    number = f" alert {card.number} ──" if card.number is not None else ""
    fill = max(3, width - cell_len(styled.plain) - cell_len(number) - 1)
    styled.append(" " + "─" * fill, style=f"dim {colour}")
    return styled.append(number, style=f"dim {colour}")


def _part(
    part: Part, tone: Tone, width: int, zone: tzinfo | None, now: datetime, *, indent: int, column: int
) -> Iterator[tuple[Styled, bool]]:
    match part:
        case Text():
            for paragraph in part.text.split("\n"):
                yield from _wrapped(Styled(paragraph, style="dim" if part.faint else ""), width, indent)
        case Bar():
            yield from _wrapped(_bar(part, tone), width, indent)
        case Facts():
            yield from _wrapped(_facts(part.facts, zone, now), width, indent)
        case Quote():
            yield from _quote(part, width, zone, now, indent)
        case Item():
            yield from _item(part, width, zone, now, indent, column)


def _bar(bar: Bar, tone: Tone) -> Styled:
    before = bar.before or 0
    reached = max(bar.now, before) if bar.status is not Status.LIVE else bar.now
    colour = _COLOURS[tone]
    styled = Styled()
    for stage in Stage:
        if stage > reached:
            styled.append("▱", style="dim")
        else:
            styled.append("▰", style="dim " + colour if stage <= before and reached > before else colour)
    return styled.append("  ").append(bar.words, style=f"bold {colour}")


def _facts(facts: Sequence[Fact], zone: tzinfo | None, now: datetime) -> Styled:
    styled = Styled()
    for place, fact in enumerate(facts):
        value = fact.value if isinstance(fact.value, str) else moment(fact.value, zone, now)
        styled.append(" · " if place else "", style="dim")
        styled.append(f"{fact.name} ", style="dim").append(value)
    return styled


def _quote(
    quote: Quote, width: int, zone: tzinfo | None, now: datetime, indent: int
) -> Iterator[tuple[Styled, bool]]:
    if quote.text:
        yield from _wrapped(Styled(quote.marked, style="italic"), width, indent)
    when = moment(quote.published, zone, now) if quote.published else ""
    credit = ", ".join(filter(None, (quote.by, when)))
    if credit:
        yield from _wrapped(Styled(credit, style="dim"), width, indent + 2)
    if quote.address:
        yield Styled(" " * (indent + 2) + quote.address, style="dim underline"), True


def _column(parts: Sequence[Part | Section]) -> int:
    """How wide the titles of a list are when it is drawn as a table; 0 for lists that are none."""
    items = [part for part in parts if isinstance(part, Item)]
    table = all(item.when is None and item.address is None and item.detail for item in items)
    widest = max((cell_len(item.title) for item in items), default=0)
    return widest if table and widest <= _TITLES else 0


def _item(
    item: Item, width: int, zone: tzinfo | None, now: datetime, indent: int, column: int
) -> Iterator[tuple[Styled, bool]]:
    first, *rest = item.detail.split("\n")
    styled = Styled().append("• ", style=_COLOURS[item.tone]).append(item.title, style="bold")
    styled.append(" " * max(0, column - cell_len(item.title)))
    if first:
        styled.append("  " + first)
    if item.when:
        styled.append("  " + moment(item.when, zone, now), style="dim")
    hang = column + 4 if column else 2
    yield from _wrapped(styled, width, indent, hang=hang)
    for more in rest:
        yield from _wrapped(Styled(more, style="dim"), width, indent + hang)
    if item.address:
        yield Styled(" " * (indent + 2) + item.address, style="dim underline"), True


def _wrapped(styled: Styled, width: int, indent: int = 0, *, hang: int = 0) -> Iterator[tuple[Styled, bool]]:
    """Broken into lines that fit, later lines `hang` further in; no blanks at any line's end."""
    room = max(20, width - indent)
    first, *rest = styled.wrap(_RULER, room) or [Styled()]
    if hang and rest:
        # The first line is as wide as its place allows, what follows it is broken again.
        left = styled[len(first.plain) :]
        left = left[len(left.plain) - len(left.plain.lstrip()) :]
        rest = list(left.wrap(_RULER, max(20, room - hang)))
    for number, piece in enumerate((first, *rest)):
        piece.rstrip()
        ahead = indent + (hang if number else 0) if piece.plain else 0
        yield Styled(" " * ahead).append_text(piece), False


_ASCII = str.maketrans({
    "→": ">", "▰": "#", "▱": ".", "“": '"', "”": '"', "’": "'", "·": "|", "•": "*", "─": "-", "…": "~",
    "–": "-", "£": "GBP ", "€": "EUR ",
})  # fmt: skip


def encodable(styled: Styled, encoding: str) -> Styled:
    """As it is on a UTF-8 terminal; elsewhere with plain letters for what the terminal cannot show."""
    if encoding.lower().replace("-", "") in ("utf8", "utf16", "utf32"):
        return styled
    try:
        styled.plain.encode(encoding)
    except UnicodeEncodeError:
        plain = styled.plain.translate(_ASCII)
        return Styled(plain.encode(encoding, "replace").decode(encoding), style=styled.style)
    return styled
