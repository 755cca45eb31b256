"""What may be tried, what it says, and what is told when a door is shut."""

import asyncio
import os
from collections.abc import Callable
from datetime import UTC, datetime
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any

import pytest

from channels.contract import Deployment, Probe, load
from channels.mail.parse import read as read_mail
from channels.mail.probe import composed
from channels.mail.settings import MailSettings
from channels.registry import CHANNELS
from channels.webform.probe import enter
from channels.webform.settings import WebformSettings
from classifiers.contract import Text
from classifiers.registry import PACKS
from classifiers.registry import load as load_pack
from deploy.local.ports import free_ports
from gateway.bootstrap import Parts
from gateway.probing import SUBJECT, TEXT, Prober, own_words
from gateway.settings import GatewaySettings
from schemas.errors import Misconfigured, Unavailable
from schemas.synthetic import mark, nonce_in

SECRET = b"a secret of thirty-two characters"
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
NONCE = "00112233445566aa"
PROBE = Probe(NONCE, SUBJECT, TEXT + mark(SECRET, NONCE, NOON), by_mail=True)


class NoCases:
    async def case(self, reference: str) -> dict[str, Any] | None:
        return None


@pytest.fixture(autouse=True)
def no_mailbox(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever other tests set up."""
    for name in [name for name in os.environ if name.startswith("CHANNEL_MAIL_")]:
        monkeypatch.delenv(name)


@pytest.fixture
def prober(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], Prober]:
    (tmp_path / "secret").write_bytes(SECRET)

    def make(channels: str, **settings: Any) -> Prober:
        monkeypatch.setenv("GATEWAY_SYNTHETIC_CHANNELS", channels)
        return Prober(Parts(GatewaySettings(data_dir=tmp_path, **settings)), NoCases())

    return make


def test_it_is_off_by_default(prober: Callable[[str], Prober]) -> None:
    assert prober("").states() == []


@pytest.mark.parametrize(
    ("channels", "says"),
    [("sms", "costs money or is seen by others.*webform"), ("mail", "the channel mail is not on")],
)
def test_what_cannot_be_tried_is_refused_with_the_cure(
    prober: Callable[[str], Prober], channels: str, says: str
) -> None:
    with pytest.raises(Misconfigured, match=says):
        prober(channels)


def test_without_the_house_s_secret_none_is_made(prober: Callable[[str], Prober], tmp_path: Path) -> None:
    (tmp_path / "secret").unlink()
    with pytest.raises(Misconfigured, match="GATEWAY_SECRET"):
        prober("webform")
    assert not (tmp_path / "secret").exists()
    assert not own_words(GatewaySettings(data_dir=tmp_path))(PROBE.text.encode(), NOON)


def test_the_monitor_knows_the_house_s_own_words(tmp_path: Path) -> None:
    (tmp_path / "secret").write_bytes(SECRET)
    is_own = own_words(GatewaySettings(data_dir=tmp_path))
    assert is_own(PROBE.text.encode(), NOON)
    assert not is_own(b"My parcel is lost", NOON)


@pytest.mark.asyncio
async def test_a_shut_door_is_said(prober: Callable[..., Prober]) -> None:
    (port,) = free_ports(1)
    one = prober("webform", http_port=port)
    async with asyncio.TaskGroup() as entering:
        for rounds in one._rounds.values():
            rounds.begin(NONCE, NOON)
        entering.create_task(one._enter(load_channel("webform"), NONCE, NOON))
    (note,) = one.notes()
    assert "not taken in: http://127.0.0.1" in note
    deployment = Deployment(f"http://127.0.0.1:{port}", "Example", SECRET)
    with pytest.raises(Unavailable, match="does not answer"):
        await enter(WebformSettings(), deployment, PROBE)


def load_channel(name: str) -> Any:
    (found,) = [channel for channel in CHANNELS if channel.name == name]
    assert callable(load(found.probe))
    return found


def test_the_mail_brings_the_mark_through_and_is_no_automatic_mail() -> None:
    raw = composed(PROBE, "probe@example.org", "complaints@example.org", NOON)
    assert raw.isascii()
    (reading,) = read_mail(raw, {})
    message = reading.message
    assert nonce_in(SECRET, message.text.encode(), NOON) == NONCE
    assert not any((message.flags.automated, message.flags.auto_reply, message.flags.list))
    assert message.reply is not None
    assert message_from_bytes(raw, policy=policy.default)["subject"] == SUBJECT


@pytest.mark.asyncio
async def test_mail_needs_both_ways() -> None:
    with pytest.raises(Misconfigured, match="CHANNEL_MAIL_IMAP_HOST"):
        await load_channel_probe("mail")(MailSettings(), Deployment("", "", SECRET), PROBE)


def load_channel_probe(name: str) -> Any:
    return load(load_channel(name).probe)


@pytest.mark.parametrize("pack", PACKS)
def test_every_pack_takes_it_for_what_it_says(pack: str) -> None:
    (said,) = load_pack(pack).assess([Text(PROBE.text, SUBJECT, "mail")])
    assert (said.kind, said.safety.hit) == ("complaint", False)
