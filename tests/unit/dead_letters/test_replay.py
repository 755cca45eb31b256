"""What a replay sends: the same delivery, key and identity, with what was counted so far."""

import base64
from datetime import UTC, datetime

import pytest

from channels.registry import BY_NAME
from schemas import topics
from schemas.deadletter import DeadLetter
from schemas.delivery import BlobReference, Delivery
from schemas.errors import Nonsense, TooLarge
from schemas.identity import message_identity
from workers import dead_letters
from workers.replay import rule
from workers.replay.shelf import Shelved
from workers.replay.wanted import Wanted
from workers.runtime.contract import Output, Record

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
RAW = b"{no json"
DELIVERY = Delivery(
    delivery_id="local_serve-19a-7", channel="webform", received_at=NOON, facts={"nonce": "n"}
)


def failed(record: Record | None = None) -> DeadLetter:
    record = record or Record(
        topics.DELIVERIES.name, 1, 5, int(NOON.timestamp() * 1000), b"local_serve-19a-7", RAW,
        DELIVERY.headers("/test"),
    )  # fmt: skip
    return DeadLetter.from_bytes(dead_letters.dead_letter("normalise", record, TooLarge("big")).value or b"")


def again(output: Output) -> Record:
    """The replayed record as the stage reads it, an hour later."""
    at = int(NOON.timestamp() * 1000) + 3_600_000
    return Record(output.topic, 1, 9, at, output.key, output.value, output.headers)


def test_a_delivery_keeps_its_id_and_bytes_and_says_that_it_is_a_replay() -> None:
    output = rule.replayed(failed())
    delivery = Delivery.from_headers(dict(output.headers))
    assert (output.topic, output.key, output.value) == (topics.DELIVERIES.name, b"local_serve-19a-7", RAW)
    assert (delivery.delivery_id, delivery.replay_of) == ("local_serve-19a-7", "local_serve-19a-7")
    assert delivery.facts == {"nonce": "n"}


def test_a_dead_letter_that_comes_back_goes_on_counting() -> None:
    second = failed(again(rule.replayed(failed())))
    third = failed(again(rule.replayed(second)))
    assert (second.attempts, third.attempts) == (2, 3)
    assert third.first_seen == NOON < third.last_seen
    assert third.key == "local_serve-19a-7"


@pytest.mark.parametrize("headers", [(("gw_attempts", b"x"),), (("gw_first_seen", b"\xff"),)])
def test_counts_that_are_nonsense_are_not_believed(headers: tuple[tuple[str, bytes], ...]) -> None:
    letter = failed(Record(topics.OUTCOMES.name, 0, 0, 0, b"k", b"v", headers))
    assert letter.attempts == 1


def test_a_record_of_a_later_stage_goes_back_where_it_failed() -> None:
    headers = (("ce_type", b"gateway.message.arrived.v1"), ("ce_id", "ä".encode()))
    letter = failed(Record(topics.MESSAGES.name, 2, 8, 0, b"person", b"{}", headers))
    output = rule.replayed(letter)
    assert (output.topic, output.key, output.value) == (topics.MESSAGES.name, b"person", b"{}")
    assert set(headers) < set(output.headers)
    assert letter.key == "intake.messages/2/8"


def test_edited_bytes_are_sent_under_the_identity_of_the_original() -> None:
    identity = rule.kept_identity(BY_NAME["webform"], RAW, {})
    letter = rule.edited(failed(), b'{"mended": true}', identity, None)
    output = rule.replayed(letter)
    delivery = Delivery.from_headers(dict(output.headers))
    assert (output.value, delivery.identity) == (b'{"mended": true}', identity)
    assert letter.original_bytes() == RAW


def test_edited_bytes_that_are_large_go_by_reference() -> None:
    blob = BlobReference(sha256="a" * 64, bytes=9)
    output = rule.replayed(rule.edited(failed(), b"", "id", blob))
    assert output.value == b""
    assert Delivery.from_headers(dict(output.headers)).blob == blob


def test_small_edited_bytes_replace_a_large_original() -> None:
    large = failed().model_copy(update={"blob": BlobReference(sha256="b" * 64, bytes=9), "original": ""})
    output = rule.replayed(rule.edited(large, b"small", "id", None))
    assert output.value == b"small"
    assert Delivery.from_headers(dict(output.headers)).blob is None


def test_what_cannot_be_read_has_the_identity_of_its_bytes() -> None:
    channel = BY_NAME["webform"]
    assert rule.kept_identity(channel, RAW, {}) == rule.kept_identity(channel, RAW, {"other": "facts"})
    assert rule.kept_identity(channel, RAW, {}) != rule.kept_identity(channel, RAW + b" ", {})


def test_what_can_be_read_by_now_has_its_own_identity() -> None:
    channel = BY_NAME["mail"]
    raw = b"From: a@example.org\r\nMessage-ID: <1@example.org>\r\nSubject: s\r\n\r\nhello\r\n"
    (reading,) = channel.read(raw, {})
    natural = message_identity("mail", channel.identity_parts(raw, reading.message, {}))
    assert rule.kept_identity(channel, raw, {}) == natural


def test_an_edit_cannot_make_it_another_message() -> None:
    rule.check_same_message("one", "one")
    with pytest.raises(Nonsense, match="another case"):
        rule.check_same_message("one", "two")


def test_filters_choose_the_oldest_first() -> None:
    def shelved(key: str, stage: str, cause: str, minute: int) -> Shelved:
        at = NOON.replace(minute=minute)
        told = {"key": key, "stage": stage, "cause": cause, "last_seen": at}
        return Shelved(failed().model_copy(update=told), 0, 0, 0)

    letters = [shelved("b", "normalise", "TooLarge", 5), shelved("a", "normalise", "TooLarge", 3),
               shelved("c", "triage", "TooLarge", 1), shelved("d", "normalise", "Nonsense", 2)]  # fmt: skip
    chosen = Wanted(stage="normalise", cause="TooLarge").chosen(letters)
    assert [one.letter.key for one in chosen] == ["a", "b"]
    assert [one.letter.key for one in Wanted(since=NOON.replace(minute=3)).chosen(letters)] == ["a", "b"]
    assert [one.letter.key for one in Wanted(until=NOON.replace(minute=3)).chosen(letters)] == ["c", "d"]


def test_original_bytes_are_the_bytes() -> None:
    assert base64.b64decode(failed().original) == RAW
