"""What a role writes into its log: everything once, and what a client library says again and again, now and then.

While a broker is away the Kafka client tells of every attempt, about a hundred lines a second: a night of that
fills a disk. A message is the same when its logger and its words before the values are put in are the same.
"""

import logging
import os
import sys
import time
from collections.abc import Callable

FORMAT = "%(asctime)s %(levelname)s %(name)s %(message)s"
EVERY_SECONDS = 10.0
REPETITIVE = ("aiokafka", "urllib3", "gateway.link")
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


def set_up(level: str, quiet: tuple[str, ...] = ()) -> None:
    """To standard error, from this level on; loggers in `quiet` only from WARNING on."""
    handler = logging.StreamHandler()
    handler.addFilter(Repeats(REPETITIVE))
    logging.basicConfig(level=level, format=FORMAT, handlers=[handler], force=True)
    for chatty in quiet:
        logging.getLogger(chatty).setLevel(logging.WARNING)
