"""JSON lines on standard input, in batches; a line that is not one is a sentence with its number."""

import json
from collections.abc import Iterator
from itertools import islice
from typing import Any, TextIO

import click

BATCH = 256


def batches(stream: TextIO) -> Iterator[list[dict[str, Any]]]:
    """The lines as objects, `BATCH` at a time; empty lines are passed over."""
    rows = _rows(stream)
    while batch := list(islice(rows, BATCH)):
        yield batch


def _rows(stream: TextIO) -> Iterator[dict[str, Any]]:
    for number, line in enumerate(stream, 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except ValueError as error:
            raise click.UsageError(f"line {number} is not JSON: {error}") from error
        if not isinstance(row, dict):
            raise click.UsageError(f"line {number} is not an object with id and text")
        yield row
