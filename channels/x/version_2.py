"""An answer of the API v2: posts and direct messages, and what it describes beside them (`includes`). Pure.

Source: docs.x.com, "X API v2 data dictionary".
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

from channels.lenient import Json, at, objects, part, text_of
from channels.x.item import Item, Medium
from channels.x.words import quotation, words


@dataclass(frozen=True, slots=True)
class _Known:
    """Users and media that an answer describes beside its objects."""

    users: dict[str, Json] = field(default_factory=dict)
    media: dict[str, Json] = field(default_factory=dict)
    posts: dict[str, Json] = field(default_factory=dict)
    polls: dict[str, Json] = field(default_factory=dict)


def read(value: Json) -> Iterator[Item]:
    """An answer of the API v2; a bare acknowledgement of a write holds nothing."""
    includes = value.get("includes")
    described = includes if isinstance(includes, dict) else {}
    known = _Known(
        {at(user, "id"): user for user in objects(described.get("users"))},
        {at(medium, "media_key"): medium for medium in objects(described.get("media"))},
        {at(post, "id"): post for post in objects(described.get("tweets"))},
        {at(poll, "id"): poll for poll in objects(described.get("polls"))},
    )
    data = value.get("data")
    for one in objects(data if isinstance(data, list) else [data]):
        if at(one, "event_type") or {"text", "note_tweet", "author_id"} & set(one):
            yield _item_2(one, known)


def _item_2(one: Json, known: _Known) -> Item:
    author = at(one, "author_id") or at(one, "sender_id")
    user = known.users.get(author, {})
    answered = [
        at(post, "id") for post in objects(one.get("referenced_tweets")) if at(post, "type") == "replied_to"
    ]
    versions = _ids(one.get("edit_history_tweet_ids"))
    return Item(
        name=at(one, "event_type") or "tweet",
        id=at(one, "id"),
        author=author,
        author_name=at(user, "name"),
        handle=at(user, "username"),
        text=_words_2(one, known),
        created_at=one.get("created_at"),
        language=at(one, "lang"),
        answers=answered[0] if answered else "",
        conversation=at(one, "dm_conversation_id"),
        versions=tuple(version for version in versions if version != at(one, "id")),
        media=tuple(_medium_2(key, known) for key in _ids(part(one, "attachments").get("media_keys"))),
        notes=tuple(_quoted_2(one, known)),
    )


def _words_2(one: Json, known: _Known) -> str:
    """A long post's note, or the text, with whole links; below it what may be voted for."""
    note = part(one, "note_tweet")
    urls = [*objects(part(note, "entities").get("urls")), *objects(part(one, "entities").get("urls"))]
    polls = _ids(part(one, "attachments").get("poll_ids"))
    options = [
        at(option, "label") for key in polls for option in objects(known.polls.get(key, {}).get("options"))
    ]
    text = words(at(note, "text") or at(one, "text"), urls)
    return "\n".join(line for line in (text, *options) if line)


def _quoted_2(one: Json, known: _Known) -> Iterator[str]:
    for post in objects(one.get("referenced_tweets")):
        if at(post, "type") == "quoted":
            quoted = known.posts.get(at(post, "id"), {})
            by = at(known.users.get(at(quoted, "author_id"), {}), "username")
            yield quotation(by, at(quoted, "text"), at(post, "id"))


def _ids(value: object) -> list[str]:
    return [found for one in value if (found := text_of(one))] if isinstance(value, list) else []


def _medium_2(key: str, known: _Known) -> Medium:
    medium = known.media.get(key, {})
    return Medium(at(medium, "url") or at(medium, "preview_image_url"), key, at(medium, "type"))
