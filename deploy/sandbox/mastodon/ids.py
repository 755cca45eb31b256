"""Mastodon's ids: milliseconds and a sequence in one number that only grows, written as a string."""

import time


class Ids:
    """Makes ids; `seen` keeps it above what an earlier run made, even if the clock went back."""

    def __init__(self) -> None:
        self._last = 0

    def seen(self, known: str) -> None:
        """Takes note of an id from the journal."""
        self._last = max(self._last, int(known))

    def new(self) -> str:
        """An id greater than all before."""
        self._last = max(self._last + 1, int(time.time() * 1000) << 16)
        return str(self._last)
