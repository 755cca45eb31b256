"""What a source gave: to this session, and for good. What was never confirmed is given again by the next session.

A source object lives longer than one call of `receive`. Whatever it remembers beyond that call must therefore be
remembered from `confirm` alone: a delivery that Kafka did not take would else be passed over for ever.
"""

import hashlib
from collections import OrderedDict
from collections.abc import Iterable, Sequence
from typing import Any

from channels.contract import Collected

MOST = 5_000


class Handed:
    """Keys of deliveries, at most `most` of each kind. The key of a delivery is the token of its `Collected`."""

    def __init__(self, most: int = MOST) -> None:
        self._most = most
        self._given: OrderedDict[str, None] = OrderedDict()
        self._durable: OrderedDict[str, None] = OrderedDict()
        self._kept: OrderedDict[str, Any] = OrderedDict()

    def begin(self) -> None:
        """A session begins: what the one before gave and was not confirmed is fresh again."""
        self._given.clear()

    def take(self, key: str) -> bool:
        """Note that it is given now; False when this session gave it, or when it is durable."""
        if key in self._given or key in self._durable:
            return False
        self._note(self._given, (key,))
        return True

    def keep(self, key: str, value: Any) -> None:
        """Note `value` until it is confirmed: its provider cannot be asked for it again."""
        self._kept[key] = value
        while len(self._kept) > self._most:
            self._kept.popitem(last=False)

    def kept(self) -> list[Any]:
        """What was kept and is not confirmed, oldest first."""
        return list(self._kept.values())

    def confirm(self, collected: Sequence[Collected]) -> list[str]:
        """These are durable; returns their keys."""
        keys = [one.token for one in collected if isinstance(one.token, str)]
        self._note(self._durable, keys)
        for key in keys:
            self._kept.pop(key, None)
        return keys

    def _note(self, where: OrderedDict[str, None], keys: Iterable[str]) -> None:
        for key in keys:
            where.pop(key, None)
            where[key] = None
        while len(where) > self._most:
            where.popitem(last=False)


def nameless(raw: bytes) -> str:
    """The key of something that its provider gave no id: which bytes it is."""
    return f"sha256 {hashlib.sha256(raw).hexdigest()}"
