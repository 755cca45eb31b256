"""`gateway blobs`: what lies in the blob store and nothing refers to."""

import asyncio
import json
from dataclasses import asdict
from datetime import datetime

import click

from gateway.bootstrap import assemble
from gateway.cli.moments import MOMENT
from gateway.cli.operations import progress
from gateway.room import in_words


@click.group()
def blobs() -> None:
    """Large things on disk: attachments, and deliveries over 256 KiB."""


@blobs.command(epilog="Examples: gateway blobs sweep · gateway blobs sweep --older-than 30d --delete")
@click.option("--delete", "really", is_flag=True, help="Really delete; without it nothing is changed.")
@click.option(
    "--older-than", type=MOMENT, default="48h", show_default=True, help="Only what is older; 48h or more."
)
@click.option("--json", "as_json", is_flag=True, help="For programs.")
def sweep(really: bool, older_than: datetime, as_json: bool) -> None:
    """Find blobs that no record on any topic and nothing in this machine's spool refers to.

    Reads every topic to its end; when that cannot be done nothing is deleted. A spool of another host is not seen:
    see that none has waited there for longer than --older-than.
    """
    from gateway.sweeping import swept

    found = asyncio.run(swept(assemble(), older_than, progress(), really))
    if as_json:
        click.echo(json.dumps(asdict(found), indent=1))
        return
    click.echo(f"{found.orphans} blobs ({in_words(found.bytes)}) that nothing refers to")
    if really:
        click.echo(f"{found.deleted} of them deleted ({in_words(found.deleted_bytes)})")
    elif found.orphans:
        click.echo("nothing was deleted; `gateway blobs sweep --delete` does it")
