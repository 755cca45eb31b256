"""Mail that came through a mailing list or a group (RFC 2919, RFC 2369, and what lists wrote before)."""

from channels.mail.reading.headers import Headers

_HEADERS = (
    "list-id",
    "list-post",
    "mailing-list",
    "x-mailing-list",
    "list-archive",
    "x-mailman-version",
    "x-beenthere",
)
_NAMES = ("list-post", "mailing-list", "x-beenthere", "list-id")


def listed(headers: Headers) -> bool:
    """Does any field of a list stand on it?"""
    return any(map(headers.has, _HEADERS))


def names(headers: Headers, address: str) -> bool:
    """Is `address` the list's own? As it stands in the list's fields, or with a dot as List-Id writes it."""
    said = " ".join(headers.text(name).lower() for name in _NAMES)
    wanted = address.lower()
    return bool(wanted) and (wanted in said or wanted.replace("@", ".") in said)
