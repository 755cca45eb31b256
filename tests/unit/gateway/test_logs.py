"""A client library that repeats itself is written down now and then; what is our own, always."""

import logging

from gateway.logs import Repeats


def told(repeats: Repeats, logger: str, words: str, *values: object) -> str | None:
    record = logging.LogRecord(logger, logging.ERROR, __file__, 1, words, values, None)
    return record.getMessage() if repeats.filter(record) else None


def test_the_same_message_is_written_once_in_ten_seconds_and_counted() -> None:
    now = [0.0]
    repeats = Repeats(("aiokafka",), 10.0, lambda: now[0])
    assert (
        told(repeats, "aiokafka", "Unable connect to node with id %s", 1)
        == "Unable connect to node with id 1"
    )
    for tenth in range(1, 100):
        now[0] = tenth / 10
        assert told(repeats, "aiokafka", "Unable connect to node with id %s", tenth) is None
    assert told(repeats, "aiokafka", "Topic %s not found", "a") == "Topic a not found"
    now[0] = 12.0
    again = told(repeats, "aiokafka", "Unable connect to node with id %s", 7)
    assert again == "Unable connect to node with id 7 (and 99 times more in 12 s)"
    now[0] = 40.0
    assert (
        told(repeats, "aiokafka", "Unable connect to node with id %s", 7)
        == "Unable connect to node with id 7"
    )


def test_what_is_not_a_library_named_is_always_written() -> None:
    repeats = Repeats(("aiokafka",), 10.0, lambda: 0.0)
    assert [told(repeats, "workers.runtime", "paused") for _ in range(3)] == ["paused"] * 3


def test_messages_without_end_are_not_remembered_without_end() -> None:
    repeats = Repeats(("aiokafka",), 10.0, lambda: 0.0)
    for number in range(5_000):
        told(repeats, "aiokafka.client", f"made of values {number}")
    assert len(repeats._said) <= 1_001
