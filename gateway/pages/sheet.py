"""One rendered form: the nonce that makes sending it twice one complaint, and the enclosures it carries along."""

from datetime import timedelta
from typing import Any

from pydantic import TypeAdapter, ValidationError

from channels.webform.payload import LONGEST_DESCRIPTION
from gateway.front import Front
from gateway.pages.submission import FIELDS, Submission, new_key
from gateway.sealed import seal, unseal
from schemas.message import Attachment

PAGE_KEEPS = timedelta(days=7)
"""How long a rendered page may lie open before its nonce must be renewed."""
_ATTACHMENTS = TypeAdapter(list[Attachment])


def key_of(front: Front, submission: Submission) -> str:
    """What the page's nonce seals; empty when the nonce is not ours or too old."""
    nonce = submission.hidden.get("nonce", "")
    opened = unseal(front.options.secret, "nonce", nonce, front.clock(), PAGE_KEEPS) if nonce else None
    return opened or ""


def keep_earlier(front: Front, submission: Submission) -> None:
    """Enclosures of an earlier attempt at the same page: the page carried them back under our seal."""
    kept = submission.hidden.get("kept", "")
    text = unseal(front.options.secret, "kept", kept, front.clock(), PAGE_KEEPS) if kept else None
    try:
        earlier = _ATTACHMENTS.validate_json(text) if text else []
    except ValidationError:
        earlier = []
    settings = front.options.webform
    submission.attachments = earlier[: settings.most_attachments]
    taken = sum(item.bytes for item in submission.attachments)
    room = settings.most_attachments - len(submission.attachments)
    if len(submission.uploads) > room:
        submission.refused.append("too_many_files")
        submission.uploads = submission.uploads[:room]
    if taken + sum(file.size or 0 for file in submission.uploads) > settings.total_bytes:
        submission.refused.append("file_too_large")
        submission.uploads = []


def sheet(front: Front, submission: Submission, errors: dict[str, str]) -> dict[str, Any]:
    """What a form's template needs: what was typed, what was wrong, nonce and enclosures under seal."""
    now, secret = front.clock(), front.options.secret
    reuse = "form" not in errors and submission.hidden.get("nonce")
    kept = _ATTACHMENTS.dump_json(submission.attachments).decode() if submission.attachments else ""
    return {
        "values": {name: str(submission.values.get(name, "")) for name in FIELDS},
        "errors": errors,
        "nonce": reuse or seal(secret, "nonce", new_key(), now),
        "kept": seal(secret, "kept", kept, now) if kept else "",
        "attachments": submission.attachments,
        "settings": front.options.webform,
        "longest": LONGEST_DESCRIPTION,
    }
