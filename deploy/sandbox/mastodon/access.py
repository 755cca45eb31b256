"""Who asks: bearer tokens, and Mastodon's way of saying no."""

from starlette.requests import HTTPConnection
from starlette.responses import JSONResponse

from deploy.sandbox.mastodon.people import People, Person


class Refusal(Exception):
    """Ends a request with this status and Mastodon's error body."""

    def __init__(self, status: int, says: str) -> None:
        super().__init__(says)
        self.status = status
        self.says = says


def caller(people: People, connection: HTTPConnection) -> Person | None:
    """The account whose token is in the header, the query or the subprotocol; None without one."""
    scheme, _, bearer = connection.headers.get("Authorization", "").partition(" ")
    offered = bearer if scheme.lower() == "bearer" else ""
    token = (
        offered
        or connection.query_params.get("access_token")
        or connection.headers.get("Sec-WebSocket-Protocol")
    )
    if not token:
        return None
    person = people.by_token.get(token)
    if person is None:
        raise Refusal(401, "The access token is invalid")
    return person


def required(people: People, connection: HTTPConnection) -> Person:
    """The account that asks; without a token the request is refused."""
    if person := caller(people, connection):
        return person
    raise Refusal(401, "This method requires an authenticated user")


def refuse(_: HTTPConnection, refusal: Exception) -> JSONResponse:
    """The answer for a Refusal."""
    assert isinstance(refusal, Refusal)
    return error(refusal.status, refusal.says)


def error(status: int, says: str) -> JSONResponse:
    """https://docs.joinmastodon.org/entities/Error/"""
    return JSONResponse({"error": says}, status)
