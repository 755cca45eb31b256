"""Words one layer deeper: in a mail that was attached, in an opaque signature, in an invitation.

They are the mail's words where it has no others; else they are read beside them (`Body.beside`).
"""

from channels.mail.reading import invitation, smime, structure
from channels.mail.reading.structure import Part
from schemas.errors import TooLarge

MOST_MAILS = 20
MOST_LAYERS = 4
_SECRET_TYPES = frozenset({"application/pkcs7-mime", "application/x-pkcs7-mime"})
_ANY_FILE = frozenset(
    {"application/octet-stream", "application/x-eml", "application/eml", "text/plain", "text/rfc822"}
)
_BEGINS = "-----BEGIN PGP MESSAGE-----"
ENCRYPTED = "encrypted: its words can be read by its addressee only"


def mails(parts: list[Part]) -> list[Part]:
    """The attached mails among the parts, each as a tree of its own."""
    found: list[Part] = []
    for part in parts:
        if is_mail(part) and len(found) < MOST_MAILS:
            inner = _parsed(part.content())
            if inner is not None:
                found.append(inner)
    return found


def is_mail(part: Part) -> bool:
    """By its type, or by its name where its type says nothing: browsers' mail pages upload a mail as any file."""
    if part.media_type in ("message/rfc822", "message/global"):
        return True
    return part.media_type in _ANY_FILE and part.file_name().lower().endswith(".eml")


def signed(parts: list[Part]) -> list[Part]:
    """What stands inside the opaque signatures among the parts."""
    contents = (smime.opened(part.content()).content for part in parts if is_secret(part))
    return [inner for content in contents if content and (inner := _parsed(content)) is not None]


def is_secret(part: Part) -> bool:
    """A CMS structure: signed, encrypted or compressed; certificates and detached signatures are none."""
    named = part.file_name().lower().endswith(".p7m")
    return part.media_type in _SECRET_TYPES or (named and part.media_type == "application/octet-stream")


def encrypted(top: Part, text: str) -> bool:
    """Only its addressee can read it (S/MIME, RFC 3156 and PGP inside of a plain body)."""
    if any(part.media_type == "multipart/encrypted" for part in top.walk()) or _BEGINS in text:
        return True
    return any(smime.opened(part.content()).encrypted for part in top.walk() if is_secret(part))


def invitations(parts: list[Part]) -> str:
    """What the invitations among the parts say."""
    told = (invitation.words(part) for part in parts if part.media_type == "text/calendar")
    return "\n".join(dict.fromkeys(filter(None, told)))


def _parsed(content: bytes) -> Part | None:
    """None at a cap: the file is kept, its words are not read."""
    try:
        return structure.parse(content)
    except TooLarge:
        return None
