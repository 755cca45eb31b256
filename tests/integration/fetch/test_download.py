"""Downloads over real sockets: what is fetched, and everything that is refused at the moment of connecting."""

import ssl
from collections.abc import AsyncIterator, Iterator
from urllib.parse import quote

import httpcore
import pytest
import pytest_asyncio
import trustme

from channels.contract import Located
from schemas.errors import Refused, Unavailable
from tests.integration.fetch.server import PICTURE, MediaServer
from workers.fetch import network
from workers.fetch.download import Downloader
from workers.fetch.network import GuardedNetwork
from workers.fetch.settings import FetchSettings

SETTINGS = FetchSettings(max_bytes=100_000, total_seconds=2)


class Sink:
    """Keeps what comes."""

    def __init__(self) -> None:
        self.content = b""

    def write(self, piece: bytes) -> None:
        self.content += piece


@pytest.fixture
def server() -> Iterator[MediaServer]:
    with MediaServer() as running:
        yield running


@pytest_asyncio.fixture
async def ours(server: MediaServer) -> AsyncIterator[Downloader]:
    """For a provider that the organisation configured on this machine."""
    downloader = Downloader(SETTINGS, server.url)
    yield downloader
    await downloader.aclose()


@pytest_asyncio.fixture
async def elsewhere() -> AsyncIterator[Downloader]:
    """For addresses that only strangers named."""
    downloader = Downloader(SETTINGS)
    yield downloader
    await downloader.aclose()


@pytest.mark.asyncio
async def test_a_configured_provider_may_be_private(ours: Downloader, server: MediaServer) -> None:
    sink = Sink()
    came = await ours.fetch(Located(f"{server.url}/picture", {"Authorization": "Basic x"}), sink)
    assert (came.media_type, sink.content) == ("image/png", PICTURE)
    ((_, asked),) = server.asked
    assert (asked["authorization"], asked["accept-encoding"]) == ("Basic x", "identity")


@pytest.mark.asyncio
@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1", "localhost", "[::1]", "[::ffff:127.0.0.1]", "0x7f.1", "2130706433", "0", "127.1",
        "169.254.169.254", "10.0.0.1", "[64:ff9b::7f00:1]", "[fd00:ec2::254]", "100.100.100.200",
    ],
)  # fmt: skip
async def test_an_address_inside_is_refused(elsewhere: Downloader, host: str) -> None:
    with pytest.raises((Refused, Unavailable)) as refused:
        await elsewhere.fetch(Located(f"http://{host}/latest/meta-data/"), Sink())
    if host not in ("0x7f.1",):
        assert isinstance(refused.value, Refused)


@pytest.mark.asyncio
@pytest.mark.parametrize(
    "url",
    ["file:///etc/passwd", "gopher://x/", "geo:1,2", "//x/y", "http:///x", "http://user:word@media.example/",
     "http://media.example:6379/", "https://media.example:22/", "http://\x00/", "http://[::1"],
)  # fmt: skip
async def test_what_is_no_address_of_the_web_is_refused(elsewhere: Downloader, url: str) -> None:
    with pytest.raises(Refused):
        await elsewhere.fetch(Located(url), Sink())


@pytest.mark.asyncio
async def test_our_own_port_is_open_to_nobody_else(elsewhere: Downloader, server: MediaServer) -> None:
    with pytest.raises(Refused):
        await elsewhere.fetch(Located(f"{server.url}/picture"), Sink())
    assert not server.asked


@pytest.mark.asyncio
@pytest.mark.parametrize("target", ["http://169.254.169.254/latest/", "http://localhost/", "ftp://x/"])
async def test_a_redirect_is_judged_again(ours: Downloader, server: MediaServer, target: str) -> None:
    with pytest.raises(Refused):
        await ours.fetch(Located(f"{server.url}/redirect/1/{quote(target, safe='')}"), Sink())


@pytest.mark.asyncio
async def test_a_redirect_to_another_port_of_this_machine_is_refused(
    ours: Downloader, server: MediaServer
) -> None:
    with MediaServer() as other:
        target = quote(f"{other.url}/picture", safe="")
        with pytest.raises(Refused):
            await ours.fetch(Located(f"{server.url}/redirect/1/{target}"), Sink())
        assert not other.asked


@pytest.mark.asyncio
async def test_three_redirects_and_no_fourth(ours: Downloader, server: MediaServer) -> None:
    sink = Sink()
    await ours.fetch(Located(f"{server.url}/redirect/3/%2Fpicture"), sink)
    assert sink.content == PICTURE
    with pytest.raises(Refused, match="redirects"):
        await ours.fetch(Located(f"{server.url}/redirect/4/%2Fpicture"), Sink())


