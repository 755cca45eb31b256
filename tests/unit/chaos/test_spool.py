"""A spool is cut in its last confirmed entry, and the run knows whose it was."""

from datetime import UTC, datetime
from pathlib import Path

from gateway.entries import Entry
from gateway.segments import Segments
from schemas.delivery import Delivery
from tests.acceptance.chaos.spool import tear

AT = datetime(2026, 3, 1, tzinfo=UTC)


def entry(number: int, raw: bytes) -> bytes:
    return Entry(Delivery(delivery_id=f"local-1-{number}", channel="sms", received_at=AT), raw).encoded()


def test_only_the_last_entry_is_gone(tmp_path: Path) -> None:
    spool = Segments(tmp_path)
    spool.open()
    spool.append([entry(1, b"Body=chaos+number+000041"), entry(2, b'{"text": "chaos reply 000007"}')])
    spool.close()
    torn = tear(tmp_path)
    assert torn is not None
    assert (torn.numbers, torn.replies) == (frozenset(), frozenset({7}))
    again = Segments(tmp_path)
    again.open()
    entries, _ = again.read(10)
    again.close()
    assert ([one.delivery.delivery_id for one in entries], again.lost) == (["local-1-1"], 1)


def test_an_empty_spool_cannot_be_torn(tmp_path: Path) -> None:
    assert tear(tmp_path) is None
