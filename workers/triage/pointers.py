"""What a message claims to continue and does not: told to those who read the case, and linked where it can be."""

import re

from schemas import identity
from schemas.intake import Arrival
from workers.triage.thread.rule import Thread, forged

FORGED = "a reply token of that case which is not ours"
_LETTER = re.compile(r"<?letter\.[A-Za-z0-9_-]{1,100}\.([0-9a-f]{32})@", re.ASCII)
"""The Message-ID of a letter of ours: its id and its recipient's person key."""


def told(arrival: Arrival, secret: bytes) -> Arrival:
    """The arrival with what is wrong about its pointers among its problems; the same one when nothing is."""
    message = arrival.message
    wrong = []
    if message.reply_token and identity.open_reply_token(secret, message.reply_token) is None:
        wrong.append("carries a reply token that is not ours")
    keys = {found[1] for one in (message.in_reply_to, *message.references) if (found := _LETTER.match(one))}
    if keys - {arrival.person_key}:
        wrong.append("answers a letter that was written to another address")
    if message.flags.spoofed:
        wrong.append("its From is forged (DMARC failed)")
    if not wrong:
        return arrival
    problems = list(dict.fromkeys([*message.problems, *wrong]))
    flags = message.flags.model_copy(update={"forged_pointer": len(wrong) > message.flags.spoofed})
    return arrival.model_copy(
        update={"message": message.model_copy(update={"problems": problems, "flags": flags})}
    )


def linked(where: Thread, arrival: Arrival, token: str | None) -> Thread:
    """With the case that a forged token names, for a person to look at."""
    reference = forged(arrival.message, token)
    if where.join or not reference:
        return where
    links = {**dict(where.linked), reference: FORGED}
    return Thread(linked=tuple(links.items()))
