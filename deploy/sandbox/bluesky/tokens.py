"""Session tokens in the shape that client libraries look into: a JSON Web Token (RFC 7519)."""

import base64
import json
import secrets
import time

LIVES_SECONDS = 7200
REFRESH_LIVES_SECONDS = 60 * 24 * 3600


def session_tokens(did: str) -> tuple[str, str]:
    """Access and refresh token of a new session. Nobody checks the signature: we know our own by heart."""
    access = _token(did, "com.atproto.access", LIVES_SECONDS)
    return access, _token(did, "com.atproto.refresh", REFRESH_LIVES_SECONDS)


def _token(did: str, scope: str, seconds: int) -> str:
    now = int(time.time())
    claims = {"scope": scope, "sub": did, "iat": now, "exp": now + seconds, "jti": secrets.token_hex(8)}
    parts = [json.dumps({"typ": "at+jwt", "alg": "HS256"}).encode(), json.dumps(claims).encode()]
    return ".".join(_bare(part) for part in (*parts, secrets.token_bytes(32)))


def _bare(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
