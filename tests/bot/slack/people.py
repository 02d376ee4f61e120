"""What people do on the fake Slack: type, press, fill in, mention, open; as Slack would send it."""

from __future__ import annotations

import html
import time
from dataclasses import dataclass
from typing import Any

from tests.bot.slack.fake_methods import direct, keep_view
from tests.bot.slack.fake_slack import FakeSlack
from tests.bot.slack.nouns import Message


@dataclass
class Person:
    """Somebody in a workspace."""

    slack: FakeSlack
    id: str = "UADA"
    team: str = "T1"

    def trigger(self) -> str:
        trigger = f"{self.slack.number()}.{self.team}.abc"
        self.slack.triggers[trigger] = time.monotonic()
        return trigger

    def response_url(self, channel: str, origin: Message | None = None) -> str:
        """Where an answer may be sent; `origin` is the message whose button was pressed."""
        number = str(self.slack.number())
        if origin is not None:
            self.slack.origins[number] = origin
        return f"{self.slack.base}/respond/{channel}/{self.id}/{number}"

    @property
    def direct(self) -> str:
        """The conversation between this person and the bot."""
        return direct(self.slack, self.slack.teams[self.team], self.id).id

    async def command(self, text: str, channel: str = "C1", **changes: Any) -> Any:
        """/deadline, as it comes with "escape channels, users and links" switched on."""
        payload = {
            "command": "/deadline", "text": html.escape(text, quote=False).replace("&lt;@", "<@"),
            "user_id": self.id, "team_id": self.team, "channel_id": channel, "channel_name": "room",
            "api_app_id": "A1", "trigger_id": self.trigger(), "response_url": self.response_url(channel),
        }  # fmt: skip
        return await self.slack.deliver("slash_commands", {**payload, **changes})

    async def asked(self, text: str, channel: str = "C1") -> Message:
        """Type a command and give the (last) answer to it; that it takes a moment is none."""
        before = len(self.slack.private_to(self.id))

        def answers() -> list[Message]:
            said = self.slack.private_to(self.id)[before:]
            return [message for message in said if message.content.get("text") != "One moment …"]

        await self.command(text, channel)
        return list(await self.slack.until(answers))[-1]

    async def event(self, event: dict[str, Any], *, id: str | None = None, attempt: int = 0) -> Any:
        payload = {
            "type": "event_callback", "team_id": self.team, "api_app_id": "A1",
            "event_id": id or f"Ev{self.slack.number()}", "event_time": int(time.time()), "event": event,
            "authorizations": [{"team_id": self.team, "user_id": "UBOT", "is_bot": True}],
        }  # fmt: skip
        return await self.slack.deliver("events_api", payload, attempt=attempt)

    async def mention(self, text: str, channel: str = "C1", **more: Any) -> Message:
        said = self.say(text, channel)
        bot = self.slack.teams[self.team].bot_user
        event = {
            "type": "app_mention", "user": self.id, "channel": channel, "ts": said.ts, "event_ts": said.ts,
            "text": f"<@{bot}> {html.escape(text, quote=False)}",
        }  # fmt: skip
        await self.event({**event, **{k: v for k, v in more.items() if k not in ("id", "attempt")}},
                         id=more.get("id"), attempt=more.get("attempt", 0))  # fmt: skip
        return said

    async def write(self, text: str, **more: Any) -> Message:
        """A direct message to the bot."""
        said = self.say(text, self.direct)
        event = {
            "type": "message", "channel_type": "im", "user": self.id, "channel": self.direct, "ts": said.ts,
            "event_ts": said.ts, "text": html.escape(text, quote=False),
        }  # fmt: skip
        await self.event({**event, **more})
        return said

    def say(self, text: str, channel: str) -> Message:
        message = Message(channel, self.slack.ts(), {"text": text}, by=self.id)
        self.slack.messages.append(message)
        return message

    async def open_home(self) -> dict[str, Any]:
        self.slack.homes.pop(self.id, None)
        await self.event({"type": "app_home_opened", "user": self.id, "channel": self.direct, "tab": "home"})
        await self.slack.until(lambda: self.id in self.slack.homes)
        return self.slack.homes[self.id]

    async def press(self, message: Message, label: str, *, trigger: str | None = None) -> Any:
        """A button, or an option of a menu, of a message."""
        block, element, chosen = find(message.blocks, label)
        return await self._pressed(
            block, element, chosen, trigger,
            container={
                "type": "message", "message_ts": message.ts, "channel_id": message.channel,
                "is_ephemeral": message.ephemeral_for is not None,
            },
            channel={"id": message.channel, "name": "room"},
            message={"ts": message.ts, "text": message.content.get("text")},
            response_url=self.response_url(message.channel, message),
        )  # fmt: skip

    async def press_in_view(self, view: dict[str, Any], label: str) -> Any:
        block, element, chosen = find(view["blocks"], label)
        return await self._pressed(
            block, element, chosen, None,
            container={"type": "view", "view_id": view.get("id", "VHOME")},
            view={**view, "app_installed_team_id": self.team},
        )  # fmt: skip

    async def _pressed(
        self, block: dict[str, Any], element: dict[str, Any], chosen: dict[str, Any] | None,
        trigger: str | None, **more: Any,
    ) -> Any:  # fmt: skip
        action = {
            "type": element["type"], "action_id": element["action_id"],
            "block_id": block.get("block_id", "auto"), "action_ts": "1.2",
        }  # fmt: skip
        if chosen is not None:
            action["selected_option"] = chosen
        elif "value" in element:
            action["value"] = element["value"]
        payload = {
            "type": "block_actions", "user": {"id": self.id, "team_id": self.team}, "team": {"id": self.team},
            "api_app_id": "A1", "trigger_id": trigger or self.trigger(), "actions": [action],
        }  # fmt: skip
        return await self.slack.deliver("interactive", {**payload, **more})

    async def shortcut(self, text: str, channel: str = "C1") -> Any:
        """ "Who is this about?" on somebody's message."""
        payload = {
            "type": "message_action", "callback_id": "who_is_this", "trigger_id": self.trigger(),
            "user": {"id": self.id}, "team": {"id": self.team}, "channel": {"id": channel},
            "message_ts": "1.2", "message": {"type": "message", "user": "UBEA", "ts": "1.2", "text": text},
            "response_url": self.response_url(channel),
        }  # fmt: skip
        return await self.slack.deliver("interactive", payload)

    async def search(self, view: dict[str, Any], block: str, typed: str) -> list[dict[str, Any]]:
        """What the search of a modal offers while this is typed."""
        payload = {
            "type": "block_suggestion", "team": {"id": self.team},
            "user": {"id": self.id, "team_id": self.team},
            "container": {"type": "view", "view_id": view["id"]}, "api_app_id": "A1",
            "action_id": "search", "block_id": block, "value": typed, "view": view,
        }  # fmt: skip
        answer = await self.slack.deliver("interactive", payload)
        return list((answer or {}).get("options", []))

    async def submit(self, view: dict[str, Any], filled: dict[str, Any]) -> dict[str, Any] | None:
        """Send a modal off with these values by block: an option, a channel's id, or words."""
        values: dict[str, Any] = {}
        for block in view["blocks"]:
            if block["type"] == "input":
                element, given = block["element"], filled.get(block["block_id"], _unset)
                values[block["block_id"]] = {element["action_id"]: _state(element, given)}
        payload = {
            "type": "view_submission", "team": {"id": self.team},
            "user": {"id": self.id, "team_id": self.team},
            "api_app_id": "A1", "trigger_id": self.trigger(), "response_urls": [],
            "view": {**view, "state": {"values": values}, "app_installed_team_id": self.team},
        }  # fmt: skip
        answer = await self.slack.deliver("interactive", payload)
        if isinstance(answer, dict) and answer.get("response_action") == "update":
            keep_view(self.slack, answer["view"], view["id"])
        if isinstance(answer, dict) and answer.get("response_action") == "errors":
            inputs = {block["block_id"] for block in view["blocks"] if block["type"] == "input"}
            if not answer["errors"] or not inputs >= set(answer["errors"]):
                self.slack.violations.append(f"errors for no field of the window: {answer['errors']}")
        return answer if isinstance(answer, dict) else None


