"""What a post of X's says: entities undone, and every short link as where it leads. Pure."""

import html
from collections.abc import Sequence

from channels.lenient import Json, at

QUOTED = 500
"""Characters of a quoted post that are shown."""


def words(text: str, urls: Sequence[Json] = ()) -> str:
    """X escapes `&`, `<` and `>` in every text and shortens every link (`t.co`); `urls` say what was written."""
    said = text
    for one in urls:
        short = at(one, "url")
        whole = at(one, "unwound_url") or at(one, "unwound", "url") or at(one, "expanded_url")
        if short and whole:
            said = said.replace(short, whole)
    return html.unescape(said)


def quotation(by: str, text: str, its_id: str) -> str:
    """A note on the post that is quoted."""
    said = words(text)[:QUOTED] or its_id
    return f"quotes {f'@{by}' if by else 'a post'}: {said}"
