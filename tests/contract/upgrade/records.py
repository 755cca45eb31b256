"""Every record as its first published schema had it, with made-up values, kept in `first/`.

`python -m tests.contract.upgrade.records` lays down what is missing there, from the schema as it is published now;
what is there stays as it is for ever: records like it stand on topics, and every later release must read them.
"""

import json
from pathlib import Path
from typing import Any

from schemas import published

PUBLISHED = Path(published.__file__).parent
FIRST = Path(__file__).parent / "first"
MOMENT = "2026-01-02T03:04:05Z"
_PLAIN: dict[str, Any] = {"string": "words", "integer": 7, "number": 0.5, "boolean": True, "null": None}
Schema = dict[str, Any]


def names() -> list[str]:
    """Every record that has a published schema."""
    return sorted(path.name.removesuffix(".v1.json") for path in PUBLISHED.glob("*.v1.json"))


def first(name: str) -> dict[str, Any]:
    """The record `bare` (only what must be there) and `full` (everything), as they were first published."""
    told: dict[str, Any] = json.loads((FIRST / f"{name}.json").read_text())
    return told


def sample(schema: Schema, definitions: dict[str, Schema], full: bool) -> Any:
    """A value that the schema allows; with `full` every property, else only those that are required."""
    if "$ref" in schema:
        return sample(definitions[schema["$ref"].rpartition("/")[2]], definitions, full)
    if "anyOf" in schema:
        return sample(schema["anyOf"][0], definitions, full)
    if "enum" in schema or "const" in schema:
        return schema.get("const", schema.get("enum", [None])[0])
    if schema.get("format") == "date-time":
        return MOMENT
    if schema.get("type") == "array":
        return [sample(schema["items"], definitions, full)] if full else []
    if "properties" in schema:
        wanted = schema["properties"] if full else schema.get("required", ())
        return {name: sample(schema["properties"][name], definitions, full) for name in wanted}
    if schema.get("type") == "object":
        return {"key": _entry(schema.get("additionalProperties"), definitions, full)} if full else {}
    return _PLAIN[schema.get("type", "string")]


def _entry(values: Schema | bool | None, definitions: dict[str, Schema], full: bool) -> Any:
    return sample(values, definitions, full) if isinstance(values, dict) else "words"


def laid_down(schema: Schema) -> dict[str, Any]:
    """What `first/` keeps of a schema."""
    definitions = schema.get("$defs", {})
    return {
        "bare": sample(schema, definitions, full=False),
        "full": sample(schema, definitions, full=True),
    }


def main() -> None:
    """Lay down what is missing."""
    for name in names():
        path = FIRST / f"{name}.json"
        if not path.exists():
            made = laid_down(json.loads((PUBLISHED / f"{name}.v1.json").read_text()))
            path.write_text(json.dumps(made, indent=1, sort_keys=True) + "\n")
            print(f"laid down: {path.name}")


if __name__ == "__main__":
    main()
