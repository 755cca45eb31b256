"""One look at everything, after the faults: what the topics, mailboxes, logs and the product itself say."""

import asyncio
import json
from collections.abc import Sequence
from dataclasses import replace

from tests.acceptance.chaos import census, sayings
from tests.acceptance.chaos.casework import CaseSystem
from tests.acceptance.chaos.crowd import Crowd
from tests.acceptance.chaos.evidence import Evidence
from tests.acceptance.chaos.faults import Faults
from tests.acceptance.chaos.findings import Finding
from tests.acceptance.chaos.house import ChaosHouse
from tests.acceptance.chaos.leaks import leaks, said_lost
from tests.acceptance.chaos.letters import letters

_RECONCILE_SECONDS = 300.0


async def look(house: ChaosHouse, crowd: Crowd, cases: CaseSystem, faults: Faults, wholly: bool) -> Evidence:
    """Reconcile, view and logs are looked at once all are there, or (`wholly`) when no more seem to come."""
    heard = dict(crowd.heard)
    books = await asyncio.to_thread(census.books, house.kafka.bootstrap)
    found = Evidence(
        heard=heard,
        owed={number: sayings.complaint(number).recipient for number in heard},
        books=books,
        letters=await letters(house),
        repeated=crowd.repeated,
        replied=crowd.replied,
        tries=crowd.tries,
        told=crowd.told,
        outcomes=list(cases.said.values()),
        thawed=faults.thawed,
        shaken=faults.shaken,
        torn=faults.torn,
        seen=faults.seen,
    )
    there = heard.keys() - found.may_be_lost <= found.first().keys()
    return await asyncio.to_thread(_whole, house, found) if there or wholly else found


def _whole(house: ChaosHouse, found: Evidence) -> Evidence:
    done = house.command("reconcile", "--json", seconds=_RECONCILE_SECONDS)
    logs = house.logs()
    return replace(
        found,
        reconcile=json.loads(done.stdout),
        said_lost=said_lost(logs),
        view=frozenset(census.viewed(house.folder)),
        seen=[*found.seen, *leaks(logs), *_gone(house.missing())],
    )


def _gone(roles: Sequence[str]) -> list[Finding]:
    return [Finding("role gone", -1, 0.0, f"{role} does not run") for role in roles]
