"""What a post says: its words with every link whole, its media, what it quotes or shows. Pure.

Source: lexicons app.bsky.richtext.facet, app.bsky.embed.* and app.bsky.embed.defs.
"""

from collections.abc import Iterator

from channels.lenient import Json, at, objects
from schemas.message import MediaReference

MOST_MEDIA = 20
_LINK = "app.bsky.richtext.facet#link"
_CUT = (".", "…")


def words_of(text: str, facets: list[Json], embed: Json) -> str:
    """The words; a link that is shown cut stands there whole, one behind a word or a card stands below."""
    said = _expanded(text, facets)
    behind = [uri for _, _, uri in _links(facets)] + [_card(embed, "uri")]
    missing = [uri for uri in dict.fromkeys(behind) if uri and uri not in said]
    return "\n".join(part for part in (said, *missing) if part)


def notes_of(embed: Json) -> list[str]:
    """The post that is quoted, and the page that a card shows."""
    quoted = at(embed, "record", "uri") or at(embed, "record", "record", "uri")
    shown = ": ".join(part for part in (_card(embed, "title"), _card(embed, "description")) if part)
    found = (f"quotes {quoted}" if quoted else "", f"shows the page {shown}" if shown else "")
    return [note for note in found if note]


def media_of(embed: Json, did: str) -> list[MediaReference]:
    """Images and videos as blobs of their author's repository; where none is told, at their address."""
    return list(_media(embed, did))[:MOST_MEDIA]


def _card(embed: Json, name: str) -> str:
    """A page shown below the post, alone or beside a quoted post."""
    return at(embed, "external", name) or at(embed, "media", "external", name)


def _links(facets: list[Json]) -> list[tuple[int, int, str]]:
    """Where in the UTF-8 text each link stands (-1 for nowhere), and where it leads; in the order of the text."""
    found = []
    for facet in facets:
        start, end = _number(facet, "byteStart"), _number(facet, "byteEnd")
        for one in objects(facet.get("features")):
            if at(one, "uri") and at(one, "$type") in (_LINK, ""):
                found.append((start, end, at(one, "uri")))
    return sorted(found)


def _number(facet: Json, name: str) -> int:
    place = facet.get("index")
    value = place.get(name) if isinstance(place, dict) else None
    return value if type(value) is int else -1


def _expanded(text: str, facets: list[Json]) -> str:
    """Cut links in place of themselves; whatever does not fit the text is left alone."""
    raw, done, parts = text.encode("utf-8", "replace"), 0, []
    for start, end, uri in _links(facets):
        if not done <= start < end <= len(raw):
            continue
        shown = raw[start:end].decode("utf-8", "replace")
        bare = shown.rstrip(".…").removeprefix("https://").removeprefix("http://")
        if "." not in bare or bare.split("/")[0] not in uri:
            continue
        parts += [raw[done:start], uri.encode("utf-8", "replace")]
        # dots that show a cut may stand outside the link
        done = end + len(raw[end:]) - len(raw[end:].lstrip(b".")) if shown.endswith(_CUT) else end
    return b"".join([*parts, raw[done:]]).decode("utf-8", "replace")


def _media(embed: Json, did: str) -> Iterator[MediaReference]:
    for image in objects(embed.get("images")):
        yield from _blob(image.get("image"), did, at(image, "alt"), at(image, "fullsize"))
    yield from _blob(embed.get("video"), did, at(embed, "alt"), at(embed, "playlist"))
    beside = embed.get("media")
    if isinstance(beside, dict):
        yield from _media({**beside, "media": None}, did)


def _blob(blob: object, did: str, name: str, url: str) -> Iterator[MediaReference]:
    cid = at(blob, "ref", "$link") or at(blob, "cid")
    if cid and did:
        yield MediaReference(media_id=f"{did}/{cid}", media_type=at(blob, "mimeType"), name=name[:255])
    elif url.startswith("https://"):
        yield MediaReference(url=url, name=name[:255])
