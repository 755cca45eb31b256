"""An old worker between two new ones: what it does not know comes out of the stage again.

What a stage passes on, keeps as state or puts into its own record keeps the fields that this release does not know;
and an old record, with nothing but what had to be there on the first day, goes through.
"""

import json
from datetime import UTC, datetime
from typing import Any, TypeVar, get_origin

from schemas import cloudevents, topics
from schemas.deadletter import DeadLetter
from schemas.delivery import Delivery
from schemas.intake import ALIAS, ARRIVAL, LETTER_STATUS, OUTCOME, Alias, Arrival
from schemas.letter import LetterStatus
from schemas.media import ATTACHMENT_STORED, AttachmentNews, MediaWanted
from schemas.message import Attachment, FormFields, MediaReference
from schemas.outcome import Outcome
from schemas.wire import Wire
from tests.contract.upgrade.records import first
from tests.unit.letters import desk as letters
from tests.unit.triage import case as triage
from workers.fetch import ledger as fetching
from workers.letters import ledger
from workers.normalise.outcomes import Outcomes
from workers.replay import rule
from workers.runtime.contract import Record
from workers.triage.state import CaseRecord

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
T = TypeVar("T", bound=Wire)


def newer(record: T) -> T:
    """The record as a newer release writes it: a field more in each part."""
    return type(record).model_validate(_newer(record.model_dump(mode="json", exclude_none=True)))


MAPS = {name for name, field in CaseRecord.model_fields.items() if get_origin(field.annotation) is dict}
"""Parts of a case that hold one moment for each name: a newer release writes more names there, not fields."""


def _newer(value: Any) -> Any:
    if isinstance(value, dict):
        fields = {name: part if name in MAPS else _newer(part) for name, part in value.items()}
        return fields | {"from_tomorrow": "kept"}
    return [_newer(part) for part in value] if isinstance(value, list) else value


def tomorrow(record: Wire | None) -> str:
    """What is left of the field that this release does not know."""
    return str((record.model_extra or {}).get("from_tomorrow")) if record is not None else "no record"


def opened(desk: triage.Desk, **words: Any) -> triage.Came:
    return desk.say(newer(triage.mail("the invoice is wrong", **words)))


def test_an_outcome_passes_the_door_of_the_case_systems() -> None:
    came = opened(triage.Desk())
    stage = Outcomes(triage.SECRET)
    word = Outcome(
        type="closed", reference=came.queued[0].reference, case_key=came.queued[0].case_key, at=NOON
    )
    record = Record(topics.OUTCOMES.name, 0, 1, int(NOON.timestamp() * 1000), None, newer(word).to_bytes())
    (prepared,) = stage.prepare([record])
    (output,) = stage.step(record, prepared, triage.DictTables()).outputs
    assert tomorrow(Outcome.from_bytes(output.value or b"")) == "kept"


def test_a_message_becomes_a_case_with_its_new_fields() -> None:
    picture = MediaReference(url="https://media.example/1", media_type="image/png")
    paper = Attachment(name="a.pdf", media_type="application/pdf", bytes=3, sha256="a" * 64)
    came = opened(triage.Desk(), media=[picture], attachments=[paper], form=FormFields(product="boiler"))
    for message in (came.queued[0].message, came.events[0].message):
        assert message is not None
        parts = message.sender, message.media[0], message.attachments[0], message.form
        assert [tomorrow(part) for part in parts] == ["kept"] * 4
    assert [tomorrow(due.route) for due in came.letters] == ["kept"]
    (wanted,) = [json.loads(value) for topic, value in came.outputs if topic == topics.MEDIA_WANTED.name]
    assert wanted["media"]["from_tomorrow"] == "kept"


def test_what_is_sent_on_to_another_home_is_sent_whole() -> None:
    desk = triage.Desk()
    sender, home = "+442079460018", "h" * 32
    arrival = Arrival.model_validate(
        first("Arrival")["bare"] | {"identity": "1" * 32, "person_key": "p" * 32}
    )
    alias = Alias(reference="3H35-9YNC-1557W", named_key="p" * 32, home_key=home, cause="c", at=desk.now)
    assert desk.feed(ALIAS, newer(alias)).outputs == []
    (person,) = [value for key, value in desk.tables.items("cases") if key.startswith(b"p:")]
    assert json.loads(person)["named_in"][0]["from_tomorrow"] == "kept"
    message = triage.mail("any news on 3H35-9YNC-1557W?", sender)
    sent_on = desk.feed(
        ARRIVAL, newer(arrival.model_copy(update={"logged_at": desk.now, "message": message}))
    )
    ((_, value),) = [one for one in sent_on.outputs if one[0] == topics.MESSAGES.name]
    assert (json.loads(value)["home_key"], json.loads(value)["from_tomorrow"]) == (home, "kept")
    assert json.loads(value)["message"]["sender"]["from_tomorrow"] == "kept"


