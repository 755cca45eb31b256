"""The stage: found again after a restart, nothing twice, nothing kept for ever."""

import random
import time
from collections.abc import Callable

import pytest

from schemas.errors import Nonsense, Unavailable
from schemas.relation import Relation
from tests.unit.relate.feeding import LETTER, Bench, item
from workers.runtime.contract import Record

pytestmark = pytest.mark.timeout(60)
SECONDS = 30.0


def strange(number: int) -> str:
    """A text like no other."""
    chance = random.Random(number)
    return " ".join(f"w{chance.getrandbits(40):x}" for _ in range(30))


def waiting(hear: Callable[[], list[Relation]]) -> list[Relation]:
    """What is heard once the window was made again, as the runtime would try."""
    deadline = time.monotonic() + SECONDS
    while True:
        try:
            return hear()
        except Unavailable:
            assert time.monotonic() < deadline
            time.sleep(0.01)


def test_near_copies_of_strangers_are_proposed_to_their_own_partitions() -> None:
    bench = Bench()
    assert bench.hear([item(1), *(item(number, strange(number)) for number in range(2, 9))]) == []
    heard = bench.hear([item(9, LETTER.replace("thirty", "ten"))])
    assert {(one.reference, one.person_key) for one in heard} == {("case1", "person1"), ("case9", "person9")}
    assert {link.reference for one in heard for link in one.links} == {"case1", "case9"}


def test_the_same_person_and_short_texts_are_related_to_nothing() -> None:
    bench = Bench()
    assert bench.hear([item(number, person="anna") for number in range(1, 4)]) == []
    assert bench.hear([item(number, "Where is my refund, please?") for number in range(4, 8)]) == []


def test_what_was_heard_before_changes_nothing() -> None:
    bench = Bench()
    bench.hear([item(1), item(2)])
    rows = bench.rows("window"), bench.rows("campaigns")
    assert bench.hear([item(1), item(2)]) == []
    assert (bench.rows("window"), bench.rows("campaigns")) == rows


def test_after_a_restart_the_window_is_what_it_was() -> None:
    bench, never = Bench(), Bench()
    first = [item(1), *(item(number, strange(number)) for number in range(2, 300)), item(300)]
    later = [item(301), item(302, strange(7)), item(303)]
    assert bench.hear(first) == never.hear(first)
    bench.restart()
    assert waiting(lambda: bench.hear(later)) == never.hear(later)
    assert bench.rows("campaigns") == never.rows("campaigns")


def test_a_transaction_that_did_not_happen_leaves_nothing_in_the_window() -> None:
    bench = Bench()
    bench.hear([item(1)])
    lost = bench.hear([item(2)], keep=False)
    again = waiting(lambda: bench.hear([item(2)]))
    assert again == lost != []


def test_the_first_transaction_that_did_not_happen_leaves_nothing_either() -> None:
    bench = Bench()
    bench.hear([item(1)], keep=False)
    assert waiting(lambda: bench.hear([item(2)])) == []


def test_the_tables_hold_the_window_and_no_more() -> None:
    bench = Bench(window=100)
    bench.hear([item(1), item(2)])
    bench.hear(item(number, strange(number)) for number in range(3, 400))
    assert len(bench.rows("window")) == 100
    assert [key for key in bench.rows("campaigns") if key.startswith(b"c:")] == []
    assert bench.hear([item(400)]) == []


def test_a_smaller_window_is_soon_one() -> None:
    bench = Bench(window=400)
    bench.hear(item(number, strange(number)) for number in range(1, 400))
    bench.window = 100
    bench.restart()
    waiting(lambda: bench.hear([item(400, strange(400))]))
    bench.hear(item(number, strange(number)) for number in range(401, 800))
    assert len(bench.rows("window")) == 100
    assert [one.reference for one in bench.hear([item(800, strange(790))])] == ["case790", "case800"]


@pytest.mark.parametrize("broken", [b"{}", b"no json", item(1, runs="not base64!").to_bytes()])
def test_what_is_no_finished_event_is_a_dead_letter(broken: bytes) -> None:
    (prepared,) = Bench().stage.prepare([Record("insight.feed", 0, 0, 0, b"k", broken)])
    assert isinstance(prepared, Nonsense)
