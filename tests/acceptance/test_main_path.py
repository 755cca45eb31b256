"""The promise: complaints on four channels while everything is killed; each opened once, each answered once."""

import asyncio
import os
import random
from pathlib import Path

import pytest

from tests.acceptance.count import Counted, until_answered
from tests.acceptance.customers import Complaint, Customers, complaints
from tests.acceptance.house import House, victims

COUNT = int(os.environ.get("ACCEPTANCE_COMPLAINTS", "400"))
KILLS = int(os.environ.get("ACCEPTANCE_KILLS", "14"))
SEED = int(os.environ.get("ACCEPTANCE_SEED", "7"))
REPEATED = 0.1
SENDERS = 8
PAUSE_SECONDS = 2.5
DRAIN_SECONDS = 120.0


@pytest.mark.timeout(600)
@pytest.mark.asyncio
async def test_everything_is_killed_and_every_complaint_is_opened_once_and_answered_once(
    tmp_path: Path,
) -> None:
    distinct = complaints(COUNT)
    repeats = random.Random(SEED).sample(distinct, int(COUNT * REPEATED))
    with House(tmp_path) as house:
        customers = Customers(house)
        killing = asyncio.create_task(_kill(house))
        await _send(customers, distinct)
        await _send(customers, repeats)
        await killing
        counted = await until_answered(house, {one.number for one in distinct}, DRAIN_SECONDS)
        await asyncio.sleep(3)
        counted = await until_answered(house, {one.number for one in distinct}, 1)
    _check(counted, distinct, customers)


async def _kill(house: House) -> None:
    for victim in victims(house, SEED, KILLS):
        await asyncio.sleep(PAUSE_SECONDS)
        await asyncio.to_thread(house.kill9, victim)
        if victim == "supervisor":
            await asyncio.to_thread(house.start)


async def _send(customers: Customers, complaints: list[Complaint]) -> None:
    """Spread over the time of the killing; each sender says one thing at a time."""
    waiting = list(reversed(complaints))
    pace = KILLS * PAUSE_SECONDS * 0.8 * SENDERS / COUNT

    async def sender() -> None:
        while waiting:
            await customers.send(waiting.pop())
            await asyncio.sleep(pace)

    async with asyncio.TaskGroup() as group:
        for _ in range(SENDERS):
            group.create_task(sender())


def _check(counted: Counted, distinct: list[Complaint], customers: Customers) -> None:
    numbers = {one.number for one in distinct}
    missing = sorted(n for n in numbers if not counted.opened[n])
    doubled = {n: refs for n, refs in counted.opened.items() if len(refs) > 1}
    references = {n: refs[0] for n, refs in counted.opened.items() if refs}
    unanswered = sorted(n for n, ref in references.items() if not counted.letters[ref])
    twice = {n: counted.letters[ref] for n, ref in references.items() if len(counted.letters[ref]) > 1}
    assert not missing, f"lost: {missing}"
    assert not doubled, f"opened twice: {doubled}"
    assert not unanswered, f"never answered: {unanswered}"
    assert not twice, f"answered twice: {twice}"
    stray = {n for n, refs in counted.added.items() if set(refs) != {references[n]}}
    assert not stray, f"repeats that joined another case: {stray}"
    assert len(set(references.values())) == len(numbers)
