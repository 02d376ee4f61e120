"""The HTTP API of the loopback Discord, route by route. Each gives (status, JSON)."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

from aiohttp import web

from tests.bot.discord import rules
from tests.bot.discord.rules import Refused
from tests.bot.discord.town import DM, FORUM, GROUP, NEWS, THREAD, THREADS, USUAL, Json

if TYPE_CHECKING:
    from tests.bot.discord.fake import Called, Fake

Reply = tuple[int, Any]
Files = dict[str, bytes]
Route = Callable[["Fake", web.Request, Any, Files], Awaitable[Reply]]

_NO_MORE_EDITS_AFTER = 3600.0
_FIRST_ANSWER, _LAST_ANSWER = 3.0, 900.0
"""Seconds. https://docs.discord.com/developers/interactions/receiving-and-responding"""

_MENTION = re.compile(r"<@(&|!)?(\d+)>")


def add(app: web.Application, fake: Fake) -> None:
    for method, path, route in _TABLE:

        async def handle(request: web.Request, route: Route = route) -> web.StreamResponse:
            return await fake.answer(request, route)

        app.router.add_route(method, "/api/v10" + path, handle)


# Who we are


async def me(fake: Fake, request: web.Request, body: Any, files: Files) -> Reply:
    bot = {**fake.town.bot, "mfa_enabled": False, "locale": "en-US", "verified": True, "email": None,
           "premium_type": 0}  # fmt: skip
    return 200, bot


async def application(fake: Fake, request: web.Request, body: Any, files: Files) -> Reply:
    return 200, fake.town.application


async def gateway_bot(fake: Fake, request: web.Request, body: Any, files: Files) -> Reply:
    limit = {"total": 1000, "remaining": 999, "reset_after": 86_400_000, "max_concurrency": 1}
    return 200, {"url": fake.gateway_url, "shards": fake.shards, "session_start_limit": limit}


async def my_guilds(fake: Fake, request: web.Request, body: Any, files: Files) -> Reply:
    bot = fake.town.bot["id"]
    mine = [g for g in fake.town.guilds.values() if (g["id"], bot) in fake.town.members]
    return 200, [
        {"id": g["id"], "name": g["name"], "icon": None, "banner": None, "owner": False,
         "permissions": str(USUAL), "features": []}
        for g in mine
    ]  # fmt: skip


# Commands


async def put_commands(fake: Fake, request: web.Request, body: Any, files: Files) -> Reply:
    rules.commands(body)
    fake.syncs += 1
    fake.commands = [_kept_command(fake, command) for command in body]
    return 200, fake.commands


async def get_commands(fake: Fake, request: web.Request, body: Any, files: Files) -> Reply:
    return 200, fake.commands


def _kept_command(fake: Fake, command: Json) -> Json:
    kept = {key: value for key, value in command.items() if value is not None and key != "options"}
    kept |= {"id": fake.town.ids(), "application_id": fake.town.application["id"], "version": fake.town.ids(),
             "nsfw": False, "type": command.get("type", 1), "default_member_permissions": None}  # fmt: skip
    kept.setdefault("contexts", [0, 1])
    kept.setdefault("integration_types", [0])
    needed = command.get("default_member_permissions")
    if needed is not None:
        kept["default_member_permissions"] = str(needed)
    if command.get("options"):
        kept["options"] = [_kept_option(option) for option in command["options"]]
    return kept


def _kept_option(option: Json) -> Json:
    kept = {key: value for key, value in option.items() if key != "options"}
    if option.get("options"):
        kept["options"] = [_kept_option(each) for each in option["options"]]
    return kept


# Channels and servers


async def get_channel(fake: Fake, request: web.Request, body: Any, files: Files) -> Reply:
    return 200, _visible(fake, request.match_info["channel"])


async def get_guild(fake: Fake, request: web.Request, body: Any, files: Files) -> Reply:
    return 200, _my_guild(fake, request)


