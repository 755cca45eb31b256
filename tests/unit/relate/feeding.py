"""Finished events for relate, and the stage on plain dicts."""

import base64
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from classifiers.similarity.runs import runs_of, to_bytes
from schemas.insight import FeedItem
from schemas.relation import Relation
from tests.unit.triage.case import DictTables
from workers.relate.stage import Relate
from workers.relate.window import Windows
from workers.runtime.contract import Record

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
LETTER = (
    "I am writing about the account that your company reports. I never opened it, I never received a contract "
    "for it, and I ask you to show me the signed original or to remove the entry within thirty days."
)


def item(offset: int, text: str = LETTER, person: str = "", **words: Any) -> FeedItem:
    """The case `case<offset>` of one person was opened with this text."""
    (runs,) = runs_of([text])
    return FeedItem.model_validate(
        {
            "source": "complaints.events:0", "offset": offset, "event_id": str(offset), "type": "opened",
            "reference": f"case{offset}", "person_key": person or f"person{offset}", "channel": "mail",
            "runs": base64.b64encode(to_bytes(runs)).decode(), "at": NOON, **words,
        }
    )  # fmt: skip


class Bench:
    """Tables that outlive the stage, as they outlive a process."""

    def __init__(self, window: int = 1_000) -> None:
        self.tables = DictTables()
        self.window = window
        self.restart()

    def restart(self) -> None:
        """A new process: nothing but the tables is left."""
        self.stage = Relate(Windows(self.window), 0.7)

    def hear(self, items: Iterable[FeedItem], keep: bool = True) -> list[Relation]:
        """What is proposed; `keep=False`: the transaction did not happen."""
        records = [Record("insight.feed", 0, 0, 1_772_452_800_000, b"k", one.to_bytes()) for one in items]
        heard: list[Relation] = []
        for record, prepared in zip(records, self.stage.prepare(records), strict=True):
            delta = self.stage.step(record, prepared, self.tables)
            if keep:
                self.tables.take(delta.writes)
            heard += [Relation.from_bytes(output.value or b"") for output in delta.outputs]
        return heard

    def rows(self, table: str) -> dict[bytes, bytes]:
        """What the table holds."""
        return dict(self.tables.items(table))
