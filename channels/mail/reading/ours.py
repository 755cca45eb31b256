"""What of our own letters a mail brings back: the token in an address, the letter's id in a Message-ID or VERP address.

A letter's Reply-To is `local+TOKEN@domain`, its Message-ID `<letter.LETTERID.KEY@domain>`, its envelope sender
`bounce+LETTERID.KEY@domain`. Nothing here is verified; the signature is checked where the key is.
"""

import re
from collections.abc import Iterable

_TOKEN = re.compile(r"\+([0-9a-hjkmnp-tv-z]{29})@", re.IGNORECASE)
"""29 characters of Crockford's base 32 (schemas.identity.reply_token); a Message-ID of others with a plus is none."""
_LETTER = re.compile(r"<?\bletter\.([A-Za-z0-9_-]{1,100})\.([A-Za-z0-9_-]{1,100})@", re.IGNORECASE)
_VERP = re.compile(r"\bbounce\+([A-Za-z0-9_-]{1,100})\.([A-Za-z0-9_-]{1,100})@", re.IGNORECASE)


def reply_token(addresses: Iterable[str]) -> str:
    """The first token in an address that we were written to, `""` without one."""
    return next(
        (found.group(1) for address in addresses if (found := _TOKEN.search(address))),
        "",
    )


def letter(texts: Iterable[str]) -> str:
    """`LETTERID.KEY` of the first of our letters that is named, `""` when none is."""
    for text in texts:
        found = _VERP.search(text) or _LETTER.search(text)
        if found:
            return f"{found.group(1)}.{found.group(2)}"
    return ""
