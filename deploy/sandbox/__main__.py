"""`python -m deploy.sandbox --data DIR [--webhook-url URL] NAME=PORT …` runs stand-ins in one process.

Each has a port and a folder of its own. They are small and idle nearly always; a process for each would cost
about 40 MB apiece.
"""

import argparse
import os
import sys
from pathlib import Path

from deploy.local.ports import LOOPBACK
from deploy.sandbox.place import Place
from deploy.sandbox.registry import NAMES, build
from deploy.sandbox.serve import Served, serve

PREFIXES = ("SANDBOX_", "GATEWAY_OPERATOR_TOKEN")


def main() -> int:
    """Runs until it is told to stop; exit code 2 for a wrong setting or a port that is taken."""
    parser = argparse.ArgumentParser(
        prog="python -m deploy.sandbox",
        description=f"Stand-ins for providers on 127.0.0.1: {', '.join(NAMES)}. Their accounts: SANDBOX_… "
        "(deploy/sandbox/README.md). Example: twilio=8101 telegram=8102",
    )
    parser.add_argument("stand_ins", nargs="+", type=_named_port, metavar="NAME=PORT")
    parser.add_argument(
        "--data", type=Path, required=True, help="each stand-in keeps its journal in DIR/NAME"
    )
    parser.add_argument("--webhook-url", default="", help="webhooks are posted to URL/<channel>")
    chosen = parser.parse_args()
    settings = {name: value for name, value in os.environ.items() if name.startswith(PREFIXES)}
    served = []
    for name, port in chosen.stand_ins:
        url, data = f"http://{LOOPBACK}:{port}", chosen.data / name
        try:
            app = build(name, Place(chosen.data, data, url, chosen.webhook_url.rstrip("/"), settings))
        except ValueError as error:
            parser.error(f"{name}: {error}")
        served.append(Served(name, app, port))
    return serve(served)


def _named_port(word: str) -> tuple[str, int]:
    name, _, port = word.partition("=")
    if name not in NAMES or not port.isdecimal():
        raise argparse.ArgumentTypeError(f"write NAME=PORT, with one of {', '.join(NAMES)}")
    return name, int(port)


if __name__ == "__main__":
    sys.exit(main())
