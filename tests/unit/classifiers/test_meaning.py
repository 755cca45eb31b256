"""Heads on vectors: stored and read alike, the same for a text in any batch, and what a person is told of them."""

import numpy as np
import pytest

from classifiers.contract import Text
from classifiers.meaning import storage
from classifiers.meaning.storage import head_from_bytes, head_to_bytes
from classifiers.registry import load
from classifiers.training.vectors import FLAT, Lesson, bent_space, fitted, head_of, unseen

pytestmark = pytest.mark.timeout(120)


def _lesson(labels: int) -> Lesson:
    chance = np.random.default_rng(1)
    truth = np.arange(120) % labels
    centres = chance.normal(size=(labels, 8)) * 3
    rows = centres[truth] + chance.normal(size=(120, 8))
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    names = tuple("abcdef"[:labels])
    return Lesson("kind", names, rows.astype(np.float32), truth, np.ones(120), np.arange(120) // 10)


@pytest.mark.parametrize("bent", [False, True])
def test_a_head_learns_is_stored_and_says_the_same_in_any_batch(bent: bool) -> None:
    lesson = _lesson(3)
    space = bent_space(lesson.rows, 8, 30, 2.0, seed=1) if bent else FLAT
    head = head_of(lesson, fitted(lesson, 10.0, space), space, (0.5, "v", "e"))
    assert head_to_bytes(head) == head_to_bytes(head)
    again = head_from_bytes(head_to_bytes(head))
    said = again.probabilities(lesson.rows)
    assert (said.argmax(axis=1) == lesson.truth).mean() > 0.9
    assert said.sum(axis=1) == pytest.approx(1, abs=1e-5)
    for place in range(0, 120, 7):
        assert np.array_equal(
            again.logits(lesson.rows[place : place + 1])[0], again.logits(lesson.rows)[place]
        )
    assert (unseen(lesson, 10.0, space).argmax(axis=1) == lesson.truth).mean() > 0.8


@pytest.mark.parametrize("labels", [2, 3])
def test_a_label_that_no_text_has_is_never_said(labels: int) -> None:
    lesson = _lesson(labels)
    more = Lesson(
        "kind", (*lesson.labels, "never"), lesson.rows, lesson.truth, lesson.weights, lesson.batches
    )
    head = head_of(more, fitted(more, 10.0), FLAT, (0.5, "v", "e"))
    assert head.probabilities(lesson.rows)[:, -1].max() < 1e-6


def test_heads_of_another_format_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    lesson = _lesson(2)
    monkeypatch.setattr(storage, "_FORMAT", 9)
    stored = head_to_bytes(head_of(lesson, fitted(lesson, 1.0), FLAT, (0.5, "v", "e")))
    monkeypatch.undo()
    with pytest.raises(ValueError, match="train it again"):
        head_from_bytes(stored)


def test_an_assessment_is_the_same_alone_and_in_a_crowd() -> None:
    pack = load("general")
    texts = [
        "Mein Paket ist seit drei Wochen unterwegs und niemand antwortet.",
        "Merci, tout s'est très bien passé.",
        "Asansör üç gündür çalışmıyor, annem dışarı çıkamıyor.",
        "Where can I return this?",
        "อยากทราบเวลาเปิดปิดค่ะ",
    ]
    crowd = pack.assess([Text(one) for one in texts * 30])
    for place, text in enumerate(texts):
        assert pack.assess([Text(text)])[0] == crowd[place] == crowd[place + 125]


def test_alternatives_are_always_there() -> None:
    for one in load("general").assess(
        [Text("Es ist wieder kaputt."), Text("x"), Text(""), Text("Hvað er að ykkur?")]
    ):
        assert len(one.alternatives) == 2
        assert one.category not in {choice.label for choice in one.alternatives}
