"""A picture's author, the directory, the author's server."""

from contextlib import aclosing

import pytest

from channels.bluesky.media import build_media
from channels.bluesky.settings import BlueskySettings
from channels.contract import Deployment
from schemas.errors import Refused, Unavailable
from schemas.message import MediaReference
from tests.integration.fetch.answers import Answers

HOUSE = Deployment("https://gateway.example", "Example", b"secret")
DID = "did:plc:abcdefghijklmnopqrstuvwx"
CID = "bafkreiabcdefghijklmnopqrstuvwxyz234567"


@pytest.mark.asyncio
async def test_the_directory_says_where_a_blob_is() -> None:
    server = {
        "id": "#atproto_pds",
        "type": "AtprotoPersonalDataServer",
        "serviceEndpoint": "https://pds.example/",
    }
    with Answers() as answers:
        answers.says[f"/{DID}"] = {"id": DID, "service": [{"id": "#other"}, server]}
        answers.says[f"/{DID[:-1]}y"] = {"id": DID, "service": []}
        media = build_media(BlueskySettings(directory=answers.url), HOUSE)
        async with aclosing(media):
            located = await media.locate(MediaReference(media_id=f"{DID}/{CID}"))
            with pytest.raises(Refused):
                await media.locate(MediaReference(media_id=f"{DID[:-1]}y/{CID}"))
    assert located.url == f"https://pds.example/xrpc/com.atproto.sync.getBlob?did={DID}&cid={CID}"
    assert located.headers == {}


@pytest.mark.asyncio
@pytest.mark.parametrize(
    "media_id", ["", "x", f"did:web:evil.example/{CID}", f"{DID}/../../x", f"{DID}/{CID}?x=1"]
)
async def test_what_is_no_blob_is_not_asked_for(media_id: str) -> None:
    media = build_media(BlueskySettings(directory="http://127.0.0.1:9"), HOUSE)
    async with aclosing(media):
        with pytest.raises(Refused):
            await media.locate(MediaReference(media_id=media_id))


@pytest.mark.asyncio
async def test_a_directory_that_is_away_is_asked_again() -> None:
    async with aclosing(build_media(BlueskySettings(directory="http://127.0.0.1:9"), HOUSE)) as media:
        with pytest.raises(Unavailable):
            await media.locate(MediaReference(media_id=f"{DID}/{CID}"))
