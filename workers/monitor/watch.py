"""One look after the other at every stage: the state of each, and who waits in it."""

import time
from collections import defaultdict
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Protocol

from schemas.errors import Unavailable
from schemas.operations import StageState
from workers.monitor.backlog import Backlog, IsOwn, nobodys
from workers.monitor.commit_log import BACK_SECONDS, CommitLog
from workers.monitor.offset_commits import OffsetCommit
from workers.monitor.restarts import Restarts
from workers.monitor.stages import WORST_LAST, Sight, StageWatch
from workers.monitor.survey import Reach, Spot, Survey
from workers.monitor.waiting import Claim, brings_a_complaint, of_stage
from workers.monitor.watched import COLLECT, STAGES, Watched
from workers.storage.closing import let_go
from workers.storage.kafka import Cluster

COMPLAINTS_PASS = ("normalise", "overflow", "triage")
"""Stages before which a complaint has no case yet, so that nobody else counts who waits there."""
_DENSITY_SECONDS = 60.0
_DENSITY_OFFSETS = 200
_MEMBERS_SECONDS = 5.0
_LISTEN_SECONDS = 5.0


class View(Protocol):
    """What the case view tells the monitor."""

    async def positions(self) -> dict[Spot, int]:
        """Where the view stands; raises Unavailable."""
        ...


@dataclass(frozen=True, slots=True)
class Look:
    """What one look saw. `collectors`: members of the collectors' group."""

    stages: tuple[StageState, ...]
    claims: tuple[Claim, ...]
    collectors: int


class Watch:
    """`open`, `look` again and again, `close`. Raises KafkaError while the cluster is away."""

    def __init__(
        self,
        cluster: Cluster,
        view: View,
        watched: Sequence[Watched] = STAGES,
        is_own: IsOwn = nobodys,
    ) -> None:
        self._view = view
        self._watched = watched
        self._survey = Survey(cluster, [one.topic for one in watched])
        self._backlog = Backlog(cluster, lambda record: is_own(record) or not brings_a_complaint(record))
        self._log = CommitLog(cluster)
        self._stages: list[StageWatch] = []
        self._members: dict[str, frozenset[str]] = {}
        self._restarts: defaultdict[str, Restarts] = defaultdict(Restarts)
        self._due: dict[str, float] = {}

    @property
    def hears_commits(self) -> bool:
        """Whether the cluster lets us read what groups commit."""
        return self._log.readable

    async def open(self) -> None:
        """Connect. Raises Misconfigured when a topic is missing."""
        await self._survey.open()
        await self._backlog.open()
        await self._log.open()
        await self._log.begin(await self._survey.offsets_partitions())
        now = _now_ms()
        heard_since = now - BACK_SECONDS * 1000
        for one in self._watched:
            polled = one.by_view or not self.hears_commits
            self._stages.append(StageWatch(one, polled, now if polled else heard_since))

    async def look(self) -> Look:
        """Everything, now. The ends are asked first, so that nothing is called lag that is done meanwhile."""
        if not self.hears_commits and self._is_due("commits", _LISTEN_SECONDS):
            await self._listen()
        commits = await self._log.news()
        reaches = await self._survey.reaches()
        if self._is_due("density", _DENSITY_SECONDS):
            await self._measure_density(reaches)
        if self._is_due("members", _MEMBERS_SECONDS):
            await self._look_at_members()
        seen = [await self._stage(stage, reaches, commits) for stage in self._stages]
        claims = tuple(claim for _, found in seen for claim in found)
        return Look(tuple(state for state, _ in seen), claims, len(self._members[COLLECT]))

    async def _look_at_members(self) -> None:
        self._members = await self._survey.members([COLLECT, *(one.group for one in self._watched)])
        for group, members in self._members.items():
            self._restarts[group].look(members, _now_ms())

    async def _listen(self) -> None:
        """A new cluster writes commits down only from its first group on."""
        await self._log.begin(await self._survey.offsets_partitions())
        if self.hears_commits:
            for stage in self._stages:
                stage.hear()

    async def close(self) -> None:
        """Give every connection back, bounded."""
        await let_go(self._survey.close(), self._backlog.close(), self._log.close())

    async def _stage(
        self, stage: StageWatch, reaches: Mapping[Spot, Reach], commits: Sequence[OffsetCommit]
    ) -> tuple[StageState, list[Claim]]:
        watched = stage.watched
        mine = {spot: reach for spot, reach in reaches.items() if spot[0] == watched.topic}
        positions = await self._positions(watched)
        wanted = {
            spot: (max(positions.get(spot, reach.first), reach.first), reach.end)
            for spot, reach in mine.items()
        }
        stretches = await self._backlog.measure(watched.group, wanted)
        sight = Sight(mine, positions, stretches, commits, _now_ms())
        state = with_members(
            stage.look(sight), self._members.get(watched.group), self._restarts[watched.group], sight.now_ms
        )
        is_before_cases = watched.stage in COMPLAINTS_PASS
        return state, of_stage(watched.stage, stretches, state.lag_records) if is_before_cases else []

    async def _positions(self, watched: Watched) -> dict[Spot, int]:
        if watched.by_view:
            with suppress(Unavailable):  # then Kafka's own word must do, which is a little older
                return await self._view.positions()
        return await self._survey.committed(watched.group)

    async def _measure_density(self, reaches: Mapping[Spot, Reach]) -> None:
        """How many offsets are records, from the last few of each partition."""
        last = {
            spot: (max(reach.first, reach.end - _DENSITY_OFFSETS), reach.end)
            for spot, reach in reaches.items()
            if reach.end > reach.first
        }
        found = await self._backlog.measure("", last)
        for stage in self._stages:
            stage.density = {spot: one.density for spot, one in found.items()}

    def _is_due(self, what: str, seconds: float) -> bool:
        now = time.monotonic()
        if now - self._due.get(what, -seconds) < seconds:
            return False
        self._due[what] = now
        return True


def with_members(
    state: StageState, members: frozenset[str] | None, restarts: Restarts, now_ms: int
) -> StageState:
    """The state with what is known of the stage's processes; one that restarts over and over is never OK."""
    restless = restarts.too_many(now_ms)
    return state.model_copy(
        update={
            "members": None if members is None else len(members),
            "restarts": restarts.count(now_ms),
            "verdict": max(state.verdict, "WARN", key=WORST_LAST.index) if restless else state.verdict,
            "restless": restless,
        }
    )


def _now_ms() -> int:
    return int(time.time() * 1000)
