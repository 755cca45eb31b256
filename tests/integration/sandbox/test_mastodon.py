"""The stand-in is a Mastodon server to Mastodon.py, the client that customers' programs use."""

import json
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from mastodon import Mastodon, MastodonAPIError, MastodonRatelimitError, StreamListener
from mastodon.errors import MastodonNotFoundError, MastodonServerError, MastodonUnauthorizedError
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import connect

from tests.integration.sandbox.processes import StandIn
from tests.patience import PATIENCE

pytestmark = pytest.mark.timeout(180)
TOKENS = {"complaints": "token-c", "anna": "token-a", "boris": "token-b"}


@pytest.fixture
def server(tmp_path: Path) -> Iterator[StandIn]:
    with run(tmp_path) as running:
        yield running


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StandIn]:
    """For tests that do not mind what others posted."""
    with run(tmp_path_factory.mktemp("mastodon")) as running:
        yield running


def run(data: Path) -> StandIn:
    environment = {
        "SANDBOX_MASTODON_ACCOUNTS": json.dumps(TOKENS),
        "SANDBOX_MASTODON_HEARTBEAT_SECONDS": "0.2",
    }
    return StandIn("mastodon", data, environment=environment)


def person(server: StandIn, name: str) -> Any:
    return Mastodon(
        api_base_url=server.url,
        access_token=TOKENS.get(name, name),
        version_check_mode="none",
        ratelimit_method="throw",
    )


def until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 5 * PATIENCE
    while not condition():
        assert time.monotonic() < deadline, "did not happen in time"
        time.sleep(0.02)


def test_accounts_and_instance(shared: StandIn) -> None:
    anna, bot = person(shared, "anna"), person(shared, "complaints")
    assert anna.account_verify_credentials().username == "anna"
    assert bot.account_verify_credentials().bot
    assert anna.instance_v2().configuration.statuses.max_characters == 500
    assert anna.instance_v1().version.startswith("4.")
    assert anna.account_lookup("complaints").id == bot.me().id
    with pytest.raises(MastodonUnauthorizedError):
        person(shared, "nobody").account_verify_credentials()


def test_a_mention_is_notified_and_answered_in_its_thread(server: StandIn) -> None:
    anna, bot = person(server, "anna"), person(server, "complaints")
    post = anna.status_post(
        "@complaints my card was charged twice\n\nSee https://example.org/a?b=1&c=2 #bank"
    )
    (notification,) = bot.notifications(types=["mention"])
    assert (notification.type, notification.status.id) == ("mention", post.id)
    assert notification.account.acct == "anna"
    assert post.content.startswith('<p><span class="h-card" translate="no"><a href="')
    assert '</p><p>See <a href="https://example.org/a?b=1&amp;c=2"' in post.content
    assert [tag.name for tag in post.tags] == ["bank"]
    answer = bot.status_post("@anna we have it", in_reply_to_id=post.id, visibility="unlisted", language="en")
    assert (answer.in_reply_to_id, answer.in_reply_to_account_id) == (post.id, anna.me().id)
    context = anna.status_context(post.id)
    assert [one.id for one in context.descendants] == [answer.id]
    assert [one.id for one in bot.status_context(answer.id).ancestors] == [post.id]
    assert [one.id for one in anna.account_statuses(bot.me().id)] == [answer.id]
    assert anna.status(post.id).replies_count == 1


def test_an_idempotency_key_posts_once_even_across_kill_9(server: StandIn) -> None:
    bot = person(server, "complaints")
    first = bot.status_post("once", idempotency_key="letter-7")
    server.kill9()
    server.start()
    assert bot.status_post("once", idempotency_key="letter-7").id == first.id
    assert bot.status_post("once", idempotency_key="letter-8").id > first.id
    assert person(server, "anna").status_post("other", idempotency_key="letter-7").id != first.id


def test_notifications_page_in_both_directions(server: StandIn) -> None:
    anna, bot = person(server, "anna"), person(server, "complaints")
    for number in range(7):
        anna.status_post(f"@complaints {number}")
    everything = bot.notifications()
    newest = bot.notifications(limit=3)
    assert [one.id for one in newest] == [one.id for one in everything[:3]]
    pages = [newest, *_following(bot, newest)]
    assert [len(page) for page in pages] == [3, 3, 1]
    oldest = everything[-1].id
    assert [one.id for one in bot.notifications(min_id=oldest, limit=2)] == [
        one.id for one in everything[4:6]
    ]
    assert [one.id for one in bot.notifications(since_id=oldest, limit=2)] == [
        one.id for one in everything[:2]
    ]
    assert bot.notifications(types=["favourite"]) == []


def _following(bot: Any, page: Any) -> Iterator[Any]:
    while page := bot.fetch_next(page):
        yield page


def test_direct_posts_are_private_and_make_a_conversation(server: StandIn) -> None:
    anna, boris, bot = (person(server, name) for name in ("anna", "boris", "complaints"))
    post = anna.status_post("@complaints my account is 123", visibility="direct")
    assert bot.notifications()[0].status.visibility == "direct"
    with pytest.raises(MastodonNotFoundError):
        boris.status(post.id)
    bot.status_post("@anna we have it", visibility="direct", in_reply_to_id=post.id)
    (conversation,) = bot.conversations()
    assert [account.acct for account in conversation.accounts] == ["anna"]
    assert conversation.last_status.in_reply_to_id == post.id
    assert boris.conversations() == []


