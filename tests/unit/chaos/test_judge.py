"""Every accident that a run is meant to notice, made up."""

from dataclasses import replace
from typing import Any

import pytest

from tests.acceptance.chaos.casework import Said
from tests.acceptance.chaos.census import Books, Place
from tests.acceptance.chaos.evidence import Evidence, Shaken, Torn
from tests.acceptance.chaos.findings import Finding
from tests.acceptance.chaos.judge import Verdict, judge
from tests.acceptance.chaos.letters import Letter

NUMBERS = (1, 2, 3)
RECONCILE: dict[str, Any] = {
    "agrees": True, "deliveries": 4, "repeated": 1, "outcomes": {"opened": 3},
    "dead_letters": 0, "in_flight": 0, "spooled": 0, "differences": [],
}  # fmt: skip
OUTCOME = Said("ref-1", "responded-ref-1", 9.0, skewed=True)


def letter(number: int, at: float = 20.0, **changed: Any) -> Letter:
    channel, to = ("mail", "c3@example.net") if number == 3 else ("sms", f"+{number}")
    given: dict[str, Any] = {"id": f"id-{number}", "channel": channel, "to": to}
    return Letter(**{**given, "references": frozenset({f"ref-{number}"}), "at": at, **changed})


def books() -> Books:
    found = Books(deliveries=4, repeated=1)
    for number in NUMBERS:
        found.opened["number", number].append(Place("queue.complaints", f"ref-{number}", 10.0 + number))
        found.references.add(f"ref-{number}")
    found.added["number", 2].append(Place("queue.complaints", "ref-2", 15.0))
    found.added["reply", 2].append(Place("queue.complaints", "ref-2", 16.0))
    found.outcomes["ref-1", OUTCOME.outcome_id].append(False)
    return found


def good() -> Evidence:
    return Evidence(
        heard=dict.fromkeys(NUMBERS, 5.0), owed={1: ("sms", "+1"), 2: ("sms", "+2"), 3: ("mail", "c3@example.net")},
        books=books(), letters=[letter(number) for number in NUMBERS], repeated={2: 6.0}, replied={2: 7.0},
        told={1: "ref-1"}, outcomes=[OUTCOME], reconcile=RECONCILE, view=frozenset({"ref-1", "ref-2", "ref-3"}),
    )  # fmt: skip


def kinds(verdict: Verdict) -> dict[str, list[int]]:
    found: dict[str, list[int]] = {}
    for one in verdict.findings:
        found.setdefault(one.kind, []).append(one.complaint)
    return found


def test_a_good_run_is_clean() -> None:
    verdict = judge(good())
    assert (verdict.findings, verdict.excused, verdict.clean) == ([], [], True)


def test_what_was_confirmed_but_never_opened_is_lost_and_reconcile_must_not_agree() -> None:
    verdict = judge(replace(good(), heard={**dict.fromkeys(NUMBERS, 5.0), 4: 5.5}))
    assert kinds(verdict) == {"lost": [4], "reconcile silent": [4]}
    assert [one.at for one in verdict.findings] == [5.5, 5.5]
    told = {
        **RECONCILE,
        "agrees": False,
        "differences": [{"kind": "lost", "delivery_id": "d", "says": "is nowhere"}],
    }
    again = judge(replace(good(), heard={**dict.fromkeys(NUMBERS, 5.0), 4: 5.5}, reconcile=told))
    assert kinds(again) == {"lost": [4], "reconcile": [-1]}


def test_what_was_never_confirmed_may_be_missing() -> None:
    assert judge(replace(good(), heard={1: 5.0})).clean


@pytest.mark.parametrize("queue", ["queue.complaints", "queue.other"])
def test_opened_twice_in_one_queue_or_in_two(queue: str) -> None:
    found = good()
    found.books.opened["number", 2].append(Place(queue, "ref-9", 30.0))
    assert kinds(judge(found))["opened twice"] == [2]


def test_two_complaints_under_one_reference() -> None:
    found = good()
    found.books.opened["number", 3][0] = Place("queue.complaints", "ref-2", 13.0)
    assert kinds(judge(found))["merged"] == [3]


def test_what_continues_a_case_is_in_no_other() -> None:
    found = good()
    found.books.added["reply", 2][0] = Place("queue.complaints", "ref-1", 16.0)
    assert kinds(judge(found)) == {"joined to another case": [2]}
    found.books.added.pop(("reply", 2))
    assert kinds(judge(found)) == {"reply lost": [2]}
    found.books.opened["reply", 2].append(Place("queue.complaints", "ref-9", 16.0))
    assert kinds(judge(found)) == {"reply opened a case": [2]}


@pytest.mark.parametrize(
    ("letters", "kind", "number"),
    [
        ([letter(2), letter(3)], "unanswered", 1),
        ([*map(letter, NUMBERS), letter(1, 25.0, id="other")], "answered twice", 1),
        ([letter(1, to="+2"), letter(2), letter(3)], "wrong recipient", 1),
        ([*map(letter, NUMBERS), letter(1, id="x", references=frozenset({"ref-8"}))], "wrong reference", -1),
        ([*map(letter, NUMBERS), letter(1, id="x", references=frozenset())], "wrong reference", -1),
        ([*map(letter, NUMBERS), letter(3, 25.0)], "answered twice", 3),
    ],
)
def test_everybody_is_answered_once_by_the_right_letter(
    letters: list[Letter], kind: str, number: int
) -> None:
    assert number in kinds(judge(replace(good(), letters=letters)))[kind]


