"""What `up` runs on one machine: which processes, with which settings, in which order."""

import json
import os
import secrets
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from gateway.children import Program
from gateway.ports import LOOPBACK, Ports

MAILBOX = "complaints"
CUSTOMERS = ("anna", "boris", "carla")
"""Customers of the sandbox; each has a mailbox and an account on the social network's stand-in."""


@dataclass(slots=True)
class Plan:
    """`services` come first, then (topics and) `roles`. `env` is what every process gets; `facts` go to run.json."""

    services: list[Program] = field(default_factory=list)
    roles: list[Program] = field(default_factory=list)
    env: dict[str, str] = field(default_factory=dict)
    facts: dict[str, Any] = field(default_factory=dict)


def plan(folder: Path, http_port: int, given: Mapping[str, str], sandbox: bool) -> Plan:
    """Everything for `folder`. What `given` (settings that have a value) names is used instead of our own."""
    made = Plan()
    ports = Ports(folder)
    port = http_port or ports.port("http")
    made.env = {
        "GATEWAY_DATA_DIR": str(folder),
        "GATEWAY_HTTP_PORT": str(port),
        "GATEWAY_PUBLIC_URL": given.get("GATEWAY_PUBLIC_URL", f"http://{LOOPBACK}:{port}"),
    }
    made.facts = {"http": f"http://{LOOPBACK}:{port}", "kafka": "", "imap": "", "smtp": "", "sandbox": {}}
    _kafka(made, folder, ports, given)
    if sandbox:
        _sandbox(made, folder, ports, given)
    _roles(made)
    if sandbox:
        _playground(made, folder, ports)
    made.facts["settings"] = made.env
    return made


def _module(
    role: str, module: str, *arguments: object, rank: int, env: Mapping[str, str] | None = None
) -> Program:
    words = [sys.executable, "-m", module, *map(str, arguments)]
    return Program(role, words, env or {}, stop_rank=rank)


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
    keys = _accounts(folder)
    made.facts["sandbox"] = {}
    if not given.get("CHANNEL_MAIL_IMAP_HOST"):
        _mail(made, folder, ports, keys)
    if not given.get("CHANNEL_SMS_ACCOUNT_SID"):
        _twilio(made, folder, ports, keys)
    if not given.get("CHANNEL_MASTODON_BASE_URL"):
        _mastodon(made, folder, ports, keys)


def _mail(made: Plan, folder: Path, ports: Ports, keys: Mapping[str, str]) -> None:
    imap, smtp = ports.port("imap"), ports.port("smtp")
    users = {name: keys[f"mail_{name}"] for name in (MAILBOX, *CUSTOMERS)}
    made.services.append(
        _module(
            "mail", "deploy.local.mailserver", "--data", folder / "mail", "--imap-port", imap, "--smtp-port", smtp,
            rank=3, env={"SANDBOX_MAIL_USERS": ",".join(f"{name}:{word}" for name, word in users.items())},
        )
    )  # fmt: skip
    made.facts |= {"imap": f"{LOOPBACK}:{imap}", "smtp": f"{LOOPBACK}:{smtp}"}
    made.facts["sandbox"]["mail"] = {
        "mailbox": f"{MAILBOX}@localhost",
        "accounts": [
            {"address": f"{name}@localhost", "user": name, "password": word} for name, word in users.items()
        ],
    }
    made.env |= {
        "CHANNEL_MAIL_IMAP_HOST": LOOPBACK,
        "CHANNEL_MAIL_IMAP_PORT": str(imap),
        "CHANNEL_MAIL_IMAP_TLS": "none",
        "CHANNEL_MAIL_IMAP_USER": MAILBOX,
        "CHANNEL_MAIL_IMAP_PASSWORD": users[MAILBOX],
        "CHANNEL_MAIL_SMTP_HOST": LOOPBACK,
        "CHANNEL_MAIL_SMTP_PORT": str(smtp),
        "CHANNEL_MAIL_SMTP_TLS": "none",
        "CHANNEL_MAIL_FROM_ADDRESS": f"{MAILBOX}@localhost",
    }


