"""One update of Telegram's to one message. Pure.

Facts used: `account` (the bot's user name), so that the bot's own words are told apart.
"""

import re
from collections.abc import Mapping, Sequence

from channels import sameness
from channels.contract import Reading
from channels.moments import moment
from channels.notes import whole
from channels.telegram.beside import notes_of
from channels.telegram.keys import CONTENT
from channels.telegram.payload import Said, Update, User, update
from channels.telegram.words import is_service, media_of, text_of, unknown_parts
from schemas.message import Address, Flags, Message, ReplyRoute
from schemas.names import MessageKind

KINDS: dict[str, MessageKind] = {
    # what carries a person's words
    "message": "message",
    "business_message": "message",
    "channel_post": "message",
    # what changes them
    "edited_message": "edit",
    "edited_business_message": "edit",
    "edited_channel_post": "edit",
    "deleted_business_messages": "delete",
    # what says something about a message
    "message_reaction": "reaction",
    "message_reaction_count": "system",
    # noise
    "callback_query": "system",
    "inline_query": "system",
    "chosen_inline_result": "system",
    "poll": "system",
    "poll_answer": "system",
    "my_chat_member": "system",
    "chat_member": "system",
    "chat_join_request": "system",
    "business_connection": "system",
    "shipping_query": "system",
    "pre_checkout_query": "system",
    "chat_boost": "system",
    "removed_chat_boost": "system",
    "purchased_paid_media": "system",
    "empty": "system",
}
"""Names of updates to our kinds; what is not listed is a system event with a problem."""

_COMMAND = re.compile(r"/(start|help|stop|settings)(@\w+)?( [A-Za-z0-9_-]{1,64})?")
"""What a chat is opened or left with, also by a link that hands over one word; no complaint.

`/stop` asks for no more letters, `/start` for letters again.
"""


def read(raw: bytes, facts: Mapping[str, str]) -> Sequence[Reading]:
    """One message, for a deletion of several one each. Raises Unreadable."""
    found = update(raw)
    kind, problems = _kind(found)
    if kind == "delete":
        return [Reading(message) for message in _deletions(found, facts)]
    said, sender = found.said, _sender(found)
    matched = _COMMAND.fullmatch(said.text.strip()) if kind == "message" else None
    command = matched[1] if matched else ""
    text = _emoji(found) if kind == "reaction" else text_of(said, found.body)
    notes = notes_of(found.body) if kind in ("message", "edit") else []
    edited_at = moment(said.edit_date) if kind == "edit" else None
    message = Message(
        channel="telegram",
        kind="system" if command else kind,
        message_id=said.message_id or found.id,
        account=facts.get("account", ""),
        sender=sender,
        to=[said.chat.title] if said.chat.title else [],
        sent_at=edited_at or moment(said.date),
        text=text,
        full_text=whole(text, notes),
        set_aside="\n".join(notes),
        language=said.sender.language_code[:2],
        media=media_of(found.body),
        in_reply_to=said.reply_to_message.message_id,
        references=[f"album:{said.media_group_id}"] if said.media_group_id else [],
        target_id=said.message_id if kind in ("edit", "reaction") else "",
        flags=Flags(
            edited=kind == "edit",
            automated=said.sender.is_bot and not said.sender_chat.id,
            opt_out=command == "stop",
            opt_in=command == "start",
        ),
        reply=_route(said, sender, facts) if kind in ("message", "edit") else None,
        problems=problems + notes,
    )
    return [Reading(message)]


def identity_parts(raw: bytes, message: Message, facts: Mapping[str, str]) -> tuple[bytes, ...]:
    """Bot, chat and message id; an edit also by its time, anything without a message by its update. Frozen."""
    found = update(raw)
    chat = found.said.chat.id
    if message.kind == "message":
        return sameness.parts(message, f"{chat}:{message.message_id}")
    if message.kind == "edit":
        return sameness.parts(message, f"{chat}:{message.message_id}", str(found.said.edit_date or ""))
    return sameness.parts(message, f"{chat}:{message.message_id}", found.id)


def _kind(found: Update) -> tuple[MessageKind, list[str]]:
    kind = KINDS.get(found.name)
    if kind is None:
        strange = [f"an update of the type {found.name[:40]!r} is not known"]
        return "message" if _is_message(found) else "system", strange
    if kind in ("message", "edit") and is_service(found.body):
        strange = unknown_parts(found.body)
        return "system", [f"a message of the type {strange[0][:40]!r} is not known"] if strange else []
    return kind, []


def _is_message(found: Update) -> bool:
    """An update that nobody described but that carries what a person wrote."""
    written = found.said.message_id and found.said.chat.id and not found.name.startswith("edited")
    return bool(written) and any(name in CONTENT for name in found.body)


def _sender(found: Update) -> Address:
    """The account's id, which never changes; what is written on behalf of a chat is that chat's.

    Telegram then names a bot of its own as sender (GroupAnonymousBot, Channel_Bot): nobody's account.
    """
    user = found.said.sender
    if not user.id and isinstance(found.body.get("user"), dict):
        reacting = found.body["user"]
        user = User.model_validate(reacting)
    behalf, chat = found.said.sender_chat, found.said.chat
    if behalf.id:
        name = ", ".join(part for part in (found.said.author_signature, behalf.name) if part)
        return Address(kind="account", value=behalf.id, name=name)
    if not user.id:
        return Address(kind="account", value=chat.id, name=chat.name) if chat.id else Address()
    return Address(
        kind="account", value=user.id, name=user.name or (f"@{user.username}" if user.username else "")
    )


def _route(said: Said, sender: Address, facts: Mapping[str, str]) -> ReplyRoute | None:
    if not said.chat.id:
        return None
    return ReplyRoute(
        channel="telegram",
        account=facts.get("account", ""),
        address=sender,
        thread=f"{said.chat.id}:{said.message_id}",
        visibility="private" if said.chat.type in ("private", "sender") else "public",
        handle=said.sender.username,
    )


def _emoji(found: Update) -> str:
    """The emoji of a reaction; empty when it was taken back."""
    new = found.body.get("new_reaction")
    chosen = [one.get("emoji") for one in new if isinstance(one, dict)] if isinstance(new, list) else []
    return " ".join(str(one) for one in chosen if one)


def _deletions(found: Update, facts: Mapping[str, str]) -> list[Message]:
    told = found.body.get("message_ids")
    ids = told if isinstance(told, list) else []
    return [
        Message(
            channel="telegram",
            kind="delete",
            message_id=one,
            account=facts.get("account", ""),
            sender=Address(kind="account", value=found.said.chat.id),
            target_id=one,
            flags=Flags(deleted=True),
        )
        for one in dict.fromkeys(str(one) for one in ids if isinstance(one, int | str))
    ]
