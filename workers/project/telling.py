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


def event_lines(event: dict[str, Any]) -> list[dict[str, Any]]:
    """An event as it stands on the topic, in the lines of the timeline that ISO 10002 asks for.

    What one transaction decided is one event on the topic and several lines here: a message is `received` when
    the channel had it; a case is `assessed`, `routed` and `opened`; its first letter is `acknowledged`.
    """
    details = {name: value for name, value in (event.get("details") or {}).items() if value not in ("", None)}
    line = {name: value for name, value in event.items() if name not in _DETAIL and value not in ("", None)}
    kinds = _LINES.get(event["type"], (event["type"],))
    if event["type"] == "letter" and _acknowledges(details):
        kinds = ("acknowledged",)
    lines = [{**line, "type": kind, "summary": summary(event, kind), "details": details} for kind in kinds]
    received_at = (event.get("message") or {}).get("received_at")
    return [{**one, "at": received_at} if one["type"] == "received" and received_at else one for one in lines]


_LINES = {
    "opened": ("received", "assessed", "routed", "opened"),
    "joined": ("received", "joined"),
    "quarantined": ("received", "quarantined"),
}


def _acknowledges(details: dict[str, Any]) -> bool:
    return details.get("kind") == "acknowledgement" and details.get("state") in ("accepted", "shown")


def summary(event: dict[str, Any], kind: str) -> str:
    """What a line says, in a few words; empty for a type without any."""
    details, routing, found = (event.get(name) or {} for name in ("details", "routing", "assessment"))
    letter = " ".join(str(details.get(name, "")) for name in ("kind", "channel", "state", "reason"))
    words = {
        "received": f"by {event['channel']}",
        "assessed": f"{found.get('kind', '?')}, {found.get('category', '?')}, {found.get('priority', '?')} priority",
        "routed": f"to {routing.get('queue', '?')} by the rule {routing.get('rule', '?')}",
        "joined": details.get("why", ""),
        "duplicate": f"the same message as {details.get('of', '?')}",
        "quarantined": "taken for spam",
        "no_message": details.get("why", ""),
        "letter": letter,
        "acknowledged": f"by {details.get('channel', '?')}: {details.get('state', '?')}",
        "edited": f"{details.get('at_source', 'changed')} at the source",
        "linked": _linked(event, details),
        "outcome": " ".join(str(details.get(name, "")) for name in ("type", "category", "correction", "by")),
    }
    return " ".join(str(words.get(kind, "")).split())


def _linked(event: dict[str, Any], details: dict[str, Any]) -> str:
    links = [f"{link['reference']} ({link['why']})" for link in event.get("links") or []]
    people, priority = details.get("people"), details.get("priority")
    crowd = [f"{people} people say nearly the same"] if people else []
    raised = [f"priority now {priority}: {', '.join(details.get('because', []))}"] if priority else []
    return ", ".join([*links, *crowd, *raised])


def _moment(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat()
