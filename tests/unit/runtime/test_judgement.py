"""What becomes of each record of a batch."""

import pytest

from schemas.errors import (
    KilledWorker,
    Nonsense,
    ParserFault,
    StageFault,
    Unavailable,
    Unreadable,
    Unsupported,
)
from tests.unit.runtime.doubles import SEEN, Scripted, record
from workers.runtime.contract import INTERNAL_OFFSET, Delta, Output, Record, Tables
from workers.runtime.faults import FaultWindow
from workers.runtime.judgement import TRUNCATED, Judge, TooManyFaults, Work
from workers.runtime.options import RunOptions
from workers.runtime.preparation import prepare_all
from workers.runtime.state import POSITION_KEY, PartitionState


def judge(stage: Scripted, records: list[Record], **options: int) -> tuple[Work, PartitionState]:
    state = PartitionState(stage.tables)
    window = FaultWindow(None, stage.name)
    work = Judge(stage, state, RunOptions(**options), window).judge(records, prepare_all(stage, records))  # type: ignore[arg-type]
    return work, state


def causes(work: Work) -> list[str | None]:
    return [
        next(
            (value.decode() for output in delta.outputs for name, value in output.headers if name == "cause"),
            None,
        )
        for delta in work.deltas
    ]


def count(record: Record, tables: Tables) -> Delta:
    """Counts records by key, so that each must see the one before."""
    assert record.key is not None
    known = int(tables.get("seen", record.key) or 0)
    if record.value == b"unreadable":
        raise Nonsense("no")
    if record.value == b"away":
        raise Unavailable("gone")
    if record.value == b"new":
        raise Unsupported("version 9")
    if record.value == b"bug":
        raise KeyError(record.value)
    return Delta([Output("out", record.key, b"%d" % known)], {"seen": {record.key: b"%d" % (known + 1)}})


def test_a_later_record_of_the_batch_sees_the_earlier_one() -> None:
    work, state = judge(Scripted(count), [record(0), record(1), record(2)])
    assert [delta.outputs[0].value for delta in work.deltas] == [b"0", b"1", b"2"]
    assert state.get("seen", b"k") == b"3"
    assert work.next_offset == 3


def test_trouble_stays_with_its_record() -> None:
    records = [record(0), record(1, b"unreadable"), record(2, b"bug"), record(3)]
    work, state = judge(Scripted(count), records)
    assert causes(work) == [None, "Nonsense", "StageFault", None]
    assert work.dead_letters == 2
    assert work.next_offset == 4
    assert state.get("seen", b"k") == b"2"


@pytest.mark.parametrize("value", [b"away", b"new"])
def test_what_may_come_back_halts_before_its_record(value: bytes) -> None:
    work, _ = judge(Scripted(count), [record(0), record(1, value), record(2)])
    assert len(work.deltas) == 1
    assert work.next_offset == 1
    assert isinstance(work.halt, Unavailable | Unsupported)


def test_internal_records_move_no_position() -> None:
    work, _ = judge(Scripted(count), [record(7), record(INTERNAL_OFFSET)])
    assert work.next_offset == 8
    work, _ = judge(Scripted(count), [record(INTERNAL_OFFSET)])
    assert work.next_offset is None


@pytest.mark.parametrize(
    "delta",
    [
        Delta([], {"unknown": {b"k": b"v"}}),
        Delta([], {"seen": {POSITION_KEY: b"v"}}),
        Delta([], {"seen": {"text": b"v"}}),  # type: ignore[dict-item]
        Delta([], {"seen": {b"k": "text"}}),  # type: ignore[dict-item]
        Delta([Output("out", b"k", "text")]),  # type: ignore[arg-type]
        Delta([Output("out", b"k", b"v", (("h", "text"),))]),  # type: ignore[arg-type]
    ],
)
def test_a_delta_that_no_log_could_carry_is_our_fault_and_changes_nothing(delta: Delta) -> None:
    work, state = judge(Scripted(lambda record, tables: delta), [record(0)])
    assert causes(work) == ["StageFault"]
    assert dict(state.items("seen")) == {}


