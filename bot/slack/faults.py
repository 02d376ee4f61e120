"""What Slack's errors mean for a post: each ends in its own way.

https://docs.slack.dev/reference/methods/chat.postMessage#errors
"""

from __future__ import annotations

from datetime import timedelta

from bot.platform import CardRefused, ChannelLost, PostFailed
from bot.slack.web import Limited, Refused, Unreached, WebError

LATER = timedelta(minutes=10)
"""When a fault that only the bot's owner can mend is tried again."""

_LOST = {
    "channel_not_found": "the channel is gone, or it is private and the bot is not in it: /invite the bot",
    "not_in_channel": "the bot is not in the channel: /invite the bot",
    "is_archived": "the channel is archived",
    "restricted_action": "this workspace does not let the bot post in the channel",
    "restricted_action_read_only_channel": "the channel takes posts from few people only",
    "restricted_action_non_threadable_channel": "the channel takes no threads",
    "restricted_action_thread_only_channel": "the channel takes posts in threads only",
    "messages_tab_disabled": "the app takes no direct messages: switch its Messages tab on",
    "user_not_found": "the person is not in this workspace any more",
    "users_not_found": "the person is not in this workspace any more",
    "user_disabled": "the person's account is switched off",
    "cannot_dm_bot": "a bot cannot be told anything",
    "user_not_visible": "the person cannot be seen by the bot",
    "team_access_not_granted": "the app has no access to this workspace",
    "no_permission": "the bot may not post in the channel: /invite the bot",
}
TOKEN = frozenset({"account_inactive", "token_revoked", "invalid_auth", "not_authed", "token_expired"})
"""The workspace does not take our token, whatever the channel."""

_WAITS = {
    "org_login_required": "the workspace is being moved into an organisation",
    "team_added_to_org": "the workspace is being moved into an organisation",
    "ekm_access_denied": "the organisation's admins have suspended posting",
    "not_allowed_token_type": "a bot's token (xoxb-...) is needed here",
    "accesslimited": "access is limited on this workspace",
}
"""The workspace takes no posts for now; it has not left."""

TOO_MUCH = frozenset({"invalid_blocks", "invalid_blocks_format", "msg_blocks_too_long", "msg_too_long"})
"""Slack does not take the card as it is drawn; its words alone it may."""

NO_ROOT = frozenset({"thread_not_found", "message_not_found", "cannot_reply_to_message"})
"""The message that a thread begins with is gone."""


def end_of(error: WebError, *, several: bool) -> PostFailed | ChannelLost | CardRefused:
    """How a post ends that failed so. `several`: tokens are kept by workspace, and one was given back."""
    if isinstance(error, Limited):
        return PostFailed(str(error), retry_after=error.retry_after)
    if isinstance(error, Unreached):
        return PostFailed(str(error), unsure=error.unsure)
    assert isinstance(error, Refused)
    if error.error in _LOST:
        return ChannelLost(_LOST[error.error])
    if error.error in TOKEN:
        if several:
            return ChannelLost("the app was removed from this workspace: install it again")
        return PostFailed(f"{error}; set a token that works and start again", retry_after=LATER)
    if error.error in _WAITS:
        return PostFailed(f"{error}; {_WAITS[error.error]}", retry_after=LATER)
    if error.error == "missing_scope":
        scope = error.needed or "a scope"
        return PostFailed(f"{error}; give the app {scope} and install it again", retry_after=LATER)
    if error.error in TOO_MUCH or error.error in ("no_text", "invalid_arguments", "metadata_too_large"):
        return CardRefused(str(error))
    return PostFailed(str(error))
