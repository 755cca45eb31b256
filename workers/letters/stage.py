"""The letters stage: wishes, receipts and consent come in; ledger and news go out, in one transaction.

A new wish is written down as attempted at once, lease included: the letter may leave after one commit.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from types import MappingProxyType

from schemas import topics
from schemas.errors import GatewayError, Unreadable
from schemas.letter import Consent, LetterDue, LetterReceipt, LetterSettled
from workers import dead_letters
from workers.letters import ledger, outputs, rule, turns
from workers.letters.age import Age
from workers.letters.effects import LetterEffects
from workers.letters.ledger import Entry, Recipient
from workers.letters.numbers import country
from workers.letters.outlet import Outlet
from workers.letters.reading import Wish, Word, read
from workers.letters.render import Renderer
from workers.letters.settings import LettersSettings
from workers.runtime.contract import Delta, EffectPort, Effects, Output, Record, Table, Tables

NAME = "letters"
NO_ROWS: Mapping[str, Recipient] = MappingProxyType({})
_Rows = dict[str, Recipient]


@dataclass(frozen=True, slots=True)
class Prepared:
    """One input and the time at which it was taken up: leases and caps count from there."""

    word: Word
    now: datetime


@dataclass(frozen=True, slots=True)
class Letters:
    """Pure but for `effects`, where the letters leave. `clock` gives the time in UTC."""

    settings: LettersSettings
    renderer: Renderer
    outlet: Outlet
    clock: Callable[[], datetime]
    name: str = NAME
    source: str = topics.LETTERS_DUE.name
    tables: tuple[Table, ...] = (ledger.table(topics.LETTERS_LEDGER.name),)

    def prepare(self, records: Sequence[Record]) -> Sequence[object]:
        """Records to words; a wish is rendered here, off the event loop."""
        now = self.clock().astimezone(UTC)
        room = self.outlet.room(self.settings)
        prepared: list[object] = []
        for record in records:
            word = read(record, self.renderer, now)
            if isinstance(word, Wish):
                channel = word.due.route.channel
                room[channel] = room.get(channel, 0) - 1
                word = replace(word, crowded=room[channel] < 0)
            prepared.append(word if isinstance(word, GatewayError) else Prepared(word, now))
        return prepared

    def step(self, record: Record, prepared: object, tables: Tables) -> Delta:
        """One word, one delta."""
        if isinstance(prepared, GatewayError):
            raise prepared
        assert isinstance(prepared, Prepared)
        word, now = prepared.word, prepared.now
        if isinstance(word, Wish):
            return self._wish(word, tables, now)
        if isinstance(word, Consent):
            recipient = ledger.recipient_of(tables, word.person_key)
            return _delta(rows={word.person_key: rule.consented(recipient, word)})
        if isinstance(word, turns.Forget):
            return self._forgotten(word.key.encode(), tables, now)
        entry = ledger.entry_of(tables, word.letter_id)
        if entry is None:
            return Delta()
        if isinstance(word, LetterSettled):
            return self._settled(word, entry, now)
        return self._turn(word, entry, tables, now)

    def dead_letter(self, record: Record, error: Unreadable) -> Output:
        """What no letter can be made of."""
        return dead_letters.dead_letter(self.name, record, error)

    def effects(self, port: EffectPort) -> Effects | None:
        """The lanes of one partition."""
        return LetterEffects(port, self.outlet, self.settings, self.clock)

    async def aclose(self) -> None:
        """Close the connections that all partitions share."""
        await self.outlet.aclose()

    def _wish(self, wish: Wish, tables: Tables, now: datetime) -> Delta:
        if ledger.entry_of(tables, wish.due.letter_id) is not None:
            return Delta()
        recipient = ledger.recipient_of(tables, wish.recipient)
        reachable = wish.due.route.channel in self.outlet.repliers
        address = wish.due.route.address
        place = ledger.country_row(country(address.value)) if address.kind == "phone" else ""
        row = ledger.recipient_of(tables, place) if place else rule.NOBODY
        verdict = rule.admit(wish.due, recipient, reachable, self.settings, now, row)
        if wish.crowded and verdict.state == "attempted":
            verdict = rule.Verdict("due")
        entry = self._opened(wish, verdict, now)
        rows: _Rows = {}
        if entry.pending and not entry.synthetic:
            rows[wish.recipient] = rule.counted(recipient, now)
            if place:
                rows[place] = rule.counted_for_country(row, now)
        return self._written(None, entry, wish.due, rows)

    def _opened(self, wish: Wish, verdict: rule.Verdict, now: datetime) -> Entry:
        due, rendered = wish.due, wish.rendered
        attempted = verdict.state == "attempted"
        entry = Entry(
            letter_id=due.letter_id,
            kind=due.kind,
            reference=due.reference,
            home=rule.home_of(due, self.renderer.deployment.secret),
            recipient=wish.recipient,
            channel=due.route.channel,
            state=verdict.state,
            reason=verdict.reason,
            attempts=int(attempted),
            since=now,
            changed_at=now,
            received_at=due.received_at,
            template=rendered.template,
            sha256=rendered.sha256,
            synthetic=due.synthetic,
            due=due,
            letter=rendered.letter,
            lease_until=now + self.settings.lease if attempted else None,
        )
        return entry if entry.pending else rule.finished(entry, verdict, now)

    def _turn(
        self, word: LetterReceipt | turns.Claim | turns.Ended, entry: Entry, tables: Tables, now: datetime
    ) -> Delta:
        recipient, rows = ledger.recipient_of(tables, entry.recipient), _Rows()
        if isinstance(word, turns.Claim):
            after = rule.claimed(entry, word, recipient, self.settings, now)
        elif isinstance(word, turns.Ended):
            after = rule.ended(entry, word, self.settings, now)
        else:
            after = rule.receipted(entry, word)
            if after is entry:  # most callbacks only say again what is known
                return Delta()
        if after.state == "failed" and entry.state != "failed" and rule.address_is_dead(after.reason):
            until = now + timedelta(days=self.settings.bounce_days)
            rows[entry.recipient] = rule.bounced(recipient, entry.channel, until)
        return self._written(entry, after, entry.due, rows)

    def _settled(self, word: LetterSettled, entry: Entry, now: datetime) -> Delta:
        """What a person decided, with its entry in the audit; nothing when the letter is unclear no more."""
        after = rule.settled(entry, word, now)
        if after is entry:
            return Delta()
        delta = self._written(entry, after, entry.due, {})
        delta.outputs.append(outputs.settled(entry, word, now))
        return delta

    def _forgotten(self, key: bytes, tables: Tables, now: datetime) -> Delta:
        value = tables.get(ledger.LEDGER, key)
        old = value is not None and Age(now, self.settings.keep_days).is_over(key, value)
        return Delta(writes={ledger.LEDGER: {key: None}} if old else {})

    def _written(self, before: Entry | None, after: Entry, due: LetterDue | None, rows: _Rows) -> Delta:
        """Ledger, news if it is news, and the next way to the complainant if this one has failed."""
        delta = _delta(after, rows)
        if rule.is_news(before, after):
            delta.outputs.append(outputs.status(after))
        other_way = rule.fallback(due, before, after)
        if other_way is not None:
            delta.outputs.append(outputs.wish(other_way, after, self.renderer.deployment.secret))
        return delta


def _delta(entry: Entry | None = None, rows: Mapping[str, Recipient] = NO_ROWS) -> Delta:
    writes: dict[bytes, bytes | None] = {}
    if entry is not None:
        writes[entry.letter_id.encode()] = entry.to_bytes()
    for name, row in rows.items():
        writes[ledger.recipient_key(name)] = row.to_bytes()
    return Delta(writes={ledger.LEDGER: writes})