def test_edits_notify_and_deletes_take_back(server: StandIn) -> None:
    anna, bot = person(server, "anna"), person(server, "complaints")
    post = anna.status_post("@complaints wrong amount 10")
    edited = anna.status_update(post.id, status="@complaints wrong amount 12")
    assert edited.edited_at is not None
    assert [one.type for one in bot.notifications()] == ["update", "mention"]
    assert "12" in bot.status(post.id).content
    anna.status_delete(post.id)
    assert bot.notifications() == []
    with pytest.raises(MastodonNotFoundError):
        bot.status(post.id)


@pytest.mark.parametrize(
    ("text", "accepted"),
    [
        ("x" * 500, True),
        ("x" * 501, False),
        ("https://example.org/" + "x" * 600, True),
        ("   ", False),
    ],
)
def test_length_is_counted_as_mastodon_counts(shared: StandIn, text: str, accepted: bool) -> None:
    bot = person(shared, "complaints")
    if accepted:
        assert bot.status_post(text).id
    else:
        with pytest.raises(MastodonAPIError) as refusal:
            bot.status_post(text)
        assert refusal.value.args[1] == 422


def test_faults(server: StandIn) -> None:
    bot = person(server, "complaints")
    httpx.post(f"{server.url}/_sandbox/faults", json={"status": 429}).raise_for_status()
    with pytest.raises(MastodonRatelimitError):
        bot.status_post("x")
    httpx.post(f"{server.url}/_sandbox/faults", json={"status": 503, "accept_first": True}).raise_for_status()
    with pytest.raises(MastodonServerError):
        bot.status_post("x", idempotency_key="k")
    assert (
        bot.status_post("x", idempotency_key="k").id
        == httpx.get(f"{server.url}/_sandbox/messages").json()[0]["id"]
    )


class Heard(StreamListener):
    """Remembers the names of the events, and the heartbeats."""

    def __init__(self) -> None:
        self.events: list[str] = []
        self.beats = 0
        self.ended = threading.Event()

    def on_notification(self, notification: Any) -> None:
        self.events.append(notification.type)

    def on_delete(self, status_id: Any) -> None:
        self.events.append("delete")

    def handle_heartbeat(self) -> None:
        self.beats += 1


def test_server_sent_events_reach_mastodon_py(shared: StandIn) -> None:
    anna, bot, heard = person(shared, "anna"), person(shared, "complaints"), Heard()
    stream = bot.stream_user(heard, run_async=True)
    until(lambda: heard.beats > 1)
    post = anna.status_post("@complaints hello")
    anna.status_update(post.id, status="@complaints hello again")
    anna.status_delete(post.id)
    until(lambda: len(heard.events) == 3)
    assert heard.events == ["mention", "update", "delete"]
    stream.close()


def test_server_sent_events_on_the_wire(shared: StandIn) -> None:
    headers = {"Authorization": f"Bearer {TOKENS['complaints']}"}
    assert httpx.get(f"{shared.url}/api/v1/streaming/health").text == "OK"
    assert httpx.get(f"{shared.url}/api/v1/streaming/user").status_code == 401
    with httpx.stream("GET", f"{shared.url}/api/v1/streaming/user", headers=headers) as answer:
        assert answer.headers["Content-Type"].startswith("text/event-stream")
        lines = answer.iter_lines()
        assert next(lines) == ":)"
        assert next(lines) == ":thump"
        post = person(shared, "anna").status_post("@complaints hello")
        told = [line for line in (next(lines) for _ in range(20)) if line.startswith(("event", "data"))][:2]
    assert told[0] == "event: notification"
    assert json.loads(told[1].removeprefix("data: "))["status"]["id"] == str(post.id)


def test_web_socket_hears_what_it_asks_for_and_can_be_cut(shared: StandIn) -> None:
    address = shared.url.replace("http", "ws") + "/api/v1/streaming"
    anna = person(shared, "anna")
    with connect(f"{address}?stream=user&access_token={TOKENS['complaints']}") as socket:
        post = anna.status_post("@complaints hello", visibility="direct")
        frame = json.loads(socket.recv(timeout=5))
        assert (frame["stream"], frame["event"]) == (["user"], "notification")
        assert json.loads(frame["payload"])["status"]["id"] == str(post.id)
        socket.send(json.dumps({"type": "subscribe", "stream": "direct"}))
        socket.send(json.dumps({"type": "subscribe", "stream": "nonsense"}))
        assert "error" in json.loads(socket.recv(timeout=5))
        anna.status_post("@complaints again", visibility="direct")
        assert {json.loads(socket.recv(timeout=5))["event"] for _ in range(2)} == {
            "notification",
            "conversation",
        }
        httpx.delete(f"{shared.url}/_sandbox/streams").raise_for_status()
        with pytest.raises(ConnectionClosed):
            socket.recv(timeout=5)
    with pytest.raises(InvalidStatus), connect(f"{address}?stream=user&access_token=wrong"):
        pass
