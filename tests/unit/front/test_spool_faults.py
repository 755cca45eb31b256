"""A disk that fails at any call: what was confirmed is there afterwards, who waits hears, nothing stands still."""

import asyncio
import errno
import itertools
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from channels.contract import Inbound
from gateway import segments
from gateway.entries import Entry
from gateway.intake import Intake
from gateway.losses import losses
from gateway.segments import Segments
from gateway.sequence import DeliveryIds
from gateway.spool import Spool
from schemas.errors import Unavailable
from tests.unit.front.test_spool import AT, entry, numbers, take_all
from workers.storage.blobs import BlobStore

CALLS = ("fsync", "truncate", "pwrite", "open", "close", "link")
ERRORS = (errno.ENOSPC, errno.EIO, errno.EDQUOT)


class Disk:
    """Counts what is asked of the disk and fails from call `first` on, `times` times."""

    def __init__(self, first: int, times: int, error: int) -> None:
        self.first, self.times, self.error, self.asked = first, times, error, 0

    def wrap(self, real: Callable[..., Any]) -> Callable[..., Any]:
        def asked(*given: Any, **named: Any) -> Any:
            self.asked += 1
            if self.first <= self.asked < self.first + self.times:
                raise OSError(self.error, "a fault of this test")
            return real(*given, **named)

        return asked


@contextmanager
def failing(disk: Disk) -> Iterator[None]:
    """Every way in which the segments reach the disk goes by `disk`."""
    with pytest.MonkeyPatch.context() as patch:
        wrapped = SimpleNamespace(**vars(os))
        for name in CALLS:
            setattr(wrapped, name, disk.wrap(getattr(os, name)))
        patch.setattr(segments, "os", wrapped)
        patch.setattr(segments, "_write", disk.wrap(segments._write))
        patch.setattr(Path, "unlink", disk.wrap(Path.unlink))
        yield


def _use(files: Segments, confirmed: list[str], sent: list[str]) -> None:
    """Append, send, append again; each append may fail and then confirms nothing."""
    fresh = itertools.count()
    for count in (2, 1, 3):
        for _ in range(2):
            batch = [entry(next(fresh), b"x" * 120) for _ in range(count)]
            try:
                files.append([one.encoded() for one in batch])
            except OSError:
                continue
            confirmed += numbers(batch)
        found, mark = files.read(2)
        if found:
            files.drop(len(found), mark)
        sent += numbers(found)


@pytest.mark.parametrize(
    ("error", "times"),
    [(errno.ENOSPC, 1), (errno.EIO, 2), (errno.EDQUOT, 10_000)],
    ids=["once", "twice", "for good"],
)
def test_nothing_confirmed_is_lost_wherever_the_disk_fails(tmp_path: Path, error: int, times: int) -> None:
    calls = 0
    for first in range(1, 200):
        folder, disk = tmp_path / f"{first}", Disk(first, times, error)
        confirmed: list[str] = []
        sent: list[str] = []
        files = Segments(folder, segment_bytes=600)
        files.open()
        with failing(disk):
            _use(files, confirmed, sent)
        calls = disk.asked
        try:
            files.append([entry(99).encoded()])
        finally:
            files.close()
        again = Segments(folder, segment_bytes=600)
        again.open()
        left = numbers(take_all(again))
        again.close()
        assert again.lost == files.lost == 0
        assert {*confirmed, "a-1-99"} <= {*sent, *left}
        assert [one for one in left if one in confirmed] == [one for one in confirmed if one in left]
        if first > calls:
            break
    assert first > calls > 20


@pytest.mark.asyncio
async def test_whoever_waits_hears_even_when_others_have_gone(tmp_path: Path) -> None:
    spool = Spool(tmp_path)
    await spool.open()
    with failing(Disk(1, 10_000, errno.EIO)):
        waiting = [asyncio.create_task(spool.append([entry(number)])) for number in range(20)]
        await asyncio.sleep(0)
        for one in waiting[::2]:
            one.cancel()
        done = await asyncio.wait_for(asyncio.gather(*waiting, return_exceptions=True), 5)
    assert {type(outcome) for outcome in done[1::2]} == {Unavailable}
    assert spool.empty
    await asyncio.wait_for(spool.close(), 5)


class Away:
    """A broker that is away, then takes everything."""

    def __init__(self) -> None:
        self.here, self.sent, self.failed = False, list[str](), False

    async def renew(self) -> bool:
        return self.here

    async def send(self, entries: Sequence[Entry], seconds: float) -> list[Entry]:
        if not self.here:
            return list(entries)
        self.sent += numbers(list(entries))
        return []

    async def close(self) -> None:
        """Nothing is held."""


def _intake(folder: Path, link: Any) -> Intake:
    return Intake(link, DeliveryIds("web0", AT), BlobStore(folder / "blobs"), Spool(folder / "spool"))


@pytest.mark.asyncio
@pytest.mark.parametrize("error", ERRORS, ids=errno.errorcode.get)
async def test_a_failed_write_is_said_and_taking_in_goes_on_when_the_disk_does(
    tmp_path: Path, error: int
) -> None:
    link = Away()
    intake = _intake(tmp_path, link)
    await intake.start(0.1)
    inbound = Inbound(b"x", "text/plain", "a", AT)
    (first,) = await intake.accept("sms", [inbound])
    with failing(Disk(1, 10_000, error)):
        for _ in range(3):
            with pytest.raises(Unavailable):
                await asyncio.wait_for(intake.accept("sms", [inbound]), 5)
        assert intake.refusal()
        assert any("spool" in one for one in intake.trouble())
    async with asyncio.timeout(10):
        while intake.refusal():  # noqa: ASYNC110
            await asyncio.sleep(0.05)
    (second,) = await intake.accept("sms", [inbound])
    link.here = True
    async with asyncio.timeout(10):
        while intake.spooling:  # noqa: ASYNC110
            await asyncio.sleep(0.05)
    await intake.stop()
    assert link.sent == [first, second]


