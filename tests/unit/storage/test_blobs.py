"""Large bytes rest under their hash, whole or not at all."""

import errno
import hashlib
import os
from pathlib import Path

import pytest

from schemas.errors import Unavailable
from workers.storage.blobs import SMALL_BYTES, BlobStore


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


def test_many_small_ones_are_durable_together_in_one_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced: list[Path] = []

    def watched(descriptor: int) -> None:
        synced.append(Path(f"/proc/self/fd/{descriptor}").readlink())

    store = BlobStore(tmp_path)
    store.put(b"0")
    monkeypatch.setattr(os, "fsync", watched)
    contents = [b"%d" % number for number in range(40)]
    store.put_all([*contents, *contents])
    names = [hashlib.sha256(content).hexdigest() for content in contents]
    assert [store.get(name) for name in names] == contents
    assert all(store.has(name) for name in names)
    assert [path.parent for path in synced].count(tmp_path / "unfinished") == 1
    packed = tmp_path / "packed"
    assert {tmp_path, packed, *(packed / name[0] for name in names[1:])} == set(synced[1:])
    assert len({path.stat().st_ino for path in tmp_path.rglob("*.zip")}) == 1
    assert list((tmp_path / "unfinished").iterdir()) == []


def test_large_ones_and_those_without_hard_links_are_files_of_their_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*_: object) -> None:
        raise OSError(errno.EPERM, "Operation not permitted")

    large = [bytes([number]) * (SMALL_BYTES + 1) for number in range(3)]
    BlobStore(tmp_path).put_all([*large, b"the only small one"])
    monkeypatch.setattr(os, "link", refused)
    BlobStore(tmp_path).put_all([b"one", b"two"])
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert sorted(hashlib.sha256(path.read_bytes()).hexdigest() for path in files) == sorted(
        path.name for path in files
    )
    assert len(files) == 6


def test_a_pack_that_another_process_made_first_counts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = BlobStore(tmp_path)
    store.put_all([b"one", b"two"])
    monkeypatch.setattr(BlobStore, "has", lambda self, sha256: False)
    store.put_all([b"two", b"three"])
    for content in (b"one", b"two", b"three"):
        assert store.get(hashlib.sha256(content).hexdigest()) == content


def test_a_damaged_pack_is_unavailable(tmp_path: Path) -> None:
    store = BlobStore(tmp_path)
    store.put_all([b"one", b"two"])
    next(tmp_path.rglob("*.zip")).write_bytes(b"no pack any more")
    with pytest.raises(Unavailable, match="damaged"):
        store.get(hashlib.sha256(b"one").hexdigest())


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
