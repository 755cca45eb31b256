"""Twilio's words for an incoming message and for a status callback.

Source: Twilio, "Twilio's request to your incoming message webhook" and "Outbound message status in status
callbacks". Fields that are not named here are ignored: Twilio adds them without notice.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

from pydantic import BaseModel, ConfigDict, Field

from channels.json_body import clean, read_json
from schemas.errors import Unreadable

MOST_FIELDS = 500
_MEDIA = re.compile(r"MediaUrl(\d{1,2})")


class Twilio(BaseModel):
    """The named fields of one call; all of them are text on the wire."""

    model_config = ConfigDict(extra="ignore", frozen=True, coerce_numbers_to_str=True)

    message_sid: str = Field("", alias="MessageSid")
    sms_sid: str = Field("", alias="SmsSid")
    sender: str = Field("", alias="From")
    to: str = Field("", alias="To")
    body: str = Field("", alias="Body")
    message_status: str = Field("", alias="MessageStatus")
    sms_status: str = Field("", alias="SmsStatus")
    error_code: str = Field("", alias="ErrorCode")
    opt_out_type: str = Field("", alias="OptOutType")
    profile_name: str = Field("", alias="ProfileName")
    button_text: str = Field("", alias="ButtonText")
    replied_sid: str = Field("", alias="OriginalRepliedMessageSid")
    latitude: str = Field("", alias="Latitude")
    longitude: str = Field("", alias="Longitude")
    label: str = Field("", alias="Label")
    place: str = Field("", alias="Address")
    external_id: str = Field("", alias="ExternalUserId")
    message_type: str = Field("", alias="MessageType")
    list_title: str = Field("", alias="ListTitle")
    list_description: str = Field("", alias="ListDescription")
    button_payload: str = Field("", alias="ButtonPayload")
    interactive: str = Field("", alias="InteractiveData")
    flow: str = Field("", alias="FlowData")
    forwarded: str = Field("", alias="Forwarded")
    ad_headline: str = Field("", alias="ReferralHeadline")
    ad_body: str = Field("", alias="ReferralBody")
    ad_url: str = Field("", alias="ReferralSourceUrl")

    @property
    def sid(self) -> str:
        """The message's id, under whichever of its two names it came."""
        return self.message_sid or self.sms_sid

    @property
    def status(self) -> str:
        """The status in lower case; empty when none was sent."""
        return (self.message_status or self.sms_status).lower()


@dataclass(frozen=True, slots=True)
class Media:
    """One enclosure of an MMS: where Twilio keeps it and what it is."""

    url: str
    kind: str


@dataclass(frozen=True, slots=True)
class Call:
    """One call's named fields and its media, in their order."""

    fields: Twilio
    media: tuple[Media, ...]


def calls(raw: bytes) -> list[Call]:
    """The calls in one body: a form, a JSON object, or a batch of Event Streams (a JSON array).

    Raises Unreadable for anything else.
    """
    if raw.lstrip()[:1] in (b"{", b"["):
        value = read_json(raw)
        return [_call(_capitalised(item)) for item in (value if isinstance(value, list) else [value])]
    return [_call(form(raw))]


def form(raw: bytes) -> dict[str, str]:
    """`application/x-www-form-urlencoded` to fields; the first of a repeated one counts."""
    try:
        pairs = parse_qsl(
            raw.decode("utf-8", "replace"),
            keep_blank_values=True,
            max_num_fields=MOST_FIELDS,
            errors="replace",
        )
    except ValueError as error:
        raise Unreadable(f"not a form: {error}") from error
    return dict(reversed(pairs))


def _call(fields: Mapping[str, Any]) -> Call:
    text = {key: clean(str(value)) for key, value in fields.items() if isinstance(value, str | int | float)}
    places = sorted((match[1] for key in text if (match := _MEDIA.fullmatch(key))), key=int)
    media = (Media(text[f"MediaUrl{place}"], text.get(f"MediaContentType{place}", "")) for place in places)
    return Call(Twilio.model_validate(text), tuple(one for one in media if one.url))


def _capitalised(item: Any) -> dict[str, Any]:
    """Event Streams write the form's names in camel case, under `data`; fold both into the form's names."""
    data = item.get("data", item) if isinstance(item, dict) else None
    if not isinstance(data, dict):
        raise Unreadable("neither a message nor a status of Twilio's")
    return {key[:1].upper() + key[1:]: value for key, value in data.items()}
