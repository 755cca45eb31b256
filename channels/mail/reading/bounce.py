"""Delivery status notifications (RFC 3464) and the many mails that stand for one.

Structure decides where there is any: a `message/delivery-status` part, `X-Failed-Recipients`. Otherwise signs
are added up, and none of them is enough alone: a person who complains that his mail came back quotes the same words.
"""

import re
from dataclasses import dataclass, field

from channels.mail.reading import bounce_words, receipts, words
from channels.mail.reading.addresses import Mailbox
from channels.mail.reading.headers import Headers
from channels.mail.reading.structure import Part

_READ = 12_000
_HINTS = ("RCPT", "<<<", ">>>", "in reply to")
_SUBJECT = 300
_ORIGINALS = frozenset({"message/rfc822", "text/rfc822-headers", "message/rfc822-headers", "text/rfc822"})
_STATUS_PARTS = frozenset(
    {"message/delivery-status", "message/global-delivery-status", "message/x-delivery-status"}
)
_RECIPIENT = re.compile(
    rb"^(final-recipient|original-recipient|x-actual-recipient)[ \t]*:(?:[^;\r\n]*;)?[ \t]*<?([^\s<>;]+@[^\s<>,;]+)",
    re.IGNORECASE | re.MULTILINE,
)
_STATUS = re.compile(rb"^status[ \t]*:[ \t]*([245]\.\d{1,3}\.\d{1,3})", re.IGNORECASE | re.MULTILINE)
_DIAGNOSTIC = re.compile(
    rb"^diagnostic-code[ \t]*:[^\n]*(?:\n[ \t][^\n]*){0,20}", re.IGNORECASE | re.MULTILINE
)
_ACTION = re.compile(rb"^action[ \t]*:[ \t]*([a-z-]{1,20})", re.IGNORECASE | re.MULTILINE)
_CODE = re.compile(r"(?<![\d.])([45]\.\d{1,2}\.\d{1,3})(?![\d.])")
_DELAYED = re.compile(
    r"\bdelay|not yet been delivered|has not been delivered yet|will (?:continue to )?(?:be )?retr|warning"
)
"""For lower-case text."""
_MESSAGE_ID = re.compile(r"^message-id:\s*(<[^<>\s]{1,500}>)", re.IGNORECASE | re.MULTILINE)
_ADDRESS = re.compile(
    r"(?<![A-Za-z0-9!#$%&*+/?^_`{|}~.-])[A-Za-z0-9!#$%&*+/?^_`{|}~-][A-Za-z0-9!#$%&'*+/=?^_`{"
    r"|}~.-]{0,63}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,8}(?!\.\.)"
)


@dataclass(slots=True)
class Report:
    """What a bounce says. `status` is the enhanced code of RFC 3463, `action` the word of RFC 3464."""

    recipients: list[str] = field(default_factory=list)
    status: str = ""
    action: str = ""
    original_ids: list[str] = field(default_factory=list)
    """Message-IDs of the mails that came back: one may be a letter of ours."""


def read(top: Part, author: Mailbox, subject: str, text: str) -> Report | None:
    """The report, None when this is no bounce."""
    parts = top.walk()
    statuses = [part for part in parts if part.media_type in _STATUS_PARTS]
    start = text[:_READ]
    if any(part.media_type == "message/feedback-report" for part in parts):
        return None
    if any(part.media_type == "message/disposition-notification" for part in parts) and not _refused(
        top, start
    ):
        return None
    if (
        not statuses
        and not top.headers.has("x-failed-recipients")
        and not _reads_like_one(top, author, subject, start)
    ):
        return None
    report = Report()
    for part in statuses:
        _take(report, part.content())
    if not report.recipients:
        report.recipients = _named(top.headers, start, author)
    if not report.status:
        found = _CODE.search(start)
        report.status = found.group(1) if found else ""
    report.action = report.action or (
        "delayed" if _DELAYED.search(f"{subject}\n{start}".lower()) else "failed"
    )
    report.original_ids = _originals(parts, text)
    return report


