"""Which IP addresses media may be fetched from: public unicast ones, and nothing that only looks like one.

Source: IANA special-purpose address registries (RFC 6890, 8190), RFC 6052 (NAT64), 3056 (6to4), 4380 (Teredo).
"""

from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

_UNICAST = IPv6Network("2000::/3")
_TUNNELS = (IPv6Network("2002::/16"), IPv6Network("2001::/32"))
"""6to4 and Teredo carry an IPv4 address that the other end chose. NAT64 and mapped lie outside 2000::/3."""
_NOT_OUTSIDE = (IPv4Network("192.0.0.0/24"), IPv4Network("192.88.99.0/24"), IPv4Network("168.63.129.16/32"))
"""Protocol assignments (Oracle's metadata among them), 6to4 relays, and Azure's agent on its public address."""


def is_public(text: str) -> bool:
    """Whether this literal address (`1.2.3.4`, `fe80::1%eth0`) is one that media may come from."""
    try:
        address = ip_address(text)
    except ValueError:
        return False
    return _public_v4(address) if isinstance(address, IPv4Address) else _public_v6(address)


def _public_v4(address: IPv4Address) -> bool:
    ours = any(address in network for network in _NOT_OUTSIDE)
    return address.is_global and not address.is_multicast and not ours


def _public_v6(address: IPv6Address) -> bool:
    tunnelled = any(address in network for network in _TUNNELS)
    return address in _UNICAST and address.is_global and not tunnelled and address.scope_id is None
