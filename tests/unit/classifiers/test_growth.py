"""Reading hostile input grows with its length and not with the square of it: what is compared is growth, not time."""

import time
from collections.abc import Callable

import pytest

from channels.mail.reading import transfer
from classifiers.encoder import passages
from classifiers.money import largest_sum

SMALL, TIMES = 3_000, 8
MOST_GROWTH = 3.0
"""A linear reader takes TIMES as long, a quadratic one TIMES as long as that again."""
FLOOR = 0.002
"""Seconds under which a clock says nothing."""

READERS: dict[str, Callable[[str], object]] = {
    "money": largest_sum,
    "base64": lambda text: transfer.base64(text.encode("utf-8", "replace") + b"=x=" * 10),
    "uuencode": lambda text: transfer.uu_files(text.encode("utf-8", "replace")),
    "sentences": lambda text: passages._END.findall(text),
}
SEEDS = [
    "0",
    "-",
    "0,000",
    "84 euro",
    "000 ",
    "€ 000.",
    "begin 644 a\n",
    "end\n",
    "?.",
    "!",
    "a",
    "=",
    "\n-",
    "1'000",
]


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("ending", ["", "x", " euro", "\n"])
def test_time_grows_with_the_length(reader: str, seed: str, ending: str) -> None:
    read = READERS[reader]
    few = seed * (SMALL // len(seed)) + ending
    many = seed * (SMALL * TIMES // len(seed)) + ending
    for _ in range(5):
        least, most = _seconds(read, few), _seconds(read, many)
        if most <= max(least * TIMES * MOST_GROWTH, FLOOR * MOST_GROWTH):
            return
    pytest.fail(f"{least:.4f} s, {TIMES} times as much {most:.4f} s")


def _seconds(read: Callable[[str], object], text: str) -> float:
    began = time.thread_time()
    read(text)
    return time.thread_time() - began
