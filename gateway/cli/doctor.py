"""`gateway doctor`: checks settings, broker, mailboxes, providers, model and disk, and says what to mend."""

import asyncio
import json
import os
import re
from collections.abc import Iterable
from typing import Any

import click
from pydantic_settings import BaseSettings

from channels.contract import Finding
from gateway import environment, strangers
from gateway.bootstrap import Parts
from gateway.doctor import examine
from gateway.environment import Setting
from gateway.settings import GatewaySettings
from schemas.errors import Misconfigured

_PASSWORD_IN_URL = re.compile(r"(://[^:/@\s]*:)[^@\s]+@")


@click.command(epilog="Examples: gateway doctor · gateway doctor --settings · gateway doctor --json")
@click.option("--settings", "only_settings", is_flag=True, help="Only the effective settings; check nothing.")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
def doctor(only_settings: bool, as_json: bool) -> None:
    """Check what a start depends on; exit code 1 when something is to be mended. Changes nothing.

    Shows every setting that has a value of its own, where it came from, and secrets only as stars.
    """
    ignored = strangers.among(os.environ, environment.known_types())
    origins = environment.apply()
    effective, wrong = _effective(origins)
    findings = wrong if only_settings or wrong else asyncio.run(_all(as_json))
    if as_json:
        found = [{"what": one.what, "ok": one.ok, "says": one.says} for one in findings]
        click.echo(json.dumps({"settings": effective, "findings": found}, indent=1))
    else:
        for one in wrong:
            _say(one)
        click.echo("\nsettings (everything else has its default: schemas/published/settings.md)")
        for row in effective:
            click.echo(f"  {row['name']} = {row['value']}   ({row['origin']})")
        for name in ignored:
            click.echo(
                f"  {name} is no setting of ours and is ignored (a Service's address, or a stranger's)"
            )
    if not all(one.ok for one in findings):
        raise SystemExit(1)


async def _all(quietly: bool) -> list[Finding]:
    parts = Parts(environment.read(GatewaySettings))
    findings = []
    async for one in examine(parts):
        findings.append(one)
        if not quietly:
            _say(one)
    return findings


def _say(one: Finding) -> None:
    click.echo(f"{'ok  ' if one.ok else 'MEND'}  {one.what}: {one.says}")


def _effective(origins: Iterable[Setting]) -> tuple[list[dict[str, str]], list[Finding]]:
    """The settings that were set, with secrets masked; and those that are wrong."""
    where = {one.name: one.origin for one in origins}
    rows: list[dict[str, str]] = []
    wrong: list[Finding] = []
    for cls in environment.settings_classes():
        named = environment.names_of(cls)
        try:
            values = environment.read(cls)
        except Misconfigured as error:
            wrong.append(Finding("settings", False, str(error)))
            continue
        rows += [
            {"name": name, "value": masked(values, field), "origin": where[name]}
            for name, field in named.items()
            if name in where
        ]
    return rows, wrong


def masked(settings: BaseSettings, field: str) -> str:
    """A setting's value as it may be shown: secrets as stars, also the password within an address."""
    value: Any = getattr(settings, field)
    return _PASSWORD_IN_URL.sub(r"\1**********@", str(value))
