"""The one seam around Twilio's REST library: its base address is a setting, its calls run in our threads.

The library is synchronous here; its asynchronous client ignores its time-out.
"""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar
from urllib.parse import urlsplit, urlunsplit

import requests
from twilio.base.exceptions import TwilioRestException
from twilio.http.http_client import TwilioHttpClient
from twilio.rest import Client

from channels.doubt import Doubtful
from channels.sms.settings import SmsSettings
from schemas.errors import Refused, Unavailable

T = TypeVar("T")

_NEVER_LEFT = (
    requests.exceptions.ConnectTimeout,
    requests.exceptions.SSLError,
    requests.exceptions.InvalidURL,
)


class _Http(TwilioHttpClient):  # type: ignore[misc]
    """Sends every call to `base` instead of api.twilio.com (regions, proxies)."""

    def __init__(self, base: str, timeout: float) -> None:
        super().__init__(timeout=timeout)
        self._base = urlsplit(base)

    def request(self, method: str, url: str, *args: Any, **named: Any) -> Any:
        asked = urlsplit(url)
        path = self._base.path.rstrip("/") + asked.path
        moved = urlunsplit((self._base.scheme, self._base.netloc, path, asked.query, ""))
        return super().request(method, moved, *args, **named)


class TwilioApi:
    """Runs one call of the library in a thread and maps its errors to ours."""

    def __init__(self, settings: SmsSettings) -> None:
        http = _Http(settings.api_base, settings.timeout_seconds)
        self._client = Client(settings.account_sid, settings.auth_token.get_secret_value(), http_client=http)
        self._threads = ThreadPoolExecutor(settings.threads, thread_name_prefix="twilio")

    async def run(self, call: Callable[[Any], T]) -> T:
        """`call(client.messages)` in a thread.

        Raises Refused, Unavailable, or Doubtful when the request left and no answer came back.
        """
        return await asyncio.get_running_loop().run_in_executor(self._threads, self._mapped, call)

    def _mapped(self, call: Callable[[Any], T]) -> T:
        try:
            return call(self._client.messages)
        except TwilioRestException as error:
            raise mapped(error) from error
        except _NEVER_LEFT as error:
            raise Unavailable(f"Twilio cannot be reached: {type(error).__name__}") from error
        except requests.exceptions.RequestException as error:
            refused = "NewConnectionError" in repr(error)
            kind = Unavailable if refused else Doubtful
            raise kind(f"no answer from Twilio: {type(error).__name__}") from error

    async def aclose(self) -> None:
        """Let go of the threads; a call that still hangs ends by its own time-out."""
        self._threads.shutdown(wait=False, cancel_futures=True)


REASONS: dict[int, str] = {
    21211: "the number cannot be one",
    21212: "our sender number is not valid: check CHANNEL_SMS_FROM_NUMBER",
    21408: "our account may not send to this country",
    21606: "our sender number cannot send: check CHANNEL_SMS_FROM_NUMBER",
    21610: "the recipient opted out",
    21612: "this recipient cannot be reached from our number",
    21614: "the number is no mobile number",
    21617: "the text is too long",
    63016: "outside WhatsApp's 24-hour window only templates are delivered",
}
"""Twilio's error codes that mean never (Twilio, "Error and warning dictionary")."""


def mapped(error: TwilioRestException) -> Refused | Unavailable:
    """What happens next: a rate limit, Twilio's own fault or our credentials may pass, the rest will not."""
    status, code = int(error.status), int(error.code or 0)
    if status == 429 or code in (20429, 14107) or status in (401, 403) or code == 20003:
        return Unavailable(f"Twilio answers {status} ({code}): {error.msg}")
    if status >= 500:
        # a server's fault may come after the message was taken
        return Doubtful(f"Twilio answers {status} ({code})")
    return Refused(REASONS.get(code, f"Twilio refuses: {error.msg}"), str(code or status))
