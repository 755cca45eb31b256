"""A fetch worker for tests, until SIGTERM: `python -m tests.integration.fetch.worker '{"bootstrap", …}'`."""

import asyncio
import json
import logging
import signal
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from channels.mastodon.media import MastodonMedia
from workers.fetch.build import build_fetch_stage
from workers.fetch.settings import FetchSettings
from workers.runtime.options import RunOptions
from workers.runtime.run import run_stage
from workers.storage.blobs import BlobStore
from workers.storage.kafka import Cluster


async def main(told: dict[str, Any]) -> None:
    """Run the stage with one provider that may be private."""
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    folder = Path(told["folder"])
    stage = build_fetch_stage(
        FetchSettings(**told["settings"]),
        BlobStore(folder / "blobs"),
        {"mastodon": MastodonMedia(told["provider"])},
        lambda: datetime.now(UTC),
    )
    cluster = Cluster(told["bootstrap"], topic_prefix=told["prefix"])
    await run_stage(stage, cluster, RunOptions(instance="fetch-1", work_dir=folder), stop)


if __name__ == "__main__":
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(name)s %(message)s")
    asyncio.run(main(json.loads(sys.argv[1])))
