"""Reads a stored form. Its attachments went to the blob store at the door, so there are no contents here."""

from collections.abc import Mapping, Sequence

from channels.contract import Reading
from schemas.form import FilledForm
from schemas.message import Message


def read(raw: bytes, facts: Mapping[str, str]) -> Sequence[Reading]:
    """The one message of a form; raises Unreadable."""
    return (Reading(FilledForm.read(raw).message("webform")),)


def identity_parts(raw: bytes, message: Message, facts: Mapping[str, str]) -> tuple[bytes, ...]:
    """Key, fields and enclosures; the door computes the reference it shows from the same function."""
    return FilledForm.read(raw).identity_parts()
