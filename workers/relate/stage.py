"""Finished events → proposals: near copies of other people's complaints, on one partition, off the path.

It reads the feed that the case view writes after its commit, at least once, so the last place of each source is
remembered. A proposal goes to the case's own partition on `intake.messages`; what becomes of it is triage's.
"""

import base64
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from pydantic import ValidationError

from classifiers.similarity.runs import Runs, from_bytes
from schemas import cloudevents, topics
from schemas.errors import GatewayError, Nonsense, Unreadable
from schemas.insight import FeedItem
from schemas.relation import RELATION, Relation
from workers import dead_letters
from workers.relate import memory, rule, window
from workers.relate.entry import Entry
from workers.runtime.contract import Delta, EffectPort, Effects, Output, Record, Table, Tables

NAME = "relate"
SOURCE = "/gateway/relate"
LEAST_RUNS = 6
"""Texts of under eight words are alike by chance ("Where is my refund?"); they are related to nothing."""


@dataclass(frozen=True, slots=True)
class Told:
    """A case that was opened, and the runs of its text."""

    item: FeedItem
    runs: Runs


@dataclass(frozen=True, slots=True)
class Relate:
    """Pure but for `windows`, the cache of its table. `least`: the likeness of near copies."""

    windows: window.Windows
    least: float
    name: str = NAME
    source: str = topics.INSIGHT_FEED.name
    tables: tuple[Table, ...] = (
        Table(window.TABLE, topics.RELATE_WINDOW.name),
        Table(memory.CAMPAIGNS, topics.RELATE_CAMPAIGNS.name),
    )

    def prepare(self, records: Sequence[Record]) -> Sequence[object]:
        """What each record tells; None for what cannot be related."""
        return [_read(record) for record in records]

    def step(self, record: Record, prepared: object, tables: Tables) -> Delta:
        """One text, one delta; what was heard before changes nothing."""
        if isinstance(prepared, GatewayError):
            raise prepared
        if not isinstance(prepared, Told) or memory.was_heard(prepared.item, tables):
            return Delta()
        item, fitting = prepared.item, self.windows.fitting(tables)
        near = fitting.near(prepared.runs, self.least, tables)
        came = Entry(item.reference, item.person_key)
        verdict = rule.relate(came, near, lambda name: memory.campaign_of(name, tables), fitting.has)
        at = record.at
        writes = memory.Changes(fitting, tables).of(item, verdict)
        return Delta([_proposal(relation, at) for relation in verdict.relations], writes)

    def dead_letter(self, record: Record, error: Unreadable) -> Output:
        """What is no finished event."""
        return dead_letters.dead_letter(self.name, record, error)

    def effects(self, port: EffectPort) -> Effects | None:
        """None: what it finds goes to triage."""
        return None


def _read(record: Record) -> Told | Nonsense | None:
    try:
        item = FeedItem.from_bytes(record.value or b"")
        runs = from_bytes(base64.b64decode(item.runs, validate=True))
    except ValidationError as error:
        return Nonsense(f"no finished event: {error.errors()[0]['msg']}")
    except ValueError as error:
        return Nonsense(f"the runs of {item.reference} are no sixteen-bit numbers in base64: {error}")
    return Told(item, runs) if item.type == "opened" and len(runs) >= LEAST_RUNS else None


def _proposal(relation: Relation, at: datetime) -> Output:
    headers = cloudevents.headers(RELATION, relation.relation_id, SOURCE, at)
    return Output(topics.MESSAGES.name, relation.person_key.encode(), relation.to_bytes(), headers)
