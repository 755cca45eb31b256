"""One form for one mail address, wherever it comes from: a mail's header, a form, a letter's way out. Pure.

Domains by IDNA 2008 (RFC 5890 to 5892), mapped as UTS 46 says without its transitional part: `faß.example` is not
`fass.example`. Who keys persons by address must use `normal`, or the same person would be two.
"""

import idna


def normal(address: str) -> str:
    """Lower case, as every provider of weight treats it, and the domain in ASCII; empty for what is no address.

    Plus-tags stay: who uses one may mean to be told apart. A domain that cannot be one is left as it is.
    """
    local, at, domain = address.strip().rpartition("@")
    lower = domain.lower().rstrip(".")
    return f"{local.lower()}{at}{ascii_domain(lower) or lower}" if at else ""


def ascii_domain(domain: str) -> str:
    """A-labels; empty for a name that IDNA does not allow."""
    if domain.isascii():
        return domain
    try:
        return idna.encode(domain, uts46=True, transitional=False).decode("ascii")
    except (idna.IDNAError, UnicodeError, IndexError):
        return ""
