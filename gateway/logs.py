"""What a role writes into its log: everything once, and what a client library says again and again, now and then.

While a broker is away the Kafka client tells of every attempt, about a hundred lines a second: a night of that
fills a disk. A message is the same when its logger and its words before the values are put in are the same.
"""

import logging
import os
import sys
import threading
import time
from collections.abc import Callable

from schemas.errors import place_of

FORMAT = "%(asctime)s %(levelname)s %(name)s %(message)s"
EVERY_SECONDS = 10.0
REPETITIVE = ("aiokafka", "urllib3", "gateway.link", "uvicorn")
"""Who tells of each attempt to reach what is away."""
_MOST_KNOWN = 1_000


class Repeats(logging.Filter):
    """Lets a message of the named loggers through, then the same one not for some seconds; then it says how often."""

    def __init__(
        self,
        loggers: tuple[str, ...],
        seconds: float = EVERY_SECONDS,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        super().__init__()
        self._loggers, self._seconds, self._clock = loggers, seconds, clock
        self._said: dict[tuple[str, str], tuple[float, int]] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        """Whether the record is written; one that stands for others is told how many they were."""
        if not any(record.name == one or record.name.startswith(f"{one}.") for one in self._loggers):
            return True
        what, now = (record.name, str(record.msg)), self._clock()
        since, held = self._said.get(what, (float("-inf"), 0))
        if now - since < self._seconds:
            self._said[what] = since, held + 1
            return False
        if len(self._said) > _MOST_KNOWN:
            self._said.clear()
        self._said[what] = now, 0
        if held:
            record.msg = f"{record.msg} (and {held} times more in {now - since:.0f} s)"
        return True


def say(line: str) -> None:
    """A line on standard output, at once. That its reader has gone, or its disk is full, ends nobody."""
    try:
        print(line, flush=True)
    except BrokenPipeError:  # what follows, and the interpreter's last flush, must not fail again
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except (OSError, ValueError):
        return


_CONTROLS = {code: f"\\x{code:02x}" for code in (*range(9), *range(11, 32), *range(127, 160))} | {
    code: f"\\u{code:04x}" for code in (0x2028, 0x2029, *range(0x202A, 0x202F), *range(0x2066, 0x206A))
}


class Plain(logging.Formatter):
    """No line of a stranger's making and nothing that moves a terminal: control characters are written out.

    Line ends stay in what Python itself adds (tracebacks); in a message they are written out too.
    """

    def format(self, record: logging.LogRecord) -> str:
        """One line, then the traceback if there is one."""
        message = super().format(record)
        said = record.getMessage()
        if "\n" in said or "\r" in said:
            flat = said.replace("\r", "\\r").replace("\n", "\\n")
            message = message.replace(said, flat, 1)
        return message.translate(_CONTROLS)


def _tell_of_a_thread(ended: threading.ExceptHookArgs) -> None:
    """A library's thread that ended: one line, no stack trace; whoever depends on it finds out by itself."""
    if ended.exc_value is not None and not isinstance(ended.exc_value, SystemExit):
        name = ended.thread.name if ended.thread else "a thread"
        logging.getLogger(__name__).error("the thread %s ended: %s", name, place_of(ended.exc_value))


def set_up(level: str, quiet: tuple[str, ...] = ()) -> None:
    """To standard error, from this level on; loggers in `quiet` only from WARNING on."""
    handler = logging.StreamHandler()
    handler.addFilter(Repeats(REPETITIVE))
    handler.setFormatter(Plain(FORMAT))
    logging.basicConfig(level=level, handlers=[handler], force=True)
    threading.excepthook = _tell_of_a_thread
    for chatty in quiet:
        logging.getLogger(chatty).setLevel(logging.WARNING)
