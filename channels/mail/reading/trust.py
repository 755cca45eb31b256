"""Was the From forged? Only an Authentication-Results of our own mail server is believed (RFC 8601 section 5)."""

import re

from channels.mail.reading import words
from channels.mail.reading.headers import Headers

_DMARC = re.compile(r"\bdmarc\s*=\s*([a-z]+)", re.IGNORECASE)


def spoofed(headers: Headers, authserv_id: str) -> bool:
    """True when the trusted server found that DMARC failed. Without a trusted name nothing is claimed.

    The topmost verdict under the trusted name counts: those below could have been sent along.
    """
    return _verdict(headers, authserv_id) == "fail"


def passed(headers: Headers, authserv_id: str) -> bool:
    """True when the trusted server found that DMARC passed."""
    return _verdict(headers, authserv_id) == "pass"


def _verdict(headers: Headers, authserv_id: str) -> str:
    if not authserv_id:
        return ""
    for value in headers.every("authentication-results"):
        text = words.text(value)
        named = text.split(";", 1)[0].split()
        if named and named[0].lower() == authserv_id.lower():
            found = _DMARC.search(text)
            if found:
                return found.group(1).lower()
    return ""
