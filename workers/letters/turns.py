"""What a letter's lanes tell the ledger: a claim before an attempt, and how the attempt ended.

Both are internal inputs of the stage; they never come from outside (`read` refuses a record with an offset).
"""

from datetime import datetime
from typing import Literal

from schemas import topics
from schemas.errors import Nonsense
from schemas.wire import Moment, Wire
from workers.runtime.contract import INTERNAL_OFFSET, Record

CLAIM = "gateway.letter.claim.v1"
ENDED = "gateway.letter.ended.v1"
FORGET = "gateway.letter.forget.v1"

End = Literal["accepted", "away", "refused", "unclear", "doubt"]
"""accepted: the provider took it · away: surely not sent, try later · refused: never · unclear: nobody can
tell · doubt: it may have left; ask the provider later."""


class Claim(Wire):
    """A lane wants to send now. `in_doubt`: somebody may have tried before and not lived to tell."""

    letter_id: str
    in_doubt: bool = False
    at: Moment


class Ended(Wire):
    """How one attempt ended. `retry_after` in seconds, when the provider named a time."""

    letter_id: str
    end: End
    provider_id: str = ""
    reason: str = ""
    code: str = ""
    retry_after: float = 0.0
    at: Moment


class Forget(Wire):
    """A record of the ledger is old enough to leave it. `key` is the ledger's."""

    key: str
    at: Moment


Turn = Claim | Ended | Forget
_TYPES: dict[type[Wire], str] = {Claim: CLAIM, Ended: ENDED, Forget: FORGET}
_MODELS: dict[str, type[Turn]] = {CLAIM: Claim, ENDED: Ended, FORGET: Forget}


def record(turn: Turn, partition: int, at: datetime) -> Record:
    """A turn as an input of the stage's own partition."""
    return Record(
        topic=topics.LETTERS_DUE.name,
        partition=partition,
        offset=INTERNAL_OFFSET,
        timestamp_ms=int(at.timestamp() * 1000),
        key=(turn.key if isinstance(turn, Forget) else turn.letter_id).encode(),
        value=turn.to_bytes(),
        headers=(("ce_type", _TYPES[type(turn)].encode()),),
    )


def read(kind: str, record: Record) -> Turn | None:
    """The turn in a record of this type, None when it is no turn; raises Nonsense for a forged one."""
    model = _MODELS.get(kind)
    if model is None:
        return None
    if record.offset != INTERNAL_OFFSET:
        raise Nonsense(f"{kind} is a word between the lanes and the ledger, nobody else may write it")
    return model.from_bytes(record.value or b"")
