"""Near copies: judged pair by pair, found in the store, and found in a store that is full."""

import os
import time
from collections import deque
from collections.abc import Iterator

import psutil

from classifiers.similarity.compare import compare
from classifiers.similarity.store import WINDOW, NearTexts
from classifiers.training import sources as sets
from tests.benchmarks.understanding.table import DATA, Line, f1

BATCH, LAST = 500, 10_000
"""Texts put into the window at once, and those whose time is told: with all the others before them."""


def near_copies() -> Iterator[Line]:
    """Pairs; the store end to end; and the store with a full window (NEAR_WINDOW texts, a million by default)."""
    pairs = list(sets.records(DATA, "cfpb_near_duplicate_pairs", "dev"))
    truth = [bool(one["duplicate"]) for one in pairs]
    said = [compare(one["a"]["text"], one["b"]["text"]).verdict == "duplicate" for one in pairs]
    yield Line("near-duplicate pairs, F1", "ours, exact", f"{f1(truth, said):.3f}")
    store = NearTexts(10_000)
    started = time.process_time()
    near = store.add([one[side]["text"] for one in pairs for side in ("a", "b")])
    spent = time.process_time() - started
    found = [
        any(neighbour.number == first for neighbour in others)
        for (first, _), (_, others) in zip(near[::2], near[1::2], strict=True)
    ]
    recall = sum(a and b for a, b in zip(truth, found, strict=True)) / sum(truth)
    yield Line(
        "near-duplicates end to end, F1 / recall",
        "ours",
        f"{f1(truth, found):.3f} / {recall:.3f}",
        "0.99 / 0.99",
    )
    yield Line("near-duplicates end to end", "ours", f"{2 * len(pairs) / spent:.0f}/s", "5000")
    yield from full_window(int(os.environ.get("NEAR_WINDOW", WINDOW)))


def full_window(window: int) -> Iterator[Line]:
    """Fill a window with complaints as long as real ones: their words, changed in every round, so all are new."""
    rows, process = [row.text for row in sets.finance_rows(DATA, "train")], psutil.Process()
    before, store = process.memory_info().rss, NearTexts(window)
    spent: deque[float] = deque(maxlen=LAST // BATCH)
    while len(store) < window:
        turn, place = divmod(len(store), len(rows) - BATCH)
        sign = "".join(chr(ord("a") + int(digit)) for digit in str(turn)) + " "
        batch = [text.replace(" ", sign) for text in rows[place : place + BATCH]]
        started = time.process_time()
        store.add(batch)
        spent.append(time.process_time() - started)
    resident = (process.memory_info().rss - before) / 1e6
    about = f"near-duplicates, window of {window:,}"
    yield Line(f"{about}: the last {LAST:,}", "ours", f"{LAST / sum(spent):.0f}/s", "5000")
    wanted = "600 MB" if window == WINDOW else ""
    yield Line(f"{about}: memory", "ours", f"{resident:.0f} MB ({store.bytes / 1e6:.0f} arrays)", wanted)
