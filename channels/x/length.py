"""How long a post is to X (docs.x.com, "Counting characters"): addresses count 23, most scripts 1, others 2."""

import re
from unicodedata import normalize

LIMIT = 280
URL_WEIGHT = 23
_URL = re.compile(r"https?://\S+")
_LIGHT = ((0, 4351), (8192, 8205), (8208, 8223), (8242, 8247))


def weighted(text: str) -> int:
    """The weight of `text`; a post may have LIMIT."""
    urls = len(_URL.findall(text)) * URL_WEIGHT
    rest = normalize("NFC", _URL.sub("", text))
    return urls + sum(1 if any(low <= ord(char) <= high for low, high in _LIGHT) else 2 for char in rest)
