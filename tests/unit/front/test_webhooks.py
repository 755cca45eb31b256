"""Webhooks: proof over the raw bytes and the configured address; refused means nothing was taken in."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from prometheus_client import generate_latest

from tests.unit.front.conftest import PUBLIC, House, build

RIGHT = {"x-proof": "right"}


@pytest.mark.asyncio
async def test_verified_bytes_are_taken_in_as_they_came_and_answered(house: House) -> None:
    async with house.client() as client:
        answer = await client.post("/in/sms", content=b"\x00\xffraw", headers=RIGHT)
    assert (answer.status_code, answer.content) == (200, b"<Response/>")
    assert answer.headers["content-type"] == "application/xml"
    ((channel, inbound),) = house.intake.taken
    assert (channel, inbound.raw) == ("sms", b"\x00\xffraw")


@pytest.mark.asyncio
@pytest.mark.parametrize("headers", [{}, {"x-proof": "wrong"}])
async def test_without_proof_403_and_nothing_is_produced_but_counted(
    house: House, headers: dict[str, str]
) -> None:
    async with house.client() as client:
        answer = await client.post("/in/sms", content=b"x", headers=headers | {"accept": "text/html"})
    assert answer.status_code == 403
    assert answer.headers["content-type"] == "application/problem+json"
    assert not house.intake.taken
    counted = generate_latest(house.front.metrics.registry).decode()
    assert 'gateway_intake_refused_total{channel="sms",reason="untrusted"} 1.0' in counted


@pytest.mark.asyncio
async def test_signatures_are_checked_on_the_configured_address(house: House) -> None:
    forged = {
        "host": "evil.example",
        "x-forwarded-host": "evil.example",
        "x-forwarded-proto": "ftp",
        "forwarded": "host=evil.example;proto=ftp",
    }
    async with house.client() as client:
        await client.post("/in/sms?letter=a%2Fb&key=%C3%A9", content=b"x", headers=RIGHT | forged)
    assert house.door.asked[0].url == f"{PUBLIC}/in/sms?letter=a%2Fb&key=%C3%A9"


@pytest.mark.asyncio
async def test_a_caller_hears_503_when_it_cannot_be_made_durable(house: House) -> None:
    house.intake.away = True
    async with house.client() as client:
        answer = await client.post("/in/sms", content=b"x", headers=RIGHT)
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "30")


@pytest.mark.asyncio
@pytest.mark.parametrize("path", ["/in/mastodon", "/in/nothing", "/in/", "/in/sms/more"])
async def test_channels_without_a_door_are_not_there(house: House, path: str) -> None:
    async with house.client() as client:
        assert (await client.post(path, content=b"x", headers=RIGHT)).status_code == 404


@pytest.mark.asyncio
async def test_bodies_over_the_limit_are_not_read(tmp_path: Path) -> None:
    small = build(tmp_path, body_limit_bytes=1000)

    async def pieces() -> AsyncIterator[bytes]:
        for _ in range(100):
            yield b"x" * 100

    async with small.client() as client:
        declared = await client.post("/in/sms", content=b"x" * 1001, headers=RIGHT)
        chunked = await client.post("/in/sms", content=pieces(), headers=RIGHT)
    assert (declared.status_code, chunked.status_code) == (413, 413)
    assert not small.intake.taken
