"""What providers send: every channel's own reading, and every door, behind a signature that is genuine or not."""

from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from functools import partial

from channels.contract import Channel, Deployment, PushRequest, load
from channels.registry import BY_NAME, CHANNELS
from schemas.errors import ParserFault, Unreadable, Untrusted
from tests.contract.cases import cases
from tests.contract.signers import SECRET, SIGNERS
from tests.corpora.webhooks import CHANNELS as CORPORA
from tests.fuzz.damage import FORM, JSON
from tests.fuzz.target import Target, third_party

_HOUSE = Deployment("https://gateway.example", "Example", b"secret")
_AT = datetime(2026, 3, 1, tzinfo=UTC)
_TOKENS = (*JSON, *FORM)
_SPLIT = b"\n\n"


def _reads(channel: Channel, facts: dict[str, str], raw: bytes) -> None:
    """Readings that every store can hold, or a typed refusal."""
    try:
        readings = channel.read(raw, facts)
    except ParserFault as error:
        raise AssertionError("an untyped error") from error
    except Unreadable:
        return
    for reading in readings:
        wire = reading.message.to_bytes()
        assert b"\\u0000" not in wire.replace(b"\\\\", b""), "NUL, which no database takes"
        channel.identity_parts(raw, reading.message, facts)


def _verifies(name: str, raw: bytes) -> None:
    """A query, an empty line, a body: signed as the provider signs, and with the query as the proof instead."""
    query, _, body = raw.partition(_SPLIT)
    words = query.decode("latin-1")
    url = f"{_HOUSE.public_url}/in/{name}?{words}"
    proof = dict.fromkeys(("X-Twilio-Signature", "X-Hub-Signature-256", "Content-Type"), words)
    for headers in (lambda: dict(SIGNERS[name].sign(url, body, SECRET)), lambda: proof, dict):
        _call(name, url, headers, body)


def _call(name: str, url: str, headers: Callable[[], dict[str, str]], body: bytes) -> None:
    try:
        signed = headers()
    except UnicodeDecodeError:  # the provider itself would not sign this
        return
    channel = BY_NAME[name]  # type: ignore[index]
    door = load(channel.door)(load(channel.settings).model_validate(SIGNERS[name].settings), _HOUSE)
    for method in ("POST", "GET"):
        try:
            verified = door.verify(PushRequest(method, url, signed, body, _AT))
        except (Untrusted, Unreadable):
            continue
        for inbound in verified.deliveries:
            _reads(channel, dict(inbound.facts), inbound.raw)


def _readings() -> Iterable[Target]:
    for channel in CHANNELS:
        own = [case for case in cases() if case.channel is channel]
        corpora = [kind for kind, name in CORPORA.items() if name == channel.name]
        seeds = [*(case.raw for case in own), *(raw for kind in corpora for raw in third_party(kind))]
        facts = dict(own[0].facts) if own else {}
        yield Target(channel.name, seeds or [b"{}"], partial(_reads, channel, facts), _TOKENS)


def _doors() -> Iterable[Target]:
    for name, signer in SIGNERS.items():
        own = [case.raw for case in cases() if case.channel.name == name]
        bodies = [signer.body, *own]
        seeds = [
            b"hub.mode=subscribe&hub.verify_token=word&hub.challenge=1" + _SPLIT + body for body in bodies
        ]
        seeds.append(b"crc_token=x&bodySHA256=00" + _SPLIT + signer.body)
        yield Target(f"{name}: door", seeds, partial(_verifies, name), _TOKENS)


TARGETS = tuple(one for one in (*_readings(), *_doors()) if one.name != "mail")
