"""What an error of discord.py means for us: try again, the channel is lost, or only this card is.

Codes are those of https://docs.discord.com/developers/topics/opcodes-and-status-codes
"""

from __future__ import annotations

from datetime import timedelta

import aiohttp
import discord

from bot.platform import CardRefused, ChannelLost, PostFailed

Fault = PostFailed | ChannelLost | CardRefused

_LOST = {
    10003: "the channel was deleted",
    10004: "the bot is no longer in this server",
    10013: "this person is not on Discord any more",
    50001: "the bot cannot see the channel: it needs the permission View Channel",
    50007: "this person takes no direct messages from the bot",
    50013: "the bot may not write in the channel: it needs the permission Send Messages",
    50278: "this person shares no server with the bot any more",
    160005: "the thread is locked",
}
_OVER = {
    10008: "the message was deleted",
    30046: "the message is too old to be edited any more",
    50005: "the message is not the bot's",
    50083: "the thread is archived",
}
_NO_VIA = timedelta(minutes=1)
"""How long to keep still after a 429 that did not come from Discord's own limits but from its guard."""

EXPECTED = (
    discord.DiscordException, aiohttp.ClientError, OSError, TimeoutError, RuntimeError, KeyError, TypeError,
)  # fmt: skip
"""What a request through discord.py may end in. A cut line comes out as aiohttp's own error, a closed
session as a RuntimeError, a 429 that does not say how long as a KeyError, text in place of JSON as a
TypeError."""


def shut_out(error: BaseException) -> timedelta | None:
    """How long no request at all should be made after this error; None where others may go on.

    A 429 or 403 from the guard before Discord (without `Via`, or a code), and a token that is taken no more:
    each further request counts towards a ban. https://docs.discord.com/developers/topics/rate-limits#invalid-request-limit-aka-cloudflare-bans
    """
    if not isinstance(error, discord.HTTPException):
        return None
    guard = error.status == 403 and not error.code
    if guard or (error.status == 429 and not error.response.headers.get("Via")):
        return _asked(error) or _NO_VIA
    return _NO_VIA if error.status == 401 else None


def fault(error: BaseException) -> Fault:
    """What to do about an error of a request that posts or edits."""
    if isinstance(error, discord.RateLimited):
        return PostFailed("Discord asks to wait", retry_after=timedelta(seconds=error.retry_after))
    if isinstance(error, discord.LoginFailure):
        return PostFailed("Discord does not take the token", retry_after=_NO_VIA)
    if isinstance(error, discord.HTTPException):
        return _answered(error)
    if isinstance(error, aiohttp.ClientConnectorError):
        return PostFailed("Discord cannot be reached")
    # The line was cut after the request had gone out: nobody knows whether it arrived.
    return PostFailed(f"Discord did not answer ({type(error).__name__})", unsure=True)


def _answered(error: discord.HTTPException) -> Fault:
    """What an answer means. A 403 or 404 without one of Discord's codes comes from something before it (its
    guard, a proxy) and says nothing of the channel."""
    if error.code in _LOST:
        return ChannelLost(_LOST[error.code])
    if error.code in _OVER:
        return CardRefused(_OVER[error.code])
    if error.status == 429:
        return PostFailed("Discord asks to wait", retry_after=_asked(error) or _NO_VIA)
    if error.status >= 500:
        return PostFailed(f"Discord failed ({error.status})", unsure=True)
    if error.status == 403 and error.code:
        return ChannelLost(f"Discord forbids it ({error.code}: {error.text[:200]})")
    if error.status == 400 and error.code not in (20016, 20028, 40003):
        return CardRefused(f"Discord does not take the card ({error.code}: {error.text[:500]})")
    return PostFailed(f"Discord refused it for now ({error.status}, {error.code})", retry_after=_asked(error))


def _asked(error: discord.HTTPException) -> timedelta | None:
    """The wait that the answer's header names, at most an hour."""
    try:
        seconds = float(error.response.headers.get("Retry-After", ""))
    except ValueError:
        return None
    return timedelta(seconds=min(max(seconds, 0.0), 3600.0))