async def get_guild_channels(fake: Fake, request: web.Request, body: Any, files: Files) -> Reply:
    guild = _my_guild(fake, request)
    mine = [each for each in fake.town.channels.values() if each.get("guild_id") == guild["id"]]
    return 200, [each for each in mine if each["type"] not in THREADS]


async def get_member(fake: Fake, request: web.Request, body: Any, files: Files) -> Reply:
    guild = _my_guild(fake, request)
    member = fake.town.members.get((guild["id"], request.match_info["user"]))
    if member is None:
        raise Refused(404, 10007, "Unknown Member")
    return 200, member


async def open_direct(fake: Fake, request: web.Request, body: Any, files: Files) -> Reply:
    user = fake.town.users.get(str(body["recipient_id"]))
    if user is None:
        raise Refused(404, 10013, "Unknown User")
    return 200, fake.town.direct(user)


async def start_thread(fake: Fake, request: web.Request, body: Any, files: Files) -> Reply:
    channel = _visible(fake, request.match_info["channel"])
    may = fake.town.allowed(fake.town.bot, channel)
    if not may.create_public_threads:
        raise Refused(403, 50013, "Missing Permissions")
    if channel["type"] in (*THREADS, DM, FORUM, GROUP) or channel["type"] == 2:
        raise Refused(400, 50024, "Cannot execute action on this channel type")
    thread = fake.town.thread(channel, body["name"], fake.town.bot, body.get("type", THREAD))
    await fake.gateway.tell("THREAD_CREATE", {**thread, "newly_created": True}, guild=channel["guild_id"])
    return 201, thread


def _my_guild(fake: Fake, request: web.Request) -> Json:
    guild = fake.town.guilds.get(request.match_info["guild"])
    if guild is None or (guild["id"], fake.town.bot["id"]) not in fake.town.members:
        raise Refused(404, 10004, "Unknown Guild")
    return guild


def _visible(fake: Fake, id: str) -> Json:
    channel = fake.town.channels.get(id)
    if channel is None:
        raise Refused(404, 10003, "Unknown Channel")
    if channel["type"] == DM:
        return channel
    if not fake.town.allowed(fake.town.bot, channel).view_channel:
        raise Refused(403, 50001, "Missing Access")
    return channel


# Messages


async def post_message(fake: Fake, request: web.Request, body: Any, files: Files) -> Reply:
    channel = _visible(fake, request.match_info["channel"])
    _may_write(fake, channel)
    rules.message(body, files=_named(body, files))
    nonce = body.get("nonce")
    known = fake.nonces.get(str(nonce)) if body.get("enforce_nonce") else None
    if known is not None and fake.town.now() - known[0] < fake.nonce_window:
        return 200, known[1]
    message = make_message(fake, channel, fake.town.bot, body, files)
    if nonce is not None:
        message["nonce"] = nonce
        fake.nonces[str(nonce)] = (fake.town.now(), message)
    kept = fake.town.messages.setdefault(channel["id"], {})
    kept[message["id"]] = message
    if channel["type"] in THREADS:
        channel["thread_metadata"]["archived"] = False
    shown = {**message, "guild_id": channel["guild_id"]} if "guild_id" in channel else message
    await fake.gateway.tell("MESSAGE_CREATE", shown, guild=channel.get("guild_id"))
    return 200, message


def _may_write(fake: Fake, channel: Json) -> None:
    if channel["type"] == DM:
        if channel["recipients"][0]["id"] in fake.town.closed_to:
            raise Refused(403, 50007, "Cannot send messages to this user")
        return
    if channel["type"] in (GROUP, FORUM):
        raise Refused(403, 50001, "Missing Access")
    may = fake.town.allowed(fake.town.bot, channel)
    if channel["type"] in THREADS:
        if channel["thread_metadata"]["locked"]:
            raise Refused(403, 160005, "Thread is locked")
        if not may.send_messages_in_threads:
            raise Refused(403, 50013, "Missing Permissions")
    elif not may.send_messages:
        raise Refused(403, 50013, "Missing Permissions")


