"""What retention took before a stage had read it is a loss; what no stage ever had to read is none."""

import pytest

from schemas import topics
from workers.monitor.retention import lost_before
from workers.monitor.survey import Reach
from workers.monitor.watched import STAGES, Watched
from workers.reconcile.audit import Bounds, account
from workers.reconcile.ledger import Ledger
from workers.reconcile.retention import Removed, removed


@pytest.mark.parametrize("one", STAGES, ids=lambda one: str(one.stage))
@pytest.mark.parametrize(
    ("first", "stands", "begin", "count"),
    [
        (10, {0: 4, 1: 9}, 4, 6),
        (10, {1: 9}, 0, 10),
        (10, {0: 10, 1: 9}, 0, 0),
        (10, {0: 99, 1: 9}, 0, 0),
        (10, {}, 0, 0),
        (0, {}, 0, 0),
    ],
    ids=["behind", "never read here", "at the start", "beyond", "never ran", "new"],
)
def test_each_stage_is_compared_with_its_own_topic(
    one: Watched, first: int, stands: dict[int, int], begin: int, count: int
) -> None:
    stage, topic = one.stage, one.topic
    reaches = {(topic, 0): Reach(first, 100), (topic, 1): Reach(0, 100), ("another", 0): Reach(50, 60)}
    positions = {stage: {(topic, number): at for number, at in stands.items()}}
    expected = [Removed(stage, topic, 0, begin, count)] if count else []
    assert list(removed(reaches, positions)) == expected


@pytest.mark.parametrize("topic", [topic.name for topic in topics.HOUSE])
def test_the_marker_after_the_last_transaction_is_no_record(topic: str) -> None:
    is_plain = topic in (topics.DELIVERIES.name, topics.OUTCOMES.name)
    assert lost_before(topic, 8, 7) == (1 if is_plain else 0)
    assert lost_before(topic, 9, 7) == 2
    assert lost_before(topic, 7, 7) == lost_before(topic, 0, 7) == 0


def test_it_is_a_counted_difference_with_its_cure() -> None:
    gone = [
        Removed("normalise", topics.DELIVERIES.name, 0, 4, 6),
        Removed("triage", topics.MESSAGES.name, 1, 0, 2),
    ]
    with Ledger() as books:
        said = account(books, Bounds(since=1, until=2), {}, gone=gone)
        assert account(books, Bounds(), {}).agrees
    assert (said.agrees, said.removed) == (False, 8)
    assert [(one.kind, one.delivery_id) for one in said.differences] == [
        ("removed", "intake.deliveries/0/4"),
        ("removed", "intake.messages/1/0"),
    ]
    assert all("retention.ms" in one.says for one in said.differences)
