"""`gateway letters`: what is on its way to complainants, and what a person says of a letter nobody can tell about."""

import asyncio
import json
import secrets
from datetime import UTC, datetime
from typing import Any

import click

from gateway.bootstrap import assemble
from gateway.deadletters import operator
from schemas.errors import Nonsense
from schemas.identity import normal_reference
from schemas.letter import LetterSettled
from workers.letters import book
from workers.letters.book import Written
from workers.letters.ledger import Entry
from workers.storage.kafka import Cluster

SECONDS = 20.0


@click.group(
    epilog="Examples: gateway letters list --unclear · gateway letters show 7KQ2-9XVA-3M4TC · "
    'gateway letters settle 7KQ2-9XVA-3M4TC --as unsent --reason "not in the mail server\'s log"'
)
def letters() -> None:
    """Letters on their way: list them, look at one, and settle what no machine can tell."""


@letters.command("list")
@click.option("--unclear", is_flag=True, help="Only those that wait for a person.")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
def list_letters(unclear: bool, as_json: bool) -> None:
    """Name every letter that is due, on its way or unclear, the one that waits longest first."""
    found = asyncio.run(book.open_letters(assemble().cluster, unclear))
    if as_json:
        click.echo(json.dumps([_told(one) for one in found], indent=1, ensure_ascii=False))
        return
    for one in found:
        entry = one.entry
        words = (entry.letter_id, entry.reference, entry.kind, entry.channel, entry.state)
        click.echo(f"{'  '.join(words)}  since {entry.since:%Y-%m-%d %H:%M}  {entry.reason}".rstrip())
    unsure = sum(one.entry.state == "unclear" for one in found)
    click.echo(f"{len(found)} letters, {unsure} of them unclear" if found else "no letter waits")


@letters.command()
@click.argument("letter")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
def show(letter: str, as_json: bool) -> None:
    """Show LETTER (its id, or the reference of its case): where it was to go and what it says."""
    for one in asyncio.run(_named(assemble().cluster, letter)):
        if as_json:
            click.echo(json.dumps(_told(one), ensure_ascii=False))
            continue
        entry = one.entry
        click.echo(f"{entry.letter_id}  {entry.reference}  {entry.kind} by {entry.channel}: {entry.state}")
        click.echo(f"{entry.attempts} attempts, last change {entry.changed_at:%Y-%m-%d %H:%M:%S} UTC")
        if entry.reason:
            click.echo(entry.reason)
        if entry.letter is not None:
            click.echo(f"to {entry.letter.route.address.value or entry.letter.route.handle}")
            click.echo(f"\n{entry.letter.subject}\n\n{entry.letter.text}".rstrip())


@letters.command()
@click.argument("letter")
@click.option(
    "--as",
    "found_out",
    type=click.Choice(["sent", "unsent"]),
    required=True,
    help="sent: the complainant has it. unsent: it never left, and is sent now.",
)
@click.option("--reason", required=True, help="How you know; it is kept in the audit.")
def settle(letter: str, found_out: str, reason: str) -> None:
    """Say what became of the unclear LETTER (its id, or the reference of its case)."""
    if not reason.strip():
        raise click.UsageError("--reason must say how you know")
    entry = asyncio.run(_settled(assemble().cluster, letter, found_out == "sent", reason.strip()))
    click.echo(f"{entry.letter_id} is {entry.state}: {entry.reason or 'it was sent again'}")


async def _settled(cluster: Cluster, name: str, sent: bool, reason: str) -> Entry:
    found = await _named(cluster, name)
    unclear = [one for one in found if one.entry.state == "unclear"]
    if len(unclear) > 1:
        ids = ", ".join(one.entry.letter_id for one in unclear)
        raise Nonsense(f"{len(unclear)} letters of {name} are unclear; name one by its id: {ids}")
    chosen = (unclear or found)[0]
    word = LetterSettled(
        letter_id=chosen.entry.letter_id,
        settle_id=secrets.token_hex(16),
        sent=sent,
        by=operator(),
        reason=reason,
        at=datetime.now(UTC),
    )
    return await book.settle(cluster, chosen, word, SECONDS)


async def _named(cluster: Cluster, name: str) -> list[Written]:
    found = await book.letters_of(cluster, normal_reference(name) or name)
    if not found:
        raise Nonsense(f"no letter has the id or reference {name}; `gateway letters list` shows what is open")
    return found


def _told(one: Written) -> dict[str, Any]:
    entry = one.entry
    told = entry.model_dump(
        mode="json", exclude={"due", "letter", "home", "recipient", "synthetic"}, exclude_none=True
    )
    if entry.letter is not None:
        told |= {
            "to": entry.letter.route.address.value or entry.letter.route.handle,
            "subject": entry.letter.subject,
            "text": entry.letter.text,
        }
    return told
