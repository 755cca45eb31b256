"""A cluster that takes nothing is away: a sentence, not a bare end of time."""

import asyncio
from typing import Any

import pytest

from schemas.errors import Unavailable, Unreadable
from workers.project import outbox
from workers.project.outbox import Outbox
from workers.storage.kafka import Cluster


class Silent:
    """A producer whose records are never confirmed."""

    async def send(self, *_: Any, **__: Any) -> asyncio.Future[None]:
        return asyncio.get_running_loop().create_future()


class Record:
    topic, partition, offset, timestamp, key, value, headers = "complaints.events", 0, 1, 0, b"k", b"{", ()


def test_what_is_not_confirmed_in_time_is_unavailable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outbox, "_SECONDS", 0.05)
    box = Outbox(Cluster("127.0.0.1:1"), Silent())
    with pytest.raises(Unavailable, match="writing to Kafka did not end within"):
        asyncio.run(box.bury([(Record(), Unreadable("no event"))]))
