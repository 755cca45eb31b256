"""How often one and the same may do something: a token bucket for each, in memory, bounded."""

from collections import OrderedDict

_MOST = 20_000


class Throttle:
    """`burst` at once for each client (a network, a person), one more every `seconds`; who is quiet is forgotten."""

    def __init__(self, burst: int = 20, seconds: float = 3.0) -> None:
        self._burst = burst
        self._seconds = seconds
        self._spent: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def blocked(self, client: str, now: float) -> bool:
        """Whether this client did it too often; `now` is a time in seconds that does not run backwards."""
        return self._level(client, now) > self._burst - 1

    def count(self, client: str, now: float) -> None:
        """Count one."""
        self._spent[client] = (self._level(client, now) + 1, now)
        self._spent.move_to_end(client)
        if len(self._spent) > _MOST:
            self._spent.popitem(last=False)

    def _level(self, client: str, now: float) -> float:
        level, at = self._spent.get(client, (0.0, now))
        return max(0.0, level - max(0.0, now - at) / self._seconds)
