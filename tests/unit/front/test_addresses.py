"""Addresses are parsed before they are compared: one client is one client, however its address is written."""

import pytest
from starlette.requests import Request

from gateway.addresses import Proxies, client_network
from schemas.errors import Misconfigured


def asked(
    peer: str, *forwarded: str, proxies: tuple[str, ...] = ("10.0.0.7", "10.1.0.0/16", "fd00::/8")
) -> str:
    headers = [(b"x-forwarded-for", value.encode("latin-1")) for value in forwarded]
    scope = {"type": "http", "client": (peer, 1), "headers": headers, "method": "GET", "path": "/"}
    return client_network(Request(scope), Proxies.of(proxies))


@pytest.mark.parametrize(
    "told",
    [
        ("192.0.2.1",),
        ("192.0.2.1:40123",),
        (" 192.0.2.1 ",),
        ("::ffff:192.0.2.1",),
        ("[::ffff:192.0.2.1]:40123",),
        ("203.0.113.5, 192.0.2.1",),
        ("garbage, 192.0.2.1:9",),
        ("192.0.2.1, 10.1.2.3",),
        ("192.0.2.1, 10.1.2.3:80, fd00::1",),
        ("203.0.113.5", "192.0.2.1"),
        ("203.0.113.5", "192.0.2.1, 10.1.9.9"),
        ("192.0.2.1", "10.1.9.9"),
        (", ,192.0.2.1,",),
        ("1.1.1.1," * 10_000 + "192.0.2.1",),
    ],
)
@pytest.mark.parametrize("peer", ["10.0.0.7", "::ffff:10.0.0.7", "10.1.255.1", "fd00::5"])
def test_one_client_is_one_client_however_the_proxy_writes_it(peer: str, told: tuple[str, ...]) -> None:
    assert asked(peer, *told) == "192.0.2.1"


@pytest.mark.parametrize(
    "told",
    [
        "2001:db8:0:1::9",
        "[2001:db8:0:1::9]",
        "[2001:db8:0:1::9]:443",
        "2001:DB8:0:1:ffff::",
        "2001:db8:0:1::9%eth0",
    ],
)
def test_an_ipv6_client_is_its_64(told: str) -> None:
    assert asked("10.0.0.7", told) == "2001:db8:0:1::/64"
    assert asked("2001:db8:0:1::77") == "2001:db8:0:1::/64"


@pytest.mark.parametrize("told", ["unknown", "_hidden", "", "evil.example", "999.1.1.1", "x" * 5000])
def test_what_a_proxy_cannot_name_is_known_by_the_proxy(told: str) -> None:
    assert asked("10.0.0.7", told) == "10.0.0.7"


def test_nobody_else_says_where_he_comes_from() -> None:
    assert asked("203.0.113.9", "192.0.2.1") == "203.0.113.9"
    assert asked("::ffff:203.0.113.9", "192.0.2.1") == "203.0.113.9"


def test_all_hops_ours_is_the_first_of_ours() -> None:
    assert asked("10.0.0.7", "10.1.0.1, 10.1.0.2") == "10.1.0.1"


@pytest.mark.parametrize("name", ["proxy.example.org", "localhost", "10.0.0.0/33", "10.0.0", "nginx", "*"])
def test_names_are_refused_in_a_sentence(name: str) -> None:
    with pytest.raises(Misconfigured, match=r"GATEWAY_TRUSTED_PROXIES.*neither an address nor a network"):
        Proxies.of(["10.0.0.1", name])


@pytest.mark.parametrize(
    "named", ["10.0.0.7:8080", " 10.0.0.7 ", "::ffff:10.0.0.7", "10.0.0.9/24", "::ffff:10.0.0.0/120"]
)
def test_addresses_and_networks_are_meant_as_they_are_written(named: str) -> None:
    assert asked("10.0.0.7", "192.0.2.1", proxies=(named,)) == "192.0.2.1"