async def get_messages(fake: Fake, request: web.Request, body: Any, files: Files) -> Reply:
    channel = _visible(fake, request.match_info["channel"])
    if channel["type"] != DM and not fake.town.allowed(fake.town.bot, channel).read_message_history:
        raise Refused(403, 50001, "Missing Access")
    most = int(request.query.get("limit", 50))
    after = int(request.query.get("after", 0))
    later = [row for row in fake.town.in_(channel) if int(row["id"]) > after]
    newest = list(reversed(later[:most] if after else later[-most:]))
    return 200, [{key: value for key, value in row.items() if key != "nonce"} for row in newest]


async def patch_message(fake: Fake, request: web.Request, body: Any, files: Files) -> Reply:
    channel = _visible(fake, request.match_info["channel"])
    message = fake.town.messages.get(channel["id"], {}).get(request.match_info["message"])
    if message is None:
        raise Refused(404, 10008, "Unknown Message")
    age = fake.town.now() - ((int(message["id"]) >> 22) + 1_420_070_400_000) / 1000
    # How many edits of an old message Discord takes is not told; here it is none.
    if age > _NO_MORE_EDITS_AFTER:
        raise Refused(
            429, 30046, "Maximum number of edits to messages older than 1 hour reached", **fake.old_edit
        )
    rules.message(body, files=_named(body, files), kept=message)
    change(fake, message, body, files)
    return 200, message


async def crosspost(fake: Fake, request: web.Request, body: Any, files: Files) -> Reply:
    channel = _visible(fake, request.match_info["channel"])
    message = fake.town.messages.get(channel["id"], {}).get(request.match_info["message"])
    if message is None:
        raise Refused(404, 10008, "Unknown Message")
    if channel["type"] != NEWS:
        raise Refused(400, 50024, "Cannot execute action on this channel type")
    fake.crossposted.append(message["id"])
    message["flags"] |= 1
    return 200, message


def _named(body: Json, files: Files) -> set[str]:
    return {row["filename"] for row in body.get("attachments") or [] if row.get("filename")} or set(files)


def make_message(fake: Fake, channel: Json, author: Json, body: Json, files: Files) -> Json:
    """A message as Discord keeps it; `_pinged` is whom it called, and leaves with nobody."""
    id = fake.town.ids(fake.town.now())
    message: Json = {
        "id": id, "channel_id": channel["id"], "author": author, "content": body.get("content") or "",
        "timestamp": fake.town.stamp(), "edited_timestamp": None, "tts": False, "mention_everyone": False,
        "mentions": [], "mention_roles": [], "attachments": [], "embeds": [], "pinned": False, "type": 0,
        "flags": int(body.get("flags") or 0), "components": [],
    }  # fmt: skip
    reference = body.get("message_reference")
    if reference:
        message["type"] = 19
        message["message_reference"] = {
            "type": 0, "channel_id": channel["id"], "message_id": str(reference["message_id"]),
        }  # fmt: skip
        if "guild_id" in channel:
            message["message_reference"]["guild_id"] = channel["guild_id"]
        message["referenced_message"] = fake.town.messages[channel["id"]][str(reference["message_id"])]
    change(fake, message, body, files, new=True)
    return message


def change(fake: Fake, message: Json, body: Json, files: Files, *, new: bool = False) -> None:
    """Put what was sent into a message."""
    if body.get("content") is not None:
        message["content"] = body["content"]
    if body.get("components") is not None:
        message["components"] = _kept_components(fake, message, body["components"], files)
    if body.get("flags"):
        message["flags"] |= int(body["flags"])
    texts = [part["content"] for part in rules.walk(message["components"]) if part["type"] == rules.TEXT]
    mentions = body.get("allowed_mentions")
    parse = (mentions or {}).get("parse") or ()
    people, roles = [], []
    for kind, number in _MENTION.findall(" ".join([message["content"], *texts])):
        listed = (mentions or {}).get("roles" if kind == "&" else "users") or ()
        if mentions is None or ("roles" if kind == "&" else "users") in parse or number in map(str, listed):
            (roles if kind == "&" else people).append(number)
    message["mentions"] = [fake.town.users[id] for id in dict.fromkeys(people) if id in fake.town.users]
    message["mention_roles"] = list(dict.fromkeys(roles))
    everyone = "@everyone" in " ".join([message["content"], *texts])
    message["mention_everyone"] = everyone and (mentions is None or "everyone" in parse)
    if not new:
        message["edited_timestamp"] = fake.town.stamp()


