"""The REST endpoints of Twilio's Message resource, as its own client library calls them."""

import base64
import binascii
import re
from datetime import UTC, datetime
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from deploy.sandbox.twilio.account import Account
from deploy.sandbox.twilio.exchange import Exchange, new_sid
from deploy.sandbox.twilio.outward import Outward
from deploy.sandbox.twilio.segments import segments
from deploy.sandbox.twilio.wire import API_VERSION, SmsMessage, error

WHATSAPP = "whatsapp:"
E164 = re.compile(r"\+[1-9]\d{6,14}")
BODY_LIMIT = 1600
MAGIC_RECIPIENTS = {  # https://www.twilio.com/docs/iam/test-credentials
    "+15005550001": (21211, "Invalid 'To' Phone Number: +15005550001"),
    "+15005550004": (21610, "Attempt to send to unsubscribed recipient"),
    "+15005550009": (21614, "'To' number is not a valid mobile number"),
}
MESSAGES = f"/{API_VERSION}/Accounts/{{account}}/Messages"


class MessagesApi:
    """POST and GET of messages, with basic authentication and Twilio's error codes."""

    def __init__(self, account: Account, exchange: Exchange, outward: Outward) -> None:
        self._account = account
        self._exchange = exchange
        self._outward = outward

    def routes(self) -> list[Route]:
        """The endpoints, with Twilio's paths."""
        return [
            Route(f"{MESSAGES}.json", self.create, methods=["POST"]),
            Route(f"{MESSAGES}.json", self.list, methods=["GET"]),
            Route(f"{MESSAGES}/{{sid}}.json", self.fetch, methods=["GET"]),
            Route(f"{MESSAGES}/{{sid}}/Media/{{media}}", self.media, methods=["GET"]),
        ]

    async def create(self, request: Request) -> Response:
        """Accepts a message for sending; on disk before the 201."""
        if refusal := self._refuse(request):
            return refusal
        form = {name: str(value) for name, value in (await request.form()).items()}
        if refusal := self._check(form):
            return refusal
        message = SmsMessage(
            sid=new_sid("SM"),
            account_sid=self._account.sid,
            sender=form.get("From") or self._account.numbers[0],
            to=form["To"],
            body=form["Body"],
            direction="outbound-api",
            status="queued",
            num_segments=segments(form["Body"]),
            created_at=datetime.now(UTC),
            status_callback=form.get("StatusCallback", ""),
            messaging_service_sid=form.get("MessagingServiceSid"),
        )
        self._exchange.accept(message)
        answer = JSONResponse(message.as_json(), 201)
        self._outward.follow(message)
        return answer

    async def fetch(self, request: Request) -> Response:
        """One message."""
        if refusal := self._refuse(request):
            return refusal
        message = self._exchange.get(request.path_params["sid"])
        return JSONResponse(message.as_json()) if message else _not_found(request)

    async def list(self, request: Request) -> Response:
        """Messages, newest first, filtered by To, From and DateSent, in pages."""
        if refusal := self._refuse(request):
            return refusal
        query = dict(request.query_params)
        size = min(int(query.get("PageSize", 50)), 1000)
        page = int(query.get("Page", 0))
        found = [one for one in reversed(list(self._exchange)) if _matches(one, query)]
        shown = found[page * size : (page + 1) * size]
        more = len(found) > (page + 1) * size
        return JSONResponse(
            {
                "messages": [message.as_json() for message in shown],
                "page": page,
                "page_size": size,
                "start": page * size,
                "end": page * size + max(len(shown) - 1, 0),
                "uri": _page_uri(request, page),
                "first_page_uri": _page_uri(request, 0),
                "next_page_uri": _page_uri(request, page + 1) if more else None,
                "previous_page_uri": _page_uri(request, page - 1) if page else None,
            }
        )

    async def media(self, request: Request) -> Response:
        """The bytes of one attachment of an incoming MMS."""
        if refusal := self._refuse(request):
            return refusal
        message = self._exchange.get(request.path_params["sid"])
        for media in message.media if message else []:
            if media.sid == request.path_params["media"]:
                return Response(base64.b64decode(media.data), media_type=media.content_type)
        return _not_found(request)

    def _refuse(self, request: Request) -> Response | None:
        expected = f"{self._account.sid}:{self._account.auth_token}"
        if _basic_credentials(request) != expected:
            return error(401, 20003, "Authenticate")
        return None if request.path_params["account"] == self._account.sid else _not_found(request)

    def _check(self, form: dict[str, str]) -> Response | None:
        to, sender = form.get("To", ""), form.get("From", "")
        if not to:
            return error(400, 21604, "A 'To' phone number is required.")
        if to in MAGIC_RECIPIENTS:
            return error(400, *MAGIC_RECIPIENTS[to])
        if not E164.fullmatch(to.removeprefix(WHATSAPP)):
            return error(400, 21211, f"Invalid 'To' Phone Number: {to}")
        if not sender and not form.get("MessagingServiceSid"):
            return error(400, 21603, "A 'From' phone number is required.")
        if sender and sender not in self._account.numbers:
            return error(
                400, 21659, f"'From' {sender} is not a Twilio phone number or short code country mismatch"
            )
        if sender and sender.startswith(WHATSAPP) != to.startswith(WHATSAPP):
            return error(400, 21910, "Invalid From and To pair. From and To should be of the same channel")
        if not form.get("Body"):
            return error(400, 21602, "Message body is required.")
        if len(form["Body"]) > BODY_LIMIT:
            return error(400, 21617, "The concatenated message body exceeds the 1600 character limit.")
        if self._exchange.has_opted_out(to, sender or self._account.numbers[0]):
            return error(400, 21610, "Attempt to send to unsubscribed recipient")
        return None


def _basic_credentials(request: Request) -> str:
    scheme, _, encoded = request.headers.get("Authorization", "").partition(" ")
    try:
        return base64.b64decode(encoded, validate=True).decode() if scheme.lower() == "basic" else ""
    except (binascii.Error, UnicodeDecodeError):
        return ""


def _not_found(request: Request) -> Response:
    return error(404, 20404, f"The requested resource {request.url.path} was not found")


def _page_uri(request: Request, page: int) -> str:
    return f"{request.url.path}?{urlencode({**request.query_params, 'Page': page})}"


def _matches(message: SmsMessage, query: dict[str, str]) -> bool:
    if query.get("To", message.to) != message.to or query.get("From", message.sender) != message.sender:
        return False
    wanted = {name: value for name, value in query.items() if name.startswith("DateSent")}
    return not wanted or (message.sent_at is not None and _sent_within(message.sent_at, wanted))


def _sent_within(sent_at: datetime, wanted: dict[str, str]) -> bool:
    """Twilio's three spellings: `DateSent=`, `DateSent>=`, `DateSent<=`; the sign belongs to the name."""
    for name, value in wanted.items():
        moment = (
            datetime.fromisoformat(value).replace(tzinfo=UTC)
            if "T" not in value
            else datetime.fromisoformat(value)
        )
        if name == "DateSent" and sent_at.date() != moment.date():
            return False
        if name.startswith("DateSent>") and sent_at < moment:
            return False
        if name.startswith("DateSent<") and sent_at > moment:
            return False
    return True
