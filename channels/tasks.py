"""Starting asyncio tasks so that none can end unnoticed: the only place of the product that makes one.

Python tells of a task's exception when somebody takes its result, or, if nobody does, when the task is collected as
garbage: a line in a log, while the rest of the process looks well. Here each task either belongs to a starter that
takes its result (`joined`), or its unexpected end is told to the loop's exception handler at once (`watched`), which in
a role ends the process (`end_with`). It stands in the lowest room that may use asyncio, so that every room can use it.
"""

import asyncio
import logging
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

from schemas.errors import place_of

LOG = logging.getLogger(__name__)
_T = TypeVar("_T")
_OURS = "gateway: "


class Ended(Exception):
    """A task that should have lasted came to its end."""


def watched(work: Coroutine[Any, Any, _T], what: str, *, lasting: bool = False) -> asyncio.Task[_T]:
    """A task that nobody waits for: an exception of it is told at once; of one that is `lasting` also its return.

    Being cancelled is a good end. `what` names it in the line that is told.
    """
    task = joined(work, what)
    task.add_done_callback(_tell_lasting if lasting else _tell)
    return task


def joined(work: Coroutine[Any, Any, _T], what: str = "") -> asyncio.Task[_T]:
    """A task whose starter takes its result; when he does not after all, its exception is told when it is collected."""
    return asyncio.create_task(work, name=f"{_OURS}{what or getattr(work, '__qualname__', 'a task')}")


def end_with(give_up: Callable[[str], object]) -> None:
    """From now on an unexpected end of one of our tasks calls `give_up` with a sentence; for the running loop.

    What fails in a library's own callbacks (a Kafka client that is closed while its cluster is away) is one line.
    """

    def handle(loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        task = context.get("task") or context.get("future")
        error = context.get("exception")
        if isinstance(task, asyncio.Task) and task.get_name().startswith(_OURS) and error is not None:
            give_up(f"{task.get_name().removeprefix(_OURS)} ended: {type(error).__name__}: {error}")
        elif error is not None:
            LOG.error("a library's callback failed: %s", place_of(error))
        else:
            loop.default_exception_handler(context)

    asyncio.get_running_loop().set_exception_handler(handle)


def _tell(task: asyncio.Task[Any]) -> None:
    if not task.cancelled() and (error := task.exception()) is not None:
        _call(task, error)


def _tell_lasting(task: asyncio.Task[Any]) -> None:
    if not task.cancelled():
        _call(task, task.exception() or Ended("it came to its end by itself"))


def _call(task: asyncio.Task[Any], error: BaseException) -> None:
    context = {"message": "a task ended unexpectedly", "task": task, "exception": error}
    task.get_loop().call_exception_handler(context)
