"""What a client sent to the form, whichever way: fields, enclosures by hash, and how to know it again."""

import asyncio
import json
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.requests import Request

from channels.webform.payload import ComplaintForm
from channels.webform.settings import WebformSettings
from schemas.message import Attachment
from workers.storage.blobs import BlobStore

FIELDS = tuple(ComplaintForm.model_fields)
HIDDEN = ("nonce", "kept", "website", "channel", "taken_by", "received_at")
"""Fields that are not the complainant's: what a page carries along, and what a clerk adds."""
_MOST_FIELDS = 40
_LONGEST_FIELD = 256 * 1024
_LONGEST_JSON = 1024 * 1024
_PIECE = 256 * 1024
_MEDIA_TYPE = re.compile(r"[A-Za-z0-9!#$&^_.+-]{1,100}/[A-Za-z0-9!#$&^_.+-]{1,100}")
_UNSEEN = re.compile(r"[\x00-\x1f\x7f\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


@dataclass(slots=True)
class Submission:
    """`values` are the fields as typed, `hidden` what the page carried; `refused` are message keys."""

    values: dict[str, Any] = field(default_factory=dict)
    hidden: dict[str, str] = field(default_factory=dict)
    attachments: list[Attachment] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    idempotency_key: str = ""


async def read_submission(request: Request, settings: WebformSettings, blobs: BlobStore) -> Submission:
    """Read JSON, an urlencoded form or a multipart form; raises HTTPException (400, 413, 415)."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind == "application/json":
        found = Submission(values=_object(await request.body()))
    elif kind in ("application/x-www-form-urlencoded", "multipart/form-data"):
        found = await _form(request, settings, blobs)
    else:
        raise HTTPException(415, "send JSON, a form, or multipart/form-data with attachments")
    found.idempotency_key = request.headers.get("idempotency-key", "")[:255]
    return found


def new_key() -> str:
    """A key for a client that named none: each of its requests is a complaint of its own."""
    return secrets.token_hex(16)


def _object(body: bytes) -> dict[str, Any]:
    if len(body) > _LONGEST_JSON:
        raise HTTPException(413, f"a JSON body has at most {_LONGEST_JSON} bytes; send files as multipart")
    try:
        value = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise HTTPException(400, "the body is not JSON") from error
    if not isinstance(value, dict):
        raise HTTPException(400, "the body must be a JSON object")
    return value


async def _form(request: Request, settings: WebformSettings, blobs: BlobStore) -> Submission:
    found = Submission()
    async with request.form(
        max_fields=_MOST_FIELDS, max_files=settings.most_attachments + 20, max_part_size=_LONGEST_FIELD
    ) as form:
        for name, value in form.multi_items():
            if isinstance(value, UploadFile):
                await _enclose(found, value, settings, blobs)
            elif name in HIDDEN:
                found.hidden[name] = value
            else:
                found.values[name] = value
    return found


async def _enclose(found: Submission, file: UploadFile, settings: WebformSettings, blobs: BlobStore) -> None:
    """Keep one upload by hash, or note why not. A file field that was left empty is no file."""
    if not file.filename and not file.size:
        return
    if len(found.attachments) >= settings.most_attachments:
        found.refused.append("too_many_files")
    elif (file.size or 0) > _room(found, settings):
        found.refused.append("file_too_large")
    else:
        found.attachments.append(await asyncio.to_thread(_keep, file, blobs))


def _room(found: Submission, settings: WebformSettings) -> int:
    taken = sum(item.bytes for item in found.attachments)
    return min(settings.attachment_bytes, settings.total_bytes - taken)


def _keep(file: UploadFile, blobs: BlobStore) -> Attachment:
    with blobs.writer() as writer:
        while piece := file.file.read(_PIECE):
            writer.write(piece)
        sha256, size = writer.keep(), writer.bytes
    return Attachment(
        name=file_name(file.filename or ""), media_type=_media_type(file.headers), bytes=size, sha256=sha256
    )


def file_name(claimed: str) -> str:
    """The name as data: no folders, control characters or writing-direction tricks, at most 200 long."""
    bare = _UNSEEN.sub("", re.split(r"[/\\]", claimed)[-1]).strip()
    return bare[-200:] or "unnamed"


def _media_type(headers: Mapping[str, str]) -> str:
    claimed = headers.get("content-type", "").partition(";")[0].strip().lower()
    return claimed if _MEDIA_TYPE.fullmatch(claimed) else "application/octet-stream"
