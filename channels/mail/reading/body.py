"""Which parts are the words and which are enclosures.

The choice follows RFC 8621 section 4.1.4 (JMAP), the only published rule: of an alternative the plain part is
read, text parts of a mixture are joined, everything else is an attachment. Added: files inside plain bodies
(uuencode), TNEF packets opened, HTML turned to text where no plain words are given.
"""

import re
from dataclasses import dataclass, field

from channels.mail.reading import charset, html, tnef, transfer, words
from channels.mail.reading.enclosure import Enclosure
from channels.mail.reading.structure import Part

_READABLE = frozenset({"text/plain", "text/html"})
_EXTENSION = {
    "text/plain": "txt",
    "text/html": "html",
    "text/calendar": "ics",
    "message/rfc822": "eml",
    "message/delivery-status": "txt",
    "image/jpeg": "jpg",
    "image/png": "png",
    "image/gif": "gif",
    "application/pdf": "pdf",
}


@dataclass(slots=True)
class Body:
    """The words (`text`; `quoting`: the same with HTML quotations marked) and the enclosures."""

    text: str = ""
    quoting: str = ""
    html: bool = False
    enclosures: list[Enclosure] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)


def read(top: Part) -> Body:
    """Choose, decode and join."""
    chosen: list[Part] = []
    files: list[Part] = []
    _choose(top, chosen, files)
    body = Body()
    texts = [_text(part, body) for part in chosen]
    body.text = "\n".join(text for text, _ in texts)
    body.quoting = "\n".join(marked for _, marked in texts)
    for part in files:
        if _is_tnef(part):
            _open(part, body)
        else:
            body.enclosures.append(enclosure(part, len(body.enclosures) + 1))
    return body


def _is_tnef(part: Part) -> bool:
    return part.media_type in ("application/ms-tnef", "application/vnd.ms-tnef") or (
        part.file_name().lower() == "winmail.dat"
    )


def _open(part: Part, body: Body) -> None:
    """The packet's files in place of the packet; its words when the mail has no others."""
    packet = tnef.read(part.content())
    body.problems += packet.problems
    if packet.problems and not packet.enclosures:
        body.enclosures.append(enclosure(part, len(body.enclosures) + 1))
    body.enclosures += packet.enclosures
    if packet.text.strip() and not body.text.strip():
        body.text = body.quoting = clean(packet.text)


def is_words(part: Part) -> bool:
    """A readable part that was not sent as a file."""
    return part.media_type in _READABLE and part.disposition != "attachment" and not (part.file_name())


def _choose(part: Part, chosen: list[Part], files: list[Part]) -> None:
    if part.multipart:
        if part.media_type == "multipart/alternative":
            _alternative(part, chosen, files)
            return
        for child in part.children:
            _choose(child, chosen, files)
    elif is_words(part) or (
        part.inside == "" and part.media_type in _READABLE and part.disposition != "attachment"
    ):
        (files if _repeats(part, chosen) else chosen).append(part)
    elif part.inside != "" or part.start < part.end:
        files.append(part)


def _repeats(part: Part, chosen: list[Part]) -> bool:
    """HTML after plain words is an alternative sent as a mixture: it is kept, as a file."""
    return part.media_type == "text/html" and any(
        other.media_type == "text/plain" and other.content().strip() for other in chosen
    )


def _alternative(part: Part, chosen: list[Part], files: list[Part]) -> None:
    """The plain branch when it says something, else the HTML branch; what is no text stays an enclosure."""
    found: list[Part] = []
    for child in part.children:
        branch: list[Part] = []
        _choose(child, branch, files)
        found += branch
    plain = [item for item in found if item.media_type == "text/plain" and item.content().strip()]
    chosen.extend(plain or [item for item in found if item.media_type == "text/html"])


def _text(part: Part, body: Body) -> tuple[str, str]:
    data = part.content()
    if part.media_type == "text/plain" and b"begin" in data:
        data, files = transfer.uu_files(data)
        for name, content in files:
            body.enclosures.append(
                Enclosure(words.tidy(words.words(name)), "application/octet-stream", content)
            )
    label = part.parameters.get("charset", "")
    if part.media_type == "text/html" and not label:
        label = _meta_charset(data)
    text, problem = charset.decode(data, label)
    if problem:
        body.problems.append(problem)
    text = clean(text)
    if part.media_type == "text/html":
        body.html = True
        return html.to_text(text), html.to_text(text, quoting=True)
    return text, text


def clean(text: str) -> str:
    """Line ends as LF; no byte order mark, NUL or lone surrogate."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\x00", "").removeprefix("\ufeff")
    return text.encode("utf-8", "replace").decode("utf-8") if not text.isascii() else text


def _meta_charset(data: bytes) -> str:
    found = re.search(
        rb"<meta[^>]{1,200}charset=[\"']?([A-Za-z0-9_:.-]{2,40})",
        data[:4096],
        re.IGNORECASE,
    )
    return found.group(1).decode() if found else ""


def enclosure(part: Part, number: int) -> Enclosure:
    """A part as a file. An attached mail keeps its bytes and is named by its subject when it has no name."""
    content = part.content()
    name = part.file_name()
    if not name and part.media_type == "message/rfc822":
        from channels.mail.reading.headers import split

        name = split(content, 0, len(content))[0].text("subject")
        name = f"{name}.eml" if name else ""
    if not name:
        extension = _EXTENSION.get(part.media_type, "bin")
        name = f"attachment-{number}.{extension}"
    return Enclosure(name, part.media_type, content)
