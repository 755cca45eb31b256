"""Who wrote, to whom, and where an answer goes (RFC 5322 section 3.6.2)."""

import re

from channels.mail.reading import addresses, ours
from channels.mail.reading.addresses import Mailbox
from channels.mail.reading.headers import Headers
from schemas.message import Address

MOST_RECIPIENTS = 100
_VIA = re.compile(
    r"\s+(?:via|through|über|par|por|tramite|através de|przez|genom|gjennom|kautta|přes|keresztül|prin"
    r"|aracılığıyla|через|经由|經由|経由)\s",
    re.IGNORECASE,
)


def author(headers: Headers, hint: str) -> Mailbox:
    """The first readable From; a mail without one is its Sender's, its Reply-To's, its Return-Path's."""
    for name in ("from", "sender", "reply-to", "return-path"):
        for value in headers.every(name):
            found = addresses.first(value, hint)
            if found.address or (name == "from" and found.name):
                return found
    return Mailbox("", "")


def says_via(sender: Mailbox) -> bool:
    """`'Ann Lee' via Complaints`: a list or group put its own address in place of hers."""
    return bool(_VIA.search(sender.name[:200]))


def name_before_via(sender: Mailbox) -> str:
    """`Ann Lee` of the above, the whole name where there is no such word."""
    return _VIA.split(sender.name[:200], maxsplit=1)[0].strip(" '\"") if says_via(sender) else sender.name


def behind_list(headers: Headers, hint: str, sender: Mailbox) -> Mailbox | None:
    """The person whose From a mailing list replaced by its own, as the list claims; None when From is the person.

    Lists that rewrite keep the address in X-Original-From or X-Original-Sender; Mailman says `X via list`
    and keeps it in Reply-To.
    """
    kept = [name for name in ("x-original-from", "x-original-sender") if headers.has(name)]
    if not kept and headers.has("list-id") and says_via(sender):
        kept = ["reply-to"]
    for name in kept:
        found = addresses.first(headers.raw(name), hint)
        if found.address and found.address.lower() != sender.address.lower():
            return found
    return None


def recipients(headers: Headers, hint: str) -> list[str]:
    """Addresses of To, as written, each once."""
    found = [box for value in headers.every("to") for box in addresses.parse(value, hint)]
    return list(dict.fromkeys(box.address for box in found if box.address))[:MOST_RECIPIENTS]


def answer_to(headers: Headers, hint: str, sender: Mailbox, own: frozenset[str]) -> Mailbox:
    """Reply-To when it names an address that is not ours, else the sender."""
    found = (box for value in headers.every("reply-to") for box in addresses.parse(value, hint))
    return next((box for box in found if box.address and not ours.is_ours(box.address, own)), sender)


def address(mailbox: Mailbox) -> Address:
    """In the words of the house; `none` when only a name was given."""
    if not mailbox.address:
        return Address(kind="none", name=mailbox.name)
    return Address(kind="mail", value=addresses.normal(mailbox.address), name=mailbox.name)
