"""What makes a network's message the same again: kind, our account, its id, its revision. Pure, frozen.

Every channel with provider ids uses these four parts, so that an edit or a deletion can name the identity of
what it is about without knowing the channel.
"""

from schemas.message import Message


def parts(message: Message, provider_id: str, revision: str = "") -> tuple[bytes, ...]:
    """Identity parts of `message`; `revision` tells edits (or receipts) of one id apart."""
    return _encoded(message.kind, message.account, provider_id, revision)


def target_parts(message: Message) -> tuple[bytes, ...]:
    """Identity parts of the message that an edit, deletion or reaction is about."""
    return _encoded("message", message.account, message.target_id, "")


def _encoded(*texts: str) -> tuple[bytes, ...]:
    return tuple(text.encode("utf-8", "replace") for text in texts)
