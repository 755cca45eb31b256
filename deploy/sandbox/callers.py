"""The HTTP client of every stand-in that calls the gateway."""

import httpx

CALL_SECONDS = 10
LIMITS = httpx.Limits(max_connections=None, max_keepalive_connections=20)
"""Without a cap: connections to a gateway that was killed may stay in the pool for ever and would fill it."""


def caller() -> httpx.AsyncClient:
    """A client for webhooks; whoever makes it closes it."""
    return httpx.AsyncClient(limits=LIMITS, timeout=CALL_SECONDS)
