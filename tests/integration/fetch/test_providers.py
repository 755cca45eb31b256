"""How each provider is asked where its media are, and who gets to see our credentials."""

import base64
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
