"""The independent count: the topics read with another client than the product's and none of its code."""

import json
import sqlite3
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path

from tests.acceptance.chaos.kafka import Entry, everything
from tests.acceptance.chaos.sayings import MARKER


@dataclass(frozen=True, slots=True)
class Place:
    """Where a message of somebody stands: in which queue, under which reference, since when."""

    queue: str
    reference: str
    at: float


@dataclass
class Books:
    """By (`number` or `reply`, number): every time it opened a case, or was added to one. By (reference, outcome): how
    often it stands in the timeline, and whether as `late`. `references` of all cases; `aliases`: what else one is known
    by. Deliveries, and how many of them stand there again; dead letters in words."""

    opened: dict[tuple[str, int], list[Place]] = field(default_factory=lambda: defaultdict(list))
    added: dict[tuple[str, int], list[Place]] = field(default_factory=lambda: defaultdict(list))
    outcomes: dict[tuple[str, str], list[bool]] = field(default_factory=lambda: defaultdict(list))
    references: set[str] = field(default_factory=set)
    aliases: dict[str, str] = field(default_factory=dict)
    deliveries: int = 0
    repeated: int = 0
    dead: list[str] = field(default_factory=list)


def books(bootstrap: str) -> Books:
    """Read from the first record to the end; raises KafkaException while the cluster is away."""
    found, copies, waiting = Books(), set[bytes | None](), dict[bytes | None, Entry]()
    wanted = ("intake.deliveries", "complaints.events", "dead.letters")
    for entry in everything(bootstrap, lambda name: name in wanted or name.startswith("queue.")):
        if entry.topic == "intake.deliveries":
            found.deliveries += entry.key not in copies
            found.repeated += entry.key in copies
            copies.add(entry.key)
        elif entry.topic == "dead.letters":
            waiting[entry.key] = entry
        elif entry.topic == "complaints.events":
            _event(entry, found)
        else:
            _queued(entry, found)
    told = [entry.told() for entry in waiting.values() if entry.value]
    found.dead = sorted(f"{one['stage']}: {one['cause']} {one['key']}" for one in told)
    return found


def _queued(entry: Entry, found: Books) -> None:
    event = entry.told()
    if event["type"] == "complaint.opened":
        found.references.add(str(event["reference"]))
    said = MARKER.search(json.dumps(event.get("message") or {}))
    where = {"complaint.opened": found.opened, "complaint.message_added": found.added}.get(event["type"])
    if said is not None and where is not None:
        place = Place(entry.topic, str(event["reference"]), entry.at)
        where[said.group(1), int(said.group(2))].append(place)


def _event(entry: Entry, found: Books) -> None:
    event = entry.told()
    if event.get("alias"):
        found.aliases[event["alias"]] = event["reference"]
    if event["type"] == "outcome":
        found.outcomes[event["reference"], event.get("cause", "")].append(bool(event["details"].get("late")))


def viewed(folder: Path) -> set[str]:
    """References that the case view holds; none while it is not there or cannot be read."""
    try:
        with sqlite3.connect(f"file:{folder / 'view.sqlite'}?mode=ro", uri=True) as view:
            return {str(reference) for (reference,) in view.execute("SELECT reference FROM cases")}
    except sqlite3.Error:
        return set()
