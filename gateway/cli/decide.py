"""`gateway decide` and `gateway decisions`: a person says what a case is about, and training learns from it.

The decision takes the door of case systems: an outcome with the case's sealed key, so it is one line of the timeline,
news for the queue, and a row of the next training.
"""

import asyncio
import json
import secrets
from datetime import UTC, datetime
from typing import Any

import click

from gateway.bootstrap import Parts, assemble
from gateway.cli.case import found
from gateway.deadletters import operator
from schemas import topics
from schemas.identity import case_key
from schemas.outcome import Outcome


@click.command(epilog="Examples: gateway decide 7KQ2-9XVA-3M4TC · gateway decide 7KQ2-9XVA-3M4TC delivery")
@click.argument("reference")
@click.argument("category", required=False)
def decide(reference: str, category: str | None) -> None:
    """Say what the case REFERENCE is about; without CATEGORY show what the classifier offers."""
    parts = assemble()
    case = found(parts, reference)
    if category is None:
        _offer(case)
        return
    if not category.strip():
        raise click.UsageError("CATEGORY must be a word; without one the choices are shown")
    asyncio.run(_decided(parts, str(case["reference"]), category.strip()))
    said = (case["assessment"] or {}).get("category", "nothing")
    click.echo(f"{case['reference']} is about {category.strip()}; the classifier said {said}")


@click.command(epilog="Example: gateway decisions > ours.jsonl && gateway train ours.jsonl --out packs/ours")
def decisions() -> None:
    """Print what people decided, a JSON line for each case, as `gateway train` reads it."""
    from gateway.projecting import case_view

    for row in asyncio.run(case_view(assemble()).decisions()):
        click.echo(json.dumps(row, ensure_ascii=False))


async def _decided(parts: Parts, reference: str, category: str) -> None:
    from gateway.projecting import case_view

    person = await case_view(parts).person_of(reference)
    word = Outcome(
        type="decided",
        reference=reference,
        case_key=case_key(parts.secret, person or "", reference),
        at=datetime.now(UTC),
        outcome_id=secrets.token_hex(16),
        by=operator(),
        category=category,
    )
    producer = parts.cluster.producer()
    await producer.start()
    try:
        await producer.send_and_wait(parts.cluster.topic(topics.OUTCOMES.name), word.to_bytes())
    finally:
        await producer.stop()


def _offer(case: dict[str, Any]) -> None:
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
        click.echo(f"  {choice['confidence']:.2f}  {choice['label']}")
