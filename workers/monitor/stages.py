"""From what was surveyed to what is told: one stage's partitions, its lag, its speed, its verdict."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from schemas.operations import PartitionState, StageState, Verdict
from workers.monitor.backlog import Stretch
from workers.monitor.offset_commits import OffsetCommit
from workers.monitor.retention import lost_before
from workers.monitor.survey import Reach, Spot
from workers.monitor.watched import Watched
from workers.monitor.window import Window

WORST_LAST: tuple[Verdict, ...] = ("OK", "UNKNOWN", "WARN", "REWIND", "STALL", "STOP")
_SMOOTH = 0.5


@dataclass(frozen=True, slots=True)
class Sight:
    """One look at one stage: its partitions, where it stands in them, what lies before it; at `now_ms`."""

    reaches: Mapping[Spot, Reach]
    positions: Mapping[Spot, int]
    stretches: Mapping[Spot, Stretch]
    commits: Sequence[OffsetCommit]
    now_ms: int


@dataclass(slots=True)
class StageWatch:
    """Remembers of a stage what a single look cannot tell: windows and speed."""

    watched: Watched
    polled: bool
    """Commits are noticed by asking only: their log cannot be read, or is not where this stage stands."""
    since_ms: int
    """Since when commits are heard of."""
    windows: dict[Spot, Window] = field(default_factory=dict)
    density: dict[Spot, float] = field(default_factory=dict)
    """Records for each offset, as far as known: where transactions write, every one of them leaves a marker."""
    rate: float = 0.0
    _before: tuple[int, dict[Spot, int]] | None = None

    def hear(self) -> None:
        """From now on commits are heard; what was only guessed from positions is forgotten."""
        if not self.watched.by_view:
            self.polled = False
            self.windows.clear()

    def look(self, sight: Sight) -> StageState:
        """The stage's state now."""
        partitions = [self._partition(spot, sight) for spot in sorted(sight.reaches)]
        self._speed(sight)
        ages = [one.lag_seconds for one in partitions if one.lag_seconds is not None]
        return StageState(
            name=self.watched.stage,
            group=self.watched.group,
            topic=self.watched.topic,
            records_per_second=round(self.rate, 2),
            lag_records=sum(one.lag_records for one in partitions),
            lag_seconds=max(ages, default=None),
            verdict=max((one.verdict for one in partitions), key=WORST_LAST.index, default="UNKNOWN"),
            partitions=partitions,
        )

    def _partition(self, spot: Spot, sight: Sight) -> PartitionState:
        reach, stretch = sight.reaches[spot], sight.stretches[spot]
        committed = sight.positions.get(spot)
        lag, exact = stretch.lag(reach.end)
        oldest_ms = int(stretch.oldest.timestamp) if stretch.oldest is not None else sight.now_ms
        window = self.windows.setdefault(spot, Window(self.since_ms))
        self._hear(window, spot, sight, stretch.records_end if exact else reach.end)
        window.end(stretch.start, oldest_ms)  # before its oldest record came, nothing was left to do
        lost = lost_before(spot[0], reach.first, committed or 0)  # without a commit nothing was read before
        verdict = window.verdict(lag, sight.now_ms)
        return PartitionState(
            partition=spot[1],
            first=reach.first,
            committed=committed,
            end=reach.end,
            lag_records=lag,
            exact=exact,
            lag_seconds=round(max(0, sight.now_ms - oldest_ms) / 1000, 3) if lag else None,
            lost=lost,
            verdict="WARN" if lost and verdict in ("OK", "UNKNOWN") else verdict,
        )

    def _hear(self, window: Window, spot: Spot, sight: Sight, records_end: int) -> None:
        """Tell the window what was committed, with the lag it left."""
        mine = (self.watched.group, *spot)
        for commit in sight.commits:
            if (commit.group, commit.topic, commit.partition) == mine and not self.polled:
                window.commit(commit.offset, commit.at_ms, max(0, records_end - commit.offset))
        position = sight.positions.get(spot)
        if position is None:
            return
        if not window.commits:
            window.commit(position, self.since_ms, None)
        elif self.polled and window.commits[-1].offset != position:
            window.commit(position, sight.now_ms, max(0, records_end - position))

    def _speed(self, sight: Sight) -> None:
        before, self._before = self._before, (sight.now_ms, dict(sight.positions))
        if before is None or sight.now_ms <= before[0]:
            return
        moved = sum(
            max(0, at - before[1].get(spot, sight.reaches[spot].first)) * self.density.get(spot, 1.0)
            for spot, at in sight.positions.items()
            if spot in sight.reaches
        )
        now = moved * 1000 / (sight.now_ms - before[0])
        self.rate += _SMOOTH * (now - self.rate)
        if self.rate < 0.005:
            self.rate = 0.0
