"""Bluesky's words: notifications, posts and direct messages.

Source: lexicons app.bsky.notification.listNotifications, app.bsky.feed.post, app.bsky.embed.*,
chat.bsky.convo.defs. Fields that are not named here are ignored.
"""

from typing import Annotated

from pydantic import BeforeValidator, Field, ValidationError

from channels.json_body import read_object
from channels.lenient import Entity, Json, Objects, Text, Texts
from schemas.errors import Unreadable

Part = Annotated[Json, BeforeValidator(lambda value: value if isinstance(value, dict) else {})]


class Author(Entity):
    """An account: the DID never changes, the handle may."""

    did: Text = ""
    handle: Text = ""
    display_name: Text = Field("", alias="displayName")


class Reference(Entity):
    """A record, exactly: its address and its content's hash."""

    uri: Text = ""
    cid: Text = ""


class Reply(Entity):
    """What a post answers, and where the thread began."""

    root: Reference = Reference()
    parent: Reference = Reference()


class Post(Entity):
    """The record of a post."""

    type: Text = Field("", alias="$type")
    text: Text = ""
    created_at: Text = Field("", alias="createdAt")
    langs: Texts = Field(default_factory=list)
    reply: Reply = Reply()
    embed: Part = Field(default_factory=dict)
    facets: Objects = Field(default_factory=list)


class Notification(Entity):
    """Somebody did something that concerns us. `subject` is the record of ours it is about."""

    uri: Text
    cid: Text = ""
    author: Author = Author()
    reason: Text
    subject: Text = Field("", alias="reasonSubject")
    record: Post = Post()
    indexed_at: Text = Field("", alias="indexedAt")


class DirectMessage(Entity):
    """A message in a conversation."""

    type: Text = Field("", alias="$type")
    id: Text
    text: Text = ""
    sender: Author = Author()
    sent_at: Text = Field("", alias="sentAt")
    embed: Part = Field(default_factory=dict)
    facets: Objects = Field(default_factory=list)


class Chat(Entity):
    """A direct message and its conversation, as the source puts them together."""

    convo: Text
    message: DirectMessage
    author: Author = Author()


class Deletion(Entity):
    """A post that is gone, and whose it was, as the source found out."""

    deleted: Text
    author: Author = Author()


Item = Notification | Chat | Deletion


def items(raw: bytes) -> list[Item]:
    """What one delivery holds: an answer of listNotifications, one notification, message or deletion.

    Raises Unreadable for anything else.
    """
    value = read_object(raw)
    every = value.get("notifications", [value])
    try:
        return [_item(one) for one in (every if isinstance(every, list) else [every])]
    except ValidationError as error:
        raise Unreadable(f"nothing of Bluesky's: {error.errors()[0]['loc']}") from error


def _item(value: object) -> Item:
    if isinstance(value, dict) and "convo" in value:
        return Chat.model_validate(value)
    if isinstance(value, dict) and "deleted" in value:
        return Deletion.model_validate(value)
    return Notification.model_validate(value)
