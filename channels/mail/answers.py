"""What a mail server's reply means for a letter, by code and enhanced code (RFC 5321, 4.2; RFC 3463; RFC 5248). Pure.

`Meaning`: the letter is `taken`; `later` the same may succeed; `never` it will; `mend` somebody of ours must change a
setting first, and it is tried again; `unclear` when nobody can tell whether it was taken.
"""

import re
from dataclasses import dataclass
from typing import Literal

Step = Literal["MAIL", "RCPT", "DATA"]
Meaning = Literal["taken", "later", "never", "mend", "unclear"]

_ENHANCED = re.compile(r"\s*([245]\.\d{1,3}\.\d{1,3})(?:\s|$)")

LATER = frozenset(
    {
        "5.2.2",  # mailbox full
        "5.3.1",  # mail system full
        "5.3.2",  # not accepting messages at the moment
        "5.4.3",  # directory server failure
        "5.4.5",  # congestion
        "5.4.7",  # delivery time expired
        "5.7.17",  # the mailbox has changed owner: their side settles that
    }
)
"""Enhanced codes of a 5xx reply after which the same letter may be taken later."""

NEVER = frozenset({"5.2.3", "5.3.4"})
"""Too large, for the mailbox or for the system: also where the reply code alone would say "later"."""

SENDER = frozenset(
    {
        "5.1.7",  # our address has no form of one
        "5.1.8",  # our domain is not there
        "5.7.20", "5.7.21", "5.7.22",  # DKIM
        "5.7.23", "5.7.24",  # SPF
        "5.7.25",  # reverse DNS
        "5.7.26",  # several of these
        "5.7.27",  # our domain takes no mail
    }
)  # fmt: skip
"""What is wrong with us as a sender, whichever step it is said at."""

LOGIN = frozenset({"5.7.3", "5.7.8", "5.7.9", "5.7.11", "5.7.12", "5.7.13", "5.7.14"})
"""The login is missing, wrong or not enough."""

LOGIN_CODES = frozenset({530, 534, 535, 538})
FULL = 552
"""Without an enhanced code: "exceeded storage allocation" (RFC 5321, 4.2.2), and that may pass."""
UNKNOWN_PARAMETERS = 555


@dataclass(frozen=True, slots=True)
class Reply:
    """One reply: its code, the enhanced code or an empty text, and all words."""

    code: int
    enhanced: str
    words: str

    def __str__(self) -> str:
        return f"{self.code} {self.words}"[:500]


def reply(code: int, words: str) -> Reply:
    """An enhanced code counts only when it is of the same class as the reply (RFC 2034, 4)."""
    found = _ENHANCED.match(words)
    enhanced = found[1] if found and found[1][0] == str(code)[:1] else ""
    return Reply(code, enhanced, words)


def meaning(step: Step, said: Reply) -> Meaning:
    """What `said` at this step means; at DATA it is the last word after the content, or the refusal to take any."""
    if 200 <= said.code < 300:  # 251 and 252 at RCPT too: taken, and passed on
        return "taken"
    if 400 <= said.code < 500:
        return "later"
    if not 500 <= said.code < 600:
        return "unclear" if step == "DATA" else "later"
    if said.code in LOGIN_CODES or said.enhanced in LOGIN or said.enhanced in SENDER:
        return "mend"
    if said.enhanced in NEVER:
        return "never"
    if said.enhanced in LATER or (said.code == FULL and not said.enhanced):
        return "later"
    return "mend" if step == "MAIL" else "never"


def setting(said: Reply) -> str:
    """Which of our settings a reply that wants mending is about."""
    return "smtp_user" if said.code in LOGIN_CODES or said.enhanced in LOGIN else "from_address"
