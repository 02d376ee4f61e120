"""A command with its values, as a button, a "which one?" and a typed line all carry it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlencode

_VERSION = "1"


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
        """As one string that outlives a restart: for custom ids and action ids."""
        return f"{_VERSION}:{self.command}:{urlencode(self.values)}"

    @classmethod
    def decode(cls, text: str) -> Call | None:
        """The call again; None for what another version, or nobody, wrote."""
        version, _, rest = text.partition(":")
        command, colon, values = rest.partition(":")
        if version != _VERSION or not command or not colon:
            return None
        try:
            return cls(command, tuple(parse_qsl(values, keep_blank_values=True, max_num_fields=20)))
        except ValueError:
            return None
