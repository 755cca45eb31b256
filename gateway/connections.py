"""Who holds a connection, and who must go when there are too many: those that keep us waiting, never those we answer.

A network (an IPv4 address, an IPv6 /64) has its share of connections; when it is spent, that network's own
longest-waiting connection goes. When the house is full, the longest-waiting of all goes. Bytes of requests that
are not complete have a budget of their own: when it is spent, the network that holds most of them loses its oldest.
"""

import resource
from collections import Counter
from typing import Literal, Protocol

MOST = 2_000
MOST_EACH = 256
MOST_BYTES = 256 * 1024 * 1024
MANY = "many"
"""The network of a proxy that stands for many people, or of a client without an address: its share is not counted."""
_OTHER_FILES = 200
"""File descriptors that are not connections: Kafka, spool, uploads."""

Phase = Literal["waiting", "sending", "answering"]
"""waiting: for a head, the first or the next one · sending: a body · answering: the request is here, it is our turn."""


class Held(Protocol):
    """One connection. `network` is the client's, `phase` where its request stands, `held` its bytes in memory."""

    network: str
    phase: Phase
    held: int

    def shed(self) -> None:
        """Cut it off at once."""
        ...


class Connections:
    """Every open connection by phase, in the order in which it came there."""

    def __init__(self, most: int = MOST, most_each: int = MOST_EACH, most_bytes: int = MOST_BYTES) -> None:
        self._most, self._most_each, self._most_bytes = most, most_each, most_bytes
        self._phases: dict[Phase, dict[Held, None]] = {"waiting": {}, "sending": {}, "answering": {}}
        self._each: Counter[str] = Counter()
        self._bytes = 0

    def __len__(self) -> int:
        return sum(map(len, self._phases.values()))

    def join(self, one: Held) -> None:
        """A new connection; another one goes when there are too many, or this one when nobody else can."""
        self._each[one.network] += 1
        self._phases[one.phase][one] = None
        if one.network != MANY and self._each[one.network] > self._most_each:
            self._shed_one(one, one.network)
        elif len(self) > self._most:
            self._shed_one(one, None)

    def moved(self, one: Held, before: Phase) -> None:
        """It is in another phase now."""
        if self._phases[before].pop(one, self) is None:
            self._phases[one.phase][one] = None

    def leave(self, one: Held) -> None:
        """It is closed, or as good as that."""
        if self._phases[one.phase].pop(one, self) is None:
            self.let_go(one)
            self._each[one.network] -= 1
            if not self._each[one.network]:
                del self._each[one.network]

    def hold(self, one: Held, size: int) -> None:
        """More of its body came."""
        one.held += size
        self._bytes += size
        while self._bytes > self._most_bytes and (loser := self._heaviest() or one).held:
            self._end(loser)

    def let_go(self, one: Held) -> None:
        """Its body is gone from memory."""
        self._bytes -= one.held
        one.held = 0

    def _shed_one(self, newest: Held, network: str | None) -> None:
        for phase in ("waiting", "sending"):
            for one in self._phases[phase]:
                if one is not newest and network in (None, one.network):
                    self._end(one)
                    return
        self._end(newest)

    def _heaviest(self) -> Held | None:
        """The oldest unfinished body of the network that holds most unfinished bytes."""
        weights: Counter[str] = Counter()
        for one in self._phases["sending"]:
            weights[one.network] += one.held
        network = max(weights, key=lambda name: weights[name], default="")
        return next((one for one in self._phases["sending"] if one.network == network and one.held), None)

    def _end(self, one: Held) -> None:
        self.leave(one)
        one.shed()


def room(wanted: int = MOST) -> int:
    """How many connections the process may hold: the soft limit of open files is raised as far as it is allowed."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    needed = wanted + _OTHER_FILES
    if soft != resource.RLIM_INFINITY and soft < needed:
        soft = needed if hard == resource.RLIM_INFINITY else min(needed, hard)
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    return wanted if soft == resource.RLIM_INFINITY else max(10, min(wanted, soft - _OTHER_FILES))
