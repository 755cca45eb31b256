"""A stand-in's journal forgets nothing that was answered, and only that."""

import errno
import os
import threading
from pathlib import Path

import pytest

from deploy.sandbox.journal import Journal

pytestmark = pytest.mark.timeout(60)


def test_half_a_line_left_by_a_crash_is_cut_off(tmp_path: Path) -> None:
    path = tmp_path / "folder" / "journal.jsonl"
    journal = Journal(path)
    journal.append({"n": 1, "text": "счёт\nзакрыт"})
    journal.close()
    with path.open("ab") as file:
        file.write(b'{"n": 2, "te')
    again = Journal(path)
    again.append({"n": 3})
    assert again.entries() == [{"n": 1, "text": "счёт\nзакрыт"}, {"n": 3}]
    again.close()


def test_an_entry_is_synced_before_append_returns(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "journal.jsonl"
    journal = Journal(path)
    synced: list[bytes] = []
    monkeypatch.setattr(os, "fsync", lambda _: synced.append(path.read_bytes()))
    journal.append({"n": 1})
    assert synced == [b'{"n":1}\n']
    journal.close()


def test_threads_do_not_mix_their_lines(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "journal.jsonl")

    def write(number: int) -> None:
        for index in range(50):
            journal.append({"n": number, "i": index})

    writers = [threading.Thread(target=write, args=(number,)) for number in range(4)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    found = journal.entries()
    assert len(found) == 200
    assert [entry["i"] for entry in found if entry["n"] == 2] == list(range(50))
    journal.close()


def test_what_a_full_disk_does_not_take_is_not_there_at_all(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    journal = Journal(tmp_path / "journal.jsonl")
    journal.append({"n": 1})

    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as disk:
        disk.setattr(os, "fsync", full)
        with pytest.raises(OSError, match="No space"):
            journal.append({"n": 2})
    journal.append({"n": 3})
    assert journal.entries() == [{"n": 1}, {"n": 3}]
    journal.close()
