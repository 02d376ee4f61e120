"""The methods of the fake's Web API, with the scopes and rules of docs.slack.dev/reference/methods."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from aiohttp import web

from tests.bot.slack.nouns import Conversation, Message, Team
from tests.bot.slack.referee import TOO_LONG, message_faults, view_faults

if TYPE_CHECKING:
    from tests.bot.slack.fake_slack import FakeSlack

Answer = dict[str, Any]
Run = Callable[["FakeSlack", "Team", dict[str, Any]], Answer]


class Wrong(Exception):
    """The call is answered with this error; `violation` is a rule that the bot broke."""

    def __init__(self, error: str, violation: str = "", **extra: Any) -> None:
        super().__init__(error)
        self.error, self.violation, self.extra = error, violation, extra


@dataclass(frozen=True)
class Method:
    """`scopes`: one of them is needed. `json` says that the method takes JSON; those that read do not."""

    run: Run
    scopes: tuple[str, ...] = ()
    json: bool = False
    app: bool = False
    anybody: bool = False

    def check(self, slack: FakeSlack, team: Team | None, token: str, request: web.Request) -> None:
        if request.content_type == "application/json" and not self.json and not self.app:
            raise Wrong("invalid_arguments", "takes no JSON")
        if self.app:
            if token != slack.app_token:
                raise Wrong("invalid_auth")
            return
        if self.anybody:
            return
        if team is None:
            raise Wrong("invalid_auth" if token else "not_authed")
        if not team.installed:
            raise Wrong("token_revoked")
        if self.scopes and not team.scopes & set(self.scopes):
            raise Wrong("missing_scope", needed=self.scopes[0], provided=",".join(sorted(team.scopes)))


def _connect(slack: FakeSlack, team: Team, values: dict[str, Any]) -> Answer:
    return {"url": slack.base.replace("http", "ws") + f"/socket?ticket={slack.number()}"}


def _test(slack: FakeSlack, team: Team, values: dict[str, Any]) -> Answer:
    return {
        "team_id": team.id,
        "user_id": team.bot_user,
        "bot_id": team.bot,
        "user": team.name,
        "team": "Club",
    }


def _conversation(
    slack: FakeSlack, team: Team, id: Any, *, write: bool = False, scope: str = ""
) -> Conversation:
    """The room with this id. `scope`: "history" or "read", which each kind of room has for itself."""
    room = slack.conversations.get(str(id))
    if room is None and str(id) in slack.people:
        room = direct(slack, team, str(id))
    hidden = room is not None and room.private and team.bot_user not in room.members
    if room is None or room.team != team.id or hidden:
        raise Wrong("channel_not_found")
    kind = "im" if room.person else "groups" if room.private else "channels"
    if scope and f"{kind}:{scope}" not in team.scopes:
        raise Wrong("missing_scope", needed=f"{kind}:{scope}")
    if write and room.archived:
        raise Wrong("is_archived")
    if write and team.bot_user not in room.members:
        raise Wrong("not_in_channel")
    return room


def _post(slack: FakeSlack, team: Team, values: dict[str, Any]) -> Answer:
    room = _conversation(slack, team, values.get("channel"), write=True)
    for name in ("unfurl_links", "unfurl_media"):
        if values.get(name) is not False:
            raise Wrong("invalid_arguments", f"{name} is to be set to false: links unfurl by themselves")
    _judge(values)
    if not slack.shows_pictures_of(values):
        raise Wrong("invalid_blocks")
    thread = values.get("thread_ts")
    if thread is not None and not any(m.ts == thread for m in slack.in_channel(room.id)):
        raise Wrong("thread_not_found")
    # One message a second and channel: docs.slack.dev/apis/web-api/rate-limits
    if time.monotonic() - slack.posted_at.get(room.id, -99) < slack.between * 0.9:
        raise Wrong("ratelimited", f"faster than one message each {slack.between} s in {room.id}")
    message = Message(room.id, slack.ts(), values, thread, bool(values.get("reply_broadcast")), team.bot_user)
    slack.keep(message)
    return {"channel": room.id, "ts": message.ts, "message": {"text": values.get("text")}}


def _judge(values: dict[str, Any]) -> None:
    if len(json.dumps(values.get("blocks") or [], ensure_ascii=False)) > TOO_LONG:
        raise Wrong("msg_blocks_too_long", "blocks are too long")
    if faults := message_faults(values):
        raise Wrong("invalid_blocks", "; ".join(faults))


def _update(slack: FakeSlack, team: Team, values: dict[str, Any]) -> Answer:
    room = _conversation(slack, team, values.get("channel"))
    _judge({**values, "unfurl_links": False, "unfurl_media": False})
    for message in slack.in_channel(room.id):
        if message.ts == values.get("ts"):
            if message.by != team.bot_user:
                raise Wrong("cant_update_message")
            message.content = {**message.content, **{k: values[k] for k in ("text", "blocks") if k in values}}
            message.edits += 1
            slack.notice()
            return {"channel": room.id, "ts": message.ts}
    raise Wrong("message_not_found")


def _history(slack: FakeSlack, team: Team, values: dict[str, Any]) -> Answer:
    room = _conversation(slack, team, values.get("channel"), scope="history")
    _reads(slack, "history", values)
    if team.bot_user not in room.members:
        raise Wrong("not_in_channel")
    shown = [m for m in slack.in_channel(room.id) if m.thread is None or m.broadcast]
    return _page(slack, shown[::-1], values)


def _replies(slack: FakeSlack, team: Team, values: dict[str, Any]) -> Answer:
    room = _conversation(slack, team, values.get("channel"), scope="history")
    root = values.get("ts")
    _reads(slack, "replies", values)
    shown = [m for m in slack.in_channel(room.id) if root in (m.ts, m.thread)]
    if not shown:
        raise Wrong("thread_not_found")
    return _page(slack, shown, values)


def _reads(slack: FakeSlack, method: str, values: dict[str, Any]) -> None:
    """Who distributes an app outside the Marketplace reads 15 messages a minute of a conversation."""
    if slack.reads_again_after is None:
        return
    if time.monotonic() - slack.read_at.get(method, -99) < slack.reads_again_after:
        raise Wrong("ratelimited")
    slack.read_at[method] = time.monotonic()
    values["limit"] = min(15, int(values.get("limit") or 15))


def _page(slack: FakeSlack, found: list[Message], values: dict[str, Any]) -> Answer:
    found = [m for m in found if float(m.ts) >= float(values.get("oldest") or 0)]
    start, most = _span(values)
    with_metadata = str(values.get("include_all_metadata", "")).lower() in ("1", "true")
    messages = []
    for message in found[start : start + most]:
        row = {"type": "message", "ts": message.ts, "text": message.content.get("text"), "user": message.by}
        row["blocks"] = message.blocks
        if with_metadata and slack.gives_metadata and message.content.get("metadata"):
            row["metadata"] = message.content["metadata"]
        messages.append(row)
    more = start + most < len(found)
    cursor = str(start + most) if more else ""
    return {"messages": messages, "has_more": more, "response_metadata": {"next_cursor": cursor}}


def _info(slack: FakeSlack, team: Team, values: dict[str, Any]) -> Answer:
    room = _conversation(slack, team, values.get("channel"), scope="read")
    inside = team.bot_user in room.members
    return {
        "channel": {
            "id": room.id, "is_member": inside, "is_private": room.private, "is_archived": room.archived,
            "is_im": room.person is not None, "name": room.name,
        }
    }  # fmt: skip


def _join(slack: FakeSlack, team: Team, values: dict[str, Any]) -> Answer:
    room = _conversation(slack, team, values.get("channel"))
    if room.private or room.person:
        raise Wrong("method_not_supported_for_channel_type")
    if room.archived:
        raise Wrong("is_archived")
    room.members.add(team.bot_user)
    return {"channel": {"id": room.id}}


def _members(slack: FakeSlack, team: Team, values: dict[str, Any]) -> Answer:
    room = _conversation(slack, team, values.get("channel"), scope="read")
    members, (start, most) = sorted(room.members), _span(values)
    more = start + most < len(members)
    cursor = str(start + most) if more else ""
    return {"members": members[start : start + most], "response_metadata": {"next_cursor": cursor}}


def _conversations_of(slack: FakeSlack, team: Team, values: dict[str, Any]) -> Answer:
    """Somebody's channels; private ones only where the bot is too."""
    kinds = str(values.get("types") or "public_channel").split(",")
    found = [
        room
        for room in slack.conversations.values()
        if room.team == team.id and room.person is None and values.get("user") in room.members
        and ("private_channel" if room.private else "public_channel") in kinds
        and (not room.private or team.bot_user in room.members)
        and not (room.archived and str(values.get("exclude_archived")).lower() == "true")
    ]  # fmt: skip
    start, most = _span(values)
    more = start + most < len(found)
    return {
        "channels": [{"id": room.id, "name": room.name} for room in found[start : start + most]],
        "response_metadata": {"next_cursor": str(start + most) if more else ""},
    }


