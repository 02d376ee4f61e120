"""A command with its values, as a button, a "which one?" and a typed line all carry it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import unquote

_VERSION = "1"
_MOST = 20
# Only what parts the pieces is escaped: platforms give an id a hundred characters.
_ESCAPED = str.maketrans({"%": "%25", "&": "%26", "=": "%3D"})


@dataclass(frozen=True, slots=True)
class Call:
    """`command` is a name of the command table ("feeds add"), `values` its options by name.

    A value may be "#12": the player, watch or feed with that number, whatever its name.
    """

    command: str
    values: tuple[tuple[str, str], ...] = ()

    @classmethod
    def of(cls, command: str, **values: object) -> Call:
        """The call with these values; those that are None are left out, `from_` means "from"."""
        return cls(
            command,
            tuple((name.rstrip("_"), str(value)) for name, value in values.items() if value is not None),
        )

    @property
    def by_name(self) -> Mapping[str, str]:
        """The values as a mapping; a name given twice counts as last given."""
        return dict(self.values)

    def having(self, name: str, value: str) -> Call:
        """The same call with one value set."""
        return Call(self.command, (*((n, v) for n, v in self.values if n != name), (name, value)))

    def encode(self) -> str:
        """As one short string that outlives a restart: for custom ids and action ids."""
        pairs = (f"{name.translate(_ESCAPED)}={value.translate(_ESCAPED)}" for name, value in self.values)
        return f"{_VERSION}:{self.command}:{'&'.join(pairs)}"

    @classmethod
    def decode(cls, text: str) -> Call | None:
        """The call again; None for what another version, or nobody, wrote."""
        version, _, rest = text.partition(":")
        command, colon, values = rest.partition(":")
        if version != _VERSION or not command or not colon:
            return None
        pairs = [pair.partition("=") for pair in values.split("&")] if values else []
        if len(pairs) > _MOST or any(not equals for _, equals, _ in pairs):
            return None
        return cls(command, tuple((unquote(name), unquote(value)) for name, _, value in pairs))