def _refused(top: Part, start: str) -> bool:
    """A refusal in the dress of a read receipt (RFC 5429); a person's receipt is none."""
    shown = receipts.says_read(top.headers.text("subject"))
    return _null_path(top.headers) and _fails(start) and not shown


def _take(report: Report, data: bytes) -> None:
    found = _RECIPIENT.findall(data)
    final = [value for name, value in found if name.lower() == b"final-recipient"]
    report.recipients += [words.eight_bit(value) for value in final or [value for _, value in found]]
    report.recipients = list(dict.fromkeys(report.recipients))
    status, action = _STATUS.search(data), _ACTION.search(data)
    report.status = report.status or (_finer(status.group(1), data) if status else "")
    report.action = report.action or (action.group(1).decode().lower() if action else "")


def _finer(status: bytes, data: bytes) -> str:
    """`5.0.0` says only that it failed; the diagnostic often has the code that tells why."""
    if status.endswith(b".0.0"):
        diagnostic = _DIAGNOSTIC.search(data)
        found = _CODE.search(words.eight_bit(diagnostic.group())) if diagnostic else None
        return found.group(1) if found else status.decode()
    return status.decode()


def _reads_like_one(top: Part, author: Mailbox, subject: str, start: str) -> bool:
    """Signs added up. Words alone never do: there is a mail system as sender, an empty path, or what servers said."""
    system = bool(
        bounce_words.SENDER.search(author.address.split("@")[0]) or bounce_words.SENDER.search(author.name)
    )
    null = _null_path(top.headers) or not author.address
    report = top.media_type == "multipart/report" and "feedback" not in top.parameters.get("report-type", "")
    talk = any(hint in start for hint in _HINTS) and bool(bounce_words.TALK.search(start))
    if not (system or null or report or talk or start[:1] == "{"):
        return False
    subject_says = bool(bounce_words.SUBJECT.match(subject[:_SUBJECT]))
    if bounce_words.NOTIFICATION.match(start):
        return True
    body_says = _fails(start)
    if report:
        return system or null or subject_says or body_says
    signs = bool(bounce_words.CODE.search(start.lower())) + _returns(top, start)
    if system:
        return 2 * subject_says + 2 * body_says + signs + system + null >= 4 and (body_says or subject_says)
    return subject_says + body_says + signs >= 2 and body_says and (talk or (null and _returns(top, start)))


def _fails(start: str) -> bool:
    """The words say that something did not arrive; mail systems wrap their lines anywhere."""
    return bool(bounce_words.BODY.search(" ".join(start.lower().split())))


def _returns(top: Part, start: str) -> bool:
    """The mail that did not arrive is enclosed or follows in the words."""
    return bool(bounce_words.ORIGINAL.search(start)) or any(
        part.media_type in _ORIGINALS for part in top.walk()
    )


def _null_path(headers: Headers) -> bool:
    path = headers.raw("return-path").strip().lower()
    return headers.has("return-path") and (path in (b"<>", b"") or b"mailer-daemon" in path)


def _named(headers: Headers, start: str, author: Mailbox) -> list[str]:
    """Addresses that the words name before the returned mail begins."""
    failed = _ADDRESS.findall(headers.text("x-failed-recipients"))
    if failed:
        return list(dict.fromkeys(failed))
    original = bounce_words.ORIGINAL.search(start)
    said = start[: original.start()] if original and original.start() > 80 else start
    found = [address for address in _ADDRESS.findall(said) if not bounce_words.SENDER.search(address)]
    return list(dict.fromkeys(address for address in found if address.lower() != author.address.lower()))[:50]


def _originals(parts: list[Part], text: str) -> list[str]:
    originals = (part.content() for part in parts if part.media_type in _ORIGINALS)
    texts = [text, *(content[:65_536].decode("latin-1") for content in originals)]
    return [name for said in texts if "message-id:" in said.lower() for name in _MESSAGE_ID.findall(said)][
        :20
    ]
