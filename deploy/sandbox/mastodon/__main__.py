"""`python -m deploy.sandbox.mastodon --port N --data DIR` runs the stand-in for a Mastodon server."""

import argparse
import os
import sys
from pathlib import Path

from deploy.local.ports import LOOPBACK
from deploy.sandbox.mastodon.app import HEARTBEAT_SECONDS, make_app
from deploy.sandbox.mastodon.people import parse_people
from deploy.sandbox.serve import serve

SANDBOX_ACCOUNTS = '{"complaints": "token-complaints", "anna": "token-anna", "boris": "token-boris"}'


def main() -> int:
    """Runs until it is told to stop; exit code 2 for a wrong setting."""
    parser = argparse.ArgumentParser(
        prog="python -m deploy.sandbox.mastodon", description="A stand-in for a Mastodon server on 127.0.0.1."
    )
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--data", type=Path, required=True, help="folder of the journal")
    parser.add_argument(
        "--accounts",
        type=parse_people,
        default=os.environ.get("SANDBOX_MASTODON_ACCOUNTS", SANDBOX_ACCOUNTS),
        help="JSON object of name and token, the first one being ours (or SANDBOX_MASTODON_ACCOUNTS)",
    )
    parser.add_argument("--heartbeat-seconds", type=float, default=HEARTBEAT_SECONDS)
    chosen = parser.parse_args()
    base_url = f"http://{LOOPBACK}:{chosen.port}"
    app = make_app(chosen.accounts, chosen.data, base_url, chosen.heartbeat_seconds)
    return serve("mastodon", app, chosen.port)


if __name__ == "__main__":
    sys.exit(main())
