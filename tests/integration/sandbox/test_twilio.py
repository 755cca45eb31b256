"""The stand-in speaks Twilio's language: Twilio's own library is the client and the verifier."""

import base64
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from requests.exceptions import RequestException
from twilio.base.exceptions import TwilioRestException
from twilio.http.http_client import TwilioHttpClient
from twilio.request_validator import RequestValidator
from twilio.rest import Client

from tests.integration.sandbox.processes import Receiver, StandIn
from tests.patience import PATIENCE

pytestmark = pytest.mark.timeout(180)
SID, TOKEN = "AC" + "1" * 32, "token-for-tests"
OURS, CUSTOMER = "+15005550006", "+491701234567"
PUBLIC = "https://complaints.example.org/in/sms"


@pytest.fixture
def webhook() -> Iterator[Receiver]:
    with Receiver() as receiver:
        yield receiver


@pytest.fixture(scope="module")
def unchanged(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StandIn]:
    """For tests whose requests are all refused."""
    with run(tmp_path_factory.mktemp("twilio"), "--webhook-url", "http://127.0.0.1:9/in") as running:
        yield running


def run(data: Path, *options: str) -> StandIn:
    account = {"SANDBOX_TWILIO_ACCOUNT_SID": SID, "SANDBOX_TWILIO_AUTH_TOKEN": TOKEN}
    account["SANDBOX_TWILIO_PUBLIC_URL"] = PUBLIC
    return StandIn("twilio", data, *options, environment=account)


@pytest.fixture
def twilio(tmp_path: Path, webhook: Receiver) -> Iterator[StandIn]:
    with run(tmp_path, "--webhook-url", f"{webhook.url}/in") as running:
        yield running


@pytest.fixture
def client(twilio: StandIn) -> Iterator[Any]:
    yield from make_client(twilio)


def make_client(twilio: StandIn, token: str = TOKEN, timeout: float = 5) -> Iterator[Any]:
    http = TwilioHttpClient(pool_connections=True, timeout=timeout)
    client = Client(SID, token, http_client=http)
    client.api.base_url = twilio.url
    yield client
    http.session.close()


def write(twilio: StandIn, body: str, **more: object) -> httpx.Response:
    return httpx.post(f"{twilio.url}/_sandbox/sms", json={"from": CUSTOMER, "body": body, **more})


def until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 5 * PATIENCE
    while not condition():
        assert time.monotonic() < deadline, "did not happen in time"
        time.sleep(0.02)


def test_a_message_is_accepted_and_found_after_kill_9(twilio: StandIn, client: Any) -> None:
    message = client.messages.create(to=CUSTOMER, from_=OURS, body="We have your complaint.")
    assert (message.status, message.direction, message.num_segments) == ("queued", "outbound-api", "1")
    assert message.sid.startswith("SM")
    assert abs(datetime.now(UTC) - message.date_created) < timedelta(seconds=30)
    twilio.kill9()
    twilio.start()
    found = client.messages(message.sid).fetch()
    assert (found.body, found.to, found.from_) == ("We have your complaint.", CUSTOMER, OURS)
    until(lambda: client.messages(message.sid).fetch().status == "delivered")


def test_whatsapp_is_answered_from_a_whatsapp_number_only(tmp_path: Path) -> None:
    numbers = {"SANDBOX_TWILIO_NUMBERS": f"{OURS},whatsapp:{OURS}"}
    account = {"SANDBOX_TWILIO_ACCOUNT_SID": SID, "SANDBOX_TWILIO_AUTH_TOKEN": TOKEN, **numbers}
    with StandIn("twilio", tmp_path, environment=account) as twilio:
        for client in make_client(twilio):
            to = f"whatsapp:{CUSTOMER}"
            message = client.messages.create(to=to, from_=f"whatsapp:{OURS}", body="x")
            assert message.to == to
            with pytest.raises(TwilioRestException, match="same channel"):
                client.messages.create(to=to, from_=OURS, body="x")


def test_status_callbacks_are_signed_and_in_order(twilio: StandIn, client: Any, webhook: Receiver) -> None:
    callback = f"{webhook.url}/in/sms/status?letter=7"
    message = client.messages.create(to=CUSTOMER, from_=OURS, body="x", status_callback=callback)
    until(lambda: len(webhook.received) == 3)
    assert [one.form["MessageStatus"] for one in webhook.received] == ["queued", "sent", "delivered"]
    for one in webhook.received:
        assert one.form["MessageSid"] == message.sid
        assert RequestValidator(TOKEN).validate(callback, one.form, one.signature)


def test_unreachable_numbers_end_undelivered(twilio: StandIn, client: Any) -> None:
    httpx.put(f"{twilio.url}/_sandbox/unreachable", json=[CUSTOMER]).raise_for_status()
    sid = client.messages.create(to=CUSTOMER, from_=OURS, body="x").sid
    until(lambda: client.messages(sid).fetch().status == "undelivered")
    assert client.messages(sid).fetch().error_code == 30003


