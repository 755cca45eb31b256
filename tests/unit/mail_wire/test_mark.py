"""Where a mailbox was read up to."""

from datetime import UTC, datetime, timedelta

import pytest

from channels.mail.mark import Mark
from schemas.errors import Misconfigured

START = datetime(2026, 3, 4, 5, 6, 7, 900_000, tzinfo=UTC)


def test_a_first_start_begins_behind_what_is_there_and_backfill_before_it() -> None:
    mark = Mark.start(7, 100, START, backfill=False)
    assert (mark.uid, mark.floor) == (99, 100)
    assert not mark.is_history(100, START - timedelta(days=1)), (
        "new is what came after, whatever its date says"
    )
    history = Mark.start(7, 100, START, backfill=True)
    assert (history.uid, history.floor) == (0, 1)
    assert history.is_history(99, START + timedelta(days=1))
    assert not history.is_history(100, START)


def test_it_never_goes_back_and_survives_being_written() -> None:
    mark = Mark.start(7, 1, START, backfill=False).at(5).at(3)
    assert mark.uid == 5
    assert Mark.read(mark.position) == mark


def test_under_another_uidvalidity_the_date_tells_history_from_news() -> None:
    mark = Mark.start(7, 100, START, backfill=False).at(120).anew(8)
    assert (mark.uidvalidity, mark.uid, mark.floor) == (8, 0, 1)
    assert mark.is_history(1, START - timedelta(minutes=1))
    assert not mark.is_history(1, START.replace(microsecond=0)), "INTERNALDATE has no fractions of a second"


def test_a_position_that_is_not_ours_is_named() -> None:
    with pytest.raises(Misconfigured, match=r"sources\.positions"):
        Mark.read("12345")
