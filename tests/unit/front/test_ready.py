"""/readyz says whether a complaint can be taken in, and what is wrong behind; other doors' spools are counted by it."""

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest

from gateway.doors import ask_doors
from gateway.http import create_app
from gateway.lasting import file_system
from gateway.picture import Facts
from gateway.server import listen, serve
from tests.unit.front.conftest import AT, House
from tests.unit.front.test_spool_faults import Away, _intake
from workers.monitor.waiting import SPOOL

MOUNTS = """\
22 1 254:0 / / rw,relatime shared:1 - ext4 /dev/vda rw
30 22 0:25 / /run rw,nosuid - tmpfs tmpfs rw,size=1k
31 30 0:26 / /run/data\\040here rw - xfs /dev/vdb rw
32 22 0:27 / /run2 rw - overlay overlay rw,lowerdir=/a
"""


@pytest.mark.asyncio
async def test_trouble_behind_an_open_door_is_said_and_the_door_stays_open(house: House) -> None:
    house.intake.wrong = ["the broker is away"]
    front = replace(house.front, troubles=(lambda: ["a stage stands still", "the broker is away"],))
    house.app.state.front = front
    async with house.client() as client:
        answer = await client.get("/readyz")
    assert (answer.status_code, answer.json()["ready"], answer.json()["door"]) == (200, True, "local")
    assert answer.json()["trouble"] == ["the broker is away", "a stage stands still"]


@pytest.mark.asyncio
async def test_a_door_without_spool_is_closed_while_the_broker_is_away(tmp_path: Path) -> None:
    intake = _intake(tmp_path, Away())
    intake.spool = None
    await intake.start(0.1)
    assert "no spool" in intake.refusal()
    await intake.stop()


@pytest.mark.asyncio
async def test_the_monitor_counts_the_spools_of_other_doors_and_names_who_is_silent(house: House) -> None:
    stop, facts, listener = asyncio.Event(), Facts(), listen("127.0.0.1", 0)
    serving = asyncio.create_task(serve(create_app(house.front), listener, stop))
    port = listener.getsockname()[1]
    try:
        await ask_doors([f"http://localhost:{port}", "http://127.0.0.1:1", "nonsense"], facts)
    finally:
        stop.set()
        await serving
        listener.close()
    assert facts.spooled == 3
    (claim,) = facts.claims
    assert (claim.where, claim.count, claim.since) == (SPOOL, 3, AT)
    assert sum("does not tell what waits there" in note for note in facts.notes) >= 2


@pytest.mark.parametrize(
    ("folder", "kind"),
    [
        ("/data", "ext4"),
        ("/run", "tmpfs"),
        ("/run/spool", "tmpfs"),
        ("/run/data here/spool", "xfs"),
        ("/run2/x", "overlay"),
        ("/running", "ext4"),
    ],
)
def test_the_file_system_of_a_folder_is_that_of_its_nearest_mount(folder: str, kind: str) -> None:
    assert file_system(Path(folder), MOUNTS) == kind
