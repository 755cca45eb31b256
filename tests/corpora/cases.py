"""Inputs that were once read wrongly, from `../shared/cases`: what each of them has to become, row by row.

`wanted/*.jsonl` holds a row a line:

| Field | Means |
|---|---|
| `row` | its number in the list of wrong inputs |
| `channel` | whose parser reads it |
| `files` | names in that folder; or `input`: the very bytes as text; or `form`: fields as a program posts them |
| `facts` | what the transport knows, beside the mailbox `complaints@council.example` |
| `checks` | `"FIELD OP": VALUE` over the line that `gateway read` prints; every one must hold in every file |
| `people` | how many senders the row's files have |
| `otherwise` | the house decided otherwise, and why: a row that fails then counts as decided, not as wrong |

FIELD is a dotted path (`sender.address`, `attachments.0.name`, `media`). OP is `is`, `in` (one of a list),
`count` (of a list), `has`, `lacks` (one text or a list of them, in the field or in its JSON).
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from channels.registry import BY_NAME
from channels.webform.payload import ComplaintForm
from classifiers.contract import Classifier
from classifiers.registry import load
from gateway.cli.read import lines
from tests.corpora.material import beside

FOLDER = beside("cases")
WANTED = Path(__file__).with_name("wanted")
OURS = "complaints@council.example"


@dataclass(frozen=True, slots=True)
class Verdict:
    """One file of one row: `right`, `wrong` or `otherwise`, and what was found in place of what was wanted."""

    row: str
    file: str
    verdict: str
    why: str = ""


def verdicts() -> Iterator[Verdict]:
    """Every file of every row."""
    for path in sorted(WANTED.glob("*.jsonl")):
        for text in path.read_text("utf-8").splitlines():
            yield from _row(json.loads(text))


def table() -> int:
    """Print the rows and their number by verdict; 1 when one is wrong."""
    if not FOLDER.is_dir():
        print("skipped: ../shared/cases is not beside this checkout")
        return 0
    found = list(verdicts())
    for one in found:
        print(f"case {one.row:6}{one.file:48}{one.verdict}{': ' if one.why else ''}{one.why}")
    counts = {word: sum(one.verdict == word for one in found) for word in ("right", "wrong", "otherwise")}
    print(", ".join(f"{count} {word}" for word, count in counts.items()))
    return 1 if counts["wrong"] else 0


def _row(row: Mapping[str, Any]) -> Iterator[Verdict]:
    senders = set()
    for name in row.get("files", ["-"]):
        told = _told(row, name)
        senders |= {json.dumps(one.get("sender")) for one in told}
        yield _verdict(row, name, [_miss(told, check, wanted) for check, wanted in row["checks"].items()])
    people = row.get("people", len(senders))
    if people != len(senders):
        yield _verdict(row, "(all)", [f"{len(senders)} senders instead of {people}"])


def _verdict(row: Mapping[str, Any], name: str, misses: list[str]) -> Verdict:
    why = "; ".join(filter(None, misses))
    if why and row.get("otherwise"):
        return Verdict(row["row"], name, "otherwise", str(row["otherwise"]))
    return Verdict(row["row"], name, "wrong" if why else "right", why)


def _told(row: Mapping[str, Any], name: str) -> list[dict[str, Any]]:
    channel = BY_NAME[row["channel"]]
    if "form" in row:
        return [_filled(row["form"])]
    facts = {"mailbox": OURS, "own_addresses": OURS, **row.get("facts", {})}
    if "input" in row:
        return lines(channel, name, str(row["input"]).encode(), facts, _classifier())
    return lines(channel, name, FOLDER.joinpath(name).read_bytes(), facts, _classifier())


def _filled(fields: Mapping[str, Any]) -> dict[str, Any]:
    """What the door makes of a form: its fields and notes, or the message keys of what it refuses."""
    odd: list[str] = []
    try:
        form = ComplaintForm.model_validate({"description": "It leaks.", **fields}, context={"odd": odd})
    except ValidationError as refusal:
        return {"error": [problem["type"] for problem in refusal.errors()]}
    return {**form.model_dump(), "odd": odd}


@cache
def _classifier() -> Classifier:
    return load("general")


def _miss(told: list[dict[str, Any]], check: str, wanted: Any) -> str:
    """What is wrong, empty when one of the messages of the file holds it (`lacks`: when all do)."""
    path, _, operator = check.rpartition(" ")
    found = [_at(one, path) for one in told]
    held = [_holds(value, operator, wanted) for value in found]
    if all(held) if operator == "lacks" else any(held):
        return ""
    return f"{check} {wanted!r}, read {found!r:.300}"


def _at(line: Any, path: str) -> Any:
    for step in path.split("."):
        if isinstance(line, list):
            line = line[int(step)] if step.isdigit() and int(step) < len(line) else None
        else:
            line = line.get(step) if isinstance(line, dict) else None
    return line


def _holds(value: Any, operator: str, wanted: Any) -> bool:
    if operator == "is":
        return bool(value == wanted)
    if operator == "in":
        return bool(value in wanted)
    if operator == "count":
        return bool(len(value or ()) == wanted)
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    texts = [wanted] if isinstance(wanted, str) else wanted
    return all((one in text) is (operator == "has") for one in texts)
