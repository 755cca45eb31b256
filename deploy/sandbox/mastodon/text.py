"""What Mastodon makes of a typed text: length, mentions, hashtags, HTML."""

import html
import re

URL_LENGTH = 23  # every address counts as this many characters
_URL = r"https?://[^\s<>\"]+"
_MENTION = r"(?<![\w@/])@(?P<name>\w+)(?:@(?P<domain>[\w.-]+\w(?::\d+)?))?"
_TAG = r"(?<![\w&/])#(?P<tag>\w*[^\W\d]\w*)"
_TOKEN = re.compile(f"(?P<url>{_URL})|{_MENTION}|{_TAG}")


def length(text: str) -> int:
    """Characters as Mastodon counts them: an address is 23, a mention only its local part."""
    return len(_TOKEN.sub(_counted, text))


def mentioned_names(text: str, domain: str) -> list[str]:
    """The local names that `text` mentions, in lower case, in order, each one once."""
    found = [match for match in _TOKEN.finditer(text) if match["name"]]
    local = [match["name"].lower() for match in found if match["domain"] in (None, domain)]
    return list(dict.fromkeys(local))


def tags(text: str) -> list[str]:
    """The hashtags in `text`, in lower case, each one once."""
    return list(dict.fromkeys(match["tag"].lower() for match in _TOKEN.finditer(text) if match["tag"]))


def as_html(text: str, base_url: str, known: set[str]) -> str:
    """The status' HTML as the API shows it; `known` are the local names that become links."""

    def link(match: re.Match[str]) -> str:
        if address := match["url"]:
            return _address(html.unescape(address))
        if tag := match["tag"]:
            target = f"{base_url}/tags/{tag.lower()}"
            return f'<a href="{target}" class="mention hashtag" rel="tag">#<span>{tag}</span></a>'
        name = match["name"]
        if name.lower() not in known:
            return match[0]
        anchor = f'<a href="{base_url}/@{name}" class="u-url mention">@<span>{name}</span></a>'
        return f'<span class="h-card" translate="no">{anchor}</span>'

    escaped = html.escape(text.strip(), quote=False)
    paragraphs = re.split(r"\n{2,}", _TOKEN.sub(link, escaped))
    return "".join(f"<p>{paragraph.replace(chr(10), '<br />')}</p>" for paragraph in paragraphs)


def _counted(match: re.Match[str]) -> str:
    if match["url"]:
        return "x" * URL_LENGTH
    return f"@{match['name']}" if match["name"] else match[0]


def _address(address: str) -> str:
    scheme, rest = re.fullmatch(r"(https?://(?:www\.)?)(.*)", address).groups()  # type: ignore[union-attr]
    shown = f'<span class="invisible">{scheme}</span><span class="">{html.escape(rest)}</span>'
    return (
        f'<a href="{html.escape(address)}" target="_blank" rel="nofollow noopener" translate="no">{shown}</a>'
    )
