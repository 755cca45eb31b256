"""Bytes become messages, or a typed error that says what happens next."""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta

import pytest

from channels.contract import Channel, Reading
from channels.registry import BY_NAME
from schemas import cloudevents, identity
from schemas.complaint import CASE_EVENT, CaseEvent
from schemas.delivery import BlobReference, Delivery
from schemas.errors import BeyondHorizon, GatewayError, Nonsense, StageFault, Unavailable, Unreadable
from schemas.intake import ARRIVAL, OUTCOME, Arrival
from schemas.letter import CONSENT, LETTER_RECEIPT, Consent, LetterReceipt
from schemas.message import Address, Attachment, Bounce, Flags, Message, Receipt
from schemas.outcome import Outcome
from workers.normalise.outcomes import Outcomes
from workers.normalise.stage import Normalise
from workers.runtime.contract import Output, Record

SECRET = b"a secret of thirty-two characters"
NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
READINGS: dict[bytes, list[Reading]] = {}


def read(raw: bytes, facts: Mapping[str, str]) -> Sequence[Reading]:
    if raw == b"unreadable":
        raise Unreadable("these bytes say nothing")
    return READINGS.get(raw, [Reading(said(raw.decode()))])


def identity_parts(raw: bytes, message: Message, facts: Mapping[str, str]) -> tuple[bytes, ...]:
    return (raw, message.message_id.encode())


TOY = Channel("sms", "Toy", parse=__name__, settings="")


class Blobs:
    def __init__(self) -> None:
        self.kept: dict[str, bytes] = {}

    def put(self, content: bytes) -> str:
        name = f"{len(self.kept):064x}"
        self.kept[name] = content
        return name

    def put_all(self, contents: Iterable[bytes]) -> None:
        for content in contents:
            self.put(content)

    def get(self, sha256: str) -> bytes:
        if sha256 not in self.kept:
            raise Unavailable("the blob is not there yet")
        return self.kept[sha256]


def said(text: str, **words: object) -> Message:
    sender = Address(kind="phone", value="+14155550100")
    return Message.model_validate({"channel": "sms", "sender": sender, "text": text, **words})


def record(raw: bytes, **words: object) -> Record:
    delivery = Delivery.model_validate(
        {"delivery_id": "serve-1-1", "channel": "sms", "received_at": NOW, "account": "+1500", **words}
    )
    stamp = int(NOW.timestamp() * 1000)
    return Record("intake.deliveries", 0, 7, stamp, b"serve-1-1", raw, delivery.headers("/test"))


def outputs(raw: bytes, blobs: Blobs | None = None, **words: object) -> list[Output]:
    stage = Normalise({"sms": TOY}, blobs or Blobs(), SECRET)
    (prepared,) = stage.prepare([record(raw, **words)])
    if isinstance(prepared, GatewayError):
        raise prepared
    return stage.step(record(raw), prepared, None).outputs  # type: ignore[arg-type]


def kinds(found: list[Output]) -> list[str]:
    return [cloudevents.event_type(output.headers) for output in found]


def test_a_message_gets_identity_key_and_reference() -> None:
    (output,) = outputs(b"hello")
    arrival = Arrival.from_bytes(output.value or b"")
    assert kinds([output]) == [ARRIVAL]
    assert arrival.identity == identity.message_identity("sms", [b"hello", b""])
    assert arrival.reference == identity.reference(SECRET, arrival.identity)
    assert output.key == identity.person_key(SECRET, "phone", "+14155550100").encode()
    assert arrival.account == "+1500"


def test_a_sender_without_address_is_his_own_person() -> None:
    READINGS[b"anonymous"] = [Reading(said("x", sender=Address()))]
    (one,) = outputs(b"anonymous")
    assert one.key != outputs(b"hello")[0].key


def test_a_batch_becomes_several_messages_and_nothing_becomes_one() -> None:
    READINGS[b"two"] = [Reading(said("a", message_id="1")), Reading(said("b", message_id="2"))]
    READINGS[b"none"] = []
    assert len(outputs(b"two")) == 2
    (nothing,) = outputs(b"none")
    event = CaseEvent.from_bytes(nothing.value or b"")
    assert (event.type, event.details, event.delivery_id) == ("no_message", {"why": "system"}, "serve-1-1")


