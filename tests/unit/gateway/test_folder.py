"""The data folder is its owner's only, survives damage to what it remembers, and serves one house at a time."""

import json
import os
import shutil
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from gateway import folder as house
from gateway.plan import plan
from gateway.ports import LOOPBACK, Ports
from gateway.secrets import secret_of
from gateway.settings import GatewaySettings
from schemas.errors import Misconfigured
from workers.storage.files import write_whole

DAMAGE = ["", "{", "[]", "null", "7", '"x"', "\x00\x00", '{"http": "x"}', '{"http": 99999}', '{"http": null}']


@pytest.fixture(autouse=True)
def umask() -> Iterator[None]:
    before = os.umask(0o022)
    yield
    os.umask(before)


def _mode(path: Path) -> int:
    return path.stat().st_mode & 0o777


def test_what_the_house_writes_is_its_owners(tmp_path: Path) -> None:
    data = house.prepare(tmp_path / "deep" / "data")
    with house.only_one(data):
        plan(data, 0, {}, sandbox=True)
    secret_of(GatewaySettings(data_dir=data))
    assert _mode(data) == 0o700
    written = ("up.lock", "folder.json", "ports.json", "sandbox.json", "secret", "operator-token")
    assert {path.name: _mode(path) for path in data.iterdir()} == dict.fromkeys(written, 0o600)


def test_a_looser_folder_is_tightened(tmp_path: Path) -> None:
    data = tmp_path / "data"
    (data / "kafka").mkdir(parents=True)
    (data / "view.sqlite").touch()
    (data / "elsewhere").symlink_to(tmp_path)
    before = _mode(tmp_path)
    house.prepare(data)
    assert [_mode(one) for one in (data, data / "kafka", data / "view.sqlite")] == [0o700, 0o700, 0o600]
    assert _mode(tmp_path) == before


@pytest.mark.parametrize("kind", ["file", "below a file"])
def test_a_folder_that_cannot_be_used_is_a_sentence(tmp_path: Path, kind: str) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(Misconfigured, match="GATEWAY_DATA_DIR"):
        house.prepare(tmp_path / "file" if kind == "file" else tmp_path / "file" / "data")


def test_a_second_start_is_refused(tmp_path: Path) -> None:
    with house.only_one(tmp_path):
        assert house.is_running(tmp_path)
        with pytest.raises(Misconfigured, match="another `gateway up` runs"), house.only_one(tmp_path):
            pass
    assert not house.is_running(tmp_path)


def test_a_copy_is_refused_beside_its_original_and_is_a_house_of_its_own_without_it(tmp_path: Path) -> None:
    first, copy, moved = (tmp_path / name for name in ("first", "copy", "moved"))
    first.mkdir()
    with house.only_one(first):
        shutil.copytree(first, copy)
        with pytest.raises(Misconfigured, match="is a copy of"), house.only_one(copy):
            pass
    shutil.copytree(first, moved)
    with house.only_one(moved), house.only_one(first):
        assert json.loads((moved / "folder.json").read_text())["place"] == str(moved)


@pytest.mark.parametrize("damage", DAMAGE)
def test_damaged_run_files_tell_of_nobody(tmp_path: Path, damage: str) -> None:
    (tmp_path / "run.json").write_text(damage)
    with house.only_one(tmp_path):
        assert house.running_settings(tmp_path) == {}


def test_a_killed_run_is_not_shown_as_running_and_a_moved_folder_is_where_it_is(tmp_path: Path) -> None:
    told = {"settings": {"GATEWAY_KAFKA_BOOTSTRAP": "127.0.0.1:1", "GATEWAY_DATA_DIR": "/gone"}}
    (tmp_path / "run.json").write_text(json.dumps(told))
    assert house.running_settings(tmp_path) == {}
    with house.only_one(tmp_path):
        assert house.running_settings(tmp_path)["GATEWAY_DATA_DIR"] == str(tmp_path)
        assert house.running_settings(tmp_path)["GATEWAY_KAFKA_BOOTSTRAP"] == "127.0.0.1:1"


@pytest.mark.parametrize("damage", DAMAGE)
@pytest.mark.parametrize("name", ["ports.json", "sandbox.json", "folder.json"])
def test_what_can_be_made_anew_is(tmp_path: Path, name: str, damage: str) -> None:
    (tmp_path / name).write_text(damage)
    with house.only_one(tmp_path):
        made = plan(tmp_path, 0, {}, sandbox=True)
        again = plan(tmp_path, 0, {}, sandbox=True)
    assert made.facts == again.facts
    json.loads((tmp_path / name).read_text())


def test_a_taken_port_is_picked_anew_and_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gateway.ports.PATIENCE_SECONDS", 0.1)
    said: list[str] = []
    port = Ports(tmp_path).port("kafka")
    assert Ports(tmp_path, said.append).port("kafka") == port
    with socket.create_server((LOOPBACK, port)):
        other = Ports(tmp_path, said.append).port("kafka")
    assert other != port
    assert str(port) in said[0]
    assert str(other) in said[0]
    assert Ports(tmp_path).port("kafka") == other


@pytest.mark.parametrize("content", [b"", b"abc", b"\x00" * 64, b"\n\n", "ü".encode() * 20])
def test_a_damaged_secret_is_refused_with_its_cure(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "secret").write_bytes(content[:3] if content == b"\x00" * 64 else content)
    with pytest.raises(Misconfigured, match="bring it back from a backup"):
        secret_of(GatewaySettings(data_dir=tmp_path))


def test_a_folder_in_place_of_the_secret_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "secret").mkdir()
    with pytest.raises(Misconfigured, match="secret cannot be read"):
        secret_of(GatewaySettings(data_dir=tmp_path))


def test_a_file_is_replaced_whole_or_not_at_all(tmp_path: Path) -> None:
    path = tmp_path / "known"
    write_whole(path, "old")
    (tmp_path / f"known.{os.getpid()}.new").mkdir()
    with pytest.raises(OSError):
        write_whole(path, "new")
    assert path.read_text() == "old"


@pytest.mark.parametrize(
    "name", ["dätä", "a, b", "back\\slash", "what?", "100%25", "#hash", "two  blanks", "日本"]
)
def test_the_view_lies_in_the_folder_whatever_it_is_called(tmp_path: Path, name: str) -> None:
    from workers.project.database import Database

    data = tmp_path / name
    data.mkdir()
    database = Database(GatewaySettings(data_dir=data).view_url)
    database.open()
    database.close()
    assert (data / "view.sqlite").is_file()
    assert [path.name for path in tmp_path.iterdir()] == [name]
