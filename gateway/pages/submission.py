"""What a client sent to the form, whichever way: fields, enclosures by hash, and how to know it again."""

import codecs
import json
import re
import secrets
from collections.abc import AsyncGenerator, AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

from python_multipart.multipart import parse_options_header
from starlette.datastructures import FormData, UploadFile
from starlette.exceptions import HTTPException
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.requests import Request

from channels.webform.payload import ComplaintForm
from channels.webform.settings import WebformSettings
from gateway.limits import read_body
from schemas.errors import Unavailable
from schemas.message import Attachment

FIELDS = tuple(ComplaintForm.model_fields)
HIDDEN = ("nonce", "kept", "website", "channel", "taken_by", "received_at")
"""Fields that are not the complainant's: what a page carries along, and what a clerk adds."""
_MOST_FIELDS = 40
_LONGEST_FIELD = 256 * 1024
_LONGEST_TEXT = 1024 * 1024
"""Of a body without files: ten times what fits into all fields, percent-encoded."""
_MEDIA_TYPE = re.compile(r"[A-Za-z0-9!#$&^_.+-]{1,100}/[A-Za-z0-9!#$&^_.+-]{1,100}")
_UNSEEN = re.compile(r"[\x00-\x1f\x7f\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


@dataclass(slots=True)
class Submission:
    """`values` are the fields as typed, `hidden` what the page carried; `refused` are message keys.

    `attachments` are stored already, `uploads` are not: they are the request's own, and go when it ends.
    """

    values: dict[str, Any] = field(default_factory=dict)
    hidden: dict[str, str] = field(default_factory=dict)
    attachments: list[Attachment] = field(default_factory=list)
    uploads: list[UploadFile] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    odd: list[str] = field(default_factory=list)
    """What was read otherwise than it was typed, for those who handle the case."""
    idempotency_key: str = ""


@asynccontextmanager
async def submission_of(request: Request, settings: WebformSettings) -> AsyncIterator[Submission]:
    """Read JSON, an urlencoded form or a multipart form; raises HTTPException (400, 413, 415), Unavailable."""
    kind, found = media_type(request.headers), Submission()
    found.idempotency_key = request.headers.get("idempotency-key", "")[:255]
    if kind == "application/json":
        found.values = _object(await _text(request))
        yield found
    elif kind == "application/x-www-form-urlencoded":
        for name, value in fields_of(await _text(request), _charset(request.headers)):
            _field(found, name, value)
        yield found
    elif kind == "multipart/form-data":
        parser = _Parts(request, settings.most_attachments + 20)
        try:
            _fill(found, await parser.whole(), settings)
            yield found
        finally:
            parser.close()
    else:
        raise HTTPException(415, "send JSON, a form, or multipart/form-data with attachments")


class _Parts(MultiPartParser):
    """The parts of a multipart form, with their files closed whatever happens; a form that was cut is no form."""

    def __init__(self, request: Request, most_files: int) -> None:
        self._pieces = request.stream()
        super().__init__(
            request.headers,
            self._watched(),
            max_files=most_files,
            max_fields=_MOST_FIELDS,
            max_part_size=_LONGEST_FIELD,
        )
        boundary = parse_options_header(request.headers["content-type"])[1].get(b"boundary", b"")
        self._end, self._tail, self._ended = b"--" + boundary + b"--", b"", False

    async def whole(self) -> FormData:
        """Raises HTTPException (400), Unavailable when the disk has no room for its files."""
        try:
            form = await self.parse()
        except MultiPartException as error:
            raise HTTPException(400, error.message) from error
        except OSError as error:
            raise Unavailable(f"an upload cannot be kept: {error.strerror}") from error
        if not self._ended:
            raise HTTPException(400, "the form ends before its last boundary")
        return form

    def close(self) -> None:
        """Every file, also of parts that never ended."""
        for file in self._files_to_close_on_error:
            file.close()

    async def _watched(self) -> AsyncGenerator[bytes, None]:
        async for piece in self._pieces:
            seen = self._tail + piece
            self._ended = self._ended or self._end in seen
            self._tail = seen[-len(self._end) :]
            yield piece


def media_type(headers: Mapping[str, str]) -> str:
    """The type of a body, without its parameters; empty when nothing says."""
    return headers.get("content-type", "").partition(";")[0].strip().lower()


def fields_of(body: bytes, charset: str = "") -> list[tuple[str, str]]:
    """The fields of an urlencoded form; raises HTTPException (400) for more of them than a form has.

    `charset` is what the form says of itself; one that says nothing is UTF-8, or else what browsers write in its place.
    """
    for encoding in (charset, "utf-8", "cp1252"):
        try:
            return _fields(body, encoding, "strict") if encoding else _fields(body, "utf-8", "strict")
        except UnicodeDecodeError:
            continue
    return _fields(body, "utf-8", "replace")


def _fields(body: bytes, encoding: str, errors: str) -> list[tuple[str, str]]:
    text = body.decode(encoding, errors)
    try:
        return parse_qsl(
            text, keep_blank_values=True, encoding=encoding, errors=errors, max_num_fields=_MOST_FIELDS
        )
    except UnicodeDecodeError:
        raise
    except ValueError as error:
        raise HTTPException(400, f"a form has at most {_MOST_FIELDS} fields") from error


def _charset(headers: Mapping[str, str]) -> str:
    """The charset that a body says it is in, when Python knows it as one of text; else empty."""
    named = parse_options_header(headers.get("content-type", ""))[1].get(b"charset", b"").decode("latin-1")
    try:
        known = codecs.lookup(named.strip()) if named else None
    except (LookupError, ValueError):
        return ""
    return known.name if known is not None and known._is_text_encoding else ""


def new_key() -> str:
    """A key for a client that named none: each of its requests is a complaint of its own."""
    return secrets.token_hex(16)


async def _text(request: Request) -> bytes:
    return await read_body(request.scope, request.receive, _LONGEST_TEXT)


def _object(body: bytes) -> dict[str, Any]:
    try:
        value = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise HTTPException(400, "the body is not JSON") from error
    if not isinstance(value, dict) or len(value) > _MOST_FIELDS:
        raise HTTPException(400, f"the body must be a JSON object with at most {_MOST_FIELDS} fields")
    return value


def _fill(found: Submission, form: FormData, settings: WebformSettings) -> None:
    for name, value in form.multi_items():
        if isinstance(value, UploadFile):
            _enclose(found, value, settings)
        else:
            _field(found, name, value)


def _field(found: Submission, name: str, value: str) -> None:
    if name in HIDDEN:
        found.hidden[name] = value
    else:
        found.values[name] = value


def _enclose(found: Submission, file: UploadFile, settings: WebformSettings) -> None:
    """Note one upload, or why not. A file field that was left empty is no file."""
    if not file.filename and not file.size:
        return
    taken = sum(one.size or 0 for one in found.uploads)
    if len(found.uploads) >= settings.most_attachments:
        found.refused.append("too_many_files")
    elif (file.size or 0) > min(settings.attachment_bytes, settings.total_bytes - taken):
        found.refused.append("file_too_large")
    else:
        found.uploads.append(file)


def file_name(claimed: str) -> str:
    """The name as data: no folders, control characters or writing-direction tricks, at most 200 long."""
    bare = _UNSEEN.sub("", re.split(r"[/\\]", claimed)[-1]).strip()
    return bare[-200:] or "unnamed"


def file_type(headers: Mapping[str, str]) -> str:
    """The media type that an upload claims, when it is one."""
    claimed = media_type(headers)
    return claimed if _MEDIA_TYPE.fullmatch(claimed) else "application/octet-stream"
