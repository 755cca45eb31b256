"""The customer's telephone: what he sends becomes a signed webhook, what he received can be read."""

from datetime import UTC, datetime

import httpx
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from deploy.sandbox.faults import CONTROL_PATH
from deploy.sandbox.twilio.account import Account
from deploy.sandbox.twilio.exchange import Exchange, new_sid
from deploy.sandbox.twilio.outward import Outward
from deploy.sandbox.twilio.segments import segments
from deploy.sandbox.twilio.wire import Media, SmsMessage


class Attachment(BaseModel):
    """A picture in a message; `data` is base64."""

    model_config = ConfigDict(extra="forbid")
    content_type: str
    data: str


class Sms(BaseModel):
    """What a customer types; `to` is our first number unless he says otherwise."""

    model_config = ConfigDict(extra="forbid", populate_by_name=True)
    sender: str = Field(alias="from")
    body: str
    to: str | None = None
    media: list[Attachment] = []


class Customers:
    """Control endpoints below /_sandbox."""

    def __init__(self, account: Account, exchange: Exchange, outward: Outward) -> None:
        self._account = account
        self._exchange = exchange
        self._outward = outward

    def routes(self) -> list[Route]:
        """Send as a customer, read everything accepted, make numbers unreachable."""
        return [
            Route(f"{CONTROL_PATH}/sms", self.send, methods=["POST"]),
            Route(f"{CONTROL_PATH}/sms/{{sid}}/again", self.again, methods=["POST"]),
            Route(f"{CONTROL_PATH}/messages", self.messages, methods=["GET"]),
            Route(f"{CONTROL_PATH}/unreachable", self.unreachable, methods=["PUT"]),
        ]

    async def send(self, request: Request) -> Response:
        """Sends one SMS to the webhook, once, and answers what the webhook answered."""
        try:
            sms = Sms.model_validate_json(await request.body())
        except ValidationError as error:
            return JSONResponse({"error": str(error)}, 422)
        message = self._incoming(sms)
        self._exchange.accept(message)
        return await self._deliver(message, request)

    async def again(self, request: Request) -> Response:
        """The same webhook once more, as a provider sends it that did not hear the first answer."""
        message = self._exchange.get(request.path_params["sid"])
        return (
            await self._deliver(message, request) if message else JSONResponse({"error": "no such SMS"}, 404)
        )

    async def _deliver(self, message: SmsMessage, request: Request) -> Response:
        try:
            answer = await self._outward.deliver_inbound(message, str(request.base_url).rstrip("/"))
        except httpx.HTTPError as error:
            return JSONResponse({"sid": message.sid, "webhook": {"error": type(error).__name__}}, 502)
        return JSONResponse(
            {"sid": message.sid, "webhook": {"status": answer.status_code, "body": answer.text}}, 201
        )

    async def messages(self, request: Request) -> Response:
        """Everything accepted, oldest first; `?to=` and `?from=` filter."""
        query = request.query_params
        return JSONResponse(
            [
                message.as_json()
                for message in self._exchange
                if query.get("to", message.to) == message.to
                and query.get("from", message.sender) == message.sender
            ]
        )

    async def unreachable(self, request: Request) -> Response:
        """A JSON list of numbers whose messages end as `undelivered`, error 30003."""
        self._outward.unreachable = {str(number) for number in await request.json()}
        return JSONResponse(sorted(self._outward.unreachable))

    def _incoming(self, sms: Sms) -> SmsMessage:
        return SmsMessage(
            sid=new_sid("MM" if sms.media else "SM"),
            account_sid=self._account.sid,
            sender=sms.sender,
            to=sms.to or self._account.numbers[0],
            body=sms.body,
            direction="inbound",
            status="received",
            num_segments=segments(sms.body),
            created_at=datetime.now(UTC),
            media=[Media(new_sid("ME"), one.content_type, one.data) for one in sms.media],
        )
