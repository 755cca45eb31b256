"""Addresses as they stand in settings and headers, parsed before anything is compared: the client behind proxies.

IPv4 in IPv6 clothes (`::ffff:192.0.2.1`) is IPv4; ports and brackets are taken off; a client is known by its IPv4
address or its IPv6 /64, for whoever has one address of a /64 has them all.
"""

import ipaddress
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

from schemas.errors import Misconfigured

if TYPE_CHECKING:
    from starlette.requests import Request

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network
SETTING = "GATEWAY_TRUSTED_PROXIES"
_LONGEST = 64
_MOST_HOPS = 50


@dataclass(frozen=True, slots=True)
class Proxies:
    """The networks whose `X-Forwarded-For` counts."""

    networks: tuple[Network, ...] = ()

    @classmethod
    def of(cls, named: Iterable[str]) -> Self:
        """From addresses and networks (CIDR); raises Misconfigured for a name or anything else."""
        return cls(tuple(_network(name.strip()) for name in named if name.strip()))

    def __contains__(self, address: object) -> bool:
        return any(address in one for one in self.networks)


NO_PROXIES = Proxies()


def parse(text: str) -> Address | None:
    """The address in `192.0.2.1`, `192.0.2.1:80`, `2001:db8::1`, `[2001:db8::1]:80`, `fe80::1%eth0`; else None."""
    bare = text.strip()[:_LONGEST]
    if bare.startswith("["):
        bare = bare[1:].partition("]")[0]
    elif bare.count(":") == 1:
        bare = bare.partition(":")[0]
    try:
        address = ipaddress.ip_address(bare.partition("%")[0])
    except ValueError:
        return None
    mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    return mapped or address


def network_of(address: Address | None) -> str:
    """What a client is known by: its IPv4 address, its IPv6 /64; empty for none."""
    if address is None:
        return ""
    if address.version == 4:
        return str(address)
    return str(ipaddress.ip_network((address, 64), strict=False))


def client_network(request: "Request", proxies: Proxies) -> str:
    """The client's network: the last hop of `X-Forwarded-For` that is no proxy of ours, when a proxy of ours asks.

    What a proxy of ours could not name is known by that proxy.
    """
    peer = parse(request.client.host) if request.client else None
    if peer is None or peer not in proxies:
        return network_of(peer) or (request.client.host[:_LONGEST] if request.client else "")
    for hop in reversed(_hops(request.headers.getlist("x-forwarded-for"))):
        address = parse(hop)
        if address is None:
            break
        peer = address
        if address not in proxies:
            break
    return network_of(peer)


def _hops(headers: Sequence[str]) -> list[str]:
    return [hop for value in headers for hop in value.split(",")[-_MOST_HOPS:] if hop.strip()][-_MOST_HOPS:]


def _network(name: str) -> Network:
    address = parse(name) if "/" not in name else None
    try:
        network = ipaddress.ip_network(address or name, strict=False)
    except ValueError as error:
        raise Misconfigured(
            SETTING,
            f"{name!r} is neither an address nor a network; write the proxy's addresses, like 10.0.0.7 or 10.0.0.0/24"
            " (a name would be looked up once and then be wrong)",
        ) from error
    mapped = getattr(network.network_address, "ipv4_mapped", None)
    if mapped is not None and network.prefixlen >= 96:
        return ipaddress.ip_network((mapped, network.prefixlen - 96))
    return network
