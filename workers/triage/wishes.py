"""Which letter a case owes to whom: built from the message, sent by the letters stage."""

from schemas import identity
from schemas.complaint import Deadlines
from schemas.form import MANY_FROM_ONE_NETWORK
from schemas.intake import Arrival
from schemas.letter import LetterDue
from schemas.message import Address, Message, ReplyRoute
from schemas.names import ChannelName
from workers.triage import proof
from workers.triage.state import CaseRecord

ANSWERING: dict[str, ChannelName] = {"mail": "mail", "phone": "sms"}
"""Which channel reaches an address of this kind."""


def acknowledgement(
    case: CaseRecord, arrival: Arrival, secret: bytes, language: str, deadlines: Deadlines
) -> tuple[LetterDue, str]:
    """The acknowledgement that `case` owes the sender of `arrival`, and its recipient's person key."""
    message = arrival.message
    route = message.reply or ReplyRoute(channel=arrival.channel, account=arrival.account)
    page_only = route.address.kind == "none" and message.reply is not None
    due = LetterDue(
        letter_id=identity.letter_id(case.reference, "acknowledgement", route.channel),
        kind="acknowledgement",
        reference=case.reference,
        status_code=identity.status_code(secret, case.reference),
        case_key=case.case_key,
        person_key=case.person_key,
        channel=route.channel,
        route=route,
        fallback=[_route_to(address) for address in message.other_addresses if address.kind in ANSWERING],
        language=message.form.form_language if message.form and message.form.form_language else language,
        received_at=arrival.received_at,
        due_at=deadlines.acknowledge_by,
        respond_by=deadlines.respond_by,
        shown=page_only,
        suppress=_reason_not_to_write(arrival),
        hold=MANY_FROM_ONE_NETWORK if MANY_FROM_ONE_NETWORK in message.problems else "",
        unproven=proof.unproven(message),
        synthetic=arrival.test,
    )
    return due, _recipient(route.address, case, secret)


def no_letter(message: Message) -> str:
    """Why nobody is written to about this message, be it a case or not; empty when a letter goes."""
    if message.reply is None:
        return "no way to answer"
    if message.flags.spoofed:
        return "its sender is forged"
    if message.flags.no_answer:
        return "list mail" if message.flags.list else "the mail asks for no automatic answer"
    return ""


def _reason_not_to_write(arrival: Arrival) -> str:
    why = no_letter(arrival.message)
    if arrival.backfill and arrival.message.reply is not None:
        return "older than the start of this source"
    return why


def _recipient(address: Address, case: CaseRecord, secret: bytes) -> str:
    if address.kind == "none":
        return case.person_key
    return identity.recipient_key(secret, address.kind, address.value)


def _route_to(address: Address) -> ReplyRoute:
    return ReplyRoute(channel=ANSWERING[address.kind], address=address)
