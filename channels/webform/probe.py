"""A complaint of the house's own making, filled into the form as a program would: over HTTP, at the public address."""

import httpx

from channels.contract import Deployment, Probe
from channels.webform.settings import WebformSettings
from schemas.errors import Unavailable

SECONDS = 15.0
_CREATED = 201


async def enter(settings: WebformSettings, deployment: Deployment, probe: Probe) -> None:
    """Submit it. Raises Unavailable when the form does not take it."""
    url = f"{deployment.public_url}/complain"
    fields = {"description": f"{probe.subject}\n\n{probe.text}", "language": "en"}
    if probe.by_mail:
        fields["email"] = f"probe-{probe.nonce}@synthetic.invalid"
    try:
        async with httpx.AsyncClient(timeout=SECONDS) as client:
            answer = await client.post(url, json=fields, headers={"Idempotency-Key": probe.nonce})
    except httpx.HTTPError as error:
        raise Unavailable(f"{url} does not answer: {str(error) or type(error).__name__}") from error
    if answer.status_code != _CREATED:
        raise Unavailable(f"{url} answered {answer.status_code}")
