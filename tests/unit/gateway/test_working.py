"""What a stage keeps open for all its partitions is closed when the stage has ended, and when it fails."""

import asyncio
from pathlib import Path
from typing import Any

import pytest

from gateway import working
from schemas.errors import Misconfigured
from schemas.letter import Letter
from schemas.message import MediaReference
from tests.unit.letters.desk import Desk
from workers.fetch.build import build_fetch_stage
from workers.fetch.settings import FetchSettings
from workers.letters.outlet import Outlet
from workers.letters.stage import Letters
from workers.storage.blobs import BlobStore


class Open:
    """A way out, or a provider of media, with a pool of connections."""

    provider = ""

    def __init__(self) -> None:
        self.open = True

    async def aclose(self) -> None:
        self.open = False

    async def reply(self, letter: Letter) -> Any:
        raise NotImplementedError

    async def locate(self, reference: MediaReference) -> Any:
        raise NotImplementedError

    find = reply


def letters(ways: list[Open]) -> Letters:
    outlet = Outlet({"sms": ways[0], "mail": ways[1]})
    desk = Desk()
    return Letters(desk.stage.settings, desk.stage.renderer, outlet, desk.stage.clock)


@pytest.mark.parametrize("failing", [False, True])
def test_letters_ways_are_closed(failing: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    async def run_stage(*_: object) -> None:
        if failing:
            raise Misconfigured("GATEWAY_PARTITIONS", "topics are missing")

    monkeypatch.setattr(working, "run_stage", run_stage)
    ways = [Open(), Open()]
    running = working._run(letters(ways), _Parts(), object(), asyncio.Event())  # type: ignore[arg-type]
    if failing:
        with pytest.raises(Misconfigured):
            asyncio.run(running)
    else:
        asyncio.run(running)
    assert [way.open for way in ways] == [False, False]


def test_where_media_come_from_is_closed(tmp_path: Path) -> None:
    ways = [Open(), Open()]
    stage = build_fetch_stage(
        FetchSettings(), BlobStore(tmp_path), {"sms": ways[0], "x": ways[1]}, Desk().stage.clock
    )
    asyncio.run(stage.aclose())
    assert [way.open for way in ways] == [False, False]


class _Parts:
    cluster = None
