"""Every door that providers push through: genuine calls come in as they are, everything else is Untrusted."""

import re
from datetime import UTC, datetime
from urllib.parse import quote

import pytest

from channels.contract import Deployment, Door, PushRequest, load
from channels.registry import BY_NAME, CHANNELS
from schemas.errors import Untrusted
from tests.contract.signers import SECRET, SIGNERS, SIGNS_ITS_BODY

HOUSE = Deployment("https://gateway.example", "Example", b"secret")
OURS = frozenset({"webform", "telephone", "letter", "counter"})
"""Doors that people and staff come through, tested with the front door."""

every_door = pytest.mark.parametrize("name", sorted(SIGNERS))


def test_every_door_of_a_provider_is_tested_here() -> None:
    doors = {channel.name for channel in CHANNELS if channel.door}
    assert doors - OURS == set(SIGNERS)


def build(name: str, settings: object) -> Door:
    channel = BY_NAME[name]  # type: ignore[index]
    door: Door = load(channel.door)(load(channel.settings).model_validate(settings), HOUSE)
    return door


def call(name: str, body: bytes | None = None, headers: dict[str, str] | None = None) -> PushRequest:
    signer, url = SIGNERS[name], f"{HOUSE.public_url}/in/{name}"
    signed = dict(signer.sign(url, signer.body, SECRET)) if headers is None else headers
    at = datetime(2026, 3, 1, tzinfo=UTC)
    return PushRequest("POST", url, signed, signer.body if body is None else body, at)


@every_door
def test_a_genuine_call_is_delivered_byte_for_byte(name: str) -> None:
    verified = build(name, SIGNERS[name].settings).verify(call(name))
    assert [inbound.raw for inbound in verified.deliveries] == [SIGNERS[name].body]
    assert verified.answer.status == 200


@every_door
def test_header_names_have_no_capitals(name: str) -> None:
    headers = {key.lower(): value for key, value in call(name).headers.items()}
    assert build(name, SIGNERS[name].settings).verify(call(name, headers=headers)).deliveries


@every_door
def test_the_secret_before_is_still_good_during_rotation(name: str) -> None:
    assert build(name, SIGNERS[name].rotated).verify(call(name)).deliveries


@every_door
def test_a_call_without_proof_is_refused(name: str) -> None:
    with pytest.raises(Untrusted):
        build(name, SIGNERS[name].settings).verify(call(name, headers={}))


@every_door
@pytest.mark.parametrize("forged", ["", "x", "sha256=", "ünsigned", "0" * 64, SECRET.upper()])
def test_a_forged_proof_is_refused(name: str, forged: str) -> None:
    headers = dict.fromkeys(call(name).headers, forged)
    with pytest.raises(Untrusted):
        build(name, SIGNERS[name].settings).verify(call(name, headers=headers))


@every_door
def test_another_account_s_proof_is_refused(name: str) -> None:
    signer = SIGNERS[name]
    headers = dict(signer.sign(f"{HOUSE.public_url}/in/{name}", signer.body, "another-secret"))
    with pytest.raises(Untrusted):
        build(name, signer.settings).verify(call(name, headers=headers))


@pytest.mark.parametrize("name", sorted(SIGNS_ITS_BODY))
def test_a_changed_body_is_refused(name: str) -> None:
    for body in (SIGNERS[name].body + b" ", SIGNERS[name].body[:-1], b"", b"\xff\xfe"):
        with pytest.raises(Untrusted):
            build(name, SIGNERS[name].settings).verify(call(name, body=body))


@every_door
def test_without_a_secret_nothing_is_trusted(name: str) -> None:
    with pytest.raises(Untrusted):
        build(name, {}).verify(call(name))


@every_door
def test_forwarded_headers_change_nothing(name: str) -> None:
    forged = {"X-Forwarded-Host": "attacker.example", "X-Forwarded-Proto": "http", "Forwarded": "host=a"}
    headers = {**call(name).headers, **forged}
    assert build(name, SIGNERS[name].settings).verify(call(name, headers=headers)).deliveries


@pytest.mark.parametrize("name", ["whatsapp", "messenger", "instagram"])
def test_meta_s_challenge_needs_the_verify_token(name: str) -> None:
    door, url = build(name, SIGNERS[name].settings), f"{HOUSE.public_url}/in/{name}"
    at = datetime(2026, 3, 1, tzinfo=UTC)
    right = f"{url}?hub.mode=subscribe&hub.verify_token=word&hub.challenge=42"
    assert door.verify(PushRequest("GET", right, {}, b"", at)).answer.body == b"42"
    for query in (
        "",
        "?hub.mode=subscribe",
        "?hub.mode=subscribe&hub.verify_token=",
        "?hub.verify_token=word",
    ):
        with pytest.raises(Untrusted):
            door.verify(PushRequest("GET", url + query, {}, b"", at))


def test_x_s_challenge_needs_a_token() -> None:
    door, url = build("x", SIGNERS["x"].settings), f"{HOUSE.public_url}/in/x"
    at = datetime(2026, 3, 1, tzinfo=UTC)
    answer = door.verify(PushRequest("GET", f"{url}?crc_token=word", {}, b"", at)).answer
    expected = SIGNERS["x"].sign(url, b"word", SECRET)["x-twitter-webhooks-signature"]
    assert expected.encode() in answer.body
    assert door.verify(PushRequest("GET", url, {}, b"", at)).answer.status == 400


BODIES = (b'{"a":1}', b" {}", b"[1]", b"42", b'"word"', b"null", b"true", b"1e9", b"word", b"a=b")
ASKS = ("crc_token", "hub.challenge", "challenge", "token")


@every_door
@pytest.mark.parametrize("body", [*BODIES, b""])
def test_nothing_a_stranger_gets_answered_proves_a_call(name: str, body: bytes) -> None:
    """A challenge is answered for whoever asks: its answer must never be the proof of a body."""
    door, url = build(name, SIGNERS[name].settings), f"{HOUSE.public_url}/in/{name}"
    at = datetime(2026, 3, 1, tzinfo=UTC)
    for sent in {body, SIGNERS[name].body}:
        query = "&".join(f"{ask}={quote(sent)}" for ask in ASKS)
        try:
            said = door.verify(PushRequest("GET", f"{url}?{query}", {}, b"", at)).answer.body.decode()
        except Untrusted:
            continue
        for word in [said, *re.findall(r"[^\s\"']+", said)]:
            headers = dict.fromkeys(call(name).headers, word)
            with pytest.raises(Untrusted):
                door.verify(call(name, body=sent, headers=headers))


@pytest.mark.parametrize("token", ["{}", "[1]", '"word"', " 42", "a b", "\n", "x" * 300])
def test_x_signs_no_token_of_another_shape(token: str) -> None:
    door, url = build("x", SIGNERS["x"].settings), f"{HOUSE.public_url}/in/x"
    at = datetime(2026, 3, 1, tzinfo=UTC)
    answer = door.verify(PushRequest("GET", f"{url}?crc_token={quote(token)}", {}, b"", at)).answer
    assert answer.status == 400
    assert b"sha256" not in answer.body
