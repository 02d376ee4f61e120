"""Settings: from the environment or a file `.env` in the working folder, checked before anything starts.

Every field below is one setting, `DEADLINEDAY_` and its name in capitals, but for the few in `BARE`, which
are known by a name without it. `deadlineday doctor --settings` prints them, and a test holds the README's
table to the same list. A secret `X` can be given as the path of a file that holds it, in `X_FILE`.
"""

from __future__ import annotations

import difflib
import io
import os
from collections.abc import Mapping
from datetime import timedelta
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import Literal

import platformdirs
from dotenv import dotenv_values
from dotenv.parser import parse_stream
from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError, ValidationInfo, field_validator

from feeds.fetch import Limits, user_agent
from feeds.pace import Pace
from storage.store import POSTGRES

PREFIX = "DEADLINEDAY_"
BARE = ("database_url", "database_url_file", "discord_api_base", "discord_gateway_url", "slack_api_url")
"""Fields that are set without the prefix: SLACK_API_URL."""

_PLACE = r"^(\S*:\d{1,5})?$"


class BadSettings(Exception):
    """A setting cannot be used; the message names it in one line. Nothing was started."""


def _data_folder() -> Path:
    return Path(platformdirs.user_data_dir("deadlineday", appauthor=False))


class Settings(BaseModel):
    """What the owner may set. Durations are in seconds, sizes in bytes, as each description says."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    database: Path = Field(
        default_factory=lambda: _data_folder() / "deadlineday.db",
        description="File of the SQLite database; its folder is made when missing.",
    )
    database_url: SecretStr | None = Field(
        default=None,
        description="PostgreSQL in place of the file: postgresql://user:password@host:port/name.",
    )
    database_url_file: Path | None = Field(default=None, description="File that holds that address.")
    lease: int = Field(
        default=120,
        ge=1,
        le=3600,
        description="Seconds after which other processes take over what one has claimed and not done.",
    )
    stop_within: int = Field(
        default=8,
        ge=1,
        le=600,
        description="Seconds that posts under way may take when the bot is told to stop (1 to 600).",
    )
    contact: str = Field(
        default="",
        max_length=200,
        description="Address or page that feed hosts are told in the User-Agent, so that they can reach you.",
    )
    poll_interval: int = Field(
        default=300,
        ge=60,
        le=86_400,
        description="Seconds between two polls of a new feed; later its own rhythm decides (60 to 86400).",
    )
    poll_shortest: int = Field(
        default=120, ge=30, le=86_400, description="Seconds between two polls of a feed at the least."
    )
    poll_longest: int = Field(
        default=1800,
        ge=60,
        le=86_400,
        description="Seconds between two polls of a feed that answers, at the most, whatever it asks.",
    )
    host_spacing: float = Field(
        default=1.0, ge=0, le=60, description="Seconds between two requests to the same feed host (0 to 60)."
    )
    host_at_once: int = Field(
        default=2,
        ge=1,
        le=100,
        description="Number of requests under way to the same feed host (1 to 100).",
    )
    poll_at_once: int = Field(
        default=50, ge=1, le=500, description="Number of feeds polled at the same time (1 to 500)."
    )
    feed_timeout: int = Field(
        default=30,
        ge=1,
        le=300,
        description="Seconds that a feed may take in all before it is given up (1 to 300).",
    )
    feed_max_bytes: int = Field(
        default=10 * 1024 * 1024,
        ge=10_000,
        le=1_000_000_000,
        description="Bytes of a feed that are read at most, packed and unpacked; a larger one is an error.",
    )
    default_feeds: bool = Field(
        default=True, description="Poll the public football feeds that ship with the bot (true or false)."
    )
    full_text: bool = Field(
        default=False,
        description="Fetch the article behind a teaser, where robots.txt lets us "
        "(true or false; needs fulltext).",
    )
    private_feeds: bool = Field(
        default=False,
        description="Allow feeds on private addresses (true or false); keep it off if strangers add feeds.",
    )
    sample: Literal["auto", "on", "off"] = Field(
        default="auto",
        description="Play the bundled sample story: on, off, or auto (when no account is set).",
    )
    sample_pace: float = Field(
        default=1.0, ge=0, le=3600, description="Seconds between two steps of the sample story (0 to 3600)."
    )
    give_up_after: int = Field(
        default=86_400,
        ge=60,
        le=30 * 86_400,
        description="Seconds after which an alert that cannot be posted is given up.",
    )
    keep_text: int = Field(
        default=90,
        ge=1,
        le=3650,
        description="Days that an entry's text is kept; claims and history stay for good.",
    )
    log_level: Literal["debug", "info", "warning", "error"] = Field(
        default="warning", description="What is logged to standard error: debug, info, warning or error."
    )
    log_format: Literal["text", "json"] = Field(
        default="text", description="Form of the log: text for people, or json, one object a line."
    )
    status_listen: str = Field(
        default="",
        pattern=_PLACE,
        description="host:port where /metrics, /healthz and /readyz are served; none serves nothing.",
    )

    websub_url: str = Field(
        default="",
        pattern=r"^(https?://[^\s?#]+)?$",
        description="Public address under which feeds' hubs (WebSub) reach websub_listen; none asks no hub.",
    )
    websub_listen: str = Field(
        default="",
        pattern=_PLACE,
        description="host:port where hubs are answered, behind a proxy that has the public address.",
    )

    discord_token: SecretStr | None = Field(
        default=None, description="Discord: the bot's token; set, the bot runs on Discord."
    )
    discord_token_file: Path | None = Field(
        default=None, description="File that holds the bot's token for Discord."
    )
    discord_api_base: str = Field(
        default="https://discord.com/api/v10",
        description="Where Discord's HTTP API is asked, version and all, for a proxy or a test.",
    )
    discord_gateway_url: str = Field(
        default="",
        description="Where Discord's gateway is, in place of the one that its API names.",
    )

    discord_admins: str = Field(
        default="",
        pattern=r"^(\s*\d{1,20}\s*(,|$))*$",
        description="Discord: ids of people, parted by commas, who may change feeds beside the bot's owner.",
    )

    slack_bot_token: SecretStr | None = Field(
        default=None, description="Slack: the bot's token (xoxb-...); set, the bot runs on Slack."
    )
    slack_bot_token_file: Path | None = Field(default=None, description="File that holds the bot's token.")
    slack_app_token: SecretStr | None = Field(
        default=None, description="Slack: the app-level token (xapp-...) for Socket Mode."
    )
    slack_app_token_file: Path | None = Field(
        default=None, description="File that holds the app-level token."
    )
    slack_listen: str = Field(
        default="",
        pattern=_PLACE,
        description="Slack: host:port on which signed HTTP requests are taken in place of Socket Mode.",
    )
    slack_signing_secret: SecretStr | None = Field(
        default=None, description="Slack: the signing secret, needed to take HTTP requests."
    )
    slack_signing_secret_file: Path | None = Field(
        default=None, description="File that holds the signing secret."
    )
    slack_client_id: str = Field(
        default="", description="Slack: the app's client id, to be installed in several workspaces (OAuth)."
    )
    slack_client_secret: SecretStr | None = Field(default=None, description="Slack: the app's client secret.")
    slack_client_secret_file: Path | None = Field(
        default=None, description="File that holds the client secret."
    )
    slack_token_key: SecretStr | None = Field(
        default=None,
        description="Slack: Fernet key that encrypts the workspaces' tokens; "
        "a new one first, a comma, the old.",
    )
    slack_token_key_file: Path | None = Field(default=None, description="File that holds the Fernet key.")
    slack_admins: str = Field(
        default="",
        description="Slack: user ids, parted by commas, who may change feeds beside the workspace's admins.",
    )
    slack_api_url: str = Field(
        default="https://slack.com/api/", description="Where Slack's Web API is asked, for a proxy or a test."
    )

    @field_validator("database_url")
    @classmethod
    def _postgresql(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None and not value.get_secret_value().startswith(POSTGRES):
            raise ValueError("must be postgresql://user:password@host:port/name")
        return value

    @field_validator("full_text")
    @classmethod
    def _has_extractor(cls, value: bool) -> bool:
        if value and not all(map(find_spec, ("trafilatura", "protego"))):
            raise ValueError("needs trafilatura and protego: pip install 'deadlineday[fulltext]'")
        return value

    @field_validator("*")
    @classmethod
    def _at_home(cls, value: object) -> object:
        """ "~" stands for the owner's folder in a file of settings too, where no shell has seen it."""
        return value.expanduser() if isinstance(value, Path) else value

    @field_validator("contact")
    @classmethod
    def _one_line(cls, value: str) -> str:
        if any(ord(c) < 32 or ord(c) == 127 for c in value):
            raise ValueError("must be one line without control characters")
        return value.strip()

    @property
    def where(self) -> Path | str:
        """What to open the store with: the database's address where one is set, else the file."""
        return self.database if self.database_url is None else self.database_url.get_secret_value()

    @field_validator("discord_api_base", "discord_gateway_url")
    @classmethod
    def _address(cls, value: str, info: ValidationInfo) -> str:
        schemes = ("http", "https") if info.field_name == "discord_api_base" else ("ws", "wss")
        scheme, _, rest = value.partition("://")
        if value and (scheme not in schemes or not rest or any(c.isspace() for c in value)):
            raise ValueError(f"must be an address that begins with {schemes[0]}:// or {schemes[1]}://")
        return value

    @property
    def half_a_hub(self) -> str:
        """What is missing for hubs, in words; "" where they are set in full or not at all."""
        if bool(self.websub_url) == bool(self.websub_listen):
            return ""
        missing = "LISTEN" if self.websub_url else "URL"
        return f"no hub is asked: DEADLINEDAY_WEBSUB_{missing} is not set, and hubs need both"

    @property
    def interval(self) -> timedelta:
        """`poll_interval` as a duration."""
        return timedelta(seconds=self.poll_interval)

    @property
    def pace(self) -> Pace:
        """The bounds of a feed's own rhythm; `poll_interval` lies within them, whatever they say."""
        usual = self.interval
        shortest, longest = timedelta(seconds=self.poll_shortest), timedelta(seconds=self.poll_longest)
        return Pace(min(shortest, usual), usual, max(longest, usual))

    @property
    def limits(self) -> Limits:
        """What one feed may cost."""
        return Limits(max_bytes=self.feed_max_bytes, total=timedelta(seconds=self.feed_timeout))

    @property
    def user_agent(self) -> str:
        """How feed hosts are told who asks."""
        return user_agent(version("deadlineday"), self.contact)


