"""The window of near texts, made from the table that is its only truth; and who is in which campaign.

It is a cache: it fits a table when both end with the very same text. After a restart, a rebalance or a transaction
that did not happen it does not, and is made again in a thread of its own (3.4 s of CPU for 100,000 texts), while
the partition waits.
"""

from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from hashlib import blake2b

import numpy as np

from classifiers.similarity.runs import Runs, from_bytes
from classifiers.similarity.store import BATCH, NearTexts
from schemas.errors import Unavailable
from workers.relate.entry import Entry, number_key, read
from workers.relate.rule import Known
from workers.runtime.contract import Tables

TABLE = "window"
_NOTHING = np.zeros(0, np.uint16)
_RETRY_SECONDS = 0.2


class Window:
    """Numbers are those of the table. `last` is the newest, `first` the oldest that the table still holds."""

    def __init__(self, size: int, held: Sequence[tuple[bytes, bytes]] = ()) -> None:
        """`held`: the table's items."""
        self._texts = NearTexts(size)
        self._campaigns = np.zeros(size, np.uint64)
        self._people = np.zeros(size, np.uint64)
        values = {int.from_bytes(key, "big"): value for key, value in held}
        self.last = max(values, default=0)
        self.first = min(values, default=1)
        self._before = max(self.last - size, self.first - 1)
        self._newest = values.get(self.last)
        self._fill(values)

    @property
    def size(self) -> int:
        """How many texts it looks back."""
        return self._texts.window

    def fits(self, tables: Tables) -> bool:
        """Whether it ends where the table ends."""
        ends = tables.get(TABLE, number_key(self.last)) == self._newest
        return ends and tables.get(TABLE, number_key(self.last + 1)) is None

    def near(self, runs: Runs, least: float, tables: Tables) -> list[Known]:
        """The known texts near to one that comes now, nearest first. It is in the window from here on."""
        ((number, neighbours),) = self._texts.add_runs([runs], least)
        self.last = self._before + number
        found = ((self._before + one.number, one.score) for one in neighbours)
        return [
            Known(at, read(value)[0], score)
            for at, score in found
            if (value := tables.get(TABLE, number_key(at))) is not None
        ]

    def keep(self, number: int, entry: Entry, value: bytes) -> None:
        """What became of a text: its campaign, and its value in the table."""
        self._campaigns[number % self.size] = _hash(entry.campaign)
        self._people[number % self.size] = _hash(entry.person_key)
        if number == self.last:
            self._newest = value

    def has(self, campaign: str, person_key: str) -> bool:
        """Whether a text of this person in the window is part of the campaign."""
        return bool(np.any((self._campaigns == _hash(campaign)) & (self._people == _hash(person_key))))

    def left(self) -> list[int]:
        """The numbers that the table need not hold any more; two at most, so that a smaller window is soon one."""
        gone = list(range(self.first, min(self.first + 2, self.last - self.size + 1)))
        self.first += len(gone)
        return gone

    def _fill(self, values: dict[int, bytes]) -> None:
        batch: list[Runs] = []
        for number in range(self._before + 1, self.last + 1):
            value = values.get(number)
            batch.append(_NOTHING if value is None else self._known(number, value))
            if len(batch) == min(BATCH, self.size) or number == self.last:
                self._texts.enter(batch)
                batch = []

    def _known(self, number: int, value: bytes) -> Runs:
        entry, runs = read(value)
        self.keep(number, entry, value)
        return from_bytes(runs)


class Windows:
    """The window that fits the table, made when there is none; one at a time."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._window: Window | None = None
        self._making: Future[Window] | None = None

    def fitting(self, tables: Tables) -> Window:
        """Raises Unavailable while it is being made."""
        if self._making is not None and self._making.done():
            self._window, self._making = self._making.result(), None
        if self._window is None or not self._window.fits(tables):
            self._window = None
            self._make(tables)
        if self._window is None:
            raise Unavailable("the window of near texts is being made again", _RETRY_SECONDS)
        return self._window

    def _make(self, tables: Tables) -> None:
        held = list(tables.items(TABLE))
        if not held:
            self._window = Window(self._size)
        elif self._making is None:
            with_it = ThreadPoolExecutor(1, thread_name_prefix="window")
            self._making = with_it.submit(Window, self._size, held)
            with_it.shutdown(wait=False)


def _hash(word: str) -> np.uint64:
    return np.uint64(int.from_bytes(blake2b(word.encode(), digest_size=8).digest()) if word else 0)
