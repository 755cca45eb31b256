"""Telegram's words for updates (Bot API: Update, Message, User, Chat, MessageReactionUpdated).

Fields that are not named here are ignored: every release of the Bot API adds some.
"""

from dataclasses import dataclass
from typing import Annotated

from pydantic import BeforeValidator, Field

from channels.json_body import read_object
from channels.lenient import Entity, Flag, Json, Text, text_of
from schemas.errors import Unreadable


def _number(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) else None


Number = Annotated[int | None, BeforeValidator(_number)]


class User(Entity):
    """Who wrote it."""

    id: Text = ""
    first_name: Text = ""
    last_name: Text = ""
    username: Text = ""
    language_code: Text = ""
    is_bot: Flag = False

    @property
    def name(self) -> str:
        """First and last name."""
        return " ".join(part for part in (self.first_name, self.last_name) if part)


class Chat(Entity):
    """Where it was written: a private chat, a group, a channel. `title` of a private chat is the person's name."""

    id: Text = ""
    type: Text = "private"
    title: Text = ""
    first_name: Text = ""
    last_name: Text = ""
    username: Text = ""

    @property
    def name(self) -> str:
        """How it, or the person in it, calls itself."""
        named = " ".join(part for part in (self.first_name, self.last_name) if part)
        return self.title or named or (f"@{self.username}" if self.username else "")


class Quoted(Entity):
    """The message that is answered."""

    message_id: Text = ""


class Said(Entity):
    """A message. Its media stay as Telegram wrote them, in `rest`."""

    message_id: Text = ""
    sender: User = Field(User(), alias="from")
    sender_chat: Chat = Chat()
    """On whose behalf a person wrote: his channel, or the group itself (an anonymous administrator)."""
    chat: Chat = Chat()
    date: Number = None
    edit_date: Number = None
    text: Text = ""
    caption: Text = ""
    reply_to_message: Quoted = Quoted()
    media_group_id: Text = ""
    author_signature: Text = ""


@dataclass(frozen=True, slots=True)
class Update:
    """One update: its number, what it is called, the message in it, and the whole object for the rest."""

    id: str
    name: str
    said: Said
    body: Json


def update(raw: bytes) -> Update:
    """The update in `raw`; raises Unreadable for anything else."""
    value = read_object(raw)
    if "update_id" not in value:
        raise Unreadable("the field update_id is missing: no update of Telegram's")
    name = next((name for name in value if name != "update_id" and isinstance(value[name], dict)), "")
    name = name or next((name for name in value if name != "update_id"), "empty")
    body = value.get(name)
    known = body if isinstance(body, dict) else {}
    return Update(text_of(value["update_id"]), name, Said.model_validate(known), known)
