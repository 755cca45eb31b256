"""The books add up, or say by id what does not."""

from collections.abc import Iterator

import pytest

from workers.reconcile.audit import DEAD_LETTER, DISCARDED, Account, Bounds, account
from workers.reconcile.ledger import Ledger

BOOT = "19a3f0"
BEGAN = int(BOOT, 16)


@pytest.fixture
def books() -> Iterator[Ledger]:
    with Ledger() as ledger:
        yield ledger


def its_id(number: int) -> str:
    return f"local_serve-{BOOT}-{number}"


def take_in(books: Ledger, *numbers: int, at: int = BEGAN, unread: bool = False) -> None:
    books.delivered((its_id(number), at, unread) for number in numbers)


def process(books: Ledger, *numbers: int, word: str = "opened") -> None:
    books.read((its_id(number), f"m{number}", False) for number in numbers)
    books.ended((f"m{number}", its_id(number), word, f"R{number}", False) for number in numbers)
    books.lettered(f"R{number}" for number in numbers)


def closed(books: Ledger, bounds: Bounds | None = None, **counts: int) -> Account:
    """`counts`: what the collector of an instance says."""
    return account(books, bounds or Bounds(), {(name, BOOT): count for name, count in counts.items()})


def found(result: Account) -> list[tuple[str, str]]:
    return [(one.kind, one.delivery_id) for one in result.differences]


def test_every_delivery_with_one_outcome_adds_up(books: Ledger) -> None:
    take_in(books, 1, 2, 3)
    process(books, 1, 2)
    process(books, 3, word="joined")
    result = closed(books)
    assert result.agrees
    assert (result.deliveries, result.messages, result.outcomes) == (3, 3, {"joined": 1, "opened": 2})


def test_a_delivery_that_became_nothing_is_named(books: Ledger) -> None:
    take_in(books, 1, 2)
    process(books, 1)
    assert found(closed(books)) == [("lost", its_id(2))]


def test_a_message_without_an_outcome_is_named(books: Ledger) -> None:
    take_in(books, 1)
    process(books, 1)
    books.read([(its_id(1), "the second of a batch", False)])
    result = closed(books)
    assert found(result) == [("lost", its_id(1))]
    assert "the second of a batch" in result.differences[0].says


def test_what_is_on_its_way_is_no_loss(books: Ledger) -> None:
    take_in(books, 1, unread=True)
    take_in(books, 2)
    books.read([(its_id(2), "m2", True)])
    result = closed(books)
    assert result.agrees
    assert result.in_flight == 2


def test_a_second_copy_of_a_delivery_counts_once(books: Ledger) -> None:
    take_in(books, 1)
    process(books, 1)
    take_in(books, 1)
    process(books, 1, word="duplicate")
    result = closed(books)
    assert result.agrees
    assert (result.deliveries, result.repeated) == (1, 1)


def test_a_message_that_opened_two_cases_is_named(books: Ledger) -> None:
    books.lettered(["another"])
    take_in(books, 1)
    process(books, 1)
    books.ended([("m1", its_id(1), "opened", "another", False)])
    assert found(closed(books)) == [("doubled", its_id(1))]


def test_a_message_that_came_by_two_deliveries_may_open_one_case_only(books: Ledger) -> None:
    books.lettered(["R"])
    take_in(books, 1, 2)
    books.read([(its_id(1), "m", False), (its_id(2), "m", False)])
    books.ended([("m", its_id(1), "opened", "R", False), ("m", its_id(2), "duplicate", "R", False)])
    assert closed(books).agrees
    books.ended([("m", its_id(2), "joined", "R", False)])
    assert found(closed(books)) == [("doubled", its_id(1))]


def test_a_callback_that_comes_twice_is_nothing_twice_but_never_a_case(books: Ledger) -> None:
    books.lettered(["R"])
    take_in(books, 1, 2)
    books.read([(its_id(1), "m", False), (its_id(2), "m", False)])
    books.ended([("m", its_id(1), "no_message", "R", False), ("m", its_id(2), "no_message", "R", False)])
    assert closed(books).agrees
    books.ended([("m", its_id(2), "opened", "R", False)])
    assert found(closed(books)) == [("doubled", its_id(1))]


@pytest.mark.parametrize("word", [DEAD_LETTER, DISCARDED])
def test_a_dead_letter_is_an_end(books: Ledger, word: str) -> None:
    take_in(books, 1)
    books.laid_down([(its_id(1), "", word)])
    result = closed(books)
    assert result.agrees
    assert result.dead_letters + result.discarded == 1


def test_a_dead_letter_of_one_message_does_not_excuse_another(books: Ledger) -> None:
    take_in(books, 1)
    books.read([(its_id(1), "a", False), (its_id(1), "b", False)])
    books.laid_down([(its_id(1), "a", DEAD_LETTER)])
    result = closed(books)
    assert [one.says for one in result.differences] == ["its message b was read, but has no outcome"]


