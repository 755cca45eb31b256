"""`gateway topics`: the topics of this deployment as code."""

import asyncio
import json

import click

from gateway import topics as house
from gateway.bootstrap import assemble


@click.group(epilog="Examples: gateway topics list --json · gateway topics diff · gateway topics apply")
def topics() -> None:
    """What topics there are, what the cluster has, and making the difference."""


@topics.command("list")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
def list_topics(as_json: bool) -> None:
    """Name every topic and its role."""
    parts = assemble()
    prefix = parts.settings.topic_prefix
    rows = [
        {
            "name": prefix + spec.name,
            "role": spec.topic.role,
            "key": spec.topic.key,
            "partitions": spec.partitions,
            "configs": dict(spec.configs),
            "about": spec.topic.about,
        }
        for spec in parts.topics()
    ]
    if as_json:
        click.echo(json.dumps(rows, indent=1))
        return
    for row in rows:
        click.echo(f"{row['name']:24} {row['role']:12} {row['about']}")


@topics.command()
def diff() -> None:
    """Say what differs on the cluster; exit code 1 when anything does."""
    parts = assemble()
    found = asyncio.run(house.diff(parts.cluster, parts.topics()))
    for one in found:
        click.echo(f"{one.name}: {one.says}")
    if found:
        raise SystemExit(1)
    click.echo("the cluster has every topic as it should be")


@topics.command()
def apply() -> None:
    """Make the topics that are missing."""
    parts = assemble()
    made = asyncio.run(house.apply(parts.cluster, parts.topics()))
    click.echo(f"made: {', '.join(made)}" if made else "nothing to make: every topic is there")
