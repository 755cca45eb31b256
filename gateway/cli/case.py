"""`gateway case REF` prints a complaint's timeline; `gateway view rebuild` makes the case view anew."""

import asyncio
import json
import sys
from typing import Any

import click

from gateway.bootstrap import Parts, assemble
from schemas.identity import normal_reference


@click.command(epilog="Example: gateway case 7KQ2-9XVA-3M4TC --json")
@click.argument("reference")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
def case(reference: str, as_json: bool) -> None:
    """Print what became of the complaint with this REFERENCE (a joined one finds its case)."""
    told = found(assemble(), reference)
    if as_json:
        click.echo(json.dumps(told, indent=1, ensure_ascii=False))
        return
    click.echo(f"{told['reference']}  {told['state']}  {told['channel']} → {told['queue'] or 'no queue'}")
    click.echo(f"category {told['category']}, priority {told['priority']}\n")
    for event in told["events"]:
        click.echo(f"  {event['at']}  {event['type']:12} {event.get('summary', '')}")
    for letter in told["letters"]:
        click.echo(
            f"  letter: {letter['kind']} by {letter['channel']}: {letter['state']} {letter['provider_id']}"
        )
    for link in told["links"]:
        click.echo(f"  linked: {link['reference']} ({link['why']})")


def found(parts: Parts, reference: str) -> dict[str, Any]:
    """The case, or a sentence and exit code 1 or 2."""
    from gateway.projecting import case_view

    normal = normal_reference(reference)
    if normal is None:
        raise click.UsageError(f"{reference} is not a reference: 13 letters and digits, as 7KQ2-9XVA-3M4TC")
    told = asyncio.run(_case(parts, normal, case_view))
    if told is None:
        click.echo(f"gateway: no case has the reference {normal} (yet)", err=True)
        raise SystemExit(1)
    return told


async def _case(parts: Parts, reference: str, make: Any) -> dict[str, Any] | None:
    told: dict[str, Any] | None = await make(parts).case(reference)
    return told


@click.group(epilog="Example: gateway view rebuild")
def view() -> None:
    """The case view in SQL, which pages and `gateway case` read."""


@view.command()
def rebuild() -> None:
    """Make the case view again from complaints.events. A running `work project` starts anew meanwhile."""
    from gateway.projecting import rebuild as run

    shown = sys.stderr.isatty()

    def progress(done: int, every: int) -> None:
        if shown:
            click.echo(f"\r{done} of {every} events", nl=False, err=True)

    asyncio.run(run(assemble(), progress))
    click.echo("the view is that of the events")
