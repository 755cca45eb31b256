"""Records of the first day are read today, and what tomorrow adds to a record is kept."""

import json
from typing import Any

import pytest

from gateway import published
from schemas import topics
from schemas.wire import Wire
from tests.contract.upgrade.records import FIRST, first, names

MODELS: dict[str, type[Wire]] = {
    model.__name__: model
    for model in (
        *(topic.model for topic in (*topics.HOUSE, topics.queue("any")) if topic.model),
        *published.EXTRA,
    )
}
RECORDS = [(name, form) for name in sorted(MODELS) for form in ("bare", "full")]
TOMORROW = {"from_tomorrow": "kept"}


def kept(given: Any, found: Any) -> bool:
    """Whether everything that was given is still there, in lists in the same place."""
    if isinstance(given, dict):
        return isinstance(found, dict) and all(
            name in found and kept(given[name], found[name]) for name in given
        )
    if isinstance(given, list):
        return len(given) == len(found) and all(map(kept, given, found))
    return bool(given == found)


def with_tomorrow(value: Any) -> Any:
    """The record with one more field in each of its parts."""
    if isinstance(value, dict):
        return {name: with_tomorrow(part) for name, part in value.items()} | TOMORROW
    return [with_tomorrow(part) for part in value] if isinstance(value, list) else value


def test_every_record_has_its_first_form() -> None:
    cure = "python -m tests.contract.upgrade.records lays down what is missing; what is there never changes"
    assert [name for name in names() if not (FIRST / f"{name}.json").exists()] == [], cure
    assert sorted(MODELS) == names()


@pytest.mark.parametrize("name, form", RECORDS)
def test_a_record_of_the_first_day_is_read(name: str, form: str) -> None:
    old = first(name)[form]
    read = MODELS[name].from_bytes(json.dumps(old).encode())
    assert kept(old, json.loads(read.to_bytes()))


@pytest.mark.parametrize("name, form", RECORDS)
def test_fields_of_tomorrow_are_kept_in_every_part(name: str, form: str) -> None:
    new = with_tomorrow(first(name)[form])
    read = MODELS[name].from_bytes(json.dumps(new).encode())
    assert kept(new, json.loads(read.to_bytes()))
    assert kept(new, json.loads(read.model_copy(update={}).to_bytes()))
