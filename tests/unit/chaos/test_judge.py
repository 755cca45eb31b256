"""Every accident that a run is meant to notice, made up."""

from dataclasses import replace
from typing import Any

import pytest

from tests.acceptance.chaos.judge import Evidence, judge

RECONCILE: dict[str, Any] = {
    "agrees": True, "deliveries": 3, "repeated": 1, "outcomes": {"opened": 3},
    "dead_letters": 0, "in_flight": 0, "spooled": 0, "differences": [],
}  # fmt: skip
GOOD = Evidence(
    heard=frozenset({1, 2, 3}),
    opened={n: [("queue.complaints", f"ref-{n}")] for n in (1, 2, 3)},
    letters={"ref-1": {"SM1"}, "ref-2": {"SM2"}, "ref-3": {"<m3@localhost>"}},
    deliveries=3,
    repeated=1,
    reconcile=RECONCILE,
    sms_at={"SM1": 100.0, "SM2": 101.0},
)


def test_a_good_run_is_clean() -> None:
    assert judge(GOOD).clean


def test_what_was_confirmed_but_never_opened_is_lost() -> None:
    verdict = judge(replace(GOOD, heard=frozenset({1, 2, 3, 4})))
    assert (verdict.lost, verdict.clean) == ([4], False)


def test_what_was_never_confirmed_may_be_missing() -> None:
    assert judge(replace(GOOD, heard=frozenset({1}))).clean


@pytest.mark.parametrize("queue", ["queue.complaints", "queue.other"])
def test_opened_twice_in_one_queue_or_in_two(queue: str) -> None:
    opened = {**GOOD.opened, 2: [("queue.complaints", "ref-2"), (queue, "ref-2")]}
    verdict = judge(replace(GOOD, opened=opened))
    assert (verdict.opened_twice, verdict.clean) == ([2], False)


def test_two_complaints_under_one_reference() -> None:
    opened = {**GOOD.opened, 3: [("queue.complaints", "ref-2")]}
    verdict = judge(replace(GOOD, opened=opened))
    assert (verdict.merged, verdict.clean) == ([3], False)


def test_no_acknowledgement_and_one_too_many() -> None:
    verdict = judge(replace(GOOD, letters={"ref-1": set(), "ref-2": {"SM2"}, "ref-3": {"<a>", "<b>"}}))
    assert (verdict.unanswered, verdict.answered_twice, verdict.clean) == ([1], [3], False)


def test_an_sms_doubled_when_a_frozen_worker_woke_is_counted_apart() -> None:
    doubled = replace(
        GOOD, letters={**GOOD.letters, "ref-1": {"SM1", "SM9"}}, sms_at={"SM1": 100.0, "SM9": 88.0}
    )
    assert judge(doubled).answered_twice == [1]
    woke = judge(replace(doubled, thawed=[99.4]))
    assert (woke.answered_twice, woke.sms_doubled_by_freeze, woke.clean) == ([], [1], True)
    assert judge(replace(doubled, thawed=[60.0])).answered_twice == [1]


def test_a_mail_doubled_has_no_such_excuse() -> None:
    letters = {**GOOD.letters, "ref-3": {"<m3@localhost>", "<m4@localhost>"}}
    assert judge(replace(GOOD, letters=letters, thawed=[100.0])).answered_twice == [3]


@pytest.mark.parametrize(
    "wrong",
    [
        {"agrees": False, "differences": [{"kind": "gap", "delivery_id": "local-1-7", "says": "is nowhere"}]},
        {"deliveries": 4},
        {"repeated": 0},
        {"outcomes": {"opened": 2}},
        {"in_flight": 1},
        {"spooled": 1},
        {"dead_letters": 1},
    ],
    ids=lambda wrong: next(iter(wrong)),
)
def test_reconcile_must_say_what_was_counted(wrong: dict[str, Any]) -> None:
    verdict = judge(replace(GOOD, reconcile={**RECONCILE, **wrong}))
    assert verdict.disagreements
    assert not verdict.clean


def test_a_dead_letter_of_any_stage_is_named() -> None:
    verdict = judge(replace(GOOD, dead=["relate: KilledWorker insight.feed/0/7"]))
    assert verdict.disagreements == ["dead letter: relate: KilledWorker insight.feed/0/7"]


def test_without_a_word_from_reconcile_nothing_is_clean() -> None:
    assert not judge(replace(GOOD, reconcile={})).clean
