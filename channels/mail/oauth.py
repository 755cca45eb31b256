"""Access tokens for XOAUTH2: a fixed one, or one fetched with a refresh token (RFC 6749, section 6).

Some servers give another refresh token with each answer and take the one before no more (RFC 9700, 4.14.2). It is kept
before anything of the answer is used, for every process of this machine: whoever renews finds what the last one got.
"""

import hashlib
import json
import time
from dataclasses import dataclass, field

import httpx

from channels.calls import NONSENSE
from channels.contract import Deployment
from channels.keeping import Keep, Kept
from channels.mail.settings import Mailbox, MailSettings, name
from schemas.errors import Misconfigured, Unavailable

EARLY_SECONDS = 60.0
USUAL_SECONDS = 3600.0
TIMEOUT_SECONDS = 15.0
NOWHERE = Keep(None, b"")


def keep_of(deployment: Deployment) -> Keep:
    """Where this house keeps tokens."""
    return Keep(deployment.folder, deployment.secret)


@dataclass(slots=True)
class Tokens:
    """The access token of one mailbox, renewed a minute before it ends. Blocks; for one thread at a time."""

    settings: MailSettings
    mailbox: Mailbox
    keep: Keep = NOWHERE
    _fresh: str = field(default="", repr=False)
    _ends: float = 0.0
    _rotated: str = field(default="", repr=False)
    _refused: str = field(default="", repr=False)

    @property
    def used(self) -> bool:
        """Whether this mailbox logs in by token rather than by password."""
        return bool(self._fixed or self._configured)

    def get(self) -> str:
        """A valid access token. Raises Unavailable (server away), Misconfigured (refused: sign in again)."""
        if not self._configured:
            return self._fixed
        if not self._fresh or time.time() > self._ends:
            with self.keep.held(f"mail oauth {self.mailbox.user}") as kept:
                self._take_over(kept)
                if not self._fresh or time.time() > self._ends:
                    self._renew(kept)
        return self._fresh

    def forget(self) -> None:
        """The mail server refused it: fetch another next time, whatever was said of its life."""
        self._refused, self._fresh = self._fresh, ""

    @property
    def _fixed(self) -> str:
        return self.mailbox.oauth_token.get_secret_value()

    @property
    def _configured(self) -> str:
        return self.mailbox.oauth_refresh_token.get_secret_value()

    def _take_over(self, kept: Kept) -> None:
        """What the last renewal got, whichever process did it; nothing when somebody signed in anew since."""
        try:
            last = json.loads(kept.read() or b"{}")
            ours = last.get("signed_in") == self._sign_in()
            access, refresh, ends = str(last["access"]), str(last["refresh"]), float(last["ends"])
        except NONSENSE:
            return
        if ours:
            self._rotated = refresh
            self._fresh, self._ends = ("", 0.0) if access == self._refused else (access, ends)

    def _sign_in(self) -> str:
        """Which sign-in this is: a new refresh token in the settings is a new one."""
        return hashlib.sha256(self._configured.encode()).hexdigest()

    def _renew(self, kept: Kept) -> None:
        form = {
            "grant_type": "refresh_token",
            "refresh_token": self._rotated or self._configured,
            "client_id": self.settings.oauth_client_id,
            "client_secret": self.settings.oauth_client_secret.get_secret_value(),
            "scope": self.settings.oauth_scope,
        }
        asked = {key: value for key, value in form.items() if value}
        try:
            answer = httpx.post(self.settings.oauth_token_url, data=asked, timeout=TIMEOUT_SECONDS)
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise Unavailable(f"{name('oauth_token_url')} does not answer: {error}") from error
        self._take(answer, kept)

    def _take(self, answer: httpx.Response, kept: Kept) -> None:
        if answer.status_code >= 500 or answer.status_code == 429:
            raise Unavailable(f"{name('oauth_token_url')} answers {answer.status_code}")
        try:
            body = answer.json()
            fresh = str(body["access_token"])
            rotated = str(body.get("refresh_token") or self._rotated)
            ends = time.time() + float(body.get("expires_in") or USUAL_SECONDS) - EARLY_SECONDS
        except NONSENSE as error:
            raise Misconfigured(
                name("oauth_refresh_token"),
                f"the token server answers {answer.status_code} and gives no access token; sign in again",
            ) from error
        self._rotated = rotated  # also when the disk is full: the one before may be good no more
        last = {"signed_in": self._sign_in(), "access": fresh, "refresh": rotated, "ends": ends}
        kept.write(json.dumps(last).encode())
        self._fresh, self._ends = fresh, ends
