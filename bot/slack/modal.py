"""Modals: whom to watch, how a channel is told, and what is said back in one."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.call import Call
from bot.commands.command import Command, Option, Takes
from bot.commands.complete import Suggestion
from bot.commands.desk import Desk
from bot.plain import clip
from bot.request import Answer
from bot.slack.asker import WITHOUT
from bot.slack.blocks import (
    MOST_BLOCKS_OF_A_VIEW,
    OPTION,
    OPTION_VALUE,
    Block,
    Sheet,
    choices_of,
    draw,
    plain,
    rich,
    text_of,
)
from links.link import Kind
from storage.watch import ChannelSettings

View = dict[str, Any]

WATCH, SETTINGS, IMPORT = "watch", "settings", "feeds import"
TYPED = "new:"
"""Before a name that was typed and is in no list."""

_TITLE, _PLACEHOLDER = 24, 150


_LABELS = {
    "lowest": "Lowest stage",
    "kinds": "Kinds of news",
    "tier": "Weakest source",
    "quiet": "Quiet hours",
    "digest": "Digest",
    "timezone": "Time zone of these hours",
    "threads": "Threads",
    "broadcast": "Show in the channel too, from",
}


@dataclass(frozen=True, slots=True)
class Filled:
    """What was filled in: the channel (None for the person's own messages), the call, and a file."""

    channel: str | None
    call: Call
    file: Mapping[str, Any] | None = None


def watch_view(command: Command, *, channel: str | None, home: int | None = None) -> View:
    """Whom to watch, where, to which club and from which stage. `channel` is chosen to begin with.

    `home` is the page of the Home tab where it was opened, None where it was opened elsewhere.
    """
    where: Block = {
        "type": "conversations_select",
        "action_id": "channel",
        "placeholder": plain("Only me, in direct messages", _PLACEHOLDER),
        "filter": {"include": ["public", "private"], "exclude_bot_users": True},
    }
    if channel:
        where["initial_conversation"] = channel
    stages = command.option("from")
    blocks = [
        _input(
            "player",
            "Player",
            _search("Type a name", 0),
            hint="Not in the list? Take the name as you typed it.",
        ),
        _input(
            "channel", "Tell this channel", where, optional=True, hint="Empty: only you are told, privately."
        ),
        _input("club", "Only his move to", _search("Any club", 1), optional=True),
        _input("from", "From which stage on", _select(stages, None), optional=True),
    ]
    private = {"home": home} if home else None
    return _view(WATCH, "Watch a player", blocks, submit="Watch", private=private)


def home_of(view: Mapping[str, Any]) -> int | None:
    """The page of the Home tab where this window was opened, None where it was opened elsewhere."""
    page = _private(view).get("home")
    return page if isinstance(page, int) and 0 < page < 100_000 else None


def settings_view(command: Command, settings: ChannelSettings, *, channel: str) -> View:
    """How a channel is told, as it stands, to be changed."""
    now = _as_typed(settings)
    blocks = [_for_whom(channel)]
    for option in _meaningful(command):
        element = _element(option, now.get(option.name, ""))
        label = _LABELS.get(option.name, option.name.capitalize())
        blocks.append(_input(option.name, label, element, optional=True, hint=option.summary))
    return _view(SETTINGS, "How to be told", blocks, submit="Save", private={"channel": channel, "was": now})


def _for_whom(channel: str) -> Block:
    """Whose settings they are: from the Home tab, the window lies over many channels."""
    own = channel.startswith(("U", "W"))
    whom: Block = text_of("you alone") if own else {"type": "channel", "channel_id": channel}
    return rich(text_of("Alerts for "), whom)


def import_view(place: str) -> View:
    """Which file of feeds is taken in."""
    element: Block = {"type": "file_input", "action_id": "file", "filetypes": ["opml", "xml"], "max_files": 1}
    hint = "What “feeds export” gives, and what feed readers write. The feeds in it are added to those here."
    return _view(
        IMPORT,
        "Import feeds",
        [_input("file", "OPML file", element, hint=hint)],
        submit="Import",
        private={"channel": place},
    )


def said_view(answer: Answer, *, place: str, title: str = "Deadline Day") -> View:
    """An answer in a modal; its buttons act on the channel `place`."""
    sheet = Sheet(most=MOST_BLOCKS_OF_A_VIEW, place=place)
    if answer.text:
        sheet.lay(rich(text_of(clip(answer.text, 2900))))
    tail = choices_of(sheet, answer.choices)
    for card in answer.cards:
        draw(sheet, card, kept_blocks=len(tail), kept=1500 if tail else 0)
    sheet.lay(*tail)
    return _view("said", title, sheet.blocks or [rich(text_of("Done."))])


def _meaningful(command: Command) -> list[Option]:
    """The settings that make a difference on Slack; and one language is no choice."""
    return [option for option in command.shown if option.name not in WITHOUT and len(option.choices) != 1]


def busy_view() -> View:
    """Shown while an answer takes its time."""
    return _view("busy", "Deadline Day", [rich(text_of("One moment …"))])


def options(found: Sequence[Suggestion], typed: str, *, free: bool) -> list[Block]:
    """Suggestions as options of a search; with `free` what was typed is one too."""
    made: list[Block] = []
    for one in found[:99]:
        if len(one.value) <= OPTION_VALUE:
            option: Block = {"text": plain(one.text, OPTION), "value": one.value}
            if one.detail:
                option["description"] = plain(one.detail, OPTION)
            made.append(option)
    typed = clip(" ".join(typed.split()), 60)
    if free and typed and typed.casefold() not in (one.text.casefold() for one in found):
        made.append(
            {
                "text": plain(typed, OPTION),
                "value": TYPED + typed,
                "description": plain("as typed: not known here yet", OPTION),
            }
        )
    return made


def filled(view: Mapping[str, Any], desk: Desk) -> Filled | None:
    """What was filled in; None for a window that this version does not have, or cannot read."""
    name = str(view.get("callback_id"))
    command = desk.command(name)
    if command is None or name not in (WATCH, SETTINGS, IMPORT):
        return None
    if name == WATCH:
        return filled_watch(view)
    if name == IMPORT:
        return filled_import(view)
    # Without its channel the settings would be somebody else's.
    return filled_settings(view, command) if _private(view).get("channel") else None


def field_of(command: str, answer: Answer) -> str:
    """The field of a window at which it is said why nothing was done, "" where it is none of them."""
    if answer.ok:
        return ""
    if command == WATCH and answer.about == "tell":
        return "channel"
    if answer.cards or answer.choices:
        return ""
    return answer.about or {WATCH: "player", IMPORT: "file"}.get(command, "")


def filled_import(view: Mapping[str, Any]) -> Filled:
    """The file that was given in `import_view`."""
    channel = str(_private(view).get("channel") or "") or None
    for actions in _states(view).values():
        for state in actions.values():
            files = state.get("files")
            if isinstance(files, list) and files and isinstance(files[0], dict):
                return Filled(channel, Call("feeds import"), files[0])
    return Filled(channel, Call("feeds import"))


def filled_watch(view: Mapping[str, Any]) -> Filled:
    """The watch that was asked for in `watch_view`."""
    values = _values(view)
    channel = values.get("channel")
    name = values.get("player", "")
    call = Call.of(
        "watch",
        player=name.removeprefix(TYPED),
        club=values.get("club", "").removeprefix(TYPED) or None,
        from_=values.get("from") or None,
    )
    return Filled(channel or None, call)


def filled_settings(view: Mapping[str, Any], command: Command) -> Filled:
    """What differs in `settings_view` from how it was opened."""
    private = _private(view)
    was = private.get("was") if isinstance(private.get("was"), dict) else {}
    values = _values(view)
    changed: dict[str, str] = {}
    for option in _meaningful(command):
        value = values.get(option.name) or "off"
        if option.name == "kinds":
            value = _kinds(values.get(option.name, ""))
        before = str((was or {}).get(option.name, ""))
        if option.name in values and value != (before or "off") and not (value == "off" and not before):
            changed[option.name] = value
    return Filled(str(private.get("channel") or "") or None, Call("settings", tuple(changed.items())))


def _values(view: Mapping[str, Any]) -> dict[str, str]:
    """The state of a view by block: what was typed or chosen, "" where nothing was."""
    found: dict[str, str] = {}
    for block_id, actions in _states(view).items():
        for state in actions.values():
            option = state.get("selected_option") or {}
            several = state.get("selected_options")
            value = state.get("value") or option.get("value") or state.get("selected_conversation") or ""
            if several is not None:
                value = ",".join(str(one.get("value")) for one in several)
            found[str(block_id)] = str(value)
    return found


def _kinds(chosen: str) -> str:
    """Kinds as they are typed, in one order; none is all."""
    words = {word.strip() for word in chosen.split(",")} - {""}
    return "all" if words in (set(), set(Kind)) else ",".join(sorted(words))


def _states(view: Mapping[str, Any]) -> dict[str, Any]:
    return dict((view.get("state") or {}).get("values") or {})


def _private(view: Mapping[str, Any]) -> dict[str, Any]:
    try:
        private = json.loads(view.get("private_metadata") or "{}")
    except ValueError:
        return {}
    return private if isinstance(private, dict) else {}


def _as_typed(settings: ChannelSettings) -> dict[str, str]:
    """The settings in the words in which they are typed; "" for what is off."""
    quiet = settings.quiet_from and settings.quiet_to
    return {
        "lowest": settings.lowest.word,
        "kinds": "all" if settings.kinds == frozenset(Kind) else ",".join(sorted(settings.kinds)),
        "tier": str(settings.tier),
        "quiet": f"{settings.quiet_from:%H:%M}-{settings.quiet_to:%H:%M}" if quiet else "",
        "digest": f"{settings.digest:%H:%M}" if settings.digest else "",
        "timezone": settings.timezone,
        "threads": "auto" if settings.threads is None else "on" if settings.threads else "off",
        "broadcast": settings.broadcast.word,
        "publish": "on" if settings.publish else "off",
        "anyone": "on" if settings.anyone else "off",
        "language": settings.language,
    }


def _element(option: Option, now: str) -> Block:
    if option.name == "kinds":
        return _several(option.name, tuple(Kind), tuple(Kind) if now == "all" else now.split(","))
    if option.takes is Takes.CHOICE:
        return _select(option, now)
    if option.takes is Takes.SWITCH:
        return _chosen(option.name, ("on", "off"), now)
    if option.takes is Takes.NUMBER:
        numbers = tuple(str(n) for n in range(option.low or 1, (option.high or 4) + 1))
        return _chosen(option.name, numbers, now)
    element: Block = {"type": "plain_text_input", "action_id": option.name, "max_length": option.longest}
    return {**element, "initial_value": now} if now else element


def _select(option: Option | None, now: str | None) -> Block:
    return _chosen(option.name, option.choices, now) if option else _chosen("from", ("interest",), now)


def _chosen(name: str, words: Sequence[str], now: str | None) -> Block:
    choices = [{"text": plain(word, OPTION), "value": word} for word in words]
    element: Block = {"type": "static_select", "action_id": name, "options": choices}
    if now is None:
        element["placeholder"] = plain("From the first rumour on", _PLACEHOLDER)
    first = next((choice for choice in choices if choice["value"] == now), None)
    return {**element, "initial_option": first} if first else element


def _several(name: str, words: Sequence[str], now: Sequence[str]) -> Block:
    choices = [{"text": plain(word, OPTION), "value": str(word)} for word in words]
    chosen = [choice for choice in choices if choice["value"] in now]
    element: Block = {"type": "multi_static_select", "action_id": name, "options": choices}
    element["placeholder"] = plain("All", _PLACEHOLDER)
    return {**element, "initial_options": chosen} if chosen else element


def _search(placeholder: str, letters: int) -> Block:
    return {
        "type": "external_select",
        "action_id": "search",
        "min_query_length": letters,
        "placeholder": plain(placeholder, _PLACEHOLDER),
    }


def _input(name: str, label: str, element: Block, *, optional: bool = False, hint: str = "") -> Block:
    block: Block = {
        "type": "input",
        "block_id": name,
        "label": plain(label, 2000),
        "element": element,
        "optional": optional,
    }
    return {**block, "hint": plain(hint, 2000)} if hint else block


def _view(
    callback: str,
    title: str,
    blocks: Sequence[Block],
    *,
    submit: str = "",
    private: Mapping[str, Any] | None = None,
) -> View:
    view: View = {
        "type": "modal",
        "callback_id": callback,
        "title": plain(title, _TITLE),
        "close": plain("Close", _TITLE),
        "blocks": list(blocks),
    }
    if submit:
        view["submit"] = plain(submit, _TITLE)
    if private:
        view["private_metadata"] = json.dumps(private)
    return view
