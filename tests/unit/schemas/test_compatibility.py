"""A contract may grow and may not lose: what takes something away from readers or writers is named by its path."""

import copy
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import schemas.released
from schemas.compatibility import breaks

BEFORE: dict[str, Any] = {
    "properties": {
        "reference": {"type": "string"},
        "state": {"enum": ["open", "closed"]},
        "at": {"anyOf": [{"type": "string"}, {"type": "null"}]},
        "people": {"type": "array", "items": {"$ref": "#/$defs/Person"}},
    },
    "required": ["reference"],
    "$defs": {"Person": {"properties": {"name": {"type": "string"}, "next": {"$ref": "#/$defs/Person"}}}},
}
Edit = Callable[[dict[str, Any]], None]


def edited(edit: Edit) -> list[str]:
    after = copy.deepcopy(BEFORE)
    edit(after)
    return breaks(BEFORE, after)


@pytest.mark.parametrize(
    ("edit", "says"),
    [
        (lambda one: one["properties"].pop("state"), "state is gone"),
        (lambda one: one["properties"]["state"]["enum"].remove("closed"), "state no longer knows closed"),
        (
            lambda one: one["properties"]["reference"].update(type="integer"),
            "reference was string, is integer",
        ),
        (lambda one: one["properties"]["at"]["anyOf"].pop(), "at was null or string, is string"),
        (lambda one: one["required"].append("state"), "state is required now"),
        (lambda one: one["$defs"]["Person"]["properties"].pop("name"), "people[].name is gone"),
        (lambda one: one["properties"]["people"].update(items={"type": "string"}), "people[].name"),
    ],
)
def test_what_is_taken_away_is_named(edit: Edit, says: str) -> None:
    found = edited(edit)
    assert any(says in one for one in found), found


@pytest.mark.parametrize(
    "edit",
    [
        lambda one: None,
        lambda one: one["properties"].update(more={"type": "string"}),
        lambda one: one["properties"]["state"]["enum"].append("returned"),
        lambda one: one["required"].clear(),
        lambda one: (
            one.update({"$defs": {"Human": one["$defs"]["Person"]}})
            or one["properties"]["people"].update(items={"$ref": "#/$defs/Human"})
            or one["$defs"]["Human"]["properties"].update(next={"$ref": "#/$defs/Human"})
        ),
    ],
)
def test_what_is_added_or_renamed_inside_breaks_nobody(edit: Edit) -> None:
    assert edited(edit) == []


def test_every_release_can_still_be_read_and_written() -> None:
    """The schemas of the models beside those of every release: what a case system was promised is still there."""
    from gateway.published import broken

    assert broken() == []


def test_a_field_that_a_release_had_is_missed(tmp_path: Path) -> None:
    from gateway.published import broken

    (folder,) = map(Path, schemas.released.__path__)
    for path in folder.glob("*.json"):
        released = json.loads(path.read_text())
        released["QueueEvent.v1.json"]["properties"]["gone_since"] = {"type": "string"}
        released["Left.v1.json"] = {"properties": {}}
        (tmp_path / path.name).write_text(json.dumps(released))
    assert broken(tmp_path)[:2] == [
        "0.1.0: Left.v1.json: the record is gone",
        "0.1.0: QueueEvent.v1.json: gone_since is gone",
    ]


def test_a_release_keeps_what_is_now(tmp_path: Path) -> None:
    from gateway.published import broken, release

    kept = release("9.0.0", tmp_path)
    assert "Outcome.v1.json" in json.loads(kept.read_text())
    assert broken(tmp_path) == []
