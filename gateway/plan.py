"""What `up` runs on one machine: which processes, with which settings, in which order."""

import json
import os
import secrets
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from gateway import stand_ins
from gateway.children import Program
from gateway.operator import SHORTEST_TOKEN
from gateway.ports import LOOPBACK, Ports
from gateway.stand_ins import CUSTOMERS, OURS, Seat
from schemas.names import ChannelName
from workers.storage.files import write_whole

_KEYS: TypeAdapter[dict[str, str]] = TypeAdapter(dict[str, str])


@dataclass(slots=True)
class Plan:
    """`services` come first, then (topics and) `roles`. `env` is what every process gets; `facts` go to run.json."""

    services: list[Program] = field(default_factory=list)
    roles: list[Program] = field(default_factory=list)
    env: dict[str, str] = field(default_factory=dict)
    facts: dict[str, Any] = field(default_factory=dict)


def plan(
    folder: Path,
    http_port: int,
    given: Mapping[str, str],
    sandbox: bool,
    say: Callable[[str], None] = lambda line: None,
) -> Plan:
    """Everything for `folder`. What `given` (settings that have a value) names is used instead of our own."""
    made = Plan()
    ports = Ports(folder, say)
    port = http_port or ports.port("http")
    made.env = {
        "GATEWAY_DATA_DIR": str(folder),
        "GATEWAY_HTTP_PORT": str(port),
        "GATEWAY_PUBLIC_URL": given.get("GATEWAY_PUBLIC_URL", f"http://{LOOPBACK}:{port}"),
    }
    if not given.get("GATEWAY_OPERATOR_TOKEN"):
        made.env["GATEWAY_OPERATOR_TOKEN"] = _operator_token(folder)
    made.facts = {"http": f"http://{LOOPBACK}:{port}", "kafka": "", "imap": "", "smtp": "", "sandbox": {}}
    _kafka(made, folder, ports, given)
    if sandbox:
        _sandbox(made, folder, ports, given)
    _roles(made)
    made.facts["settings"] = made.env
    return made


def _module(
    role: str, module: str, *arguments: object, rank: int, env: Mapping[str, str] | None = None
) -> Program:
    """Services are needed by the others; a role of ours beside the door is not, for the door takes in without it."""
    words = [sys.executable, "-m", module, *map(str, arguments)]
    ours = module == "gateway"
    return Program(
        role, words, env or {}, stop_rank=rank, tells_progress=ours, needed=not ours or role == "serve"
    )


def _kafka(made: Plan, folder: Path, ports: Ports, given: Mapping[str, str]) -> None:
    bootstrap = given.get("GATEWAY_KAFKA_BOOTSTRAP", "")
    if not bootstrap:
        port = ports.port("kafka")
        bootstrap = f"{LOOPBACK}:{port}"
        made.services.append(
            _module("kafka", "deploy.local.kafka", "--data", folder / "kafka", "--port", port, rank=4)
        )
    made.env["GATEWAY_KAFKA_BOOTSTRAP"] = made.facts["kafka"] = bootstrap


def _sandbox(made: Plan, folder: Path, ports: Ports, given: Mapping[str, str]) -> None:
    if not given.get("CHANNEL_MAIL_IMAP_HOST"):
        _mail(made, folder, ports)
    _stand_ins(made, folder, ports, stand_ins.played(given))


def _stand_ins(made: Plan, folder: Path, ports: Ports, played: Mapping[str, Sequence[ChannelName]]) -> None:
    """All of them, and the playground, in one process."""
    keys, webhooks = _keys(folder), f"{made.env['GATEWAY_PUBLIC_URL']}/in"
    told: dict[str, str] = {}
    addresses = []
    for name, channels in played.items():
        port = ports.port(name)
        part = stand_ins.part(name, Seat(f"http://{LOOPBACK}:{port}", webhooks, keys), channels)
        addresses.append(f"{name}={port}")
        told |= part.told
        made.env |= part.settings
        made.facts["sandbox"][name] = part.facts
    port = ports.port("playground")
    made.facts["sandbox"]["playground"] = f"http://{LOOPBACK}:{port}/"
    made.services.append(
        _module(
            "sandbox", "deploy.sandbox", *addresses, f"playground={port}", "--data", folder,
            "--webhook-url", webhooks, rank=3, env=told,
        )
    )  # fmt: skip