def test_too_large_to_write_is_a_dead_letter() -> None:
    def large(record: Record, tables: Tables) -> Delta:
        return Delta([Output("out", b"k", bytes(2000))], {"seen": {b"k": b"1"}})

    work, state = judge(Scripted(large), [record(0)], max_record_bytes=1000)
    assert causes(work) == ["TooLarge"]
    assert state.get("seen", b"k") is None
    table = Scripted(lambda record, tables: Delta([], {"seen": {b"k": bytes(2000)}}))
    assert causes(judge(table, [record(0)], max_record_bytes=1000)[0]) == ["TooLarge"]


def test_a_dead_letter_that_would_not_fit_keeps_the_beginning_and_says_so() -> None:
    def unreadable(record: Record, tables: Tables) -> Delta:
        raise Nonsense("no")

    work, _ = judge(Scripted(unreadable), [record(0, bytes(5000))], max_dead_letter_bytes=4000)
    letter = work.deltas[0].outputs[0]
    assert letter.value == bytes(1000)
    assert (TRUNCATED, b"5000") in letter.headers


def test_a_broken_prepare_hits_only_its_record() -> None:
    def prepare(record: Record) -> object:
        if record.value == b"bug":
            raise ValueError("secret content")
        return Nonsense("no") if record.value == b"unreadable" else record.value

    stage = Scripted(count, prepare)
    work, _ = judge(stage, [record(0), record(1, b"bug"), record(2, b"unreadable"), record(3)])
    assert causes(work) == [None, "StageFault", "Nonsense", None]
    assert "secret" not in str(prepare_all(stage, [record(1, b"bug")])[0])


def test_a_wrong_number_of_results_is_our_fault() -> None:
    class Short(Scripted):
        def prepare(self, records: object) -> list[object]:
            return []

    assert causes(judge(Short(count), [record(0), record(1)])[0]) == ["StageFault", "StageFault"]


def test_prepare_may_say_that_something_is_away() -> None:
    def gone(record: Record) -> object:
        raise Unavailable("blob store")

    with pytest.raises(Unavailable):
        prepare_all(Scripted(prepare=gone), [record(0), record(1)])


def faults(senders: int, among: int) -> list[Record]:
    return [record(n, b"bug" if n < senders else b"v", b"k%d" % n) for n in range(among)][::-1]


def test_faults_for_many_senders_stop_the_stage_before_the_record() -> None:
    work, _ = judge(Scripted(count), faults(20, 100))
    assert isinstance(work.halt, TooManyFaults)
    assert work.dead_letters == 19
    assert judge(Scripted(count), faults(19, 20))[0].dead_letters == 19
    assert judge(Scripted(count), faults(20, 120))[0].dead_letters == 20


def test_who_is_read_counts_and_not_the_key_that_a_stranger_chose() -> None:
    class OneSender(Scripted):
        def sender(self, record: Record) -> str:
            return "one"

    assert judge(OneSender(count), faults(90, 90))[0].dead_letters == 90

    def one_author(record: Record, tables: Tables) -> Delta:
        raise StageFault("KeyError", "the same person")

    assert judge(Scripted(one_author), faults(90, 90))[0].dead_letters == 90


@pytest.mark.parametrize("error", [Nonsense("no"), ParserFault("KeyError"), KilledWorker("ended")])
def test_what_cannot_be_read_stops_nobody_by_itself(error: Unreadable) -> None:
    def unreadable(record: Record, tables: Tables) -> Delta:
        raise error

    work, _ = judge(Scripted(unreadable), faults(90, 90))
    assert (work.halt, work.dead_letters) == (None, 90)


def test_undo_goes_back_to_the_last_commit() -> None:
    state = PartitionState((SEEN,))
    state.apply(Delta([], {"seen": {b"a": b"1", b"b": b"1"}}))
    state.keep()
    state.apply(Delta([], {"seen": {b"a": b"2", b"c": b"1"}}))
    state.apply(Delta([], {"seen": {b"a": None, b"b": b"3", b"c": b"4"}}))
    state.undo()
    assert dict(state.items("seen")) == {b"a": b"1", b"b": b"1"}
