"""Which parts are the words and which are enclosures.

The choice follows RFC 8621 section 4.1.4 (JMAP), the only published rule: of an alternative the plain part is
read, text parts of a mixture are joined, everything else is an attachment. Added: files inside plain bodies
(uuencode), TNEF packets opened, HTML turned to text where no plain words are given.
"""

import re
from dataclasses import dataclass, field

from channels.mail.reading import charset, enclosed, html, tnef, transfer, words
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


_SOFT = re.compile(r"(?<!^--) \n(?!>)", re.MULTILINE)
"""A line break that its program put there, with the space it added (RFC 3676, DelSp=yes)."""


@dataclass(slots=True)
class Body:
    """The words (`text`; `quoting`: the same with HTML quotations marked) and the enclosures."""

    text: str = ""
    quoting: str = ""
    html: bool = False
    enclosures: list[Enclosure] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    passed_on: bool = False
    """The words are those of a mail that was attached."""
    beside: str = ""
    """Words of attached mails, where the mail has words of its own."""


@dataclass(slots=True)
class _Choice:
    """Parts chosen as words and parts kept as files, in document order; `plain`: plain words were among them."""

    words: list[Part] = field(default_factory=list)
    files: list[Part] = field(default_factory=list)
    plain: bool = False


def read(top: Part, layer: int = 0) -> Body:
    """Choose, decode and join; `layer` counts the mails within mails."""
    choice = _Choice()
    _choose(top, choice, first=True)
    body = Body()
    texts = [_text(part, body) for part in choice.words]
    body.text = "\n".join(text for text, _ in texts)
    body.quoting = "\n".join(marked for _, marked in texts)
    for part in choice.files:
        if _is_tnef(part):
            _open(part, body)
        else:
            body.enclosures.append(enclosure(part, len(body.enclosures) + 1))
    if top.media_type != "multipart/report" and choice.files:
        _deeper(body, choice.files, layer)
    if enclosed.encrypted(top, body.text):
        body.problems.append(enclosed.ENCRYPTED)
    return body


def _deeper(body: Body, files: list[Part], layer: int) -> None:
    """Words that are one layer deeper: the mail's own where it has none, else kept beside them."""
    if layer < enclosed.MOST_LAYERS:
        for inner in enclosed.signed(files):
            _adopt(body, read(inner, layer + 1))
        for inner in enclosed.mails(files):
            passed_on = read(inner, layer + 1)
            body.passed_on = body.passed_on or not body.text.strip()
            _adopt(body, passed_on, files=False)
    if not body.text.strip():
        body.text = body.quoting = clean(enclosed.invitations(files))


def _adopt(body: Body, inner: Body, files: bool = True) -> None:
    """`files`: those of the inner mail are seen too; of an attached mail it is the mail itself that is kept."""
    if not body.text.strip() or (body.passed_on and not files):
        body.html = body.html or inner.html
        body.text = f"{body.text}\n\n{inner.text}".strip("\n") if body.text.strip() else inner.text
        body.quoting = (
            f"{body.quoting}\n\n{inner.quoting}".strip("\n") if body.quoting.strip() else inner.quoting
        )
    else:
        body.beside = f"{body.beside}\n{inner.text}".strip()
    body.beside = f"{body.beside}\n{inner.beside}".strip()
    body.enclosures += inner.enclosures if files else []
    body.problems += inner.problems


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


def _is_words(part: Part, first: bool) -> bool:
    """A readable part that was not sent as a file; the first part may carry a name and still be the words."""
    if part.media_type not in _READABLE or part.disposition == "attachment":
        return False
    return not part.file_name() or (first and "filename" not in part.disposition_parameters)


def _choose(part: Part, choice: _Choice, first: bool) -> None:
    if part.media_type == "multipart/alternative" and part.multipart:
        _alternative(part, choice)
    elif part.multipart:
        for index, child in enumerate(part.children):
            _choose(child, choice, first=index == 0 and part.media_type != "multipart/related")
    elif not _is_words(part, first):
        if part.inside or part.start < part.end:
            choice.files.append(part)
    elif part.media_type == "text/html" and choice.plain:
        # An alternative that was sent as a mixture: it is kept, as a file.
        choice.files.append(part)
    else:
        choice.words.append(part)
        choice.plain = choice.plain or (part.media_type == "text/plain" and bool(part.content().strip()))


def _alternative(part: Part, choice: _Choice) -> None:
    """The plain branches when they say something, else the HTML branch; what is no text stays a file."""
    inner = _Choice(files=choice.files)
    for child in part.children:
        branch = _Choice(files=choice.files)
        _choose(child, branch, first=True)
        inner.words += branch.words
        inner.plain = inner.plain or branch.plain
    wanted = "text/plain" if inner.plain else "text/html"
    choice.words += [item for item in inner.words if item.media_type == wanted]
    choice.plain = choice.plain or inner.plain


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
    if part.parameters.get("delsp", "").lower() == "yes" and part.media_type == "text/plain":
        text = _SOFT.sub("", text)
    if part.media_type == "text/html":
        body.html = True
        seen = html.to_text(text)
        return seen, html.to_text(text, quoting=True) if html.quotes(text) else seen
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