def test_a_case_without_a_letter_that_reconcile_does_not_name() -> None:
    assert kinds(judge(replace(good(), letters=[letter(2), letter(3)])))["reconcile silent"] == [1]


def test_the_page_told_another_reference() -> None:
    found = replace(good(), told={1: "ref-2"})
    assert kinds(judge(found)) == {"wrong reference": [1]}
    found.books.aliases["ref-2"] = "ref-1"
    assert judge(found).clean


def test_an_answer_is_in_its_case_no_more_often_than_it_was_said() -> None:
    found = good()
    found.books.added["reply", 2] *= 2
    assert kinds(judge(found)) == {"reply doubled": [2]}
    assert judge(replace(found, tries={2: 2})).clean


def test_an_sms_doubled_when_a_frozen_worker_woke_is_counted_apart() -> None:
    found = replace(good(), letters=[*map(letter, NUMBERS), letter(1, 25.0, id="again")])
    woke = judge(replace(found, thawed=[24.5]))
    assert (kinds(woke), [one.complaint for one in woke.excused]) == ({}, [1])
    assert kinds(judge(replace(found, thawed=[60.0]))) == {"answered twice": [1]}


def test_the_same_mail_again_after_an_accident_is_counted_apart_another_mail_is_not() -> None:
    copied = replace(
        good(), letters=[*map(letter, NUMBERS), letter(3, 25.0)], shaken=[Shaken("kill", 15, 16)]
    )
    verdict = judge(copied)
    assert (kinds(verdict), [one.kind for one in verdict.excused]) == ({}, ["copy of a mail"])
    assert kinds(judge(replace(copied, shaken=[Shaken("kill", 27, 28)]))) == {"answered twice": [3]}
    other = [*map(letter, NUMBERS), letter(3, 25.0, id="other")]
    assert kinds(judge(replace(copied, letters=other))) == {"answered twice": [3]}


@pytest.mark.parametrize(
    ("seen", "kind"), [([], "outcome lost"), ([False, False], "outcome doubled"), ([True], "outcome ignored")]
)
def test_each_outcome_counts_once_whatever_its_clock_says(seen: list[bool], kind: str) -> None:
    found = good()
    found.books.outcomes["ref-1", OUTCOME.outcome_id] = seen
    assert kinds(judge(found)) == {kind: [1]}


def test_a_case_that_the_view_does_not_have() -> None:
    assert kinds(judge(replace(good(), view=frozenset({"ref-1", "ref-3"})))) == {"view": [2]}


def test_what_the_disk_did_not_keep_is_excused_when_everybody_says_so() -> None:
    gap = {"kind": "gap", "delivery_id": "local-1-7", "says": "was numbered, but is nowhere"}
    unkept = {"kind": "unkept", "delivery_id": "1.lost", "says": "1 confirmed deliveries were lost"}
    told = {**RECONCILE, "agrees": False, "differences": [unkept, gap]}
    heard = {**dict.fromkeys(NUMBERS, 5.0), 4: 5.5}
    torn = replace(good(), heard=heard, torn=[Torn(6.0, frozenset({4}))], said_lost=1, reconcile=told)
    assert (judge(torn).clean, [one.kind for one in judge(torn).excused]) == (True, ["torn"])
    assert kinds(judge(replace(torn, said_lost=0))) == {"loss not said": [-1]}
    assert kinds(judge(replace(torn, reconcile=RECONCILE))) == {"reconcile silent": [-1]}
    twice = {**told, "differences": [unkept, gap, {**gap, "delivery_id": "local-1-9"}]}
    assert kinds(judge(replace(torn, reconcile=twice))) == {"reconcile": [-1]}


@pytest.mark.parametrize(
    "wrong",
    [
        {"agrees": False, "differences": [{"kind": "gap", "delivery_id": "local-1-7", "says": "is nowhere"}]},
        {"agrees": False},
        {"deliveries": 5},
        {"repeated": 0},
        {"outcomes": {"opened": 2}},
        {"in_flight": 1},
        {"spooled": 1},
        {"dead_letters": 1},
    ],
    ids=lambda wrong: next(iter(wrong)),
)
def test_reconcile_must_say_what_was_counted(wrong: dict[str, Any]) -> None:
    assert kinds(judge(replace(good(), reconcile={**RECONCILE, **wrong}))) == {"reconcile": [-1]}


def test_without_a_word_from_reconcile_nothing_is_clean() -> None:
    assert not judge(replace(good(), reconcile={})).clean


def test_a_dead_letter_of_any_stage_is_named() -> None:
    found = good()
    found.books.dead.append("relate: KilledWorker insight.feed/0/7")
    told = {**RECONCILE, "dead_letters": 1}
    assert [one.says for one in judge(replace(found, reconcile=told)).findings] == found.books.dead


def test_what_was_seen_while_striking_counts() -> None:
    seen = Finding("did not start", -1, 7.0, "three times")
    assert judge(replace(good(), seen=[seen])).findings == [seen]
