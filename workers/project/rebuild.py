"""The view made anew: emptied, then read again from the first event to what was the last one at the start."""

import asyncio
from collections.abc import Callable
from dataclasses import replace

from sqlalchemy import URL

from channels.tasks import joined
from schemas import topics
from workers.project import source
from workers.project.consumer import ProjectOptions, run_project
from workers.project.database import Database
from workers.project.positions import Moved
from workers.project.view import CaseView
from workers.storage.kafka import Cluster

Progress = Callable[[int, int], None]
"""Records read so far, and records there are."""

_LOOK_SECONDS = 0.3


async def rebuild(
    cluster: Cluster, url: str | URL, stop: asyncio.Event, options: ProjectOptions, progress: Progress
) -> None:
    """Empty the view and fill it again; returns when it has caught up with the start, or when `stop` is set.

    A worker that keeps the view meanwhile finds its position gone, ends, and fills it too once its supervisor
    has restarted it. Insight is given nothing twice. Raises what `run_project` raises, except Moved.
    """
    goals = await source.ends(cluster, topics.EVENTS.name)
    database = Database(url)
    await asyncio.to_thread(database.reset)
    database.close()
    view, ended = CaseView(url), asyncio.Event()
    filling = joined(_fill(cluster, url, ended, options))
    try:
        while not stop.is_set() and not await _caught_up(view, goals, progress):
            await asyncio.wait([filling], timeout=_LOOK_SECONDS)
            if filling.done():
                break
    finally:
        ended.set()
        await filling
        await view.aclose()


async def _fill(cluster: Cluster, url: str | URL, stop: asyncio.Event, options: ProjectOptions) -> None:
    while not stop.is_set():
        try:
            await run_project(cluster, url, stop, replace(options, instance=None))
        except Moved:
            continue


async def _caught_up(view: CaseView, goals: dict[int, int], progress: Progress) -> bool:
    stands = await view.positions()
    at = {partition: stands.get((topics.EVENTS.name, partition), 0) for partition in goals}
    progress(sum(min(at[one], goal) for one, goal in goals.items()), sum(goals.values()))
    return all(at[one] >= goal for one, goal in goals.items())
