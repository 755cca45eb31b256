"""What works on whole batches at once agrees with doing it one by one."""

import hashlib
import itertools
from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from classifiers.lexicon.negation import WINDOW, Negation
from classifiers.lexicon.steps import NOWHERE, Steps
from classifiers.linear.counts import Floats, counted
from classifiers.linear.features import Batch, batch_of, occurrences
from classifiers.linear.loudest import loudest

pytestmark = pytest.mark.timeout(120)

PAIRS = st.tuples(st.integers(0, 40), st.integers(0, 2**64 - 1))


@settings(deadline=None)
@given(written=st.dictionaries(PAIRS, st.integers(0, 1000), max_size=60), others=st.lists(PAIRS, max_size=20))
def test_steps_lead_where_they_were_written(
    written: dict[tuple[int, int], int], others: list[tuple[int, int]]
) -> None:
    steps = Steps([state for state, _ in written], [word for _, word in written], list(written.values()))
    asked = [*written, *others]
    states = np.array([state for state, _ in asked], np.int64)
    found = steps.after(states, np.array([word for _, word in asked], np.uint64))
    assert found.tolist() == [written.get(pair, NOWHERE) for pair in asked]


@settings(deadline=None)
@given(st.lists(st.lists(st.integers(0, 5), max_size=12), min_size=1, max_size=5))
def test_counts_are_counts(documents: list[list[int]]) -> None:
    batch = batch_of([np.array(one, np.uint64) for one in documents], [""] * len(documents))
    found = occurrences(batch, ("words", "pairs"))
    counts = counted(found, batch.documents)
    expected = Counter(zip(found.owners.tolist(), found.slots.tolist(), strict=True))
    said = zip(counts.owners.tolist(), counts.slots.tolist(), counts.times.tolist(), strict=True)
    assert {(owner, slot): times for owner, slot, times in said} == dict(expected)
    np.testing.assert_array_equal(counts.slots[counts.entry_of], found.slots)
    np.testing.assert_array_equal(counts.owners[counts.entry_of], found.owners)


def test_the_loudest_words_come_first_and_neighbours_are_one_stretch() -> None:
    batch = batch_of(
        [np.arange(6, dtype=np.uint64), np.zeros(0, np.uint64), np.arange(2, dtype=np.uint64)], "abc"
    )
    shares = np.array([0.9, 0.0, 0.5, 0.6, 0.01, -1.0, 0.4, 0.0], np.float32)
    assert _stretches(shares, batch, 3) == [(0, 2, 3), (0, 0, 0), (2, 6, 6)]
    assert _stretches(shares, batch, 1) == [(0, 2, 3), (2, 6, 6)]
    assert _stretches(np.zeros(8, np.float32), batch, 3) == []


def _stretches(shares: Floats, batch: Batch, count: int) -> list[tuple[int, int, int]]:
    found = loudest(shares, batch, count)
    return list(zip(found.owners.tolist(), found.firsts.tolist(), found.lasts.tolist(), strict=True))


IDS = st.lists(st.sampled_from(["no", "not", "a", "an", "gas", "leak"]), min_size=1, max_size=12)


@settings(deadline=None)
@given(documents=st.lists(IDS, min_size=1, max_size=4))
def test_a_batch_of_phrases_is_denied_as_each_alone(documents: list[list[str]]) -> None:
    negation = Negation(lambda words: [_id(word) for word in words.split()])
    ids = np.array([_id(word) for document in documents for word in document], np.uint64)
    lengths = np.array([len(document) for document in documents])
    begins = np.repeat(np.cumsum(lengths) - lengths, lengths)
    denied = negation.denied(ids, np.arange(len(ids)), begins).tolist()
    assert denied == [_denied(document[:end]) for document in documents for end in range(len(document))]


def _denied(before: list[str]) -> bool:
    words = list(
        itertools.takewhile(lambda word: word in ("a", "an", "no", "not"), reversed(before[-WINDOW:]))
    )
    return "no" in words or "not" in words


def _id(word: str) -> int:
    return int.from_bytes(hashlib.sha256(word.encode()).digest()[:8])
