"""What people write in public: comments, posts on the page, mentions, reviews. Pure.

Meta names an author only to apps that may see him: without a name it is a complaint of somebody unknown.
"""

from collections.abc import Sequence

from channels.lenient import Json, at, objects
from channels.meta_payload import Event, MetaChannel
from channels.moments import moment
from channels.notes import whole
from schemas.message import Address, Flags, MediaReference, Message, ReplyRoute
from schemas.names import MessageKind

VERBS: dict[str, MessageKind] = {
    "add": "message",
    "edited": "edit",
    "edit": "edit",
    "update": "edit",
    "remove": "delete",
    "delete": "delete",
    "hide": "system",
    "unhide": "system",
}
"""What happened to something written in public; any other verb is noise."""
WRITTEN = frozenset(
    {"comment", "post", "status", "photo", "video", "share", "album", "note", "rating", "mention"}
)
"""Items of a page's feed that a person writes; `reaction`, `like` and others are noise."""
IDS = ("comment_id", "id", "post_id", "media_id", "open_graph_story_id", "review_id")
PICTURES = {"photo": "image", "video": "video"}
AUTHOR_IDS = (("from", "id"), ("sender_id",), ("reviewer_id",), ("reviewer", "id"))
AUTHOR_NAMES = (
    ("from", "name"),
    ("from", "username"),
    ("sender_name",),
    ("reviewer_name",),
    ("reviewer", "name"),
)


def comment(channel: MetaChannel, event: Event) -> Message | None:
    """A public word on something of ours or about us, None for other changes and for what is our own."""
    its_id, kind = _id(event), _kind(event)
    sender = _author(event)
    if not its_id or kind == "system" or (sender.value and sender.value == event.page):
        return None
    text = _text(event)
    notes = _notes(event)
    media = _media(event)
    if kind == "message" and not (text or media or notes):
        return None
    return Message(
        channel=channel,
        kind=kind,
        message_id=its_id,
        account=event.page,
        sender=sender,
        sent_at=moment(event.body.get("created_time")),
        text=text,
        full_text=whole(text, notes),
        set_aside="\n".join(notes),
        media=media,
        in_reply_to=event.text("parent_id"),
        target_id=its_id if kind in ("edit", "delete") else "",
        flags=Flags(edited=kind == "edit", deleted=kind == "delete"),
        reply=_route(channel, event, sender, its_id),
        problems=notes + ([] if sender.value else ["the network does not tell who wrote it"]),
    )


def _route(channel: MetaChannel, event: Event, sender: Address, its_id: str) -> ReplyRoute | None:
    """Under what was written; nobody is answered whom the network does not name."""
    if not sender.value:
        return None
    return ReplyRoute(
        channel=channel,
        account=event.page,
        address=sender,
        thread=its_id,
        visibility="public",
        handle=sender.value,
    )


def _id(event: Event) -> str:
    """What an answer is written under: the comment, else the post, else the review's story."""
    return _first(event, [(name,) for name in IDS])


def _kind(event: Event) -> MessageKind:
    """Whether a person wrote; a feed also tells of likes, and what the page itself posted."""
    kind = VERBS.get(event.text("verb") or "add", "system")
    item = event.text("item")
    if event.name == "change.feed" and item not in WRITTEN:
        return "system"
    # a page's own post comes under its own name; a post of nobody is one that the page wrote
    if event.name == "change.feed" and item != "comment" and not _author(event).value:
        return "system"
    return kind


def _author(event: Event) -> Address:
    """Who wrote it, under the names of today and of older versions; nobody when Meta keeps him from us."""
    value, name = _first(event, AUTHOR_IDS), _first(event, AUTHOR_NAMES)
    return Address(kind="account" if value else "none", value=value, name=name)


def _first(event: Event, paths: Sequence[tuple[str, ...]]) -> str:
    return next((found for path in paths if (found := event.text(*path))), "")


def _text(event: Event) -> str:
    return next(
        (said for name in ("message", "text", "review_text", "story") if (said := event.text(name))), ""
    )


def _media(event: Event) -> list[MediaReference]:
    """The picture of a comment or post, several where there are several."""
    found = [
        MediaReference(url=event.text("photo"), media_type="image"),
        MediaReference(url=event.text("video"), media_type="video"),
    ]
    photos = event.body.get("photos")
    for one in photos if isinstance(photos, list) else []:
        found.append(MediaReference(url=one if isinstance(one, str) else at(one, "url"), media_type="image"))
    found += [_medium(one) for one in _attached(event)]
    if event.text("item") in ("photo", "video") and event.text("link"):
        found.append(
            MediaReference(url=event.text("link"), media_type=event.text("item").replace("photo", "image"))
        )
    kept = {one.url: one for one in found if one.url.startswith(("https://", "http://"))}
    return list(kept.values())[:50]


def _attached(event: Event) -> list[Json]:
    part = event.body.get("attachment")
    whole_list = event.body.get("attachments")
    data = whole_list.get("data") if isinstance(whole_list, dict) else whole_list
    return [*([part] if isinstance(part, dict) else []), *objects(data)]


def _medium(one: Json) -> MediaReference:
    url = at(one, "media", "source") or at(one, "media", "image", "src") or at(one, "url")
    return MediaReference(url=url, media_type=at(one, "type"), name=at(one, "title")[:255])


def _notes(event: Event) -> list[str]:
    """What was rated, and the page that a post shows."""
    rated = event.text("recommendation_type").lower() or event.text("rating")
    link = event.text("link") if event.text("item") not in ("photo", "video") else ""
    return [
        text
        for text, there in (
            (f"a review: {rated}", rated),
            (f"shares {link}", link),
            ("mentions us", event.name in ("change.mention", "change.mentions")),
        )
        if there
    ]
