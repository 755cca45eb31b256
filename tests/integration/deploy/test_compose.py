"""compose.yaml names only what exists: commands, stages, settings, the Kafka version, its own volumes.

No container engine runs it here; this is what can be checked without one.
"""

from pathlib import Path
from typing import Any

import pytest
import yaml

from deploy.local.jars import read_list
from gateway.cli import COMMANDS
from gateway.cli.roles import STAGES
from gateway.environment import known_names

pytestmark = pytest.mark.timeout(60)
DEPLOY = Path(__file__).parents[3] / "deploy"
ROLES = {"topics", "serve", "collect", "work", "monitor"}


@pytest.fixture
def compose() -> Any:
    return yaml.safe_load((DEPLOY / "compose.yaml").read_text())


def test_every_role_runs_a_command_that_exists(compose: Any) -> None:
    assert set(compose["services"]) == ROLES | {"kafka"}
    for role in ROLES:
        service = compose["services"][role]
        assert service["command"][0] in COMMANDS
        assert (DEPLOY / service["build"]["context"] / service["build"]["dockerfile"]).is_file()
        assert set(service["depends_on"]) <= set(compose["services"])
    assert set(compose["services"]["work"]["command"][1:]) == set(STAGES)


def test_settings_and_volumes_are_known(compose: Any) -> None:
    for role in ROLES:
        service = compose["services"][role]
        assert set(service["environment"]) <= known_names()
        assert {volume.partition(":")[0] for volume in service["volumes"]} <= set(compose["volumes"])


def test_kafka_is_the_version_that_was_tested(compose: Any) -> None:
    (kafka,) = [jar for jar in read_list("kafka").jars if jar.name == "kafka_2.13"]
    service = compose["services"]["kafka"]
    assert service["image"] == f"apache/kafka:{kafka.version}"
    assert service["environment"]["KAFKA_AUTO_CREATE_TOPICS_ENABLE"] == "false"
    assert service["environment"]["KAFKA_TRANSACTION_STATE_LOG_REPLICATION_FACTOR"] == 1


def test_only_loopback_is_published(compose: Any) -> None:
    ports = [port for service in compose["services"].values() for port in service.get("ports", [])]
    assert ports
    assert all(port.startswith("127.0.0.1:") for port in ports)
