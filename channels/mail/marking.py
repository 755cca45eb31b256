"""Taken mail that the server does not let us mark or move yet: remembered, so that it is not taken again."""

import time
from collections.abc import Iterable

PAUSE_SECONDS = (30.0, 1800.0)


class Unmarked:
    """UIDs under one UIDVALIDITY that are durable and not marked; when to try again, and what was said last."""

    def __init__(self) -> None:
        self.trouble = ""
        self._uids: set[int] = set()
        self._validity = 0
        self._failures = 0
        self._again_at = 0.0

    def add(self, validity: int, uids: Iterable[int]) -> None:
        """These are durable; what belongs to another UIDVALIDITY is nobody's any more."""
        if validity != self._validity:
            self.marked(self._uids.copy())
            self._validity = validity
        self._uids.update(uids)

    def __contains__(self, place: tuple[int, int]) -> bool:
        validity, uid = place
        return validity == self._validity and uid in self._uids

    def due(self, validity: int) -> list[int]:
        """What to mark now, in order; nothing while a refusal is fresh."""
        if validity != self._validity or time.monotonic() < self._again_at:
            return []
        return sorted(self._uids)

    def marked(self, uids: Iterable[int]) -> None:
        """The server took the mark."""
        self._uids.difference_update(uids)
        self.trouble, self._failures, self._again_at = "", 0, 0.0

    def refused(self, reason: str) -> None:
        """It did not: try again later, each time later than before."""
        least, most = PAUSE_SECONDS
        self._again_at = time.monotonic() + min(most, least * 2.0 ** min(self._failures, 20))
        self._failures += 1
        self.trouble = (
            f"{reason}; it is taken in all the same, and {len(self._uids)} mails wait for their mark"
        )
