"""Whether a connection stays on this machine: only there may anything go in plain text."""

import ipaddress


def is_loopback(host: str) -> bool:
    """True for a loopback address (IPv6 also in brackets), `localhost` and names under it (RFC 6761, section 6.3)."""
    name = host.strip().strip("[]").lower()
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return name == "localhost" or name.endswith(".localhost")
