"""Every channel from end to end: a customer writes, a case system is handed it once, the customer is answered."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
import pytest_asyncio
from atproto import AsyncClient, client_utils, models
from mastodon import Mastodon

from channels.registry import CHANNELS
from deploy.local.kafka import LocalKafka
from deploy.sandbox.bluesky.network import Account
from tests.integration.answered import answered_on
from tests.integration.channels.customers import WhatsappByTwilio
from tests.integration.channels.house import LOOK_SECONDS, SECONDS, House, living
from tests.integration.channels.post import Post, post_office
from tests.integration.deploy.needs import need_dovecot
from tests.patience import until

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.timeout(240)]


@pytest.fixture(scope="module")
def kafka(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalKafka]:
    with LocalKafka(tmp_path_factory.mktemp("kafka")) as broker:
        yield broker


@pytest.fixture(scope="module")
def post(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Post]:
    need_dovecot()
    with post_office(tmp_path_factory.mktemp("post")) as both:
        yield both


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def house(
    kafka: LocalKafka, post: Post, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[House]:
    async with living(tmp_path_factory.mktemp("house"), kafka.bootstrap, post) as house:
        yield house


@pytest.mark.parametrize("channel", [channel.name for channel in CHANNELS])
async def test_it_is_handed_over_once_and_answered_once(house: House, channel: str) -> None:
    words = f"The heating has been broken since Monday, said by {channel}."
    await house.write(channel, words)
    case = await house.opened(words)
    assert (case.channel, case.sequence) == (channel, 1)
    (answer,) = await house.answers(case.reference)
    assert answer.channel == answered_on(channel)

    more = f"About {case.reference}: still cold, said by {channel}."
    await house.write(channel, more)
    if case.message and case.message.sender_proof == "unproven":  # who only names a reference joins nobody
        linked = await house.opened(more)
        assert linked.reference != case.reference
        assert case.reference in [link.reference for link in linked.links]
        return
    added = await house.added(more)
    assert (added.reference, added.queue, added.sequence) == (case.reference, case.queue, 2)
    assert [one.key for one in await house.answers(case.reference)] == [answer.key]


@pytest.mark.parametrize("path", ["meta/messenger/messages", "meta/instagram/messages", "x/say"])
async def test_what_no_webhook_told_is_found_by_looking(house: House, path: str) -> None:
    stand_in, _, control = path.partition("/")
    words = f"The street lamp has been dark for a month, forgotten by {path}."
    said = {"from": f"555000{len(path)}", "text": f"@we {words}", "omit": True}
    url = f"{house.world.part(stand_in)['url']}/_sandbox/{control}"
    assert "webhook" not in (await house.client.post(url, json=said)).json()
    assert (await house.opened(words)).sequence == 1


async def test_what_is_told_and_found_as_well_is_handed_over_and_answered_once(house: House) -> None:
    said = {
        channel: f"Nobody empties the bin, said by {channel}." for channel in ("messenger", "instagram", "x")
    }
    for channel, words in said.items():
        await house.write(channel, words)
    references = [(await house.opened(words)).reference for words in said.values()]
    await asyncio.sleep(3 * float(LOOK_SECONDS))  # for nothing to come of it: each was found by now
    assert [house.handed(reference) for reference in references] == [["complaint.opened"]] * 3
    assert [len(await house.answers(reference)) for reference in references] == [1, 1, 1]


async def test_whatsapp_through_twilio_is_answered_on_whatsapp(house: House) -> None:
    way = WhatsappByTwilio(house.world, house.client)
    await way.write(house.customer, "sms", "The lift has been out of order for three weeks.")
    case = await house.opened("The lift has been out of order")
    (answer,) = await house.answers(case.reference, way)
    assert answer.subject == f"whatsapp:{house.world.part('twilio')['number']}"


async def test_mastodon_py_writes_in_private_and_goes_on_in_the_thread(house: House) -> None:
    server = house.world.part("mastodon")
    anna: Any = Mastodon(
        api_base_url=server["url"], access_token=server["tokens"]["anna"], version_check_mode="none"
    )
    words = "My meter was read as that of the neighbour"
    await asyncio.to_thread(anna.status_post, f"@{server['account']} {words}", visibility="direct")
    case = await house.opened(words)
    (answer,) = await _mentions(anna, case.reference)
    assert answer.visibility == "direct"

    more = "and the neighbour agrees"
    await asyncio.to_thread(anna.status_reply, answer, more)
    assert (await house.added(more)).reference == case.reference
    assert len(await _mentions(anna, case.reference)) == 1


async def _mentions(person: Any, reference: str) -> list[Any]:
    found: list[Any] = []

    async def look() -> bool:
        told = await asyncio.to_thread(person.notifications, types=["mention"])
        found[:] = [one.status for one in told if reference in one.status.content]
        return bool(found)

    await until(look, SECONDS, f"a mention with {reference}")
    return found


async def test_the_at_protocol_sdk_posts_and_goes_on_in_the_thread(house: House) -> None:
    we = Account(house.world.part("bluesky")["account"], "")
    words, more = "The bus shelter is full of broken glass", "and it is worse today"
    async with _bluesky(house, "anna") as anna:
        await anna.send_post(client_utils.TextBuilder().mention(f"@{we.handle}", we.did).text(f" {words}"))
        case = await house.opened(words)
        (answer,) = await _replies(anna, case.reference)
        assert answer.author.did == we.did

        thread = models.AppBskyFeedPost.ReplyRef(
            parent=models.create_strong_ref(answer), root=answer.record.reply.root
        )
        await anna.send_post(more, reply_to=thread)
        assert (await house.added(more)).reference == case.reference
        assert len(await _replies(anna, case.reference)) == 1


async def test_the_at_protocol_sdk_writes_in_private(house: House) -> None:
    we = Account(house.world.part("bluesky")["account"], "")
    words = "Your driver shouted at my mother"
    async with _bluesky(house, "boris") as boris, _closing(boris.with_bsky_chat_proxy()) as talking:
        chat = talking.chat.bsky.convo
        asked = models.ChatBskyConvoGetConvoForMembers.Params(members=[we.did])
        convo = (await chat.get_convo_for_members(asked)).convo.id
        message = models.ChatBskyConvoDefs.MessageInput(text=words)
        await chat.send_message(models.ChatBskyConvoSendMessage.Data(convo_id=convo, message=message))
        case = await house.opened(words)

        async def answered() -> bool:
            page = await chat.get_messages(models.ChatBskyConvoGetMessages.Params(convo_id=convo))
            return [one.sender.did for one in page.messages if case.reference in one.text] == [we.did]

        await until(answered, SECONDS, "an answer in the conversation")


@asynccontextmanager
async def _bluesky(house: House, name: str) -> AsyncIterator[Any]:
    server = house.world.part("bluesky")
    async with _closing(AsyncClient(base_url=f"{server['url']}/xrpc")) as client:
        await client.login(Account(name, "").handle, server["passwords"][name])
        yield client


@asynccontextmanager
async def _closing(client: Any) -> AsyncIterator[Any]:
    try:
        yield client
    finally:
        await client.request.close()


async def _replies(person: Any, reference: str) -> list[Any]:
    found: list[Any] = []

    async def look() -> bool:
        page = await person.app.bsky.notification.list_notifications()
        found[:] = [
            one for one in page.notifications if one.reason == "reply" and reference in one.record.text
        ]
        return bool(found)

    await until(look, SECONDS, f"a reply with {reference}")
    return found
