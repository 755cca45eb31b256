"""`gateway dead-letters`: what could not be read, and what a person decides about it."""

import asyncio
import json
import sys
from collections.abc import Awaitable, Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from gateway.bootstrap import Parts, assemble
from gateway.cli.moments import MOMENT
from gateway.deadletters import edit as edit_letter
from gateway.deadletters import operator, original
from schemas.deadletter import DeadLetter
from workers.replay.desk import Decision, Desk
from workers.replay.shelf import Shelved, opened
from workers.replay.wanted import Wanted

SHOWN_BYTES = 4_000


@click.group(
    name="dead-letters",
    epilog="Examples: gateway dead-letters list --stage normalise · gateway dead-letters show KEY · "
    "gateway dead-letters replay --all --cause StageFault --dry-run",
)
def dead_letters() -> None:
    """What could not be read: list it, look at it, mend it, send it in again, or give it up for a reason."""


def _filters(command: Callable[..., None]) -> Callable[..., None]:
    for option in (
        click.option(
            "--until", type=MOMENT, help="Last seen before this moment (2026-11-24, or with a time)."
        ),
        click.option("--since", type=MOMENT, help="Last seen at this moment or later."),
        click.option("--channel", default="", help="Only of this channel."),
        click.option("--cause", default="", help="Only with this cause, for example StageFault."),
        click.option("--stage", default="", help="Only of this stage, for example normalise."),
    ):
        command = option(command)
    return command


@dead_letters.command("list")
@_filters
@click.option("--json", "as_json", is_flag=True, help="For programs.")
def list_letters(as_json: bool, **filters: Any) -> None:
    """Name every dead letter, the oldest first."""
    letters = asyncio.run(_chosen(assemble(), Wanted(**filters)))
    if as_json:
        click.echo(json.dumps([_told(one) for one in letters], indent=1, ensure_ascii=False))
        return
    for one in letters:
        letter = one.letter
        click.echo(
            f"{letter.key}  {letter.channel or '-':9} {letter.stage:9} {letter.cause}: {letter.detail[:120]}"
        )
    click.echo(f"{len(letters)} dead letters" if letters else "no dead letters: everything could be read")


@dead_letters.command()
@click.argument("key")
@click.option("--json", "as_json", is_flag=True, help="For programs; the bytes are base64.")
@click.option("--raw", is_flag=True, help="Only the original bytes, to a file or pipe.")
def show(key: str, as_json: bool, raw: bool) -> None:
    """Show one dead letter with its cause and its original bytes."""
    parts = assemble()
    letter = asyncio.run(_one(parts, key))
    if raw:
        click.get_binary_stream("stdout").write(original(letter, parts.blobs))
        return
    if as_json:
        click.echo(
            json.dumps(letter.model_dump(mode="json", exclude_none=True), indent=1, ensure_ascii=False)
        )
        return
    _describe(letter)
    content = original(letter, parts.blobs)
    click.echo(f"\n{content[:SHOWN_BYTES].decode('utf-8', 'backslashreplace')}")
    if len(content) > SHOWN_BYTES:
        click.echo(f"… {len(content) - SHOWN_BYTES} more bytes: gateway dead-letters show {key} --raw > FILE")


@dead_letters.command()
@click.argument("key")
@click.option("--file", "path", type=click.Path(exists=True, dir_okay=False, path_type=Path), required=True)
@click.option("--reason", default="", help="Why; it is kept in the audit.")
def edit(key: str, path: Path, reason: str) -> None:
    """Let the bytes of FILE be read instead of the original's, under the same identity; then replay it."""
    edited = asyncio.run(edit_letter(assemble(), key, path.read_bytes(), reason))
    if edited is None:
        raise _missing(key)
    click.echo(f"edited; `gateway dead-letters replay {key}` sends it in")


@dead_letters.command()
@click.argument("keys", nargs=-1)
@click.option("--all", "every", is_flag=True, help="All that the filters choose.")
@click.option("--dry-run", is_flag=True, help="Say what would be sent in, and do nothing.")
@_filters
def replay(keys: tuple[str, ...], every: bool, dry_run: bool, **filters: Any) -> None:
    """Send dead letters in once more, after a fix or an edit. It never makes a second case."""
    _decide("sent in again", Desk.replay, _Asked(keys, every, dry_run, Wanted(**filters)))