@pytest.mark.asyncio
async def test_draining_goes_on_through_a_full_disk(tmp_path: Path) -> None:
    link = Away()
    intake = _intake(tmp_path, link)
    await intake.start(0.1)
    inbound = Inbound(b"x", "text/plain", "a", AT)
    ids = [(await intake.accept("sms", [inbound]))[0] for _ in range(5)]
    with failing(Disk(1, 10_000, errno.ENOSPC)):
        link.here = True
        async with asyncio.timeout(10):
            while intake.spooling:  # noqa: ASYNC110
                await asyncio.sleep(0.05)
        assert intake.refusal() == ""
        assert await intake.accept("sms", [inbound])
    assert link.sent[:5] == ids
    await intake.stop()


def _filled(folder: Path, count: int) -> Path:
    files = Segments(folder)
    files.open()
    files.append([entry(number).encoded() for number in range(count)])
    files.close()
    return next(folder.glob("*.spool"))


@pytest.mark.parametrize("cut", [1, 30, 200])
def test_a_confirmed_end_that_the_disk_did_not_keep_is_counted_and_kept_for_a_person(
    tmp_path: Path, cut: int
) -> None:
    path = _filled(tmp_path, 3)
    whole = path.read_bytes()
    path.write_bytes(whole[:-cut])
    again = Segments(tmp_path)
    again.open()
    left = take_all(again)
    again.close()
    assert again.lost == 3 - len(left) > 0
    assert path.with_suffix(".damaged").read_bytes() == whole[:-cut]
    assert list(losses(tmp_path)) == [(str(path.with_suffix(".lost")), again.lost)]


def test_a_confirmed_segment_that_is_gone_is_counted(tmp_path: Path) -> None:
    _filled(tmp_path, 3).unlink()
    again = Segments(tmp_path)
    again.open()
    again.append([entry(9).encoded()])
    assert (again.lost, numbers(take_all(again))) == (3, ["a-1-9"])
    assert [count for _, count in losses(tmp_path)] == [3]
    again.close()
    last = Segments(tmp_path)
    last.open()
    assert last.lost == 0
    last.close()


def test_what_was_sent_and_removed_is_no_loss(tmp_path: Path) -> None:
    files = Segments(tmp_path)
    files.open()
    for number in range(3):
        files.append([entry(number).encoded()])
        take_all(files)
    files.close()
    again = Segments(tmp_path)
    again.open()
    assert (again.lost, list(losses(tmp_path))) == (0, [])
    again.close()


@pytest.mark.parametrize("lives", [2, 3, 5])
@pytest.mark.parametrize("idle", [0, 1, 3])
@pytest.mark.parametrize("drained", ["wholly", "but for one"])
def test_what_a_later_process_spools_outlives_its_death_too(
    tmp_path: Path, lives: int, idle: int, drained: str
) -> None:
    """Each process finds what the one before it left, sends it, spools anew and is killed; after `idle` processes that
    found nothing and had nothing to do."""
    left: list[str] = []
    for life in range(lives):
        files = Segments(tmp_path)
        files.open()
        assert (files.pending, files.lost) == (len(left), 0)
        assert numbers(take_all(files)) == left
        own = range(life * 10, life * 10 + 3)
        files.append([entry(number).encoded() for number in own])
        if drained == "but for one" and life % 2:
            entries, mark = files.read(2)
            files.drop(len(entries), mark)
            own = own[2:]
        left = [f"a-1-{number}" for number in own]
        _kill(files)
        if drained == "wholly":
            left = _sent_by_another(tmp_path, left)
        for _ in range(idle):
            files = Segments(tmp_path)
            files.open()
            _kill(files)


def _sent_by_another(folder: Path, left: list[str]) -> list[str]:
    files = Segments(folder)
    files.open()
    assert numbers(take_all(files)) == left
    _kill(files)
    return []


def _kill(files: Segments) -> None:
    """Nothing is finished; only the lock goes, as it does with a process."""
    assert files._lock is not None
    files._lock.close()
    if files._writing is not None:
        files._writing.close()


def _zero_first(folder: Path) -> None:
    first = min(folder.glob("*.spool"))
    first.write_bytes(bytes(first.stat().st_size))


@pytest.mark.asyncio
async def test_a_segment_damaged_while_it_is_read_is_set_aside_and_what_is_behind_it_is_sent(
    tmp_path: Path,
) -> None:
    spool = Spool(tmp_path)
    spool._files = Segments(tmp_path, segment_bytes=300)
    await spool.open()
    for number in range(9):
        await spool.append([entry(number)])
    _zero_first(tmp_path)
    found: list[Entry] = []
    async with asyncio.timeout(5):
        while not spool.empty:
            entries, mark = await spool.oldest(3)
            if entries:
                await spool.drop(len(entries), mark)
            found += entries
    assert spool.lost > 0
    assert len(found) + spool.lost == 9
    await spool.close()
