"""Forms and mails as they come in at the doors, read by their channels, normalised, and through triage."""

from dataclasses import dataclass, field
from typing import Any

from channels.contract import Channel
from channels.registry import BY_NAME
from schemas import identity
from schemas.complaint import CaseEvent
from schemas.delivery import Delivery
from schemas.form import FilledForm
from schemas.intake import ALIAS, ARRIVAL, LETTER_STATUS, Alias, Arrival
from schemas.letter import LetterDue, LetterStatus
from tests.unit.triage.case import SECRET, Came, Desk
from workers.normalise import rule

OURS = "help@us.example.org"
ANNA = "anna@example.org"


@dataclass
class Street(Desk):
    """A desk for which messages are read from their bytes; words to other homes arrive there."""

    events: list[CaseEvent] = field(default_factory=list)
    letters: list[LetterDue] = field(default_factory=list)

    def form(self, text: str, email: str = ANNA, **fields: Any) -> str:
        """Somebody fills in the form; the reference that the page tells him."""
        filled = FilledForm(key=f"key-{self.offset}", description=text, email=email, **fields)
        return self.bring("webform", filled.to_bytes()).reference

    def mail(self, text: str, sender: str = ANNA, **headers: str) -> CaseEvent:
        """A mail; the last event that came of it."""
        facts = {"mailbox": OURS, "own_addresses": OURS, "authserv_id": "mx.us.example.org"}
        lines = {
            "From": sender,
            "To": OURS,
            "Message-ID": f"<{self.offset}@example.org>",
            "Subject": "boiler",
        }
        given = {name.replace("_", "-"): value for name, value in headers.items()}
        head = "".join(f"{name}: {value}\r\n" for name, value in {**lines, **given}.items())
        self.bring("mail", f"{head}\r\n{text}\r\n".encode(), facts)
        return self.events[-1]

    def bring(self, name: str, raw: bytes, facts: dict[str, str] | None = None) -> Arrival:
        """One delivery through normalise's rule and all of triage."""
        channel: Channel = BY_NAME[name]  # type: ignore[index]
        delivery = Delivery(
            delivery_id=f"d-{self.offset}", channel=channel.name, received_at=self.now, facts=facts or {}
        )
        received = rule.Received(delivery, raw, self.now)
        (reading,) = channel.read(raw, delivery.facts)
        arrival = rule.arrival(channel, received, reading.message, SECRET)
        self._settle(self.feed(ARRIVAL, arrival))
        return arrival

    def sent(self, due: LetterDue, provider_id: str) -> None:
        """The letters stage tells that a letter was taken."""
        word = LetterStatus(
            letter_id=due.letter_id,
            kind=due.kind,
            reference=due.reference,
            person_key=due.person_key,
            channel=due.channel,
            state="accepted",
            provider_id=provider_id,
            at=self.now,
        )
        self._settle(self.feed(LETTER_STATUS, word))

    def _settle(self, first: Came) -> None:
        came = [first]
        for step in came:
            self.events += step.events
            self.letters += step.letters
            for topic, value in step.outputs:
                if topic == "intake.messages":
                    alias = b'"named_key"' in value
                    kind, model = (ALIAS, Alias) if alias else (ARRIVAL, Arrival)
                    came.append(self.feed(kind, model.from_bytes(value)))


def token_address(reference: str) -> str:
    """Where an answer to the letter of this case goes."""
    local, _, domain = OURS.partition("@")
    return f"{local}+{identity.reply_token(SECRET, reference)}@{domain}"
