"""What the consumer group is told of a position, and how often.

The truth is the position in the changelog, written in every transaction. The group's committed offset is for
those who watch: telling it takes two of the five requests of a transaction, so that it is told a few times a
second, and once more when the input rests.
"""

import time


class GroupOffset:
    """Of one partition. `seconds` 0 tells it in every transaction, as a stage without a changelog needs."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._told_at = float("-inf")
        self._reached: int | None = None
        self.told: int | None = None
        """What the group was told last."""
        self.of: int | None = None
        """How many partitions the input has."""

    def begin(self, reached: int | None, told: int | None) -> None:
        """Where a new owner starts (None: nothing was ever taken), and what the group says."""
        self._reached, self.told = reached, told

    def due(self, next_offset: int | None) -> int | None:
        """The offset to send with a transaction that moves the position to `next_offset`, or None."""
        late = time.monotonic() - self._told_at >= self._seconds
        return next_offset if late else None

    def committed(self, next_offset: int | None, told: int | None) -> None:
        """A transaction moved the position and told the group so much."""
        if next_offset is not None:
            self._reached = next_offset
        if told is not None:
            self.told, self._told_at = told, time.monotonic()

    @property
    def pending(self) -> int | None:
        """The position, when the group does not know it yet."""
        return None if self.told == self._reached else self._reached
