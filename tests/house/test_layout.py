"""The house stays a house: its rooms, its direction of imports, what a parse may load."""

import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from channels.registry import CHANNELS
from schemas.names import CHANNEL_NAMES
from schemas.topics import HOUSE

ROOT = Path(__file__).parents[2]
ROOMS = {"gateway", "channels", "classifiers", "workers", "schemas", "deploy", "tests"}
WIRE = ("aiokafka", "faust", "imapclient", "aiosmtplib", "twilio", "httpx")


def test_the_top_level_is_the_given_one() -> None:
    packages = {path.parent.name for path in ROOT.glob("*/__init__.py")}
    assert packages == ROOMS


def test_every_package_folder_says_so() -> None:
    missing = [
        str(path.parent.relative_to(ROOT))
        for room in ROOMS
        for path in (ROOT / room).rglob("*.py")
        if not (path.parent / "__init__.py").exists()
    ]
    assert not missing


def test_every_room_is_under_the_import_contract() -> None:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]
    assert set(settings["root_packages"]) == ROOMS - {"tests"}


@pytest.mark.parametrize("channel", CHANNELS, ids=lambda channel: channel.name)
def test_parsing_loads_no_client_library(channel: object) -> None:
    path = channel.parse  # type: ignore[attr-defined]
    program = f"import sys, {path}; print(sorted(set({WIRE!r}) & set(sys.modules)))"
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, cwd=ROOT, check=True
    )
    assert done.stdout.strip() == "[]"


def test_channels_are_the_contract_s() -> None:
    names = [channel.name for channel in CHANNELS]
    assert len(set(names)) == len(names)
    assert set(names) <= set(CHANNEL_NAMES)


def test_topics_have_one_name_each() -> None:
    names = [topic.name for topic in HOUSE]
    assert len(set(names)) == len(names)


@pytest.mark.parametrize("lock", ["requirements.lock", "requirements-dev.lock"])
def test_locks_name_no_address(lock: str) -> None:
    assert "://" not in (ROOT / lock).read_text()
