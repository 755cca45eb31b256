"""Where a provider's API is: over TLS, for calls carry tokens; plain only on this machine (stand-ins, tunnels)."""

from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator

from channels.loopback import is_loopback


def check(address: str) -> str:
    """The address without blanks around it; raises ValueError for one that would show tokens to the network."""
    bare = address.strip()
    if not bare:
        return bare
    parts = urlsplit(bare)
    if not parts.hostname or parts.scheme not in ("http", "https"):
        raise ValueError(f"{bare!r} is no address of an API; write it as https://api.example.org")
    if parts.scheme == "http" and not is_loopback(parts.hostname):
        raise ValueError(
            f"{bare!r} would carry tokens in plain text; write https:// (http only on this machine)"
        )
    return bare


BaseAddress = Annotated[str, AfterValidator(check)]
"""An API's address in settings."""
