"""`gateway up`: everything on this machine, started in order, restarted when it dies, stopped in order."""

import asyncio
import os
import signal
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import click

from channels.tasks import end_with, joined
from classifiers.pack import home_of, read_facts
from gateway import environment, logs, room, topics
from gateway.bootstrap import Parts
from gateway.folder import only_one, prepare
from gateway.operator import sign_in_key
from gateway.plan import Plan, given_settings, plan
from gateway.secrets import check_fingerprint
from gateway.settings import GatewaySettings
from gateway.supervisor import Supervisor, until_stopped
from gateway.watch import watch_progress
from schemas.errors import Unavailable
from workers.runtime.exits import exit_in_doubt
from workers.storage.kafka import Cluster


@click.command(
    epilog="Examples: gateway up --sandbox · GATEWAY_KAFKA_BOOTSTRAP=kafka:9092 gateway up --data /srv/gw"
)
@click.option(
    "--sandbox", is_flag=True, help="With a mail server, stand-ins for every provider, and a playground."
)
@click.option(
    "--data", type=click.Path(path_type=Path, file_okay=False), help="Data folder (GATEWAY_DATA_DIR, ./data)."
)
@click.option("--port", type=int, help="Port of pages and webhooks (GATEWAY_HTTP_PORT, 8080; 0: a free one).")
def up(sandbox: bool, data: Path | None, port: int | None) -> None:
    """Run the whole gateway on this machine until Ctrl-C.

    Starts a Kafka of its own unless GATEWAY_KAFKA_BOOTSTRAP names one. All state is in the data folder;
    DIR/run.json tells where everything is; logs are in DIR/logs.
    """
    if data is not None:
        os.environ["GATEWAY_DATA_DIR"] = str(data)
    if port is not None:
        os.environ["GATEWAY_HTTP_PORT"] = str(port)
    values, _ = environment.resolve(os.environ)
    environment.put(values)
    settings = environment.read(GatewaySettings)
    settings.check_exposure()
    folder = prepare(settings.data_dir.resolve())
    with only_one(folder):
        _check_settings()
        if not settings.kafka_bootstrap:
            room.check_start(folder / room.LOCAL_KAFKA)
        made = plan(folder, settings.http_port, given_settings(), sandbox, _say)
        os.environ.update(made.env)
        asyncio.run(_run(folder, made))


async def _run(folder: Path, made: Plan) -> None:
    begin = time.monotonic()
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    parts = Parts(environment.read(GatewaySettings))
    parts.secret  # noqa: B018 - made before the roles start, so that they all find the same
    supervisor = Supervisor(folder, made.facts, _say)
    end_with(exit_in_doubt)
    starting = joined(_start(supervisor, made, parts))
    stopped = joined(stop.wait())
    await asyncio.wait({starting, stopped}, return_when=asyncio.FIRST_COMPLETED)
    try:
        if starting.done():
            starting.result()
            but = f", but for {', '.join(supervisor.troubled)}" if supervisor.troubled else ""
            _say(f"everything is up after {time.monotonic() - begin:.1f} s{but}")
            _print_addresses(made.facts, _console_link(parts))
        await until_stopped(supervisor, stop, lambda: watch_progress(supervisor, folder / "work"))
    except BaseException:
        await supervisor.stop()
        raise
    finally:
        starting.cancel()
        stopped.cancel()
    _say("stopped")


async def _start(supervisor: Supervisor, made: Plan, parts: Parts) -> None:
    await supervisor.start(made.services)
    await _prepare(parts)
    await supervisor.start(made.roles)


async def _prepare(parts: Parts) -> None:
    """Topics and the secret's fingerprint; a broker that has just started gets a moment."""
    specs = parts.topics()
    names = await _made(parts.cluster, specs)
    await check_fingerprint(parts.cluster, parts.secret)
    _say(f"topics: {len(specs)} there, {len(names)} of them new")


async def _made(cluster: Cluster, specs: list[topics.Wanted]) -> list[str]:
    try:
        return await topics.apply(cluster, specs)
    except Unavailable as error:
        missing = [one for one in await topics.diff(cluster, specs) if one.says == "is missing"]
        if missing:
            names = ", ".join(one.name for one in missing)
            raise Unavailable(
                f"{error}. Missing topics: {names}. Make them with `gateway topics apply`"
            ) from error
        return []


def _console_link(parts: Parts) -> str:
    """Signs in once, within twelve hours; after that `gateway up` has printed another, or the token is typed in."""
    token = parts.settings.operator_token
    key = sign_in_key(parts.secret, token.get_secret_value() if token else "", datetime.now(UTC))
    return f"{parts.settings.own_url}/console/login?{urlencode({'key': key})}"


def _print_addresses(facts: dict[str, Any], console: str) -> None:
    base = facts["http"]
    lines = [
        ("Complaint form", f"{base}/complain"),
        ("Operations", console),
        ("Kafka", facts["kafka"]),
    ]
    sandbox = facts["sandbox"]
    if "playground" in sandbox:
        lines.insert(0, ("Playground", sandbox["playground"]))
    if "mail" in sandbox:
        lines += [("Mail to", sandbox["mail"]["mailbox"]), ("SMTP", facts["smtp"]), ("IMAP", facts["imap"])]
    played = [name for name, part in sandbox.items() if "url" in part]
    lines += [(f"{name.title()} stand-in", sandbox[name]["url"]) for name in played]
    logs.say("")
    for name, value in lines:
        logs.say(f"  {name:18} {value}")
    logs.say("\n  Ctrl-C stops everything; the next start goes on where this one ended.\n")


def _check_settings() -> None:
    """What every role would refuse alike is refused before anything starts. Raises Misconfigured."""
    for one in environment.settings_classes():
        environment.read(one)
    parts = Parts(environment.read(GatewaySettings))
    parts.rules  # noqa: B018 - reading them is the check
    read_facts(home_of(parts.settings.pack, parts.settings.pack_dir))


def _say(line: str) -> None:
    logs.say(f"{time.strftime('%H:%M:%S')}  {line}")
