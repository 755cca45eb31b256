"""The first hop: `intake.deliveries` → `intake.messages`. One delivery, all its messages, one transaction."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Protocol

from channels.contract import Channel, Reading
from channels.samples import Sample, samples
from channels.throttle import Throttle
from schemas import cloudevents, topics
from schemas.delivery import Delivery
from schemas.errors import GatewayError, Nonsense, StageFault, Unreadable, place_of
from schemas.form import FLOOD
from schemas.intake import ARRIVAL, Arrival
from schemas.letter import CONSENT, LETTER_RECEIPT
from schemas.message import Message
from schemas.names import ChannelName
from workers import dead_letters
from workers.loose import loose_event, no_message
from workers.normalise import rule
from workers.runtime.contract import Delta, EffectPort, Effects, Output, Record, Table, Tables

NAME = "normalise"
SOURCE = "/gateway/normalise"
_SAMPLED = datetime(2026, 3, 1, tzinfo=UTC)
HELD_FILES, HELD_BYTES = 200, 8 * 1024 * 1024
"""So many attachments are kept in memory, at most, before they are written."""


class Blobs(Protocol):
    """What normalise needs of the blob store."""

    def put_all(self, contents: Iterable[bytes]) -> None: ...

    def get(self, sha256: str) -> bytes: ...


@dataclass(frozen=True, slots=True)
class ForTriage:
    """A message for triage, and whose share it is: an address that was only typed has a share of its own, so that
    nobody who floods in somebody's name slows down her mail."""

    output: Output
    share_of: str


