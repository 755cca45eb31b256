"""Reads what a clerk entered: the same stored form as the web form's, with who took it."""

from collections.abc import Mapping, Sequence

from channels.contract import Read, Reading
from schemas.form import FilledForm
from schemas.message import Message
from schemas.names import ChannelName


def reader(channel: ChannelName) -> Read:
    """`read` of one of the three channels."""

    def read(raw: bytes, facts: Mapping[str, str]) -> Sequence[Reading]:
        """The one message of an entry; raises Unreadable."""
        return (Reading(FilledForm.read(raw).message(channel)),)

    return read


def identity_parts(raw: bytes, message: Message, facts: Mapping[str, str]) -> tuple[bytes, ...]:
    """Key, fields, who took it, and enclosures."""
    return FilledForm.read(raw).identity_parts()
