"""Our own form, as it is stored: what a person, or a clerk for a person, filled in. The door validated it."""

import json
from typing import Self

from pydantic import Field, ValidationError

from schemas.errors import Unreadable
from schemas.message import Address, Attachment, FormFields, Message, ReplyRoute
from schemas.names import ChannelName
from schemas.wire import Wire

MEDIA_TYPE = "application/vnd.gateway.form+json"
MANY_FROM_ONE_NETWORK = "many forms that name an address came from one network within an hour"
"""Noted by the door: the case is opened, but a person decides whether its letter goes out."""
FLOOD = "many forms came from one network within a minute"
"""Noted by the door: others need not wait for it."""
_IDENTIFYING = (
    "description",
    "name",
    "email",
    "phone",
    "acting_for",
    "product",
    "account_or_order",
    "problem_date",
    "remedy",
    "language",
)
"""Frozen: a field added later joins the identity only when it is filled in."""


class FilledForm(Wire):
    """The canonical JSON of one submission. `email` and `phone` are in their normal form (E.164).

    `key` is the Idempotency-Key or the nonce of the rendered page; `odd` tells what the door noticed.
    Attachments are in the blob store already.
    """

    key: str
    description: str
    name: str = ""
    email: str = ""
    phone: str = ""
    acting_for: str = ""
    product: str = ""
    account_or_order: str = ""
    problem_date: str = ""
    remedy: str = ""
    language: str = ""
    taken_by: str = ""
    attachments: list[Attachment] = Field(default_factory=list)
    odd: list[str] = Field(default_factory=list)

    @classmethod
    def read(cls, raw: bytes) -> Self:
        """The form in a delivery's bytes; raises Unreadable when they are not one."""
        if b"\\u0000" in raw:
            raise Unreadable("not a filled-in form of ours: it holds a NUL, which the door never lets in")
        try:
            return cls.from_bytes(raw)
        except ValidationError as error:
            where = ", ".join(".".join(map(str, problem["loc"])) or "body" for problem in error.errors())
            raise Unreadable(f"not a filled-in form of ours: {where[:500]}") from error

    def identity_parts(self) -> tuple[bytes, ...]:
        """Key, fields and enclosures: a key used again with another body is another complaint."""
        fields = [getattr(self, name) for name in _IDENTIFYING]
        if self.taken_by:
            fields.append(self.taken_by)
        text = json.dumps(fields, ensure_ascii=False, separators=(",", ":"))
        return (
            self.key.encode(),
            text.encode(),
            *(item.sha256.encode() for item in self.attachments),
        )

    def addresses(self) -> list[Address]:
        """Every way to answer that was given, the one to answer on first: mail, else telephone."""
        mail = Address(kind="mail", value=self.email, name=self.name)
        phone = Address(kind="phone", value=self.phone, name=self.name)
        return [address for address in (mail, phone) if address.value]

    def message(self, channel: ChannelName) -> Message:
        """What the person said, with the way an answer gets back to him."""
        ways = self.addresses() or [Address(name=self.name)]
        return Message(
            channel=channel,
            sender=ways[0],
            sender_proof="unproven",
            other_addresses=ways[1:],
            text=self.description,
            full_text=self.description,
            language=self.language,
            attachments=self.attachments,
            form=FormFields(
                acting_for=self.acting_for,
                product=self.product,
                account_or_order=self.account_or_order,
                problem_date=self.problem_date,
                remedy=self.remedy,
                taken_by=self.taken_by,
                form_language=self.language,
            ),
            reply=_route(channel, ways[0]),
            problems=self.odd,
        )


def _route(channel: ChannelName, way: Address) -> ReplyRoute:
    """A letter goes by mail or SMS when such an address was given; else the page was the letter."""
    by: dict[str, ChannelName] = {"mail": "mail", "phone": "sms"}
    return ReplyRoute(channel=by.get(way.kind, channel), address=way)
