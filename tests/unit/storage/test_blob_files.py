"""Only blobs are listed, and none is deleted that was written or asked for again since."""

import os
from pathlib import Path

import pytest

from workers.storage.blob_files import blob_files, delete
from workers.storage.blobs import BlobStore

LONG_AGO = 1_600_000_000.0


def aged(folder: Path) -> None:
    for path in folder.rglob("*"):
        if path.is_file():
            os.utime(path, (LONG_AGO, LONG_AGO))


def test_blobs_alone_and_packed_are_listed_and_nothing_else(tmp_path: Path) -> None:
    store = BlobStore(tmp_path)
    names = {store.put(b"alone")}
    store.put_all([b"one", b"two"])
    for other in ("unfinished/" + "a" * 64, "shelf/aa/" + "a" * 64, "aa/note", "id"):
        (tmp_path / other).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / other).write_bytes(b"x")
    found = {one.sha256 for one in blob_files(tmp_path)}
    assert names < found
    assert len(found) == 3


@pytest.mark.parametrize("contents", [[b"alone"], [b"one", b"two"]], ids=["alone", "packed"])
@pytest.mark.parametrize("again", ["put", "put_all"])
def test_what_is_put_again_while_a_sweep_runs_stays(
    tmp_path: Path, contents: list[bytes], again: str
) -> None:
    store = BlobStore(tmp_path)
    store.put_all(contents)
    aged(tmp_path)
    seen = list(blob_files(tmp_path))
    assert all(one.at == LONG_AGO for one in seen)
    for content in contents:
        if again == "put":
            store.put(content)
        else:
            store.put_all([content])
    assert [delete(one) for one in seen] == [False] * len(contents)


def test_what_nobody_asked_for_goes_once(tmp_path: Path) -> None:
    store = BlobStore(tmp_path)
    name = store.put(b"alone")
    (seen,) = blob_files(tmp_path)
    assert (delete(seen), delete(seen), store.has(name)) == (True, False, False)
