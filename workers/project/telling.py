"""Rows and events as the contract's JSON, and each event in a sentence for people."""

import json
from datetime import datetime
from typing import Any

_DETAIL = ("message", "assessment", "routing", "links", "deadlines", "details", "person_key", "reference")
"""What an event line leaves out: it stands elsewhere in the case, or is told in the summary."""


def case_line(row: Any) -> dict[str, Any]:
    """A row of `cases`."""
    return {
        "reference": row.reference,
        "state": row.state,
        "channel": row.channel,
        "queue": row.queue,
        "category": row.category,
        "priority": row.priority,
        "kind": row.kind,
        "severity": row.severity,
        "received_at": _moment(row.received_at),
        "updated_at": _moment(row.updated_at),
        "answered_at": _moment(row.answered_at),
        "acknowledge_by": _moment(row.acknowledge_by),
        "respond_by": _moment(row.respond_by),
        "assessment": json.loads(row.assessment) if row.assessment else None,
        "routing": json.loads(row.routing) if row.routing else None,
        "synthetic": row.synthetic,
    }


def letter_line(row: Any) -> dict[str, Any]:
    """A row of `letters`."""
    return {
        "kind": row.kind,
        "channel": row.channel,
        "state": row.state,
        "provider_id": row.provider_id,
        "letter_id": row.letter_id,
        "reason": row.reason,
        "attempts": row.attempts,
        "at": _moment(row.at),
        "accepted_at": _moment(row.accepted_at),
        "template": row.template,
        "sha256": row.sha256,
    }


def event_line(event: dict[str, Any]) -> dict[str, Any]:
    """An event as it stands on the topic, in one line of the timeline."""
    line = {name: value for name, value in event.items() if name not in _DETAIL and value not in ("", None)}
    details = {name: value for name, value in (event.get("details") or {}).items() if value not in ("", None)}
    return {**line, "summary": summary(event), "details": details}


def summary(event: dict[str, Any]) -> str:
    """What happened, in a few words; empty for a type without any."""
    details, routing = event.get("details") or {}, event.get("routing") or {}
    words = {
        "opened": f"to {routing.get('queue', '?')} by the rule {routing.get('rule', '?')}",
        "joined": details.get("why", ""),
        "duplicate": f"the same message as {details.get('of', '?')}",
        "quarantined": "taken for spam",
        "no_message": details.get("why", ""),
        "letter": " ".join(str(details.get(name, "")) for name in ("kind", "channel", "state", "reason")),
        "edited": f"{details.get('at_source', 'changed')} at the source",
        "outcome": " ".join(str(details.get(name, "")) for name in ("type", "correction", "by")),
    }
    return " ".join(str(words.get(event["type"], "")).split())


def _moment(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat()