@dead_letters.command()
@click.argument("keys", nargs=-1)
@click.option("--reason", required=True, help="Why nobody will read it; it is kept in the audit.")
@click.option("--all", "every", is_flag=True, help="All that the filters choose.")
@click.option("--dry-run", is_flag=True, help="Say what would be given up, and do nothing.")
@_filters
def discard(keys: tuple[str, ...], reason: str, every: bool, dry_run: bool, **filters: Any) -> None:
    """Give dead letters up for a reason. The audit keeps who, when, why, and the hash of the bytes."""
    if not reason.strip():
        raise click.UsageError("--reason must say why")
    _decide("given up", Desk.discard, _Asked(keys, every, dry_run, Wanted(**filters), reason))


class _Asked:
    """What a command was asked for: keys, or everything that the filters choose."""

    def __init__(
        self, keys: tuple[str, ...], every: bool, dry_run: bool, wanted: Wanted, reason: str = ""
    ) -> None:
        if bool(keys) == every:
            raise click.UsageError(
                "name the keys, or --all with filters; `gateway dead-letters list` shows them"
            )
        self.keys, self.dry_run, self.wanted, self.reason = keys, dry_run, wanted, reason


def _decide(done_word: str, act: Callable[..., Awaitable[int]], asked: _Asked) -> None:
    done, missing = asyncio.run(_carry_out(assemble(), act, asked))
    for key in missing:
        click.echo(f"gateway: no dead letter has the key {key}", err=True)
    click.echo(f"{done} would be {done_word}" if asked.dry_run else f"{done} {done_word}")
    if missing:
        raise SystemExit(1)


async def _carry_out(
    parts: Parts, act: Callable[..., Awaitable[int]], asked: _Asked
) -> tuple[int, list[str]]:
    async with opened(parts.cluster) as shelf:
        chosen = [one.letter.key for one in asked.wanted.chosen(shelf.letters.values())]
        keys = [key for key in asked.keys if key in shelf.letters] if asked.keys else chosen
        missing = [key for key in asked.keys if key not in shelf.letters]
        if asked.dry_run:
            for key in keys:
                letter = shelf.letters[key].letter
                click.echo(f"{key}  {letter.stage} {letter.cause}")
            return len(keys), missing
        shown = sys.stderr.isatty()

        def progress(done: int) -> None:
            if shown:
                click.echo(f"\r{done} of {len(keys)}", nl=done == len(keys), err=True)

        return await act(
            Desk(parts.cluster, shelf), keys, Decision(operator(), asked.reason), progress
        ), missing


async def _chosen(parts: Parts, wanted: Wanted) -> list[Shelved]:
    async with opened(parts.cluster) as shelf:
        return wanted.chosen(shelf.letters.values())


async def _one(parts: Parts, key: str) -> DeadLetter:
    async with opened(parts.cluster) as shelf:
        letter = await shelf.original(key)
    if letter is None:
        raise _missing(key)
    return letter


def _missing(key: str) -> SystemExit:
    click.echo(f"gateway: no dead letter has the key {key}; `gateway dead-letters list` shows them", err=True)
    return SystemExit(1)


def _told(one: Shelved) -> dict[str, Any]:
    told = one.letter.model_dump(mode="json", exclude={"original", "edited", "headers"}, exclude_none=True)
    return {
        **told,
        "delivery_id": one.delivery_id,
        "bytes": one.original_bytes,
        "edited": bool(one.letter.edited),
    }


def _describe(letter: DeadLetter) -> None:
    seen: list[tuple[str, str | int | datetime]] = [
        ("key", letter.key),
        ("cause", f"{letter.cause}: {letter.detail}"),
        ("stage", f"{letter.stage} {letter.version}"),
        ("record", f"{letter.topic}/{letter.partition}/{letter.offset}"),
        ("channel", letter.channel or "-"),
        ("attempts", letter.attempts),
        ("first seen", letter.first_seen.isoformat()),
        ("last seen", letter.last_seen.isoformat()),
    ]
    if letter.edited or letter.edited_blob:
        seen.append(("edited", "yes; a replay sends the edited bytes"))
    for name, value in seen:
        click.echo(f"{name:10}  {value}")
