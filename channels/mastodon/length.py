"""How long a post is to the server: addresses count 23 characters, mentions without their server. Pure.

Source: docs.joinmastodon.org, "Posting": character counter.
"""

import re

URL_CHARACTERS = 23
_URL = re.compile(r"https?://\S+")
_MENTION = re.compile(r"(@[A-Za-z0-9_.-]+)@[A-Za-z0-9.-]+")


def counted(text: str) -> int:
    """Characters that count towards the limit."""
    shortened = _URL.sub("x" * URL_CHARACTERS, text)
    return len(_MENTION.sub(r"\1", shortened))
