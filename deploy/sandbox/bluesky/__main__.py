"""`python -m deploy.sandbox.bluesky --port N --data DIR` runs the stand-in for a Bluesky server."""

import argparse
import json
import os
import sys
from pathlib import Path

from deploy.sandbox.bluesky.app import make_app
from deploy.sandbox.bluesky.network import Account
from deploy.sandbox.serve import serve

SANDBOX_ACCOUNTS = '{"complaints": "password-complaints", "anna": "password-anna"}'


def main() -> int:
    """Runs until it is told to stop; exit code 2 for a wrong setting."""
    parser = argparse.ArgumentParser(
        prog="python -m deploy.sandbox.bluesky",
        description="A stand-in for a Bluesky server on 127.0.0.1. Its accounts: "
        'SANDBOX_BLUESKY_ACCOUNTS, {"name": "app password", …}.',
    )
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--data", type=Path, required=True, help="folder of the journal")
    chosen = parser.parse_args()
    known = json.loads(os.environ.get("SANDBOX_BLUESKY_ACCOUNTS", SANDBOX_ACCOUNTS))
    accounts = [Account(name, password) for name, password in known.items()]
    return serve("bluesky", make_app(accounts, chosen.data), chosen.port)


if __name__ == "__main__":
    sys.exit(main())