def _span(values: dict[str, Any]) -> tuple[int, int]:
    """Where a page begins and how long it is: at most 999 (docs.slack.dev/apis/web-api/pagination)."""
    most = int(values.get("limit") or 100)
    if not 1 <= most <= 999:
        raise Wrong("invalid_limit", f"limit is {most}")
    return int(values.get("cursor") or 0), most


def direct(slack: FakeSlack, team: Team, person: str) -> Conversation:
    id = f"D{person[1:]}{team.id}"
    return slack.conversations.setdefault(
        id, Conversation(id, team.id, members={person, team.bot_user}, private=True, person=person)
    )


def _open(slack: FakeSlack, team: Team, values: dict[str, Any]) -> Answer:
    person = str(values.get("users"))
    if person not in slack.people:
        raise Wrong("users_not_found")
    return {"channel": {"id": direct(slack, team, person).id}}


def _user(slack: FakeSlack, team: Team, values: dict[str, Any]) -> Answer:
    person = slack.people.get(str(values.get("user")))
    if person is None:
        raise Wrong("user_not_found")
    return {"user": {"id": values["user"], **person}}


def _upload_url(slack: FakeSlack, team: Team, values: dict[str, Any]) -> Answer:
    id = f"F{slack.number()}"
    slack.files[id] = {
        "name": values["filename"],
        "length": int(values["length"]),
        "alt": values.get("alt_txt"),
    }
    return {"upload_url": f"{slack.base}/upload/{id}", "file_id": id}


