"""`gateway read`: parse files as a channel would, without a broker; one JSON line for each message."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import click

from channels.contract import Channel
from channels.registry import BY_NAME
from classifiers.contract import Classifier
from classifiers.registry import load
from schemas.errors import Unreadable
from schemas.message import Address, Message
from workers.triage.becoming import becoming
from workers.triage.classify.batch import text_of


@click.command(epilog="Example: gateway read --channel mail --mailbox help@example.org *.eml | jq .becomes")
@click.option(
    "--channel", "name", required=True, type=click.Choice(sorted(BY_NAME)), help="Whose words the files are."
)
@click.option("--mailbox", default="", help="The mailbox of ours that the mails came to.")
@click.option("--own", multiple=True, help="A further address of ours; may be given again.")
@click.option("--fact", multiple=True, help="NAME=VALUE: what else only the transport knows (authserv_id=…).")
@click.option("--pack", default="general", help="Who judges what becomes of it: a classifier pack of ours.")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
def read(
    name: str,
    mailbox: str,
    own: tuple[str, ...],
    fact: tuple[str, ...],
    pack: str,
    files: tuple[Path, ...],
) -> None:
    """Read FILES as the channel reads its deliveries and print what each message says and becomes.

    A file that is refused prints {"file", "error"}; the command goes on with the next one and exits with 1.
    "becomes" is what triage makes of a message that repeats and continues nothing: "case", "automatic", … .
    """
    channel, facts = BY_NAME[name], _facts(mailbox, own, fact)  # type: ignore[index]
    classifier = load(pack)
    refused = False
    for path in files:
        for told in _file(channel, path, facts, classifier):
            refused |= "error" in told
            click.echo(json.dumps(told, ensure_ascii=False))
    if refused:
        raise SystemExit(1)


def _facts(mailbox: str, own: Sequence[str], more: Sequence[str]) -> dict[str, str]:
    wrong = [one for one in more if "=" not in one]
    if wrong:
        raise click.UsageError(f"--fact {wrong[0]!r} is not NAME=VALUE")
    ours = " ".join(one.lower() for one in (mailbox, *own) if one)
    return {"mailbox": mailbox, "own_addresses": ours, **dict(one.split("=", 1) for one in more)}


def _file(
    channel: Channel, path: Path, facts: Mapping[str, str], classifier: Classifier
) -> list[dict[str, Any]]:
    name = str(path).encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    try:
        raw = path.read_bytes()
    except OSError as error:
        return [_refused(name, "NoSuchFile", f"cannot read it: {error.strerror}")]
    return lines(channel, name, raw, facts, classifier)


def lines(
    channel: Channel, file: str, raw: bytes, facts: Mapping[str, str], classifier: Classifier
) -> list[dict[str, Any]]:
    """What one file says, a line a message; whatever goes wrong with it is its own line."""
    try:
        return [_told(file, one.message, classifier) for one in channel.read(raw, facts)]
    except Unreadable as error:
        return [_refused(file, error.cause, str(error))]
    except Exception as error:  # noqa: BLE001 - a fault that one file brings out must not hide the other files
        return [_refused(file, "Fault", f"a fault of ours: {type(error).__name__}: {error}")]


def _told(file: str, message: Message, classifier: Classifier) -> dict[str, Any]:
    (assessment,) = classifier.assess([text_of(message)])
    found = becoming(message, assessment)
    judged = {"becomes": found.becomes, "because": found.because, "letter": found.letter}
    told = {**line(file, message), **judged, "priority": assessment.priority, "spoken": assessment.language}
    json.dumps(told, ensure_ascii=False).encode()
    return told


def _refused(file: str, kind: str, detail: str) -> dict[str, Any]:
    return {"file": file, "error": {"type": kind, "detail": detail}}


def line(file: str, message: Message) -> dict[str, Any]:
    """The contract's line: what a script may rely on, in this order."""
    words = message.model_dump(mode="json")
    bounce = words["bounce"]
    return {
        "file": file,
        "channel": message.channel,
        "message_id": message.message_id,
        "sender": _person(message.sender),
        "sender_proof": message.sender_proof,
        "other_addresses": [_person(one) for one in message.other_addresses],
        "author": _person(message.author),
        "forwarded_by": _person(message.forwarded_by),
        "forwarded_from": _person(message.forwarded_from),
        "to": message.to,
        "sent_at": words["sent_at"],
        "subject": message.subject,
        "text": message.text,
        "full_text": message.full_text,
        "signature": message.signature,
        "set_aside": message.set_aside,
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
