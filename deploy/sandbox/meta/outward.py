"""Webhooks from Meta to us, signed over the raw body (X-Hub-Signature-256)."""

import hashlib
import hmac
import json
import time
from typing import Any

import httpx

from deploy.sandbox.meta.world import App, Post

OBJECTS = {"whatsapp": "whatsapp_business_account", "messenger": "page", "instagram": "instagram"}
Json = dict[str, Any]


class Outward:
    """Signs and posts; Meta's repetitions are left to the test."""

    def __init__(self, app: App, client: httpx.AsyncClient) -> None:
        self._app = app
        self._client = client

    async def send(self, platform: str, body: Json) -> httpx.Response:
        """Post `body` to the platform's webhook and return its answer; raises httpx.HTTPError."""
        raw = json.dumps(body, ensure_ascii=False).encode()
        digest = hmac.new(self._app.app_secret.encode(), raw, hashlib.sha256).hexdigest()
        headers = {"X-Hub-Signature-256": f"sha256={digest}", "Content-Type": "application/json"}
        return await self._client.post(self._url(platform), content=raw, headers=headers)

    async def challenge(self, platform: str, word: str) -> httpx.Response:
        """Ask the webhook to prove that it knows the verify token."""
        query = {"hub.mode": "subscribe", "hub.verify_token": self._app.verify_token, "hub.challenge": word}
        return await self._client.get(self._url(platform), params=query)

    def message(self, post: Post, name: str) -> Json:
        """The webhook for something a person wrote."""
        if post.platform == "whatsapp":
            contact = {"profile": {"name": name}, "wa_id": post.person}
            said = {"from": post.person, "id": post.id, "timestamp": str(int(post.at)), "type": "text"}
            return self._whatsapp(contacts=[contact], messages=[{**said, "text": {"body": post.text}}])
        return self._messaging(post, {"mid": post.id, "text": post.text}, from_person=True)

    def echo(self, post: Post) -> Json:
        """The webhook for something we wrote: a status, or an echo with its metadata."""
        if post.platform == "whatsapp":
            status = {"id": post.id, "status": "delivered", "timestamp": str(int(post.at))}
            told = {"recipient_id": post.person, "biz_opaque_callback_data": post.metadata}
            return self._whatsapp(statuses=[{**status, **told}])
        echoed = {"mid": post.id, "text": post.text, "is_echo": True, "metadata": post.metadata}
        return self._messaging(post, echoed, from_person=False)

    def _whatsapp(self, **value: object) -> Json:
        number = {"display_phone_number": "+49 30 901820", "phone_number_id": self._app.account}
        change = {
            "value": {"messaging_product": "whatsapp", "metadata": number, **value},
            "field": "messages",
        }
        return {"object": OBJECTS["whatsapp"], "entry": [{"id": "900", "changes": [change]}]}

    def _messaging(self, post: Post, message: Json, from_person: bool) -> Json:
        person, page = {"id": post.person}, {"id": self._app.account}
        sender, recipient = (person, page) if from_person else (page, person)
        event = {
            "sender": sender,
            "recipient": recipient,
            "timestamp": int(post.at * 1000),
            "message": message,
        }
        entry = {"id": self._app.account, "time": int(time.time() * 1000), "messaging": [event]}
        return {"object": OBJECTS[post.platform], "entry": [entry]}

    def _url(self, platform: str) -> str:
        return f"{self._app.webhook_url.rstrip('/')}/{platform}"
