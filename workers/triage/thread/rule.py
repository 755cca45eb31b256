"""Signed token first, then the channel's own threading, then a reference in the words; and always: his own case.

A stranger who quotes or guesses a reference never joins: he gets a case of his own, linked for a person to see.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from schemas.identity import normal_reference
from schemas.message import Message

JOIN_WINDOW = timedelta(days=90)
"""How long after its last event a case still takes what continues it."""
_REFERENCE = re.compile(
    r"(?<![0-9A-Za-z])[0-9A-Za-z]{4}-[0-9A-Za-z]{4}-[0-9A-Za-z]{5}(?![0-9A-Za-z])", re.ASCII
)
_SEARCHED = 20_000


@dataclass(frozen=True, slots=True)
class OwnCase:
    """A case of the sender: may it still take a message, and when did it last move."""

    reference: str
    open: bool
    last_event: datetime
    named: tuple[str, ...] = ()
    """Person keys of the addresses that its opening message named beside the sender's."""


@dataclass(frozen=True, slots=True)
class Thread:
    """`join` is the case to join, empty for a new one; `linked` are references to show beside a new case."""

    join: str = ""
    why: str = ""
    linked: tuple[tuple[str, str], ...] = ()


OwnCases = Callable[[str], OwnCase | None]
"""The sender's case with a reference; None when it is not his."""


def nobodys(reference: str) -> OwnCase | None:
    """The cases of a sender whom nobody vouches for: what he names is linked."""
    return None


def thread(
    message: Message, token: str | None, at: datetime, own: OwnCases, threads: Mapping[str, str]
) -> Thread:
    """Where `message` belongs.

    `token`: the reference that its verified reply token names. `own`: the sender's cases by reference.
    `threads`: provider ids of earlier messages and letters of the same person → reference.
    """
    named = list(_named(message, token, threads))
    for reference, why in named:
        case = own(reference)
        if case is not None and case.open and at - case.last_event <= JOIN_WINDOW:
            return Thread(join=case.reference, why=why)
    linked: dict[str, str] = {}
    for reference, why in named:
        known = own(reference)
        linked.setdefault(
            known.reference if known else reference,
            f"{why}; {'closed' if known else 'not a case of this sender'}",
        )
    return Thread(linked=tuple(linked.items()))


def forged(message: Message, token: str | None) -> str:
    """The reference that a token which is not ours pretends to be of; empty when there is no such token."""
    if not message.reply_token or token is not None:
        return ""
    return normal_reference(message.reply_token[:13]) or ""


def _named(message: Message, token: str | None, threads: Mapping[str, str]) -> list[tuple[str, str]]:
    found = [(token, "signed token of our letter")] if token else []
    for provider_id in (message.in_reply_to, *reversed(message.references)):
        reference = threads.get(provider_id) or threads.get(provider_id.strip("<>"))
        if reference:
            found.append((reference, "answer to an earlier message"))
    for text in (message.subject, message.text[:_SEARCHED]):
        for match in _REFERENCE.finditer(text):
            reference = normal_reference(match.group())
            if reference is not None:
                found.append((reference, "reference named in the text"))
    return found
