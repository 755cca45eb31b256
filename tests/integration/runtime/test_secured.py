"""An existing cluster that asks for TLS and a password: the whole runtime through the seam, and wrong answers."""

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import trustme
from cryptography.hazmat.primitives import serialization

from deploy.local.broker import Broker, Node
from deploy.local.kafka import prepare
from deploy.local.ports import LOOPBACK, free_ports
from deploy.local.properties import broker_properties
from schemas.errors import Unavailable
from tests.integration.runtime.harness import keys, make_topics, produce
from tests.integration.runtime.stages import Ids
from workers.runtime.options import Progress, RunOptions
from workers.runtime.run import run_stage
from workers.storage.kafka import Cluster
from workers.storage.kafka_topics import describe_topics


def _pem(folder: Path, authority: trustme.CA) -> Path:
    """Key (PKCS #8, the only form the broker reads) and certificate of `localhost` in one file."""
    issued = authority.issue_cert("localhost")
    key = serialization.load_pem_private_key(issued.private_key_pem.bytes(), None)
    pkcs8 = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    file = folder / "broker.pem"
    file.write_bytes(pkcs8 + issued.cert_chain_pems[0].bytes())
    return file


@pytest.fixture(scope="module")
def secured(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    folder = tmp_path_factory.mktemp("secured")
    authority = trustme.CA()
    authority.cert_pem.write_to_path(folder / "ca.pem")
    plain, controller, secure = free_ports(3)
    node = Node(1, plain, controller)
    settings = broker_properties(node, [node])
    settings |= {
        "listeners": f"{settings['listeners']},SECURE://{LOOPBACK}:{secure}",
        "advertised.listeners": f"{settings['advertised.listeners']},SECURE://localhost:{secure}",
        "listener.security.protocol.map": f"{settings['listener.security.protocol.map']},SECURE:SASL_SSL",
        "inter.broker.listener.name": "PLAINTEXT",
        "listener.name.secure.sasl.enabled.mechanisms": "PLAIN",
        "listener.name.secure.plain.sasl.jaas.config": "org.apache.kafka.common.security.plain.PlainLoginModule "
        'required user_gateway="right";',
        "listener.name.secure.ssl.keystore.type": "PEM",
        "listener.name.secure.ssl.keystore.location": str(_pem(folder, authority)),
    }
    broker = Broker(prepare(), folder / "node", node, settings)
    broker.format("c2VjdXJlZC1jbHVzdGVyLTE")
    broker.launch()
    try:
        broker.wait_ready()
        yield Cluster(
            f"localhost:{secure}",
            security_protocol="SASL_SSL",
            sasl_username="gateway",
            sasl_password="right",
            ca_file=folder / "ca.pem",
            topic_prefix="eu.",
        )
    finally:
        broker.kill9()


def test_a_stage_runs_on_it(secured: Cluster) -> None:
    async def run() -> list[bytes]:
        stop, left = asyncio.Event(), 100

        def observe(progress: Progress) -> None:
            nonlocal left
            left -= progress.records
            if left == 0:
                stop.set()

        await make_topics(secured)
        await produce(secured, [(b"id-%d" % number, b"v") for number in range(100)])
        await run_stage(Ids(), secured, RunOptions(observe=observe), stop)
        return await keys(secured)

    assert len(set(asyncio.run(run()))) == 100


@pytest.mark.parametrize(
    "wrong",
    [{"sasl_password": "wrong"}, {"ca_file": None}, {"security_protocol": "PLAINTEXT"}],
    ids=["password", "authority", "protocol"],
)
def test_a_wrong_answer_is_refused_within_seconds(secured: Cluster, wrong: dict[str, object]) -> None:
    async def ask() -> None:
        await asyncio.wait_for(describe_topics(replace(secured, **wrong), ["ids.in"]), 40)  # type: ignore[arg-type]

    says = "does it want no TLS" if "security_protocol" in wrong else "the CA file and user, password"
    with pytest.raises(Unavailable, match=says):
        asyncio.run(ask())
