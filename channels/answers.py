"""What a person filled into a form inside a chat, as words: one line for each answer, with its label. Pure.

The form is the organisation's own, so its labels are whatever it called its fields.
"""

import re
from collections.abc import Iterator

from channels.json_body import read_json
from channels.lenient import DEEPEST, text_of
from schemas.errors import Unreadable

MOST_ANSWERS = 200
_MACHINE = re.compile(r"flow_token|flow_id|wa_flow_response_params|page_id|id")
"""Names of fields that no person filled in."""
_PLACE = re.compile(r"^screen_\d+_|_\d+$")
"""What a form's designer puts around a field's name: `screen_0_What_happened_1`."""


def answers(raw: str) -> str:
    """The JSON of a filled-in form as lines `label: answer`; what is no JSON is shown as it came."""
    if not raw.strip():
        return ""
    try:
        value = read_json(raw.encode("utf-8", "replace"))
    except Unreadable:
        return raw
    return "\n".join(list(dict.fromkeys(_lines("", value, 0)))[:MOST_ANSWERS])


def _lines(label: str, value: object, depth: int) -> Iterator[str]:
    if depth >= DEEPEST:
        return
    if isinstance(value, list):
        yield from _listed(label, value, depth)
    elif not isinstance(value, dict):
        said = _said(value)
        if said:
            yield f"{label}: {said}" if label else said
    elif isinstance(value.get("label"), str) and "value" in value:
        yield from _lines(value["label"].strip(), value["value"], depth + 1)
    else:
        # a page of a form: its title is the designer's
        parts = {"items": value["items"]} if isinstance(value.get("items"), list) else value
        for name, part in parts.items():
            if not _MACHINE.fullmatch(str(name)):
                yield from _lines(_label(str(name)), part, depth + 1)


def _listed(label: str, value: list[object], depth: int) -> Iterator[str]:
    """Several choices stand on one line, several answers each on its own."""
    chosen = [said for one in value if (said := _said(one))]
    if chosen:
        yield f"{label}: {', '.join(chosen)}" if label else ", ".join(chosen)
    for one in value:
        if isinstance(one, dict | list):
            yield from _lines(label if isinstance(one, list) else "", one, depth + 1)


def _said(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return text_of(value).strip()


def _label(name: str) -> str:
    return " ".join(_PLACE.sub("", name).replace("_", " ").split())
