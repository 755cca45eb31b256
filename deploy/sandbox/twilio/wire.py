"""Twilio's words: a message as JSON, an error as JSON, a webhook as form fields."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Any

import phonenumbers
from starlette.responses import JSONResponse

API_VERSION = "2010-04-01"


@dataclass
class Media:
    """One attachment of an MMS; `data` is base64."""

    sid: str
    content_type: str
    data: str


@dataclass
class SmsMessage:
    """One message in either direction, as Twilio's Message resource knows it; times in UTC."""

    sid: str
    account_sid: str
    sender: str
    to: str
    body: str
    direction: str
    status: str
    num_segments: int
    created_at: datetime
    sent_at: datetime | None = None
    updated_at: datetime | None = None
    error_code: int | None = None
    status_callback: str = ""
    messaging_service_sid: str | None = None
    media: list[Media] = field(default_factory=list)

    @property
    def uri(self) -> str:
        return f"/{API_VERSION}/Accounts/{self.account_sid}/Messages/{self.sid}"

    def as_json(self) -> dict[str, Any]:
        """The resource as the API answers it: numbers as strings, dates as in RFC 2822."""
        return {
            "account_sid": self.account_sid,
            "api_version": API_VERSION,
            "body": self.body,
            "date_created": _rfc2822(self.created_at),
            "date_sent": _rfc2822(self.sent_at),
            "date_updated": _rfc2822(self.updated_at or self.created_at),
            "direction": self.direction,
            "error_code": self.error_code,
            "error_message": None,
            "from": self.sender,
            "messaging_service_sid": self.messaging_service_sid,
            "num_media": str(len(self.media)),
            "num_segments": str(self.num_segments),
            "price": None,
            "price_unit": "USD",
            "sid": self.sid,
            "status": self.status,
            "subresource_uris": {"media": f"{self.uri}/Media.json"},
            "to": self.to,
            "uri": f"{self.uri}.json",
        }


def inbound_form(message: SmsMessage, base_url: str) -> dict[str, str]:
    """The fields of the webhook for an incoming message; media are URLs below `base_url`."""
    places = {f"{side}{part}": "" for side in ("From", "To") for part in ("City", "State", "Zip")}
    return {
        **places,
        "ToCountry": _country(message.to),
        "FromCountry": _country(message.sender),
        "SmsMessageSid": message.sid,
        "SmsSid": message.sid,
        "MessageSid": message.sid,
        "AccountSid": message.account_sid,
        "SmsStatus": "received",
        "From": message.sender,
        "To": message.to,
        "Body": message.body,
        "NumSegments": str(message.num_segments),
        "NumMedia": str(len(message.media)),
        **_media_fields(message, base_url),
        "ApiVersion": API_VERSION,
    }


def status_form(message: SmsMessage, status: str) -> dict[str, str]:
    """The fields of a status callback."""
    fields = {
        "SmsSid": message.sid,
        "SmsStatus": status,
        "MessageStatus": status,
        "To": message.to,
        "MessageSid": message.sid,
        "AccountSid": message.account_sid,
        "From": message.sender,
        "ApiVersion": API_VERSION,
    }
    return {**fields, "ErrorCode": str(message.error_code)} if message.error_code else fields


def error(status: int, code: int, message: str) -> JSONResponse:
    """An error as Twilio writes it: https://www.twilio.com/docs/usage/twilios-response"""
    more = f"https://www.twilio.com/docs/errors/{code}"
    headers = {"Retry-After": "1"} if status in (429, 503) else None
    return JSONResponse(
        {"code": code, "message": message, "more_info": more, "status": status}, status, headers
    )


def error_for_status(status: int) -> JSONResponse:
    """The general error of a status code, for faults."""
    if status == 429:
        return error(429, 20429, "Too Many Requests")
    return error(status, 20000 + status, "Internal Server Error" if status >= 500 else "Request failed")


def _media_fields(message: SmsMessage, base_url: str) -> dict[str, str]:
    fields: dict[str, str] = {}
    for index, media in enumerate(message.media):
        fields[f"MediaContentType{index}"] = media.content_type
        fields[f"MediaUrl{index}"] = f"{base_url}{message.uri}/Media/{media.sid}"
    return fields


def _rfc2822(moment: datetime | None) -> str | None:
    return format_datetime(moment.astimezone(UTC)) if moment else None


def _country(number: str) -> str:
    try:
        return phonenumbers.region_code_for_number(phonenumbers.parse(number)) or ""
    except phonenumbers.NumberParseException:
        return ""
