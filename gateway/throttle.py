"""How often one address may be wrong: guessing references gets slow, honest look-ups never do."""

from collections import OrderedDict

_MOST_ADDRESSES = 20_000


class Throttle:
    """A token bucket for each client network: `burst` mistakes at once, one more every `seconds`."""

    def __init__(self, burst: int = 20, seconds: float = 3.0) -> None:
        self._burst = burst
        self._seconds = seconds
        self._spent: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def blocked(self, client: str, now: float) -> bool:
        """Whether this client was wrong too often; `now` is a monotonic time in seconds."""
        return self._level(client, now) > self._burst - 1

    def wrong(self, client: str, now: float) -> None:
        """Count one mistake."""
        self._spent[client] = (self._level(client, now) + 1, now)
        self._spent.move_to_end(client)
        if len(self._spent) > _MOST_ADDRESSES:
            self._spent.popitem(last=False)

    def _level(self, client: str, now: float) -> float:
        level, at = self._spent.get(client, (0.0, now))
        return max(0.0, level - (now - at) / self._seconds)
