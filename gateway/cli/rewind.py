"""`gateway rewind`: the one way to move a stage's place in its input by hand."""

import asyncio

import click

from gateway.bootstrap import assemble
from schemas.errors import Unavailable
from workers.runtime.exits import Doubt
from workers.runtime.options import RunOptions
from workers.runtime.rewind import rewind as move
from workers.storage.kafka import KafkaError

STAGES = ("normalise", "overflow", "outcomes", "triage", "letters", "fetch", "relate")


@click.command(epilog="Example: gateway rewind triage 0 1200")
@click.argument("stage", type=click.Choice(STAGES))
@click.argument("partition", type=click.IntRange(0))
@click.argument("offset", type=click.IntRange(0))
def rewind(stage: str, partition: int, offset: int) -> None:
    """Let STAGE go on from OFFSET of PARTITION of its input, forward or back. A running worker starts again there.

    What the stage remembers stays as it is: what it has seen, it recognises; what it has forgotten (its changelog was
    deleted) happens once more.
    """
    asyncio.run(_rewind(stage, partition, offset))
    click.echo(f"{stage} goes on from {offset} of partition {partition}")


async def _rewind(stage: str, partition: int, offset: int) -> None:
    parts = assemble()
    try:
        await move(parts.stage(stage), parts.cluster, partition, offset, RunOptions())
    except (Doubt, KafkaError, OSError) as error:
        raise Unavailable(f"{stage} was not moved: {error}") from error
