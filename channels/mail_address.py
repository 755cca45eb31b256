"""One form for one mail address, wherever it comes from: a mail's header, a form, a letter's way out. Pure.

Domains by IDNA 2008 (RFC 5890 to 5892), mapped as UTS 46 says without its transitional part: `faß.example` is not
`fass.example`. Who keys persons by address must use `normal`, or the same person would be two.
"""

import re
import unicodedata

import idna

_NAMED = re.compile(r"<([^<>]*)>\s*$")
_STOPS = str.maketrans({"。": ".", "｡": ".", "．": ".", "＠": "@", "﹫": "@"})
"""What keyboards of East Asia write for a full stop and an at sign."""


def normal(address: str) -> str:
    """Lower case, as every provider of weight treats it, and the domain in ASCII; empty for what is no address.

    Characters that nobody can see are no part of it. Plus-tags stay: who uses one may mean to be told apart. A domain
    that cannot be one is left as it is.
    """
    local, at, domain = without_unseen(address).strip().rpartition("@")
    lower = domain.lower().rstrip(".")
    return f"{unicodedata.normalize('NFC', local).lower()}{at}{ascii_domain(lower) or lower}" if at else ""


def ascii_domain(domain: str) -> str:
    """A-labels; empty for a name that IDNA does not allow."""
    if domain.isascii():
        return domain
    try:
        return idna.encode(domain, uts46=True, transitional=False).decode("ascii")
    except (idna.IDNAError, UnicodeError, IndexError):
        return ""


def bare(typed: str) -> str:
    """The address in what a person typed: `Ann <a@b.example>`, `mailto:`, fullwidth letters and stops."""
    text = without_unseen(typed).strip()
    named = _NAMED.search(text)
    text = (named[1] if named else text).strip()
    text = text[7:] if text[:7].lower() == "mailto:" else text
    return unicodedata.normalize("NFKC", text.translate(_STOPS)).strip().rstrip(",;")


def without_unseen(text: str) -> str:
    """Without zero-width characters and marks of direction (Unicode category Cf).

    Joiners stay beside letters that are written with them; beside ASCII they come out of somebody's clipboard.
    """
    if text.isascii():
        return text
    joined = any(unicodedata.category(one)[0] in "LM" and not one.isascii() for one in text)
    kept = "\u200c\u200d" if joined else ""
    return "".join(one for one in text if one in kept or unicodedata.category(one) != "Cf")
