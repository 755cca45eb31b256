"""The way of a complaint that the house made itself: marked, a queue of its own, a sink, and forgotten after."""

import asyncio
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from channels.contract import Channel
from channels.webform import CHANNEL as WEBFORM
from schemas.delivery import Delivery
from schemas.errors import Misconfigured
from schemas.form import FilledForm
from schemas.intake import LETTER_STATUS, Arrival
from schemas.letter import LetterStatus
from schemas.synthetic import mark
from tests.unit.letters.desk import Desk as LettersDesk
from tests.unit.letters.desk import due
from tests.unit.triage.case import SECRET, START, Came, Desk, mail
from workers.letters.age import Age
from workers.letters.outlet import Outlet
from workers.letters.sink import SINK
from workers.normalise.rule import Received, arrival
from workers.triage.route.rules import load

NONCE = "00112233445566aa"


def normalised(words: str, secret: bytes = SECRET) -> Arrival:
    raw = FilledForm(key="k", description=words, email="probe@synthetic.invalid").to_bytes()
    delivery = Delivery(delivery_id="t-1-1", channel="webform", received_at=START)
    channel: Channel = WEBFORM
    (reading,) = channel.read(raw, {})
    return arrival(channel, Received(delivery, raw, START), reading.message, secret)


def test_normalise_believes_our_mark_and_no_other() -> None:
    assert normalised(f"A parcel is lost. {mark(SECRET, NONCE, START)}").test
    assert not normalised(f"A parcel is lost. {mark(b'x' * 32, NONCE, START)}").test
    assert not normalised(f"A parcel is lost. {mark(SECRET, NONCE, START - timedelta(days=2))}").test
    assert not normalised("A parcel is lost.").test


def test_it_goes_to_its_own_queue_before_any_rule() -> None:
    came = Desk().say(mail("There is a gas leak"), test=True)
    assert [one.queue for one in came.queued] == ["synthetic"]
    assert came.queued[0].routing is not None
    assert came.queued[0].routing.rule == "synthetic"
    assert all(event.synthetic for event in came.events)
    assert [letter.synthetic for letter in came.letters] == [True]
    assert [one.queue for one in Desk().say(mail("There is a gas leak")).queued] == ["urgent"]


def _told(desk: Desk, came: Came, state: str) -> Came:
    (letter,) = came.letters
    words = {
        "letter_id": letter.letter_id, "kind": letter.kind, "reference": letter.reference, "state": state,
        "person_key": letter.person_key, "channel": letter.channel, "at": desk.now, "synthetic": letter.synthetic,
    }  # fmt: skip
    return desk.feed(LETTER_STATUS, LetterStatus.model_validate(words))


@pytest.mark.parametrize(("synthetic", "kept"), [(True, 0), (False, 2)])
def test_it_is_forgotten_with_its_letter_and_a_complaint_is_not(synthetic: bool, kept: int) -> None:
    desk = Desk()
    came = desk.say(mail("My parcel is lost"), test=synthetic)
    _told(desk, came, "due")
    assert len(desk.tables.data["cases"]) == 2
    (event,) = _told(desk, came, "accepted").events
    assert (event.type, event.synthetic) == ("letter", synthetic)
    assert len(desk.tables.data["cases"]) == kept
    assert len(desk.tables.data["seen"]) == 1  # what comes twice is still one


def test_its_letter_passes_the_gate_and_ends_in_the_sink() -> None:
    desk = LettersDesk()
    entry = desk.wish(due(synthetic=True))
    assert (entry.state, entry.synthetic) == ("attempted", True)
    provider = object()
    repliers: Any = {"mail": provider}
    outlet = Outlet(repliers)
    assert outlet.way(entry) is SINK
    assert outlet.way(desk.wish(due(reference="another"))) is provider
    assert entry.letter is not None
    assert asyncio.run(SINK.reply(entry.letter)).provider_id == f"sink.{entry.letter_id}"
    assert asyncio.run(SINK.find(entry.letter)) is not None


def test_the_ledger_forgets_it_after_two_days() -> None:
    desk = LettersDesk()
    desk.wish(due(synthetic=True))
    entry = desk.ended(due(), "accepted", provider_id="sink")
    age = Age(entry.changed_at + timedelta(days=4), keep_days=400)
    assert age.is_over(entry.letter_id.encode(), entry.to_bytes())
    real = entry.model_copy(update={"synthetic": False})
    assert not age.is_over(entry.letter_id.encode(), real.to_bytes())


def test_no_rule_may_send_people_there(tmp_path: Path) -> None:
    path = tmp_path / "rules.yaml"
    path.write_text("queues: {synthetic: {owner: Ann}}\ndefault: synthetic\nreview: synthetic\n")
    with pytest.raises(Misconfigured, match="the gateway's own"):
        load(path)
