"""The stage on plain dicts: what is written for a wish and for each end of an attempt."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from schemas import cloudevents
from schemas.errors import Nonsense
from schemas.media import MEDIA_WANTED, AttachmentNews, FetchedAttachment, MediaWanted
from schemas.message import MediaReference
from tests.unit.triage.case import DictTables
from workers.fetch import turns
from workers.fetch.build import build_fetch_stage
from workers.fetch.settings import FetchSettings
from workers.fetch.stage import Fetch
from workers.fetch.turns import Ended
from workers.runtime.contract import Delta, Record
from workers.storage.blobs import BlobStore

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
WANTED = MediaWanted(
    wanted_id="a" * 32,
    reference="R",
    person_key="p",
    identity="i" * 32,
    channel="sms",
    media=MediaReference(url="https://media.example/1"),
    at=NOON,
)
PICTURE = FetchedAttachment(name="1", media_type="image/png", bytes=3, sha256="b" * 64)


class Desk:
    """Feeds words to the stage."""

    def __init__(self, folder: Path) -> None:
        self.tables = DictTables()
        self.stage: Fetch = build_fetch_stage(FetchSettings(), BlobStore(folder), {}, lambda: NOON)

    def wish(self) -> Delta:
        headers = cloudevents.headers(MEDIA_WANTED, WANTED.wanted_id, "/test", NOON)
        return self.feed(Record("media.wanted", 0, 7, 0, b"p", WANTED.to_bytes(), headers))

    def end(self, **words: object) -> Delta:
        ended = Ended.model_validate({"wanted_id": WANTED.wanted_id, "at": NOON, **words})
        return self.feed(turns.record(ended, 0, NOON))

    def feed(self, record: Record) -> Delta:
        (prepared,) = self.stage.prepare([record])
        delta = self.stage.step(record, prepared, self.tables)
        self.tables.take(delta.writes)
        return delta


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def news(delta: Delta) -> AttachmentNews:
    (output,) = delta.outputs
    assert (output.topic, output.key) == ("intake.messages", b"p")
    told = AttachmentNews.from_bytes(output.value or b"")
    assert cloudevents.event_type(output.headers) == f"gateway.attachment.{told.state}.v1"
    return told


def test_a_wish_is_one_entry_however_often_it_comes(desk: Desk) -> None:
    assert desk.wish().writes["media"]
    assert desk.wish() == Delta()


def test_what_was_stored_is_told_and_forgotten(desk: Desk) -> None:
    desk.wish()
    told = news(desk.end(end="stored", attachment=PICTURE))
    assert (told.state, told.attachment, told.attempts) == ("stored", PICTURE, 1)
    assert not desk.tables.data["media"]
    assert desk.end(end="stored", attachment=PICTURE) == Delta(), "a second end of the same thing"


def test_a_refusal_is_told_with_its_reason(desk: Desk) -> None:
    desk.wish()
    told = news(desk.end(end="refused", reason="larger than allowed"))
    assert (told.state, told.reason, told.attachment) == ("failed", "larger than allowed", None)


def test_what_is_away_is_tried_again_until_it_is_too_late(desk: Desk) -> None:
    desk.wish()
    delta = desk.end(end="away", reason="503")
    assert not delta.outputs
    assert delta.writes["media"]
    told = news(desk.end(end="away", reason="503", retry_after=1e6))
    assert (told.state, told.reason, told.attempts) == ("failed", "given up: 503", 2)


@pytest.mark.parametrize("kind", [turns.ENDED, "gateway.something.v1", ""])
def test_nobody_else_may_say_how_it_ended(desk: Desk, kind: str) -> None:
    value = Ended(wanted_id="a" * 32, end="stored", attachment=PICTURE, at=NOON).to_bytes()
    with pytest.raises(Nonsense):
        desk.feed(Record("media.wanted", 0, 7, 0, b"p", value, (("ce_type", kind.encode()),)))


@pytest.mark.asyncio
async def test_what_was_pending_is_taken_up_again(desk: Desk) -> None:
    desk.wish()
    posted = asyncio.get_running_loop().create_future()
    effects = desk.stage.effects(Port(posted.set_result))
    assert effects is not None
    effects.opened(desk.tables)
    record = await asyncio.wait_for(posted, 10)
    ended = turns.read(turns.ENDED, record)
    assert isinstance(ended, Ended)
    assert ended.end == "away", "media.example has no address"
    await effects.close()


class Port:
    """Stands for the runtime's inbox."""

    partition = 0

    def __init__(self, post: Callable[[Record], None]) -> None:
        self.post = post

    async def room(self) -> None:
        """Always."""
