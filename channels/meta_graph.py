"""Calls to Meta's Graph API, its error codes named by what happens next.

Source: "Graph API: handling errors", "WhatsApp Business Platform: error codes", "Messenger Platform: error codes".
"""

from typing import Any

import httpx

from channels.calls import NONSENSE, Api, Unsure, raise_for, retry_after
from schemas.errors import Refused, Unavailable

PASSING = {
    1: "unknown error",
    2: "service is down",
    4: "too many calls of the app",
    17: "too many calls of the user",
    32: "too many calls of the page",
    190: "the access token is not valid any more",
    613: "rate limit",
    80007: "rate limit of the account",
    130429: "throughput of the number reached",
    131000: "something went wrong",
    131016: "service overloaded",
    131048: "spam rate limit of the number",
    131056: "too many messages to this person",
    131057: "account in maintenance",
    133004: "server unavailable",
}
"""Error codes after which the same call may succeed later; every other one is for good."""

TOO_LATE = frozenset({131047, 10, 2534022})
"""Outside the 24-hour window (WhatsApp; Messenger and Instagram)."""


class Graph(Api):
    """The Graph API below `base`/`version`."""

    def __init__(self, base: str, version: str, token: str, timeout_seconds: float) -> None:
        super().__init__(f"{base.rstrip('/')}/{version}", token, timeout_seconds, judge=_judge)


def _judge(response: httpx.Response, unsure: Unsure) -> None:
    """Meta answers 400 for almost everything; its code tells."""
    code, message = _error(response)
    if code in PASSING:
        raise Unavailable(f"Meta answers {code}: {PASSING[code]}", retry_after(response))
    if code and response.status_code < 500 and response.status_code != 429:
        raise Refused(f"Meta refuses ({code}): {message}", str(code))
    raise_for(response, unsure)


def _error(response: httpx.Response) -> tuple[int, str]:
    """Code and words of an error, which may also stand in an answer of 200; 0 for none."""
    try:
        error: Any = response.json()["error"]
        return int(error["code"]), str(error.get("message", ""))[:300]
    except NONSENSE:
        return 0, ""
