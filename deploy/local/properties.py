"""The settings of a local Kafka: small, quick to come back after a crash, and strict about topics."""

from deploy.local.broker import Node
from deploy.local.ports import LOOPBACK

DAYS = 24 * 60

SMALL = {
    "num.network.threads": 2,
    "num.io.threads": 4,
    "background.threads": 2,
    "log.cleaner.dedupe.buffer.size": 16 << 20,  # the default of 128 MiB is half of our heap
    "log.cleaner.io.buffer.size": 256 << 10,
    "socket.send.buffer.bytes": 256 << 10,
    "socket.receive.buffer.bytes": 256 << 10,
}
QUICK = {
    "broker.session.timeout.ms": 3000,  # a broker killed with -9 is back in 4 s instead of 11
    "broker.heartbeat.interval.ms": 500,
    "group.initial.rebalance.delay.ms": 0,
    "controlled.shutdown.retry.backoff.ms": 200,
}
STRICT = {
    "auto.create.topics.enable": "false",
    "unclean.leader.election.enable": "false",
    "offsets.retention.minutes": 30 * DAYS,  # as long as the intake topics keep their records
}
INTERNAL_PARTITIONS = 4


def broker_properties(node: Node, nodes: list[Node]) -> dict[str, str]:
    """The server.properties of `node` in a cluster of `nodes`, but for the folder."""
    replicas = len(nodes)
    settled = {**_addresses(node, nodes), **SMALL, **QUICK, **STRICT, **_internal_topics(replicas)}
    return {name: str(value) for name, value in settled.items()}


def _addresses(node: Node, nodes: list[Node]) -> dict[str, object]:
    return {
        "process.roles": "broker,controller",
        "node.id": node.number,
        "controller.quorum.voters": ",".join(
            f"{one.number}@{LOOPBACK}:{one.controller_port}" for one in nodes
        ),
        "listeners": f"PLAINTEXT://{LOOPBACK}:{node.port},CONTROLLER://{LOOPBACK}:{node.controller_port}",
        "advertised.listeners": f"PLAINTEXT://{LOOPBACK}:{node.port}",
        "listener.security.protocol.map": "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT",
        "controller.listener.names": "CONTROLLER",
    }


def _internal_topics(replicas: int) -> dict[str, object]:
    in_sync = min(2, replicas)
    return {
        "offsets.topic.num.partitions": INTERNAL_PARTITIONS,
        "offsets.topic.replication.factor": replicas,
        "transaction.state.log.num.partitions": INTERNAL_PARTITIONS,
        "transaction.state.log.replication.factor": replicas,
        "transaction.state.log.min.isr": in_sync,
        "share.coordinator.state.topic.num.partitions": INTERNAL_PARTITIONS,
        "share.coordinator.state.topic.replication.factor": replicas,
        "share.coordinator.state.topic.min.isr": in_sync,
        "default.replication.factor": replicas,
        "min.insync.replicas": in_sync,
    }
