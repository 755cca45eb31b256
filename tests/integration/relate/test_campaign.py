"""Three strangers send one letter: each keeps his case and hears of the others once, whatever is killed meanwhile."""

import os
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from classifiers.priority import LARGE_CAMPAIGN
from gateway.projecting import case_view
from schemas import topics
from schemas.complaint import CaseEvent, QueueEvent
from schemas.form import FilledForm
from tests.integration.dead_letters.house import PARTITIONS, House, delivery
from tests.integration.runtime.harness import read_all
from tests.patience import until

SECONDS = 30.0
LETTER = (
    "I am writing about invoice {number} for a line that was never connected. Nobody came on any of the three dates "
    "that were agreed with me, nobody rang, and I ask you to cancel the contract and to pay back what was taken."
)
OTHER = (
    "The bread of this morning was hard as stone, and the lady at the counter only laughed about it, twice."
)


@contextmanager
def working(house: House) -> Iterator["subprocess.Popen[bytes]"]:
    """`gateway work project insight relate`, as a process of its own that ends by being killed."""
    with (house.folder / "relate.log").open("ab") as log:
        command = [sys.executable, "-m", "gateway", "work", "project", "insight", "relate"]
        process = subprocess.Popen(
            command, env={**os.environ, **house.environment}, stdout=log, stderr=log, cwd=house.folder
        )
    try:
        yield process
    finally:
        process.kill()
        process.wait()


class Crowd:
    """People who complain by the form, and what became of it."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._said = 0

    async def say(self, person: str, text: str) -> None:
        """One complaint of one person."""
        self._said += 1
        form = FilledForm(
            key=f"key{self._said}", description=text, email=f"{person}@example.org", name=person
        )
        await self._house.deliver((delivery(self._said), form.to_bytes()))

    async def linked(self, cases: int) -> list[CaseEvent]:
        """What was said of links, once so many cases have heard of some."""

        async def heard() -> bool:
            return len({one.reference for one in await self._of("linked")}) >= cases

        await until(heard, SECONDS, f"{cases} linked cases; see {self._house.folder / 'relate.log'}")
        return await self._of("linked")

    async def raised(self, cases: int) -> list[CaseEvent]:
        """What raised a priority, once so many cases have heard of it."""

        async def heard() -> bool:
            return len({one.reference for one in await self._raised()}) >= cases

        await until(heard, 2 * SECONDS, f"{cases} raised cases; see {self._house.folder / 'relate.log'}")
        return await self._raised()

    async def _raised(self) -> list[CaseEvent]:
        return [one for one in await self._of("linked") if "priority" in one.details]

    async def opened(self) -> dict[str, CaseEvent]:
        """Cases by reference."""
        return {one.reference: one for one in await self._of("opened")}

    async def told(self) -> list[QueueEvent]:
        """Everything on the queues."""
        queues = [topics.queue(name).name for name in self._house.parts.rules.queues]
        records = [one for queue in queues for one in await read_all(self._house.cluster, queue, PARTITIONS)]
        return [QueueEvent.from_bytes(record.value) for record in records]

    async def _of(self, kind: str) -> list[CaseEvent]:
        return [one for one in await self._house.events() if one.type == kind]


def _links(events: list[CaseEvent]) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for event in events:
        found.setdefault(event.reference, set()).update(link.reference for link in event.links)
    return found


@pytest.mark.timeout(300)
@pytest.mark.asyncio
async def test_strangers_are_linked_once_and_never_merged(house: House) -> None:
    crowd = Crowd(house)
    async with house.working("normalise", "triage"):
        with working(house):
            await crowd.say("dora", OTHER)
            await crowd.say("anna", LETTER.format(number=4711))
            await crowd.say("boris", LETTER.format(number=815))
            await crowd.linked(2)
        await crowd.say("carla", LETTER.format(number=333).replace("three dates", "four dates"))
        with working(house):
            events = await crowd.linked(3)
            opened = await crowd.opened()
            third = next(one.reference for one in events if one.details["people"] == 3)
            view = await _shown(house, third)
    told = await crowd.told()
    assert len(opened) == 4
    people = {one.reference: one.person_key for one in opened.values()}
    assert len(set(people.values())) == 4
    links = _links(events)
    letters = {
        ref for ref, one in opened.items() if one.message and one.message.text.startswith("I am writing")
    }
    assert set(links) == letters
    assert all(others <= letters - {reference} for reference, others in links.items())
    assert max(Counter(one.event_id for one in events).values()) == 1
    assert {(one.type, one.reference) for one in told if one.type != "complaint.opened"} == {
        ("complaint.linked", reference) for reference in letters
    }
    assert {link["reference"] for link in view["links"]} == letters - {third}
    (line,) = [line for line in view["events"] if line["type"] == "linked"]
    assert "3 people say nearly the same" in line["summary"]


@pytest.mark.timeout(300)
@pytest.mark.asyncio
async def test_a_campaign_of_many_raises_the_priority_of_its_cases_once(house: House) -> None:
    """What others complain of comes as an update: no case waits for it, and none is raised twice."""
    crowd = Crowd(house)
    async with house.working("normalise", "triage"):
        with working(house):
            for number in range(LARGE_CAMPAIGN // 2):
                await crowd.say(f"early{number}", LETTER.format(number=number))
            await crowd.linked(LARGE_CAMPAIGN // 2)
        for number in range(LARGE_CAMPAIGN // 2):
            await crowd.say(f"late{number}", LETTER.format(number=number))
        with working(house):
            raised = await crowd.raised(LARGE_CAMPAIGN)
            view = await _shown(house, raised[0].reference, "high")
    opened = await crowd.opened()
    assert {one.assessment.priority for one in opened.values() if one.assessment} == {"normal"}
    assert sorted(one.reference for one in raised) == sorted(opened)
    told = [one for one in await crowd.told() if "priority" in one.changes]
    assert sorted(one.reference for one in told) == sorted(opened)
    assert {(one.changes["priority"], *one.changes["because"]) for one in told} == {
        ("high", "many people report it")
    }
    assert view["priority"] == "high"
    assert any("priority now high: many people report it" in line["summary"] for line in view["events"])


async def _shown(house: House, reference: str, priority: str = "normal") -> dict[str, Any]:
    """The case view, once the case's timeline tells of links and the case has this priority."""
    view, shown = case_view(house.parts), dict[str, Any]()

    async def has_links() -> bool:
        shown.update(await view.case(reference) or {})
        linked = any(line["type"] == "linked" for line in shown.get("events", []))
        return linked and shown["priority"] == priority

    await until(has_links, SECONDS, f"links of {reference} in the view")
    await view.aclose()
    return shown
