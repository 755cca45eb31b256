"""Media are blobs in their author's repository: the directory says on which server that is.

Source: atproto.com "DID", did:plc and com.atproto.sync.getBlob. Accounts by did:web are not followed: asking the
address in the identifier would let anybody send us anywhere.
"""

import re

from channels.bluesky.settings import BlueskySettings
from channels.calls import Api, answered
from channels.contract import Deployment, Located
from channels.json_body import objects
from schemas.errors import Refused
from schemas.message import MediaReference

_BLOB = re.compile(r"(did:plc:[a-z2-7]{24})/([a-z2-7]{10,128})")
SERVER = "#atproto_pds"


class BlueskyMedia:
    """Asks the directory each time; blobs are public, so nothing of ours goes with the request."""

    def __init__(self, settings: BlueskySettings) -> None:
        self.provider = settings.directory
        self._api = Api(settings.directory, timeout_seconds=settings.timeout_seconds)

    async def locate(self, reference: MediaReference) -> Located:
        """Where the blob is; raises Refused, Unavailable."""
        blob = _BLOB.fullmatch(reference.media_id)
        if blob is None:
            raise Refused("no blob of an account in the directory", "blob")
        did, cid = blob.groups()
        document = answered(await self._api.get(f"/{did}"))
        for service in objects(document.get("service")):
            if str(service.get("id", "")).endswith(SERVER):
                server = str(service.get("serviceEndpoint", "")).rstrip("/")
                return Located(f"{server}/xrpc/com.atproto.sync.getBlob?did={did}&cid={cid}")
        raise Refused("the directory names no server for this account", "server")

    async def aclose(self) -> None:
        """Close the connections."""
        await self._api.aclose()


def build_media(settings: BlueskySettings, deployment: Deployment) -> BlueskyMedia:
    """For every author."""
    return BlueskyMedia(settings)
