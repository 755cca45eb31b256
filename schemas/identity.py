"""Who is who: message identity, person key, reference, status code, case key, tokens. Pure and frozen.

Every function is keyed HMAC-SHA-256 (RFC 2104) or SHA-256 over length-prefixed parts, so that no two part
lists collide. Golden vectors in the tests hold them: the key and the reference must never change.
"""

import hashlib
import hmac
from collections.abc import Iterable

IDENTITY_VERSION = 1
CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_LOOKALIKES = str.maketrans({"O": "0", "I": "1", "L": "1", "-": "", " ": ""})


def _joined(parts: Iterable[bytes]) -> bytes:
    return b"".join(len(part).to_bytes(8, "big") + part for part in parts)


def _keyed(secret: bytes, purpose: str, *parts: bytes) -> bytes:
    return hmac.digest(secret, _joined((purpose.encode(), *parts)), "sha256")


def message_identity(channel: str, parts: Iterable[bytes]) -> str:
    """32 hex characters for a channel's identity parts: the same message again has the same identity."""
    return hashlib.sha256(_joined((b"identity.v1", channel.encode(), *parts))).hexdigest()[:32]


def person_key(secret: bytes, kind: str, address: str) -> str:
    """32 hex characters for an address as the provider guarantees it; carries no personal data."""
    return _keyed(secret, "person.v1", kind.encode(), address.encode()).hex()[:32]


_DOTS_MEAN_NOTHING = frozenset({"gmail.com", "googlemail.com"})


def folded(kind: str, address: str) -> str:
    """The mailbox behind a mail address: without its tag (`anna+1@` is anna), without dots where the provider ignores
    them. Who may write a thousand such addresses must not have a thousand letters sent to one person."""
    local, at, domain = address.lower().rpartition("@")
    if kind != "mail" or not at:
        return address
    bare = local.partition("+")[0] or local
    if domain in _DOTS_MEAN_NOTHING:
        bare, domain = bare.replace(".", "") or bare, "gmail.com"
    return f"{bare}@{domain}"


def recipient_key(secret: bytes, kind: str, address: str) -> str:
    """The key of letters to an address: one for everything that arrives in the same mailbox."""
    return person_key(secret, kind, folded(kind, address))


def secret_fingerprint(secret: bytes) -> str:
    """16 hex characters that tell two secrets apart and reveal neither; checked at every start."""
    return _keyed(secret, "fingerprint.v1").hex()[:16]


def _crockford(value: int, length: int) -> str:
    return "".join(CROCKFORD[(value >> (5 * place)) & 31] for place in reversed(range(length)))


def _check_character(code: str) -> str:
    """Luhn modulo 32: catches every single wrong character and almost every swap of neighbours."""
    total = 0
    for place, character in enumerate(reversed(code)):
        value = CROCKFORD.index(character) * (2 if place % 2 == 0 else 1)
        total += value // 32 + value % 32
    return CROCKFORD[-total % 32]


def reference(secret: bytes, identity: str) -> str:
    """The reference of the message with this identity: 12 Crockford characters and a check, as 4-4-5."""
    digest = _keyed(secret, "reference.v1", identity.encode())
    code = _crockford(int.from_bytes(digest[:8], "big") >> 4, 12)
    code += _check_character(code)
    return f"{code[:4]}-{code[4:8]}-{code[8:]}"


def normal_reference(text: str) -> str | None:
    """What a person typed as a reference, in its normal form; None when it cannot be one."""
    code = text.strip().upper().translate(_LOOKALIKES)
    if len(code) != 13 or any(character not in CROCKFORD for character in code):
        return None
    if _check_character(code[:12]) != code[12]:
        return None
    return f"{code[:4]}-{code[4:8]}-{code[8:]}"


def status_code(secret: bytes, ref: str) -> str:
    """Eight Crockford characters that only the holder of the reference was told."""
    return _crockford(int.from_bytes(_keyed(secret, "status.v1", ref.encode())[:5], "big"), 8)


def status_code_matches(secret: bytes, ref: str, code: str) -> bool:
    """Constant-time check of a code that a person typed."""
    typed = code.strip().upper().translate(_LOOKALIKES)
    return hmac.compare_digest(status_code(secret, ref).encode(), typed.encode())


def case_key(secret: bytes, person: str, ref: str) -> str:
    """The opaque key of a case: person key, reference, and a seal against invention."""
    seal = _keyed(secret, "case.v1", person.encode(), ref.encode()).hex()[:16]
    return f"{person}.{ref}.{seal}"


def open_case_key(secret: bytes, key: str) -> tuple[str, str] | None:
    """(person key, reference) of a case key of ours; None for anything else."""
    person, _, rest = key.partition(".")
    ref, _, _ = rest.partition(".")
    return (
        (person, ref) if hmac.compare_digest(case_key(secret, person, ref).encode(), key.encode()) else None
    )


def letter_id(ref: str, kind: str, channel: str) -> str:
    """24 hex characters: one letter for each case, kind and channel, whoever asks and however often."""
    return hashlib.sha256(_joined((b"letter.v1", ref.encode(), kind.encode(), channel.encode()))).hexdigest()[
        :24
    ]


def reply_token(secret: bytes, ref: str) -> str:
    """The opaque token in Reply-To that brings an answer home: the reference's 13 characters and a seal."""
    code = ref.replace("-", "").lower()
    return (
        code + _crockford(int.from_bytes(_keyed(secret, "token.v1", code.encode())[:10], "big"), 16).lower()
    )


def open_reply_token(secret: bytes, token: str) -> str | None:
    """The reference in a token of ours; None when it is forged, cut or foreign."""
    ref = normal_reference(token[:13])
    if ref is None or not hmac.compare_digest(reply_token(secret, ref).encode(), token.lower().encode()):
        return None
    return ref


def probe_seal(secret: bytes, nonce: str, made: str) -> str:
    """24 hex characters that only this house can put under a complaint of its own making."""
    return _keyed(secret, "probe.v1", nonce.encode(), made.encode()).hex()[:24]


def event_id(ref: str, kind: str, cause: str) -> str:
    """`ce_id` of an event about a case: stable over retries and replays."""
    return hashlib.sha256(_joined((b"event.v1", ref.encode(), kind.encode(), cause.encode()))).hexdigest()[
        :32
    ]
