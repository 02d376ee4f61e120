"""Several workspaces: the app is installed by OAuth, and each workspace's token is kept encrypted.

https://docs.slack.dev/authentication/installing-with-oauth
"""

from __future__ import annotations

import asyncio
import hmac
import json
import logging
import secrets
import time
from collections import OrderedDict
from collections.abc import Callable
from datetime import datetime, timedelta
from html import escape

from aiohttp import web
from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from slack_sdk.oauth import AuthorizeUrlGenerator

from bot import clock
from bot.clock import Clock
from bot.platform import PlatformRefused
from bot.slack.account import Account
from bot.slack.web import Refused, Web, WebError, bot_scopes
from bot.slack.workspaces import Notes, Workspace

log = logging.getLogger(__name__)

INSTALL, REDIRECT = "/slack/install", "/slack/oauth_redirect"
COOKIE = "deadlineday-slack-state"
STATE_LASTS = timedelta(minutes=10)
_STATES = 10_000
_TEAMS, _LEFT = "slack:teams", "slack:left"

KEPT = timedelta(days=30)
"""How long a workspace's watches and settings are kept after it removed the app; the README says so."""


def vault_of(keys: str) -> MultiFernet:
    """What encrypts tokens, with the first of these keys. Raises PlatformRefused for what is no key."""
    try:
        return MultiFernet([Fernet(key.strip()) for key in keys.split(",")])
    except (ValueError, TypeError) as error:
        raise PlatformRefused(
            "DEADLINEDAY_SLACK_TOKEN_KEY is no Fernet key (32 random bytes in URL-safe base64): make one with"
            " openssl rand -base64 32 | tr '+/' '-_'"
        ) from error


class Installed:
    """The workspaces that installed the app. What is kept of a token can be read with the key alone."""

    several = True

    def __init__(
        self, notes: Notes, vault: MultiFernet, web_of: Callable[[str | None], Web], now: Clock = clock.now
    ) -> None:
        self._notes = notes
        self._vault = vault
        self._web_of = web_of
        self._now = now
        self._known: dict[str, Workspace] = {}
        # The lists are read, changed and written; workspaces come and go at the same time.
        self._one_at_a_time = asyncio.Lock()

    async def of(self, team: str) -> Workspace | None:
        """The workspace; None where it is not installed, or its token cannot be read with our key."""
        if team in self._known:
            return self._known[team]
        async with self._one_at_a_time:
            return await self._read(team)

    async def _read(self, team: str) -> Workspace | None:
        kept = await self._notes.fact(_key(team))
        if kept is None:
            return None
        try:
            facts = json.loads(self._vault.decrypt(kept.encode()))
        except (InvalidToken, ValueError):
            log.error("the token of workspace %s was encrypted with another key; install the app again", team)
            return None
        return self._keep(team, facts)

    async def save(self, team: str, facts: dict[str, str]) -> None:
        """Keep a workspace's `token`, `bot_user`, `bot` and `name`."""
        sealed = self._vault.encrypt(json.dumps(facts).encode()).decode()
        async with self._one_at_a_time:
            await self._notes.set_fact(_key(team), sealed)
            await self._list({*await self.teams(), team})
            await self._note_left({t: at for t, at in (await self._left()).items() if t != team})
            self._keep(team, facts)

    async def forget(self, team: str, token: str = "") -> None:
        """The workspace has taken this token back ("": whatever we have). One that it gave since, to another
        process for one, stays."""
        async with self._one_at_a_time:
            self._known.pop(team, None)
            now = await self._read(team) if token else None
            if now is not None and now.token != token:
                return
            self._known.pop(team, None)
            await self._notes.set_fact(_key(team), None)
            await self._list({*await self.teams()} - {team})
            await self._note_left({team: self._now().isoformat(), **await self._left()})

    async def forget_long_gone(self) -> list[str]:
        """Drop all that is kept of workspaces that removed the app a month ago; gives their ids."""
        async with self._one_at_a_time:
            return await self._forget_long_gone()

    async def _forget_long_gone(self) -> list[str]:
        left = await self._left()
        gone = [team for team, at in left.items() if self._now() - datetime.fromisoformat(at) >= KEPT]
        for team in gone:
            channels = await self._notes.forget_space("slack", team)
            log.info("workspace %s removed the app a month ago: %d channels are forgotten", team, channels)
        if gone:
            await self._note_left({team: at for team, at in left.items() if team not in gone})
        return gone

    async def _left(self) -> dict[str, str]:
        return dict(json.loads(await self._notes.fact(_LEFT) or "{}"))

    async def _note_left(self, left: dict[str, str]) -> None:
        await self._notes.set_fact(_LEFT, json.dumps(left) if left else None)

    async def teams(self) -> list[str]:
        """The ids of all workspaces that are installed."""
        return list(json.loads(await self._notes.fact(_TEAMS) or "[]"))

    async def alone(self) -> bool:
        """Has no more than one workspace installed the app?"""
        return len(await self.teams()) <= 1

    async def _list(self, teams: set[str]) -> None:
        await self._notes.set_fact(_TEAMS, json.dumps(sorted(teams)) if teams else None)

    def _keep(self, team: str, facts: dict[str, str]) -> Workspace:
        web = self._web_of(facts["token"])
        workspace = Workspace(
            team,
            web,
            facts["token"],
            facts["bot_user"],
            facts.get("bot", ""),
            facts.get("name", "deadlineday"),
        )
        self._known[team] = workspace
        return workspace


