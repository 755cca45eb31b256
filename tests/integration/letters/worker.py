"""A letters worker for tests, until SIGTERM.

`python -m tests.integration.letters.worker '{"bootstrap", "prefix", "instance", "work_dir", "provider", …}'`
"""

import asyncio
import json
import logging
import signal
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from channels.contract import Deployment
from channels.mail import CHANNEL as MAIL
from channels.sms import CHANNEL as SMS
from tests.integration.letters.provider import PROVIDERS
from tests.unit.letters.desk import SECRET
from workers.letters.build import build_letters_stage
from workers.letters.settings import LettersSettings
from workers.runtime.options import RunOptions
from workers.runtime.run import run_stage
from workers.storage.kafka import Cluster


async def main(told: dict[str, Any]) -> None:
    """Run the stage with one provider for each channel."""
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    make = PROVIDERS[told.get("kind", "provider")]
    repliers: Any = {
        name: make(Path(told["providers"]) / name, told.get("seconds", 0.0)) for name in ("mail", "sms")
    }
    channels: Any = {"mail": MAIL, "sms": SMS}
    stage = build_letters_stage(
        LettersSettings(**told.get("settings", {})),
        Deployment("https://complaints.example.org", "Example", SECRET),
        channels,
        repliers,
        lambda: datetime.now(UTC),
    )
    options = RunOptions(
        instance=told["instance"], work_dir=Path(told["work_dir"]), session_seconds=told.get("session", 10.0)
    )
    cluster = Cluster(told["bootstrap"], topic_prefix=told["prefix"])
    await run_stage(stage, cluster, options, stop)


if __name__ == "__main__":
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(name)s %(message)s")
    asyncio.run(main(json.loads(sys.argv[1])))
