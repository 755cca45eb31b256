"""`gateway import`: complaints that came before the gateway did, from a Maildir or an mbox file."""

import asyncio
import json
import sys
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from channels.mail import CHANNEL
from channels.mail.archive import Archive, open_archive
from channels.mail.history import HistorySource, Wish, facts_of
from gateway.bootstrap import Parts, assemble
from schemas.errors import Unreadable
from schemas.topics import HORIZON


@click.command(
    "import",
    epilog="Examples: gateway import ~/Maildir/.Complaints --mailbox complaints@example.org --dry-run · "
    "gateway import old.mbox --mailbox complaints@example.org",
)
@click.argument("path", type=click.Path(path_type=Path))
@click.option("--mailbox", required=True, help="Which address of yours this mail came to.")
@click.option("--dry-run", is_flag=True, help="Read everything, take in nothing.")
@click.option(
    "--answer/--no-answer", default=False, help="Acknowledge each as if it came today; by default nobody is."
)
@click.option("--json", "as_json", is_flag=True, help="For programs.")
def import_mail(path: Path, mailbox: str, dry_run: bool, answer: bool, as_json: bool) -> None:
    """Take in the mail of a Maildir folder or an mbox file, each as the collector would have.

    It may be stopped and called again: it goes on where it ended, and mail that is known makes no second case.
    Mail older than the gateway remembers identities is left out.
    """
    parts, archive = assemble(), open_archive(path)
    wish = Wish(path, mailbox, datetime.now(UTC) - HORIZON, answer)
    source = HistorySource(parts.channel_settings(CHANNEL), wish, archive)
    told = _tried(parts, archive, wish, source) if dry_run else _taken(parts, source)
    click.echo(json.dumps(told) if as_json else _spoken(told))


def _taken(parts: Parts, source: HistorySource) -> dict[str, Any]:
    from gateway.importing import import_history

    taken = asyncio.run(import_history(parts, CHANNEL, source, _progress(source.total)))
    return {
        "mails": source.total,
        "before": source.total - taken - len(source.left_out),
        "taken": taken,
        "too_old": len(source.left_out),
    }


def _tried(parts: Parts, archive: Archive, wish: Wish, source: HistorySource) -> dict[str, Any]:
    """Each mail read as normalise would, and nothing else."""
    facts, progress = facts_of(parts.channel_settings(CHANNEL), source.mailbox, wish), _progress(source.total)
    counted: Counter[str] = Counter(readable=0, too_old=0)
    refused = []
    for number in range(source.total):
        archived = archive.mail(number)
        if archived.received_at < wish.since:
            counted["too_old"] += 1
            continue
        try:
            CHANNEL.read(archived.raw, facts)
            counted["readable"] += 1
        except Unreadable as error:
            refused.append({"place": archived.place, "type": error.cause, "detail": str(error)})
        progress(number + 1)
    return {"mails": source.total, **counted, "refused": refused}


def _spoken(told: dict[str, Any]) -> str:
    if "taken" in told:
        words = f"{told['taken']} of {told['mails']} mails taken in"
        words += f", {told['before']} were looked at before" if told["before"] else ""
    else:
        words = f"{told['readable']} of {told['mails']} mails can be taken in"
    if told["too_old"]:
        words += f"; {told['too_old']} are older than {HORIZON.days} days and left out"
    refused = [f"\n{one['place']}: {one['type']}: {one['detail']}" for one in told.get("refused", ())]
    if refused:
        words += f"; {len(refused)} cannot be read and would be dead letters:"
    return words + "".join(refused)


def _progress(total: int) -> Callable[[int], None]:
    """One line on a terminal, nothing elsewhere."""
    shown = sys.stderr.isatty()

    def tell(done: int) -> None:
        if shown:
            click.echo(f"\r{done} of {total}".ljust(40), nl=done >= total, err=True)

    return tell
