"""Discord's rules for what a bot sends, those that its OpenAPI document does not say.

Each with the page of Discord's documentation that it comes from; found missing from the document by trial.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

Json = dict[str, Any]

V2 = 1 << 15  # https://docs.discord.com/developers/components/reference#what-is-a-component
EPHEMERAL = 1 << 6

ROW, BUTTON, SELECT, INPUT, SECTION, TEXT, THUMBNAIL, GALLERY, FILE, SEPARATOR, CONTAINER = (
    1, 2, 3, 4, 9, 10, 11, 12, 13, 14, 17,
)  # fmt: skip
_LEGACY = (ROW, BUTTON, SELECT, INPUT, 5, 6, 7, 8)
_LOCALES = frozenset(
    [
        "id",
        "da",
        "de",
        "en-GB",
        "en-US",
        "es-ES",
        "es-419",
        "fr",
        "hr",
        "it",
        "lt",
        "hu",
        "nl",
        "no",
        "pl",
        "pt-BR",
        "ro",
        "fi",
        "sv-SE",
        "vi",
        "tr",
        "cs",
        "el",
        "bg",
        "ru",
        "uk",
        "hi",
        "th",
        "zh-CN",
        "ja",
        "zh-TW",
        "ko",
    ]
)
_NAME = re.compile(r"[-_'\w]{1,32}")


class Broken(Exception):
    """A rule was broken; answered as 400 with code 50035 (or the rule's own)."""

    def __init__(self, reason: str, code: int = 50035) -> None:
        super().__init__(reason)
        self.code = code


class Refused(Exception):
    """An answer that is an error, with Discord's own code."""

    def __init__(self, status: int, code: int, message: str, **more: Any) -> None:
        super().__init__(message)
        self.status, self.body = status, {"message": message, "code": code, **more}


def long(text: str) -> int:
    """UTF-16 units: the strictest way in which Discord may count."""
    return len(text.encode("utf-16-le")) // 2


def message(sent: Json, *, files: set[str] = frozenset(), kept: Json | None = None) -> None:  # type: ignore[assignment]
    """Check a message to be made, or, with `kept`, one to be edited. Raises Broken.

    https://docs.discord.com/developers/resources/message#create-message
    """
    flags = int(sent.get("flags") or 0) | (int(kept["flags"]) if kept else 0)
    components = sent.get("components") or []
    if flags & V2:
        if sent.get("content") or sent.get("embeds") or sent.get("poll") or sent.get("sticker_ids"):
            raise Broken("content, embeds, polls and stickers cannot go with IS_COMPONENTS_V2")
        if not components and kept is None:
            raise Broken("an empty message", 50006)
        _components_v2(components, files)
    else:
        if any(part["type"] not in _LEGACY for part in walk(components)):
            raise Broken("components that need IS_COMPONENTS_V2")
        if len(components) > 5:
            raise Broken("more than five action rows")
        if kept is None and not (sent.get("content") or sent.get("embeds") or components or files):
            raise Broken("an empty message", 50006)
    if long(sent.get("content") or "") > 2000:
        raise Broken("content of more than 2000 characters")
    _embeds(sent.get("embeds") or [])
    _ids(components)
    mentions = sent.get("allowed_mentions") or {}
    for kind in ("users", "roles"):
        if len(mentions.get(kind) or ()) > 100:
            raise Broken(f"more than 100 allowed {kind}")
        if mentions.get(kind) and kind in (mentions.get("parse") or ()):
            raise Broken(f"{kind} both parsed and listed")
    if sent.get("enforce_nonce") and not sent.get("nonce"):
        raise Broken("enforce_nonce without a nonce")


def walk(components: list[Json]) -> Iterator[Json]:
    """Every component, however deep."""
    for part in components:
        yield part
        yield from walk(part.get("components") or [])
        if part.get("accessory"):
            yield from walk([part["accessory"]])


def _components_v2(components: list[Json], files: set[str]) -> None:
    every = list(walk(components))
    if len(every) > 40:
        raise Broken(f"{len(every)} components, 40 are allowed")
    total = sum(long(part["content"]) for part in every if part["type"] == TEXT)
    if total > 4000:
        raise Broken(f"{total} characters of text, 4000 are allowed")
    for part in components:
        if part["type"] in (BUTTON, SELECT, THUMBNAIL):
            raise Broken("a component that may not stand at the top")
    for part in every:
        if part["type"] == TEXT and not part["content"].strip():
            raise Broken("an empty text")
        if part["type"] == SECTION and not (1 <= len(part["components"]) <= 3 and part.get("accessory")):
            raise Broken("a section needs one to three texts and an accessory")
        if part["type"] == CONTAINER and not part["components"]:
            raise Broken("an empty container")
        if part["type"] == GALLERY and not 1 <= len(part["items"]) <= 10:
            raise Broken("a gallery has one to ten items")
    named = {url for part in every for url in _urls(part)}
    for url in named:
        if url.startswith("attachment://") and url.removeprefix("attachment://") not in files:
            raise Broken(f"{url} is not attached")
    if missing := files - {url.removeprefix("attachment://") for url in named}:
        raise Broken(f"attached but not shown: {missing}")


def _urls(part: Json) -> Iterator[str]:
    if part["type"] == GALLERY:
        yield from (item["media"]["url"] for item in part["items"])
    if part["type"] == FILE:
        yield part["file"]["url"]


def _ids(components: list[Json]) -> None:
    """https://docs.discord.com/developers/components/reference#custom-id"""
    given = [part["custom_id"] for part in walk(components) if part.get("custom_id") is not None]
    if len(given) != len(set(given)):
        raise Broken("the same custom_id twice")
    for part in walk(components):
        _one(part)


def _one(part: Json) -> None:
    id = part.get("custom_id")
    if id is not None and not 1 <= long(id) <= 100:
        raise Broken(f"a custom_id of {long(id)} characters")
    if part["type"] == ROW and not 1 <= len(part["components"]) <= 5:
        raise Broken("a row has one to five buttons")
    if part["type"] == BUTTON:
        if part["style"] == 5 and id is not None:
            raise Broken("a link with a custom_id")
        if part["style"] != 5 and id is None:
            raise Broken("a button without a custom_id")
        if not part.get("label") and not part.get("emoji"):
            raise Broken("a button without a label")
        if long(part.get("label") or "") > 80:
            raise Broken("a label of more than 80 characters")
    if part["type"] == SELECT:
        _select(part)


def _select(part: Json) -> None:
    options = part["options"]
    if not 1 <= len(options) <= 25:
        raise Broken(f"a select of {len(options)} options")
    if long(part.get("placeholder") or "") > 150:
        raise Broken("a placeholder of more than 150 characters")
    values = [option["value"] for option in options]
    if len(set(values)) != len(values):
        raise Broken("the same value twice in a select")
    for option in options:
        for key in ("label", "value", "description"):
            if option.get(key) is not None and not 1 <= long(option[key]) <= 100:
                raise Broken(f"an option's {key} of {long(option[key])} characters")


def _embeds(embeds: list[Json]) -> None:
    total = 0
    for embed in embeds:
        total += sum(long(embed.get(key) or "") for key in ("title", "description"))
        total += sum(long(row["name"]) + long(row["value"]) for row in embed.get("fields") or [])
    if total > 6000:
        raise Broken("embeds of more than 6000 characters in all")


def commands(sent: list[Json]) -> None:
    """https://docs.discord.com/developers/interactions/application-commands#application-command-object"""
    chat = [command for command in sent if command.get("type", 1) == 1]
    if len(chat) > 100:
        raise Broken("more than 100 commands")
    if len({command["name"] for command in chat}) != len(chat):
        raise Broken("two commands of one name")
    for command in chat:
        _command(command)
        if _weight(command) > 8000:
            raise Broken(f"{command['name']} is larger than 8000 characters")


def _command(command: Json) -> None:
    name = command["name"]
    if not _NAME.fullmatch(name) or name != name.lower():
        raise Broken(f"a command called {name!r}")
    if not 1 <= long(command.get("description") or "") <= 100:
        raise Broken(f"{name} has no description, or too long a one")
    for key in ("name_localizations", "description_localizations"):
        if unknown := set(command.get(key) or {}) - _LOCALES:
            raise Broken(f"unknown languages: {unknown}")
    options = command.get("options") or []
    if len(options) > 25:
        raise Broken(f"{name} has more than 25 options")
    optional = False
    for option in options:
        if option["type"] > 2:
            if option.get("required") and optional:
                raise Broken(f"{name}: a required option after an optional one")
            optional = optional or not option.get("required")
            if option.get("autocomplete") and option.get("choices"):
                raise Broken(f"{name}: an option with choices and autocomplete")
            if long(str(option.get("choices") or "")) and len(option.get("choices") or ()) > 25:
                raise Broken(f"{name}: more than 25 choices")
        _command(option)


def _weight(command: Json) -> int:
    own = long(command["name"]) + long(command.get("description") or "")
    own += sum(long(str(c["name"])) + long(str(c["value"])) for c in command.get("choices") or [])
    return own + sum(_weight(option) for option in command.get("options") or [])
