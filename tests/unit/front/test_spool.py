"""The spool: what was appended is there after any end of the process, in order, exactly as it was."""

import asyncio
import errno
import os
from datetime import UTC, datetime
from pathlib import Path

import pytest

from gateway.entries import Entry
from gateway.segments import Segments
from gateway.sequence import DeliveryIds, split_delivery_id
from gateway.spool import Spool
from schemas.delivery import Delivery
from schemas.errors import Misconfigured, Unavailable

AT = datetime(2026, 3, 1, 12, tzinfo=UTC)


def entry(number: int, raw: bytes = b"raw") -> Entry:
    return Entry(Delivery(delivery_id=f"a-1-{number}", channel="sms", received_at=AT), raw)


def numbers(entries: list[Entry]) -> list[str]:
    return [item.delivery.delivery_id for item in entries]


def take_all(files: Segments, most: int = 3) -> list[Entry]:
    taken: list[Entry] = []
    while files.pending:
        found, mark = files.read(most)
        assert found
        taken += found
        files.drop(len(found), mark)
    return taken


def test_entries_survive_a_restart_in_order_and_byte_for_byte(tmp_path: Path) -> None:
    files = Segments(tmp_path, segment_bytes=600)
    files.open()
    for number in range(20):
        files.append([entry(number, bytes([number]) * 50).encoded()])
    files.close()
    again = Segments(tmp_path, segment_bytes=600)
    again.open()
    assert again.pending == 20
    taken = take_all(again)
    assert numbers(taken) == [f"a-1-{number}" for number in range(20)]
    assert [item.raw for item in taken] == [bytes([number]) * 50 for number in range(20)]
    assert again.size == 0
    assert not list(tmp_path.glob("*.spool"))
    again.close()


def test_what_was_sent_is_not_sent_again_after_a_restart(tmp_path: Path) -> None:
    files = Segments(tmp_path)
    files.open()
    files.append([entry(number).encoded() for number in range(5)])
    found, mark = files.read(2)
    files.drop(len(found), mark)
    files.close()
    again = Segments(tmp_path)
    again.open()
    again.append([entry(5).encoded()])
    assert numbers(take_all(again)) == ["a-1-2", "a-1-3", "a-1-4", "a-1-5"]
    again.close()


@pytest.mark.parametrize("written", [1, 5, 40, 100])
def test_a_torn_tail_was_never_confirmed_and_is_cut_off(tmp_path: Path, written: int) -> None:
    files = Segments(tmp_path)
    files.open()
    files.append([entry(number).encoded() for number in range(3)])
    files.close()
    (path,) = tmp_path.glob("*.spool")
    with path.open("ab") as file:
        file.write(entry(3).encoded()[:written])
    again = Segments(tmp_path)
    again.open()
    again.append([entry(9).encoded()])
    assert numbers(take_all(again)) == ["a-1-0", "a-1-1", "a-1-2", "a-1-9"]
    assert not again.damaged
    assert again.lost == 0
    again.close()


def test_damage_in_the_middle_is_kept_for_a_person_and_what_stood_before_is_sent(tmp_path: Path) -> None:
    files = Segments(tmp_path)
    files.open()
    encoded = [entry(number).encoded() for number in range(3)]
    files.append(encoded)
    files.close()
    (path,) = tmp_path.glob("*.spool")
    broken = bytearray(path.read_bytes())
    broken[len(encoded[0]) + 30] ^= 0xFF
    path.write_bytes(broken)
    again = Segments(tmp_path)
    again.open()
    assert again.damaged == [str(path.with_suffix(".damaged"))]
    assert path.with_suffix(".damaged").read_bytes() == broken
    assert numbers(take_all(again)) == ["a-1-0"]
    again.close()


def test_a_folder_has_one_owner(tmp_path: Path) -> None:
    files = Segments(tmp_path)
    files.open()
    with pytest.raises(Misconfigured, match="in use by another process"):
        Segments(tmp_path).open()
    files.close()


async def _fill(spool: Spool) -> None:
    await spool.open()
    await asyncio.gather(*(spool.append([entry(number)]) for number in range(200)))


@pytest.mark.asyncio
async def test_appends_that_come_together_share_a_sync(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    syncs = 0
    real = os.fsync

    def counted(descriptor: int) -> None:
        nonlocal syncs
        syncs += 1
        real(descriptor)

    monkeypatch.setattr(os, "fsync", counted)
    spool = Spool(tmp_path)
    await _fill(spool)
    assert spool.pending == 200
    assert syncs < 20
    assert not spool.empty
    await spool.close()


@pytest.mark.asyncio
async def test_a_full_spool_refuses_and_says_when_to_come_again(tmp_path: Path) -> None:
    spool = Spool(tmp_path, limit_bytes=2000)
    await _fill(spool)
    with pytest.raises(Unavailable, match="limit of 2000 bytes") as refused:
        await spool.append([entry(1)])
    assert refused.value.retry_after == 30
    assert spool.refusal()
    await spool.close()


@pytest.mark.asyncio
async def test_a_full_disk_confirms_nothing_and_leaves_no_torn_entry(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    spool = Spool(tmp_path)
    await spool.open()
    await spool.append([entry(1)])

    def full(descriptor: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        with pytest.raises(Unavailable, match="disk is full"):
            await spool.append([entry(2)])
        assert "disk is full" in spool.refusal()
        await spool.probe()
        assert "disk is full" in spool.refusal()
    await spool.probe()
    assert spool.refusal() == ""
    await spool.append([entry(3)])
    await spool.close()
    files = Segments(tmp_path)
    files.open()
    assert numbers(take_all(files)) == ["a-1-1", "a-1-3"]
    files.close()


def test_delivery_ids_count_within_a_start() -> None:
    ids = DeliveryIds("web0", AT)
    first, second = ids.next(), ids.next()
    assert split_delivery_id(first) == ("web0", f"{int(AT.timestamp() * 1000):x}", 1)
    assert split_delivery_id(second) == ("web0", f"{int(AT.timestamp() * 1000):x}", 2)
    assert split_delivery_id("nonsense") is None


def test_a_number_is_settled_when_all_before_it_are() -> None:
    ids = DeliveryIds("web0", AT)
    one, two, three = ids.next(), ids.next(), ids.next()
    assert ids.settled == 0
    ids.end([two, three])
    assert ids.settled == 0
    ids.end([one])
    assert ids.settled == 3
    ids.next()
    assert ids.settled == 3


def test_numbers_spent_on_refused_requests_are_no_gap() -> None:
    times = iter([AT, AT])
    ids = DeliveryIds("web0", AT, lambda: next(times))
    before, refused, beside = ids.next(), ids.next(), ids.next()
    ids.refuse()
    ids.end([before, beside])
    after = ids.next()
    assert after.rpartition("-")[2] == "1"
    assert after.rpartition("-")[0] > before.rpartition("-")[0]
    assert ids.settled == 0
    ids.end([refused])
    ids.refuse()
    assert len({ids.next().rpartition("-")[0] for _ in range(3)}) == 1


@pytest.mark.parametrize("name", ["", "ä", "a\n"])
def test_an_instance_name_that_would_blur_the_id_is_refused(name: str) -> None:
    with pytest.raises(Misconfigured, match="GATEWAY_INSTANCE"):
        DeliveryIds(name, AT)
