"""The stages in one process, without a broker: raw bytes of any channel to messages, to cases, to letters.

Everything around the bytes is damaged too: facts of the transport, headers, the record's own time. What comes out is
outputs, or a typed error with its dead letter; a fault of our own code is a find.
"""

import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from channels.contract import Channel, Deployment
from channels.registry import BY_NAME, CHANNELS
from classifiers.contract import Classifier
from schemas import topics
from schemas.deadletter import DeadLetter
from schemas.delivery import Delivery
from schemas.errors import GatewayError, ParserFault, StageFault, Unavailable, Unreadable, Unsupported
from schemas.letter import LetterDue
from tests.contract.cases import cases
from tests.fuzz.damage import FORM, JSON, MAIL
from tests.fuzz.target import Target
from tests.unit.triage.case import DictTables, WordClassifier
from workers.letters.reading import read
from workers.letters.render import Renderer, sample
from workers.letters.templates import load as load_templates
from workers.normalise.stage import Normalise
from workers.runtime.contract import Delta, Output, Record, Stage
from workers.triage.cases import House
from workers.triage.route.rules import load as load_rules
from workers.triage.stage import Triage

SECRET = b"a secret of thirty-two characters"
AT = datetime(2026, 3, 1, tzinfo=UTC)
NOW_MS = int(AT.timestamp() * 1000)
TIMES = (-1, 0, NOW_MS, 253_402_300_799_000, 1_790_000_000_000_000, -62_167_219_200_000)
EDGES = (
    "",
    "\0",
    "9999-12-31T23:59:59-23:59",
    "1970-01-01T00:00:00Z",
    "0001-01-01T00:00:00+23:59",
    "x" * 5000,
    "é",
)


@dataclass(slots=True)
class MemoryBlobs:
    """Keeps nothing: what is put is gone."""

    def put_all(self, contents: Iterable[bytes]) -> None:
        for _ in contents:
            pass

    def get(self, sha256: str) -> bytes:
        raise Unavailable("no blob is here")


@dataclass(slots=True)
class Line:
    """The three stages in a row, with the state that they gather."""

    classifier: Classifier = field(default_factory=WordClassifier)
    tables: DictTables = field(default_factory=DictTables)

    def take(self, channel: Channel, raw: bytes, chance: random.Random) -> None:
        """One delivery through all of them; raises for what is untyped, or a fault of ours."""
        normalise = Normalise(BY_NAME, MemoryBlobs(), SECRET)
        triage = Triage(self.classifier, House(_RULES, SECRET))
        for output in self._through(normalise, self._record(channel, raw, chance)):
            if output.topic != topics.MESSAGES.name:
                continue
            at = NOW_MS if chance.random() < 0.9 else chance.choice(TIMES)
            record = Record(output.topic, 0, 1, at, output.key, output.value, output.headers)
            for written in self._through(triage, record):
                if written.topic == topics.LETTERS_DUE.name:
                    self._rendered(written)

    def _record(self, channel: Channel, raw: bytes, chance: random.Random) -> Record:
        own = [case for case in cases() if case.channel.name == channel.name]
        facts = dict(chance.choice(own).facts) if own else {}
        if facts and chance.random() < 0.2:
            facts[chance.choice(list(facts))] = chance.choice(EDGES)
        delivery = Delivery(delivery_id="fuzz-1-1", channel=channel.name, received_at=AT, facts=facts)
        headers: list[tuple[str, bytes | None]] = [*delivery.headers("/fuzz")]
        at = NOW_MS
        if chance.random() < 0.1:
            at = chance.choice(TIMES)
            headers.append((chance.choice(("gw_attempts", "gw_first_seen", "x")), None))
        return Record(topics.DELIVERIES.name, 0, 1, at, b"fuzz-1-1", raw, tuple(headers))  # type: ignore[arg-type]

    def _through(self, stage: Stage, record: Record) -> Sequence[Output]:
        (prepared,) = stage.prepare([record])
        try:
            if isinstance(prepared, GatewayError):
                raise prepared
            delta: Delta = stage.step(record, prepared, self.tables)
        except (StageFault, ParserFault):
            raise
        except Unreadable as error:
            letter = DeadLetter.from_bytes(stage.dead_letter(record, error).value or b"")
            assert letter.original_bytes() == record.value
            return ()
        except (Unavailable, Unsupported):
            return ()
        self.tables.take(delta.writes)
        return delta.outputs

    def _rendered(self, output: Output) -> None:
        record = Record(output.topic, 0, 1, NOW_MS, output.key, output.value, output.headers)
        found = read(record, _RENDERER, AT)
        assert not isinstance(found, StageFault | ParserFault), found
        LetterDue.from_bytes(output.value or b"")


_RULES = load_rules()
_HOUSE = Deployment("https://gateway.example", "Example", SECRET)
_RENDERER = Renderer(_HOUSE, load_templates(None, "en", sample(_HOUSE)), BY_NAME)
_LINE = Line()
_CHANCE = random.Random(1)


def _target(channel: Channel) -> Target:
    seeds = [case.raw for case in cases() if case.channel.name == channel.name]
    tokens = (*MAIL, *JSON, *FORM)
    return Target(
        f"stages: {channel.name}",
        seeds or [b'{"description": "The parcel never came."}'],
        lambda raw: _LINE.take(channel, raw, _CHANCE),
        tokens,
    )


TARGETS = tuple(map(_target, CHANNELS))