class Installer:
    """The two pages of an installation: away to Slack, and back with a code.

    The state that Slack hands back must be one that we gave out within ten minutes, not used yet, and the
    same that the browser keeps in a cookie: else somebody could have a victim install the app for him.
    """

    def __init__(
        self, account: Account, installed: Installed, web: Web, on_change: Callable[[], None]
    ) -> None:
        self._account = account
        self._installed = installed
        self._web = web
        self._on_change = on_change
        self._states: OrderedDict[str, float] = OrderedDict()
        self._away = AuthorizeUrlGenerator(client_id=account.client_id, scopes=bot_scopes())

    def serve(self, served: web.Application) -> None:
        """Put the two pages into a server."""
        served.router.add_get(INSTALL, self._begin)
        served.router.add_get(REDIRECT, self._finish)

    async def _begin(self, request: web.Request) -> web.Response:
        state = secrets.token_urlsafe(32)
        self._states[state] = time.monotonic()
        while len(self._states) > _STATES:
            self._states.popitem(last=False)
        away = web.Response(
            status=302, headers={"Location": self._away.generate(state), "Cache-Control": "no-store"}
        )
        lasts = int(STATE_LASTS.total_seconds())
        away.set_cookie(
            COOKIE, state, max_age=lasts, httponly=True, secure=True, samesite="Lax", path=REDIRECT
        )
        return away

    async def _finish(self, request: web.Request) -> web.Response:
        if (said := request.query.get("error")) is not None:
            why = "You turned it down." if said == "access_denied" else f"Slack says: {said[:100]}"
            return _page("Not installed", why, 400)
        if not self._ours(request.query.get("state", ""), request.cookies.get(COOKIE, "")):
            return _page("Not installed", "That link is too old or was used before.", 400)
        try:
            answer = await self._web.call(
                "oauth.v2.access",
                client_id=self._account.client_id,
                client_secret=self._account.client_secret,
                code=request.query.get("code", ""),
            )
        except Refused as error:
            return _page("Not installed", f"Slack says: {error.error}", 400)
        except WebError:
            return _page("Not installed", "Slack could not be reached.", 502)
        team = (answer.get("team") or {}).get("id")
        token = answer.get("access_token")
        if not team or not token or answer.get("is_enterprise_install"):
            return _page(
                "Not installed", "Install the app into one workspace, not into the organisation.", 400
            )
        facts = {"token": str(token), "bot_user": str(answer.get("bot_user_id") or "")}
        await self._installed.save(str(team), {**facts, **await self._of_itself(str(team), facts)})
        self._on_change()
        response = _page("Installed", "Deadline Day is in your workspace. In Slack, type /deadline", 200)
        response.del_cookie(COOKIE, path=REDIRECT)
        return response

    async def _of_itself(self, team: str, facts: dict[str, str]) -> dict[str, str]:
        """The bot's other id and its name there; without them it does as well."""
        await self._installed.save(team, facts)
        workspace = await self._installed.of(team)
        try:
            me = await workspace.web.call("auth.test") if workspace else {}
        except WebError:
            return {}
        return {"bot": str(me.get("bot_id") or ""), "name": str(me.get("user") or "deadlineday")}

    def _ours(self, state: str, cookie: str) -> bool:
        """Is it a state of ours, fresh, unused, and this browser's? It is used up by asking."""
        same = bool(state) and hmac.compare_digest(state.encode(), cookie.encode())
        at = self._states.pop(state, None) if same else None
        return at is not None and time.monotonic() - at <= STATE_LASTS.total_seconds()


def _page(title: str, words: str, status: int) -> web.Response:
    head = f"<!doctype html><meta charset=utf-8><title>{escape(title)}</title>"
    again = f'<p><a href="{INSTALL}">Begin again</a>' if status != 200 else ""
    page = f"{head}<h1>{escape(title)}</h1><p>{escape(words)}{again}"
    headers = {"Content-Security-Policy": "default-src 'none'", "Cache-Control": "no-store"}
    return web.Response(status=status, text=page, content_type="text/html", headers=headers)


def _key(team: str) -> str:
    return f"slack:install:{team}"
