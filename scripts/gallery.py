"""Pages in a folder, each with its payloads (JSON) and the picture that Chromium makes of it (PNG)."""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from PIL import Image, ImageChops

PLAYERS = ("Bastian Kolbrenner", "Owen Tregarth", "Idris Valcourt")
"""Whom a tour watches: the sample's story is about them."""

CHROMIUM = ("chromium", "chromium-browser", "google-chrome")
HIGHEST = 9000
"""Pixels of the window: a screenshot is as high as its window, and is cut to what is drawn."""


class Gallery:
    """A folder of pictures."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._pages: list[tuple[Path, int]] = []
        folder.mkdir(parents=True, exist_ok=True)

    def keep(self, name: str, page: str, payloads: Sequence[Any], width: int) -> None:
        """Write a page with its payloads, to be drawn so wide later: a browser takes its time, and people
        who wait for an answer do not."""
        path = self.folder / f"{name}.html"
        path.write_text(page, encoding="utf-8")
        (self.folder / f"{name}.json").write_text(
            json.dumps(payloads, indent=1, ensure_ascii=False), encoding="utf-8"
        )
        self._pages.append((path, width))

    def photograph(self) -> None:
        """Draw every page."""
        for page, width in self._pages:
            _photograph(page, width)


def _photograph(page: Path, width: int) -> None:
    browser = next(filter(None, map(shutil.which, CHROMIUM)), None)
    if browser is None:
        print(f"{page} (no Chromium, no picture)")
        return
    png = page.with_suffix(".png")
    command = [browser, "--headless=new", "--no-sandbox", "--disable-gpu", "--hide-scrollbars"]
    with TemporaryDirectory() as profile:
        command += [f"--user-data-dir={profile}", f"--window-size={width},{HIGHEST}"]
        subprocess.run(
            [*command, f"--screenshot={png}", page.resolve().as_uri()],
            check=True, timeout=120, capture_output=True,
        )  # fmt: skip
    with Image.open(png) as taken:
        drawn = taken.convert("RGB")
    empty = drawn.crop((0, drawn.height - 1, drawn.width, drawn.height)).resize(drawn.size)
    inked = ImageChops.difference(drawn, empty).getbbox()
    drawn.crop((0, 0, drawn.width, min((inked[3] if inked else 0) + 16, drawn.height))).save(png)
    print(png)


def held(files: Sequence[Path]) -> Iterator[tuple[str, list[Any]]]:
    """What the files hold, each one payload or a list of them, with a name."""
    for file in files:
        payloads = json.loads(file.read_text(encoding="utf-8"))
        yield file.stem, payloads if isinstance(payloads, list) else [payloads]


def run(
    words: str | None,
    tour: Callable[[Gallery], None],
    show: Callable[[Gallery, str, list[Any]], None],
) -> None:
    """Read the arguments (`words` explain them) and draw: a tour, or what files hold."""
    parser = argparse.ArgumentParser(description=words, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("files", type=Path, nargs="*")
    asked = parser.parse_args()
    gallery = Gallery(asked.folder)
    if asked.files:
        for name, payloads in held(asked.files):
            show(gallery, name, payloads)
    else:
        tour(gallery)
    gallery.photograph()
