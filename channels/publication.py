"""How people reach us on a channel, for the page that tells the public how to complain (ISO 10002, 7.1)."""

from dataclasses import dataclass
from typing import Protocol, runtime_checkable


@dataclass(frozen=True, slots=True)
class Publication:
    """What people write to, in words, and a link that opens it. Without an address the organisation's name stands."""

    address: str = ""
    link: str = ""


@runtime_checkable
class Published(Protocol):
    """Settings of a channel that people use by themselves."""

    @property
    def publication(self) -> Publication | None:
        """None when nobody can be told where to write to."""
        ...


def profile(name: str, base: str) -> Publication:
    """An account that is known by its name, and its page at `base`; without a name only that there is one."""
    bare = name.strip().lstrip("@")
    return Publication(f"@{bare}", base + bare) if bare else Publication()
