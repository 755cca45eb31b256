"""Which addresses are ours, and what of our letters a mail brings back: token, letter id, VERP address.

A letter's Reply-To is `local+TOKEN@domain`, its Message-ID `<letter.LETTERID.KEY@domain>`, its envelope sender
`bounce+LETTERID.KEY@domain`. Nothing here is verified; the signature is checked where the key is.
"""

import re
from collections.abc import Iterable, Mapping

from channels.mail.reading import addresses

_TOKEN = re.compile(r"\+([0-9a-hjkmnp-tv-z]{29})@", re.IGNORECASE)
"""29 characters of Crockford's base 32 (schemas.identity.reply_token); a Message-ID of others with a plus is none."""
_LETTER = re.compile(r"<?\bletter\.([A-Za-z0-9_-]{1,100})\.([A-Za-z0-9_-]{1,100})@", re.IGNORECASE)
_VERP = re.compile(r"\bbounce\+([A-Za-z0-9_-]{1,100})\.([A-Za-z0-9_-]{1,100})@", re.IGNORECASE)


def of(facts: Mapping[str, str]) -> frozenset[str]:
    """Our own addresses in their normal form without subaddress; empty where nobody named any."""
    named = (*facts.get("own_addresses", "").split(), facts.get("mailbox", ""))
    return frozenset(filter(None, map(_folded, named)))


def is_ours(address: str, own: frozenset[str]) -> bool:
    """One of `own`, or a subaddress of one (RFC 5233): `help+abc@` belongs to who owns `help@`."""
    return bool(address) and _folded(address) in own


def _folded(address: str) -> str:
    local, at, domain = addresses.normal(address).rpartition("@")
    return f"{local.partition('+')[0]}{at}{domain}"


def reply_token(places: Iterable[str]) -> str:
    """The first token in an address that we were written to, `""` without one."""
    return next(
        (found.group(1) for address in places if (found := _TOKEN.search(address))),
        "",
    )


def letter(texts: Iterable[str]) -> str:
    """`LETTERID.KEY` of the first of our letters that is named, `""` when none is."""
    for text in texts:
        found = _VERP.search(text) or _LETTER.search(text)
        if found:
            return f"{found.group(1)}.{found.group(2)}"
    return ""
