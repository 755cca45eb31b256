"""The tables of one partition in memory, able to take back what was not committed.

The dicts are what a reader of the changelogs would have built; a batch changes them at once, so that later
records of the batch see it, and the undo list restores them when the transaction did not happen.
"""

from collections.abc import Iterable, Iterator

from schemas.errors import StageFault
from workers.runtime.contract import Delta, Table

POSITION_KEY = b"\x00position"
"""The reserved key under which the first table's changelog carries the position of the input."""


class PartitionState:
    """Implements `Tables`; `apply` for a delta, then `keep` or `undo` for the batch."""

    def __init__(self, tables: tuple[Table, ...]) -> None:
        self._entries: dict[str, dict[bytes, bytes]] = {table.name: {} for table in tables}
        self._once_held: frozenset[str] = frozenset()
        self._undo: list[tuple[dict[bytes, bytes], bytes, bytes | None]] = []

    def get(self, table: str, key: bytes) -> bytes | None:
        return self._entries[table].get(key)

    def items(self, table: str) -> Iterator[tuple[bytes, bytes]]:
        return iter(self._entries[table].items())

    def entries(self, table: str) -> dict[bytes, bytes]:
        """The dict itself, for restoring it from the changelog."""
        return self._entries[table]

    def held(self) -> frozenset[str]:
        """Tables that hold something, or did when an earlier owner wrote its position."""
        return self._once_held | {table for table, entries in self._entries.items() if entries}

    def once_held(self, tables: Iterable[str]) -> None:
        """An earlier owner's position says that these held something."""
        self._once_held |= frozenset(tables)

    def check(self, delta: Delta) -> None:
        """Raises StageFault when a write is one that no changelog could carry."""
        for table, writes in delta.writes.items():
            if table not in self._entries:
                raise StageFault(f"the stage wrote to a table it does not declare: {table}")
            for key, value in writes.items():
                if not isinstance(key, bytes) or not isinstance(value, bytes | None) or key == POSITION_KEY:
                    raise StageFault(f"the stage wrote an entry to {table} that is not bytes, or reserved")

    def apply(self, delta: Delta) -> None:
        """Make a checked delta visible; None deletes."""
        for table, writes in delta.writes.items():
            entries = self._entries[table]
            for key, value in writes.items():
                self._undo.append((entries, key, entries.get(key)))
                _put(entries, key, value)

    def keep(self) -> None:
        """The transaction happened."""
        self._undo.clear()

    def undo(self) -> None:
        """The transaction did not happen: back to the last `keep`."""
        while self._undo:
            _put(*self._undo.pop())


def _put(entries: dict[bytes, bytes], key: bytes, value: bytes | None) -> None:
    if value is None:
        entries.pop(key, None)
    else:
        entries[key] = value
