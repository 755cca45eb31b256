"""`gateway decide` and `gateway decisions`: a person says what a case is about, and training learns from it.

The decision takes the door of case systems: an outcome with the case's sealed key, so it is one line of the timeline,
news for the queue, and a row of the next training.
"""

import asyncio
import json
from collections.abc import Mapping
from typing import Any

import click

from gateway.bootstrap import assemble
from gateway.cli.case import found
from gateway.deadletters import operator


@click.command(epilog="Examples: gateway decide 7KQ2-9XVA-3M4TC · gateway decide 7KQ2-9XVA-3M4TC delivery")
@click.argument("reference")
@click.argument("category", required=False)
@click.option("--new", is_flag=True, help="CATEGORY is one that the pack does not know yet.")
def decide(reference: str, category: str | None, new: bool) -> None:
    """Say what the case REFERENCE is about; without CATEGORY show what the classifier offers."""
    from gateway import deciding

    parts = assemble()
    case = found(parts, reference)
    if category is None:
        _offer(case, deciding.known_categories(parts))
        return
    word = category.strip()
    if not word:
        raise click.UsageError("CATEGORY must be a word; without one the choices are shown")
    if not new:
        deciding.check_category(word, deciding.known_categories(parts))
    asyncio.run(deciding.decide(parts, str(case["reference"]), word, operator()))
    said = (case["assessment"] or {}).get("category", "nothing")
    click.echo(f"{case['reference']} is about {word}; the classifier said {said}")


@click.command(epilog="Example: gateway decisions > ours.jsonl && gateway train ours.jsonl --out packs/ours")
def decisions() -> None:
    """Print what people decided, a JSON line for each case, as `gateway train` reads it."""
    from gateway.projecting import case_view

    for row in asyncio.run(case_view(assemble()).decisions()):
        click.echo(json.dumps(row, ensure_ascii=False))


def _offer(case: dict[str, Any], definitions: Mapping[str, str]) -> None:
    assessment = case["assessment"] or {
        "category": "",
        "confidence": 0.0,
        "abstained": True,
        "alternatives": [],
    }
    sure = "was not sure enough" if assessment["abstained"] else "decided"
    click.echo(f"{case['reference']}: {case['category'] or 'undecided'}; the classifier {sure}")
    own = {"label": assessment["category"], "confidence": assessment["confidence"]}
    for choice in (own, *assessment["alternatives"]):
        click.echo(
            f"  {choice['confidence']:.2f}  {choice['label']}  {definitions.get(choice['label'], '')}".rstrip()
        )
