"""`python -m deploy.sandbox.twilio --port N --data DIR --webhook-url URL` runs the stand-in for Twilio."""

import argparse
import os
import sys
from pathlib import Path

from deploy.sandbox.serve import serve
from deploy.sandbox.twilio.account import Account
from deploy.sandbox.twilio.app import make_app

SANDBOX_SID = "AC00000000000000000000000000000001"
SANDBOX_TOKEN = "sandbox-token-of-nobody"


def main() -> int:
    """Runs until it is told to stop; exit code 2 for a wrong setting."""
    parser = argparse.ArgumentParser(
        prog="python -m deploy.sandbox.twilio",
        description="A stand-in for Twilio on 127.0.0.1. Its account: "
        "SANDBOX_TWILIO_ACCOUNT_SID, SANDBOX_TWILIO_AUTH_TOKEN.",
    )
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--data", type=Path, required=True, help="folder of the journal")
    parser.add_argument("--webhook-url", required=True, help="where incoming messages are posted")
    parser.add_argument("--public-url", help="the URL the signature is made for, if it is another one")
    parser.add_argument(
        "--number", action="append", help="a number of ours, again for more (default +15005550006)"
    )
    chosen = parser.parse_args()
    account = Account(
        sid=os.environ.get("SANDBOX_TWILIO_ACCOUNT_SID", SANDBOX_SID),
        auth_token=os.environ.get("SANDBOX_TWILIO_AUTH_TOKEN", SANDBOX_TOKEN),
        numbers=tuple(chosen.number or ["+15005550006"]),
        webhook_url=chosen.webhook_url,
        signed_url=chosen.public_url or chosen.webhook_url,
    )
    return serve("twilio", make_app(account, chosen.data), chosen.port)


if __name__ == "__main__":
    sys.exit(main())
