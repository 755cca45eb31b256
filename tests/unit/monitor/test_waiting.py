"""Who waits longest is true whatever stands before him: a stage's oldest record need not be a complaint."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest

from schemas import topics
from schemas.intake import ARRIVAL
from workers.monitor.backlog import Stretch
from workers.monitor.waiting import brings_a_complaint, longest, of_stage

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


@dataclass(frozen=True)
class Stored:
    """What a reader sees of a record."""

    kind: str
    at: datetime = NOON
    topic: str = topics.MESSAGES.name
    value: bytes = b"{}"
    offset: int = 0
    headers: tuple[tuple[str, bytes], ...] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "headers", (("ce_type", self.kind.encode()),))

    @property
    def timestamp(self) -> int:
        return int(self.at.timestamp() * 1000)


NEWER = ARRIVAL.replace(".v1", ".v9")
STATE = "gateway.letter.status.v1"


def stretch_of(*records: Stored) -> Stretch:
    stretch = Stretch(0, 0, 0)
    stretch.add(records, len(records), lambda record: not brings_a_complaint(record))
    return stretch


@pytest.mark.parametrize("first", [STATE, "", "gateway.outcome.v7", "nonsense"])
def test_complaints_behind_another_record_are_seen(first: str) -> None:
    records = [Stored(first), Stored(ARRIVAL, NOON + timedelta(seconds=5))]
    claims = of_stage("triage", {(topics.MESSAGES.name, 0): stretch_of(*records)}, 2)
    found = longest(claims)
    assert found is not None
    assert found.since == NOON + timedelta(seconds=5)


def test_a_message_of_a_newer_release_is_somebody_who_waits() -> None:
    claims = of_stage("triage", {(topics.MESSAGES.name, 0): stretch_of(Stored(NEWER))}, 1)
    found = longest(claims)
    assert found is not None
    assert found.since == NOON


def test_where_only_news_of_letters_lies_nobody_waits() -> None:
    assert longest(of_stage("triage", {(topics.MESSAGES.name, 0): stretch_of(Stored(STATE))}, 1)) is None
