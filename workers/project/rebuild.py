"""The view made anew: emptied, then read again from the first event to what was the last one at the start."""

import asyncio
from collections.abc import Callable
from dataclasses import replace

from schemas import topics
from workers.project import source
from workers.project.consumer import ProjectOptions, run_project
from workers.project.database import Database
from workers.storage.kafka import Cluster

Progress = Callable[[int, int], None]
"""Records read so far, and records there are."""


async def rebuild(
    cluster: Cluster, url: str, stop: asyncio.Event, options: ProjectOptions, progress: Progress
) -> None:
    """Empty the view and fill it again; returns when it has caught up with the start, or when `stop` is set.

    A worker that keeps the view meanwhile finds its position gone, ends and is restarted by its supervisor.
    What insight was given before is not given again. Raises what `run_project` raises.
    """
    goals = await source.ends(cluster, topics.EVENTS.name)
    database = Database(url)
    await asyncio.to_thread(database.reset)
    database.close()
    done = asyncio.Event()
    reached = dict.fromkeys(goals, 0)

    def look(topic: str, partition: int, position: int) -> None:
        reached[partition] = position
        progress(sum(min(at, goals[one]) for one, at in reached.items()), sum(goals.values()))
        if all(reached[one] >= goal for one, goal in goals.items()):
            done.set()

    look(topics.EVENTS.name, next(iter(goals)), 0)
    ending = asyncio.create_task(_either(stop, done))
    ended = asyncio.Event()
    ending.add_done_callback(lambda _: ended.set())
    try:
        await run_project(cluster, url, ended, replace(options, progress=look))
    finally:
        ending.cancel()


async def _either(one: asyncio.Event, other: asyncio.Event) -> None:
    waits = [asyncio.create_task(one.wait()), asyncio.create_task(other.wait())]
    try:
        await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for wait in waits:
            wait.cancel()
