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

from channels.calls import NONSENSE
from channels.contract import Unclear
from channels.sms.settings import SmsSettings
from schemas.errors import Misconfigured, Refused, Unavailable

T = TypeVar("T")
Unsure = type[Unavailable] | type[Unclear]
"""What a call becomes whose answer does not tell: it may be asked again, or it may have had its effect."""

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

    async def read(self, call: Callable[[Any], T]) -> T:
        """`call(client.messages)` in a thread, for what only looks. Raises Refused, Unavailable."""
        return await self._run(call, Unavailable)

    async def write(self, call: Callable[[Any], T]) -> T:
        """The same for what has effects: Unclear when the request left and no answer came back."""
        return await self._run(call, Unclear)

    async def _run(self, call: Callable[[Any], T], unsure: Unsure) -> T:
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._threads, self._mapped, call, unsure)

    def _mapped(self, call: Callable[[Any], T], unsure: Unsure) -> T:
        try:
            return call(self._client.messages)
        except TwilioRestException as error:
            raise mapped(error, unsure) from error
        except _NEVER_LEFT as error:
            raise Unavailable(f"Twilio cannot be reached: {type(error).__name__}") from error
        except requests.exceptions.RequestException as error:
            kind = Unavailable if "NewConnectionError" in repr(error) else unsure
            raise kind(f"no answer from Twilio: {type(error).__name__}") from error
        except NONSENSE as error:  # the library reads what came as it should be
            raise unsure(f"Twilio answers in a form that is not its own ({type(error).__name__})") from error

    async def aclose(self) -> None:
        """Let go of the threads; a call that still hangs ends by its own time-out."""
        self._threads.shutdown(wait=False, cancel_futures=True)


REASONS: dict[int, str] = {
    21211: "the number cannot be one",
    21408: "our account may not send to this country",
    21610: "the recipient opted out",
    21612: "this recipient cannot be reached from our number",
    21614: "the number is no mobile number",
    21617: "the text is too long",
    63016: "outside WhatsApp's 24-hour window only templates are delivered",
}
"""Error codes that mean never, in words (Twilio, "Error and warning dictionary")."""

WRONG_SETTINGS: dict[int, str] = {
    21212: "CHANNEL_SMS_FROM_NUMBER",
    21603: "CHANNEL_SMS_FROM_NUMBER",
    21606: "CHANNEL_SMS_FROM_NUMBER",
    21609: "CHANNEL_SMS_STATUS_CALLBACKS",
    21704: "CHANNEL_SMS_MESSAGING_SERVICE_SID",
}
"""Error codes that a setting of ours caused: the letter waits until it is mended."""


def mapped(error: TwilioRestException, unsure: Unsure) -> Exception:
    """What happens next: a rate limit, Twilio's own fault or our settings may pass, the rest will not."""
    status, code = int(error.status), int(error.code or 0)
    if code in WRONG_SETTINGS:
        return Misconfigured(WRONG_SETTINGS[code], f"Twilio answers {code}: {error.msg}")
    if status in (401, 403, 429) or code in (14107, 20003, 20429):
        return Unavailable(f"Twilio answers {status} ({code}): {error.msg}")
    if status >= 500:
        # a server's fault may come after the message was taken
        return unsure(f"Twilio answers {status} ({code})")
    return Refused(REASONS.get(code, f"Twilio refuses: {error.msg}"), str(code or status))
