"""Damaged mails without end, for a while: `python -m tests.fuzz.mail [--seconds N] [--seed N]`.

Prints each mail that raised something untyped or took longer than its budget (as bytes to put into a test) and
ends with 1 when there was one. The same seed damages the same way; the third-party mails join in when they are
beside the checkout.
"""

import argparse
import random
import sys
import time
import traceback

from tests.corpora import material
from tests.unit.mail.test_hostile import SEEDS, survives

MOST_SECONDS = 0.5
"""CPU time for one mail of at most `MOST_BYTES`."""
MOST_BYTES = 60_000
TOKENS = [
    *(
        b"\r\n",
        b"\n",
        b"\r",
        b"\0",
        b"--",
        b"--edge",
        b"=?utf-8?Q?",
        b"?=",
        b"=",
        b"\xff",
        b"\x1b$B",
        b'"',
        b"<",
        b">",
        b"(",
    ),
    *(
        b"Content-Type: multipart/mixed; boundary=edge\r\n",
        b"Content-Type: message/rfc822\r\n",
        b"begin 644 x\n",
        b"end\n",
    ),
    *(
        b"Content-Transfer-Encoding: base64\r\n",
        b"; charset=utf-16",
        b"filename*0*=utf-8''%",
        b"<blockquote>",
        b"</div>",
    ),
    *(
        b"\nOn 2 Aug 2016 Ann <a@b.c> wrote:\n> ",
        b"\nFrom: a@b.c\nSent: x\nSubject: y\n",
        b"-- \n",
        b"&#x110000;",
        b"\x78\x9f\x3e\x22",
    ),
]


def main() -> int:
    """Damage, read, look."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz.mail", description=__doc__)
    parser.add_argument("--seconds", type=float, default=30.0)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    chance, seeds = random.Random(asked.seed), _seeds()
    end, count, found = time.monotonic() + asked.seconds, 0, 0
    while time.monotonic() < end:
        count += 1
        found += not _held(_damaged(chance, chance.choice(seeds)))
    print(f"{count} mails from {len(seeds)} seeds in {asked.seconds:.0f} s: {found} not survived")
    return 1 if found else 0


def _seeds() -> list[bytes]:
    there = material.entries("email") if material.FOLDER.is_dir() else ()
    return [*SEEDS, *(raw for raw in (entry.raw() for entry in there) if len(raw) <= MOST_BYTES)]


def _damaged(chance: random.Random, raw: bytes) -> bytes:
    """One to eight wounds: bytes replaced, cut out, doubled, or a token put in."""
    wounded = bytearray(raw)
    for _ in range(chance.randint(1, 8)):
        start = chance.randint(0, len(wounded))
        end = min(len(wounded), start + chance.choice((0, 1, 4, 60, 2000)))
        wounded[start:end] = chance.choice(
            (b"", wounded[start:end] * 2, chance.choice(TOKENS), chance.randbytes(chance.randint(1, 8)))
        )
    return bytes(wounded[: 2 * MOST_BYTES])


def _held(raw: bytes) -> bool:
    started = time.process_time()
    try:
        survives(raw)
    except Exception:  # noqa: BLE001 - whatever is untyped is the find
        print(f"{traceback.format_exc()}\n{raw[:3000]!r}")
        return False
    seconds = time.process_time() - started
    if seconds > MOST_SECONDS:
        print(f"{seconds:.2f} s for {len(raw)} bytes\n{raw[:3000]!r}")
    return seconds <= MOST_SECONDS


if __name__ == "__main__":
    sys.exit(main())
