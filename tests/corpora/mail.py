"""Whole mails: `expected` of an index line against `channels.mail.parse.read`."""

import time
from collections.abc import Callable, Iterator
from hashlib import md5, sha256
from typing import Any

from channels.contract import Reading
from channels.mail.parse import read
from schemas.errors import GatewayError
from tests.corpora.checks import Check, same, same_text, settled
from tests.corpora.material import Entry, entries

SECONDS = 0.3
_FLAGS = {
    "is_bounce": "bounce",
    "is_auto_reply": "auto_reply",
    "is_list": "list",
    "is_automated": "automated",
    "is_feedback_report": "feedback_report",
}


def checks() -> Iterator[Check]:
    """Every expectation of every mail."""
    for entry in entries("email"):
        raw = entry.raw()
        before = time.process_time()
        try:
            (reading,) = read(raw, {})
        except GatewayError as refusal:
            yield Check(entry, "handled", False, "a reading", repr(refusal))
            continue
        seconds = time.process_time() - before
        yield Check(entry, "handled", True)
        yield Check(entry, "seconds", seconds <= SECONDS, SECONDS, round(seconds, 3))
        yield from _fields(entry, reading)
        yield from _attachments(entry, reading)
        yield from _bounces(entry, reading)


def _fields(entry: Entry, reading: Reading) -> Iterator[Check]:
    message, expected = reading.message, entry.expected
    for name, flag in _FLAGS.items():
        if name in expected:
            yield same(entry, name, expected[name], getattr(message.flags, flag))
    plain: dict[str, tuple[str, Callable[[str, str], bool]]] = {
        "from": (message.sender.value, lambda wanted, found: wanted.lower() == found.lower()),
        "from_name": (message.sender.name, lambda wanted, found: wanted == found),
        "subject": (message.subject, lambda wanted, found: settled(wanted) == settled(found)),
        "subject_starts": (message.subject, lambda wanted, found: found.startswith(wanted)),
        "subject_contains": (message.subject, lambda wanted, found: wanted in found),
        "reply_to": (
            message.reply.address.value if message.reply else "",
            lambda wanted, found: wanted == found,
        ),
        "text_starts": (settled(message.full_text), lambda wanted, found: found.startswith(settled(wanted))),
        "first_text_part": (
            settled(message.full_text),
            lambda wanted, found: found.startswith(settled(wanted)),
        ),
    }
    for name, (found, holds) in plain.items():
        if isinstance(expected.get(name), str):
            yield Check(entry, name, holds(expected[name], found), expected[name], found)
    if "text" in expected:
        yield same_text(entry, "text", expected["text"], message.full_text)
    if "visible_text" in expected:
        yield same_text(entry, "visible_text", expected["visible_text"], message.text)
    for wanted in _listed(expected.get("text_contains")):
        yield Check(
            entry, "text_contains", settled(wanted) in settled(message.full_text), wanted, message.full_text
        )
    if "to" in expected:
        yield same(
            entry,
            "to",
            {item.lower() for item in _listed(expected["to"])},
            {item.lower() for item in message.to},
        )


def _listed(value: Any) -> list[str]:
    return [value] if isinstance(value, str) else list(value or [])


def _attachments(entry: Entry, reading: Reading) -> Iterator[Check]:
    expected, found = entry.expected, reading.message.attachments
    if "attachments" in expected:
        wanted = expected["attachments"]
        unnamed = bool(expected.get("attachments_unnamed_upstream_placeholder"))
        exact = len(wanted) == len(found) and all(
            _one(item, index, reading, unnamed) for index, item in enumerate(wanted)
        )
        yield Check(
            entry, "attachments", exact, wanted, [(item.name, item.media_type, item.bytes) for item in found]
        )
    count = expected.get("attachment_count", expected.get("attachment_part_count"))
    if count is not None and "attachments" not in expected:
        yield Check(
            entry,
            "attachment_count",
            count == len(found),
            count,
            [(item.name, item.media_type) for item in found],
        )
    if "tnef_attachments" in expected:
        names = [item["name"] for item in expected["tnef_attachments"]]
        yield same(entry, "tnef_attachments", names, [item.name for item in found])


def _one(wanted: dict[str, Any], index: int, reading: Reading, unnamed: bool) -> bool:
    found, content = reading.message.attachments[index], reading.contents[index]
    return bool(
        (unnamed or wanted["name"] == found.name)
        and wanted.get("size", found.bytes) == found.bytes
        and wanted.get("md5", md5(content).hexdigest()) == md5(content).hexdigest()
        and wanted.get("sha256", found.sha256) == sha256(content).hexdigest()
    )


def _bounces(entry: Entry, reading: Reading) -> Iterator[Check]:
    expected, bounce = entry.expected, reading.message.bounce
    if "bounce_recipients" in expected:
        wanted = {item.lower() for item in expected["bounce_recipients"]}
        found = {item.lower() for item in bounce.recipients} if bounce else set()
        yield same(entry, "bounce_recipients", wanted, found)
    if "dsn_status" in expected:
        yield same(entry, "dsn_status", expected["dsn_status"], bounce.status if bounce else "")
    if "bounce_details" in expected and expected.get("is_bounce"):
        wanted_codes = {item["dsn_status"] for item in expected["bounce_details"] if item["dsn_status"]}
        if wanted_codes and bounce and bounce.status:
            yield Check(entry, "dsn_code", bounce.status in wanted_codes, wanted_codes, bounce.status)
