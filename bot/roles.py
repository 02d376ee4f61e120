"""Which parts of the bot this process runs: all, or those named by `deadlineday run --only`."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

ROLES = ("poll", "deliver", "discord", "slack", "terminal")
"""`poll` reads feeds and decides; `deliver` posts on every account; `discord` and `slack` answer people
there; `terminal` answers in this terminal and shows its alerts."""


@dataclass(frozen=True, slots=True)
class Roles:
    """The parts that run; `only` is empty for all of them."""

    only: frozenset[str] = frozenset()

    @classmethod
    def of(cls, words: Iterable[str]) -> Roles:
        """ValueError names a word that is no role."""
        only = frozenset(words)
        for word in only.difference(ROLES):
            raise ValueError(f"{word} is no part of the bot; there are {', '.join(ROLES)}")
        return cls(only)

    def __contains__(self, role: str) -> bool:
        return not self.only or role in self.only

    @property
    def names(self) -> tuple[str, ...]:
        """Every part that runs."""
        return tuple(role for role in ROLES if role in self)
