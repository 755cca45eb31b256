"""The role that runs stages: those of the transactional runtime, the case view, and insight."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import replace

from channels.contract import load
from channels.registry import CHANNELS
from gateway import environment, logs
from gateway.apart import check_house
from gateway.bootstrap import Parts
from workers.overflow.settings import OverflowSettings
from workers.relate.settings import RelateSettings
from workers.runtime.contract import HoldsConnections, Stage
from workers.runtime.options import RunOptions, Status
from workers.runtime.run import run_stage

OPEN = frozenset({"running", "careful"})
"""A partition that takes its records: after two unclean ends it takes them one by one, also when none come."""
RUNTIME = frozenset({"normalise", "overflow", "outcomes", "triage", "letters", "fetch", "relate"})


async def work(
    parts: Parts, stages: Sequence[str], stop: asyncio.Event, ready: Callable[[str], None]
) -> None:
    """Run the stages side by side until `stop`; the first that fails ends the process."""
    await check_house(parts)
    try:
        async with asyncio.TaskGroup() as group:
            for name in stages:
                group.create_task(_stage(parts, name, stop, _once(ready, name)))
    except BaseExceptionGroup as failed:
        raise failed.exceptions[0] from None


PREPARED_APART = frozenset({"normalise", "triage"})
"""The stages that read and understand what strangers wrote: in processes that can be killed."""


def stage_to_prepare(name: str) -> Stage:
    """A stage as the process needs it that only prepares."""
    from gateway.bootstrap import assemble

    stage = assemble().stage(name)
    stage.prepare([])  # a classifier is loaded here, once for all forks, and so are the readers
    if name == "normalise":
        for channel in CHANNELS:
            load(f"{channel.parse}:read")
    return stage


async def _stage(parts: Parts, name: str, stop: asyncio.Event, ready: Callable[[], None]) -> None:
    if name in RUNTIME:
        await _run(parts.stage(name), parts, _options(parts, name, ready), stop)
    elif name == "project":
        from gateway.projecting import project

        await project(parts, stop, ready)
    else:
        from gateway.insight import insight

        await insight(parts, stop, ready)


async def _run(stage: Stage, parts: Parts, options: RunOptions, stop: asyncio.Event) -> None:
    try:
        await run_stage(stage, parts.cluster, options, stop)
    finally:
        if isinstance(stage, HoldsConnections):
            await stage.aclose()


def _options(parts: Parts, name: str, ready: Callable[[], None]) -> RunOptions:
    def status(told: Status) -> None:
        logs.say(f"{told.stage}-{told.partition}: {told.state} {told.reason}".rstrip())
        if told.state in OPEN:
            ready()

    folder = parts.settings.data_dir / "work" / f"work-{name}"
    folder.mkdir(parents=True, exist_ok=True)
    instance = f"{parts.settings.own_instance}.{name}"
    from workers.dead_letters import VERSION

    apart = f"gateway.working:stage_to_prepare {name}" if name in PREPARED_APART else ""
    options = RunOptions(
        instance=instance,
        work_dir=folder,
        status=status,
        release=VERSION,
        prepare_in=apart,
        missing_seconds=parts.settings.missing_blob_seconds,
    )
    if name == "relate":
        return replace(options, rest_seconds=environment.read(RelateSettings).rest_seconds)
    if name == "overflow":
        quota = environment.read(OverflowSettings).per_second
        return replace(options, most_per_second=quota, batch_records=max(1, round(quota)))
    return options


def _once(ready: Callable[[str], None], name: str) -> Callable[[], None]:
    said: list[str] = []

    def tell() -> None:
        if not said:
            said.append(name)
            ready(name)

    return tell
