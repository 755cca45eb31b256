"""Bodies made to keep the door busy: each is refused, or taken, in a time that its size does not run away with."""

import time

import pytest

from tests.unit.front.conftest import House

FORM = {"content-type": "application/x-www-form-urlencoded"}
JSON = {"content-type": "application/json"}
PARTS = {"content-type": "multipart/form-data; boundary=b"}
MEGABYTES = 12_000_000
_PART = b'--b\r\nContent-Disposition: form-data; name="a"; filename="x"\r\n\r\n'
SECONDS = 1.5

BODIES = {
    "ampersands": (FORM, b"&" * MEGABYTES),
    "ampersands within the limit": (FORM, b"&" * 1_000_000),
    "semicolons": (FORM, b";" * 1_000_000),
    "names": (FORM, b"a=&" * 300_000),
    "percents": (FORM, b"description=" + b"%" * 900_000),
    "escapes": (FORM, b"description=" + b"%41" * 300_000),
    "pluses": (FORM, b"+" * 1_000_000),
    "deep lists": (JSON, b"[" * 1_000_000),
    "deep objects": (JSON, b'{"a":' * 150_000),
    "many names": (JSON, b"{" + b",".join(b'"a%d":1' % n for n in range(80_000)) + b"}"),
    "one name again and again": (JSON, b"{" + b",".join([b'"a":1'] * 150_000) + b"}"),
    "a long number": (JSON, b'{"description":' + b"9" * 900_000 + b"}"),
    "escapes in JSON": (JSON, b'{"description":"' + b"\\u0000" * 150_000 + b'"}'),
    "blanks": (JSON, b" " * 1_000_000),
    "more JSON than fits": (JSON, b" " * MEGABYTES),
    "half boundaries": (PARTS, _PART + b"\r\n--" * (MEGABYTES // 4)),
    "returns": (PARTS, _PART + b"\r" * MEGABYTES),
    "part after part": (PARTS, (_PART + b"x\r\n") * 20_000),
    "a header without end": (PARTS, b"--b\r\nX: " + b"y" * MEGABYTES),
    "headers without end": (PARTS, b"--b\r\n" + b"X: y\r\n" * 500_000),
    "preamble": (PARTS, b"\r\n" * (MEGABYTES // 2)),
    "epilogue": (PARTS, _PART + b"x\r\n--b--" + b"\r\n" * (MEGABYTES // 2)),
}


@pytest.mark.asyncio
@pytest.mark.parametrize("name", sorted(BODIES))
async def test_a_hostile_body_costs_little_and_is_answered(house: House, name: str) -> None:
    headers, body = BODIES[name]
    async with house.client() as client:
        began = time.process_time()
        answer = await client.post("/complain", content=body, headers=headers)
        used = time.process_time() - began
    assert 400 <= answer.status_code < 500, answer.status_code
    assert len(answer.content) < 100_000
    assert used < SECONDS
