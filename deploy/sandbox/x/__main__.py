"""`python -m deploy.sandbox.x --port N --data DIR [--webhook-url URL]` runs the stand-in for X."""

import argparse
import os
import sys
from pathlib import Path

from deploy.sandbox.serve import serve
from deploy.sandbox.x.app import Keys, make_app


def main() -> int:
    """Runs until it is told to stop; exit code 2 for a wrong setting."""
    parser = argparse.ArgumentParser(
        prog="python -m deploy.sandbox.x",
        description="A stand-in for X on 127.0.0.1. Our account is 42, @we. Its app: "
        "SANDBOX_X_CONSUMER_KEY, SANDBOX_X_CONSUMER_SECRET, SANDBOX_X_ACCESS_TOKEN.",
    )
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--data", type=Path, required=True, help="folder of the journal")
    parser.add_argument("--webhook-url", default="", help="where account activity is posted")
    chosen = parser.parse_args()
    keys = Keys(
        os.environ.get("SANDBOX_X_CONSUMER_KEY", "sandbox-key"),
        os.environ.get("SANDBOX_X_CONSUMER_SECRET", "sandbox-secret"),
        os.environ.get("SANDBOX_X_ACCESS_TOKEN", "42-sandbox-token"),
        chosen.webhook_url,
    )
    return serve("x", make_app(keys, chosen.data), chosen.port)


if __name__ == "__main__":
    sys.exit(main())
