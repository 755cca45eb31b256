"""Providers' JSON read as it comes: null, an empty word or another type where something else is documented. Pure.

What cannot be understood in one field never costs the message: the field is empty then.
"""

from typing import Annotated, Any, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, model_validator

from channels.json_body import clean

Json = dict[str, Any]
DEEPEST = 12
MOST_WORDS = 200
"""Pieces of text taken out of one structure that nobody described to us."""
SPOKEN = ("title", "name", "question", "text", "caption", "body", "description", "label", "value", "content")
"""Keys under which networks put words, in the order in which they are shown."""
HELD = ("blocks", "items", "options", "tasks", "elements", "sections", "pages", "rows", "cells", "children")
"""Keys under which networks put what has words in turn."""


def at(value: object, *path: str) -> str:
    """The text at `path` in nested objects, empty when there is none."""
    for name in path:
        value = value.get(name) if isinstance(value, dict) else None
    return text_of(value)


def part(value: object, *path: str) -> Json:
    """The object at `path` in nested objects, empty when there is none."""
    for name in path:
        value = value.get(name) if isinstance(value, dict) else None
    return value if isinstance(value, dict) else {}


def text_of(value: object) -> str:
    """A text or a number as text; anything else is no text."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return ""
    return clean(str(value))


def objects(value: object) -> list[Json]:
    """The objects in a list, nothing for anything else."""
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def _is_true(value: object) -> bool:
    return value is True or str(value).strip().lower() in ("true", "1", "yes")


def _texts(value: object) -> list[str]:
    every = value if isinstance(value, list) else [value]
    return [text for text in map(text_of, every) if text]


Text = Annotated[str, BeforeValidator(text_of)]
Flag = Annotated[bool, BeforeValidator(_is_true)]
Texts = Annotated[list[str], BeforeValidator(_texts)]
Objects = Annotated[list[Json], BeforeValidator(objects)]


class Entity(BaseModel):
    """An object of a provider: fields that it does not name are ignored, null is a field that was left out."""

    model_config = ConfigDict(extra="ignore", frozen=True, populate_by_name=True)

    @model_validator(mode="before")
    @classmethod
    def _what_is_there(cls, value: object) -> object:
        if isinstance(value, BaseModel):
            return value
        return (
            {name: part for name, part in value.items() if part is not None}
            if isinstance(value, dict)
            else {}
        )

    @classmethod
    def every(cls, value: object) -> list[Self]:
        """One for each object of a list."""
        return [cls.model_validate(one) for one in objects(value)]


def spoken(value: object, depth: int = 0) -> list[str]:
    """The words in a structure that nobody described to us, in reading order; bounded in depth and number."""
    if isinstance(value, str):
        return [clean(value)] if value.strip() else []
    if depth >= DEEPEST:
        return []
    parts = _parts(value) if isinstance(value, dict) else value if isinstance(value, list) else []
    found: list[str] = []
    for part in parts[:MOST_WORDS]:
        found += spoken(part, depth + 1)
        if len(found) >= MOST_WORDS:
            break
    return found[:MOST_WORDS]


def _parts(value: Json) -> list[object]:
    """What may be read in an object; a name alone (of a file, a colour) says nothing, with options it asks."""
    named = [value[key] for key in (*SPOKEN, *HELD) if key in value]
    return [
        *named,
        *(part for key, part in value.items() if key not in SPOKEN + HELD and isinstance(part, list)),
    ]