def test_what_is_said_of_a_case_is_in_its_timeline() -> None:
    desk = triage.Desk()
    case = opened(desk).queued[0]
    named = {"reference": case.reference, "person_key": "p" * 32, "wanted_id": "a" * 32}
    words = [
        (OUTCOME, Outcome(type="taken_up", reference=case.reference, case_key=case.case_key, at=NOON, outcome_id="o")),
        (LETTER_STATUS, LetterStatus.model_validate(first("LetterStatus")["bare"] | named)),
        (ATTACHMENT_STORED, AttachmentNews.model_validate(first("AttachmentNews")["full"] | named)),
    ]  # fmt: skip
    for kind, word in words:
        (event,) = desk.feed(kind, newer(word)).events
        assert event.details["from_tomorrow"] == "kept", kind


def test_state_of_a_newer_worker_survives_an_older_one() -> None:
    desk = triage.Desk()
    opened(desk)
    for key, value in list(desk.tables.items("cases")):
        desk.tables.data["cases"][key] = json.dumps(_newer(json.loads(value))).encode()
    assert [event.type for event in desk.say(triage.mail("The invoice is wrong!"), "again").events] == [
        "joined"
    ]
    changed = [json.loads(value) for _, value in desk.tables.items("cases")]
    assert [one["from_tomorrow"] for one in changed] == ["kept"] * len(changed) == ["kept", "kept"]


def test_a_wish_and_its_ledger_entry_stay_whole() -> None:
    desk = letters.Desk()
    wish = newer(letters.due(fallback=[letters.SMS_ROUTE]))
    entry = desk.wish(wish)
    assert (tomorrow(entry.due), tomorrow(entry.due.route if entry.due else None)) == ("kept", "kept")
    desk.entries[wish.letter_id.encode()] = newer(entry).to_bytes()
    failed = desk.ended(wish, "refused", reason="no such mailbox")
    assert (failed.state, tomorrow(failed)) == ("failed", "kept")
    (other_way,) = desk.passed_on()
    assert (tomorrow(other_way), tomorrow(other_way.route)) == ("kept", "kept")


def test_an_old_entry_of_the_ledger_is_taken_up() -> None:
    desk = letters.Desk()
    wish = letters.due()
    desk.wish(wish)
    old = {
        name: part
        for name, part in json.loads(desk.entries[wish.letter_id.encode()]).items()
        if name in ledger.Entry.model_fields and ledger.Entry.model_fields[name].is_required()
    }
    desk.entries[wish.letter_id.encode()] = json.dumps(old | {"state": "accepted"}).encode()
    assert desk.receipt(wish, "delivered").state == "delivered"


def test_an_arrival_of_the_first_day_opens_a_case() -> None:
    desk = triage.Desk()
    bare = first("Arrival")["bare"] | {"identity": "1" * 32}
    headers = cloudevents.headers(ARRIVAL, "1", "/test", NOON)
    record = Record(
        topics.MESSAGES.name, 0, 0, int(NOON.timestamp() * 1000), b"k", json.dumps(bare).encode(), headers
    )
    (prepared,) = desk.stage.prepare([record])
    outputs = desk.stage.step(record, prepared, desk.tables).outputs
    assert topics.EVENTS.name in {output.topic for output in outputs}


def test_a_dead_letter_is_edited_and_replayed_whole() -> None:
    delivery = newer(Delivery.model_validate(first("Delivery")["full"]))
    headers = {"gw_delivery": delivery.to_bytes().decode()}
    letter = DeadLetter.model_validate(
        first("DeadLetter")["bare"]
        | {"topic": topics.DELIVERIES.name, "headers": headers, "from_tomorrow": "kept"}
    )
    edited = rule.edited(letter, b"mended", "1" * 32, None)
    again = Delivery.from_headers(dict(rule.replayed(edited).headers))
    assert (tomorrow(edited), tomorrow(again), again.identity) == ("kept", "kept", "1" * 32)


def test_what_is_to_be_fetched_stays_whole_until_it_is_told() -> None:
    wanted = MediaWanted.model_validate(first("MediaWanted")["full"])
    kept = fetching.Entry.from_bytes(fetching.Entry(wanted=newer(wanted)).to_bytes())
    assert tomorrow(kept.wanted) == "kept"
    assert tomorrow(kept.news(NOON, reason="gone").media) == "kept"
