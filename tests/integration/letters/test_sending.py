"""Letters on a real Kafka: sent once, tried again, passed on, told to triage."""

import pytest

from schemas.letter import LetterStatus
from tests.integration.letters.conftest import MakeWorker
from tests.integration.letters.post import ask, settled, statuses, wishes
from tests.integration.letters.provider import Provider
from tests.patience import until
from tests.unit.letters.desk import SMS_ROUTE, due
from workers.storage.kafka import Cluster

FAST = {"retry_first_seconds": 0.2, "retry_most_seconds": 5.0, "per_address_hour": 10_000}


def history(words: list[LetterStatus]) -> dict[str, list[str]]:
    """The states of each letter in the order in which they happened."""
    told: dict[str, list[str]] = {}
    for word in sorted(words, key=lambda word: word.at):
        told.setdefault(word.letter_id, []).append(word.state)
    return told


@pytest.mark.asyncio
async def test_every_wish_becomes_one_letter_and_one_history(
    cluster: Cluster, worker: MakeWorker, mail: Provider
) -> None:
    asked = wishes(200)
    await ask(cluster, asked)
    await ask(cluster, asked[:50])
    worker(settings=FAST)
    await settled(cluster, 200)
    assert mail.accepted() == {wish.letter_id: 1 for wish in asked}
    assert set(map(tuple, history(await statuses(cluster)).values())) == {("accepted",)}


@pytest.mark.asyncio
async def test_a_provider_that_is_away_gets_everything_when_it_is_back(
    cluster: Cluster, worker: MakeWorker, mail: Provider
) -> None:
    mail.fault("away", True)
    asked = wishes(40)
    await ask(cluster, asked)
    worker(settings=FAST)
    await settled(cluster, 1, "due")
    mail.fault("away", False)
    await settled(cluster, 40)
    assert mail.accepted() == {wish.letter_id: 1 for wish in asked}


@pytest.mark.asyncio
async def test_a_refusal_goes_the_other_way_to_another_partition(
    cluster: Cluster, worker: MakeWorker, mail: Provider, sms: Provider
) -> None:
    mail.fault("refusing", True)
    asked = wishes(5, fallback=[SMS_ROUTE])
    await ask(cluster, asked, spread=False)
    worker(settings=FAST)
    await settled(cluster, 5, "failed")
    await settled(cluster, 5)
    assert not mail.accepted()
    other_way = {due(SMS_ROUTE, reference=wish.reference).letter_id: 1 for wish in asked}
    assert sms.accepted() == other_way


@pytest.mark.asyncio
async def test_no_answer_is_asked_about_before_anything_is_sent_again(
    cluster: Cluster, worker: MakeWorker, mail: Provider
) -> None:
    mail.fault("mute", True)
    await ask(cluster, wishes(3))
    worker(settings=FAST | {"lease_seconds": 1.0, "lease_margin_seconds": 0.2})
    await until(lambda: len(mail.accepted()) == 3, 20, "three letters taken without an answer")
    mail.fault("mute", False)
    await settled(cluster, 3)
    assert set(mail.accepted().values()) == {1}


@pytest.mark.asyncio
async def test_hold_sends_nothing_and_on_sends_what_was_held(
    cluster: Cluster, worker: MakeWorker, mail: Provider
) -> None:
    await ask(cluster, wishes(10))
    holding = worker(settings=FAST | {"switch": "hold"})
    await settled(cluster, 10, "due")
    assert holding.stop() == 0
    assert not mail.accepted()
    worker(instance="letters-2", settings=FAST)
    await settled(cluster, 10)
    assert set(mail.accepted().values()) == {1}


@pytest.mark.asyncio
async def test_a_graceful_stop_leaves_nothing_in_doubt(
    cluster: Cluster, worker: MakeWorker, mail: Provider
) -> None:
    """A provider that cannot be asked would get a second letter for each attempt left in doubt."""
    asked = wishes(300)
    await ask(cluster, asked)
    first = worker(kind="forgetful", seconds=0.02, settings=FAST | {"concurrency": 4})
    await until(lambda: len(mail.accepted()) > 40, 20, "some letters")
    assert first.stop() == 0
    assert len(mail.accepted()) < 300
    worker(kind="forgetful", seconds=0.02, settings=FAST | {"concurrency": 16})
    await settled(cluster, 300)
    assert mail.accepted() == {wish.letter_id: 1 for wish in asked}
