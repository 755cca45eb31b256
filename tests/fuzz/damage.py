"""Wounds: bytes replaced, cut out, doubled, or a word of the format put where it does not belong."""

import random
from collections.abc import Sequence

LONGEST = 120_000
"""Bytes of what comes out: the budget of time is for these."""
MAIL = (
    *(b"\r\n", b"\n", b"\r", b"\0", b"--", b"--edge", b"=?utf-8?Q?", b"?=", b"=", b"\xff", b"\x1b$B", b'"'),
    *(b"<", b">", b"(", b"Content-Type: multipart/mixed; boundary=edge\r\n", b"begin 644 x\n", b"end\n"),
    *(b"Content-Type: message/rfc822\r\n", b"Content-Transfer-Encoding: base64\r\n", b"; charset=utf-16"),
    *(b"filename*0*=utf-8''%", b"<blockquote>", b"</div>", b"-- \n", b"&#x110000;", b"\x78\x9f\x3e\x22"),
    *(b"\nOn 2 Aug 2016 Ann <a@b.c> wrote:\n> ", b"\nFrom: a@b.c\nSent: x\nSubject: y\n"),
    *(b"\n\nFrom a@b.c Thu Jan  1 10:00:00 2026\n", b"Final-Recipient: rfc822; ", b"Status: 5.1.1\r\n"),
)
JSON = (
    *(b"{", b"}", b"[", b"]", b'"', b",", b":", b"null", b"true", b"-1", b"1e999", b"NaN", b'"\\ud83d"'),
    *(b'"\\u0000"', b"[[[[[[[[", b'{"a":', b"\xff", b"\xef\xbb\xbf", b"99999999999999999999", b'"id":'),
)
FORM = (b"&", b"=", b"%", b"%00", b"%ff", b"+", b";", b"&&", b"NumMedia=9999999999", b"%F0%9F%98%80", b"\0")
BINARY = (b"\0\0\0\0", b"\xff\xff\xff\xff", b"\x7f\xff\xff\xff", b"\x01\0\0\0", b"\xff\xff\xff\x7f")


def damaged(chance: random.Random, raw: bytes, tokens: Sequence[bytes]) -> bytes:
    """One to eight wounds."""
    wounded = bytearray(raw)
    for _ in range(chance.randint(1, 8)):
        start = chance.randint(0, len(wounded))
        end = min(len(wounded), start + chance.choice((0, 1, 4, 60, 2000)))
        wounded[start:end] = chance.choice(
            (b"", wounded[start:end] * 2, chance.choice(tokens), chance.randbytes(chance.randint(1, 8)))
        )
    return bytes(wounded[:LONGEST])
