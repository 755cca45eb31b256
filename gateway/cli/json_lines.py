"""JSON lines on standard input, in batches; a line that is not one is a sentence with its number."""

import json
from collections.abc import Iterator
from itertools import islice
from typing import Any, BinaryIO

import click

BATCH = 256


def batches(stream: BinaryIO) -> Iterator[list[dict[str, Any]]]:
    """The lines as objects, `BATCH` at a time; empty lines are passed over."""
    rows = _rows(stream)
    while batch := list(islice(rows, BATCH)):
        yield batch


def decoded(raw: bytes, what: str) -> str:
    """`raw` as text, whatever language the machine speaks; raises UsageError naming `what`."""
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise click.UsageError(f"{what} is no text in UTF-8") from error


def _rows(stream: BinaryIO) -> Iterator[dict[str, Any]]:
    for number, line in enumerate(stream, 1):
        if not line.strip():
            continue
        try:
            row = json.loads(decoded(line, f"line {number}"))
        except (ValueError, RecursionError) as error:
            raise click.UsageError(f"line {number} is not JSON: {error}") from error
        if not isinstance(row, dict):
            raise click.UsageError(f"line {number} is not an object with id and text")
        yield row
