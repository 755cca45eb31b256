"""What Burrow leaves open: idle partitions, new groups, groups that never commit."""

from workers.monitor.window import SECONDS, Window

NOW = 1_000_000_000
LONG_AGO = NOW - 600_000


def window(since_ms: int = LONG_AGO) -> Window:
    return Window(since_ms)


def test_an_idle_partition_is_ok_whoever_reads_it() -> None:
    assert window().verdict(0, NOW) == "OK"


def test_a_new_group_is_not_judged_before_there_was_time() -> None:
    young = window(since_ms=NOW)
    assert young.verdict(5, NOW + 1_000) == "UNKNOWN"
    assert young.verdict(5, NOW + SECONDS * 1000 + 1) == "STOP"


def test_a_group_that_never_committed_has_stopped_once_records_wait_for_long() -> None:
    one = window()
    one.end(7, NOW - 2_000)  # the oldest record came two seconds ago
    assert one.verdict(3, NOW) == "UNKNOWN"
    assert one.verdict(3, NOW + SECONDS * 1000) == "STOP"


def test_a_record_that_just_came_is_no_stop_although_the_last_commit_is_old() -> None:
    one = window()
    one.commit(7, LONG_AGO, 0)
    one.end(7, NOW - 50)
    assert one.verdict(1, NOW) == "OK"
    assert one.verdict(1, NOW + SECONDS * 1000 + 1) == "STOP"


def test_two_commits_are_too_few_to_call_it_stuck() -> None:
    one = window()
    for at in (NOW - 3_000, NOW - 2_000):
        one.commit(7, at, 9)
    assert one.verdict(9, NOW) == "OK"
    one.commit(7, NOW - 1_000, 9)
    assert one.verdict(9, NOW) == "STALL"


def test_commits_of_one_second_are_one_but_a_step_back_is_never_hidden() -> None:
    one = window()
    for offset, at in ((10, NOW), (20, NOW + 300), (15, NOW + 600)):
        one.commit(offset, at, 100)
    assert [commit.offset for commit in one.commits] == [20, 15]


def test_older_news_is_passed_over() -> None:
    one = window()
    one.commit(10, NOW, 1)
    one.commit(5, NOW - 5_000, 1)
    assert [commit.offset for commit in one.commits] == [10]


def test_the_last_commit_is_kept_however_old() -> None:
    one = window()
    one.commit(10, LONG_AGO, 0)
    one.verdict(0, NOW)
    assert len(one.commits) == 1


def test_a_short_silence_at_the_start_is_no_stop() -> None:
    one = window()
    for offset, at in ((1, NOW - 5_000), (2, NOW - 4_000), (3, NOW - 3_000)):
        one.commit(offset, at, 50 - offset)
    assert one.verdict(40, NOW) == "OK"
    assert one.verdict(40, NOW + 5_000) == "STOP"
