"""Aliases at work: given by a case that opens, heard at the named address, used by a message, taken back."""

from schemas import identity
from schemas.complaint import Link
from schemas.intake import Alias, Arrival
from workers.triage import proof
from workers.triage.alias import rule
from workers.triage.changes import Changes
from workers.triage.state import CaseRecord, Memory, PersonRecord
from workers.triage.thread.rule import JOIN_WINDOW, OwnCase, Thread, thread


def give(case: CaseRecord, arrival: Arrival, changes: Changes) -> CaseRecord:
    """The addresses named by the message that opened `case` hear of it. A spoofed sender names nobody."""
    if not arrival.other_keys or arrival.message.flags.spoofed:
        return case
    others = [key for key in dict.fromkeys(arrival.other_keys) if key != arrival.person_key]
    named = others[: rule.MOST_NAMED]
    for key in named:
        changes.alias(_alias(case, key, arrival.identity, changes))
    return case.model_copy(update={"named": named})


def take_back(case: CaseRecord, cause: str, changes: Changes) -> CaseRecord:
    """The case is over for good: the addresses that it named are free of it."""
    for key in case.named:
        changes.alias(_alias(case, key, cause, changes).model_copy(update={"withdrawn": True}))
    return case.model_copy(update={"named": []})


def heard(word: Alias, memory: Memory, changes: Changes) -> None:
    """An alias arrives at the address that it names: remembered, and the case that came before it is linked.

    Only the first few are worth a line to the case system: whoever fills in a number a hundred times is noise.
    """
    before = memory.person(word.named_key)
    person = before.with_aliases(rule.remembered(before.named_in, word))
    if person == PersonRecord():
        changes.forget_person(word.named_key)
    else:
        changes.keep_person(word.named_key, person)
    crowded = len(before.named_in) >= rule.MOST_LINKS
    earlier = None if word.withdrawn or crowded else _newest_open(person, memory, word)
    if earlier is None:
        return
    links = [Link(reference=word.reference, why=rule.WHY)]
    case = changes.event(earlier, "linked", word.cause, links=links)
    changes.keep_case(changes.tell(case, "complaint.linked", word.cause, links=links))


def send_on(arrival: Arrival, where: Thread, person: PersonRecord, changes: Changes) -> bool:
    """Send a message that joins nothing here to the home it points to; whether it went.

    One hop: what was sent on before stays, and so does what nobody vouches for (a typed address, a forged From). The
    reference that it was told resolves once it has joined.
    """
    message = arrival.message
    if arrival.forwarded or proof.unproven(message):
        return False
    answered = [one for one in (message.in_reply_to, *message.references) if one]
    unknown = bool(answered) and not any(one in person.threads for one in answered)
    home = rule.other_home([reference for reference, _ in where.linked], unknown, person.named_in)
    if home:
        changes.pass_on(arrival.model_copy(update={"forwarded": True, "home_key": home}), home)
    return bool(home)


def destination(arrival: Arrival, memory: Memory, secret: bytes) -> tuple[CaseRecord | None, str]:
    """Asked at the other home: the case that a message sent on joins, and why; None when it has to go back.

    Only a case that named the sender when it was opened, and only by what the message itself points to.
    """
    home, named = memory.person(arrival.home_key), memory.person(arrival.home_key, unproven=True)

    def own(reference: str) -> OwnCase | None:
        case = memory.own_case(arrival.home_key, reference)
        return case if case and arrival.person_key in case.named else None

    token = identity.open_reply_token(secret, arrival.message.reply_token)
    where = thread(arrival.message, token, arrival.logged_at, own, {**named.threads, **home.threads})
    why = f"{where.why}; from an address that was named when the case was opened"
    return (memory.case(where.join), why) if where.join else (None, "")


def _newest_open(person: PersonRecord, memory: Memory, word: Alias) -> CaseRecord | None:
    for reference in reversed(person.cases):
        case = memory.case(reference)
        if case is not None and case.takes_messages and word.at - case.last_event <= JOIN_WINDOW:
            return case
    return None


def _alias(case: CaseRecord, key: str, cause: str, changes: Changes) -> Alias:
    return Alias(
        reference=case.reference, named_key=key, home_key=case.person_key, cause=cause, at=changes.at
    )
