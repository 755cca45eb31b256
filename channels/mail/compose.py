"""A letter as the bytes of one mail: the same letter is the same bytes, however often it is tried. Pure.

Headers by RFC 5322, threading by its section 3.6.4, automatic mail by RFC 3834. Only 7-bit bytes leave, so no
server on the way has to be able to do more; SMTPUTF8 (RFC 6531) is needed only for a recipient like `jörg@…`.
"""

import re
from dataclasses import dataclass
from email import policy
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime

from channels.mail_address import ascii_domain
from schemas.errors import Refused
from schemas.letter import Letter

# The library decodes what looks like an encoded-word (RFC 2047) wherever it stands in a header that it writes,
# and leaves the line break in it as it is: nothing that comes from outside may contain one.
_ENCODED_WORD = "=?"
_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")
_MESSAGE_ID = re.compile(r"<?([\x21-\x3b\x3d\x3f-\x7e]{1,250})>?")
_PART = re.compile(r"[A-Za-z0-9_.=-]{1,200}")
_LOCAL = re.compile(r"[^\s@<>()\[\]\\,;:\"\x00-\x1f\x7f-\x9f]{1,64}")
_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_DOMAIN = re.compile(rf"(?=.{{1,253}}\Z){_LABEL}(?:\.{_LABEL}){{0,126}}")
NEWEST_REFERENCES = 20
SUBJECT_CHARACTERS = 200
ASCII = policy.SMTP.clone(cte_type="7bit")
UTF8 = policy.SMTPUTF8.clone(cte_type="7bit")


@dataclass(frozen=True, slots=True)
class Sender:
    """Who writes: our address and name, and whether bounces and answers carry the letter's id and token."""

    address: str
    name: str = ""
    verp: bool = True
    subaddressing: bool = True

    @property
    def domain(self) -> str:
        """The domain of Message-ID and envelope sender."""
        return self.address.rpartition("@")[2]


@dataclass(frozen=True, slots=True)
class Envelope:
    """What SMTP is told: sender (empty for the null sender), recipient, the mail, and whether it needs SMTPUTF8."""

    mail_from: str
    recipient: str
    message_id: str
    content: bytes
    smtputf8: bool = False


def envelope(letter: Letter, sender: Sender) -> Envelope:
    """The letter ready to send; raises Refused when its address cannot be one."""
    recipient = _recipient(letter.route.address.value)
    smtputf8 = not recipient.isascii()
    message = EmailMessage(UTF8 if smtputf8 else ASCII)
    for name, value in _headers(letter, sender, recipient):
        message[name] = value
    message.set_content(letter.text)
    if letter.html:
        message.add_alternative(letter.html, subtype="html")
        message.set_boundary(f"=_letter.{_part(letter.letter_id)}")
    verp = f"bounce+{_part(letter.letter_id)}.{_part(letter.key)}@{sender.domain}" if sender.verp else ""
    # the library would break the line before a Message-ID this long, which some readers take for an empty one
    content = message.as_bytes().replace(b"\r\nMessage-ID:\r\n ", b"\r\nMessage-ID: ", 1)
    return Envelope(verp, recipient, message_id(letter, sender), content, smtputf8)


def message_id(letter: Letter, sender: Sender) -> str:
    """Carries the letter's id and the recipient's key, so that a bounce finds its letter."""
    return f"<letter.{_part(letter.letter_id)}.{_part(letter.key)}@{sender.domain}>"


def _headers(letter: Letter, sender: Sender, recipient: str) -> list[tuple[str, object]]:
    thread = _ids([letter.route.thread])
    local, _, domain = recipient.rpartition("@")
    headers: list[tuple[str, object]] = [
        ("From", Address(_line(sender.name, 100), addr_spec=sender.address)),
        ("To", Address(username=local, domain=domain)),
        ("Subject", _line(letter.subject, SUBJECT_CHARACTERS)),
        ("Date", format_datetime(letter.created_at)),
        ("Message-ID", message_id(letter, sender)),
        ("Auto-Submitted", "auto-replied" if letter.kind == "acknowledgement" else "auto-generated"),
        ("X-Auto-Response-Suppress", "DR, RN, NRN, OOF, AutoReply"),
    ]
    if thread:
        chain = _ids(letter.route.references)
        newest = [*chain[:1], *chain[1:][-NEWEST_REFERENCES:]]
        headers.append(("In-Reply-To", thread[0]))
        headers.append(("References", " ".join(dict.fromkeys([*newest, *thread]))))
    if letter.token:
        headers.append(("Reply-To", reply_address(sender, letter.token)))
    if letter.language:
        headers.append(("Content-Language", _part(letter.language)))
    return headers


def reply_address(sender: Sender, token: str) -> str:
    """Where an answer goes: `local+TOKEN@domain`, so that it comes back to its case (RFC 5233)."""
    local, _, domain = sender.address.rpartition("@")
    return f"{local}+{_part(token)}@{domain}" if sender.subaddressing else sender.address


def _recipient(value: str) -> str:
    """The address with its domain in ASCII (RFC 5890); raises Refused."""
    local, _, domain = value.rpartition("@")
    name = ascii_domain(domain)
    if not _LOCAL.fullmatch(local) or _ENCODED_WORD in local or not _DOMAIN.fullmatch(name):
        raise Refused("the address is not one that mail can be sent to", code="5.1.3")
    return f"{local}@{name}"


def _ids(values: list[str]) -> list[str]:
    """Those that are Message-IDs and can stand in a header line, in angle brackets."""
    found = (_MESSAGE_ID.fullmatch(value) for value in values if _ENCODED_WORD not in value)
    return [f"<{match.group(1)}>" for match in found if match]


def _line(text: str, most: int) -> str:
    """One line of text: no control character can start another header, nor can one that comes encoded."""
    return _CONTROLS.sub(" ", text).replace(_ENCODED_WORD, "= ?").strip()[:most]


def _part(text: str) -> str:
    """A word of ours inside an address; raises Refused rather than let anything else in."""
    if not _PART.fullmatch(text):
        raise Refused(f"a letter's id, key, token or language cannot be {text[:40]!r}", code="5.6.0")
    return text
