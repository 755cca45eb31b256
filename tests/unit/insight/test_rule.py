"""Counting that a replay does not change, and surges that many people make, not one."""

from datetime import UTC, datetime, timedelta

from schemas.insight import FeedItem, Found
from workers.insight.rule import Bucket, Thresholds, count, expired

NOW = datetime(2026, 3, 2, 9, 0, 30, tzinfo=UTC)
FIVE = Thresholds(same_text_people=5, category_people=8)


class Desk:
    def __init__(self) -> None:
        self.buckets: dict[str, Bucket] = {}

    def feed(self, offset: int, person: str = "", at: datetime = NOW, **words: str) -> list[Found]:
        item = FeedItem.model_validate(
            {
                "source": "complaints.events:0", "offset": offset, "event_id": str(offset), "type": "opened",
                "reference": f"r{offset}", "person_key": person or f"p{offset}", "channel": "sms",
                "category": "invoice", "same": "abc", "at": at, **words,
            }
        )  # fmt: skip
        found: list[Found] = []
        for counted in count(item, self.buckets.get, FIVE):
            self.buckets[counted.key] = counted.bucket
            found += counted.found
        return found


def surges(found: list[Found]) -> list[Found]:
    return [one for one in found if one.type == "surge"]


def test_the_same_item_again_changes_nothing() -> None:
    desk = Desk()
    desk.feed(0)
    before = dict(desk.buckets)
    assert desk.feed(0) == []
    assert desk.buckets == before


def test_each_minute_category_and_channel_has_its_count() -> None:
    desk = Desk()
    desk.feed(0)
    (counted,) = (one for one in desk.feed(1) if one.type == "count")
    assert counted.count == 2
    assert counted.since == NOW.replace(second=0)
    later = desk.feed(2, at=NOW + timedelta(minutes=1))
    assert [one.count for one in later if one.type == "count"] == [1]


def test_five_people_with_the_same_text_are_a_surge_and_one_person_five_times_is_not() -> None:
    many, one = Desk(), Desk()
    assert not any(surges(many.feed(n)) for n in range(4))
    (surge,) = surges(many.feed(4))
    assert (surge.people, surge.same, len(surge.references)) == (5, "abc", 5)
    assert not any(surges(one.feed(n, person="p")) for n in range(9))


def test_many_people_in_one_category_are_a_surge_with_the_same_id_every_time() -> None:
    desk = Desk()
    found = [surges(desk.feed(n, same=f"text {n}")) for n in range(9)]
    assert [len(one) for one in found] == [0] * 7 + [1, 1]
    assert found[7][0].found_id == found[8][0].found_id


def test_only_opened_cases_count() -> None:
    assert Desk().feed(0, type="joined") == []


def test_old_buckets_go_and_young_ones_stay() -> None:
    desk = Desk()
    desk.feed(0)
    assert not any(expired(key, NOW, FIVE) for key in desk.buckets)
    assert all(expired(key, NOW + timedelta(hours=1), FIVE) for key in desk.buckets)
