"""Lanes, patience, types and names."""

from datetime import UTC, datetime, timedelta

import pytest

from schemas.media import MediaWanted
from schemas.message import MediaReference
from workers.fetch import rule
from workers.fetch.ledger import Entry
from workers.fetch.settings import FetchSettings
from workers.fetch.turns import Ended

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
SETTINGS = FetchSettings(give_up_hours=1)


def wanted(**media: object) -> MediaWanted:
    reference = MediaReference.model_validate(media)
    return MediaWanted(
        wanted_id="a" * 32,
        reference="R",
        person_key="p",
        identity="i",
        channel="sms",
        media=reference,
        at=NOON,
    )


def away(**words: object) -> Ended:
    return Ended.model_validate({"wanted_id": "a" * 32, "end": "away", "at": NOON, **words})


@pytest.mark.parametrize(
    ("url", "lane"),
    [("https://Media.Example/1", "media.example"), ("", "sms"), ("http://[bad/", "sms")],
)
def test_a_lane_for_each_host(url: str, lane: str) -> None:
    assert rule.lane_of(wanted(url=url, media_id="1")) == lane


def test_pauses_double_up_to_a_ceiling() -> None:
    entry: Entry | None = Entry(wanted=wanted())
    pauses = []
    for _ in range(12):
        assert entry is not None
        entry = rule.after_failure(entry, away(), SETTINGS, NOON)
        assert entry is not None
        assert entry.next_attempt_at is not None
        pauses.append((entry.next_attempt_at - NOON).total_seconds())
    assert pauses[:4] == [2, 4, 8, 16]
    assert pauses[-1] == SETTINGS.retry_most_seconds


def test_a_provider_that_names_a_time_is_believed() -> None:
    entry = rule.after_failure(Entry(wanted=wanted()), away(retry_after=600), SETTINGS, NOON)
    assert entry is not None
    assert entry.next_attempt_at == NOON + timedelta(seconds=600)


def test_nothing_is_tried_after_it_expired() -> None:
    soon = Entry(wanted=wanted(expires_at=NOON + timedelta(seconds=1)))
    assert rule.after_failure(soon, away(), SETTINGS, NOON) is None
    assert rule.after_failure(Entry(wanted=wanted()), away(retry_after=4000), SETTINGS, NOON) is None


@pytest.mark.parametrize(
    ("claimed", "told", "is_"),
    [
        ("image", "image/JPEG; q=1", "image/jpeg"),
        ("image/png", "", "image/png"),
        ("image", "nonsense", "application/octet-stream"),
        ("image/png", "text/html; charset=utf-8", ""),
        ("", "application/xhtml+xml", ""),
    ],
)
def test_a_page_is_no_picture(claimed: str, told: str, is_: str) -> None:
    assert rule.media_type(MediaReference(media_type=claimed), told) == is_


@pytest.mark.parametrize(
    ("name", "url", "is_"),
    [
        ("../../x", "", "../../x"),
        ("a\r\nb\u202ecod.exe", "", "abcod.exe"),
        ("", "https://m.example/dir/cat.png?token=1", "cat.png"),
        ("", "https://m.example/", "media"),
        ("x" * 4000, "", "x" * 255),
    ],
)
def test_a_name_is_data(name: str, url: str, is_: str) -> None:
    assert rule.name_of(MediaReference(name=name, url=url)) == is_
