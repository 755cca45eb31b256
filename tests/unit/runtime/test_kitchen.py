"""What never comes back, in Python or in C, costs its own record; others are prepared meanwhile."""

import asyncio
import ctypes
import os
import time
from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from schemas.errors import KilledWorker, Misconfigured, Nonsense, Unavailable
from tests.unit.runtime.doubles import Scripted, record
from workers.runtime.contract import Record
from workers.runtime.exits import Doubt
from workers.runtime.kitchen import Kitchen
from workers.runtime.processing import Lane

SECONDS = 1.5
PATIENCE = 3.0
HANGS = [b"loop", b"c"]


def _prepared(record: Record) -> object:
    match record.value:
        case b"loop":
            while True:
                pass
        case b"c":  # holds the interpreter's lock for ever, as a C extension may
            ctypes.PyDLL(None).pause()
        case b"works":
            until = time.process_time() + SECONDS / 4
            while time.process_time() < until:
                pass
        case b"waits":
            time.sleep(SECONDS * 1.2)
        case b"dies":
            os._exit(1)
        case b"nonsense":
            return Nonsense("no")
        case b"away":
            raise Unavailable("gone")
        case b"bug":
            raise KeyError("secret")
    return os.getpid()


def stage(argument: str) -> Scripted:
    if argument == "wrong":
        raise Misconfigured("GATEWAY_PACK", "there is no such pack")
    if argument == "broken":
        raise SystemExit(1)
    return Scripted(prepare=_prepared)


def with_kitchen(
    use: Callable[[Kitchen], Awaitable[None]], argument: str = "", patience: float = PATIENCE
) -> None:
    async def run() -> None:
        kitchen = Kitchen(f"tests.unit.runtime.test_kitchen:stage {argument}", SECONDS, patience)
        try:
            await kitchen.open()
            await use(kitchen)
        finally:
            await kitchen.close()

    asyncio.run(run())


async def _pid(kitchen: Kitchen) -> int:
    (pid,) = await kitchen.prepare([record(0)])
    assert isinstance(pid, int)
    return pid


def test_results_and_errors_come_over_as_they_are() -> None:
    async def use(kitchen: Kitchen) -> None:
        found = await kitchen.prepare([record(0), record(1, b"nonsense"), record(2, b"bug")])
        assert isinstance(found[0], int)
        assert isinstance(found[1], Nonsense)
        assert "secret" not in str(found[2])
        with pytest.raises(Unavailable, match="gone"):
            await kitchen.prepare([record(0, b"away")])
        assert await _pid(kitchen) == found[0]
        assert len(await kitchen.prepare([record(n, bytes(200_000)) for n in range(50)])) == 50

    with_kitchen(use)


@pytest.mark.parametrize("value", HANGS)
def test_what_never_comes_back_is_killed_and_others_go_on_meanwhile(value: bytes) -> None:
    async def use(kitchen: Kitchen) -> None:
        began = time.monotonic()
        hung = asyncio.create_task(_hung(kitchen, value))
        await asyncio.sleep(0.05)
        other = await _pid(kitchen)
        assert time.monotonic() - began < SECONDS, "another partition waited for it"
        await hung
        assert await _pid(kitchen) == other
        assert time.monotonic() - began < PATIENCE * 2

    with_kitchen(use)


def test_a_record_is_judged_by_its_own_work_and_not_by_the_clock_of_a_busy_machine() -> None:
    async def use(kitchen: Kitchen) -> None:
        began = time.monotonic()
        await kitchen.prepare([record(0, b"waits")])
        assert time.monotonic() - began > SECONDS

    with_kitchen(use)


def test_a_backlog_has_the_time_of_all_its_records(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("workers.runtime.kitchen.EACH_SECONDS", SECONDS / 3)

    async def use(kitchen: Kitchen) -> None:
        assert len(await kitchen.prepare([record(n, b"works") for n in range(6)])) == 6
        with pytest.raises(KilledWorker):
            await kitchen.prepare([record(0, b"loop")])

    with_kitchen(use, patience=60)


async def _hung(kitchen: Kitchen, value: bytes) -> None:
    with pytest.raises(KilledWorker, match="did not end"):
        await kitchen.prepare([record(0, value)])


def test_a_process_that_dies_is_replaced() -> None:
    async def use(kitchen: Kitchen) -> None:
        for _ in range(10):
            with pytest.raises(KilledWorker, match="ended"):
                await kitchen.prepare([record(0, b"dies")])
        await _pid(kitchen)

    with_kitchen(use)


def test_many_hangs_at_once_leave_no_process_behind() -> None:
    pids: list[int] = []

    async def use(kitchen: Kitchen) -> None:
        await asyncio.gather(*(_hung(kitchen, HANGS[n % 2]) for n in range(6)))
        pids.append(await _pid(kitchen))

    with_kitchen(use)
    deadline = time.monotonic() + 5
    while Path(f"/proc/{pids[0]}").exists() and time.monotonic() < deadline:
        time.sleep(0.01)
    assert not Path(f"/proc/{pids[0]}").exists()


@pytest.mark.parametrize(("argument", "error"), [("wrong", Misconfigured), ("broken", Doubt)])
def test_a_stage_that_cannot_be_loaded_says_so(argument: str, error: type[Exception]) -> None:
    async def use(kitchen: Kitchen) -> None:
        raise AssertionError("it was loaded")

    with pytest.raises(error):
        with_kitchen(use, argument)


def test_a_lane_uses_it() -> None:
    async def use(kitchen: Kitchen) -> None:
        with ThreadPoolExecutor(1) as executor:
            lane = Lane(executor, asyncio.Lock(), kitchen)
            found: Sequence[object] = await lane.prepare(Scripted(), [record(0)], 1.0)
            assert found[0] != os.getpid()

    with_kitchen(use)
