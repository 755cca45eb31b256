"""Crash loops: which deaths count, and which record is accused."""

from pathlib import Path

import pytest

from tests.unit.runtime.doubles import record
from workers.runtime.attempts import Attempts, mark_of
from workers.runtime.contract import INTERNAL_OFFSET


@pytest.fixture
def life(tmp_path: Path) -> "Life":
    return Life(tmp_path)


class Life:
    """Opens the partition again and again; not calling `end` is dying."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def begin(self, start: int) -> Attempts:
        attempts = Attempts(self._folder, "s", 0)
        attempts.begin(start, 3)
        return attempts


def test_two_deaths_at_the_same_place_make_careful(life: Life) -> None:
    assert [life.begin(5).careful for _ in range(3)] == [False, False, True]


def test_progress_between_deaths_counts_anew(life: Life) -> None:
    """A worker died at the place where the next one starts."""
    assert [life.begin(start).careful for start in (5, 5, 6, 7, 7)] == [False, False, False, False, True]


def test_an_end_on_purpose_is_no_death(life: Life) -> None:
    for _ in range(5):
        attempts = life.begin(5)
        assert not attempts.careful
        attempts.end()


def test_a_partition_that_was_never_opened_leaves_the_marks_alone(life: Life, tmp_path: Path) -> None:
    for _ in range(2):
        life.begin(5)
    Attempts(tmp_path, "s", 0).end()
    assert life.begin(5).careful


def test_care_ends_after_some_records(life: Life) -> None:
    for _ in range(2):
        life.begin(5)
    attempts = life.begin(5)
    for offset in (5, 6, 7):
        assert attempts.careful
        attempts.trying(record(offset))
        attempts.survived(record(offset))
    assert not attempts.careful


def test_only_a_record_that_was_being_tried_twice_is_accused(life: Life) -> None:
    for _ in range(2):
        life.begin(5)
    attempts = life.begin(5)
    attempts.trying(record(5))
    attempts.survived(record(5))
    assert life.begin(6).killer is None
    for killer in (None, mark_of(record(6))):
        attempts = life.begin(6)
        attempts.trying(record(6))
        after = life.begin(6)
        assert after.careful
        assert after.killer == killer


def test_a_death_at_another_record_begins_the_accusation_anew(life: Life) -> None:
    for offset in (6, 7, 6):
        life.begin(6).trying(record(offset))
        assert life.begin(6).killer is None


def test_a_worker_that_dies_before_it_tries_again_does_not_clear_the_suspect(life: Life) -> None:
    life.begin(6).trying(record(6))
    life.begin(6)
    life.begin(6).trying(record(6))
    assert life.begin(6).killer == mark_of(record(6))


def test_the_accusation_lasts_until_the_dead_letter_is_written(life: Life) -> None:
    for _ in range(2):
        life.begin(6).trying(record(6))
    assert life.begin(6).killer == mark_of(record(6))
    attempts = life.begin(6)
    attempts.trying(record(5))
    attempts.survived(record(5))
    assert attempts.killer == mark_of(record(6))
    attempts.survived(record(6))
    assert life.begin(7).killer is None


def test_records_of_effects_are_known_by_content() -> None:
    assert mark_of(record(INTERNAL_OFFSET, b"a")) != mark_of(record(INTERNAL_OFFSET, b"b"))
    assert mark_of(record(1, b"a")) == mark_of(record(1, b"b"))


def test_without_a_folder_nothing_is_noticed() -> None:
    for _ in range(4):
        attempts = Attempts(None, "s", 0)
        attempts.begin(5, 3)
        assert not attempts.careful


def test_a_torn_file_is_as_none(tmp_path: Path, life: Life) -> None:
    (tmp_path / "s-0.attempts.json").write_text("{")
    assert not life.begin(5).careful
