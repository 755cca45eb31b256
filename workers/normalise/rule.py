"""From one reading to what the streams carry: pure, with secret and time as arguments."""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta

from channels.contract import Channel, Reading
from schemas import identity, synthetic, topics
from schemas.delivery import Delivery
from schemas.errors import BeyondHorizon, Nonsense
from schemas.intake import Arrival
from schemas.letter import Consent, LetterReceipt
from schemas.message import Address, Message

CLOCK_TOLERANCE = timedelta(minutes=5)
"""How far a channel's receipt may lie ahead of the broker's clock before it is pulled back."""
TEXT_LIMIT = 200_000
"""Characters of a text that travel on; the original is kept whole."""
ASIDE_LIMIT = 50_000
"""Characters that travel beside it: signatures, notices, quotations."""
RECEIPT_STATES = {"accepted", "delivered", "failed"}


@dataclass(frozen=True, slots=True)
class Received:
    """One delivery with its bytes and the broker's time."""

    delivery: Delivery
    raw: bytes
    logged_at: datetime


def arrival(channel: Channel, received: Received, message: Message, secret: bytes) -> Arrival:
    """Identity, person key and reference for one message; raises BeyondHorizon for what is too old."""
    delivery = received.delivery
    received_at = received_when(delivery, received.logged_at)
    if received.logged_at - received_at > topics.HORIZON:
        raise BeyondHorizon(f"received on {received_at:%Y-%m-%d}, older than {topics.HORIZON.days} days")
    parts = channel.identity_parts(received.raw, message, delivery.facts)
    its_identity = delivery.identity or identity.message_identity(channel.name, parts)
    return Arrival(
        identity=its_identity,
        delivery_id=delivery.delivery_id,
        channel=message.channel,
        account=message.account or delivery.account,
        person_key=key_of(message.sender, its_identity, secret),
        other_keys=[key_of(address, its_identity, secret) for address in message.other_addresses],
        reference=identity.reference(secret, its_identity),
        logged_at=received.logged_at,
        received_at=received_at,
        raw_sha256=hashlib.sha256(received.raw).hexdigest(),
        raw_bytes=len(received.raw),
        backfill=delivery.facts.get("backfill") == "1",
        test=bool(synthetic.nonce_in(secret, message.text.encode("utf-8", "replace"), received_at)),
        message=_bounded(message),
    )


def received_when(delivery: Delivery, logged_at: datetime) -> datetime:
    """When the channel received it, by its server's clock as far as that can be right.

    What came in now cannot have been received before anything is remembered, unless it is history or a replay: then
    the server's clock is wrong (1970 is how a clock begins), and the time at which it came in here is what counts.
    """
    is_old = logged_at - delivery.received_at > topics.HORIZON
    if is_old and not delivery.replay_of and delivery.facts.get("backfill") != "1":
        return logged_at
    return min(delivery.received_at, logged_at + CLOCK_TOLERANCE)


def nothing(received: Received) -> Message:
    """What stands for a delivery that held no message at all, so that it is accounted for."""
    return Message(channel=received.delivery.channel, kind="system", account=received.delivery.account)


def key_of(address: Address, its_identity: str, secret: bytes) -> str:
    """The person key of an address; without an address a message is its own person."""
    if address.kind == "none" or not address.value:
        return identity.person_key(secret, "identity", its_identity)
    return identity.person_key(secret, address.kind, address.value)


def receipt(reading: Reading, received: Received) -> LetterReceipt | None:
    """What this message says of a letter of ours: a status callback or a bounce; None when it is neither."""
    message, at = reading.message, received.logged_at
    if message.receipt is not None and message.receipt.letter:
        word = message.receipt
        if word.state not in RECEIPT_STATES:
            raise Nonsense(f"a receipt with the state {word.state!r}")
        return LetterReceipt.model_validate(
            {
                "letter_id": word.letter,
                "person_key": word.key,
                "state": word.state,
                "provider_id": word.provider_id,
                "status": word.status,
                "code": word.code,
                "delivery_id": received.delivery.delivery_id,
                "at": at,
            }
        )
    bounce = message.bounce
    if bounce is None or "." not in bounce.letter or bounce.action not in ("failed", "delivered"):
        return None
    letter, _, key = bounce.letter.partition(".")
    return LetterReceipt(
        letter_id=letter,
        person_key=key,
        state="failed" if bounce.action == "failed" else "delivered",
        status=bounce.action,
        code=bounce.status,
        delivery_id=received.delivery.delivery_id,
        at=at,
    )


def consent(its_arrival: Arrival) -> Consent | None:
    """The sender's wish to get no more letters, or to get them again."""
    flags = its_arrival.message.flags
    if not (flags.opt_out or flags.opt_in):
        return None
    return Consent(
        person_key=its_arrival.person_key,
        channel=its_arrival.channel,
        account=its_arrival.account,
        opted_out=flags.opt_out,
        cause=its_arrival.identity,
        at=its_arrival.logged_at,
    )


def body_to_keep(message: Message) -> bytes:
    """The whole body in UTF-8 where less of it travels than was written, else nothing."""
    fits = len(message.text) <= TEXT_LIMIT and len(message.set_aside) <= ASIDE_LIMIT
    return b"" if fits else message.full_text.encode("utf-8", "replace")


def _bounded(message: Message) -> Message:
    """`full_text` stays behind: `text` and `set_aside` are all of it, and where they are cut it is a blob."""
    body = body_to_keep(message)
    if not body:
        return message.model_copy(update={"full_text": ""})
    problem = f"a body of {len(message.full_text)} characters was cut for its length; all of it is kept"
    cut = {
        "text": message.text[:TEXT_LIMIT],
        "set_aside": message.set_aside[:ASIDE_LIMIT],
        "full_text": "",
        "body_sha256": hashlib.sha256(body).hexdigest(),
        "problems": [*message.problems, problem],
    }
    return message.model_copy(update=cut)
