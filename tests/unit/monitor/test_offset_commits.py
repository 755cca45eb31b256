"""Records of Kafka's own offsets topic, byte for byte by its message formats."""

import struct

import pytest

from workers.monitor.offset_commits import OffsetCommit, decode

AT = 1_795_509_658_419


def text(word: str) -> bytes:
    return struct.pack(">h", len(word)) + word.encode()


KEY = struct.pack(">h", 1) + text("triage") + text("intake.messages") + struct.pack(">i", 2)
VALUES = {
    0: struct.pack(">hq", 0, 77) + text("note") + struct.pack(">q", AT),
    1: struct.pack(">hq", 1, 77) + text("") + struct.pack(">qq", AT, AT + 9),
    2: struct.pack(">hq", 2, 77) + text("") + struct.pack(">q", AT),
    3: struct.pack(">hqi", 3, 77, 5) + text("") + struct.pack(">q", AT),
    4: struct.pack(">hqi", 4, 77, 5) + b"\x05note" + struct.pack(">q", AT) + b"\x00",
}


@pytest.mark.parametrize("version", VALUES)
def test_every_version_says_the_same(version: int) -> None:
    assert decode(KEY, VALUES[version]) == OffsetCommit("triage", "intake.messages", 2, 77, AT)


def test_a_long_note_of_the_flexible_version() -> None:
    value = struct.pack(">hqi", 4, 77, 5) + b"\xad\x02" + b"n" * 300 + struct.pack(">q", AT) + b"\x00"
    assert decode(KEY, value) == OffsetCommit("triage", "intake.messages", 2, 77, AT)


@pytest.mark.parametrize(
    "key, value",
    [
        (struct.pack(">h", 2) + text("triage"), VALUES[3]),  # group metadata
        (KEY, None),  # a tombstone
        (None, VALUES[3]),
        (KEY, struct.pack(">hq", 9, 77)),  # newer than this
        (KEY[:9], VALUES[3]),
        (KEY, VALUES[3][:12]),
        (b"\x00", b"\x00"),
    ],
)
def test_what_is_no_commit_is_nothing(key: bytes | None, value: bytes | None) -> None:
    assert decode(key, value) is None