def test_a_gap_in_the_numbers_is_named_by_its_first(books: Ledger) -> None:
    take_in(books, 1, 2, 5, 7)
    process(books, 1, 2, 5, 7)
    result = closed(books)
    assert found(result) == [("gap", its_id(3)), ("gap", its_id(6))]
    assert [one.says for one in result.differences] == [
        "and the 1 after it are nowhere",
        "was numbered, but is nowhere",
    ]


def test_numbers_begin_with_one(books: Ledger) -> None:
    take_in(books, 3)
    process(books, 3)
    assert found(closed(books)) == [("gap", its_id(1))]


def test_what_waits_in_the_spool_closes_its_gap(books: Ledger) -> None:
    take_in(books, 1, 3)
    process(books, 1, 3)
    books.spooled([(its_id(2), BEGAN)])
    result = closed(books)
    assert result.agrees
    assert result.spooled == 1


def test_a_spooled_copy_of_what_arrived_is_not_counted_twice(books: Ledger) -> None:
    books.spooled([(its_id(1), BEGAN)])
    take_in(books, 1)
    process(books, 1)
    result = closed(books)
    assert (result.agrees, result.deliveries, result.repeated, result.spooled) == (True, 1, 0, 0)


def test_a_collector_that_counted_more_is_believed(books: Ledger) -> None:
    take_in(books, 1, 2)
    process(books, 1, 2)
    assert closed(books, local_serve=2).agrees
    assert found(closed(books, local_serve=4)) == [("gap", its_id(3))]


def test_numbers_from_before_retention_are_not_missed(books: Ledger) -> None:
    take_in(books, 5, at=BEGAN + 100)
    take_in(books, 8, 9, at=BEGAN + 300)
    process(books, 5, 8, 9)
    assert found(closed(books)) == [("gap", its_id(6)), ("gap", its_id(1))]
    assert closed(books, Bounds(complete=BEGAN + 200)).agrees


def test_only_the_window_is_judged(books: Ledger) -> None:
    take_in(books, 1, at=BEGAN)
    take_in(books, 2, at=BEGAN + 100)
    take_in(books, 3, at=BEGAN + 200)
    assert found(closed(books, Bounds(since=BEGAN + 50, until=BEGAN + 150))) == [("lost", its_id(2))]


def test_ids_of_strangers_have_no_numbers(books: Ledger) -> None:
    strange = ["intake.deliveries/0/5", "x-y", "x-y-z", f"x-y-{'9' * 40}"]
    books.delivered((one, BEGAN, False) for one in strange)
    books.laid_down((one, "", DEAD_LETTER) for one in strange)
    assert closed(books).agrees


def test_what_a_killed_door_had_not_confirmed_is_no_loss(books: Ledger) -> None:
    take_in(books, 1, 2, 3, 5, 8)
    process(books, 1, 2, 3, 5, 8)
    assert found(closed(books)) == [("gap", its_id(4)), ("gap", its_id(6))]
    books.settled([(its_id(3), 2), (its_id(5), 3), (its_id(2), 0)])
    assert closed(books).agrees
    books.settled([(its_id(8), 6)])
    result = closed(books)
    assert found(result) == [("gap", its_id(4)), ("gap", its_id(6))]
    assert "but is nowhere" in result.differences[1].says  # 7 was still open when 8 was numbered


def test_the_first_numbers_of_a_start_may_have_been_open_too(books: Ledger) -> None:
    take_in(books, 3)
    process(books, 3)
    books.settled([(its_id(3), 1)])
    assert found(closed(books)) == [("gap", its_id(1))]


def test_the_house_s_own_complaints_are_said_apart_and_must_add_up_too(books: Ledger) -> None:
    take_in(books, 1, 2)
    books.ended([("m1", its_id(1), "opened", "R1", False), ("m2", its_id(2), "opened", "R2", True)])
    told = account(books, Bounds(), {})
    assert (told.outcomes, told.synthetic) == ({"opened": 2}, 1)


def test_an_opened_case_without_a_letter_is_named(books: Ledger) -> None:
    take_in(books, 1, 2)
    process(books, 1)
    books.read([(its_id(2), "m2", False)])
    books.ended([("m2", its_id(2), "opened", "R2", False)])
    assert found(closed(books)) == [("unanswered", its_id(2))]


@pytest.mark.parametrize("word", ["joined", "quarantined", "withdrawn"])
def test_only_an_opened_case_owes_a_letter(books: Ledger, word: str) -> None:
    take_in(books, 1)
    books.read([(its_id(1), "m1", False)])
    books.ended([("m1", its_id(1), word, "R1", False)])
    assert closed(books).agrees


def test_what_a_spool_lost_is_named_though_no_number_after_it_shows_a_gap(books: Ledger) -> None:
    take_in(books, 1)
    process(books, 1)
    told = account(books, Bounds(), {}, [("spool/000000000001.lost", 2)])
    assert (told.agrees, found(told)) == (False, [("unkept", "spool/000000000001.lost")])
