"""The writer of the case view finds it damaged in the middle of its work: a sentence that names the cure."""

import asyncio
import sqlite3
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
from sqlalchemy.exc import DatabaseError

from schemas.errors import Unavailable
from workers.project.consumer import ProjectOptions, run_project
from workers.storage.kafka import Cluster, TopicPartition

PAGE_BYTES = 4096
COUNTER_AT = 24
"""The file change counter (sqlite.org/fileformat.html, 1.3.7)."""


class Client:
    """Consumer and producer of a cluster that is well and has nothing to tell but where it stands."""

    def __init__(self, damage: Any = None) -> None:
        self._damage = damage

    async def start(self) -> None: ...

    async def stop(self) -> None: ...

    def subscribe(self, topics: list[str], listener: Any) -> None:
        self._listener = listener

    async def getmany(self, *asked: TopicPartition, **_: Any) -> dict[TopicPartition, list[Any]]:
        self._damage()
        await self._listener.on_partitions_assigned([TopicPartition("complaints.events", 0)])
        return {}


@pytest.mark.asyncio
async def test_damage_that_is_found_while_it_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "view.sqlite"

    def damage() -> None:
        with path.open("r+b") as file:
            file.seek(COUNTER_AT)
            file.write(b"\xff" * 4)  # another's write: what is cached does not count
            for page in range(1, path.stat().st_size // PAGE_BYTES):
                file.seek(page * PAGE_BYTES)
                file.write(b"noise" * 800)

    async def describe(_: object, assigned: list[TopicPartition]) -> dict[TopicPartition, object]:
        return {
            one: SimpleNamespace(topic=one.topic, partition=one.partition, cluster="c", birth="", first=0)
            for one in assigned
        }

    monkeypatch.setattr("workers.project.source.describe", describe)
    cluster = SimpleNamespace(
        group_consumer=lambda *_: Client(damage), producer=Client, topic=lambda name: name
    )
    monkeypatch.setattr(
        "workers.project.database._prepare_sqlite", lambda *_: None
    )  # no WAL to be whole beside it
    with pytest.raises(Unavailable, match="`gateway view rebuild` makes it anew") as ended:
        await asyncio.wait_for(
            run_project(cast(Cluster, cluster), f"sqlite:///{path}", asyncio.Event(), ProjectOptions()), 20
        )
    cause = ended.value.__cause__
    assert isinstance(cause, DatabaseError)
    assert isinstance(cause.orig, sqlite3.DatabaseError)
