"""What an error of an IMAP conversation means: tried again (Unavailable), or somebody must mend (Misconfigured)."""

import re
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from imaplib import IMAP4

from imapclient.exceptions import CapabilityError

from channels.calls import NONSENSE
from channels.mail.settings import name
from schemas.errors import Misconfigured, Unavailable

PASSING = frozenset(
    {"UNAVAILABLE", "INUSE", "LIMIT", "SERVERBUG", "CONTACTADMIN", "OVERQUOTA", "EXPUNGEISSUED"}
)
"""Response codes (RFC 5530, 3) of a refusal that is not for what we said: it may pass without anybody of ours."""
IN_THE_CLEAR = "PRIVACYREQUIRED"
_CODE = re.compile(r"\[([A-Z-]+)[^\]]*\]", re.IGNORECASE)
_PASSING_WORDS = re.compile(
    r"too many|connection limit|(maximum|max) (number|conn)|try (again )?later|temporar(y|ily)|rate.?limit"
    r"|throttl|unavailable|overload|in use|busy",
    re.IGNORECASE,
)
"""How servers say the same that send no code (Gmail: `[ALERT] Too many simultaneous connections`)."""


def login_trouble(error: IMAP4.error, user: str, setting: str) -> Unavailable | Misconfigured:
    """What a login that did not succeed means; `setting` is the one that holds the secret."""
    code = found[1].upper() if (found := _CODE.search(str(error))) else ""
    lost = isinstance(error, IMAP4.abort) or isinstance(error.__context__, IMAP4.abort)
    vague = code in ("", "ALERT") and _PASSING_WORDS.search(str(error))
    if lost or code in PASSING or vague:
        return Unavailable(f"no login of {user} now: {error}")
    if code == IN_THE_CLEAR:
        return Misconfigured(name("imap_tls"), f"the server wants TLS before the login of {user}: {error}")
    return Misconfigured(setting, f"the server refuses the login of {user}: {error}")


@contextmanager
def talking(address: str) -> Iterator[None]:
    """One place that says what an error of the conversation means. Answers that make no sense are passing trouble."""
    try:
        yield
    except ssl.SSLCertVerificationError as error:
        raise Misconfigured(
            name("ca_file"),
            f"the certificate of the mail server of {address} is not trusted: {error.verify_message}",
        ) from error
    except CapabilityError as error:
        raise Misconfigured(
            name("imap_tls"), f"the mail server of {address} offers no STARTTLS: {error}"
        ) from error
    except (IMAP4.error, OSError) as error:
        raise Unavailable(f"the mailbox {address}: {str(error) or type(error).__name__}") from error
    except NONSENSE as error:
        said = f"{type(error).__name__}: {error}"[:300]
        raise Unavailable(
            f"the mailbox {address}: the server answers what nobody can read ({said})"
        ) from error
