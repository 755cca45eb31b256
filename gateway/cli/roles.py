"""One role each, for production: `serve`, `collect`, `work STAGE…`, `monitor`. `up` starts these very commands."""

import asyncio
import os
import signal
from collections.abc import Awaitable, Callable
from typing import Any

import click

from channels.tasks import end_with, watched
from gateway import logs
from gateway.bootstrap import Parts, assemble
from gateway.folder import prepare
from gateway.garbage import look_seldom
from schemas.errors import Misconfigured
from workers.runtime.exits import exit_in_doubt
from workers.runtime.progress import ProgressFile

CHATTY = ("twilio.http_client", "httpx", "faust", "mode")
"""Libraries that tell of every request they make, addresses of people included."""
TURN_SECONDS = 1.0
"""How often a role tells that its event loop turns."""
STAGES = ("normalise", "overflow", "outcomes", "triage", "letters", "fetch", "project", "insight", "relate")


@click.command(epilog="Example: GATEWAY_KAFKA_BOOTSTRAP=kafka:9092 gateway serve")
def serve() -> None:
    """Take complaints in over HTTP: webhooks, form, pages for operators."""
    from gateway.serving import serve as run

    _run("serve", run)


@click.command(epilog="Example: GATEWAY_KAFKA_BOOTSTRAP=kafka:9092 CHANNEL_MAIL_IMAP_HOST=… gateway collect")
def collect() -> None:
    """Collect from mailboxes and networks, and leave there what is not yet durable here."""
    from gateway.collecting import collect as run

    _run("collect", run)


@click.command(epilog="Example: gateway work normalise triage")
@click.argument("stages", nargs=-1, required=True, type=click.Choice(STAGES))
def work(stages: tuple[str, ...]) -> None:
    """Run one or more stages: normalise, overflow, outcomes, triage, letters, fetch, project, insight, relate."""
    from gateway.working import work as run

    _run("work-" + stages[0], lambda parts, stop, ready: run(parts, stages, stop, ready))


@click.command(epilog="Example: gateway monitor")
def monitor() -> None:
    """Watch lag, stuck consumers and waiting people, and tell Prometheus."""
    from gateway.monitoring import monitor as run

    _run("monitor", run)


Role = Callable[[Parts, asyncio.Event, Callable[[str], None]], Awaitable[None]]


def _run(role: str, run: Role) -> None:
    """Run until SIGTERM or SIGINT; says when it is ready."""
    parts = assemble()
    logs.set_up(parts.settings.log_level, CHATTY)
    if not parts.settings.kafka_bootstrap:
        raise Misconfigured(
            "GATEWAY_KAFKA_BOOTSTRAP",
            "names no cluster; set it to host:port, or use `gateway up`, which starts one",
        )

    def ready(says: str) -> None:
        logs.say(f"{role}: ready {says}")

    look_seldom()
    with asyncio.Runner(loop_factory=_loop_factory()) as runner:
        runner.run(_until_told(role, parts, run, ready))


async def _until_told(role: str, parts: Parts, run: Role, ready: Callable[[str], None]) -> None:
    """The role until it is told to stop; one of its tasks that ends unexpectedly ends the process with a line."""
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    end_with(exit_in_doubt)
    progress = _progress(role, parts)
    turning = watched(_tell_of_turns(progress), "telling of progress", lasting=True)
    try:
        await run(parts, stop, ready)
    finally:
        turning.cancel()
        progress.state("closed")
        asyncio.get_running_loop().set_exception_handler(None)


def _progress(role: str, parts: Parts) -> ProgressFile:
    folder = prepare(parts.settings.data_dir) / "work" / role
    folder.mkdir(parents=True, exist_ok=True)
    return ProgressFile(folder, role, 0)


async def _tell_of_turns(progress: ProgressFile) -> None:
    """The event loop turns: the process neither hangs nor is it stopped."""
    progress.state("running")
    while True:
        await asyncio.sleep(TURN_SECONDS)
        progress.alive()


def _loop_factory() -> Any:
    """uvloop, unless somebody debugs asyncio."""
    if os.environ.get("PYTHONASYNCIODEBUG"):
        return None
    import uvloop

    return uvloop.new_event_loop
