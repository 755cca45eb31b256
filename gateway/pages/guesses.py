"""Whoever names a reference must know its code: all pages that ask for both slow guesses down with one count."""

import time

from starlette.requests import Request

from channels.throttle import Throttle
from gateway.addresses import client_network
from gateway.front import Front
from schemas import identity

_NONE = "0000-0000-00000"


def blocked(request: Request) -> bool:
    """Whether this client guessed wrong too often."""
    return _throttle(request).blocked(_client(request), time.monotonic())


def matches(request: Request, reference: str | None, code: str) -> bool:
    """Whether the code is the reference's; a wrong pair counts, and takes as long as a right one."""
    front: Front = request.app.state.front
    right = identity.status_code_matches(front.options.secret, reference or _NONE, code)
    if reference is None or not right:
        _throttle(request).count(_client(request), time.monotonic())
        return False
    return True


def _throttle(request: Request) -> Throttle:
    throttle: Throttle = request.app.state.throttle
    return throttle


def _client(request: Request) -> str:
    front: Front = request.app.state.front
    return client_network(request, front.options.trusted_proxies)
