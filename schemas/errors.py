"""Errors named by what happens next, so that one place can map each of them to an answer.

GatewayError
├── Untrusted      the sender could not prove who he is: 403, nothing is stored
├── Unreadable     these bytes will never be read: dead letter, never retried
│   ├── TooLarge        a size or depth cap was hit
│   ├── BeyondHorizon   older than the identities we remember: it could be a second copy
│   ├── Nonsense        well formed, but says what cannot be (an outcome for a case nobody has)
│   ├── KilledWorker    the record that ended the process each time it was tried
│   └── StageFault      our own code failed on it; replay after the fix
├── Unsupported    a major version of our own records that this release does not know: pause loudly
├── Unavailable    something we need is away: nothing is confirmed, tried again
├── Refused        the other side said no for good: no retry, the letter has failed
└── Misconfigured  a setting is wrong: stop at start and name the setting
"""


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


class StageFault(Unreadable):
    """Our own code failed on this record; replay it after the fix."""


class Unsupported(GatewayError):
    """A record of ours in a major version that this release does not know."""


class Unavailable(GatewayError):
    """A dependency is away or full; nothing was confirmed and the work is tried again.

    `retry_after` is in seconds, when the other side named one.
    """

    def __init__(self, message: str, retry_after: float | None = None) -> None:
        super().__init__(message)
        self.retry_after = retry_after


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