def test_enclosures_are_stored_before_the_message_is_written() -> None:
    blobs = Blobs()
    enclosure = Attachment(name="a", media_type="text/plain", bytes=1, sha256="0" * 64)
    READINGS[b"enclosed"] = [Reading(said("x", attachments=[enclosure]), (b"content",))]
    outputs(b"enclosed", blobs)
    assert list(blobs.kept.values()) == [b"content"]


def test_large_bytes_come_from_the_store_and_their_absence_waits() -> None:
    blobs = Blobs()
    name = blobs.put(b"hello")
    reference = BlobReference(sha256=name, bytes=5)
    assert Arrival.from_bytes(outputs(b"", blobs, blob=reference)[0].value or b"").message.text == "hello"
    with pytest.raises(Unavailable):
        outputs(b"", Blobs(), blob=reference)


def test_a_receipt_finds_its_letter_s_partition() -> None:
    word = Receipt(letter="l1", key="k1", state="delivered", code="0")
    READINGS[b"receipt"] = [Reading(said("", kind="receipt", receipt=word))]
    ended, receipt = outputs(b"receipt")
    assert kinds([ended, receipt]) == [CASE_EVENT, LETTER_RECEIPT]
    assert CaseEvent.from_bytes(ended.value or b"").details == {"why": "receipt"}
    assert receipt.key == b"k1"
    assert LetterReceipt.from_bytes(receipt.value or b"").state == "delivered"


def test_a_bounce_finds_its_letter_and_a_delay_is_not_a_failure() -> None:
    READINGS[b"bounce"] = [Reading(said("", bounce=Bounce(letter="l1.k1", action="failed", status="5.1.1")))]
    READINGS[b"delay"] = [Reading(said("", bounce=Bounce(letter="l1.k1", action="delayed", status="4.0.0")))]
    receipt = LetterReceipt.from_bytes(outputs(b"bounce")[1].value or b"")
    assert (receipt.letter_id, receipt.person_key, receipt.state, receipt.code) == (
        "l1",
        "k1",
        "failed",
        "5.1.1",
    )
    assert kinds(outputs(b"delay")) == [ARRIVAL]


def test_an_opt_out_reaches_the_letters() -> None:
    READINGS[b"STOP"] = [Reading(said("STOP", flags=Flags(opt_out=True)))]
    ended, consent = outputs(b"STOP")
    assert kinds([ended, consent]) == [CASE_EVENT, CONSENT]
    assert consent.key == ended.key
    assert Consent.from_bytes(consent.value or b"").opted_out


def test_time_is_the_channel_s_but_never_the_future() -> None:
    (output,) = outputs(b"hello", received_at=NOW + timedelta(days=1))
    assert Arrival.from_bytes(output.value or b"").received_at == NOW + timedelta(minutes=5)


HISTORY = [{"facts": {"backfill": "1"}}, {"replay_of": "serve-1-0"}]


@pytest.mark.parametrize("words", HISTORY)
def test_history_and_a_replay_beyond_what_is_remembered_could_be_a_second_copy(
    words: dict[str, object],
) -> None:
    with pytest.raises(BeyondHorizon):
        outputs(b"hello", None, received_at=NOW - timedelta(days=401), **words)


@pytest.mark.parametrize(
    "clock", [datetime(1970, 1, 1, tzinfo=UTC), datetime(1, 1, 1, tzinfo=UTC), NOW - timedelta(401)]
)
def test_a_server_s_wrong_clock_keeps_nobody_from_an_answer(clock: datetime) -> None:
    """What comes in now was received now; the monitor counts from the same moment."""
    (output,) = outputs(b"hello", received_at=clock)
    assert Arrival.from_bytes(output.value or b"").received_at == NOW


