"""Large bytes rest under their hash, whole or not at all."""

import hashlib
import os
from pathlib import Path

import pytest

from schemas.errors import Unavailable
from workers.storage.blobs import BlobStore


def test_what_was_put_comes_back_byte_for_byte(tmp_path: Path) -> None:
    store = BlobStore(tmp_path / "blobs")
    content = bytes(range(256)) * 20_000
    name = store.put(content)
    assert name == hashlib.sha256(content).hexdigest()
    assert store.get(name) == content
    with store.open(name) as stream:
        assert stream.read(4) == content[:4]


def test_the_same_bytes_twice_are_one_file(tmp_path: Path) -> None:
    store = BlobStore(tmp_path)
    assert store.put(b"once") == store.put(b"once")
    assert len([path for path in tmp_path.rglob("*") if path.is_file()]) == 1


def test_empty_content_is_a_blob_too(tmp_path: Path) -> None:
    store = BlobStore(tmp_path)
    with store.writer() as writer:
        name = writer.keep()
    assert store.get(name) == b"" == store.get(store.put(b""))


def test_pieces_give_the_same_blob_as_the_whole(tmp_path: Path) -> None:
    store = BlobStore(tmp_path)
    with store.writer() as writer:
        writer.write(b"one ")
        writer.write(b"two")
        name = writer.keep()
        assert writer.bytes == 7
    assert name == hashlib.sha256(b"one two").hexdigest()
    assert store.get(name) == b"one two"


def test_an_upload_that_breaks_off_leaves_nothing(tmp_path: Path) -> None:
    with BlobStore(tmp_path).writer() as writer:
        writer.write(b"half, and then the connection ends")
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_file_and_both_folders_are_synced_before_put_returns(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced: list[str] = []

    def watched(descriptor: int) -> None:
        synced.append(str(Path(f"/proc/self/fd/{descriptor}").readlink()))

    monkeypatch.setattr(os, "fsync", watched)
    name = BlobStore(tmp_path).put(b"durable")
    assert Path(synced[0]).parent == tmp_path / "unfinished"
    assert synced[1:] == [str(tmp_path), str(tmp_path / name[:2])]


def test_many_at_once_are_all_durable_and_each_is_one_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced: list[Path] = []

    def watched(descriptor: int) -> None:
        synced.append(Path(f"/proc/self/fd/{descriptor}").readlink())

    store = BlobStore(tmp_path)
    there = store.put(b"0")
    monkeypatch.setattr(os, "fsync", watched)
    contents = [b"%d" % number for number in range(40)]
    store.put_all([*contents, *contents])
    names = [hashlib.sha256(content).hexdigest() for content in contents]
    assert [store.get(name) for name in names] == contents
    assert len([path for path in synced if path.parent == tmp_path / "unfinished"]) == 39
    assert {tmp_path / name[:2] for name in names if name != there} <= set(synced)
    assert list((tmp_path / "unfinished").iterdir()) == []


def test_when_one_of_many_fails_all_are_unavailable(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(Unavailable, match="No space left"):
        BlobStore(tmp_path).put_all([b"one", b"two"])
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_a_missing_blob_is_unavailable_and_no_name_leaves_the_folder(tmp_path: Path) -> None:
    store = BlobStore(tmp_path)
    with pytest.raises(Unavailable):
        store.get("0" * 64)
    with pytest.raises(ValueError, match="not a SHA-256"):
        store.get("../../etc/passwd")


def test_a_full_disk_is_unavailable(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(Unavailable, match="No space left"):
        BlobStore(tmp_path).put(b"x")
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []
