"""A player's story drawn as a picture, in a process of its own: drawing takes most of a second.

matplotlib is an extra (`deadlineday[pictures]`); without it cards come without pictures.
"""

from __future__ import annotations

import asyncio
import importlib.util
import io
import logging
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from datetime import timedelta
from types import TracebackType
from typing import Any

from bot.cards.story import Road, Story
from bot.plain import clip, line
from bot.worker import a_worker
from links.claim import Stage, Status

log = logging.getLogger(__name__)

_PATIENCE = 20.0
"""Seconds after which a picture is given up."""

_KEPT = 64
"""Pictures that are kept for those who ask next."""

_WIDTH, _HEIGHT, _EACH, _DPI = 6.0, 4.6, 0.3, 150  # inches: 900 by 735 pixels, and 45 for each further club
# On a phone the picture is some 270 points wide, so that a letter of 18 here is as high as one of 11 there.
_LETTERS = 18
_PAPER, _INK, _FAINT = "#1f2430", "#e8eaf0", "#5b6475"
# Apart for colour-blind eyes too (Okabe and Ito); each line has its own mark as well.
_COLOURS = ("#56b4e9", "#e69f00", "#009e73", "#cc79a7", "#f0e442", "#d55e00")
_SHAPES = ("o", "s", "^", "D", "v", "P")


class Pictures:
    """Draws in one worker process, started at the first picture; use as a context."""

    def __init__(self) -> None:
        self._able = importlib.util.find_spec("matplotlib") is not None
        self._pool: ProcessPoolExecutor | None = None
        self._drawn: dict[Story, bytes] = {}

    def __enter__(self) -> Pictures:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._pool is not None:
            self._pool.shutdown(wait=False, cancel_futures=True)

    async def draw(self, story: Story) -> bytes | None:
        """The story as a PNG; None where matplotlib is missing or the drawing failed."""
        if not self._able:
            return None
        if story in self._drawn:
            return self._drawn[story]
        try:
            async with asyncio.timeout(_PATIENCE):
                content = await asyncio.get_running_loop().run_in_executor(self._worker(), paint, story)
        except BrokenProcessPool:
            self._pool = None
            log.warning("the process that draws died; the next picture starts another")
            return None
        except Exception:
            # A card without its picture says as much in words.
            log.exception("the picture of %s could not be drawn", story.player)
            return None
        self._drawn[story] = content
        while len(self._drawn) > _KEPT:
            del self._drawn[next(iter(self._drawn))]
        return content

    def _worker(self) -> ProcessPoolExecutor:
        if self._pool is None:
            self._pool = a_worker()
        return self._pool


def paint(story: Story) -> bytes:
    """The story as a PNG. Slow; imports matplotlib."""
    import matplotlib as mpl
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    with mpl.rc_context({"font.size": _LETTERS, "text.parse_math": False, "axes.unicode_minus": False}):
        height = _HEIGHT + _EACH * len(story.roads)
        figure = Figure(figsize=(_WIDTH, height), dpi=_DPI, facecolor=_PAPER, layout="constrained")
        axes = figure.add_subplot()
        _frame(figure, axes, story)
        for number, road in enumerate(story.roads):
            _line(axes, road, story, number)
        # A line for each club: beside one another long names would not fit.
        figure.legend(
            loc="outside lower left",
            fontsize=_LETTERS - 2,
            labelcolor=_INK,
            frameon=False,
            handletextpad=0.1,
            labelspacing=0.3,
        )
        page = io.BytesIO()
        FigureCanvasAgg(figure).print_png(page)
    return page.getvalue()


def _frame(figure: Any, axes: Any, story: Story) -> None:
    from matplotlib.dates import AutoDateLocator, DateFormatter

    axes.set_facecolor(_PAPER)
    figure.suptitle(
        _shown(story.player, 34), x=0.02, ha="left", color=_INK, fontsize=_LETTERS + 2, fontweight="bold"
    )
    axes.set_ylim(0.4, 7.6)
    axes.set_yticks([stage.value for stage in Stage], [stage.word for stage in Stage], color=_INK)
    axes.grid(axis="y", color=_FAINT, alpha=0.35, linewidth=0.8)
    locator: Any = AutoDateLocator(minticks=2, maxticks=4)
    axes.xaxis.set_major_locator(locator)
    hours = max(p.at for r in story.roads for p in r.points) - min(r.points[0].at for r in story.roads)
    axes.xaxis.set_major_formatter(DateFormatter("%d %b" if hours > timedelta(days=2) else "%d %b\n%H:%M"))
    axes.tick_params(colors=_INK, length=0)
    for side in axes.spines.values():
        side.set_visible(False)
    first = min(road.points[0].at for road in story.roads)
    span = max(story.until - first, timedelta(hours=6))
    axes.set_xlim(first - span * 0.04, story.until + span * 0.06)


def _line(axes: Any, road: Road, story: Story, number: int) -> None:
    """One club: steps from stage to stage, faint where it was not live, a cross at each setback."""
    colour = _COLOURS[number % len(_COLOURS)]
    # Lines of clubs that stand on the same stage lie side by side, not one upon the other.
    shift = (number - (len(story.roads) - 1) / 2) * min(0.16, 0.5 / len(story.roads))
    label = _shown(road.club, 34)
    points = road.points
    for here, following in zip(points, (*points[1:], None), strict=True):
        until = following.at if following else story.until
        live = here.status is Status.LIVE
        if here.status is not Status.OFF:
            axes.plot(
                [here.at, until],
                [here.stage + shift] * 2,
                color=colour,
                linewidth=4,
                alpha=1 if live else 0.45,
                linestyle="-" if live else ":",
                solid_capstyle="round",
            )
        if following and here.status is not Status.OFF:
            axes.plot(
                [until, until],
                [here.stage + shift, following.stage + shift],
                color=colour,
                linewidth=2,
                alpha=0.6,
            )
    _marks(axes, [p for p in points if p.status is Status.LIVE], shift, colour, _SHAPES[number % 6], label)
    down = [p for p in points if p.status is not Status.LIVE]
    _marks(axes, down, shift, "#ff6b6b", "X", None if any(p.status is Status.LIVE for p in points) else label)


def _marks(
    axes: Any, points: Sequence[Any], shift: float, colour: str, shape: str, label: str | None
) -> None:
    if points:
        axes.plot(
            [point.at for point in points],
            [point.stage + shift for point in points],
            linestyle="none",
            marker=shape,
            markersize=14,
            markeredgecolor=_PAPER,
            color=colour,
            label=label,
            zorder=3,
        )


def _shown(text: str, longest: int) -> str:
    """A name as it may stand in a picture: short, and without signs that the font has no shape for."""
    from matplotlib.font_manager import findfont, get_font

    shapes = get_font(findfont("DejaVu Sans")).get_charmap()
    kept = "".join(letter for letter in line(text) if ord(letter) in shapes)
    return clip(line(kept), longest) or "…"
