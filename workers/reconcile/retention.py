"""Records that retention removed before the stage that should have read them did."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from workers.monitor.retention import lost_before
from workers.monitor.survey import Reach, Spot
from workers.monitor.watched import STAGES


@dataclass(frozen=True, slots=True)
class Removed:
    """`count` records of a partition, from offset `begin` on, that `stage` never read."""

    stage: str
    topic: str
    partition: int
    begin: int
    count: int


def removed(reaches: Mapping[Spot, Reach], positions: Mapping[str, Mapping[Spot, int]]) -> Iterator[Removed]:
    """`positions`: stage → where it stands. One that never committed anywhere on its topic never ran here, or its
    offsets have expired: then nothing is known of it. Where it has committed elsewhere, a partition without a commit
    was never read.
    """
    for one in STAGES:
        stands = {spot: at for spot, at in positions.get(one.stage, {}).items() if spot[0] == one.topic}
        mine = sorted(spot for spot in reaches if spot[0] == one.topic) if stands else []
        for spot in mine:
            begin = stands.get(spot, 0)
            if count := lost_before(one.topic, reaches[spot].first, begin):
                yield Removed(one.stage, *spot, begin, count)
