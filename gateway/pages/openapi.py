"""`/api/v1/openapi.json`: the public API as OpenAPI 3.1, made from the very model that validates."""

from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from channels.webform.payload import ComplaintForm
from gateway.front import Front

_PROBLEM = {
    "description": "A problem (RFC 9457); nothing was stored.",
    "content": {"application/problem+json": {"schema": {"type": "object"}}},
}
_TOLD = {
    "type": "object",
    "required": ["reference", "status_code", "status_url"],
    "properties": {name: {"type": "string"} for name in ("reference", "status_code", "status_url")},
}
_STATUS = {
    "type": "object",
    "required": ["reference", "state"],
    "properties": {
        "reference": {"type": "string"},
        "state": {
            "enum": ["processing", "received", "open", "in_progress", "responded", "closed", "withdrawn"]
        },
        "received_at": {"type": "string", "format": "date-time"},
        "messages": {"type": "integer"},
    },
}


async def openapi(request: Request) -> Response:
    """The document; its server is the configured public address."""
    front: Front = request.app.state.front
    return JSONResponse(document(front.options.public_url))


def document(public_url: str) -> dict[str, Any]:
    """OpenAPI 3.1 for the public paths."""
    return {
        "openapi": "3.1.0",
        "info": {"title": "Complaints", "version": "1"},
        "servers": [{"url": public_url}],
        "paths": {"/api/v1/complaints": {"post": _complain()}, "/api/v1/status": {"get": _status()}},
    }


def _complain() -> dict[str, Any]:
    form = ComplaintForm.model_json_schema()
    files = {"type": "array", "items": {"type": "string", "contentMediaType": "application/octet-stream"}}
    with_files = form | {"properties": form["properties"] | {"attachments": files}}
    return {
        "summary": "Make a complaint",
        "parameters": [
            {
                "name": "Idempotency-Key",
                "in": "header",
                "description": "The same key with the same body is the same complaint.",
                "schema": {"type": "string", "maxLength": 255},
            }
        ],
        "requestBody": {
            "required": True,
            "content": {
                "application/json": {"schema": form},
                "multipart/form-data": {"schema": with_files},
            },
        },
        "responses": {
            "201": _answer("Durable; the reference is valid at once.", _TOLD),
            **dict.fromkeys(("400", "413", "415", "422", "503"), _PROBLEM),
        },
    }


def _status() -> dict[str, Any]:
    query = [
        {"name": name, "in": "query", "required": True, "schema": {"type": "string"}}
        for name in ("reference", "code")
    ]
    return {
        "summary": "How a complaint stands",
        "parameters": query,
        "responses": {
            "200": _answer("What its holder may know.", _STATUS),
            **dict.fromkeys(("404", "429"), _PROBLEM),
        },
    }


def _answer(description: str, schema: dict[str, Any]) -> dict[str, Any]:
    return {"description": description, "content": {"application/json": {"schema": schema}}}