_WORDS = {
    "int_parsing": "it is no whole number",
    "int_from_float": "it is no whole number",
    "float_parsing": "it is no number",
    "bool_parsing": "it is neither true nor false",
}
"""What pydantic's errors are in our words; the others say it well enough."""


def load(environ: Mapping[str, str] | None = None, file: Path | None = None) -> Settings:
    """The settings of this start: the environment's value, else the file's, else the default.

    `file` is `.env` in the working folder where none is given; a missing one is no error.
    Raises BadSettings for an unknown name, an unusable value, or an unreadable file.
    """
    environ = os.environ if environ is None else environ
    path = file or Path(".env")
    found = {**_from_file(path, must_exist=file is not None), **_ours(environ)}
    known = {_name_of(name): name for name in Settings.model_fields}
    values: dict[str, str] = {}
    for name, value in found.items():
        if name not in known:
            bare = name.removeprefix(PREFIX)
            near = [bare] if bare in known else difflib.get_close_matches(name, known, n=1, cutoff=0.8)
            hint = f"; did you mean {near[0]}?" if near else "; `deadlineday doctor --settings` lists all"
            raise BadSettings(f"{name} is not a setting{hint}")
        values[known[name]] = value
    try:
        return Settings.model_validate({**values, **_secrets(values)})
    except ValidationError as error:
        first = error.errors()[0]
        field = str(first["loc"][0])
        shown = "" if _is_secret(field) else f"={first['input']!r}"
        reason = _WORDS.get(first["type"]) or str(first["msg"]).removeprefix("Value error, ")
        if first["type"] == "string_pattern_mismatch":
            reason = f"it has another form. {Settings.model_fields[field].description}"
        raise BadSettings(f"{_name_of(field)}{shown} cannot be used: {_lower_first(reason)}") from None


