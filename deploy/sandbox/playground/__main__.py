"""`python -m deploy.sandbox.playground --port N --data DIR` runs the playground beside `gateway up --sandbox`."""

import argparse
import os
import sys
from pathlib import Path

from deploy.sandbox.playground.app import make_app
from deploy.sandbox.playground.world import World
from deploy.sandbox.serve import serve


def main() -> int:
    """Runs until it is told to stop; exit code 2 for a wrong setting."""
    parser = argparse.ArgumentParser(
        prog="python -m deploy.sandbox.playground",
        description="A page to write as a customer and watch what happens, on 127.0.0.1.",
    )
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--data", type=Path, required=True, help="the gateway's data folder, with run.json")
    chosen = parser.parse_args()
    world = World(chosen.data / "run.json", os.environ.get("GATEWAY_OPERATOR_TOKEN", ""))
    return serve("playground", make_app(world), chosen.port)


if __name__ == "__main__":
    sys.exit(main())
