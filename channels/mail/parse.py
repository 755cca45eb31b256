"""One mail's bytes to one message: the order of reading is here, each step has its own room under `reading`.

Pure: same bytes and facts, same message. Facts used: `mailbox` (ours), `envelope_to`, `own_addresses` (with
spaces between), `authserv_id` (whose Authentication-Results is believed), `unfetched` (why the server did not
give the mail).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from channels.contract import Reading
from channels.mail.reading import (
    automatic,
    body,
    bounce,
    dates,
    envelope,
    forwarded,
    identity,
    invitation,
    lists,
    machines,
    ours,
    person,
    receipts,
    reply_text,
    set_aside,
    structure,
    subjects,
    thread,
    trust,
)
from channels.mail.reading.addresses import Mailbox
from channels.mail.reading.body import Body
from channels.mail.reading.bounce import Report
from channels.mail.reading.headers import Headers
from channels.mail.reading.person import Person
from channels.mail.reading.reply_text import Setting
from channels.mail.reading.structure import Part
from schemas.errors import Unreadable
from schemas.message import Address, Attachment, Bounce, Flags, Message, ReplyRoute

_OPENING = 600
"""Characters of what is quoted back, among which its author is named."""


def read(raw: bytes, facts: Mapping[str, str]) -> Sequence[Reading]:
    """Read one RFC 5322 mail into one Reading.

    Raises TooLarge at a cap on bytes, parts, depth or header fields, Unreadable for a mail that was never
    fetched; nothing else. What was odd stands in the message's `problems`.
    """
    if facts.get("unfetched"):
        raise Unreadable(f"the mail server did not give this mail: {facts['unfetched']}")
    top = structure.parse(raw)
    headers, hint = top.headers, top.parameters.get("charset", "")
    found = body.read(top)
    subject = headers.text("subject", hint)
    written, to = envelope.author(headers, hint), envelope.recipients(headers, hint)
    report = bounce.read(top, written, subject, found.text)
    replied = report is None and automatic.auto_reply(headers, subject, found.text)
    who = person.read(headers, hint, written, found.text, replied or report is not None, facts)
    route = _route(headers, hint, who, facts)
    sent_at = dates.parse(headers.text("date"))
    machine, token = replied or report is not None, thread.reply_token(headers, facts)
    ours_again = bool(token) or thread.answers_letter(headers)
    setting = Setting(name=who.sender.name) if machine else _setting(headers, subject, who, found, ours_again)
    said = reply_text.visible(found.quoting, setting)
    passed_on = _known(_forwarded_from(top, found, setting, said.passed_on))
    message = Message(
        channel="mail",
        message_id=thread.message_id(headers),
        account=facts.get("mailbox", ""),
        sender=envelope.address(who.sender),
        sender_proof=who.proof,
        author=_known(envelope.behind_list(headers, hint, who.written)),
        forwarded_by=envelope.address(who.sender) if passed_on else None,
        forwarded_from=passed_on,
        to=to,
        sent_at=sent_at,
        subject=subject,
        text=said.text,
        full_text=found.text,
        signature=said.signature,
        set_aside=set_aside.rest(
            found.quoting, said.text, found.beside, _our_letter(said.history, ours_again, facts)
        ),
        html=found.html,
        attachments=_attachments(found),
        in_reply_to=thread.in_reply_to(headers),
        references=thread.references(headers),
        reply_token=token,
        flags=_flags(top, who, _Read(subject, found.text, to, report is not None, replied, route), facts),
        bounce=_bounce(report, headers, facts),
        reply=route,
        problems=[*_problems(headers, found, who.sender, sent_at), *filter(None, [said.doubt])],
    )
    return [Reading(message, tuple(item.content for item in found.enclosures))]


def _setting(headers: Headers, subject: str, who: Person, found: Body, ours_again: bool) -> Setting:
    passes_on = found.passed_on or subjects.forwards(subject)
    answering = bool(thread.in_reply_to(headers) or thread.references(headers))
    answers = subjects.replies(subject, answering) or ours_again
    return Setting(passes_on, answers and not passes_on, who.sender.name)


def _forwarded_from(top: Part, found: Body, setting: Setting, passed_on: bool) -> Mailbox | None:
    if not (passed_on or setting.forwards or found.passed_on):
        return None
    return forwarded.author(top.walk(), found.text, setting.forwards, setting.replies)


def _our_letter(history: str, ours_again: bool, facts: Mapping[str, str]) -> str:
    """The history, when it is a letter of ours that comes back; else nothing."""
    told = history[:_OPENING].lower()
    return history if ours_again or any(address in told for address in ours.of(facts)) else ""


@dataclass(frozen=True, slots=True)
class _Read:
    """What is known of a mail when its flags are asked for."""

    subject: str
    text: str
    to: list[str]
    bounced: bool
    replied: bool
    route: ReplyRoute | None


def identity_parts(raw: bytes, message: Message, facts: Mapping[str, str]) -> tuple[bytes, ...]:
    """Mailbox, Message-ID and content hash; see reading/identity.py. Frozen."""
    return identity.parts(raw, message, facts)


def _known(mailbox: Mailbox | None) -> Address | None:
    return envelope.address(mailbox) if mailbox else None


def _flags(top: Part, who: Person, read: _Read, facts: Mapping[str, str]) -> Flags:
    headers = top.headers
    feedback = automatic.feedback_report(top)
    receipt = not read.bounced and receipts.is_receipt(top, read.subject, read.text)
    found = automatic.marks(
        headers,
        who,
        read.to,
        ours.of(facts),
        bounce=read.bounced,
        replied=read.replied,
        receipt=receipt,
        report=feedback,
        calendar=not read.text.strip() and invitation.answers(top),
        takes_no_mail=read.route is not None and machines.takes_no_mail(read.route.address.value),
    )
    verdict = automatic.nobody_wrote(found)
    return Flags(
        auto_reply=read.replied,
        bounce=read.bounced,
        list=found.listed,
        feedback_report=feedback,
        read_receipt=receipt,
        automated=verdict.automated,
        doubtful=verdict.doubtful,
        no_answer=automatic.no_answer(found),
        spoofed=trust.spoofed(headers, facts.get("authserv_id", "")),
    )


def _bounce(report: Report | None, headers: Headers, facts: Mapping[str, str]) -> Bounce | None:
    if report is None:
        return None
    letter = thread.letter(headers, facts, report.original_ids)
    return Bounce(recipients=report.recipients, status=report.status, action=report.action, letter=letter)


def _route(headers: Headers, hint: str, who: Person, facts: Mapping[str, str]) -> ReplyRoute | None:
    own = ours.of(facts)
    wanted = envelope.answer_to(headers, hint, who.sender, own)
    if machines.takes_no_mail(wanted.address) or lists.names(headers, wanted.address):
        wanted = who.sender
    if not wanted.address or (who.behind and ours.is_ours(wanted.address, own)):
        return None
    return ReplyRoute(
        channel="mail",
        account=facts.get("mailbox", ""),
        address=envelope.address(wanted),
        thread=thread.message_id(headers),
        references=thread.references(headers),
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


def _problems(headers: Headers, found: Body, sender: Mailbox, sent_at: datetime | None) -> list[str]:
    missing = [
        sentence
        for sentence, there in (
            ("no sender address", sender.address),
            ("no Message-ID: known by its content", thread.message_id(headers)),
            ("no readable Date", sent_at),
        )
        if not there
    ]
    return list(dict.fromkeys([*headers.problems, *found.problems, *missing]))
