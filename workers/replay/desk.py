"""What a person decides about dead letters, each decision in one transaction with its entry in the audit.

Record, tombstone and audit entry become visible together: a replayed letter is never lost on the way and
never left over, and what fails once more comes back as a new dead letter behind the tombstone.
"""

import asyncio
import hashlib
import secrets
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from schemas import cloudevents, topics
from schemas.audit import AUDIT_EVENT, AuditEvent, AuditType
from schemas.deadletter import DEAD_LETTER, DeadLetter
from schemas.errors import Unavailable
from workers.replay import rule
from workers.replay.shelf import Shelf
from workers.runtime.contract import Output
from workers.storage.kafka import Cluster, KafkaError, Producer

SOURCE = "/gateway/desk"
AT_ONCE = 50
SECONDS = 30.0
Progress = Callable[[int], None]
"""Hears how many are done."""


@dataclass(frozen=True, slots=True)
class Decision:
    """Who decided, and why."""

    by: str
    reason: str = ""


class Desk:
    """Decisions about the letters on an open shelf. Every method raises Unavailable while Kafka is away."""

    def __init__(self, cluster: Cluster, shelf: Shelf) -> None:
        self._cluster = cluster
        self._shelf = shelf

    async def replay(self, keys: Sequence[str], decision: Decision, progress: Progress) -> int:
        """Send these in once more, in their order; answers how many were still there."""
        return await self._each(keys, lambda letter: _replay(letter, decision), progress)

    async def discard(self, keys: Sequence[str], decision: Decision, progress: Progress) -> int:
        """Give these up; answers how many were still there."""
        return await self._each(keys, lambda letter: _discard(letter, decision), progress)

    async def keep(self, letter: DeadLetter, decision: Decision) -> None:
        """Put a letter back with what was edited in it."""
        await self._commit(_kept(letter, decision))

    async def _each(
        self, keys: Sequence[str], outputs: Callable[[DeadLetter], list[Output]], progress: Progress
    ) -> int:
        done = 0
        for start in range(0, len(keys), AT_ONCE):
            letters = [await self._shelf.original(key) for key in keys[start : start + AT_ONCE]]
            found = [letter for letter in letters if letter is not None]
            await self._commit([output for letter in found for output in outputs(letter)])
            done += len(found)
            progress(done)
        return done

    async def _commit(self, outputs: Iterable[Output]) -> None:
        """A commit is told before it can be read; whoever decides next must see this decision, so it is waited for."""
        its_id = self._cluster.topic(f"desk.{secrets.token_hex(8)}")
        producer = self._cluster.transactional_producer(its_id)
        try:
            async with asyncio.timeout(SECONDS):
                await producer.start()
                async with producer.transaction():
                    sent = [await self._send(producer, output) for output in outputs]
                    written = await asyncio.gather(*sent)
        except (KafkaError, OSError, TimeoutError) as error:
            raise Unavailable(f"Kafka did not take it, nothing was changed: {error}") from error
        finally:
            await producer.stop()
        await self._shelf.until_readable([(one.topic_partition, one.offset) for one in written])

    async def _send(self, producer: Producer, output: Output) -> Any:
        return await producer.send(
            self._cluster.topic(output.topic), output.value, key=output.key, headers=list(output.headers)
        )


def _replay(letter: DeadLetter, decision: Decision) -> list[Output]:
    return [rule.replayed(letter), _tombstone(letter), _audit("dead_letter.replayed", letter, decision)]


def _discard(letter: DeadLetter, decision: Decision) -> list[Output]:
    return [_tombstone(letter), _audit("dead_letter.discarded", letter, decision)]


def _kept(letter: DeadLetter, decision: Decision) -> list[Output]:
    headers = cloudevents.headers(DEAD_LETTER, letter.key, SOURCE, datetime.now(UTC))
    kept = Output(topics.DEAD_LETTERS.name, letter.key.encode(), letter.to_bytes(), headers)
    return [kept, _audit("dead_letter.edited", letter, decision)]


def _tombstone(letter: DeadLetter) -> Output:
    return Output(topics.DEAD_LETTERS.name, letter.key.encode(), None)


def _audit(kind: AuditType, letter: DeadLetter, decision: Decision) -> Output:
    event = AuditEvent(
        type=kind,
        event_id=secrets.token_hex(16),
        subject=letter.key,
        by=decision.by,
        at=datetime.now(UTC),
        reason=decision.reason,
        delivery_id=letter.delivery_id,
        identity=letter.identity,
        original_sha256=letter.blob.sha256
        if letter.blob
        else hashlib.sha256(letter.original_bytes()).hexdigest(),
        details={
            "stage": letter.stage,
            "cause": letter.cause,
            "record": f"{letter.topic}/{letter.partition}/{letter.offset}",
        },
    )
    headers = cloudevents.headers(AUDIT_EVENT, event.event_id, SOURCE, event.at)
    return Output(topics.AUDIT.name, letter.key.encode(), event.to_bytes(), headers)
