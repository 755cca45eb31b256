"""`python -m deploy.local.fetch`: brings Kafka and the mail server side by side, before anything needs them.

Idempotent: a second run finds everything in place and takes a fraction of a second.
"""

import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from deploy.local import kafka, mailserver
from deploy.local.jars import read_list
from schemas.errors import GatewayError, Misconfigured


def main() -> int:
    """One line for each part; exit code 3 when the network is away, 2 for a wrong setting."""
    parts = {"kafka": kafka.prepare, "greenmail": mailserver.prepare}
    with ThreadPoolExecutor(len(parts)) as pool:
        brought = [pool.submit(_bring, title, prepare) for title, prepare in parts.items()]
    return max(one.result() for one in brought)


def _bring(title: str, prepare: Callable[[], Path]) -> int:
    started = time.monotonic()
    try:
        prepare()
    except GatewayError as error:
        print(f"fetch: {title}: {error}", file=sys.stderr)
        return 2 if isinstance(error, Misconfigured) else 3
    megabytes = read_list(title).size_bytes / 1e6
    print(f"fetch: {title}: {megabytes:.0f} MB in place after {time.monotonic() - started:.1f} s", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
