"""Public comments under what a page or an Instagram account posted. Pure."""

from channels.meta_payload import Event, MetaChannel
from channels.moments import moment
from schemas.message import Address, Flags, Message, ReplyRoute
from schemas.names import MessageKind

VERBS: dict[str, MessageKind] = {"add": "message", "edited": "edit", "edit": "edit", "remove": "delete"}
"""What happened to a comment on a page's post."""


def comment(channel: MetaChannel, event: Event) -> Message | None:
    """A public comment on something of ours, None for other changes of the feed."""
    comment_id = event.text("comment_id") or event.text("id")
    author = event.text("from", "id")
    kind = VERBS.get(event.text("verb") or "add", "system")
    if event.name == "change.feed" and event.text("item") != "comment":
        kind = "system"
    if not comment_id or not author or author == event.page or kind == "system":
        return None
    name = event.text("from", "name") or event.text("from", "username")
    sender = Address(kind="account", value=author, name=name)
    return Message(
        channel=channel,
        kind=kind,
        message_id=comment_id,
        account=event.page,
        sender=sender,
        sent_at=moment(event.body.get("created_time")),
        text=event.text("message") or event.text("text"),
        full_text=event.text("message") or event.text("text"),
        in_reply_to=event.text("parent_id"),
        target_id=comment_id if kind in ("edit", "delete") else "",
        flags=Flags(edited=kind == "edit", deleted=kind == "delete"),
        reply=ReplyRoute(
            channel=channel,
            account=event.page,
            address=sender,
            thread=comment_id,
            visibility="public",
            handle=author,
        ),
    )
