"""What a replay sends, as a plain function: the same key, the same identity, so never a second case.

A delivery keeps its id as well: it is the same delivery, read once more.
"""

import base64
import hashlib
from collections.abc import Mapping

from channels.contract import Channel
from schemas import topics
from schemas.deadletter import DeadLetter
from schemas.delivery import BlobReference, Delivery
from schemas.errors import GatewayError, Nonsense, Unreadable
from schemas.identity import message_identity
from workers import dead_letters
from workers.runtime.contract import Output

SOURCE = "/gateway/replay"


def replayed(letter: DeadLetter) -> Output:
    """The record that is written to the topic where the letter's record failed."""
    delivery = delivery_of(letter)
    if delivery is None:
        headers = tuple((name, value.encode()) for name, value in letter.headers.items())
        key = letter.record_key.encode() or None
    else:
        headers, key = delivery.headers(SOURCE), delivery.delivery_id.encode()
    counted = {name for name, _ in dead_letters.history(letter)}
    kept = tuple(pair for pair in headers if pair[0] not in counted)
    value = b"" if letter.next_blob else letter.next_bytes()
    return Output(letter.topic, key, value, (*kept, *dead_letters.history(letter)))


def delivery_of(letter: DeadLetter) -> Delivery | None:
    """The delivery that failed, marked as a replay; None when the record was none of ours, or no delivery."""
    if letter.topic != topics.DELIVERIES.name:
        return None
    try:
        delivery = Delivery.from_headers({name: value.encode() for name, value in letter.headers.items()})
    except Unreadable:
        return None
    return delivery.model_copy(
        update={
            "replay_of": delivery.replay_of or delivery.delivery_id,
            "identity": letter.identity or delivery.identity,
            "blob": letter.next_blob,
        }
    )


def kept_identity(channel: Channel, raw: bytes, facts: Mapping[str, str]) -> str:
    """The identity that edited bytes inherit from the delivery they replace.

    Its own where this release can read it, else one of its bytes: the same bytes delivered twice and edited
    twice are then one message. Empty for a batch, whose messages know themselves apart.
    """
    try:
        readings = channel.read(raw, facts)
    except GatewayError:
        return message_identity(channel.name, (b"replay", hashlib.sha256(raw).digest()))
    if len(readings) != 1:
        return ""
    return message_identity(channel.name, channel.identity_parts(raw, readings[0].message, facts))


def edited(letter: DeadLetter, content: bytes, identity: str, blob: BlobReference | None) -> DeadLetter:
    """The letter with other bytes to be read; the original stays beside them."""
    inline = "" if blob else base64.b64encode(content).decode()
    return letter.model_copy(update={"edited": inline, "edited_blob": blob, "identity": identity})


def check_same_message(known: str, said: str) -> None:
    """An edited record of a later stage must still be the same message; raises Nonsense."""
    if known and said != known:
        raise Nonsense(f"the edited record must keep the identity {known}: another one would be another case")
