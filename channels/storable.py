"""Text that every store can hold: UTF-8, so no half of a surrogate pair, and no NUL, which no database takes. Pure."""

from typing import Any

from pydantic_core import PydanticSerializationError

from schemas.message import Message
from schemas.wire import whole

_NUL = b"\\u0000"


def scrubbed(message: Message) -> Message:
    """The very message when it can be stored; else one in which U+FFFD stands for what cannot."""
    try:
        wire = message.to_bytes()
    except (UnicodeError, PydanticSerializationError):
        wire = _NUL
    if _NUL not in wire or (_NUL not in wire.replace(rb"\\", b"")):
        return message
    return Message.model_validate(_clean(message.model_dump()))


def _clean(value: Any) -> Any:
    if isinstance(value, str):
        return whole(value)
    if isinstance(value, dict):
        return {_clean(name): _clean(one) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [_clean(one) for one in value]
    return value
