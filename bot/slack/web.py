"""Slack's Web API as this bot calls it: which methods, with which scopes, and how a call can fail.

slack_sdk retries a cut connection by itself, which posts a message twice where it had arrived. So nothing
is retried here; whoever calls knows whether a second try is harmless.
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Iterable
from datetime import timedelta
from types import MappingProxyType
from typing import Any
from urllib.parse import urlsplit

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

log = logging.getLogger(__name__)

SCOPES = MappingProxyType(
    {
        "apps.connections.open": ("connections:write",),
        "auth.test": (),
        "chat.postMessage": ("chat:write",),
        "chat.update": ("chat:write",),
        "conversations.history": ("channels:history", "groups:history", "im:history"),
        "conversations.replies": ("channels:history", "groups:history", "im:history"),
        "conversations.info": ("channels:read", "groups:read"),
        "conversations.join": ("channels:join",),
        "conversations.members": ("channels:read", "groups:read"),
        "conversations.open": ("im:write",),
        "files.completeUploadExternal": ("files:write",),
        "files.getUploadURLExternal": ("files:write",),
        "files.info": ("files:read",),
        "oauth.v2.access": (),
        "users.conversations": ("channels:read", "groups:read"),
        "users.info": ("users:read",),
        "views.open": (),
        "views.publish": (),
        "views.update": (),
    }
)
"""Every method that is called, and the scopes that it needs (the app-level one for the first)."""

LISTENS = ("commands", "app_mentions:read")
"""Scopes for what Slack sends us: slash commands and the shortcut, mentions. Messages need im:history."""

_IN_JSON = frozenset(
    {"chat.postMessage", "chat.update", "conversations.join", "conversations.open",
     "views.open", "views.publish", "views.update"}
)  # fmt: skip
"""Methods that take their arguments as JSON; those that read take a form, and pass JSON over."""

SLACKS_OWN = (".slack.com", ".slack-gov.com")
TIMEOUT = timedelta(seconds=15)
CONNECTIONS = 500
"""To Slack at the same time. aiohttp's own 100 are soon used up by calls that hang, for all workspaces."""

_UNSURE = frozenset({"fatal_error", "internal_error", "request_timeout", "service_unavailable"})
_LIMITED = frozenset({"ratelimited", "rate_limited", "message_limit_exceeded"})


def bot_scopes() -> tuple[str, ...]:
    """The scopes that the bot's token needs, no more."""
    called = {scope for method, scopes in SCOPES.items() for scope in scopes if method[:5] != "apps."}
    return tuple(sorted({*called, *LISTENS}))


class WebError(Exception):
    """A call of the Web API that did not do what it should; `method` is the one that was called."""

    def __init__(self, method: str, reason: str) -> None:
        super().__init__(f"{method}: {reason}")
        self.method = method


class Limited(WebError):
    """Too many calls: nothing was done. Again after `retry_after`."""

    def __init__(self, method: str, retry_after: timedelta) -> None:
        super().__init__(method, f"Slack asks to wait {retry_after.total_seconds():.0f} s")
        self.retry_after = retry_after


class Unreached(WebError):
    """No usable answer. `unsure` is False where the call surely did nothing: there was no connection."""

    def __init__(self, method: str, reason: str, *, unsure: bool) -> None:
        super().__init__(method, reason)
        self.unsure = unsure


class Refused(WebError):
    """Slack answered that it will not; `error` is its word ("not_in_channel"), `needed` a missing scope."""

    def __init__(self, method: str, error: str, needed: str = "") -> None:
        super().__init__(method, error + (f" (needs {needed})" if needed else ""))
        self.error = error
        self.needed = needed


