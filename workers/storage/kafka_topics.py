"""Topics on the cluster: what is there, and making what is missing."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeVar

from aiokafka.admin import NewTopic
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType
from aiokafka.errors import for_code

from schemas.errors import Unavailable
from workers.storage.kafka import Admin, Cluster, KafkaError

_T = TypeVar("_T")
_TOPIC_ALREADY_EXISTS = 36
_ATTEMPTS = 4
_PAUSE_SECONDS = 0.3


class TopicSpec(Protocol):
    """What is asked for; `name` is the plain name, `configs` are Kafka's own words."""

    @property
    def name(self) -> str: ...
    @property
    def partitions(self) -> int: ...
    @property
    def replication(self) -> int: ...
    @property
    def configs(self) -> Mapping[str, str]: ...


@dataclass(frozen=True, slots=True)
class TopicFacts:
    """What the cluster has: plain name, number of partitions, replication, effective configs."""

    name: str
    partitions: int
    replication: int
    configs: Mapping[str, str] = field(default_factory=dict)


async def create_topics(cluster: Cluster, specs: Iterable[TopicSpec]) -> list[str]:
    """Make those topics that do not exist; answers their plain names.

    Raises Unavailable when the cluster is away or refuses (rights, replication above the brokers).
    """
    wanted = [
        NewTopic(
            cluster.topic(spec.name), spec.partitions, spec.replication, topic_configs=dict(spec.configs)
        )
        for spec in specs
    ]
    response = await _ask(cluster, lambda admin: admin.create_topics(wanted))
    made = []
    for name, code, message in response.topic_errors:
        if code not in (0, _TOPIC_ALREADY_EXISTS):
            raise Unavailable(
                f"Kafka did not make topic {name}: {for_code(code).__name__} {message or ''}".strip()
            )
        if code == 0:
            made.append(cluster.plain(name))
    return made


async def list_topics(cluster: Cluster) -> list[str]:
    """The plain names of all topics that carry our prefix; raises Unavailable."""
    found: list[str] = await _ask(cluster, lambda admin: admin.list_topics())
    return sorted(cluster.plain(name) for name in found if name.startswith(cluster.topic_prefix))


async def describe_topics(cluster: Cluster, names: Iterable[str]) -> dict[str, TopicFacts]:
    """What the cluster has under these plain names; a topic that does not exist is left out."""
    asked = [cluster.topic(name) for name in names]

    async def question(admin: Admin) -> tuple[list[dict[str, Any]], dict[str, dict[str, str]]]:
        found = [topic for topic in await admin.describe_topics(asked) if topic["error_code"] == 0]
        return found, await _configs(admin, [topic["topic"] for topic in found])

    found, configs = await _ask(cluster, question)
    return {
        cluster.plain(topic["topic"]): TopicFacts(
            cluster.plain(topic["topic"]),
            len(topic["partitions"]),
            min((len(partition["replicas"]) for partition in topic["partitions"]), default=0),
            configs[topic["topic"]],
        )
        for topic in found
    }


async def _configs(admin: Admin, names: list[str]) -> dict[str, dict[str, str]]:
    if not names:
        return {}
    resources = [ConfigResource(ConfigResourceType.TOPIC, name) for name in names]
    answers: dict[str, dict[str, str]] = {}
    for response in await admin.describe_configs(resources):
        for code, _, _, name, entries in response.resources:
            if code:
                raise Unavailable(
                    f"Kafka does not tell the settings of topic {name}: {for_code(code).__name__}"
                )
            answers[name] = {entry[0]: entry[1] for entry in entries}
    return answers


async def _ask(cluster: Cluster, question: Callable[[Admin], Awaitable[_T]]) -> _T:
    """The answer to a question; asked again, because the client may pick a broker that is down.

    Raises Unavailable when no broker answers.
    """
    for attempt in range(1, _ATTEMPTS + 1):
        client = cluster.admin()
        try:
            await client.start()
            return await question(client)
        except (KafkaError, OSError) as error:
            if attempt == _ATTEMPTS:
                raise Unavailable(f"{error}; {_cure(cluster)}") from error
        finally:
            await client.close()
        await asyncio.sleep(_PAUSE_SECONDS)
    raise AssertionError("the last attempt returns or raises")


def _cure(cluster: Cluster) -> str:
    """What to look at: the client does not tell a wrong password or certificate from an absent broker."""
    if cluster.security_protocol == "PLAINTEXT":
        return f"is Kafka running at {cluster.bootstrap}, and does it want no TLS?"
    asked = (
        "user, password and mechanism" if cluster.security_protocol.startswith("SASL") else "client rights"
    )
    return f"check {cluster.bootstrap}, {cluster.security_protocol}, the CA file and {asked}"