def _kept_components(fake: Fake, message: Json, components: list[Json], files: Files) -> list[Json]:
    """Numbered, with addresses in place of attachments."""
    kept = _numbered(components)
    for part in rules.walk(kept):
        media = [item["media"] for item in part.get("items") or []] if part["type"] == rules.GALLERY else []
        if part["type"] == rules.FILE:
            media = [part["file"]]
            name = part["file"]["url"].removeprefix("attachment://")
            part |= {"name": name, "size": len(files.get(name, b""))}
        for each in media:
            name = each["url"].removeprefix("attachment://")
            if name in files:
                fake.files[f"{message['id']}/{name}"] = files[name]
            each["url"] = each["proxy_url"] = f"https://cdn.example/{message['id']}/{name}"
            each |= {"id": fake.town.ids(), "width": 900, "height": 630, "content_type": "image/png",
                     "attachment_id": fake.town.ids(), "loading_state": 2, "flags": 0}  # fmt: skip
    return kept


def _numbered(components: list[Json]) -> list[Json]:
    count = iter(range(1, 1000))

    def number(part: Json) -> Json:
        made = {key: value for key, value in part.items() if value is not None}
        made.setdefault("id", next(count))
        if part["type"] == rules.SEPARATOR:
            made = {"divider": True, "spacing": 1, **made}
        if part["type"] == rules.CONTAINER:
            made = {"spoiler": False, "accent_color": None, **made}
        if part["type"] == rules.GALLERY:
            items = part["items"]
            made["items"] = [{"spoiler": False, **item, "media": dict(item["media"])} for item in items]
        if part["type"] == rules.FILE:
            made = {"spoiler": False, **made, "file": dict(part["file"])}
        if part.get("components"):
            made["components"] = [number(each) for each in part["components"]]
        if part.get("accessory"):
            made["accessory"] = number(part["accessory"])
        return made

    return [number(part) for part in components]


# Interactions


def _called(fake: Fake, request: web.Request) -> Called:
    called = fake.called.get(request.match_info["token"])
    if called is None:
        raise Refused(404, 10062, "Unknown interaction")
    return called


async def callback(fake: Fake, request: web.Request, body: Any, files: Files) -> Reply:
    called = _called(fake, request)
    if called.acknowledged is not None:
        raise Refused(400, 40060, "Interaction has already been acknowledged.")
    if fake.town.now() - called.made > _FIRST_ANSWER:
        fake.objections.append("an interaction was answered after three seconds")
        raise Refused(404, 10062, "Unknown interaction")
    kind, data = body["type"], body.get("data") or {}
    message: Json | None = None
    if kind == 8:
        called.choices = data["choices"]
        _check_choices(called.choices)
    elif kind == 4:
        rules.message(data, files=_named(data, files))
        message = _follow(fake, called, data, files)
    elif kind == 5:
        called.deferred = True
        message = _follow(fake, called, {"flags": int(data.get("flags") or 0) | 128}, files)
    elif kind == 7 and called.target is not None:
        rules.message(data, files=_named(data, files), kept=called.target)
        change(fake, called.target, data, files)
        called.original = message = called.target
    elif kind == 6:
        called.deferred = True
        called.original = called.target
    called.acknowledged = fake.town.now()
    called.changed.set()
    if request.query.get("with_response") not in ("true", "True", "1"):
        return 204, None
    made: Json = {"interaction": {"id": called.id, "type": called.data["type"]}}
    if message is not None:
        made["interaction"] |= {
            "response_message_id": message["id"],
            "response_message_loading": kind == 5,
            "response_message_ephemeral": bool(message["flags"] & rules.EPHEMERAL),
        }
    if message is not None and kind in (4, 7):
        made["resource"] = {"type": kind, "message": message}
    return 200, made


