"""`gateway read`: parse files as a channel would, without a broker; one JSON line for each message."""

import json
from pathlib import Path
from typing import Any

import click

from channels.contract import Channel
from channels.registry import BY_NAME
from schemas.errors import Unreadable
from schemas.message import Address, Message


@click.command(epilog="Example: gateway read --channel mail *.eml | jq .subject")
@click.option(
    "--channel", "name", required=True, type=click.Choice(sorted(BY_NAME)), help="Whose words the files are."
)
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
def read(name: str, files: tuple[Path, ...]) -> None:
    """Read FILES as the channel reads its deliveries and print what each message says.

    A file that is refused prints {"file", "error"}; the command goes on with the next one and exits with 1.
    """
    channel = BY_NAME[name]  # type: ignore[index]
    refused = False
    for path in files:
        for line in _lines(channel, path):
            refused |= "error" in line
            click.echo(json.dumps(line, ensure_ascii=False))
    if refused:
        raise SystemExit(1)


def _lines(channel: Channel, path: Path) -> list[dict[str, Any]]:
    try:
        readings = channel.read(path.read_bytes(), {})
    except Unreadable as error:
        return [_refused(path, error.cause, str(error))]
    except OSError as error:
        return [_refused(path, "NoSuchFile", f"cannot read it: {error.strerror}")]
    return [line(path.name, reading.message) for reading in readings]


def _refused(path: Path, kind: str, detail: str) -> dict[str, Any]:
    return {"file": path.name, "error": {"type": kind, "detail": detail}}


def line(file: str, message: Message) -> dict[str, Any]:
    """The contract's line: what a script may rely on, in this order."""
    words = message.model_dump(mode="json")
    bounce = words["bounce"]
    return {
        "file": file,
        "channel": message.channel,
        "message_id": message.message_id,
        "sender": _person(message.sender),
        "author": _person(message.author),
        "forwarded_from": _person(message.forwarded_from),
        "to": message.to,
        "sent_at": words["sent_at"],
        "subject": message.subject,
        "text": message.text,
        "full_text": message.full_text,
        "signature": message.signature,
        "html": message.html,
        "language": message.language,
        "attachments": words["attachments"],
        "media": words["media"],
        "in_reply_to": message.in_reply_to,
        "references": message.references,
        "target_id": message.target_id,
        "flags": words["flags"],
        "bounce": {key: bounce[key] for key in ("recipients", "status", "action")} if bounce else None,
        "receipt": words["receipt"],
        "kind": "status" if message.kind == "receipt" else message.kind,
        "problems": message.problems,
    }


def _person(address: Address | None) -> dict[str, str] | None:
    return {"address": address.value, "name": address.name} if address else None