def misspelt(environ: Mapping[str, str] | None = None, file: Path | None = None) -> list[str]:
    """A line for each name that is all but one of ours that goes without the prefix, and is not set.

    It may be another program's: no reason not to start, as for those that are certainly meant for us.
    """
    environ = os.environ if environ is None else environ
    names = {*environ, *_lines_of(file or Path(".env"))}
    bare = [_name_of(field) for field in BARE]
    return [
        f"{name} is not a setting of this program; did you mean {near[0]}?"
        for name in sorted(names)
        if name not in bare
        and (near := difflib.get_close_matches(name.upper(), bare, n=1, cutoff=0.9))
        and near[0] not in names
    ]


def table() -> list[tuple[str, str, str]]:
    """Every setting as (name, default in words, what it does), in the order of the README."""
    rows = []
    for name, field in Settings.model_fields.items():
        default = "in the user's data folder" if field.default_factory else str(field.default or "").lower()
        default = str(field.default).lower() if field.default is False else default
        rows.append((_name_of(name), default, field.description or ""))
    return rows


def _name_of(field: str) -> str:
    return field.upper() if field in BARE else PREFIX + field.upper()


def _is_secret(field: str) -> bool:
    return field + "_file" in Settings.model_fields


def _secrets(values: Mapping[str, str]) -> dict[str, str]:
    """The secrets that are given as files, read. Raises BadSettings, which never shows what is in one."""
    found = {}
    for field in filter(_is_secret, Settings.model_fields):
        path = values.get(field + "_file")
        if path is None:
            continue
        if field in values:
            raise BadSettings(f"{_name_of(field)} and {_name_of(field + '_file')} are both set; keep one")
        try:
            found[field] = Path(path).read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError) as error:
            reason = getattr(error, "strerror", None) or "it is no text"
            raise BadSettings(
                f"{_name_of(field + '_file')}={path!r} cannot be read: {_lower_first(reason)}"
            ) from None
        if not found[field]:
            raise BadSettings(f"{_name_of(field + '_file')}={path!r} is empty")
    return found


def _from_file(path: Path, *, must_exist: bool) -> dict[str, str]:
    try:
        if not path.is_file():
            if must_exist:
                raise BadSettings(f"{path}: there is no such settings file")
            return {}
        bad = next((b for b in parse_stream(io.StringIO(path.read_text(encoding="utf-8"))) if b.error), None)
        if bad is not None:
            raise BadSettings(f"{path}: line {bad.original.line} is no setting: a line is NAME=value")
        return _ours(_lines_of(path))
    except (OSError, UnicodeDecodeError) as error:
        raise BadSettings(f"{path}: the settings file cannot be read: {error}") from error


def _lines_of(path: Path) -> dict[str, str]:
    return {k: v or "" for k, v in dotenv_values(path).items()} if path.is_file() else {}


def _ours(values: Mapping[str, str]) -> dict[str, str]:
    bare = {_name_of(field) for field in BARE}
    ours = {k: v for k, v in values.items() if k.startswith(PREFIX) or k in bare}
    return {k: v for k, v in ours.items() if k != PREFIX + "SHARED" and v != ""}


def _lower_first(text: str) -> str:
    return text[:1].lower() + text[1:]
