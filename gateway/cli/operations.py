"""`gateway lag` and `gateway reconcile`: how long people have been waiting, and whether in = out."""

import asyncio
import json
import sys
import time
from collections.abc import Callable
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from typing import Any

import click

from gateway.bootstrap import Parts, assemble
from gateway.cli.moments import MOMENT
from schemas.operations import Operations, StageState, SyntheticState

WRONG = frozenset({"STALL", "STOP", "REWIND"})
FRESH = timedelta(seconds=10)
SHOWN_DIFFERENCES = 50


@click.command(epilog="Examples: gateway lag · gateway lag --json · gateway lag --watch")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@click.option("--watch", is_flag=True, help="Again every second, until Ctrl-C.")
@click.option("--seconds", default=5.0, show_default=True, help="How long to look when no monitor runs here.")
def lag(as_json: bool, watch: bool, seconds: float) -> None:
    """How far each stage is behind, in records and in seconds, and who has waited longest.

    Exit code 1 when any verdict is STALL, STOP or REWIND (Burrow's rules), or a stage has stopped itself.
    """
    parts = assemble()
    while True:
        picture = _picture(parts, seconds)
        if watch and not as_json:
            click.clear()
        _show(picture, as_json)
        if not watch:
            break
        time.sleep(1)
    if picture.stopped or any(stage.verdict in WRONG for stage in picture.stages):
        raise SystemExit(1)


def _picture(parts: Parts, seconds: float) -> Operations:
    """What a monitor wrote here just now, else our own look."""
    from gateway.monitoring import FILE, measure

    try:
        told = Operations.from_bytes((parts.settings.data_dir / FILE).read_bytes())
        if told.stages and datetime.now(UTC) - told.at < FRESH:
            return told
    except (OSError, ValueError):
        pass
    return asyncio.run(measure(parts, seconds))


def _show(picture: Operations, as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps(_told(picture), indent=1))
        return
    waits = picture.longest_waiting_seconds
    if waits is None:
        click.echo("nobody waits for an acknowledgement")
    else:
        who = f" ({picture.longest_waiting_reference})" if picture.longest_waiting_reference else ""
        where = picture.longest_waiting_where
        click.echo(f"longest waiting: {_spoken(waits)}{who}, {where}; {picture.waiting} waiting in all")
    click.echo(f"\n{'stage':10} {'topic':18} {'records':>8} {'time':>9} {'per s':>8}  verdict")
    for stage in picture.stages:
        click.echo(_line(stage))
    for probed in picture.synthetic:
        click.echo(_probed(probed))
    for note in picture.notes:
        click.echo(f"\n! {note}")


def _line(stage: StageState) -> str:
    behind = "-" if stage.lag_seconds is None else _spoken(stage.lag_seconds)
    numbers = f"{stage.lag_records:8} {behind:>9} {stage.records_per_second:8.1f}"
    wrong = [f"{one.partition}: {one.verdict}" for one in stage.partitions if one.verdict in WRONG]
    return f"{stage.name:10} {stage.topic:18} {numbers}  {stage.verdict} {', '.join(wrong)}".rstrip()


def _probed(one: SyntheticState) -> str:
    queue, trip = (
        "-" if value is None else _spoken(value) for value in (one.queue_seconds, one.round_trip_seconds)
    )
    out = f", none for {_spoken(one.unanswered_seconds)}" if one.unanswered_seconds else ""
    return f"\nsynthetic complaint by {one.channel}: in its queue after {queue}, answered after {trip}{out}"


def _told(picture: Operations) -> dict[str, Any]:
    """The contract's JSON: one entry for each group and partition, and the headline."""
    told = picture.model_dump(mode="json")
    stages = told.pop("stages")
    told["partitions"] = [
        {"stage": stage["name"], "group": stage["group"], "topic": stage["topic"], **one}
        for stage in stages
        for one in stage["partitions"]
    ]
    told["stages"] = [{**stage, "partitions": len(stage["partitions"])} for stage in stages]
    return told


def _spoken(seconds: float) -> str:
    for limit, unit, size in ((120, "s", 1), (7200, "min", 60), (172_800, "h", 3600)):
        if seconds < limit:
            return f"{seconds / size:.1f} {unit}"
    return f"{seconds / 86_400:.1f} days"


@click.command(epilog="Examples: gateway reconcile · gateway reconcile --since 24h --json")
@click.option(
    "--since", type=MOMENT, help="Only deliveries since then: 2026-11-24, 2026-11-24T08:30, 24h, 7d."
)
@click.option("--until", type=MOMENT, help="Only deliveries before then.")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
def reconcile(since: datetime | None, until: datetime | None, as_json: bool) -> None:
    """Prove that in = out: each delivery has one end, door numbers have no gap, collectors' counts agree, and each
    case has a letter that was sent, waits, or was given up with a reason. What retention removed before a stage had
    read it is a loss too (`removed`, by topic/partition/offset).

    Exit code 1 when anything differs; each difference is named by its delivery id.
    """
    from gateway.reconciling import reconcile as run

    found = asyncio.run(run(assemble(), since, until, progress()))
    if as_json:
        click.echo(json.dumps({"agrees": found.agrees, **asdict(found)}, indent=1))
    else:
        ends = ", ".join(f"{count} {word}" for word, count in found.outcomes.items()) or "none"
        click.echo(f"{found.deliveries} deliveries ({found.repeated} came twice), {found.messages} messages")
        click.echo(
            f"outcomes: {ends}" + (f"; {found.synthetic} of them synthetic" if found.synthetic else "")
        )
        click.echo(
            f"{found.dead_letters} dead letters, {found.discarded} given up, {found.in_flight} in flight, "
            f"{found.spooled} in the spool"
            + (f"; {found.removed} records removed unread by retention" if found.removed else "")
        )
        for one in found.differences[:SHOWN_DIFFERENCES]:
            click.echo(f"{one.kind}: {one.delivery_id} {one.says}")
        if len(found.differences) > SHOWN_DIFFERENCES:
            click.echo(f"… {len(found.differences) - SHOWN_DIFFERENCES} more: use --json")
        click.echo("in = out" if found.agrees else f"{len(found.differences)} differences")
    if not found.agrees:
        raise SystemExit(1)


def progress() -> Callable[[str, int, int], None]:
    """One line on a terminal, nothing elsewhere."""
    shown = sys.stderr.isatty()

    def tell(topic: str, done: int, total: int) -> None:
        if shown and total:
            click.echo(f"\r{topic}: {done} of {total}".ljust(60), nl=done >= total, err=True)

    return tell