def test_lists_filter_and_page(client: Any) -> None:
    for number in range(5):
        client.messages.create(to=f"+4917000000{number:02}", from_=OURS, body=str(number))
    assert [one.body for one in client.messages.list(page_size=2)] == ["4", "3", "2", "1", "0"]
    assert [one.body for one in client.messages.list(to="+491700000003")] == ["3"]
    assert client.messages.list(from_="+15005550099") == []
    until(lambda: len(client.messages.list(date_sent=datetime.now(UTC).date())) == 5)
    hour = timedelta(hours=1)
    assert len(client.messages.list(date_sent_after=datetime.now(UTC) - hour)) == 5
    assert client.messages.list(date_sent_before=datetime.now(UTC) - hour) == []


@pytest.mark.parametrize(
    ("to", "sender", "body", "code"),
    [
        ("12", OURS, "x", 21211),
        ("+15005550001", OURS, "x", 21211),
        ("+15005550004", OURS, "x", 21610),
        (CUSTOMER, "+15005550099", "x", 21659),
        (CUSTOMER, OURS, "", 21602),
        (CUSTOMER, OURS, "x" * 1601, 21617),
    ],
)
def test_refusals_carry_twilios_codes(unchanged: StandIn, to: str, sender: str, body: str, code: int) -> None:
    for client in make_client(unchanged):
        with pytest.raises(TwilioRestException) as refusal:
            client.messages.create(to=to, from_=sender, body=body)
        assert (refusal.value.status, refusal.value.code) == (400, code)


def test_a_wrong_token_is_refused(unchanged: StandIn) -> None:
    for client in make_client(unchanged, token="wrong"):
        with pytest.raises(TwilioRestException) as refusal:
            client.messages.create(to=CUSTOMER, from_=OURS, body="x")
        assert (refusal.value.status, refusal.value.code) == (401, 20003)


def test_incoming_messages_are_signed_for_the_public_url(twilio: StandIn, webhook: Receiver) -> None:
    answer = write(twilio, "Мой счёт закрыли")
    assert answer.json()["webhook"] == {"status": 200, "body": "<Response/>"}
    (one,) = webhook.received
    assert one.path == "/in/sms"
    assert RequestValidator(TOKEN).validate(PUBLIC, one.form, one.signature)
    assert not RequestValidator(TOKEN).validate(PUBLIC, {**one.form, "Body": "other"}, one.signature)
    assert one.form["Body"] == "Мой счёт закрыли"
    assert (one.form["FromCountry"], one.form["NumMedia"], one.form["From"]) == ("DE", "0", CUSTOMER)
    assert one.form["MessageSid"] == one.form["SmsSid"] == answer.json()["sid"]


def test_a_refused_webhook_is_not_repeated(twilio: StandIn, webhook: Receiver) -> None:
    webhook.status = 503
    assert write(twilio, "x").json()["webhook"]["status"] == 503
    time.sleep(0.3)
    assert len(webhook.received) == 1


def test_pictures_are_fetched_with_the_account(twilio: StandIn, webhook: Receiver) -> None:
    write(twilio, "see", media=[{"content_type": "image/png", "data": base64.b64encode(b"picture").decode()}])
    form = webhook.received[0].form
    assert (form["NumMedia"], form["MediaContentType0"]) == ("1", "image/png")
    assert httpx.get(form["MediaUrl0"], auth=(SID, TOKEN)).content == b"picture"
    assert httpx.get(form["MediaUrl0"]).status_code == 401


def test_stop_blocks_and_start_unblocks_even_after_a_crash(twilio: StandIn, client: Any) -> None:
    write(twilio, " stop ")
    twilio.kill9()
    twilio.start()
    with pytest.raises(TwilioRestException) as refusal:
        client.messages.create(to=CUSTOMER, from_=OURS, body="x")
    assert refusal.value.code == 21610
    write(twilio, "START")
    assert client.messages.create(to=CUSTOMER, from_=OURS, body="x").status == "queued"


def test_faults_come_as_often_as_planned(twilio: StandIn, client: Any) -> None:
    faults = f"{twilio.url}/_sandbox/faults"
    httpx.post(faults, json={"count": 2, "status": 429, "path": "/Messages"}).raise_for_status()
    for _ in range(2):
        with pytest.raises(TwilioRestException) as refusal:
            client.messages.create(to=CUSTOMER, from_=OURS, body="x")
        assert (refusal.value.status, refusal.value.code) == (429, 20429)
    assert client.messages.create(to=CUSTOMER, from_=OURS, body="x").status == "queued"
    assert httpx.get(faults).json() == []
    assert httpx.post(faults, json={"cuont": 2}).status_code == 422


def test_an_answer_can_be_lost_after_acceptance(twilio: StandIn) -> None:
    httpx.post(f"{twilio.url}/_sandbox/faults", json={"hang_seconds": 30, "accept_first": True})
    for client in make_client(twilio, timeout=0.3):
        with pytest.raises(RequestException):
            client.messages.create(to=CUSTOMER, from_=OURS, body="once")
        assert [one.body for one in client.messages.list()] == ["once"]
