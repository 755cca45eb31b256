"""The record of a post that is a letter: its key, its links, the same bytes at every attempt. Pure.

The key of a post is a TID (atproto.com, "Timestamp identifiers"). It is derived from the letter, so that writing
it again writes the same record.
"""

import hashlib
import re
from typing import Any

from schemas.letter import Letter

ALPHABET = "234567abcdefghijklmnopqrstuvwxyz"
COLLECTION = "app.bsky.feed.post"
CHARACTERS = 300
_URL = re.compile(rb"https?://[^\s<>\"]+[^\s<>\".,;:!?)]")
Json = dict[str, Any]


def record_key(letter: Letter) -> str:
    """13 characters: the second the letter was written, then 30 bits of its id."""
    digest = int.from_bytes(hashlib.sha256(letter.letter_id.encode()).digest()[:8], "big")
    micros = int(letter.created_at.timestamp()) * 1_000_000 + digest % 1_000_000
    value = (micros << 10) | (digest >> 32 & 1023)
    return "".join(ALPHABET[value >> shift & 31] for shift in range(60, -1, -5))


def post(letter: Letter) -> Json:
    """The record: text with clickable links, the answer's parent and root when it is one."""
    record: Json = {
        "$type": COLLECTION,
        "text": letter.text,
        "createdAt": letter.created_at.isoformat().replace("+00:00", "Z"),
        "facets": facets(letter.text),
    }
    if letter.language:
        record["langs"] = [letter.language]
    cid, root_uri, root_cid = ([*letter.route.references, "", "", ""])[:3]
    if letter.route.thread and cid:
        parent = {"uri": letter.route.thread, "cid": cid}
        record["reply"] = {"parent": parent, "root": {"uri": root_uri, "cid": root_cid}}
    return record


def facets(text: str) -> list[Json]:
    """Links by their place in the UTF-8 text (app.bsky.richtext.facet)."""
    return [
        {
            "index": {"byteStart": found.start(), "byteEnd": found.end()},
            "features": [{"$type": "app.bsky.richtext.facet#link", "uri": found.group().decode()}],
        }
        for found in _URL.finditer(text.encode())
    ]
