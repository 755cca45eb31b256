"""Provider JSON to Python values, whatever a hostile or broken sender put into it. Pure.

pydantic-core's parser has a depth limit, so nesting bombs end in a typed error and not in a stack overflow.
"""

import re
from typing import Any

from pydantic_core import from_json

from schemas.errors import TooLarge, Unreadable

NUL = rb"\u0000"
MOST_BYTES = 8 * 1024 * 1024
"""No provider's webhook or post comes near it."""

_ESCAPES = re.compile(
    r"\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}"  # a whole pair
    r"|\\u[dD][89a-fA-F][0-9a-fA-F]{2}"  # half of one
    r"|\\u0000|\\."
)
_UNPRINTABLE = dict.fromkeys([*range(0xD800, 0xE000), 0])


def read_json(raw: bytes) -> Any:
    """The value that `raw` holds (RFC 8259). Broken UTF-8, lone surrogates and NUL become U+FFFD.

    Raises TooLarge over MOST_BYTES, Unreadable for anything that is not JSON.
    """
    if len(raw) > MOST_BYTES:
        raise TooLarge(f"a payload of {len(raw)} bytes; the limit is {MOST_BYTES}")
    if NUL not in raw:
        try:
            return from_json(raw, allow_inf_nan=False)
        except ValueError:
            pass
    mended = _ESCAPES.sub(_pair_or_mark, raw.decode("utf-8", "replace"))
    try:
        return from_json(mended, allow_inf_nan=False)
    except ValueError as error:
        raise Unreadable(f"not JSON: {error}") from error


def read_object(raw: bytes) -> dict[str, Any]:
    """`read_json` where only an object makes sense; raises Unreadable for anything else."""
    value = read_json(raw)
    if not isinstance(value, dict):
        raise Unreadable(f"a JSON object was expected, this is {type(value).__name__}")
    return value


def objects(value: object) -> list[dict[str, Any]]:
    """The objects in a list, nothing for anything else."""
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def text_at(value: dict[str, Any], name: str) -> str:
    """The text under `name`; empty when none stands there."""
    found = value.get(name)
    return found if isinstance(found, str) else ""


def clean(text: str) -> str:
    """Text that every store can hold: no NUL, no lone surrogate, line ends as one newline."""
    return text.translate(_UNPRINTABLE).replace("\r\n", "\n").replace("\r", "\n")


def _pair_or_mark(match: re.Match[str]) -> str:
    found = match.group()
    broken = len(found) == 6 and (found[2] in "dD" or found == "\\u0000")
    return "\\ufffd" if broken else found
