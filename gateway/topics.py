"""Topics as code: what this deployment needs, what the cluster has, and making the difference."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from gateway.settings import GatewaySettings
from schemas.topics import HOUSE, Topic, queue
from workers.storage.kafka import Cluster
from workers.storage.kafka_topics import create_topics, describe_topics
from workers.triage.route.rules import Rules


@dataclass(frozen=True, slots=True)
class Wanted:
    """One topic of this deployment, with its numbers."""

    name: str
    partitions: int
    replication: int
    configs: Mapping[str, str]
    topic: Topic


@dataclass(frozen=True, slots=True)
class Difference:
    """What is wrong with one topic on the cluster, in a sentence."""

    name: str
    says: str


def wanted(settings: GatewaySettings, rules: Rules) -> list[Wanted]:
    """Every topic of the house and one for each queue that the rules name."""
    return [
        Wanted(
            topic.name,
            topic.partitions or settings.partitions,
            settings.replication,
            topic.configs() | _insync(settings),
            topic,
        )
        for topic in (*HOUSE, *(queue(name) for name in rules.queues))
    ]


def _insync(settings: GatewaySettings) -> dict[str, str]:
    return {"min.insync.replicas": str(max(1, settings.replication - 1))}


async def diff(cluster: Cluster, specs: Sequence[Wanted]) -> list[Difference]:
    """Missing topics, another number of partitions, another setting."""
    there = await describe_topics(cluster, [spec.name for spec in specs])
    found = []
    for spec in specs:
        facts = there.get(spec.name)
        if facts is None:
            found.append(Difference(spec.name, "is missing"))
            continue
        if facts.partitions != spec.partitions:
            says = f"has {facts.partitions} partitions, wanted {spec.partitions}: keep the cluster's number"
            found.append(Difference(spec.name, f"{says} (GATEWAY_PARTITIONS)"))
        for name, value in spec.configs.items():
            if facts.configs.get(name) != value:
                found.append(Difference(spec.name, f"{name} is {facts.configs.get(name)}, wanted {value}"))
    return found


async def apply(cluster: Cluster, specs: Sequence[Wanted]) -> list[str]:
    """Make what is missing; gives back the names made. Settings of existing topics are left alone."""
    return await create_topics(cluster, specs)
