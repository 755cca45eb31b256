"""`python -m deploy.sandbox.meta --port N --data DIR --webhook-url URL` runs the stand-in for Meta."""

import argparse
import os
import sys
from pathlib import Path

from deploy.sandbox.meta.app import make_app
from deploy.sandbox.meta.world import App
from deploy.sandbox.serve import serve


def main() -> int:
    """Runs until it is told to stop; exit code 2 for a wrong setting."""
    parser = argparse.ArgumentParser(
        prog="python -m deploy.sandbox.meta",
        description="A stand-in for Meta on 127.0.0.1. Its app: SANDBOX_META_APP_SECRET, "
        "SANDBOX_META_VERIFY_TOKEN, SANDBOX_META_ACCESS_TOKEN.",
    )
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--data", type=Path, required=True, help="folder of the journal")
    parser.add_argument("--webhook-url", required=True, help="where /whatsapp, /messenger, /instagram are")
    chosen = parser.parse_args()
    app = App(
        os.environ.get("SANDBOX_META_APP_SECRET", "sandbox-app-secret"),
        os.environ.get("SANDBOX_META_VERIFY_TOKEN", "sandbox-verify-token"),
        os.environ.get("SANDBOX_META_ACCESS_TOKEN", "sandbox-access-token"),
        chosen.webhook_url,
    )
    return serve("meta", make_app(app, chosen.data), chosen.port)


if __name__ == "__main__":
    sys.exit(main())
