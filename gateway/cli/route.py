"""`gateway route`: which rule sends a complaint where, and what other rules would change."""

import asyncio
import json
import sys
from pathlib import Path
from typing import Any

import click

from channels.registry import CHANNELS
from classifiers.contract import Text
from gateway.bootstrap import Parts, assemble
from gateway.cli.json_lines import decoded
from schemas.message import Message
from schemas.names import ChannelName
from workers.triage.assess.rule import assess
from workers.triage.route.rule import route as decide
from workers.triage.route.rules import load


@click.group(
    epilog="Examples: gateway route explain 7KQ2-9XVA-3M4TC · echo 'gas leak' | gateway route explain -"
)
def route() -> None:
    """The routing rules: explain a decision, check a new file."""


@route.command()
@click.argument("what")
@click.option(
    "--channel", default="webform", type=click.Choice([one.name for one in CHANNELS]), help="With -."
)
@click.option("--json", "as_json", is_flag=True, help="For programs.")
def explain(what: str, channel: ChannelName, as_json: bool) -> None:
    """Say which rule sent the case with reference WHAT where and why; with - for a text on standard input."""
    parts = assemble()
    if what == "-":
        told = _text(parts, decoded(sys.stdin.buffer.read(), "standard input"), channel)
    else:
        told = _case(parts, what)
    if as_json:
        click.echo(json.dumps(told, indent=1, ensure_ascii=False))
        return
    click.echo(f"queue     {told['queue']} (owner: {told['owner']})")
    if told["escalation"]:
        click.echo(f"escalates {told['escalation']}")
    click.echo(f"rule      {told['rule']}: {told['because']}")
    click.echo(f"because   kind {told['kind']}, category {told['category']}, priority {told['priority']}")
    for reason in told["reasons"]:
        click.echo(f"          {reason['says']} [{reason['source']}]")


@route.command()
@click.argument("file", type=click.Path(path_type=Path))
def check(file: Path) -> None:
    """Load FILE as routing rules and say what would change for past complaints."""
    parts = assemble()
    rules = load(file)
    click.echo(f"{file}: {len(rules.rules)} rules, {len(rules.queues)} queues, default {rules.default}")
    for name, queue in rules.queues.items():
        click.echo(f"  {name}: {queue.told()}" + (f" - {queue.about}" if queue.about else ""))
    from gateway.projecting import case_view

    moved = 0
    for case in asyncio.run(case_view(parts).recent(1000)):
        told = case.get("assessment")
        if not told:
            continue
        from schemas.assessment import Assessment

        message = Message(channel=case["channel"])
        new = decide(Assessment.model_validate(told), message, rules)
        if new.queue != case["queue"]:
            moved += 1
            click.echo(f"{case['reference']}: {case['queue']} → {new.queue} (rule {new.rule})")
    click.echo(f"{moved} past complaints would go elsewhere")


def _text(parts: Parts, text: str, channel: ChannelName) -> dict[str, Any]:
    message = Message(channel=channel, text=text)
    assessment = assess(parts.classifier.assess([Text(text, channel=channel)])[0], message)
    routing = decide(assessment, message, parts.rules)
    return {
        **routing.model_dump(),
        **assessment.model_dump(include={"kind", "category", "priority", "reasons"}),
    }


def _case(parts: Parts, reference: str) -> dict[str, Any]:
    from gateway.cli.case import found

    case = found(parts, reference)
    assessment, routing = case.get("assessment") or {}, case.get("routing") or {}
    return {
        **{key: routing.get(key, "") for key in ("queue", "rule", "owner", "escalation", "because", "rules")},
        **{key: assessment.get(key, "") for key in ("kind", "category", "priority")},
        "reasons": assessment.get("reasons", []),
    }
