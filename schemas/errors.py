"""Errors named by what happens next, so that one place can map each of them to an answer.

GatewayError
├── Untrusted      the sender could not prove who he is: 403, nothing is stored
├── Unreadable     these bytes will never be read: dead letter, never retried
│   ├── TooLarge        a size or depth cap was hit
│   ├── BeyondHorizon   older than the identities we remember: it could be a second copy
│   ├── Nonsense        well formed, but says what cannot be (an outcome for a case nobody has)
│   ├── KilledWorker    the record that ended the process each time it was tried
│   ├── ParserFault     a reader of ours raised on it: its own dead letter; replay after the fix
│   └── StageFault      our own code failed on what could be read; replay after the fix
├── Unsupported    a major version of our own records that this release does not know: pause loudly
├── Unavailable    something we need is away: nothing is confirmed, tried again
│   └── Missing         it is there, but not what belongs to this record: waited for, not for ever
├── Refused        the other side said no for good: no retry, the letter has failed
└── Misconfigured  a setting is wrong: stop at start and name the setting
"""

import traceback


def place_of(error: BaseException) -> str:
    """An unexpected exception by its type and its place in our code; never its message, which may hold content."""
    frames = traceback.extract_tb(error.__traceback__, limit=-1)
    place = f" in {frames[-1].name}, line {frames[-1].lineno}" if frames else ""
    return f"{type(error).__name__}{place}"


class GatewayError(Exception):
    """Root of everything the gateway raises on purpose."""


class Untrusted(GatewayError):
    """The request is not from whom it claims to be."""


class Unreadable(GatewayError):
    """The input cannot be read, now or ever; its bytes go to the dead letters."""

    @property
    def cause(self) -> str:
        """The typed cause that a dead letter carries: the class's name."""
        return type(self).__name__


class TooLarge(Unreadable):
    """A cap on bytes, parts or depth was hit."""


class BeyondHorizon(Unreadable):
    """Older than the identities that are remembered, so it could be a second copy."""


class Nonsense(Unreadable):
    """Well formed, but it says something that cannot be."""


class KilledWorker(Unreadable):
    """The record that ended the worker each time it was tried."""


class ParserFault(Unreadable):
    """A reader of ours raised something that it never should on these bytes; replay them after the fix."""


class StageFault(Unreadable):
    """Our own code failed on this record; replay it after the fix.

    `sender` is who sent it as far as that was read and proven (a person key), empty when it was not.
    """

    def __init__(self, message: str, sender: str = "") -> None:
        super().__init__(message)
        self.sender = sender


class Unsupported(GatewayError):
    """A record of ours in a major version that this release does not know."""


class Unavailable(GatewayError):
    """A dependency is away or full; nothing was confirmed and the work is tried again.

    `retry_after` is in seconds, when the other side named one.
    """

    def __init__(self, message: str, retry_after: float | None = None) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class Missing(Unavailable):
    """Only what belongs to this one record is not there: it is waited for a bounded time, then it is a dead letter."""


class Refused(GatewayError):
    """The other side refused for good. `code` is the provider's own, for the record."""

    def __init__(self, message: str, code: str = "") -> None:
        super().__init__(message)
        self.code = code


class Misconfigured(GatewayError):
    """A setting is missing or wrong; `setting` names it, the message says how to mend it."""

    def __init__(self, setting: str, message: str) -> None:
        super().__init__(f"{setting}: {message}")
        self.setting = setting
