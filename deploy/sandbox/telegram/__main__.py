"""`python -m deploy.sandbox.telegram --port N --data DIR` runs the stand-in for Telegram's Bot API."""

import argparse
import os
import sys
from pathlib import Path

from deploy.sandbox.serve import serve
from deploy.sandbox.telegram.app import make_app

SANDBOX_TOKEN = "8001:sandbox-token-of-nobody"


def main() -> int:
    """Runs until it is told to stop; exit code 2 for a wrong setting."""
    parser = argparse.ArgumentParser(
        prog="python -m deploy.sandbox.telegram",
        description="A stand-in for Telegram on 127.0.0.1. Its bot: SANDBOX_TELEGRAM_TOKEN.",
    )
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--data", type=Path, required=True, help="folder of the journal")
    chosen = parser.parse_args()
    token = os.environ.get("SANDBOX_TELEGRAM_TOKEN", SANDBOX_TOKEN)
    return serve("telegram", make_app(token, chosen.data), chosen.port)


if __name__ == "__main__":
    sys.exit(main())
