"""One mail's bytes to one message: the reading order is here, each step has its own room under `reading`.

Pure: same bytes and facts, same message. Facts used: `mailbox` (ours), `envelope_to`, `authserv_id` (the only
name whose Authentication-Results is believed).
"""

import re
from collections.abc import Mapping, Sequence
from hashlib import sha256

from channels.contract import Reading
from channels.mail.reading import (
    addresses,
    automatic,
    body,
    bounce,
    dates,
    identity,
    ours,
    reply_text,
    structure,
    trust,
)
from channels.mail.reading.addresses import Mailbox
from channels.mail.reading.body import Body
from channels.mail.reading.bounce import Report
from channels.mail.reading.headers import Headers
from channels.mail.reading.structure import Part
from schemas.message import Address, Attachment, Bounce, Flags, Message, ReplyRoute

MOST_REFERENCES = 100
MOST_RECIPIENTS = 100
_ID = re.compile(r"<([^<>\s]{1,500})>")


def read(raw: bytes, facts: Mapping[str, str]) -> Sequence[Reading]:
    """Read one RFC 5322 mail; one Reading. Raises TooLarge (caps on bytes, parts, depth, headers), nothing else."""
    top = structure.parse(raw)
    headers = top.headers
    words_found = body.read(top)
    hint = top.parameters.get("charset", "")
    author = _author(headers, hint)
    subject = headers.text("subject", hint)
    report = bounce.read(top, author, subject, words_found.text)
    visible = reply_text.visible(words_found.quoting)
    message_id = _ids(headers, "message-id")
    references = _references(headers)
    message = Message(
        channel="mail",
        message_id=message_id[0] if message_id else "",
        account=facts.get("mailbox", ""),
        sender=_address(author),
        to=_recipients(headers, hint),
        sent_at=dates.parse(headers.text("date")),
        subject=subject,
        text=visible.text,
        full_text=words_found.text,
        signature=visible.signature,
        html=words_found.html,
        attachments=_attachments(words_found),
        in_reply_to=next(iter(_ids(headers, "in-reply-to")), ""),
        references=references,
        reply_token=_token(headers, facts),
        flags=_flags(top, subject, report, facts),
        bounce=_bounce(report, top, facts),
        reply=_route(headers, hint, author, references, facts),
        problems=_problems(headers, words_found, author, message_id),
    )
    return [Reading(message, tuple(item.content for item in words_found.enclosures))]


def identity_parts(raw: bytes, message: Message, facts: Mapping[str, str]) -> tuple[bytes, ...]:
    """Mailbox, Message-ID and content hash; see reading/identity.py. Frozen."""
    return identity.parts(raw, message, facts)


def _author(headers: Headers, hint: str) -> Mailbox:
    """From, else Sender, else Return-Path."""
    for name in ("from", "sender", "reply-to", "return-path"):
        for value in headers.every(name):
            found = addresses.first(value, hint)
            if found.address or (name == "from" and found.name):
                return found
    return Mailbox("", "")


def _address(mailbox: Mailbox) -> Address:
    if not mailbox.address:
        return Address(kind="none", name=mailbox.name)
    return Address(kind="mail", value=addresses.normal(mailbox.address), name=mailbox.name)


def _recipients(headers: Headers, hint: str) -> list[str]:
    found = [box for value in headers.every("to") for box in addresses.parse(value, hint)]
    return list(dict.fromkeys(box.address for box in found if box.address))[:MOST_RECIPIENTS]


def _ids(headers: Headers, name: str) -> list[str]:
    """Message-IDs without their angle brackets (RFC 5322 section 3.6.4); a bare one is taken as it stands."""
    text = " ".join(headers.text(name) for _ in range(1))
    found = _ID.findall(text[:100_000])
    bare = text.split()
    return list(dict.fromkeys(found)) or (
        [bare[0].strip("<>")[:500]] if len(bare) == 1 and "@" in bare[0] else []
    )


def _references(headers: Headers) -> list[str]:
    """The chain, oldest first; of a very long one the first and the newest (RFC 5322 section 3.6.4 allows trimming)."""
    chain = list(dict.fromkeys(_ids(headers, "references") + _ids(headers, "in-reply-to")))
    return chain if len(chain) <= MOST_REFERENCES else [chain[0], *chain[1 - MOST_REFERENCES :]]


def _token(headers: Headers, facts: Mapping[str, str]) -> str:
    names = (
        "to",
        "cc",
        "delivered-to",
        "x-original-to",
        "envelope-to",
        "in-reply-to",
        "references",
    )
    return ours.reply_token([facts.get("envelope_to", ""), *(headers.text(name) for name in names)])


def _flags(top: Part, subject: str, report: Report | None, facts: Mapping[str, str]) -> Flags:
    headers = top.headers
    feedback = automatic.feedback_report(top)
    replied = report is None and automatic.auto_reply(headers, subject)
    listed = automatic.from_list(headers)
    return Flags(
        auto_reply=replied,
        bounce=report is not None,
        list=listed,
        feedback_report=feedback,
        automated=bool(report) or replied or listed or feedback or automatic.automated(headers),
        spoofed=trust.spoofed(headers, facts.get("authserv_id", "")),
    )


def _bounce(report: Report | None, top: Part, facts: Mapping[str, str]) -> Bounce | None:
    if report is None:
        return None
    names = (
        "to",
        "delivered-to",
        "x-original-to",
        "envelope-to",
        "in-reply-to",
        "references",
    )
    letter = ours.letter(
        [
            facts.get("envelope_to", ""),
            *(top.headers.text(name) for name in names),
            *report.original_ids,
        ]
    )
    return Bounce(
        recipients=report.recipients,
        status=report.status,
        action=report.action,
        letter=letter,
    )


def _route(
    headers: Headers,
    hint: str,
    author: Mailbox,
    references: list[str],
    facts: Mapping[str, str],
) -> ReplyRoute | None:
    """Answer to Reply-To, else to the author; None without an address."""
    wanted = next(
        (box for value in headers.every("reply-to") for box in addresses.parse(value, hint) if box.address),
        author,
    )
    if not wanted.address:
        return None
    thread = next(iter(_ids(headers, "message-id")), "")
    return ReplyRoute(
        channel="mail",
        account=facts.get("mailbox", ""),
        address=_address(wanted),
        thread=thread,
        references=references,
    )


def _attachments(found: Body) -> list[Attachment]:
    return [
        Attachment(
            name=item.name,
            media_type=item.media_type,
            bytes=len(item.content),
            sha256=sha256(item.content).hexdigest(),
        )
        for item in found.enclosures
    ]


def _problems(headers: Headers, found: Body, author: Mailbox, message_id: list[str]) -> list[str]:
    missing = []
    if not author.address:
        missing.append("no sender address")
    if not message_id:
        missing.append("no Message-ID: known by its content")
    if dates.parse(headers.text("date")) is None:
        missing.append("no readable Date")
    return list(dict.fromkeys([*headers.problems, *found.problems, *missing]))
