"""The life of a letter as plain functions: time, state and identifiers come in, the next state goes out.

due → attempted → accepted → delivered / failed; or shown, suppressed, unclear. A letter never goes back from
a state that the provider confirmed, so late, doubled and disordered answers are harmless.
"""

import hashlib
import re
from dataclasses import dataclass
from datetime import datetime, timedelta

from schemas import identity
from schemas.letter import Consent, LetterDue, LetterReceipt, LetterSettled, LetterState
from schemas.names import ChannelName
from workers.letters.ledger import Entry, Recipient
from workers.letters.numbers import allowed, costly
from workers.letters.numbers import country as country_of
from workers.letters.settings import LettersSettings
from workers.letters.turns import Claim, Ended

OFF = "letters are switched off"
HOLD = "letters are on hold"
OPTED_OUT = "opted out"
DEAD_ADDRESS = "the address does not exist"
TOO_MANY = "too many letters to this address within an hour"
TOO_MANY_TODAY = "too many letters to this address today"
NEEDS_A_YES = "not sent: a person must say yes (`gateway letters settle … --as unsent` sends it)"
NOBODY = Recipient()
NO_ADDRESS = "there is no address to write to"
_UNREACHABLE = {OPTED_OUT, DEAD_ADDRESS, NO_ADDRESS}
_NO_SUCH_MAILBOX = re.compile(r"\b5\.1\.\d+\b")
"""Enhanced status codes of the class "bad destination address" (RFC 3463, 3.2)."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """Where a new letter stands at once, and why."""

    state: LetterState
    reason: str = ""


def admit(
    due: LetterDue,
    recipient: Recipient,
    reachable: bool,
    rules: LettersSettings,
    now: datetime,
    country: Recipient = NOBODY,
) -> Verdict:
    """Whether a letter may go out. `reachable`: its channel has a way out here. `country`: the row of its number's."""
    if due.shown:
        return Verdict("shown")
    barred = due.suppress or (OFF if rules.switch == "off" else bar(due, recipient, now))
    if barred:
        return Verdict("suppressed", barred)
    if not reachable:
        return Verdict("failed", f"the channel {due.route.channel} has no way out here")
    if not due.synthetic:
        if len(recipient.last_hour(now)) >= rules.per_address_hour:
            return Verdict("suppressed", TOO_MANY)
        if recipient.today(now) >= rules.per_address_day:
            return Verdict("suppressed", TOO_MANY_TODAY)
        if why := needs_a_yes(due, country, rules, now):
            return Verdict("unclear", f"{NEEDS_A_YES}: {why}")
    return Verdict("due", HOLD) if rules.switch == "hold" else Verdict("attempted")


def needs_a_yes(due: LetterDue, country: Recipient, rules: LettersSettings, now: datetime) -> str:
    """Why a person must say yes before this letter leaves; empty for most."""
    if due.hold:
        return due.hold
    address = due.route.address
    if address.kind != "phone":
        return ""
    what = costly(address.value)
    if what and not allowed(address.value, rules.costly_prefixes):
        return f"the number is a {what}; GATEWAY_LETTERS_COSTLY_PREFIXES allows such numbers"
    if country.today(now) >= rules.per_country_day:
        where = country_of(address.value)
        return f"{rules.per_country_day} letters went to {where} today (GATEWAY_LETTERS_PER_COUNTRY_DAY)"
    return ""


def bar(due: LetterDue, recipient: Recipient, now: datetime) -> str:
    """Why this address gets nothing on this channel; empty when nothing stands against it."""
    route = due.route
    if not (route.address.value or route.handle or route.thread):
        return NO_ADDRESS
    if route.channel in recipient.opted_out:
        return OPTED_OUT
    dead_until = recipient.dead_until.get(route.channel)
    return DEAD_ADDRESS if dead_until is not None and now < dead_until else ""


def claimed(entry: Entry, claim: Claim, recipient: Recipient, rules: LettersSettings, now: datetime) -> Entry:
    """The entry with a fresh lease for one attempt, or suppressed when the gate has closed meanwhile."""
    if not entry.pending or entry.due is None:
        return entry
    in_doubt = entry.in_doubt or claim.in_doubt
    barred = OFF if rules.switch == "off" else bar(entry.due, recipient, now)
    if barred and not in_doubt:
        return finished(entry, Verdict("suppressed", barred), now)
    if barred:
        return finished(entry, Verdict("unclear", f"{barred}, after an attempt without an answer"), now)
    return entry.model_copy(
        update={
            "state": "attempted",
            "reason": entry.reason if entry.attempts else "",
            "attempts": entry.attempts + 1,
            "in_doubt": in_doubt,
            "lease_until": now + rules.lease,
            "next_attempt_at": None,
            "changed_at": now,
        }
    )


def ended(entry: Entry, ending: Ended, rules: LettersSettings, now: datetime) -> Entry:
    """The entry after an attempt. What a receipt has settled meanwhile stands; the provider's id is added."""
    if not entry.pending:
        known = entry.provider_id or ending.provider_id
        return entry.model_copy(update={"provider_id": known})
    if ending.end == "accepted":
        taken = entry.model_copy(update={"provider_id": ending.provider_id})
        return finished(taken, Verdict("accepted"), now)
    if ending.end == "refused":
        return finished(entry, Verdict("failed", f"{ending.reason} {ending.code}".strip()), now)
    if ending.end == "unclear":
        return finished(entry, Verdict("unclear", ending.reason), now)
    return _again(entry, ending, rules, now)


