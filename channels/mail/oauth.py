"""Access tokens for XOAUTH2: a fixed one, or one fetched with a refresh token (RFC 6749, section 6)."""

import time
from dataclasses import dataclass, field

import httpx

from channels.mail.settings import Mailbox, MailSettings, name
from schemas.errors import Misconfigured, Unavailable

EARLY_SECONDS = 60.0
USUAL_SECONDS = 3600.0
TIMEOUT_SECONDS = 15.0


@dataclass(slots=True)
class Tokens:
    """The access token of one mailbox, renewed a minute before it ends. Blocks; for one thread at a time."""

    settings: MailSettings
    mailbox: Mailbox
    _fresh: str = field(default="", repr=False)
    _ends: float = 0.0
    _rotated: str = field(default="", repr=False)

    @property
    def used(self) -> bool:
        """Whether this mailbox logs in by token rather than by password."""
        return bool(self._fixed or self._refresh)

    def get(self) -> str:
        """A valid access token. Raises Unavailable (server away), Misconfigured (refused: sign in again)."""
        if not self._refresh:
            return self._fixed
        if not self._fresh or time.monotonic() > self._ends:
            self._renew()
        return self._fresh

    def forget(self) -> None:
        """The mail server refused it: fetch another next time, whatever was said of its life."""
        self._fresh = ""

    @property
    def _fixed(self) -> str:
        return self.mailbox.oauth_token.get_secret_value()

    @property
    def _refresh(self) -> str:
        return self._rotated or self.mailbox.oauth_refresh_token.get_secret_value()

    def _renew(self) -> None:
        form = {
            "grant_type": "refresh_token",
            "refresh_token": self._refresh,
            "client_id": self.settings.oauth_client_id,
            "client_secret": self.settings.oauth_client_secret.get_secret_value(),
            "scope": self.settings.oauth_scope,
        }
        asked = {key: value for key, value in form.items() if value}
        try:
            answer = httpx.post(self.settings.oauth_token_url, data=asked, timeout=TIMEOUT_SECONDS)
        except httpx.HTTPError as error:
            raise Unavailable(f"{name('oauth_token_url')} does not answer: {error}") from error
        self._take(answer)

    def _take(self, answer: httpx.Response) -> None:
        if answer.status_code >= 500 or answer.status_code == 429:
            raise Unavailable(f"{name('oauth_token_url')} answers {answer.status_code}")
        try:
            body = answer.json()
            self._fresh = str(body["access_token"])
            self._rotated = str(body.get("refresh_token", self._rotated))
            self._ends = time.monotonic() + float(body.get("expires_in", USUAL_SECONDS)) - EARLY_SECONDS
        except (ValueError, KeyError, TypeError) as error:
            raise Misconfigured(
                name("oauth_refresh_token"),
                f"the token server answers {answer.status_code} and gives no access token; sign in again",
            ) from error
