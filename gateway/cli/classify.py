"""`gateway classify` and `gateway compare`: JSON lines in, JSON lines out, in the same order."""

import json
import sys
from pathlib import Path
from typing import Any

import click

from classifiers.contract import Text
from classifiers.registry import load
from gateway.cli.json_lines import batches
from gateway.garbage import look_seldom


@click.command(
    epilog="""Example: echo '{"id": 1, "text": "I smell gas"}' | gateway classify --pack general"""
)
@click.option("--pack", default="general", help="A pack of ours, or the name of the one in --pack-dir.")
@click.option("--pack-dir", type=click.Path(path_type=Path), help="Folder of a pack of your own.")
def classify(pack: str, pack_dir: Path | None) -> None:
    """Say what each text is about and how much it matters, with reasons.

    In: {"id", "text", "channel"?, "language"?, "subject"?} a line. A line without words gets an "error", and the
    exit code is 1 then.
    """
    look_seldom()
    classifier = load(pack, pack_dir)
    refused = False
    for rows in batches(sys.stdin.buffer):
        whole = [row for row in rows if _has_text(row)]
        found = iter(classifier.assess([_text(row) for row in whole]))
        for row in rows:
            told: dict[str, Any] = {"id": row.get("id")}
            if _has_text(row):
                told |= next(found).model_dump(mode="json")
            else:
                told["error"], refused = 'has no "text"', True
            click.echo(json.dumps(told, ensure_ascii=False))
    if refused:
        raise SystemExit(1)


def _has_text(row: dict[str, Any]) -> bool:
    return isinstance(row.get("text"), str) and bool(
        row["text"].strip() or str(row.get("subject") or "").strip()
    )


def _text(row: dict[str, Any]) -> Text:
    return Text(*(str(row.get(key) or "") for key in ("text", "subject", "channel", "language")))


@click.command(
    epilog="""Example: echo '{"id": 1, "a": {"text": "x"}, "b": {"text": "y"}}' | gateway compare"""
)
def compare() -> None:
    """Say of each pair of texts whether they are duplicates, related or different.

    In: {"id", "a": {"text", …}, "b": {"text", …}} a line. Out: {"id", "score", "verdict", "reasons"}.
    """
    from classifiers.similarity.compare import compare as judge

    for rows in batches(sys.stdin.buffer):
        for row in rows:
            try:
                first, second = str(row["a"]["text"]), str(row["b"]["text"])
            except (KeyError, TypeError) as error:
                raise click.UsageError(f"the pair {row.get('id')!r} lacks a.text or b.text") from error
            score, verdict, reasons = judge(first, second)
            told = {"id": row.get("id"), "score": score, "verdict": verdict, "reasons": list(reasons)}
            click.echo(json.dumps(told, ensure_ascii=False))
