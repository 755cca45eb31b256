"""A dead letter is the last resort: whatever the record holds, there is one, and it can be read again."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as some

from schemas.deadletter import DeadLetter
from schemas.delivery import Delivery
from schemas.errors import Nonsense, StageFault, Unreadable
from workers import dead_letters
from workers.runtime.contract import Record
from workers.runtime.intake import _headers

_AT = datetime(2026, 3, 1, tzinfo=UTC)
_SENT = Delivery(delivery_id="mail-1-1", channel="mail", received_at=_AT).to_bytes()
EDGES = [
    "9999-12-31T23:59:59-23:59",
    "0001-01-01T00:00:00+23:59",
    "9999-12-31",
    "x",
    "\udc80",
    "1" * 5000,
    "-1",
    "1e9",
]
NAMES = ["gw_delivery", dead_letters.ATTEMPTS, dead_letters.FIRST_SEEN, "ce_type", "odd\ud800"]
VALUES = [
    None,
    b"",
    b"\xff\x00",
    _SENT,
    _SENT.replace(b"2026-03-01T00:00:00Z", b"9999-12-31T23:59:59-23:59"),
    b'{"delivery_id":"\\ud800","channel":"mail","received_at":1e300}',
    *(edge.encode("utf-8", "surrogatepass") for edge in EDGES),
]

headers = some.lists(some.tuples(some.sampled_from(NAMES[:4]), some.sampled_from(VALUES)), max_size=6)
times = some.one_of(
    some.integers(-(2**63), 2**63 - 1), some.sampled_from([-1, 0, -62_167_219_200_000, 1_790_000_000_000_000])
)


@given(
    headers=headers,
    ms=times,
    value=some.none() | some.binary(max_size=20),
    key=some.none() | some.binary(max_size=5),
)
def test_any_record_has_a_dead_letter_that_can_be_read(
    headers: list[tuple[str, bytes | None]], ms: int, value: bytes | None, key: bytes | None
) -> None:
    raw = Record("outcomes", 1, 7, ms, key, value, tuple(headers))  # type: ignore[arg-type]
    for record in (raw, Record("outcomes", 1, 7, ms, key, value, _headers(headers))):
        output = dead_letters.dead_letter("s", record, Nonsense("no"))
        letter = DeadLetter.from_bytes(output.value or b"")
        assert letter.original_bytes() == (value or b"")
        assert letter.cause == "Nonsense"
        assert letter.first_seen.year >= 1900


@pytest.mark.parametrize("error", [Nonsense("a\ud800b\x00"), StageFault("\udfff" * 3000), Unreadable("")])
def test_any_words_of_an_error_can_be_kept(error: Unreadable) -> None:
    record = Record("in", 0, 0, 0, None, None, ((NAMES[4], b"x"),))
    DeadLetter.from_bytes(dead_letters.dead_letter("s", record, error).value or b"")


def test_a_time_that_is_none_waits_since_now_and_not_since_1970() -> None:
    for ms in (-62_167_219_200_000, 1_790_000_000_000_000):
        letter = DeadLetter.from_bytes(
            dead_letters.dead_letter("s", Record("in", 0, 0, ms, None, None), Nonsense("x")).value or b""
        )
        assert abs((letter.last_seen - datetime.now(UTC)).total_seconds()) < 60
