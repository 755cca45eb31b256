"""One channel's way out of one partition: so many letters at a time, its own back-off, a lease for each."""

import asyncio
import heapq
import itertools
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from channels.tasks import watched
from schemas.letter import Letter
from schemas.names import ChannelName
from workers.letters import turns
from workers.letters.attempt import Lease, attempt
from workers.letters.ledger import Entry
from workers.letters.outlet import Outlet
from workers.letters.settings import LettersSettings
from workers.runtime.contract import EffectPort


@dataclass(order=True, slots=True)
class Ticket:
    """A letter in the lane, not to be touched before `ready_at` (the loop's clock). `lease`: ours, if any."""

    ready_at: float
    place: int
    entry: Entry = field(compare=False)
    letter: Letter = field(compare=False)
    lease: Lease | None = field(compare=False)
    in_doubt: bool = field(compare=False)


class Lane:
    """Sends at most `settings.lane_width(channel)` letters at a time, and only what is committed as claimed.

    A letter without a lease, or with one half over, is claimed first; the claim comes back through `take`
    once it is committed. When the channel is away the whole lane waits, longer each time.
    """

    def __init__(
        self,
        channel: ChannelName,
        outlet: Outlet,
        port: EffectPort,
        settings: LettersSettings,
        clock: Callable[[], datetime],
    ) -> None:
        self._channel, self._outlet, self._port = channel, outlet, port
        self._settings, self._clock = settings, clock
        self._loop = asyncio.get_running_loop()
        self._queue: list[Ticket] = []
        self._places = itertools.count()
        self._changed = asyncio.Event()
        self._claims: dict[str, asyncio.Future[Entry]] = {}
        self._running: set[asyncio.Task[None]] = set()
        self._free = asyncio.Semaphore(settings.lane_width(channel))
        self._failures, self._failed_at, self._opens_at = 0, 0.0, 0.0
        self._open = settings.switch != "hold"
        self._dispatcher = watched(self._dispatch(), f"the lane of {channel} letters", lasting=True)

    def take(self, entry: Entry, inherited: bool) -> None:
        """A letter as it stands in the ledger now. `inherited`: from the last owner of the partition.

        Who waits for its claim may go on; otherwise, when it is pending, it joins the queue.
        """
        claim = self._claims.pop(entry.letter_id, None)
        if claim is not None:
            claim.set_result(entry)
        elif entry.pending and entry.letter is not None and self._open:
            heapq.heappush(self._queue, self._ticket(entry, entry.letter, inherited))
            self._outlet.waiting[self._channel] += 1
            self._changed.set()

    async def close(self) -> None:
        """Let the letters on the wire end, give back the leases of those that wait; nothing new begins."""
        self._open = False
        self._dispatcher.cancel()
        while self._claims:
            self._claims.popitem()[1].cancel()
        await asyncio.gather(self._dispatcher, *self._running, return_exceptions=True)
        for ticket in self._queue:
            if ticket.lease is not None:
                self._post(turns.Ended(letter_id=ticket.entry.letter_id, end="away", at=self._clock()))
        self._outlet.waiting[self._channel] -= len(self._queue)

    def _ticket(self, entry: Entry, letter: Letter, inherited: bool) -> Ticket:
        in_doubt = entry.in_doubt or (inherited and entry.state == "attempted")
        place = next(self._places)
        if entry.state == "attempted" and not in_doubt:
            return Ticket(self._loop.time(), place, entry, letter, self._lease(entry), in_doubt)
        now, margin = self._clock(), self._settings.lease_margin_seconds
        waits = [(entry.next_attempt_at - now).total_seconds()] if entry.next_attempt_at else [0.0]
        if entry.lease_until:
            waits.append((entry.lease_until - now).total_seconds() + margin)
        ready_at = self._loop.time() + min(max(waits), self._settings.retry_most_seconds)
        return Ticket(ready_at, place, entry, letter, None, in_doubt)

    def _lease(self, entry: Entry) -> Lease | None:
        if entry.lease_until is None:
            return None
        left = min((entry.lease_until - self._clock()).total_seconds(), self._settings.lease_seconds)
        return Lease(self._loop.time() + left, entry.lease_until)

    async def _dispatch(self) -> None:
        while True:
            await self._free.acquire()
            await self._port.room()
            task = watched(self._deal(await self._next()), f"a letter by {self._channel}")
            self._running.add(task)
            task.add_done_callback(self._dealt)

    async def _next(self) -> Ticket:
        """The first letter that may be touched, once the lane is open."""
        while True:
            first = self._queue[0].ready_at if self._queue else float("inf")
            wait = max(first, self._opens_at) - self._loop.time()
            if wait <= 0:
                return heapq.heappop(self._queue)
            self._changed.clear()
            try:
                async with asyncio.timeout(None if first == float("inf") else wait):
                    await self._changed.wait()
            except TimeoutError:
                continue

    def _dealt(self, task: asyncio.Task[None]) -> None:
        self._running.discard(task)
        self._outlet.waiting[self._channel] -= 1
        self._free.release()
        if not task.cancelled():
            task.result()

    async def _deal(self, ticket: Ticket) -> None:
        lease = ticket.lease
        if lease is None or lease.seconds_left(self._clock()) < self._settings.lease_seconds / 2:
            entry = await self._claim(ticket)
            lease = self._lease(entry) if entry.pending else None
        if lease is None:
            return
        replier = self._outlet.way(ticket.entry)
        began = self._loop.time()
        ended = await attempt(replier, ticket.letter, lease, ticket.in_doubt, self._clock)
        self._settle(ended, began)
        self._post(ended)

    async def _claim(self, ticket: Ticket) -> Entry:
        letter_id = ticket.entry.letter_id
        claim: asyncio.Future[Entry] = self._loop.create_future()
        self._claims[letter_id] = claim
        self._post(turns.Claim(letter_id=letter_id, in_doubt=ticket.in_doubt, at=self._clock()))
        return await claim

    def _settle(self, ended: turns.Ended, began: float) -> None:
        """Shut the lane for a while when the channel is away or silent; open it when it answered.

        Letters that were on the wire together fail together: that is one failure, however many they were.
        """
        if ended.end not in ("away", "doubt"):
            self._failures = 0
            return
        if began >= self._failed_at:
            self._failures += 1
        self._failed_at = self._loop.time()
        ceiling = min(
            self._settings.retry_first_seconds * 2 ** min(self._failures - 1, 20),
            self._settings.retry_most_seconds / 10,
        )
        pause = max(ended.retry_after, ceiling * random.uniform(0.5, 1.0))
        self._opens_at = max(self._opens_at, self._loop.time() + pause)

    def _post(self, turn: turns.Turn) -> None:
        self._port.post(turns.record(turn, self._port.partition, self._clock()))
