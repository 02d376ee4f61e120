"""Facts: small notes that outlive the process, such as which commands were synced last."""

from __future__ import annotations

from storage.room import Room


class Facts(Room):
    """Notes by key."""

    async def fact(self, key: str) -> str | None:
        """The note under this key, None if there is none."""
        value: str | None = await self._sql.fact(self._db, key=key)
        return value

    async def set_fact(self, key: str, value: str | None) -> None:
        """Keep the note; None drops it."""
        if value is None:
            await self._sql.forget_fact(self._db, key=key)
        else:
            await self._sql.set_fact(self._db, key=key, value=value)

    async def schema_version(self) -> int:
        """The number of the last migration that was applied."""
        return int(await self._sql.schema_version(self._db))
