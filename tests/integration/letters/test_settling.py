"""`gateway letters` on a real Kafka: an unclear letter is found, looked at, and settled by the stage itself."""

import asyncio
import json

import pytest
from click.testing import CliRunner, Result

from gateway.cli import cli
from schemas import topics
from schemas.audit import AuditEvent
from schemas.errors import Unavailable
from schemas.letter import LetterSettled
from tests.integration.letters.conftest import MakeWorker
from tests.integration.letters.post import PARTITIONS, ask, settled, statuses, wishes
from tests.integration.letters.provider import Provider
from tests.integration.runtime.harness import read_all
from tests.unit.letters.desk import NOON
from workers.letters import book
from workers.storage.kafka import Cluster

FAST = {"retry_first_seconds": 0.2, "retry_most_seconds": 5.0, "per_address_hour": 10_000}


class Line:
    """The command line as an operator uses it."""

    def __init__(self, cluster: Cluster, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("GATEWAY_KAFKA_BOOTSTRAP", cluster.bootstrap)
        monkeypatch.setenv("GATEWAY_TOPIC_PREFIX", cluster.topic_prefix)

    def __call__(self, *words: str) -> Result:
        return CliRunner().invoke(cli, ["letters", *words])


@pytest.mark.timeout(180)
def test_an_unclear_letter_is_settled_by_its_stage_and_audited(
    cluster: Cluster, worker: MakeWorker, mail: Provider, monkeypatch: pytest.MonkeyPatch
) -> None:
    mail.fault("unsure", True)
    kept, again, untouched = wishes(3)
    asyncio.run(ask(cluster, (kept, again, untouched)))
    worker(settings=FAST)
    asyncio.run(settled(cluster, 3, "unclear"))
    mail.fault("unsure", False)
    line = Line(cluster, monkeypatch)

    listed = json.loads(line("list", "--unclear", "--json").stdout)
    assert {one["letter_id"] for one in listed} == {one.letter_id for one in (kept, again, untouched)}
    assert "3 letters, 3 of them unclear" in line("list").stdout
    assert "to anna@example.org" in line("show", kept.letter_id).stdout
    assert line("settle", kept.letter_id, "--as", "sent").exit_code == 2  # without a reason
    assert line("settle", kept.letter_id, "--as", "sent", "--reason", " ").exit_code == 2

    told = line("settle", kept.letter_id, "--as", "sent", "--reason", "in the server's log")
    assert (told.exit_code, f"{kept.letter_id} is accepted" in told.stdout) == (0, True)
    told = line("settle", again.letter_id, "--as", "unsent", "--reason", "not in the server's log")
    assert (told.exit_code, f"{again.letter_id} is due" in told.stdout) == (0, True)
    asyncio.run(settled(cluster, 2, "accepted"))

    assert mail.accepted() == {again.letter_id: 1}
    assert [one["letter_id"] for one in json.loads(line("list", "--json").stdout)] == [untouched.letter_id]
    twice = line("settle", kept.letter_id, "--as", "unsent", "--reason", "I was wrong")
    assert "is accepted, not unclear: the provider has it" in str(twice.exception)
    assert "gateway letters list" in str(line("settle", "nobody", "--as", "sent", "--reason", "x").exception)

    deeds = [
        AuditEvent.from_bytes(one.value)
        for one in asyncio.run(read_all(cluster, topics.AUDIT.name, PARTITIONS))
    ]
    assert {(deed.subject, deed.details["as"]) for deed in deeds} == {
        (kept.letter_id, "sent"),
        (again.letter_id, "unsent"),
    }
    words = [word.state for word in asyncio.run(statuses(cluster)) if word.letter_id == again.letter_id]
    assert words[-3:] == ["unclear", "due", "accepted"]


@pytest.mark.asyncio
@pytest.mark.timeout(120)
async def test_a_decision_waits_for_the_stage(cluster: Cluster, worker: MakeWorker, mail: Provider) -> None:
    mail.fault("unsure", True)
    (wish,) = wishes(1)
    await ask(cluster, [wish])
    slot = worker(settings=FAST)
    await settled(cluster, 1, "unclear")
    assert slot.stop() == 0
    (written,) = await book.letters_of(cluster, wish.letter_id)
    word = LetterSettled(
        letter_id=wish.letter_id, settle_id="one", sent=True, by="anna", reason="its log", at=NOON
    )
    with pytest.raises(Unavailable, match="gateway work letters"):
        await book.settle(cluster, written, word, 1.0)
    slot.start()
    await settled(cluster, 1, "accepted")
    (after,) = await book.letters_of(cluster, wish.reference)
    assert (after.entry.state, after.entry.reason) == ("accepted", "settled by anna: its log")
