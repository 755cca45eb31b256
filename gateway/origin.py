"""Whether a browser's request comes from our own pages (against cross-site request forgery)."""

from urllib.parse import urlsplit

from starlette.requests import Request

from schemas.errors import Untrusted


def same_origin(request: Request, public_url: str) -> None:
    """Raises Untrusted for a request that a browser made for another site.

    Fetch metadata tells when the browser sends it (trustworthy origins only); else `Origin` must be ours, by
    the configured public address or by the address the browser itself asked. Programs send neither.
    """
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        if site not in ("same-origin", "none"):
            raise Untrusted(f"a browser sent this for another site ({site})")
        return
    origin = request.headers.get("origin")
    if origin is None:
        return
    asked = urlsplit(origin).netloc
    if asked not in (urlsplit(public_url).netloc, request.headers.get("host", "")):
        raise Untrusted("a browser sent this for another site")
