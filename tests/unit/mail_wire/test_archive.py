"""Maildir and mbox, mail by mail: what is a new mail, what its bytes are, and when it came."""

import os
from datetime import UTC, datetime
from pathlib import Path

import pytest

from channels.mail.archive import Archived, open_archive
from schemas.errors import Misconfigured

HEAD = b"From: anna@customer.example\nSubject: parcel\n\n"


def every(path: Path) -> list[Archived]:
    archive = open_archive(path)
    return [archive.mail(number) for number in range(len(archive))]


def mbox(folder: Path, content: bytes) -> Path:
    path = folder / "old.mbox"
    path.write_bytes(content)
    return path


def test_an_mbox_is_split_at_its_from_lines_and_nowhere_else(tmp_path: Path) -> None:
    content = (
        b"From anna@customer.example Thu Jan  1 10:00:00 2026\n" + HEAD + b"one\n\nFrom the shop I got nothing.\n"
        b"\nFrom Monday on nobody answered at 10:00, in 2026\nat all.\n\n"
        b"From - Fri Jan  2 10:00:00 2026 +0200\n" + HEAD + b">From what I know,\n>>From all I heard\n\n"
    )  # fmt: skip
    one, two = every(mbox(tmp_path, content))
    assert one.raw.endswith(
        b"From the shop I got nothing.\n\nFrom Monday on nobody answered at 10:00, in 2026\nat all.\n"
    )
    assert two.raw == HEAD + b"From what I know,\n>From all I heard\n"
    assert one.received_at == datetime(2026, 1, 1, 10, tzinfo=UTC)
    assert two.received_at == datetime(2026, 1, 2, 8, tzinfo=UTC)
    assert two.place == f"byte {content.index(b'From - Fri')}"


@pytest.mark.parametrize(
    "line",
    [
        b"From 1234567890123456789@xxx Tue Oct 01 12:00:00 +0000 2025",
        b"From anna@customer.example Tue Oct  1 12:00:00 2025",
        b"From anna@customer.example Tue Oct  1 12:00 UTC 2025",
        b'From "a person"@customer.example Tue Oct  1 12:00:00 GMT 2025',
    ],
)
def test_dates_are_read_as_programs_write_them(tmp_path: Path, line: bytes) -> None:
    [one] = every(mbox(tmp_path, line + b"\n" + HEAD + b"words\n"))
    assert one.received_at == datetime(2025, 10, 1, 12, tzinfo=UTC)


def test_crlf_and_lines_without_a_date(tmp_path: Path) -> None:
    head = b"Date: Wed, 05 Nov 2025 10:00:00 +0000\r\nSubject: parcel\r\n\r\n"
    one, two = every(mbox(tmp_path, b"From \r\n" + head + b"one\r\n\r\nFrom \r\n" + HEAD + b"two\r\n"))
    assert one.raw == head + b"one\r\n"
    assert one.received_at == datetime(2025, 11, 5, 10, tzinfo=UTC)
    assert two.raw == HEAD + b"two\r\n"


def test_a_maildir_gives_new_and_cur_by_name_whatever_the_flags(tmp_path: Path) -> None:
    for name in ("new", "cur", "tmp"):
        (tmp_path / name).mkdir()
    (tmp_path / "new" / "1767261602.b").write_bytes(b"second")
    (tmp_path / "cur" / "1767261601.a:2,S").write_bytes(b"first")
    (tmp_path / "cur" / ".hidden").write_bytes(b"no mail")
    (tmp_path / "cur" / "1767261600.folder").mkdir()
    (tmp_path / "tmp" / "1767261600.c").write_bytes(b"half a mail")
    os.utime(tmp_path / "new" / "1767261602.b", (1_700_000_000, 1_700_000_000))
    archive = open_archive(tmp_path)
    first, second = every(tmp_path)
    assert (first.raw, second.raw) == (b"first", b"second")
    assert first.received_at == datetime.fromtimestamp(1767261601, UTC)
    assert second.received_at == datetime.fromtimestamp(1_700_000_000, UTC)
    before = archive.key(0)
    (tmp_path / "cur" / "1767261601.a:2,S").rename(tmp_path / "cur" / "1767261601.a:2,RS")
    assert open_archive(tmp_path).key(0) == before


@pytest.mark.parametrize(
    "content", [b"", b"Subject: one mail\n\nwords\n", b"\nFrom a@b.example Thu Jan  1 10:00:00 2026\n"]
)
def test_what_is_no_mbox_is_refused_with_the_cure(tmp_path: Path, content: bytes) -> None:
    with pytest.raises(Misconfigured, match="name a Maildir or an mbox file"):
        open_archive(mbox(tmp_path, content))


def test_a_folder_without_mail_and_nothing_at_all_are_refused(tmp_path: Path) -> None:
    with pytest.raises(Misconfigured, match="without `new` and `cur`"):
        open_archive(tmp_path)
    with pytest.raises(Misconfigured, match="No such file"):
        open_archive(tmp_path / "nowhere")