_unset: Any = object()


def _state(element: dict[str, Any], given: Any) -> dict[str, Any]:
    kind = element["type"]
    if kind == "conversations_select":
        return {
            "type": kind,
            "selected_conversation": element.get("initial_conversation") if given is _unset else given,
        }
    if kind == "plain_text_input":
        return {"type": kind, "value": element.get("initial_value") if given is _unset else given}
    if kind == "file_input":
        return {"type": kind, "files": [] if given is _unset else given}
    if kind == "multi_static_select":
        chosen = element.get("initial_options", [])
        if given is not _unset:
            chosen = [option for option in element["options"] if option["value"] in given]
        return {"type": kind, "selected_options": chosen}
    if given is _unset:
        return {"type": kind, "selected_option": element.get("initial_option")}
    if isinstance(given, str):
        given = next(option for option in element["options"] if option["value"] == given)
    return {"type": kind, "selected_option": given}


def find(
    blocks: list[dict[str, Any]], label: str
) -> tuple[dict[str, Any], dict[str, Any], dict[str, Any] | None]:
    """The block, the element and (of a menu) the option that bear this label."""
    for block in blocks:
        for element in (block.get("accessory"), *(block.get("elements") or [])):
            if not isinstance(element, dict) or "action_id" not in element:
                continue
            if (element.get("text") or {}).get("text", "").startswith(label):
                return block, element, None
            for option in element.get("options", []):
                if option["text"]["text"].startswith(label):
                    return block, element, option
    raise AssertionError(f"nothing is labelled {label!r} in {[b['type'] for b in blocks]}")
