"""The identity of the folder of large things: made once, whoever comes first; what is no folder is said."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from gateway import apart
from schemas.errors import Misconfigured


def test_all_who_start_at_once_find_one_identity(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        found = set(pool.map(apart._settled_id, [tmp_path / "blobs"] * 8))
    assert len(found) == 1
    assert [path.name for path in (tmp_path / "blobs").iterdir()] == [apart.STORE_FILE]


@pytest.mark.parametrize("damage", [b"", b"abc", b"\xff\xfe" * 40])
def test_a_damaged_identity_is_named_with_its_cure(tmp_path: Path, damage: bytes) -> None:
    (tmp_path / apart.STORE_FILE).write_bytes(damage)
    with pytest.raises(Misconfigured, match="GATEWAY_BLOB_DIR_IS_NEW"):
        apart._settled_id(tmp_path)


def test_what_cannot_be_a_folder_is_named_with_its_setting(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    (tmp_path / "blobs" / apart.STORE_FILE).mkdir(parents=True)
    for folder in (tmp_path / "file", tmp_path / "file" / "below", tmp_path / "blobs"):
        with pytest.raises(Misconfigured, match="GATEWAY_BLOB_DIR"):
            apart._settled_id(folder)
