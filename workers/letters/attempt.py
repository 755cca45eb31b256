"""One attempt to send one letter, within its lease: ask first when in doubt, send, and say how it ended."""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from channels.contract import Replier, Sent, Unclear
from schemas.errors import Misconfigured, Refused, Unavailable
from schemas.letter import Letter
from workers.letters.turns import End, Ended

_MEND_SECONDS = 60.0
"""How long a person gets to mend a setting before the next attempt."""
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Lease:
    """Until when this worker may send: on the loop's clock, which runs on while a process is frozen, and on
    the wall's, which runs on while the machine sleeps."""

    loop_end: float
    wall_end: datetime

    def seconds_left(self, now: datetime) -> float:
        """What remains of it, by the clock that says less."""
        return min(self.loop_end - asyncio.get_running_loop().time(), (self.wall_end - now).total_seconds())


class _LeaseOver(Exception):
    """The lease ended before the first byte left: surely not sent."""


async def attempt(
    replier: Replier, letter: Letter, lease: Lease, in_doubt: bool, clock: Callable[[], datetime]
) -> Ended:
    """Send `letter` once. Never raises but for cancellation: how it ended is the answer.

    An end by time, by a lost answer or by a fault of ours may have left the letter with the provider: that is
    `doubt`, and the provider is asked before the next attempt. `unclear` is only what he cannot tell himself.
    """
    asked = in_doubt

    def end(word: End, reason: str = "", **more: object) -> Ended:
        return Ended.model_validate(
            {"letter_id": letter.letter_id, "end": word, "reason": reason, "at": clock(), **more}
        )

    try:
        async with asyncio.timeout(max(lease.seconds_left(clock()), 0)):
            found = await replier.find(letter) if in_doubt else None
            asked = False
            sent = found or await _send(replier, letter, lease, clock)
        return end("accepted", provider_id=sent.provider_id)
    except _LeaseOver:
        return end("away", "the lease was over before the letter could leave")
    except TimeoutError:
        return end("doubt", "no answer within the lease")
    except Unavailable as error:
        return end("doubt" if asked else "away", str(error), retry_after=error.retry_after or 0.0)
    except Refused as error:
        return end("unclear" if asked else "refused", str(error), code=error.code)
    except Unclear as error:
        return end("unclear" if asked else "doubt", str(error))
    except Misconfigured as error:
        return end("doubt" if asked else "away", str(error), retry_after=_MEND_SECONDS)
    except Exception as error:  # noqa: BLE001 - whatever it was, the letter may have left: that is an outcome
        _log.exception("letter %s: the channel failed in a way it does not name", letter.letter_id)
        return end("doubt", f"{type(error).__name__} in the channel's adapter")


async def _send(replier: Replier, letter: Letter, lease: Lease, clock: Callable[[], datetime]) -> Sent:
    if lease.seconds_left(clock()) <= 0:
        raise _LeaseOver
    return await replier.reply(letter)
