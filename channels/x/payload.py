"""X's words: Account Activity events, API v2 posts and direct messages, v1.1 posts and messages.

Source: docs.x.com "Account Activity API: payload", "X API v2 data dictionary"; the v1.1 objects live on inside the
Account Activity API. All are folded into one outline here; fields that are not named are ignored.
"""

import html
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from channels.json_body import clean, read_json
from schemas.errors import Unreadable

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Medium:
    """One enclosure: its address when X tells it, its key, and its kind."""

    url: str
    key: str
    kind: str


@dataclass(frozen=True, slots=True)
class Item:
    """One event in one form. `name` is X's: of the collection it came in, or of the v2 object."""

    name: str
    id: str
    author: str = ""
    author_name: str = ""
    handle: str = ""
    text: str = ""
    created_at: object = None
    language: str = ""
    answers: str = ""
    """The id of the post it answers."""
    about: str = ""
    """The id of the post that a like, repost or deletion is about."""
    conversation: str = ""
    """The direct-message conversation."""
    versions: tuple[str, ...] = ()
    """Ids of earlier versions of an edited post, oldest first."""
    media: tuple[Medium, ...] = ()
    ours: str = ""
    """The account of ours that the webhook was for."""


@dataclass(frozen=True, slots=True)
class _Known:
    """Users and media that an answer describes beside its objects."""

    users: dict[str, Json] = field(default_factory=dict)
    media: dict[str, Json] = field(default_factory=dict)


def items(raw: bytes) -> list[Item]:
    """Every event in a webhook body or an API answer, in its order. Raises Unreadable for anything else."""
    value = read_json(raw)
    if isinstance(value, list):
        return [_classic_post("tweet_create_events", one, "") for one in objects(value)]
    if not isinstance(value, dict):
        raise Unreadable(f"a JSON object was expected, this is {type(value).__name__}")
    if isinstance(value.get("data"), list | dict) or isinstance(value.get("meta"), dict):
        return list(_version_2(value))
    return list(_activity(value))


def _version_2(value: Json) -> Iterator[Item]:
    """An answer of the API v2; a bare acknowledgement of a write holds nothing."""
    includes = value.get("includes")
    described = includes if isinstance(includes, dict) else {}
    known = _Known(
        {at(user, "id"): user for user in objects(described.get("users"))},
        {at(medium, "media_key"): medium for medium in objects(described.get("media"))},
    )
    data = value.get("data")
    for one in objects(data if isinstance(data, list) else [data]):
        if at(one, "event_type") or "text" in one:
            yield _item_2(one, known)


def _item_2(one: Json, known: _Known) -> Item:
    author = at(one, "author_id") or at(one, "sender_id")
    user = known.users.get(author, {})
    attached = one.get("attachments")
    keys = attached.get("media_keys") if isinstance(attached, dict) else None
    history = one.get("edit_history_tweet_ids")
    answered = [
        at(post, "id") for post in objects(one.get("referenced_tweets")) if at(post, "type") == "replied_to"
    ]
    versions = [str(version) for version in history] if isinstance(history, list) else []
    return Item(
        name=at(one, "event_type") or "tweet",
        id=at(one, "id"),
        author=author,
        author_name=at(user, "name"),
        handle=at(user, "username"),
        text=_words(at(one, "note_tweet", "text") or at(one, "text")),
        created_at=one.get("created_at"),
        language=at(one, "lang"),
        answers=answered[0] if answered else "",
        conversation=at(one, "dm_conversation_id"),
        versions=tuple(version for version in versions if version != at(one, "id")),
        media=tuple(_medium_2(str(key), known) for key in (keys if isinstance(keys, list) else [])),
    )


def _medium_2(key: str, known: _Known) -> Medium:
    medium = known.media.get(key, {})
    return Medium(at(medium, "url") or at(medium, "preview_image_url"), key, at(medium, "type"))


