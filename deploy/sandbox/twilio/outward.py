"""Requests from Twilio to us: incoming messages and status callbacks, signed, never repeated."""

import asyncio
import logging

import httpx
from twilio.request_validator import RequestValidator

from deploy.sandbox.twilio.account import Account
from deploy.sandbox.twilio.exchange import Exchange
from deploy.sandbox.twilio.wire import SmsMessage, inbound_form, status_form

WEBHOOK_SECONDS = 15.0  # Twilio's own limit
STATUS_STEP_SECONDS = 0.05
CALLBACKS_AT_ONCE = 50
UNREACHABLE = 30003
log = logging.getLogger(__name__)


class Outward:
    """Sends signed forms; https://www.twilio.com/docs/usage/webhooks/webhooks-security"""

    def __init__(self, account: Account, exchange: Exchange, client: httpx.AsyncClient) -> None:
        self._account = account
        self._exchange = exchange
        self._client = client
        self._validator = RequestValidator(account.auth_token)
        self._running: set[asyncio.Task[None]] = set()
        self._turns = asyncio.Semaphore(CALLBACKS_AT_ONCE)
        self.unreachable: set[str] = set()

    async def deliver_inbound(self, message: SmsMessage, base_url: str) -> httpx.Response:
        """Posts an incoming message to the webhook and returns its answer; raises httpx.HTTPError."""
        form = inbound_form(message, base_url)
        return await self._post(self._account.webhook_url, self._account.signed_url, form)

    def follow(self, message: SmsMessage) -> None:
        """Takes an accepted message through its statuses in the background, with a callback for each."""
        task = asyncio.create_task(self._follow(message))
        self._running.add(task)
        task.add_done_callback(self._running.discard)

    async def close(self) -> None:
        """Stops what is under way; the next start takes it up again."""
        for task in self._running:
            task.cancel()
        await asyncio.gather(*self._running, return_exceptions=True)

    async def _follow(self, message: SmsMessage) -> None:
        if message.status == "queued":
            await self._call_back(message, "queued")
            await asyncio.sleep(STATUS_STEP_SECONDS)
            self._exchange.update(message, "sent")
            await self._call_back(message, "sent")
        await asyncio.sleep(STATUS_STEP_SECONDS)
        if message.to in self.unreachable:
            message.error_code = UNREACHABLE
        self._exchange.update(message, "undelivered" if message.error_code else "delivered")
        await self._call_back(message, message.status)

    async def _call_back(self, message: SmsMessage, status: str) -> None:
        if not message.status_callback:
            return
        form = status_form(message, status)
        try:
            async with self._turns:
                await self._post(message.status_callback, message.status_callback, form)
        except httpx.HTTPError as failure:
            log.warning("status callback of %s not delivered: %s", message.sid, type(failure).__name__)

    async def _post(self, url: str, signed_url: str, form: dict[str, str]) -> httpx.Response:
        signature = self._validator.compute_signature(signed_url, form)
        headers = {"X-Twilio-Signature": signature, "User-Agent": "TwilioProxy/1.1"}
        return await self._client.post(url, data=form, headers=headers, timeout=WEBHOOK_SECONDS)
