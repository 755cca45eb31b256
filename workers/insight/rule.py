"""Counting so that a replay changes nothing: a bucket remembers how far into each source it has counted."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from schemas.insight import FeedItem, Found

MINUTE = timedelta(minutes=1)
REFERENCES_SHOWN = 20
PEOPLE_KEPT = 500

Bucket = dict[str, Any]
"""A table value (JSON): `n`, `last` (source → offset), `people`, `references`, `told`."""


@dataclass(frozen=True, slots=True)
class Thresholds:
    """When many people reporting one thing is a surge: within `window`, by so many distinct people."""

    window: timedelta = timedelta(minutes=10)
    same_text_people: int = 5
    category_people: int = 30


@dataclass(frozen=True, slots=True)
class Counted:
    """One bucket after an item: its key, its new value, and what there is to tell."""

    key: str
    bucket: Bucket
    found: Sequence[Found]


def count(item: FeedItem, get: Any, thresholds: Thresholds) -> list[Counted]:
    """Every bucket that `item` belongs to. `get(key)` reads the table; buckets that counted it are left out."""
    if item.type != "opened":
        return []
    changed = [_minute(item, get)]
    for kind, name, people in (
        ("same", item.same, thresholds.same_text_people),
        ("category", item.category, thresholds.category_people),
    ):
        if name:
            changed.append(_surge(item, get, f"{kind}|{name}", people, thresholds.window))
    return [one for one in changed if one is not None]


def expired(key: str, now: datetime, thresholds: Thresholds) -> bool:
    """Whether a bucket can no longer change: its start lies two windows back."""
    return now - start_of(key) > 2 * max(thresholds.window, MINUTE)


def start_of(key: str) -> datetime:
    """When the bucket begins: its key ends with the epoch second."""
    return datetime.fromtimestamp(int(key.rpartition("|")[2]), UTC)


def _minute(item: FeedItem, get: Any) -> Counted | None:
    start = _floor(item.at, MINUTE)
    key = f"minute|{item.category}|{item.channel}|{int(start.timestamp())}"
    bucket = _counted(item, get(key))
    if bucket is None:
        return None
    found = Found(
        type="count",
        found_id=key,
        category=item.category,
        channel=item.channel,
        since=start,
        count=bucket["n"],
    )
    return Counted(key, bucket, [found])


def _surge(item: FeedItem, get: Any, name: str, people: int, window: timedelta) -> Counted | None:
    start = _floor(item.at, window)
    key = f"{name}|{int(start.timestamp())}"
    bucket = _counted(item, get(key))
    if bucket is None:
        return None
    if len(bucket["people"]) < people:
        return Counted(key, bucket, [])
    found = Found(
        type="surge",
        found_id=hashlib.sha256(key.encode()).hexdigest()[:24],
        category=item.category,
        since=start,
        count=bucket["n"],
        people=len(bucket["people"]),
        same=item.same if name.startswith("same") else "",
        references=bucket["references"],
    )
    return Counted(key, bucket, [found])


def _counted(item: FeedItem, before: Bucket | None) -> Bucket | None:
    """The bucket with `item` in it; None when it was counted before."""
    bucket = before or {"n": 0, "last": {}, "people": [], "references": []}
    if bucket["last"].get(item.source, -1) >= item.offset:
        return None
    people = bucket["people"]
    return {
        "n": bucket["n"] + 1,
        "last": {**bucket["last"], item.source: item.offset},
        "people": people
        if item.person_key in people or len(people) >= PEOPLE_KEPT
        else [*people, item.person_key],
        "references": [*bucket["references"], item.reference][-REFERENCES_SHOWN:],
    }


def _floor(moment: datetime, step: timedelta) -> datetime:
    seconds = int(moment.timestamp()) // int(step.total_seconds()) * int(step.total_seconds())
    return datetime.fromtimestamp(seconds, UTC)
