"""Who waits longest, wherever his complaint is: in the spool, in a stage, on a desk, or without a letter yet."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from pydantic import ValidationError

from schemas import cloudevents, topics
from schemas.delivery import Delivery
from schemas.errors import Unreadable
from schemas.intake import ARRIVAL, Arrival
from workers.monitor.backlog import Stretch
from workers.monitor.survey import Spot
from workers.normalise.rule import received_when

LETTERS = "letters"
SPOOL = "spool"
DEAD_LETTERS = "dead letters"


@dataclass(frozen=True, slots=True)
class Claim:
    """Somebody waits since the channel's receipt, `where` says for what; `count` more are to be counted."""

    since: datetime | None
    where: str
    reference: str = ""
    count: int = 1


def longest(claims: Iterable[Claim]) -> Claim | None:
    """The claim of whoever waits longest; None when nobody waits."""
    timed = [(claim.since, claim) for claim in claims if claim.since is not None]
    return min(timed, key=lambda pair: pair[0], default=(None, None))[1]


def of_stage(stage: str, stretches: Mapping[Spot, Stretch], lag_records: int) -> list[Claim]:
    """Complaints that a stage has not taken yet: how many, and one claim for each partition's oldest record."""
    oldest = [one.oldest_person for one in stretches.values() if one.oldest_person is not None]
    claims = [claim for record in oldest if (claim := _of_record(stage, record)) is not None]
    return [Claim(None, stage, count=lag_records), *claims]


def brings_a_complaint(record: Any) -> bool:
    """Whether somebody waits for a record: a delivery, or a message of any version, also one that is not known yet."""
    if record.topic.endswith(topics.DELIVERIES.name):
        return True
    family = cloudevents.event_type(tuple(record.headers)).rpartition(".")[0]
    return family == ARRIVAL.rpartition(".")[0]


def _of_record(stage: str, record: Any) -> Claim | None:
    """What a record says of a complainant; None for what is no complaint (a letter's state, an outcome)."""
    logged_at = datetime.fromtimestamp(record.timestamp / 1000, UTC)
    if record.topic.endswith(topics.DELIVERIES.name):
        try:
            delivery = Delivery.from_headers(dict(record.headers))
            delivery = delivery.model_copy(update={"received_at": received_when(delivery, logged_at)})
        except Unreadable:
            return Claim(logged_at, stage, count=0)
        return Claim(min(delivery.received_at, logged_at), stage, count=0)
    if not brings_a_complaint(record):
        return None
    try:
        arrival = Arrival.from_bytes(record.value or b"")
    except ValidationError:
        return Claim(logged_at, stage, count=0)
    return Claim(arrival.received_at, stage, arrival.reference, count=0)
