"""Writing, reading, changing and deleting posts: https://docs.joinmastodon.org/methods/statuses/"""

import json
from datetime import UTC, datetime
from typing import Any, get_args

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from deploy.sandbox.mastodon.access import Refusal, caller, required
from deploy.sandbox.mastodon.entities import MAX_CHARACTERS, Entities
from deploy.sandbox.mastodon.network import Network, Status, Visibility
from deploy.sandbox.mastodon.text import length

Fields = dict[str, Any]


class Statuses:
    """The endpoints below /api/v1/statuses."""

    def __init__(self, network: Network, entities: Entities) -> None:
        self._network = network
        self._entities = entities

    def routes(self) -> list[Route]:
        """The endpoints, with Mastodon's paths."""
        one = "/api/v1/statuses/{id}"
        return [
            Route("/api/v1/statuses", self.post, methods=["POST"]),
            Route(one, self.show, methods=["GET"]),
            Route(one, self.edit, methods=["PUT"]),
            Route(one, self.delete, methods=["DELETE"]),
            Route(f"{one}/context", self.context, methods=["GET"]),
            Route(f"{one}/source", self.source, methods=["GET"]),
        ]

    async def post(self, request: Request) -> Response:
        """Publishes; a repeated Idempotency-Key answers with the first post for an hour."""
        author = required(self._network.people, request)
        fields = await _fields(request)
        parent = fields.get("in_reply_to_id") or None
        if parent and not self._network.visible(str(parent), author.id):
            raise Refusal(404, "Record not found")
        draft = Status(id="", author=author.id, text="", created_at=datetime.now(UTC))
        draft = _filled(draft, fields).model_copy(
            update={"visibility": _visibility(fields), "in_reply_to_id": str(parent) if parent else None}
        )
        status = self._network.post(draft, request.headers.get("Idempotency-Key"))
        return JSONResponse(self._entities.status(status))

    async def show(self, request: Request) -> Response:
        """One post."""
        return JSONResponse(self._entities.status(self._visible(request)))

    async def edit(self, request: Request) -> Response:
        """Changes the words of an own post."""
        status = self._own(request)
        changed = _filled(status, await _fields(request))
        return JSONResponse(self._entities.status(self._network.edit(status, changed)))

    async def delete(self, request: Request) -> Response:
        """Takes an own post back; answers with its source text."""
        status = self._own(request)
        answer = {**self._entities.status(status), "text": status.text}
        self._network.delete(status)
        return JSONResponse(answer)

    async def context(self, request: Request) -> Response:
        """The thread around a post, as far as the caller may see it."""
        status, viewer = self._visible(request), self._viewer(request)
        threads = {
            "ancestors": self._network.ancestors(status),
            "descendants": self._network.descendants(status),
        }
        return JSONResponse(
            {
                side: [self._entities.status(one) for one in posts if self._network.visible(one.id, viewer)]
                for side, posts in threads.items()
            }
        )

    async def source(self, request: Request) -> Response:
        """The words as they were typed."""
        status = self._own(request)
        return JSONResponse({"id": status.id, "text": status.text, "spoiler_text": status.spoiler_text})

    def _viewer(self, request: Request) -> str | None:
        person = caller(self._network.people, request)
        return person.id if person else None

    def _visible(self, request: Request) -> Status:
        if status := self._network.visible(request.path_params["id"], self._viewer(request)):
            return status
        raise Refusal(404, "Record not found")

    def _own(self, request: Request) -> Status:
        status = self._visible(request)
        if status.author != required(self._network.people, request).id:
            raise Refusal(404, "Record not found")
        return status


async def _fields(request: Request) -> Fields:
    if request.headers.get("Content-Type", "").startswith("application/json"):
        try:
            return dict(await request.json())
        except (json.JSONDecodeError, TypeError, ValueError) as wrong:
            raise Refusal(400, "Error occurred while parsing request parameters") from wrong
    return dict(await request.form())


def _filled(status: Status, fields: Fields) -> Status:
    """The status with the words in `fields`, which must not be empty or too long."""
    text, warning = str(fields.get("status") or ""), str(fields.get("spoiler_text") or "")
    if not text.strip():
        raise Refusal(422, "Validation failed: Text can't be blank")
    if length(text) + len(warning) > MAX_CHARACTERS:
        raise Refusal(422, f"Validation failed: Text character limit of {MAX_CHARACTERS} exceeded")
    sensitive = str(fields.get("sensitive", "")).lower() in ("true", "1") or bool(warning)
    language = fields.get("language") or status.language
    return status.model_copy(
        update={"text": text, "spoiler_text": warning, "sensitive": sensitive, "language": language}
    )


def _visibility(fields: Fields) -> str:
    visibility = str(fields.get("visibility") or "public")
    if visibility not in get_args(Visibility):
        raise Refusal(422, "Validation failed: Visibility is not included in the list")
    return visibility
