"""What every channel must bring: a description that holds, a page, settings that are off, pure reading."""

import os
import subprocess
import sys

import pytest

from channels.contract import Channel, load
from channels.registry import BY_NAME, CHANNELS
from tests.contract.cases import folder

CLIENT_LIBRARIES = ("aiokafka", "faust", "imapclient", "aiosmtplib", "twilio", "httpx", "requests", "asyncio")
SHARED_ROOM = {"clerk"}
"""Rooms that serve several channels."""

every_channel = pytest.mark.parametrize("channel", CHANNELS, ids=lambda channel: channel.name)


def test_names_are_unique() -> None:
    assert len(BY_NAME) == len(CHANNELS)


@every_channel
def test_every_part_that_is_named_exists(channel: Channel) -> None:
    for path in (
        channel.settings,
        channel.door,
        channel.sources,
        channel.replier,
        channel.media,
        channel.checks,
        channel.probe,
    ):
        if path:
            assert callable(load(path)), path
    assert channel.title
    assert channel.template in ("long", "short")


@every_channel
def test_settings_are_off_without_an_account(channel: Channel, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("CHANNEL_")]:
        monkeypatch.delenv(name)
    settings = load(channel.settings)
    assert isinstance(settings().enabled, bool)
    if channel.sources or channel.replier:
        assert settings().enabled is False


@every_channel
def test_secrets_do_not_show(channel: Channel, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = load(channel.settings)
    prefix = settings.model_config["env_prefix"]
    secret = [
        name for name in settings.model_fields if "token" in name or "secret" in name or "password" in name
    ]
    for name in secret:
        if "SecretStr" in str(settings.model_fields[name].annotation):
            shown = '["hunter2"]' if "list" in str(settings.model_fields[name].annotation) else "hunter2"
            monkeypatch.setenv(f"{prefix}{name}".upper(), shown)
    assert "hunter2" not in repr(settings())


@every_channel
def test_the_room_has_its_page(channel: Channel) -> None:
    page = folder(channel) / "README.md"
    assert page.is_file(), f"{page} is missing: how to connect it, what it sends and stores, its limits"


def test_reading_loads_no_client_library() -> None:
    """One process for all: what is loaded after importing every parse is what parsing needs."""
    modules = ",".join(channel.parse for channel in CHANNELS)
    program = (
        "import sys, importlib\n"
        f"for name in '{modules}'.split(','): importlib.import_module(name)\n"
        f"print([name for name in {CLIENT_LIBRARIES!r} if name in sys.modules])"
    )
    result = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60)
    assert result.returncode == 0, result.stderr
    assert result.stdout.strip() == "[]"