@dataclass(frozen=True, slots=True)
class Normalise:
    """Reads bytes with the channel's own parse. No state but the position; the costly part is `prepare`.

    `share` is what one person may send before the slow lane. It is kept in memory: a restart forgets who was fast,
    which costs nobody anything.
    """

    channels: Mapping[ChannelName, Channel]
    blobs: Blobs
    secret: bytes
    name: str = NAME
    source: str = topics.DELIVERIES.name
    tables: tuple[Table, ...] = (Table("positions", topics.NORMALISE_POSITIONS.name),)
    share: Throttle = field(default_factory=Throttle)

    def prepare(self, records: Sequence[Record]) -> Sequence[object]:
        """For each record its outputs, or the error that says what happens next."""
        prepared: list[object] = []
        held: list[bytes] = []
        for record in records:
            prepared.append(self._outputs(record, held))
            if len(held) >= HELD_FILES or sum(map(len, held)) >= HELD_BYTES:
                self._keep(held)
        self._keep(held)
        return prepared

    def step(self, record: Record, prepared: object, tables: Tables) -> Delta:
        """What was done in `prepare` joins the transaction; who sends beyond his share takes the slow lane."""
        if isinstance(prepared, GatewayError):
            raise prepared
        assert isinstance(prepared, list)
        return Delta(outputs=[self._in_lane(made, record.timestamp_ms / 1000) for made in prepared])

    def sender(self, record: Record) -> str:
        """Nobody: a delivery id says nothing of people. Who is read says so in the StageFault itself."""
        return ""

    def samples(self) -> Sequence[Record]:
        """One delivery for each channel that is served."""
        return [_sample(one) for one in samples() if one.channel in self.channels]

    def dead_letter(self, record: Record, error: Unreadable) -> Output:
        """The delivery with its original bytes and the typed cause."""
        return dead_letters.dead_letter(self.name, record, error)

    def effects(self, port: EffectPort) -> Effects | None:
        """None: normalise has no effect outside Kafka but blobs, which are written before."""
        return None

    def _in_lane(self, made: Output | ForTriage, now: float) -> Output:
        if isinstance(made, Output):
            return made
        beyond = self.share.blocked(made.share_of, now)
        self.share.count(made.share_of, now)
        return replace(made.output, topic=topics.OVERFLOW.name) if beyond else made.output

    def _keep(self, held: list[bytes]) -> None:
        """Attachments of several deliveries at once, durable before any output is; raises Unavailable for all."""
        self.blobs.put_all(held)
        held.clear()

    def _outputs(self, record: Record, held: list[bytes]) -> list[Output | ForTriage] | GatewayError:
        try:
            received = self._received(record)
            return self._messages(received, held)
        except GatewayError as error:
            return error

    def _received(self, record: Record) -> rule.Received:
        delivery = Delivery.from_headers(dict(record.headers))
        raw = self.blobs.get(delivery.blob.sha256) if delivery.blob else record.value or b""
        return rule.Received(delivery, raw, record.at)

    def _messages(self, received: rule.Received, held: list[bytes]) -> list[Output | ForTriage]:
        channel = self.channels.get(received.delivery.channel)
        if channel is None:
            raise Nonsense(f"the channel {received.delivery.channel!r} is not served here")
        readings = channel.read(received.raw, received.delivery.facts) or [Reading(rule.nothing(received))]
        if len(readings) > 1:  # a replayed batch: its messages know themselves apart by their own ids
            received = replace(received, delivery=received.delivery.model_copy(update={"identity": ""}))
        outputs: list[Output | ForTriage] = []
        for reading in readings:
            held += reading.contents
            body = rule.body_to_keep(reading.message)
            held += [body] if body else []
            outputs += self._one(channel, received, reading)
        return outputs

    def _author(self, message: Message) -> str:
        """The person key of who wrote a message that was read; empty for a message without an address."""
        address = message.author or message.sender
        return rule.key_of(address, "", self.secret) if address.value else ""

    def _one(self, channel: Channel, received: rule.Received, reading: Reading) -> list[Output | ForTriage]:
        """What one message comes to; a fault of ours names who was read."""
        try:
            return self._outcome(channel, received, reading)
        except (GatewayError, MemoryError):
            raise
        except Exception as error:
            raise StageFault(place_of(error), self._author(reading.message)) from error

    def _outcome(
        self, channel: Channel, received: rule.Received, reading: Reading
    ) -> list[Output | ForTriage]:
        arrival = rule.arrival(channel, received, reading.message, self.secret)
        outputs: list[Output | ForTriage] = [_arrived(arrival)]
        receipt = rule.receipt(reading, received)
        if receipt is not None:
            key = receipt.person_key.encode()
            outputs.append(_to_letters(LETTER_RECEIPT, arrival, key, receipt.to_bytes()))
        consent = rule.consent(arrival)
        if consent is not None:
            outputs.append(_to_letters(CONSENT, arrival, consent.person_key.encode(), consent.to_bytes()))
        return outputs


def _sample(one: Sample) -> Record:
    delivery = Delivery(
        delivery_id="sample-0", channel=one.channel, received_at=_SAMPLED, facts=dict(one.facts)
    )
    at = int(_SAMPLED.timestamp() * 1000)
    return Record(topics.DELIVERIES.name, 0, 0, at, b"sample-0", one.raw, delivery.headers(SOURCE))


def _arrived(arrival: Arrival) -> Output | ForTriage:
    """To triage; what holds no message ends here, so that three callbacks of a letter cost triage nothing."""
    why = no_message(arrival.message)
    if why:
        return loose_event(arrival, "no_message", arrival.logged_at, SOURCE, details={"why": why})
    headers = cloudevents.headers(ARRIVAL, arrival.identity, SOURCE, arrival.logged_at)
    key, value = arrival.person_key.encode(), arrival.to_bytes()
    if FLOOD in arrival.message.problems:
        return Output(topics.OVERFLOW.name, key, value, headers)
    output = Output(topics.MESSAGES.name, key, value, headers)
    return ForTriage(output, f"{arrival.person_key} {arrival.message.sender_proof}")


def _to_letters(kind: str, arrival: Arrival, key: bytes, value: bytes) -> Output:
    headers = cloudevents.headers(kind, arrival.identity, SOURCE, arrival.logged_at)
    return Output(topics.LETTERS_DUE.name, key, value, headers)
