"""The role that keeps the case view, and the view itself for whoever reads it."""

import asyncio
from collections.abc import Callable

from gateway.bootstrap import Parts
from workers.project.consumer import ProjectOptions, run_project
from workers.project.rebuild import rebuild as rebuild_view
from workers.project.view import CaseView


def case_view(parts: Parts) -> CaseView:
    """The view, read only."""
    return CaseView(parts.settings.view_url)


async def project(parts: Parts, stop: asyncio.Event, ready: Callable[[], None]) -> None:
    """Keep the view until `stop`."""
    await run_project(parts.cluster, parts.settings.view_url, stop, _options(parts, ready))


async def rebuild(parts: Parts, progress: Callable[[int, int], None]) -> None:
    """Make the view again from complaints.events; `progress` hears done and all records."""
    await rebuild_view(parts.cluster, parts.settings.view_url, progress)


def _options(parts: Parts, ready: Callable[[], None]) -> ProjectOptions:
    return ProjectOptions(instance=f"{parts.settings.own_instance}.project", ready=ready)
