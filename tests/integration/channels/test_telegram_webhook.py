"""Telegram by webhook from end to end: only the secret token opens the door, and what was refused is not lost."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from channels.telegram.adapter import TOKEN_HEADER
from deploy.local.kafka import LocalKafka
from tests.integration.channels.house import House, living
from tests.integration.channels.post import Post

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.timeout(240)]
SECRET, EARLIER = "the-secret-of-setWebhook", "the-secret-before"
NO_MAIL = Post({"CHANNEL_MAIL_IMAP_HOST": "", "CHANNEL_MAIL_SMTP_HOST": ""}, {}, {})
BY_WEBHOOK = {
    "CHANNEL_TELEGRAM_SECRET_TOKEN": SECRET,
    "CHANNEL_TELEGRAM_SECRET_TOKEN_PREVIOUS": EARLIER,
}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def house(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[House]:
    with LocalKafka(tmp_path_factory.mktemp("kafka")) as kafka:
        async with living(tmp_path_factory.mktemp("house"), kafka.bootstrap, NO_MAIL, BY_WEBHOOK) as house:
            yield house


async def set_webhook(house: House, secret: str) -> None:
    bot = house.world.part("telegram")
    fields = {"url": f"{house.world.gateway}/in/telegram", "secret_token": secret}
    answer = await house.client.post(f"{bot['url']}/bot{bot['token']}/setWebhook", json=fields)
    assert answer.json()["result"] is True


async def pending(house: House) -> int:
    bot = house.world.part("telegram")
    answer = await house.client.get(f"{bot['url']}/bot{bot['token']}/getWebhookInfo")
    return int(answer.json()["result"]["pending_update_count"])


async def test_it_is_handed_over_once_answered_once_and_goes_on(house: House) -> None:
    await set_webhook(house, SECRET)
    words = "The swimming pool has been closed for a month."
    await house.write("telegram", words)
    assert await pending(house) == 0
    case = await house.opened(words)
    (answer,) = await house.answers(case.reference)
    assert (case.channel, case.sequence, answer.channel) == ("telegram", 1, "telegram")

    await set_webhook(house, EARLIER)
    more = f"About {case.reference}: and the sauna as well."
    await house.write("telegram", more)
    assert (await house.added(more)).reference == case.reference
    assert [one.key for one in await house.answers(case.reference)] == [answer.key]


async def test_a_wrong_secret_opens_nothing_and_what_telegram_keeps_comes_later(house: House) -> None:
    await set_webhook(house, "of-somebody-else")
    words = "The bins were not emptied again."
    await house.write("telegram", words)
    assert await pending(house) == 1

    forged = {"update_id": 999, "message": {"message_id": 1, "chat": {"id": 5}, "text": "forged words"}}
    for headers in ({}, {TOKEN_HEADER: "wrong"}, {TOKEN_HEADER: ""}):
        refused = await house.client.post(f"{house.world.gateway}/in/telegram", json=forged, headers=headers)
        assert refused.status_code == 403

    await set_webhook(house, SECRET)
    assert await pending(house) == 0
    case = await house.opened(words)
    assert len(await house.answers(case.reference)) == 1
    assert not house.said("forged words")
