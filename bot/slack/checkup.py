"""What `deadlineday doctor` says of Slack: tokens, scopes, workspaces, and what to do about each fault."""

from __future__ import annotations

import errno
from collections.abc import AsyncIterator, Callable, Iterator

from aiohttp import web

from bot.finding import Finding
from bot.platform import PlatformRefused
from bot.serving import serving
from bot.settings import BadSettings, Settings
from bot.slack.account import COPY_BOT_TOKEN, Account, account_of
from bot.slack.install import INSTALL, Installed, vault_of
from bot.slack.web import Refused, Web, WebError, bot_scopes, open_session
from bot.slack.workspaces import Notes


async def examine(settings: Settings, notes: Notes) -> AsyncIterator[Finding]:
    """Each thing that was looked at, as it is known."""
    try:
        account = account_of(settings)
    except PlatformRefused as refused:
        yield Finding(False, str(refused))
        return
    async with open_session() as session:

        def web_of(token: str | None) -> Web:
            return Web(token, base_url=account.api_url, session=session)

        if account.client_id:
            async for finding in _workspaces(account, notes, web_of):
                yield finding
        else:
            yield await _bot_token(web_of(account.bot_token), "DEADLINEDAY_SLACK_BOT_TOKEN", COPY_BOT_TOKEN)
        if account.listen:
            yield await _door(account.listen)
        else:
            yield await _app_token(account, web_of(None))
        for name, instead in _idle(account):
            yield Finding(True, f"Slack: {name} is set and not used, because {instead} is set too")


def _idle(account: Account) -> Iterator[tuple[str, str]]:
    """What is set for another way to connect, and what is gone by in its place."""
    if account.client_id and account.bot_token:
        yield "DEADLINEDAY_SLACK_BOT_TOKEN", "DEADLINEDAY_SLACK_CLIENT_ID"
    if account.listen and account.app_token:
        yield "DEADLINEDAY_SLACK_APP_TOKEN", "DEADLINEDAY_SLACK_LISTEN"


async def _door(listen: str) -> Finding:
    """The address is opened for a moment; who listens there already is the running bot, as a rule."""
    try:
        async with serving(web.Application(), listen, "DEADLINEDAY_SLACK_LISTEN"):
            pass
    except BadSettings as error:
        cause = error.__cause__
        if not isinstance(cause, OSError) or cause.errno != errno.EADDRINUSE:
            return Finding(False, f"Slack: {error}; name an address of this machine, or 0.0.0.0")
    return Finding(True, f"Slack: signed HTTP is taken on {listen} while the bot runs")


async def _bot_token(web: Web, what: str, remedy: str) -> Finding:
    try:
        me, has = await web.scopes()
    except Refused as error:
        return Finding(False, f"Slack: {what} is not taken ({error.error}); {remedy}")
    except WebError as error:
        return Finding(False, f"Slack: {error}; look at the network, and at SLACK_API_URL if it is set")
    who = f"{me.get('user')} in {me.get('team')}"
    lacking = sorted(set(bot_scopes()) - has)
    if lacking:
        needs = ", ".join(lacking)
        return Finding(False, f"Slack: {who} lacks {needs}; add them under OAuth & Permissions and reinstall")
    more = sorted(has - set(bot_scopes()))
    spare = f"; it does not need {', '.join(more)}" if more else ""
    return Finding(True, f"Slack: {who}, every scope is there{spare}")


async def _app_token(account: Account, web: Web) -> Finding:
    """A connection is asked for and not made; Slack lets it lapse."""
    try:
        await web.call("apps.connections.open", token=account.app_token)
    except Refused as error:
        return Finding(
            False,
            f"Slack: DEADLINEDAY_SLACK_APP_TOKEN is not taken ({error.error}); it is an app-level token"
            " (xapp-...) with connections:write, and Socket Mode has to be switched on",
        )
    except WebError as error:
        return Finding(False, f"Slack: {error}; look at the network, and at SLACK_API_URL if it is set")
    return Finding(True, "Slack: the app-level token opens Socket Mode")


async def _workspaces(
    account: Account, notes: Notes, web_of: Callable[[str | None], Web]
) -> AsyncIterator[Finding]:
    try:
        installed = Installed(notes, vault_of(account.token_key), web_of)
    except PlatformRefused as refused:
        yield Finding(False, str(refused))
        return
    teams = await installed.teams()
    if not teams:
        yield Finding(True, f"Slack: no workspace has installed the app yet; open {INSTALL} on its address")
    if len(teams) > 1 and not account.admins:
        yield Finding(
            True,
            f"Slack: {len(teams)} workspaces share the feeds, which nobody may change from Slack: name"
            " who may in DEADLINEDAY_SLACK_ADMINS",
        )
    for team in teams:
        workspace = await installed.of(team)
        if workspace is None:
            yield Finding(
                False,
                f"Slack: DEADLINEDAY_SLACK_TOKEN_KEY does not open the token of {team}: set the key that it"
                f" was kept with too (after a comma), or install the app there again ({INSTALL})",
            )
        else:
            remedy = f"somebody there has to install the app again ({INSTALL})"
            yield await _bot_token(workspace.web, f"the token of {team}", remedy)
