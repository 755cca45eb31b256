"""A client library that repeats itself is written down now and then; what is our own, always."""

import logging
import sys
import threading

import pytest

from gateway.logs import FORMAT, Plain, Repeats, set_up


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


@pytest.mark.parametrize(
    "evil", ["\x1b[2J", "\x07", "\x9b31m", "a\nINFO forged line", "a\rb", "\u202egnp", "\x00", "\u2028x"]
)
def test_nothing_a_stranger_says_moves_the_terminal_or_makes_a_line(evil: str) -> None:
    record = logging.LogRecord("gateway", logging.INFO, "", 1, "asked for %s by %s", (evil, "anna"), None)
    said = Plain(FORMAT).format(record)
    assert said.isprintable()
    assert said.endswith("by anna")


def test_a_traceback_keeps_its_lines_and_loses_its_controls() -> None:
    try:
        raise ValueError("\x1b[31mred")
    except ValueError:
        record = logging.LogRecord("gateway", logging.ERROR, "", 1, "failed", (), sys.exc_info())
    said = Plain(FORMAT).format(record)
    assert len(said.splitlines()) > 2
    assert "\x1b" not in said


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_a_library_s_thread_that_ends_is_one_line(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(threading, "excepthook", threading.excepthook)
    monkeypatch.setattr(logging, "basicConfig", lambda **_: None)
    set_up("INFO")

    def ends() -> None:
        raise KeyError("Anna Smith")

    thread = threading.Thread(target=ends, name="the fetcher")
    thread.start()
    thread.join()
    (record,) = caplog.records
    assert record.exc_info is None
    assert record.getMessage().startswith("the thread the fetcher ended: KeyError in ends, line ")
    assert "Anna" not in record.getMessage()