def _check_choices(choices: list[Json]) -> None:
    if len(choices) > 25:
        raise rules.Broken("more than 25 suggestions")
    for choice in choices:
        if not 1 <= rules.long(choice["name"]) <= 100 or not 1 <= rules.long(str(choice["value"])) <= 100:
            raise rules.Broken("a suggestion of no or more than 100 characters")


def _follow(fake: Fake, called: Called, data: Json, files: Files) -> Json:
    """A message that answers an interaction: seen by the asker alone if it is ephemeral."""
    channel = fake.town.channels[called.data["channel_id"]]
    mentions = {"parse": ["users"]} if data.get("allowed_mentions") is None else data["allowed_mentions"]
    message = make_message(fake, channel, fake.town.bot, {**data, "allowed_mentions": mentions}, files)
    message["webhook_id"] = message["application_id"] = fake.town.application["id"]
    message["type"] = 20
    if called.original is None:
        called.original = message
    called.messages.append(message)
    if not message["flags"] & rules.EPHEMERAL:
        fake.town.messages.setdefault(channel["id"], {})[message["id"]] = message
    return message


def _lasting(fake: Fake, request: web.Request) -> Called:
    called = _called(fake, request)
    if fake.town.now() - called.made > _LAST_ANSWER:
        raise Refused(401, 50027, "Invalid Webhook Token")
    if called.acknowledged is None:
        raise Refused(404, 10015, "Unknown Webhook")
    return called


async def follow_up(fake: Fake, request: web.Request, body: Any, files: Files) -> Reply:
    called = _lasting(fake, request)
    rules.message(body, files=_named(body, files))
    message = _follow(fake, called, body, files)
    called.changed.set()
    return 200, message


async def edit_original(fake: Fake, request: web.Request, body: Any, files: Files) -> Reply:
    called = _lasting(fake, request)
    if called.original is None:
        raise Refused(404, 10008, "Unknown Message")
    rules.message(body, files=_named(body, files), kept=called.original)
    called.original["flags"] &= ~128
    change(fake, called.original, body, files)
    called.deferred = False
    called.changed.set()
    return 200, called.original


async def get_original(fake: Fake, request: web.Request, body: Any, files: Files) -> Reply:
    called = _lasting(fake, request)
    if called.original is None:
        raise Refused(404, 10008, "Unknown Message")
    return 200, called.original


_TABLE: tuple[tuple[str, str, Route], ...] = (
    ("GET", "/users/@me", me),
    ("GET", "/users/@me/guilds", my_guilds),
    ("POST", "/users/@me/channels", open_direct),
    ("GET", "/oauth2/applications/@me", application),
    ("GET", "/applications/@me", application),
    ("GET", "/gateway/bot", gateway_bot),
    ("PUT", "/applications/{application}/commands", put_commands),
    ("GET", "/applications/{application}/commands", get_commands),
    ("GET", "/guilds/{guild}", get_guild),
    ("GET", "/guilds/{guild}/channels", get_guild_channels),
    ("GET", "/guilds/{guild}/members/{user}", get_member),
    ("GET", "/channels/{channel}", get_channel),
    ("POST", "/channels/{channel}/threads", start_thread),
    ("GET", "/channels/{channel}/messages", get_messages),
    ("POST", "/channels/{channel}/messages", post_message),
    ("PATCH", "/channels/{channel}/messages/{message}", patch_message),
    ("POST", "/channels/{channel}/messages/{message}/crosspost", crosspost),
    ("POST", "/interactions/{id}/{token}/callback", callback),
    ("POST", "/webhooks/{application}/{token}", follow_up),
    ("PATCH", "/webhooks/{application}/{token}/messages/@original", edit_original),
    ("GET", "/webhooks/{application}/{token}/messages/@original", get_original),
)