def _twilio(made: Plan, folder: Path, ports: Ports, keys: Mapping[str, str]) -> None:
    port, number = ports.port("twilio"), "+15005550006"
    webhook = f"{made.env['GATEWAY_PUBLIC_URL']}/in/sms"
    secret = {
        "SANDBOX_TWILIO_ACCOUNT_SID": keys["twilio_sid"],
        "SANDBOX_TWILIO_AUTH_TOKEN": keys["twilio_token"],
    }
    made.services.append(
        _module(
            "twilio", "deploy.sandbox.twilio", "--port", port, "--data", folder / "twilio", "--webhook-url", webhook,
            rank=3, env=secret,
        )
    )  # fmt: skip
    made.facts["sandbox"]["twilio"] = {
        "url": f"http://{LOOPBACK}:{port}", "number": number, "account_sid": keys["twilio_sid"],
        "auth_token": keys["twilio_token"], "webhook": webhook,
    }  # fmt: skip
    made.env |= {
        "CHANNEL_SMS_ACCOUNT_SID": keys["twilio_sid"],
        "CHANNEL_SMS_AUTH_TOKEN": keys["twilio_token"],
        "CHANNEL_SMS_FROM_NUMBER": number,
        "CHANNEL_SMS_API_BASE": f"http://{LOOPBACK}:{port}",
    }


def _mastodon(made: Plan, folder: Path, ports: Ports, keys: Mapping[str, str]) -> None:
    port = ports.port("mastodon")
    tokens = {name: keys[f"mastodon_{name}"] for name in (MAILBOX, *CUSTOMERS)}
    made.services.append(
        _module(
            "mastodon", "deploy.sandbox.mastodon", "--port", port, "--data", folder / "mastodon",
            rank=3, env={"SANDBOX_MASTODON_ACCOUNTS": json.dumps(tokens)},
        )
    )  # fmt: skip
    made.facts["sandbox"]["mastodon"] = {
        "url": f"http://{LOOPBACK}:{port}",
        "account": MAILBOX,
        "tokens": tokens,
    }
    made.env |= {
        "CHANNEL_MASTODON_BASE_URL": f"http://{LOOPBACK}:{port}",
        "CHANNEL_MASTODON_ACCESS_TOKEN": tokens[MAILBOX],
    }


def _roles(made: Plan) -> None:
    def role(name: str, *words: str, rank: int) -> Program:
        return _module(name, "gateway", *words, rank=rank)

    made.services.append(role("serve", "serve", rank=2))  # it takes in from the first second, into its spool
    made.roles = [
        role("collect", "collect", rank=0),
        role("work-normalise", "work", "normalise", "outcomes", rank=1),
        role("work-triage", "work", "triage", rank=1),
        role("work-letters", "work", "letters", rank=1),
        role("work-fetch", "work", "fetch", rank=1),
        role("work-project", "work", "project", rank=1),
        role("work-insight", "work", "insight", rank=1),
        role("monitor", "monitor", rank=1),
    ]


def _playground(made: Plan, folder: Path, ports: Ports) -> None:
    port = ports.port("playground")
    made.roles.append(
        _module("playground", "deploy.sandbox.playground", "--port", port, "--data", folder, rank=1)
    )
    made.facts["sandbox"]["playground"] = f"http://{LOOPBACK}:{port}/"


def _accounts(folder: Path) -> dict[str, str]:
    """Passwords and tokens of the sandbox, made once and kept for their owner only."""
    path = folder / "sandbox.json"
    if not path.exists():
        names = (MAILBOX, *CUSTOMERS)
        keys = {f"{kind}_{name}": secrets.token_hex(12) for kind in ("mail", "mastodon") for name in names}
        keys |= {"twilio_sid": "AC" + secrets.token_hex(16), "twilio_token": secrets.token_hex(16)}
        path.touch(mode=0o600)
        path.write_text(json.dumps(keys, indent=1))
    return dict(json.loads(path.read_text()))


def given_settings() -> dict[str, str]:
    """Settings of this process's environment that have a value."""
    return {
        name: value
        for name, value in os.environ.items()
        if name.startswith(("GATEWAY_", "CHANNEL_")) and value
    }
