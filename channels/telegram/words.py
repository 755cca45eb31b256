"""What a Telegram message says and carries, type by type. Pure."""

from channels.geo import place
from channels.telegram.payload import Json, Said
from schemas.message import MediaReference

FILES: dict[str, str] = {
    "animation": "video/mp4",
    "audio": "audio/mpeg",
    "document": "application/octet-stream",
    "sticker": "image/webp",
    "video": "video/mp4",
    "video_note": "video/mp4",
    "voice": "audio/ogg",
}
"""Kinds of files and what they are when Telegram does not say. A `photo` is a list of sizes, see below."""

SERVICE = frozenset(
    {
        "new_chat_members",
        "left_chat_member",
        "new_chat_title",
        "new_chat_photo",
        "delete_chat_photo",
        "group_chat_created",
        "supergroup_chat_created",
        "channel_chat_created",
        "message_auto_delete_timer_changed",
        "migrate_to_chat_id",
        "migrate_from_chat_id",
        "pinned_message",
        "successful_payment",
        "users_shared",
        "chat_shared",
        "write_access_allowed",
        "forum_topic_created",
        "video_chat_started",
        "video_chat_ended",
        "boost_added",
    }
)
"""Keys of messages that Telegram itself writes into a chat."""


def text_of(said: Said, body: Json) -> str:
    """The words: text or caption, else what was tapped, the place's name, the card, the question."""
    written = said.text or said.caption or _at(body, "web_app_data", "button_text")
    if written:
        return written
    if isinstance(body.get("contact"), dict):
        return _card(body["contact"])
    venue = ", ".join(part for part in (_at(body, "venue", "title"), _at(body, "venue", "address")) if part)
    return venue or _at(body, "poll", "question")


def _card(contact: Json) -> str:
    """A shared card: name and number."""
    number = _at(contact, "phone_number")
    parts = (_at(contact, "first_name"), _at(contact, "last_name"), f"({number})" if number else "")
    return " ".join(part for part in parts if part)


def media_of(body: Json) -> list[MediaReference]:
    """Files by id (the address is asked for by getFile and lives an hour), and places."""
    found: list[MediaReference] = []
    sizes = body.get("photo")
    if isinstance(sizes, list) and sizes and isinstance(sizes[-1], dict):
        found.append(MediaReference(media_id=_at(sizes[-1], "file_id"), media_type="image/jpeg"))
    # an animation comes as a document too
    kinds = [kind for kind in FILES if isinstance(body.get(kind), dict)]
    for kind in kinds if "animation" not in kinds else ["animation"]:
        found.append(
            MediaReference(
                media_id=_at(body, kind, "file_id"),
                media_type=_at(body, kind, "mime_type") or FILES[kind],
                name=_at(body, kind, "file_name")[:255],
            )
        )
    return [one for one in found if one.media_id] + place(
        _at(body, "location", "latitude"), _at(body, "location", "longitude"), _at(body, "venue", "title")
    )


def is_service(body: Json) -> bool:
    """True for what Telegram itself wrote."""
    return any(name in SERVICE for name in body)


def _at(value: object, *path: str) -> str:
    for name in path:
        value = value.get(name) if isinstance(value, dict) else None
    return "" if value is None or isinstance(value, dict | list) else str(value)
