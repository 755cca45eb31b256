"""What retention took before a stage had read it, from where the log begins and where the stage stands. Pure."""

from schemas import topics

_PLAIN = frozenset({topics.DELIVERIES.name, topics.OUTCOMES.name})
"""Written without transactions, so that each offset is a record."""


def lost_before(topic: str, first: int, position: int) -> int:
    """Offsets between `position`, where the stage stands, and `first`, the oldest that is there.

    A stage that has read everything stands before the marker that ends the last transaction. When all of it is
    removed that one offset is left between, and it was no record; a transaction that was lost is two at least.
    """
    gone = max(0, first - position)
    return 0 if gone == 1 and topic not in _PLAIN else gone
