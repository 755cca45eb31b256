"""Mastodon's words: statuses, notifications, conversations and streaming events.

Source: docs.joinmastodon.org, entities Status, Notification, Conversation, and "Streaming API".
Fields that are not named here are ignored.
"""

from datetime import datetime
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, ValidationError

from channels.json_body import read_json, read_object
from channels.lenient import Entity, Flag, Objects, Text, at, text_of
from channels.moments import moment
from schemas.errors import Unreadable

When = Annotated[
    datetime | None, BeforeValidator(lambda value: value if isinstance(value, datetime) else moment(value))
]
"""A point in time; None for what is none, however it is written."""


class Account(Entity):
    """Who wrote it; `acct` has no domain for an account of the same server."""

    id: Text = ""
    acct: Text = ""
    display_name: Text = ""
    bot: Flag = False


class Enclosure(Entity):
    """A media attachment: `type` is image, gifv, video, audio or unknown."""

    id: Text = ""
    type: Text = ""
    url: Text = ""
    remote_url: Text = ""
    description: Text = ""


class Mention(Entity):
    """An account that a status names."""

    acct: Text = ""


Enclosures = Annotated[list[Enclosure], BeforeValidator(Enclosure.every)]
Mentions = Annotated[list[Mention], BeforeValidator(Mention.every)]


class Poll(Entity):
    """What is asked: the titles of `options` are the author's words."""

    options: Objects = Field(default_factory=list)

    @property
    def choices(self) -> list[str]:
        """What may be voted for."""
        return [title for one in self.options if (title := at(one, "title"))]


class Card(Entity):
    """The page that is shown below a post."""

    url: Text = ""
    title: Text = ""


class Status(Entity):
    """A post. `reblog` is the post it repeats, `quote` the one it quotes; `content` is HTML, `text` its source."""

    id: Text
    account: Account = Account()
    content: Text = ""
    text: Text = ""
    created_at: When = None
    edited_at: When = None
    visibility: Text = ""
    spoiler_text: Text = ""
    language: Text = ""
    in_reply_to_id: Text = ""
    media_attachments: Enclosures = Field(default_factory=list)
    mentions: Mentions = Field(default_factory=list)
    reblog: dict[str, Any] | None = None
    poll: Poll = Poll()
    card: Card = Card()
    quote: dict[str, Any] | None = None


class Item(Entity):
    """One thing that came: what it is called, whose it is, and the post it carries.

    `id` is the thing's own id: of the notification, the conversation or the post.
    """

    name: str
    id: Text = ""
    account: Account = Account()
    status: Status | None = None
    created_at: When = None


def item(raw: bytes) -> Item:
    """The notification, conversation, post or streaming event in `raw`; else raises Unreadable."""
    value = read_object(raw)
    try:
        return _item(value)
    except ValidationError as error:
        where = ".".join(str(part) for part in error.errors()[0]["loc"])
        raise Unreadable(f"not an entity of Mastodon's: {where}: {error.errors()[0]['msg']}") from error


def _item(value: dict[str, Any]) -> Item:
    if "event" in value:
        return _event(value)
    if "type" in value and "account" in value:
        return Item.model_validate({**value, "name": str(value["type"])})
    if "accounts" in value and "unread" in value:
        last = value.get("last_status")
        author = last.get("account", {}) if isinstance(last, dict) else {}
        return Item(
            name="conversation" if last else "conversation.empty",
            id=text_of(value.get("id")),
            account=Account.model_validate(author),
            status=Status.model_validate(last) if last else None,
        )
    return _post("post", value)


def _event(value: dict[str, Any]) -> Item:
    """A streaming event: its payload is JSON in a string, an object, or a bare id (`delete`)."""
    name, payload = str(value["event"]), value.get("payload")
    if isinstance(payload, str) and payload[:1] in ("{", "["):
        payload = read_json(payload.encode("utf-8", "replace"))
    if name == "notification" and isinstance(payload, dict):
        return _item(payload)
    if isinstance(payload, dict) and "content" in payload:
        return _post(name, payload)
    account = value.get("account")
    return Item(name=name, id=str(payload or ""), account=Account.model_validate(account or {}))


def _post(name: str, value: dict[str, Any]) -> Item:
    status = Status.model_validate(value)
    return Item(name=name, id=status.id, account=status.account, status=status, created_at=status.created_at)
