"""Labelled texts from a file, or the complete list of what is wrong with it."""

import csv
import gzip
import io
import json
import zlib
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from schemas.errors import Misconfigured

LEAST_PER_LABEL = 10
LEAST_LABELS = 2
_SHOWN = 20
_LONGEST_LABEL = 64


@dataclass(frozen=True, slots=True)
class Row:
    """One labelled text. Rows of one `group` (near copies) are never split between training and judging."""

    text: str
    label: str
    group: str = ""


class BadData(Misconfigured):
    """The file cannot be trained on; `problems` lists everything found, each with its line."""

    def __init__(self, source: str, problems: Sequence[str]) -> None:
        self.problems = tuple(problems)
        more = f"\n… and {len(problems) - _SHOWN} more" if len(problems) > _SHOWN else ""
        super().__init__(source, "\n".join(problems[:_SHOWN]) + more)


def read_rows(file: Path, text: str = "text", label: str = "category", group: str = "group") -> list[Row]:
    """Rows of a `.jsonl`, `.csv` or `.tsv` file, also with `.gz`; the arguments name the fields or columns.

    Raises BadData with every problem: a line that is not JSON, a field that is missing, empty or not text, a label
    that is too long, labels with fewer than 10 texts, the same text under two labels.
    """
    problems: list[str] = []
    rows: list[Row] = []
    seen: dict[str, tuple[int, str]] = {}
    for number, record in _records(file, problems):
        row = _row(number, record, (text, label, group), problems)
        if row is None:
            continue
        first, other = seen.setdefault(row.text, (number, row.label))
        if other != row.label:
            problems.append(
                f"line {number}: the same text as line {first}, but {row.label!r} instead of {other!r}"
            )
        rows.append(row)
    problems.extend(_scarce(rows))
    if problems:
        raise BadData(str(file), problems)
    return rows


def _records(file: Path, problems: list[str]) -> Iterator[tuple[int, dict[str, object]]]:
    content = file.read_bytes()
    if file.suffix == ".gz":
        try:
            content = gzip.decompress(content)
        except (OSError, EOFError, zlib.error) as error:
            problems.append(f"whole file: cannot be unpacked ({error})")
            return
    try:
        decoded = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        problems.append(f"line {line}: not UTF-8; save the file as UTF-8")
        return
    kind = Path(file.stem).suffix if file.suffix == ".gz" else file.suffix
    if kind in (".csv", ".tsv"):
        reader = csv.DictReader(io.StringIO(decoded, newline=""), delimiter="\t" if kind == ".tsv" else ",")
        try:
            for record in reader:
                yield reader.line_num, dict(record)
        except csv.Error as error:
            problems.append(f"line {reader.line_num}: not a table ({error})")
    else:
        yield from _json_lines(decoded, problems)


def _json_lines(decoded: str, problems: list[str]) -> Iterator[tuple[int, dict[str, object]]]:
    for number, line in enumerate(decoded.split("\n"), start=1):
        if not line.strip():
            continue
        try:
            record = json.loads(line)
        except (ValueError, RecursionError) as error:
            problems.append(f"line {number}: not JSON ({error})")
            continue
        if isinstance(record, dict):
            yield number, record
        else:
            problems.append(f"line {number}: {type(record).__name__} instead of an object with fields")


def _row(
    number: int, record: dict[str, object], names: tuple[str, str, str], problems: list[str]
) -> Row | None:
    values = [record.get(name) for name in names]
    found = []
    for name, value in zip(names[:2], values[:2], strict=True):
        if value is None:
            found.append(f"line {number}: no field {name!r}; it has {', '.join(map(str, record)) or 'none'}")
        elif not isinstance(value, str) or not value.strip():
            found.append(
                f"line {number}: field {name!r} is {'empty' if value == '' else repr(value)[:40]}, not text"
            )
    if not found and len(str(values[1])) > _LONGEST_LABEL:
        found.append(
            f"line {number}: a label of {len(str(values[1]))} characters; are the two fields mixed up?"
        )
    problems.extend(found)
    return None if found else Row(str(values[0]), str(values[1]).strip(), str(values[2] or ""))


def _scarce(rows: Sequence[Row]) -> list[str]:
    counts = Counter(row.label for row in rows)
    if len(counts) < LEAST_LABELS:
        return [
            f"whole file: {len(counts)} label(s) in {len(rows)} good lines; at least {LEAST_LABELS} are needed"
        ]
    return [
        f"label {label!r}: only {count} texts, at least {LEAST_PER_LABEL} are needed; add some or merge it into another"
        for label, count in sorted(counts.items())
        if count < LEAST_PER_LABEL
    ]
