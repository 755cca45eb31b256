"""Who is who: what a sender may do whom nobody vouches for, and how his address is proven.

An address that was only named (typed into a form, taken out of a Reply-To or from a list that nobody vouches for, a
forged From) may be anybody's. So what comes under it:

* opens a case of its own, which may be linked, and joins nothing; only the same words from the same address within
  the window stay one case, and show each reference only what was sent under it;
* is remembered apart, so that a flood of it pushes nothing out of what its owner's own messages left;
* is answered within the caps for such addresses, a forged one not at all.

The case is proven by the first message of its very address that points to it and that somebody vouches for: an answer
to our letter (its token, its Message-ID), or its reference, which the letter told. Only that case then takes what its
sender writes; the address of the next form is as unproven as this one was.
"""

from collections.abc import Iterable
from datetime import datetime

from schemas.message import Message
from workers.triage.state import CaseRecord
from workers.triage.thread.rule import JOIN_WINDOW

MOST_LINKS = 5
OF_THE_ADDRESS = "a case of the address that is named here; unproven"
IN_ITS_NAME = "opened in the name of this address; unproven"


def unproven(message: Message) -> bool:
    """True when nobody vouches that the sender is who he says; without an address there is nothing to prove."""
    return message.flags.spoofed or (message.sender_proof == "unproven" and message.sender.kind != "none")


def links(cases: Iterable[CaseRecord], by_owner: bool, at: datetime) -> dict[str, str]:
    """The cases on the other side of the proof to show beside a new one, newest first.

    `by_owner`: the new case is the owner's own, the others were opened in the name of his address.
    """
    recent = [case.reference for case in cases if case.takes_messages and at - case.last_event <= JOIN_WINDOW]
    return dict.fromkeys(recent[:MOST_LINKS], IN_ITS_NAME if by_owner else OF_THE_ADDRESS)
