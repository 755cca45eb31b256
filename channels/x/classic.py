"""Events of the Account Activity API, and the v1.1 objects that live on inside it. Pure.

Source: docs.x.com, "Account Activity API: payload".
"""

from collections.abc import Iterator

from channels.lenient import Json, at, objects, part, text_of
from channels.x.item import Item, Medium
from channels.x.words import quotation, words
from schemas.errors import Unreadable


def read(value: Json) -> Iterator[Item]:
    """An Account Activity body, or a v1.1 answer."""
    ours = at(value, "for_user_id")
    users = value.get("users")
    known = users if isinstance(users, dict) else {}
    if "id_str" in value or "statuses" in value:
        for one in objects(value.get("statuses", [value])):
            yield post("tweet_create_events", one, ours)
        return
    named = {
        "direct_message_events" if name in ("events", "event") else name: part for name, part in value.items()
    }
    collections = {name: part for name, part in named.items() if name.endswith(("_events", "_event"))}
    if not collections:
        raise Unreadable("neither an event of the Account Activity API nor an answer of X's")
    for name, held in collections.items():
        for one in objects(held if isinstance(held, list) else [held]):
            yield _event(name, one, known, ours)


def _event(name: str, one: Json, users: Json, ours: str) -> Item:
    if "message_create" in one:
        return _message(name, one, users, ours)
    if name == "tweet_create_events":
        return post(name, one, ours)
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


def _message(name: str, one: Json, users: Json, ours: str) -> Item:
    data = part(one, "message_create", "message_data")
    author = at(one, "message_create", "sender_id")
    attached = part(data, "attachment")
    return Item(
        name=name,
        id=at(one, "id"),
        author=author,
        author_name=at(users, author, "name"),
        handle=at(users, author, "screen_name"),
        text=words(at(data, "text"), objects(part(data, "entities").get("urls"))),
        created_at=at(one, "created_timestamp"),
        conversation=author,
        media=_media([attached.get("media")]),
        places=tuple(_places(part(attached, "location"))),
        ours=ours or at(one, "message_create", "target", "recipient_id"),
    )


def _places(location: Json) -> list[tuple[str, str, str]]:
    """A point, or a place by its name and centre."""
    point, place = part(location, "shared_coordinate", "coordinates"), part(location, "shared_place", "place")
    pair = point.get("coordinates") if point else part(place, "centroid") or place.get("centroid")
    if not isinstance(pair, list) or len(pair) < 2:
        return []
    # GeoJSON has the longitude first
    return [(text_of(pair[1]), text_of(pair[0]), at(place, "full_name") or at(place, "name"))]


def post(name: str, one: Json, ours: str) -> Item:
    """A post of the v1.1 API; of a long one the whole text and all media (`extended_tweet`)."""
    long = part(one, "extended_tweet")
    text = at(long, "full_text") or at(one, "full_text") or at(one, "text")
    repeated, quoted = one.get("retweeted_status"), part(one, "quoted_status")
    urls = [link for name in ("urls", "media") for link in (*_entities(long, name), *_entities(one, name))]
    quotes = quotation(at(quoted, "user", "screen_name"), _said(quoted), at(quoted, "id_str"))
    return Item(
        name="retweet" if isinstance(repeated, dict) else name,
        id=at(one, "id_str") or at(one, "id"),
        author=at(one, "user", "id_str") or at(one, "user", "id"),
        author_name=at(one, "user", "name"),
        handle=at(one, "user", "screen_name"),
        text=words(text, urls),
        created_at=at(one, "timestamp_ms") or at(one, "created_at"),
        language=at(one, "lang"),
        answers=at(one, "in_reply_to_status_id_str"),
        about=at(repeated, "id_str"),
        media=_media([*_entities(long, "media"), *_entities(one, "media")]),
        notes=(quotes,) if quoted else (),
        ours=ours,
    )


def _said(quoted: Json) -> str:
    return at(quoted, "extended_tweet", "full_text") or at(quoted, "full_text") or at(quoted, "text")


def _entities(one: Json, name: str) -> list[Json]:
    """Links or media of a post: `extended_entities` has them all, `entities` one medium at most."""
    return objects(part(one, "extended_entities").get(name)) or objects(part(one, "entities").get(name))


def _media(value: object) -> tuple[Medium, ...]:
    """Each medium once, however often a payload describes it."""
    every = (
        Medium(at(one, "media_url_https") or at(one, "media_url"), at(one, "id_str"), at(one, "type"))
        for one in objects(value)
    )
    found = {medium.key or medium.url: medium for medium in every if medium.url or medium.key}
    return tuple(found.values())