def _mail(made: Plan, folder: Path, ports: Ports) -> None:
    keys = _keys(folder)
    imap, smtp = ports.port("imap"), ports.port("smtp")
    users = {name: keys[f"mail_{name}"] for name in (OURS, *CUSTOMERS)}
    made.services.append(
        _module(
            "mail", "deploy.local.mailserver", "--data", folder / "mail", "--imap-port", imap, "--smtp-port", smtp,
            rank=3, env={"SANDBOX_MAIL_USERS": ",".join(f"{name}:{word}" for name, word in users.items())},
        )
    )  # fmt: skip
    made.facts |= {"imap": f"{LOOPBACK}:{imap}", "smtp": f"{LOOPBACK}:{smtp}"}
    made.facts["sandbox"]["mail"] = {
        "mailbox": f"{OURS}@localhost",
        "accounts": [
            {"address": f"{name}@localhost", "user": name, "password": word} for name, word in users.items()
        ],
    }
    made.env |= {
        "CHANNEL_MAIL_IMAP_HOST": LOOPBACK,
        "CHANNEL_MAIL_IMAP_PORT": str(imap),
        "CHANNEL_MAIL_IMAP_TLS": "none",
        "CHANNEL_MAIL_IMAP_USER": OURS,
        "CHANNEL_MAIL_IMAP_PASSWORD": users[OURS],
        "CHANNEL_MAIL_SMTP_HOST": LOOPBACK,
        "CHANNEL_MAIL_SMTP_PORT": str(smtp),
        "CHANNEL_MAIL_SMTP_TLS": "none",
        "CHANNEL_MAIL_FROM_ADDRESS": f"{OURS}@localhost",
    }


def _roles(made: Plan) -> None:
    def role(name: str, *words: str, rank: int) -> Program:
        return _module(name, "gateway", *words, rank=rank)

    made.services.append(role("serve", "serve", rank=2))  # it takes in from the first second, into its spool
    made.roles = [
        role("collect", "collect", rank=0),
        role("work-normalise", "work", "normalise", "overflow", "outcomes", rank=1),
        role("work-triage", "work", "triage", rank=1),
        role("work-letters", "work", "letters", rank=1),
        role("work-fetch", "work", "fetch", rank=1),
        role("work-project", "work", "project", rank=1),
        role("work-insight", "work", "insight", "relate", rank=1),
        role("monitor", "monitor", rank=1),
    ]


def _operator_token(folder: Path) -> str:
    """Made once, kept for its owner only."""
    path = folder / "operator-token"
    path.touch(mode=0o600)
    token = path.read_text("ascii", "replace").strip()
    if len(token) < SHORTEST_TOKEN or not token.isalnum() or not token.isascii():
        token = secrets.token_hex(16)
        path.write_text(token)
    return token


def _keys(folder: Path) -> dict[str, str]:
    """Passwords and tokens of the sandbox, each made once and kept for their owner only."""
    path = folder / "sandbox.json"
    try:
        kept = _KEYS.validate_json(path.read_bytes())
    except (OSError, ValueError):  # none yet, or damaged: then the stand-ins and we get new ones
        kept = {}
    keys = {name: secrets.token_hex(16) for name in stand_ins.key_names()} | kept
    write_whole(path, json.dumps(keys, indent=1))
    return keys


def given_settings() -> dict[str, str]:
    """Settings of this process's environment that have a value."""
    return {
        name: value
        for name, value in os.environ.items()
        if name.startswith(("GATEWAY_", "CHANNEL_")) and value
    }
