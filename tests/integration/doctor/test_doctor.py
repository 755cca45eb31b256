"""`gateway doctor` on a real Kafka and a real mail server: what is fine, what is to be mended, no secret shown."""

import asyncio
import json
import secrets
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from click.testing import CliRunner

from deploy.local.kafka import LocalKafka
from deploy.local.ports import free_ports
from gateway import topics as house
from gateway.apart import check_house
from gateway.bootstrap import Parts
from gateway.cli import cli
from gateway.secrets import check_fingerprint
from gateway.settings import GatewaySettings

SECRET = "a secret for tests only, 32 bytes"


@pytest.fixture(scope="module")
def kafka(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalKafka]:
    with LocalKafka(tmp_path_factory.mktemp("kafka")) as broker:
        yield broker


@pytest.fixture
def smtp() -> Iterator[int]:
    (port,) = free_ports(1)
    server = Controller(object(), hostname="127.0.0.1", port=port)
    server.start()
    yield port
    server.stop()


Doctor = Callable[..., tuple[int, dict[str, Any]]]


@pytest.fixture
def doctor(kafka: LocalKafka, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Doctor:
    monkeypatch.setenv("GATEWAY_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("GATEWAY_KAFKA_BOOTSTRAP", kafka.bootstrap)
    monkeypatch.setenv("GATEWAY_TOPIC_PREFIX", f"o{secrets.token_hex(3)}.")
    monkeypatch.setenv("GATEWAY_SECRET", SECRET)

    def ask(**settings: str) -> tuple[int, dict[str, Any]]:
        for name, value in settings.items():
            monkeypatch.setenv(name, value)
        said = CliRunner().invoke(cli, ["doctor", "--json"])
        assert SECRET not in said.stdout
        return said.exit_code, json.loads(said.stdout)

    return ask


def by_name(told: dict[str, Any]) -> dict[str, tuple[bool, str]]:
    return {one["what"]: (one["ok"], one["says"]) for one in told["findings"]}


def prepare(secret: str = SECRET) -> None:
    """Topics and fingerprint, as a first start makes them."""
    parts = Parts(GatewaySettings())
    asyncio.run(house.apply(parts.cluster, parts.topics()))
    asyncio.run(check_fingerprint(parts.cluster, secret.encode()))


def test_everything_is_fine_and_secrets_are_stars(doctor: Doctor, smtp: int) -> None:
    prepare()
    code, told = doctor(
        CHANNEL_MAIL_SMTP_HOST="127.0.0.1", CHANNEL_MAIL_SMTP_PORT=str(smtp), CHANNEL_MAIL_SMTP_TLS="none",
        CHANNEL_MAIL_FROM_ADDRESS="us@example.org",
    )  # fmt: skip
    found = by_name(told)
    assert code == 0, found
    assert all(ok for ok, _ in found.values())
    assert "us@example.org" in found[f"sending by 127.0.0.1:{smtp}"][1]
    shown = {one["name"]: (one["value"], one["origin"]) for one in told["settings"]}
    assert shown["GATEWAY_SECRET"] == ("**********", "environment")


def test_missing_topics_are_to_be_made(doctor: Doctor) -> None:
    code, told = doctor()
    ok, says = by_name(told)["topics"]
    assert (code, ok) == (1, False)
    assert "intake.deliveries is missing" in says
    assert "gateway topics apply" in says


def test_another_secret_is_found_and_nothing_is_written(doctor: Doctor) -> None:
    prepare("the secret that this cluster was started with")
    code, told = doctor()
    ok, says = by_name(told)["secret"]
    assert (code, ok) == (1, False)
    assert "not the one" in says


def test_a_folder_of_large_things_of_another_cluster_is_found_and_nothing_is_written(
    doctor: Doctor, tmp_path: Path
) -> None:
    prepare()
    doctor(GATEWAY_BLOB_DIR=str(tmp_path / "shared"))
    assert not (tmp_path / "shared").exists()
    asyncio.run(check_house(Parts(GatewaySettings())))
    _, told = doctor()
    assert by_name(told)["large things"][0]
    code, told = doctor(GATEWAY_BLOB_DIR=str(tmp_path / "own"))
    ok, says = by_name(told)["large things"]
    assert (code, ok) == (1, False)
    assert "GATEWAY_BLOB_DIR_IS_NEW" in says
    assert not (tmp_path / "own").exists()


def test_a_dead_broker_and_a_dead_mail_server_are_named(doctor: Doctor) -> None:
    nobody, nowhere = free_ports(2)
    code, told = doctor(
        GATEWAY_KAFKA_BOOTSTRAP=f"127.0.0.1:{nobody}", CHANNEL_MAIL_IMAP_HOST="127.0.0.1",
        CHANNEL_MAIL_IMAP_PORT=str(nowhere), CHANNEL_MAIL_IMAP_TLS="none", CHANNEL_MAIL_IMAP_USER="complaints",
        CHANNEL_MASTODON_BASE_URL=f"http://127.0.0.1:{nowhere}", CHANNEL_MASTODON_ACCESS_TOKEN="token",
        CHANNEL_SMS_ACCOUNT_SID="AC1", CHANNEL_SMS_AUTH_TOKEN="t", CHANNEL_SMS_API_BASE=f"http://127.0.0.1:{nowhere}",
        GATEWAY_DATABASE_URL=f"postgresql://gw:topsecret@127.0.0.1:{nowhere}/gw",
    )  # fmt: skip
    found = by_name(told)
    assert code == 1
    assert "GATEWAY_KAFKA_BOOTSTRAP" in found["Kafka"][1]
    wrong = {what for what, (ok, _) in found.items() if not ok}
    assert wrong == {
        "Kafka",
        "mailbox complaints",
        f"Mastodon at http://127.0.0.1:{nowhere}",
        f"Twilio at http://127.0.0.1:{nowhere}",
        "case view",
        "letters by mail",
    }
    assert "CHANNEL_MAIL_SMTP_HOST" in found["letters by mail"][1]
    shown = {one["name"]: one["value"] for one in told["settings"]}
    assert shown["GATEWAY_DATABASE_URL"] == f"postgresql://gw:**********@127.0.0.1:{nowhere}/gw"


def test_a_wrong_setting_stops_the_checks_and_is_named(doctor: Doctor) -> None:
    code, told = doctor(GATEWAY_PARTITIONS="many")
    assert code == 1
    assert "GATEWAY_PARTITIONS" in told["findings"][0]["says"]