def _complete(slack: FakeSlack, team: Team, values: dict[str, Any]) -> Answer:
    for file in json.loads(values["files"]):
        kept = slack.files.get(file["id"])
        if kept is None or len(kept.get("content", b"")) != kept["length"]:
            raise Wrong("file_not_found", "completed before its bytes were sent")
        kept |= {"title": file.get("title"), "channel": values.get("channel_id"), "done": True}
        kept["at"] = time.monotonic()
    slack.notice()
    return {"files": json.loads(values["files"])}


def _file(slack: FakeSlack, team: Team, values: dict[str, Any]) -> Answer:
    kept = slack.files.get(str(values.get("file")))
    if kept is None:
        raise Wrong("file_not_found")
    return {"file": kept["facts"]}


def _view_open(slack: FakeSlack, team: Team, values: dict[str, Any]) -> Answer:
    # A trigger is good once, for three seconds: docs.slack.dev/interactivity/handling-user-interaction
    at = slack.triggers.pop(str(values.get("trigger_id")), None)
    if at is None:
        raise Wrong("exchanged_trigger_id")
    if time.monotonic() - at > 3:
        raise Wrong("expired_trigger_id")
    return {"view": keep_view(slack, values["view"])}


def keep_view(slack: FakeSlack, view: dict[str, Any], id: str | None = None) -> dict[str, Any]:
    """A modal on somebody's screen, refereed."""
    if faults := view_faults(view):
        raise Wrong("invalid_arguments", "; ".join(faults))
    id = id or f"V{slack.number()}"
    slack.views[id] = {**view, "id": id}
    slack.notice()
    return slack.views[id]


def _view_update(slack: FakeSlack, team: Team, values: dict[str, Any]) -> Answer:
    if values.get("view_id") not in slack.views:
        raise Wrong("not_found")
    return {"view": keep_view(slack, values["view"], values["view_id"])}


def _publish(slack: FakeSlack, team: Team, values: dict[str, Any]) -> Answer:
    view = values["view"]
    if view.get("type") != "home" or not isinstance(view, dict):
        raise Wrong("invalid_arguments", "a Home tab is an object of type home")
    if faults := view_faults(view):
        raise Wrong("invalid_arguments", "; ".join(faults))
    slack.homes[values["user_id"]] = view
    slack.notice()
    return {"view": view}


def _access(slack: FakeSlack, team: Team, values: dict[str, Any]) -> Answer:
    id = slack.codes.pop(str(values.get("code")), None)
    if id is None:
        raise Wrong("invalid_code")
    team = slack.teams[id]
    team.installed = True
    if slack.org_wide:
        return {
            "access_token": team.token, "token_type": "bot", "bot_user_id": team.bot_user, "team": None,
            "enterprise": {"id": "E1", "name": "League"}, "is_enterprise_install": True,
        }  # fmt: skip
    return {
        "app_id": "A1", "access_token": team.token, "token_type": "bot",
        "scope": ",".join(sorted(team.scopes)),
        "bot_user_id": team.bot_user, "team": {"id": team.id, "name": "Club"}, "enterprise": None,
        "authed_user": {"id": "UADA"}, "is_enterprise_install": False,
    }  # fmt: skip


_READS = ("channels:read", "groups:read", "im:read", "mpim:read")
_HISTORY = ("channels:history", "groups:history", "im:history", "mpim:history")
METHODS: dict[str, Method] = {
    "apps.connections.open": Method(_connect, app=True),
    "auth.test": Method(_test, json=True),
    "chat.postMessage": Method(_post, ("chat:write",), json=True),
    "chat.update": Method(_update, ("chat:write",), json=True),
    "conversations.history": Method(_history, _HISTORY),
    "conversations.replies": Method(_replies, _HISTORY),
    "conversations.info": Method(_info, _READS),
    "conversations.join": Method(_join, ("channels:join",), json=True),
    "conversations.members": Method(_members, _READS),
    "conversations.open": Method(_open, ("im:write", "mpim:write", "channels:manage"), json=True),
    "files.getUploadURLExternal": Method(_upload_url, ("files:write",)),
    "files.completeUploadExternal": Method(_complete, ("files:write",), json=True),
    "files.info": Method(_file, ("files:read",)),
    "oauth.v2.access": Method(_access, anybody=True),
    "users.conversations": Method(_conversations_of, _READS),
    "users.info": Method(_user, ("users:read",)),
    "views.open": Method(_view_open, json=True),
    "views.publish": Method(_publish, json=True),
    "views.update": Method(_view_update, json=True),
}
