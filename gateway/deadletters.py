"""Dead letters for the console and the command line: the shelf, the desk, and the blobs that letters refer to."""

import asyncio
import getpass
from collections.abc import Sequence

from channels.registry import BY_NAME
from gateway.bootstrap import Parts
from schemas import topics
from schemas.deadletter import DeadLetter
from schemas.delivery import INLINE_LIMIT, BlobReference, Delivery
from schemas.errors import Nonsense, Unavailable
from schemas.intake import Arrival
from workers.replay import rule
from workers.replay.desk import Decision, Desk
from workers.replay.shelf import Shelf, opened
from workers.storage.blobs import BlobStore
from workers.storage.kafka import Cluster, KafkaError


class Console:
    """What operators may do from a page; the shelf stays open between two looks."""

    def __init__(self, cluster: Cluster) -> None:
        self._cluster = cluster
        self._shelf: Shelf | None = None
        self._turn = asyncio.Lock()

    async def waiting(self, most: int) -> Sequence[DeadLetter]:
        """Unresolved ones without their bytes, the newest first. Raises Unavailable."""
        async with self._turn:
            letters = [one.letter for one in (await self._fresh()).letters.values()]
        return sorted(letters, key=lambda letter: letter.last_seen, reverse=True)[:most]

    async def one(self, key: str) -> DeadLetter | None:
        """The whole letter. Raises Unavailable."""
        async with self._turn:
            return await (await self._fresh()).original(key)

    async def replay(self, key: str, by: str) -> None:
        """Send it in once more. Raises Unavailable."""
        async with self._turn:
            desk = Desk(self._cluster, await self._fresh())
            await desk.replay([key], Decision(f"console: {by}"), lambda done: None)

    async def aclose(self) -> None:
        """Give the connection back."""
        shelf, self._shelf = self._shelf, None
        if shelf is not None:
            await shelf.close()

    async def _fresh(self) -> Shelf:
        try:
            async with asyncio.timeout(10):
                if self._shelf is None:
                    self._shelf = Shelf(self._cluster)
                    await self._shelf.open()
                await self._shelf.refresh()
        except (KafkaError, OSError, TimeoutError, Unavailable) as error:
            await self.aclose()
            raise Unavailable(
                f"the dead letters cannot be read: {str(error) or type(error).__name__}"
            ) from error
        return self._shelf


async def edit(parts: Parts, key: str, content: bytes, reason: str) -> DeadLetter | None:
    """Lay other bytes beside the original's, under the identity it has; None when no letter has this key.

    Raises Nonsense when they would be another message, Unavailable when Kafka or a blob is away.
    """
    async with opened(parts.cluster) as shelf:
        letter = await shelf.original(key)
        if letter is None:
            return None
        identity = _identity(letter, content, parts.blobs)
        blob = None
        if letter.topic == topics.DELIVERIES.name and len(content) > INLINE_LIMIT:
            blob = BlobReference(sha256=parts.blobs.put(content), bytes=len(content))
        edited = rule.edited(letter, content, identity, blob)
        await Desk(parts.cluster, shelf).keep(edited, Decision(operator(), reason))
        return edited


def original(letter: DeadLetter, blobs: BlobStore) -> bytes:
    """The bytes that failed, wherever they are; raises Unavailable."""
    return blobs.get(letter.blob.sha256) if letter.blob else letter.original_bytes()


def operator() -> str:
    """Who sits here, for the audit."""
    return getpass.getuser()


def _identity(letter: DeadLetter, content: bytes, blobs: BlobStore) -> str:
    delivery: Delivery | None = rule.delivery_of(letter)
    if delivery is not None:
        if delivery.identity:
            return delivery.identity
        return rule.kept_identity(BY_NAME[delivery.channel], original(letter, blobs), delivery.facts)
    if letter.topic == topics.MESSAGES.name and letter.identity:
        try:
            said = Arrival.from_bytes(content).identity
        except ValueError as error:
            raise Nonsense(f"the edited record is not a message: {error}") from error
        rule.check_same_message(letter.identity, said)
    return letter.identity
