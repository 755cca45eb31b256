"""The ledger as people see it from outside, and the one thing they may say to it: how an unclear letter ended.

Nobody but the letters stage writes the ledger. A decision is a record on `letters.due`; the stage takes it in its
turn, checks that the letter is still unclear, and writes ledger, news and audit in one transaction.
"""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from schemas import cloudevents, topics
from schemas.errors import Nonsense, Unavailable
from schemas.letter import LETTER_SETTLED, LetterSettled, LetterState
from workers.letters.age import may_be_pending
from workers.letters.ledger import Entry, read_entry
from workers.runtime.restore import restore
from workers.storage.kafka import Cluster, Consumer, KafkaError, TopicPartition
from workers.storage.kafka import stop as stop_consumer
from workers.storage.kafka_topics import describe_topics

SOURCE = "/gateway/desk"
_UNCLEAR = b'"state":"unclear"'
_CURES: Mapping[LetterState, str] = {
    "due": "it waits for its lane and will be sent; `gateway lag` says what holds it up",
    "attempted": "a worker is sending it, or will ask the provider what became of it; look again in a minute",
    "accepted": "the provider has it",
    "delivered": "it has arrived",
    "failed": "it was surely not delivered; answer the complainant by hand or by another way",
    "shown": "the complainant read it on the page",
    "suppressed": "it was never meant to be sent",
}


@dataclass(frozen=True, slots=True)
class Written:
    """One letter of the ledger and the partition it lives on."""

    entry: Entry
    partition: int


class _Chosen(dict[bytes, bytes]):
    """The part of a changelog that is asked for: a ledger of a million letters does not fit into a command."""

    def __init__(self, chosen: Callable[[bytes], bool]) -> None:
        super().__init__()
        self._chosen = chosen

    def __setitem__(self, key: bytes, value: bytes) -> None:
        if self._chosen(value):
            super().__setitem__(key, value)
        else:
            self.pop(key, None)


async def open_letters(cluster: Cluster, only_unclear: bool = False) -> list[Written]:
    """Letters that are due, on their way or unclear, the oldest first. Raises Unavailable."""

    def is_open(value: bytes) -> bool:
        return _UNCLEAR in value or (not only_unclear and may_be_pending(value))

    found = await _read(cluster, is_open)
    wanted = [
        one for one in found if one.entry.state == "unclear" or (one.entry.pending and not only_unclear)
    ]
    return sorted(wanted, key=lambda one: (one.entry.since, one.entry.letter_id))


async def letters_of(cluster: Cluster, name: str) -> list[Written]:
    """The letter with this id, or every letter of the case with this reference. Raises Unavailable."""
    quoted = f'"{name}"'.encode()
    found = await _read(cluster, lambda value: quoted in value)
    return [one for one in found if name in (one.entry.letter_id, one.entry.reference)]


def check_unclear(entry: Entry) -> None:
    """Raises Nonsense, with what to do instead, for a letter that nobody has to decide about."""
    if entry.state != "unclear":
        cure = _CURES[entry.state]
        raise Nonsense(f"the letter {entry.letter_id} is {entry.state}, not unclear: {cure}")


async def settle(cluster: Cluster, written: Written, word: LetterSettled, seconds: float) -> Entry:
    """Tell the letters stage, and wait until it has taken it; gives back the letter as it stands then.

    Raises Nonsense when it is unclear no more, Unavailable when Kafka is away or no stage answers in time.
    """
    check_unclear(written.entry)
    place = TopicPartition(cluster.topic(topics.LETTERS_LEDGER.name), written.partition)
    reader = cluster.reader()
    try:
        await reader.start()
        reader.assign([place])
        reader.seek(place, (await reader.end_offsets([place]))[place])
        await _tell(cluster, written, word)
        async with asyncio.timeout(seconds):
            return await _next_state(reader, place, word.letter_id)
    except TimeoutError as error:
        (now,) = await letters_of(cluster, word.letter_id)
        check_unclear(now.entry)
        raise Unavailable(
            f"no letters stage took it within {seconds:.0f} s; it is written down and will take effect when"
            " `gateway work letters` runs"
        ) from error
    except (KafkaError, OSError) as error:
        raise Unavailable(f"Kafka at {cluster.bootstrap} does not answer: {error}") from error
    finally:
        await stop_consumer(reader)


async def _tell(cluster: Cluster, written: Written, word: LetterSettled) -> None:
    """On the partition where the letter lives, whatever its key."""
    producer = cluster.producer()
    headers = cloudevents.headers(LETTER_SETTLED, word.settle_id, SOURCE, word.at)
    try:
        await producer.start()
        await producer.send_and_wait(
            cluster.topic(topics.LETTERS_DUE.name),
            word.to_bytes(),
            key=written.entry.recipient.encode(),
            partition=written.partition,
            headers=list(headers),
        )
    finally:
        await producer.stop()


async def _next_state(reader: Consumer, place: TopicPartition, letter_id: str) -> Entry:
    while True:
        for record in (await reader.getmany(place, timeout_ms=200)).get(place, ()):
            entry = read_entry(record.key, record.value)
            if entry is not None and entry.letter_id == letter_id and entry.state != "unclear":
                return entry


async def _read(cluster: Cluster, chosen: Callable[[bytes], bool]) -> list[Written]:
    name = topics.LETTERS_LEDGER.name
    try:
        facts = (await describe_topics(cluster, [name])).get(name)
        if facts is None:
            raise Unavailable(f"Kafka has no topic {cluster.topic(name)}; run `gateway topics apply`")
        changelogs: dict[TopicPartition, dict[bytes, bytes]] = {
            TopicPartition(cluster.topic(name), number): _Chosen(chosen) for number in range(facts.partitions)
        }
        await restore(cluster, changelogs, lambda: None)
    except (KafkaError, OSError) as error:
        raise Unavailable(f"Kafka at {cluster.bootstrap} does not answer: {error}") from error
    entries = (
        (read_entry(key, value), log.partition)
        for log, kept in changelogs.items()
        for key, value in kept.items()
    )
    return [Written(entry, partition) for entry, partition in entries if entry is not None]