def _again(entry: Entry, ending: Ended, rules: LettersSettings, now: datetime) -> Entry:
    in_doubt = ending.end == "doubt"
    if now - entry.since > timedelta(hours=rules.give_up_hours):
        return finished(entry, Verdict("unclear" if in_doubt else "failed", f"gave up: {ending.reason}"), now)
    wait = max(ending.retry_after, back_off(entry, rules))
    return entry.model_copy(
        update={
            "state": "attempted" if in_doubt else "due",
            "reason": ending.reason,
            "in_doubt": in_doubt,
            "lease_until": entry.lease_until if in_doubt else None,
            "next_attempt_at": now + timedelta(seconds=wait),
            "changed_at": now,
        }
    )


def back_off(entry: Entry, rules: LettersSettings) -> float:
    """Seconds until the next attempt: doubling, bounded, spread by the letter's id instead of by chance."""
    ceiling = min(rules.retry_most_seconds, rules.retry_first_seconds * 2 ** min(entry.attempts - 1, 30))
    digest = hashlib.sha256(f"{entry.letter_id}/{entry.attempts}".encode()).digest()
    return float(ceiling) * (0.5 + int.from_bytes(digest[:2], "big") / 131072)


def receipted(entry: Entry, receipt: LetterReceipt) -> Entry:
    """The entry after the provider's or postmaster's word; the same entry when it changes nothing."""
    if receipt.person_key != entry.recipient:
        return entry
    before: dict[LetterState, tuple[LetterState, ...]] = {
        "accepted": ("attempted", "unclear"),
        "delivered": ("attempted", "accepted", "unclear"),
        "failed": ("attempted", "accepted", "unclear"),
    }
    if entry.state not in before.get(receipt.state, ()):
        return entry
    why = f"{receipt.status} {receipt.code}".strip() if receipt.state == "failed" else ""
    known = entry.model_copy(update={"provider_id": entry.provider_id or receipt.provider_id})
    return finished(known, Verdict(receipt.state, why), receipt.at)


def settled(entry: Entry, word: LetterSettled, now: datetime) -> Entry:
    """The entry after a person found out what became of it; the same entry when nothing was unclear.

    What was not sent is due once more, the same bytes through the same gate. Without its wish (older releases
    did not keep it) it cannot be: then it has failed.
    """
    if entry.state != "unclear":
        return entry
    why = f"settled by {word.by}: {word.reason}"
    if word.sent or entry.due is None or entry.letter is None:
        return finished(entry, Verdict("accepted" if word.sent else "failed", why), now)
    return entry.model_copy(update={"state": "due", "reason": why, "since": now, "changed_at": now})


def finished(entry: Entry, verdict: Verdict, now: datetime) -> Entry:
    """The entry in a state where nothing is to be sent: what only sending needed is dropped.

    An unclear letter keeps its rendering and its wish for the person who decides; an accepted one its fallback.
    """
    unclear = verdict.state == "unclear"
    keep_due = unclear or (verdict.state == "accepted" and entry.due is not None and bool(entry.due.fallback))
    return entry.model_copy(
        update={
            "state": verdict.state,
            "reason": verdict.reason,
            "changed_at": now,
            "due": entry.due if keep_due else None,
            "letter": entry.letter if unclear else None,
            "lease_until": None,
            "next_attempt_at": None,
            "in_doubt": False,
        }
    )


def fallback(due: LetterDue | None, before: Entry | None, after: Entry) -> LetterDue | None:
    """The same wish on the next way that the complainant gave, when this one has come to nothing."""
    lost = after.state == "failed" or (after.state == "suppressed" and after.reason in _UNREACHABLE)
    is_new = before is None or before.state != after.state
    if due is None or not due.fallback or not lost or not is_new:
        return None
    route = due.fallback[0]
    return due.model_copy(
        update={
            "letter_id": identity.letter_id(due.reference, due.kind, route.channel),
            "channel": route.channel,
            "route": route,
            "fallback": due.fallback[1:],
        }
    )


def home_of(due: LetterDue, secret: bytes) -> str:
    """The person key under which the case lives: the letter may go to another address of the same person."""
    opened = identity.open_case_key(secret, due.case_key)
    return opened[0] if opened else due.person_key


def counted(recipient: Recipient, now: datetime) -> Recipient:
    """The recipient with one more letter in his hour and day."""
    today = {"day": now.date().isoformat(), "of_day": recipient.today(now) + 1}
    return recipient.model_copy(update={"sent_at": [*recipient.last_hour(now), now], **today})


def counted_for_country(row: Recipient, now: datetime) -> Recipient:
    """The row of a country with one more letter."""
    return row.model_copy(
        update={"sent_at": [now], "day": now.date().isoformat(), "of_day": row.today(now) + 1}
    )


def consented(recipient: Recipient, consent: Consent) -> Recipient:
    """The recipient after opting out of a channel or back into it."""
    others = [channel for channel in recipient.opted_out if channel != consent.channel]
    return recipient.model_copy(
        update={"opted_out": [*others, consent.channel] if consent.opted_out else others}
    )


def bounced(recipient: Recipient, channel: ChannelName, until: datetime) -> Recipient:
    """The recipient after a word that the address does not exist."""
    return recipient.model_copy(update={"dead_until": {**recipient.dead_until, channel: until}})


def address_is_dead(code: str) -> bool:
    """Whether a failure's code says that there is no such mailbox, now or later (RFC 3463, class 5.1)."""
    return _NO_SUCH_MAILBOX.search(code) is not None


def is_news(before: Entry | None, after: Entry) -> bool:
    """Whether triage is told: every end and every reason to wait, but not an attempt that simply goes on.

    An attempt is over in milliseconds; telling of it would double what each acknowledgement costs triage.
    """
    if after.pending:
        return bool(after.reason) and (before is None or after.reason != before.reason)
    if before is None:
        return True
    return (before.state, before.reason) != (after.state, after.reason)