@pytest.mark.asyncio
async def test_credentials_stay_with_whom_they_belong_to(
    ours: Downloader, server: MediaServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    with MediaServer() as store:
        monkeypatch.setattr(network, "is_public", lambda address: True)
        monkeypatch.setattr(network, "WEB_PORTS", {store.port})
        target = quote(f"{store.url}/picture", safe="")
        located = Located(f"{server.url}/redirect/1/{target}", {"Authorization": "Basic x"})
        await ours.fetch(located, Sink())
        assert "authorization" in server.asked[0][1]
        assert "authorization" not in store.asked[0][1]


@pytest.mark.asyncio
@pytest.mark.parametrize("path", ["long", "endless"])
async def test_too_much_is_refused_while_it_comes(ours: Downloader, server: MediaServer, path: str) -> None:
    sink = Sink()
    with pytest.raises(Refused, match="larger than"):
        await ours.fetch(Located(f"{server.url}/{path}"), sink)
    assert len(sink.content) <= SETTINGS.max_bytes


@pytest.mark.asyncio
async def test_a_trickle_ends_in_time(ours: Downloader, server: MediaServer) -> None:
    with pytest.raises(Unavailable, match="no end"):
        await ours.fetch(Located(f"{server.url}/slow"), Sink())


@pytest.mark.asyncio
async def test_packed_bytes_are_not_unpacked(ours: Downloader, server: MediaServer) -> None:
    with pytest.raises(Refused, match="packed"):
        await ours.fetch(Located(f"{server.url}/packed"), Sink())


@pytest.mark.asyncio
@pytest.mark.parametrize("status", [401, 429, 500, 503])
async def test_what_may_pass(ours: Downloader, server: MediaServer, status: int) -> None:
    with pytest.raises(Unavailable) as away:
        await ours.fetch(Located(f"{server.url}/status/{status}"), Sink())
    assert away.value.retry_after == 7


@pytest.mark.asyncio
@pytest.mark.parametrize("status", [204, 206, 403, 404, 410])
async def test_what_will_not(ours: Downloader, server: MediaServer, status: int) -> None:
    with pytest.raises(Refused):
        await ours.fetch(Located(f"{server.url}/status/{status}"), Sink())


@pytest.mark.asyncio
async def test_nobody_there_may_pass(server: MediaServer) -> None:
    with MediaServer() as gone:
        pass
    downloader = Downloader(SETTINGS, gone.url)
    with pytest.raises(Unavailable):
        await downloader.fetch(Located(f"{gone.url}/picture"), Sink())
    await downloader.aclose()


class Wire(httpcore.AsyncNetworkBackend):
    """Notes where a connection would go."""

    def __init__(self) -> None:
        self.connected: list[str] = []

    async def connect_tcp(self, host: str, *_: object, **__: object) -> httpcore.AsyncNetworkStream:
        self.connected.append(host)
        raise httpcore.ConnectError


@pytest.mark.asyncio
async def test_a_name_is_resolved_once_and_the_checked_address_is_used() -> None:
    answers = [["93.184.216.34", "93.184.216.35"], ["127.0.0.1"]]

    async def rebinding(host: str, port: int) -> list[str]:
        return answers.pop(0)

    guarded = GuardedNetwork(resolve=rebinding)
    guarded._inner = wire = Wire()
    with pytest.raises(httpcore.ConnectError):
        await guarded.connect_tcp("media.example", 443)
    assert wire.connected == ["93.184.216.34", "93.184.216.35"]
    with pytest.raises(Refused):
        await guarded.connect_tcp("media.example", 443)
    assert len(wire.connected) == 2


@pytest.mark.asyncio
async def test_one_private_address_among_public_ones_is_enough() -> None:
    async def mixed(host: str, port: int) -> list[str]:
        return ["93.184.216.34", "10.0.0.1"]

    with pytest.raises(Refused):
        await GuardedNetwork(resolve=mixed).connect_tcp("media.example", 443)


@pytest_asyncio.fixture
async def tls() -> AsyncIterator[tuple[MediaServer, Downloader]]:
    """A server with a certificate for its name, which leads here: the name counts, not the address."""
    authority = trustme.CA()
    serving, trusting = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER), ssl.create_default_context()
    authority.issue_cert("media.example").configure_cert(serving)
    authority.configure_trust(trusting)

    async def here(host: str, port: int) -> list[str]:
        return ["127.0.0.1"]

    with MediaServer(serving) as running:
        downloader = Downloader(SETTINGS, f"https://media.example:{running.port}", here, trusting)
        yield running, downloader
        await downloader.aclose()


@pytest.mark.asyncio
async def test_the_certificate_must_be_the_names(tls: tuple[MediaServer, Downloader]) -> None:
    server, downloader = tls
    sink = Sink()
    await downloader.fetch(Located(f"https://media.example:{server.port}/picture"), sink)
    assert sink.content == PICTURE


@pytest.mark.asyncio
async def test_https_never_becomes_http(tls: tuple[MediaServer, Downloader]) -> None:
    server, downloader = tls
    target = quote(f"http://media.example:{server.port}/picture", safe="")
    with pytest.raises(Refused, match="https to http"):
        await downloader.fetch(Located(f"https://media.example:{server.port}/redirect/1/{target}"), Sink())
