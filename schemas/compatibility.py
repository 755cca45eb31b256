"""What a change of a JSON Schema takes away from those who read or write the records: nothing may be.

Within a major version a case system may rely on every field, every type and every word of an enumeration that a
release has had, and old records must stay readable, so a field that was optional must stay so. Additions are free.
"""

from collections.abc import Iterator, Mapping
from typing import Any

Schema = Mapping[str, Any]


def breaks(before: Schema, after: Schema) -> list[str]:
    """What `after` breaks of `before`, as sentences with the path of the field; empty when nothing is broken.

    Both are whole documents: references into `$defs` are followed, names of definitions do not count.
    """
    return sorted(set(_broken(before, after, before, after, "", frozenset())))


def _broken(
    old: Schema, new: Schema, before: Schema, after: Schema, path: str, seen: frozenset[tuple[str, str]]
) -> Iterator[str]:
    pair = (str(old.get("$ref", "")), str(new.get("$ref", "")))
    if all(pair) and pair in seen:
        return
    old, new = _resolved(old, before), _resolved(new, after)
    yield from _types(old, new, before, after, path)
    yield from _words(old, new, before, after, path)
    yield from _fields(old, new, before, after, path, seen | {pair})
    inner_old, inner_new = _part(old, before, "items"), _part(new, after, "items")
    if inner_old is not None and inner_new is not None:
        yield from _broken(inner_old, inner_new, before, after, f"{path}[]", seen | {pair})


def _fields(
    old: Schema, new: Schema, before: Schema, after: Schema, path: str, seen: frozenset[tuple[str, str]]
) -> Iterator[str]:
    had, has = _part(old, before, "properties") or {}, _part(new, after, "properties") or {}
    for name, schema in had.items():
        at = f"{path}.{name}" if path else name
        if name not in has:
            yield f"{at} is gone"
        else:
            yield from _broken(schema, has[name], before, after, at, seen)
    needed = set(_part(new, after, "required") or ()) - set(_part(old, before, "required") or ())
    for name in needed:
        yield f"{path}.{name} is required now".lstrip(".")


def _types(old: Schema, new: Schema, before: Schema, after: Schema, path: str) -> Iterator[str]:
    had, has = set(_alternatives(old, before, "type")), set(_alternatives(new, after, "type"))
    if had and has and had != has:
        yield f"{path} was {_listed(had)}, is {_listed(has)}"


def _words(old: Schema, new: Schema, before: Schema, after: Schema, path: str) -> Iterator[str]:
    had, has = set(_alternatives(old, before, "enum")), set(_alternatives(new, after, "enum"))
    if has:
        for word in had - has:
            yield f"{path} no longer knows {word}"


def _alternatives(schema: Schema, document: Schema, what: str) -> Iterator[str]:
    """The types or the words of a schema and of everything it may be instead."""
    schema = _resolved(schema, document)
    found = schema.get(what, ())
    yield from [found] if isinstance(found, str) else map(str, found)
    if what == "enum" and "const" in schema:
        yield str(schema["const"])
    for other in schema.get("anyOf", ()):
        yield from _alternatives(other, document, what)


def _part(schema: Schema, document: Schema, what: str) -> Any:
    """A keyword of a schema, or of the alternative that has it."""
    if what in schema:
        return schema[what]
    others = (_resolved(one, document) for one in schema.get("anyOf", ()))
    return next((one[what] for one in others if what in one), None)


def _resolved(schema: Schema, document: Schema) -> Schema:
    while "$ref" in schema:
        name = str(schema["$ref"]).rpartition("/")[2]
        schema = document["$defs"][name]
    return schema


def _listed(words: set[str]) -> str:
    return " or ".join(sorted(words))
