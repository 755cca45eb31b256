"""A task that ends unexpectedly is heard of, whoever started it."""

import asyncio
import gc

import pytest

from channels.tasks import end_with, joined, watched


async def _fails() -> None:
    await asyncio.sleep(0)
    raise OSError(28, "No space left on device")


async def _returns() -> None:
    await asyncio.sleep(0)


async def _waits() -> None:
    await asyncio.sleep(60)


@pytest.mark.asyncio
async def test_a_failure_is_told_at_once() -> None:
    told: list[str] = []
    end_with(told.append)
    task = watched(_fails(), "writing the spool")
    await asyncio.wait([task])
    await asyncio.sleep(0)
    assert told == ["writing the spool ended: OSError: [Errno 28] No space left on device"]


@pytest.mark.asyncio
@pytest.mark.parametrize("lasting, expected", [(True, 1), (False, 0)])
async def test_the_end_of_what_should_last_is_told(lasting: bool, expected: int) -> None:
    told: list[str] = []
    end_with(told.append)
    await asyncio.wait([watched(_returns(), "a guard", lasting=lasting)])
    await asyncio.sleep(0)
    assert len(told) == expected


@pytest.mark.asyncio
async def test_being_cancelled_is_a_good_end() -> None:
    told: list[str] = []
    end_with(told.append)
    task = watched(_waits(), "a guard", lasting=True)
    await asyncio.sleep(0)
    task.cancel()
    await asyncio.wait([task])
    await asyncio.sleep(0)
    assert told == []


@pytest.mark.asyncio
async def test_a_result_that_is_taken_is_the_takers_and_one_that_is_not_is_told() -> None:
    told: list[str] = []
    end_with(told.append)
    with pytest.raises(OSError):
        await joined(_fails())
    assert told == []
    joined(_fails(), "left alone")
    await asyncio.sleep(0.01)
    gc.collect()
    assert [line.split(" ended")[0] for line in told] == ["left alone"]


@pytest.mark.asyncio
async def test_a_failure_within_a_library_is_one_line(caplog: pytest.LogCaptureFixture) -> None:
    told: list[str] = []
    end_with(told.append)

    def fails(words: str) -> None:
        raise KeyError(words)

    asyncio.get_running_loop().call_soon(fails, "Anna Smith")
    await asyncio.sleep(0.01)
    (record,) = caplog.records
    assert record.exc_info is None
    assert "KeyError in fails, line" in record.getMessage()
    assert "\n" not in record.getMessage()
    assert "Anna" not in record.getMessage()
    assert told == []