def test_what_fails_after_reading_names_who_was_read(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise KeyError("content")

    monkeypatch.setattr("workers.normalise.rule.arrival", broken)
    stage = Normalise({"sms": TOY}, Blobs(), SECRET)
    keys = set()
    for number in range(3):
        (failed,) = stage.prepare([record(b"hello", delivery_id=f"serve-1-{number}")])
        assert isinstance(failed, StageFault)
        keys.add(failed.sender)
    assert keys == {identity.person_key(SECRET, "phone", "+14155550100")}
    assert stage.sender(record(b"hello")) == ""


def test_a_stage_can_read_its_own_samples() -> None:
    stage = Normalise(BY_NAME, Blobs(), SECRET)
    samples = stage.samples()
    assert {one.headers[-1][0] for one in samples} == {"gw_delivery"}
    assert len(samples) == len(BY_NAME)
    assert not [found for found in stage.prepare(samples) if isinstance(found, GatewayError)]


def test_an_edited_replay_keeps_its_identity() -> None:
    (output,) = outputs(b"mended", identity="ab" * 16, replay_of="serve-1-1")
    assert Arrival.from_bytes(output.value or b"").identity == "ab" * 16


@pytest.mark.parametrize("raw", [b"unreadable"])
def test_what_cannot_be_read_is_a_dead_letter_with_its_bytes(raw: bytes) -> None:
    stage = Normalise({"sms": TOY}, Blobs(), SECRET)
    (error,) = stage.prepare([record(raw)])
    assert isinstance(error, Unreadable)
    letter = stage.dead_letter(record(raw), error)
    assert letter.key == b"serve-1-1"
    assert b"dW5yZWFkYWJsZQ==" in (letter.value or b"")


def test_a_record_that_is_no_delivery_and_a_channel_that_is_not_served() -> None:
    stage = Normalise({}, Blobs(), SECRET)
    foreign = Record("intake.deliveries", 0, 1, 0, None, b"x", ())
    first, second = stage.prepare([foreign, record(b"x")])
    assert isinstance(first, Unreadable)
    assert isinstance(second, Nonsense)


def outcome_record(body: bytes) -> Record:
    return Record("outcomes", 0, 1, int(NOW.timestamp() * 1000), b"any", body)


def test_an_outcome_is_keyed_anew_from_its_seal() -> None:
    ref = identity.reference(SECRET, "x")
    key = identity.case_key(SECRET, "person", ref)
    word = Outcome(type="closed", reference=ref, case_key=key, at=NOW)
    stage = Outcomes(SECRET)
    (output,) = stage.prepare([outcome_record(word.to_bytes())])
    assert isinstance(output, Output)
    assert (output.key, kinds([output])) == (b"person", [OUTCOME])
    assert Outcome.from_bytes(output.value or b"").outcome_id


@pytest.mark.parametrize(
    "change", [{"case_key": "person.x.forged"}, {"reference": "0000-0000-00000"}, {"type": "exploded"}]
)
def test_a_nonsense_outcome_is_a_typed_dead_letter(change: dict[str, str]) -> None:
    ref = identity.reference(SECRET, "x")
    word = {
        "type": "closed",
        "reference": ref,
        "case_key": identity.case_key(SECRET, "p", ref),
        "at": NOW.isoformat(),
    }
    (error,) = Outcomes(SECRET).prepare([outcome_record(json.dumps({**word, **change}).encode())])
    assert isinstance(error, Nonsense)


def test_what_was_set_aside_travels_and_a_long_body_is_a_blob() -> None:
    READINGS[b"short"] = [Reading(said("It leaks.", full_text="It leaks.\n-- \nBo", set_aside="Bo"))]
    short = Arrival.from_bytes(outputs(b"short")[0].value or b"").message
    assert (short.set_aside, short.full_text, short.body_sha256) == ("Bo", "", "")
    body = "It leaks.\n" + "> old words\n" * 20_000
    READINGS[b"long"] = [Reading(said("It leaks.", full_text=body, set_aside=body[10:]))]
    blobs = Blobs()
    long = Arrival.from_bytes(outputs(b"long", blobs)[0].value or b"").message
    assert body.encode() in blobs.kept.values()
    assert long.body_sha256 == hashlib.sha256(body.encode()).hexdigest()
    assert len(long.set_aside) == 50_000
    assert any("all of it is kept" in one for one in long.problems)


def test_who_wrote_is_the_sender_and_nobody_that_a_list_claims() -> None:
    claimed = Address(kind="mail", value="victim@mail.example")
    READINGS[b"forged"] = [Reading(said("It leaks.", author=claimed))]
    READINGS[b"plain"] = [Reading(said("It leaks."))]
    keys = {Arrival.from_bytes(outputs(raw)[0].value or b"").person_key for raw in (b"forged", b"plain")}
    assert len(keys) == 1
