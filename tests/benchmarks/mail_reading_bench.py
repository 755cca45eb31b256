"""Reading mail beside the standard library's parser and beside a glue of known parsers, in one run.

`python -m tests.benchmarks.mail_reading_bench` prints one JSON object. The mails are the third-party ones beside
the checkout, else a few of our own. The standard library reads headers, walks the parts and decodes them, as far
as it can; the glue adds what a first version would: charsets guessed, HTML turned to text, quotes cut by regular
expression. Ours does all of that and the rest (bounces, signatures, identity).
"""

import json
import re
import subprocess
import sys
import time
from base64 import encodebytes
from collections.abc import Callable
from email import message_from_bytes, policy
from email.utils import getaddresses
from io import BytesIO
from os import urandom
from pathlib import Path

from charset_normalizer import from_bytes
from selectolax.lexbor import LexborHTMLParser

from channels.mail.parse import identity_parts, read
from schemas.errors import GatewayError
from tests.corpora import material
from tests.unit.mail.test_hostile import SEEDS

BIG = 50_000_000
INTRODUCTION = re.compile(r"^(?:On .{5,200} wrote:|-+ ?Original Message ?-+|_{10,})\s*$", re.MULTILINE)


def ours(raw: bytes) -> None:
    """The reading and the identity."""
    (reading,) = read(raw, {"mailbox": "help@example.org"})
    identity_parts(raw, reading.message, {})


def standard(raw: bytes) -> list[bytes]:
    """`email.policy.default`: sender, subject, and every part decoded."""
    message = message_from_bytes(raw, policy=policy.default)
    getaddresses([str(message["from"] or "")])
    str(message["subject"] or "")
    found = [part.get_payload(decode=True) for part in message.walk() if not part.is_multipart()]
    return [data for data in found if isinstance(data, bytes)]


def glue(raw: bytes) -> None:
    """The standard library, charset-normalizer, selectolax and a regular expression."""
    for data in standard(raw)[:2]:
        try:
            text = data.decode("utf-8")
        except UnicodeDecodeError:
            text = str(from_bytes(data[:50_000]).best() or "")
        if "<html" in text[:2000].lower():
            text = LexborHTMLParser(text).text(separator="\n")
        INTRODUCTION.split(text)


def milliseconds(how: Callable[[bytes], object], mails: list[bytes]) -> tuple[float, int]:
    """CPU time for one mail, best of three rounds, and how many mails raised something untyped."""
    best, failed = float("inf"), 0
    for _ in range(3):
        started, failed = time.process_time(), 0
        for raw in mails:
            try:
                how(raw)
            except GatewayError:
                continue
            except Exception:  # noqa: BLE001 - what the others raise is what is counted
                failed += 1
        best = min(best, time.process_time() - started)
    return best * 1000 / len(mails), failed


def big() -> dict[str, float]:
    """A mail of 50 MB: CPU seconds, and how far the peak of memory rises above the mail itself."""
    head = b"From: a@example.com\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nSee file.\r\n--b\r\n"
    kind = b"Content-Type: application/pdf; name=a.pdf\r\nContent-Transfer-Encoding: base64\r\n\r\n"
    chunk = encodebytes(urandom(57_000))
    buffer = BytesIO()
    buffer.write(head + kind)
    for _ in range(BIG // len(chunk)):
        buffer.write(chunk)
    buffer.write(b"\r\n--b--\r\n")
    raw = buffer.getvalue()
    before, started = _peak(), time.process_time()
    ours(raw)
    return {
        "megabytes": len(raw) / 1e6,
        "seconds": time.process_time() - started,
        "peak_mib_above": _peak() - before,
    }


def _peak() -> float:
    """MiB; from the kernel's own count of this program, as getrusage begins with the parent's."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(re.findall(r"VmHWM:\s+(\d+)", status)[0]) / 1024


def main() -> None:
    """All figures as one JSON object."""
    if sys.argv[1:] == ["big"]:
        print(json.dumps(big()))
        return
    mails = [entry.raw() for entry in material.entries("email")] if material.FOLDER.is_dir() else SEEDS
    report: dict[str, object] = {"mails": len(mails)}
    for name, how in (("ours", ours), ("standard_library", standard), ("glue", glue)):
        cost, failed = milliseconds(how, mails)
        report[name] = {"ms_per_mail": round(cost, 3), "raised": failed}
    command = [sys.executable, "-m", "tests.benchmarks.mail_reading_bench", "big"]
    report["mail_of_50_mb"] = json.loads(subprocess.run(command, capture_output=True, check=True).stdout)
    print(json.dumps(report))


if __name__ == "__main__":
    main()