def _activity(value: Json) -> Iterator[Item]:
    """An Account Activity body, or a v1.1 answer."""
    ours = at(value, "for_user_id")
    users = value.get("users")
    known = users if isinstance(users, dict) else {}
    if "id_str" in value or "statuses" in value:
        for one in objects(value.get("statuses", [value])):
            yield _classic_post("tweet_create_events", one, ours)
        return
    named = {
        "direct_message_events" if name in ("events", "event") else name: part for name, part in value.items()
    }
    collections = {name: part for name, part in named.items() if name.endswith(("_events", "_event"))}
    if not collections:
        raise Unreadable("neither an event of the Account Activity API nor an answer of X's")
    for name, part in collections.items():
        for one in objects(part if isinstance(part, list) else [part]):
            yield _classic(name, one, known, ours)


def _classic(name: str, one: Json, users: Json, ours: str) -> Item:
    if "message_create" in one:
        return _classic_message(name, one, users, ours)
    if name == "tweet_create_events":
        return _classic_post(name, one, ours)
    about = at(one, "favorited_status", "id_str") or at(one, "status", "id") or at(one, "tweet_id")
    author = (
        at(one, "user", "id_str")
        or at(one, "source", "id")
        or at(one, "status", "user_id")
        or at(one, "sender_id")
    )
    return Item(
        name=name,
        id=at(one, "id") or at(one, "last_read_event_id") or about,
        author=author,
        author_name=at(one, "user", "name"),
        handle=at(one, "user", "screen_name"),
        created_at=at(one, "timestamp_ms") or at(one, "created_timestamp") or None,
        about=about,
        ours=ours,
    )


def _classic_message(name: str, one: Json, users: Json, ours: str) -> Item:
    author = at(one, "message_create", "sender_id")
    medium = one["message_create"]
    for step in ("message_data", "attachment", "media"):
        medium = medium.get(step) if isinstance(medium, dict) else None
    return Item(
        name=name,
        id=at(one, "id"),
        author=author,
        author_name=at(users, author, "name"),
        handle=at(users, author, "screen_name"),
        text=_words(at(one, "message_create", "message_data", "text")),
        created_at=at(one, "created_timestamp"),
        conversation=author,
        media=_classic_media([medium]),
        ours=ours or at(one, "message_create", "target", "recipient_id"),
    )


def _classic_post(name: str, one: Json, ours: str) -> Item:
    entities = one.get("extended_entities") or one.get("entities")
    text = at(one, "extended_tweet", "full_text") or at(one, "full_text") or at(one, "text")
    repeated = one.get("retweeted_status")
    return Item(
        name="retweet" if isinstance(repeated, dict) else name,
        id=at(one, "id_str") or at(one, "id"),
        author=at(one, "user", "id_str") or at(one, "user", "id"),
        author_name=at(one, "user", "name"),
        handle=at(one, "user", "screen_name"),
        text=_words(text),
        created_at=at(one, "timestamp_ms") or at(one, "created_at"),
        language=at(one, "lang"),
        answers=at(one, "in_reply_to_status_id_str"),
        about=at(repeated, "id_str"),
        media=_classic_media(entities.get("media") if isinstance(entities, dict) else None),
        ours=ours,
    )


def _classic_media(value: object) -> tuple[Medium, ...]:
    every = (
        Medium(at(one, "media_url_https") or at(one, "media_url"), at(one, "id_str"), at(one, "type"))
        for one in objects(value)
    )
    return tuple(medium for medium in every if medium.url or medium.key)


def _words(text: str) -> str:
    """X escapes `&`, `<` and `>` in every text."""
    return html.unescape(text)


def objects(value: object) -> list[Json]:
    """The objects in a list, nothing for anything else."""
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def at(value: object, *path: str) -> str:
    """The text at `path` in nested objects, empty when there is none."""
    for name in path:
        value = value.get(name) if isinstance(value, dict) else None
    return "" if value is None or isinstance(value, dict | list) else clean(str(value))
