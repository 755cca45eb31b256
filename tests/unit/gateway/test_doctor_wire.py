"""The way to Kafka: what doctor says of it."""

import pytest

from gateway.bootstrap import Parts
from gateway.doctor import _wire
from gateway.settings import GatewaySettings

WARNS = [
    ("kafka.example.org:9092", "PLAINTEXT"),
    ("127.0.0.1:9092,kafka.example.org:9092", "PLAINTEXT"),
    ("10.0.0.5:9092", "SASL_PLAINTEXT"),
]
FINE = [
    ("127.0.0.1:9092", "PLAINTEXT"),
    ("[::1]:9092, localhost:9093", "PLAINTEXT"),
    ("kafka.example.org:9093", "SSL"),
]


def wire(bootstrap: str, protocol: str) -> str:
    user = {"kafka_sasl_username": "house", "kafka_sasl_password": "secret"} if "SASL" in protocol else {}
    settings = {"kafka_bootstrap": bootstrap, "kafka_security_protocol": protocol, **user}
    found = _wire(Parts(GatewaySettings.model_validate(settings)))
    assert found.ok
    return found.says


@pytest.mark.parametrize(("bootstrap", "protocol"), WARNS)
def test_plain_text_beyond_this_machine_is_warned_of(bootstrap: str, protocol: str) -> None:
    assert "warning" in wire(bootstrap, protocol)
    assert "GATEWAY_KAFKA_SECURITY_PROTOCOL" in wire(bootstrap, protocol)


@pytest.mark.parametrize(("bootstrap", "protocol"), FINE)
def test_this_machine_and_tls_are_fine(bootstrap: str, protocol: str) -> None:
    assert "warning" not in wire(bootstrap, protocol)