class Web:
    """The Web API with one token. Never shows the token."""

    def __init__(self, token: str | None, *, base_url: str, session: aiohttp.ClientSession) -> None:
        self.client = AsyncWebClient(
            token=token, base_url=base_url, session=session, retry_handlers=[], logger=_quiet()
        )
        self._session = session

    async def call(self, method: str, *, token: str | None = None, **values: Any) -> dict[str, Any]:
        """Call a method with its arguments; those that are None are left out.

        Raises Limited, Unreached, Refused.
        """
        if method not in SCOPES:
            raise ValueError(f"{method} is not among the methods whose scopes are known")
        given = {name: value for name, value in values.items() if value is not None}
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        try:
            if method in _IN_JSON:
                answer = await self.client.api_call(method, json=given, headers=headers)
            else:
                form = {k: v if isinstance(v, str) else json.dumps(v) for k, v in given.items()}
                answer = await self.client.api_call(method, data=form, headers=headers)
        except SlackApiError as error:
            raise _fault(method, error) from error
        except aiohttp.ClientConnectorError as error:
            raise Unreached(method, "Slack cannot be reached", unsure=False) from error
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise Unreached(method, f"the line was cut ({type(error).__name__})", unsure=True) from error
        return dict(answer.data) if isinstance(answer.data, dict) else {}

    async def patiently(self, method: str, *, tries: int = 3, **values: Any) -> dict[str, Any]:
        """The same for calls that do no harm twice: tries again, after the wait that Slack asks for."""
        for left in range(tries - 1, -1, -1):
            try:
                return await self.call(method, **values)
            except Limited as limited:
                if not left or limited.retry_after > timedelta(seconds=30):
                    raise
                await asyncio.sleep(limited.retry_after.total_seconds())
            except Unreached:
                if not left:
                    raise
                await asyncio.sleep(0.5)
        raise AssertionError("the last try either gives or raises")

    async def send_to(self, url: str, content: dict[str, Any]) -> bool:
        """Answer by a `response_url`; False where Slack no longer takes it (five uses, half an hour)."""
        try:
            async with self._session.post(url, json=content) as answer:
                return answer.status == 200
        except (aiohttp.ClientError, TimeoutError, OSError):
            return False

    async def upload(self, url: str, content: bytes) -> None:
        """Send a file's bytes to the address that `files.getUploadURLExternal` gave. Raises Unreached."""
        try:
            async with self._session.post(url, data=content) as answer:
                if answer.status != 200:
                    raise Unreached("upload", f"answered {answer.status}", unsure=False)
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise Unreached("upload", type(error).__name__, unsure=False) from error

    def trusts(self, url: str) -> bool:
        """May our token be sent to this address? Only to Slack's own, and to the API's where that is set."""
        asked, api = urlsplit(url), urlsplit(self.client.base_url)
        if (asked.scheme, asked.netloc) == (api.scheme, api.netloc):
            return True
        host = asked.hostname or ""
        return asked.scheme == "https" and (host == "slack.com" or host.endswith(SLACKS_OWN))

    async def fetch(self, url: str, most: int) -> bytes | None:
        """A file of Slack's, fetched with our token; None where it has more bytes than `most`.

        Raises Refused for a page in its place (Slack asks for a login where a scope is missing), Unreached.
        """
        headers = {"Authorization": f"Bearer {self.client.token}"}
        try:
            async with self._session.get(url, headers=headers, allow_redirects=False) as answer:
                kind = answer.content_type
                if answer.status in (302, 303, 401, 403) or (answer.status == 200 and kind == "text/html"):
                    raise Refused("file", "not_allowed", "files:read")
                if answer.status != 200:
                    raise Unreached("file", f"answered {answer.status}", unsure=False)
                content = bytearray()
                async for piece in answer.content.iter_chunked(65536):
                    content += piece
                    if len(content) > most:
                        return None
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise Unreached("file", type(error).__name__, unsure=False) from error
        return bytes(content)

    async def scopes(self) -> tuple[dict[str, Any], frozenset[str]]:
        """`auth.test`, and the scopes that the token has, as Slack names them in a header."""
        try:
            answer = await self.client.api_call("auth.test")
        except SlackApiError as error:
            raise _fault("auth.test", error) from error
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise Unreached("auth.test", "Slack cannot be reached", unsure=False) from error
        named = next((v for k, v in (answer.headers or {}).items() if k.lower() == "x-oauth-scopes"), "")
        told: Iterable[str] = (scope.strip() for scope in str(named).split(","))
        return dict(answer.data) if isinstance(answer.data, dict) else {}, frozenset(filter(None, told))


def open_session() -> aiohttp.ClientSession:
    """A session for the Web API, with a limit of time on every call."""
    return aiohttp.ClientSession(
        timeout=aiohttp.ClientTimeout(total=TIMEOUT.total_seconds()),
        connector=aiohttp.TCPConnector(limit=CONNECTIONS),
    )


def _fault(method: str, error: SlackApiError) -> WebError:
    response = error.response
    status = int(getattr(response, "status_code", 0) or getattr(response, "status", 0) or 0)
    data = getattr(response, "data", None)
    data = data if isinstance(data, dict) else {}
    word = str(data.get("error") or "")
    headers = {str(k).lower(): v for k, v in dict(getattr(response, "headers", None) or {}).items()}
    if status == 429 or word in _LIMITED:
        return Limited(method, _wait(headers.get("retry-after")))
    if status >= 500 or word in _UNSURE or not word:
        return Unreached(method, word or f"answered {status}", unsure=True)
    return Refused(method, word, str(data.get("needed") or ""))


def _wait(value: Any) -> timedelta:
    """How long a Retry-After asks to wait, at most an hour; half a minute where it is not to be read."""
    word = str(value[0] if isinstance(value, list) else value)
    return timedelta(seconds=min(int(word), 3600) if word.isascii() and word.isdigit() else 30)


def _quiet() -> logging.Logger:
    """slack_sdk logs requests with their bodies at debug; that level stays off whatever ours is."""
    quiet = logging.getLogger("slack_sdk.web")
    if quiet.level < logging.INFO:
        quiet.setLevel(logging.INFO)
    return quiet
