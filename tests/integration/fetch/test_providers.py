"""How each provider is asked where its media are, and who gets to see our credentials."""

import base64
import json
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from pydantic import SecretStr

from channels.contract import Deployment, Located
from channels.sms.media import build_media as sms_media
from channels.sms.settings import SmsSettings
from channels.telegram.media import build_media as telegram_media
from channels.telegram.settings import TelegramSettings
from channels.whatsapp.media import build_media as whatsapp_media
from channels.whatsapp.settings import WhatsappSettings
from channels.x.api import XApi
from channels.x.media import build_media as x_media
from channels.x.parse import read as read_x
from channels.x.settings import XSettings
from schemas.errors import Refused, Unavailable
from schemas.message import MediaReference
from tests.integration.fetch.answers import Answers
from tests.integration.fetch.server import PICTURE
from tests.integration.fetch.test_download import Sink
from tests.integration.sandbox.processes import Receiver, StandIn
from workers.fetch.download import Downloader
from workers.fetch.settings import FetchSettings

pytestmark = pytest.mark.asyncio
SID, TOKEN = "AC" + "2" * 32, "token-for-tests"
HOUSE = Deployment("https://complaints.example.org", "Example", b"secret")


@pytest.fixture
def answers() -> Iterator[Answers]:
    with Answers() as running:
        yield running


async def fetched(provider: str, located: Located) -> bytes:
    downloader, sink = Downloader(FetchSettings(), provider), Sink()
    try:
        await downloader.fetch(located, sink)
    finally:
        await downloader.aclose()
    return sink.content


async def test_twilio_wants_our_credentials_for_its_media(tmp_path: Path) -> None:
    account = {"SANDBOX_TWILIO_ACCOUNT_SID": SID, "SANDBOX_TWILIO_AUTH_TOKEN": TOKEN}
    with (
        Receiver() as door,
        StandIn("twilio", tmp_path, "--webhook-url", f"{door.url}/in", environment=account) as twilio,
    ):
        picture = {"content_type": "image/png", "data": base64.b64encode(PICTURE).decode()}
        sms = {"from": "+491701234567", "body": "look", "media": [picture]}
        async with httpx.AsyncClient(base_url=twilio.url) as customer:
            (await customer.post("/_sandbox/sms", json=sms)).raise_for_status()
        url = door.received[0].form["MediaUrl0"]
        settings = SmsSettings(account_sid=SID, auth_token=SecretStr(TOKEN), api_base=twilio.url)
        located = await sms_media(settings, HOUSE).locate(MediaReference(url=url))
        assert await fetched(twilio.url, located) == PICTURE
        with pytest.raises(Unavailable):
            await fetched(twilio.url, Located(url))


@pytest.mark.parametrize(
    ("url", "proven"),
    [
        ("https://api.twilio.com/x", True),
        ("https://api.dublin.ie1.twilio.com/x", True),
        ("http://api.twilio.com/x", False),
        ("https://api.twilio.com.evil.example/x", False),
        ("https://eviltwilio.com/x", False),
        ("https://api.twilio.com:8443/x", False),
    ],
)
async def test_only_twilio_sees_twilios_credentials(url: str, proven: bool) -> None:
    settings = SmsSettings(account_sid=SID, auth_token=SecretStr(TOKEN))
    located = await sms_media(settings, HOUSE).locate(MediaReference(url=url))
    assert bool(located.headers) is proven


async def test_telegram_says_where_a_file_is(answers: Answers) -> None:
    answers.says["/botTOKEN/getFile?file_id=F1"] = {"ok": True, "result": {"file_path": "photos/1.jpg"}}
    answers.says["/file/botTOKEN/photos/1.jpg"] = PICTURE
    media = telegram_media(TelegramSettings(bot_token=SecretStr("TOKEN"), api_base=answers.url), HOUSE)
    located = await media.locate(MediaReference(media_id="F1"))
    assert await fetched(media.provider, located) == PICTURE
    answers.says["/botTOKEN/getFile?file_id=big"] = {"ok": True, "result": {"file_id": "big"}}
    for gone in ("big", "unknown"):
        with pytest.raises(Refused):
            await media.locate(MediaReference(media_id=gone))
    await media.aclose()


async def test_whatsapp_says_where_a_file_is_and_wants_the_token_twice(answers: Answers) -> None:
    answers.says["/v23.0/17"] = {"url": f"{answers.url}/store/17", "mime_type": "image/png", "id": "17"}
    answers.says["/v23.0/18"] = {"url": "https://evil.example/store/18"}
    answers.says["/v23.0/19"] = {"id": "19"}
    answers.says["/store/17"] = PICTURE
    media = whatsapp_media(WhatsappSettings(access_token=SecretStr("TOKEN"), api_base=answers.url), HOUSE)
    located = await media.locate(MediaReference(media_id="17"))
    assert await fetched(media.provider, located) == PICTURE
    assert [asked["authorization"] for asked in answers.asked] == ["Bearer TOKEN", "Bearer TOKEN"]
    assert not (await media.locate(MediaReference(media_id="18"))).headers
    with pytest.raises(Unavailable):
        await media.locate(MediaReference(media_id="19"))
    await media.aclose()


async def test_x_wants_a_signed_call_for_pictures_of_direct_messages(tmp_path: Path) -> None:
    with (
        Receiver() as door,
        StandIn("x", tmp_path, "--webhook-url", f"{door.url}/in") as x,
    ):
        picture = base64.b64encode(PICTURE).decode()
        said = {"from": "7", "text": "look at this", "direct": True, "picture": picture}
        async with httpx.AsyncClient(base_url=x.url) as customer:
            (await customer.post("/_sandbox/say", json=said)).raise_for_status()
        settings = XSettings(
            consumer_key="sandbox-key",
            consumer_secret=SecretStr("sandbox-secret"),
            access_token="42-sandbox-token",
            access_token_secret=SecretStr("s"),
            user_id="42",
            api_base=x.url,
        )
        api = XApi(settings)
        polled = json.dumps(await api.messages()).encode()
        await api.aclose()
        for raw in (door.received[0].raw, polled):
            (reading,) = read_x(raw, {"account": "42"})
            (reference,) = reading.message.media
            located = await x_media(settings, HOUSE).locate(reference)
            assert await fetched(x.url, located) == PICTURE
            with pytest.raises(Unavailable):
                await fetched(x.url, Located(reference.url))


@pytest.mark.parametrize(
    ("url", "signed"),
    [
        ("https://ton.twitter.com/1.1/ton/data/dm/1/2/a.jpg", True),
        ("https://ton.x.com/1.1/ton/data/dm/1/2/a.jpg?name=large", True),
        ("https://pbs.twimg.com/media/a.jpg", False),
        ("http://ton.twitter.com/a.jpg", False),
        ("https://ton.twitter.com:8443/a.jpg", False),
        ("https://ton.twitter.com.evil.example/a.jpg", False),
    ],
)
async def test_only_x_sees_a_signature(url: str, signed: bool) -> None:
    located = await x_media(XSettings(access_token_secret=SecretStr("s")), HOUSE).locate(
        MediaReference(url=url)
    )
    assert bool(located.headers) is signed


async def test_what_x_gives_no_address_for_is_refused() -> None:
    with pytest.raises(Refused):
        await x_media(XSettings(), HOUSE).locate(MediaReference(media_id="13_1"))
