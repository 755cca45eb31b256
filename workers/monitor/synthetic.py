"""Complaints of the house's own making on their way: which are out, what their round trip took, who is missing.

Plain bookkeeping with the time as an argument; sending, reading the queue and asking the view are others'.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from schemas.names import ChannelName
from schemas.operations import SyntheticState

_MOST_OUT = 100
_FORGET = timedelta(days=1)


@dataclass(slots=True)
class Round:
    """One of them. `refused` says why the door did not take it; `reference` is known once it is in its queue."""

    nonce: str
    began_at: datetime
    refused: str = ""
    reference: str = ""
    queued_at: datetime | None = None

    @property
    def where(self) -> str:
        """How far it came, in words."""
        if self.refused:
            return f"it was not taken in: {self.refused}"
        return "it is in its queue, but has no letter" if self.queued_at else "it is not in its queue"


@dataclass(slots=True)
class Rounds:
    """Those of one channel. Times are moments in UTC."""

    channel: ChannelName
    every: timedelta
    patience: timedelta
    out: dict[str, Round] = field(default_factory=dict)
    _newest: Round | None = None
    _last: SyntheticState | None = None

    def is_due(self, now: datetime) -> bool:
        """Whether to send another: every so often, but not on top of one that is still out within our patience."""
        if self._newest is None:
            return True
        waits = self.patience if self._newest.nonce in self.out else self.every
        return now - self._newest.began_at >= max(waits, self.every)

    def begin(self, nonce: str, now: datetime) -> None:
        """One goes out now. What has been out for a day is given up."""
        self._newest = self.out[nonce] = Round(nonce, now)
        for old in [one.nonce for one in self.out.values() if now - one.began_at > _FORGET]:
            del self.out[old]
        while len(self.out) > _MOST_OUT:
            del self.out[next(iter(self.out))]

    def refused(self, nonce: str, why: str) -> None:
        """The door did not take it."""
        if nonce in self.out:
            self.out[nonce].refused = why

    def queued(self, nonce: str, reference: str, at: datetime) -> None:
        """It was read from its queue."""
        if nonce in self.out:
            self.out[nonce].reference, self.out[nonce].queued_at = reference, at

    def answered(self, nonce: str, at: datetime) -> None:
        """Its letter was handed over. Who was not even taken in before it is no longer waited for."""
        one = self.out.pop(nonce)
        for other in list(self.out.values()):
            if other.refused and other.began_at <= one.began_at:
                del self.out[other.nonce]
        self._last = SyntheticState(
            channel=self.channel,
            answered_at=at,
            queue_seconds=_seconds(one.began_at, one.queued_at),
            round_trip_seconds=_seconds(one.began_at, at),
        )

    def state(self, now: datetime) -> SyntheticState:
        """What is known now: the last round trip, and how long the first that is still out has been out."""
        known = self._last or SyntheticState(channel=self.channel)
        first = min((one.began_at for one in self.out.values()), default=None)
        return known.model_copy(update={"unanswered_seconds": _seconds(first, now) if first else 0.0})

    def notes(self, now: datetime) -> Iterator[str]:
        """A sentence when the patience is over."""
        first = min(self.out.values(), key=lambda one: one.began_at, default=None)
        if first is not None and now - first.began_at >= self.patience:
            minutes = (now - first.began_at).total_seconds() / 60
            yield (
                f"a synthetic complaint by {self.channel} has had no answer for {minutes:.0f} min: {first.where};"
                " people's complaints may fare the same"
            )


def _seconds(since: datetime, until: datetime | None) -> float | None:
    return None if until is None else round(max(0.0, (until - since).total_seconds()), 3)
