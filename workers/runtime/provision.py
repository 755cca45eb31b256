"""Topics as the runtime needs them, checked before it starts: what is wrong here loses records later."""

import asyncio
from collections.abc import Mapping

from schemas.errors import Misconfigured
from workers.runtime.contract import Stage
from workers.storage.kafka import Cluster
from workers.storage.kafka_topics import TopicFacts, describe_topics

_TRIES = 4
_PAUSE_SECONDS = 0.5
_CURE = "`gateway topics apply` makes what is missing, `gateway topics diff` shows what differs"


async def await_topics(stage: Stage, cluster: Cluster) -> None:
    """Check what the cluster has; several times, because a broker may not know yet what was just made.

    Raises Misconfigured, or Unavailable when the cluster is away.
    """
    names = [stage.source, *(table.topic for table in stage.tables)]
    for _ in range(_TRIES):
        try:
            return check_topics(stage, await describe_topics(cluster, names))
        except Misconfigured:
            await asyncio.sleep(_PAUSE_SECONDS)
    return check_topics(stage, await describe_topics(cluster, names))


def check_topics(stage: Stage, facts: Mapping[str, TopicFacts]) -> None:
    """Raises Misconfigured when a topic is missing, or a changelog could not carry the state.

    Every changelog needs a partition for each of the source's. The first one also carries the position and
    so must be compacted only: with deletion by age a quiet partition would forget where it stands.
    """
    for name in (stage.source, *(table.topic for table in stage.tables)):
        if name not in facts:
            raise Misconfigured(
                f"topic {name}", f"{stage.name} needs it and the cluster does not have it; {_CURE}"
            )
    wanted = facts[stage.source].partitions
    for number, table in enumerate(stage.tables):
        found = facts[table.topic]
        policy = set(found.configs.get("cleanup.policy", "").replace(" ", "").split(","))
        if found.partitions != wanted:
            raise Misconfigured(
                f"topic {table.topic}",
                f"has {found.partitions} partitions, {stage.source} has {wanted}; {_CURE}",
            )
        if "compact" not in policy:
            raise Misconfigured(f"topic {table.topic}", f"holds state and must be compacted; {_CURE}")
        if number == 0 and policy != {"compact"}:
            raise Misconfigured(
                f"topic {table.topic}", f"carries the position and must not delete by age as well; {_CURE}"
            )
