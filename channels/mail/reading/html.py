"""HTML to the text a reader sees. Nothing is fetched; scripts, styles and hidden words are left out.

selectolax (lexbor) builds the tree in time linear in the input; the walk below uses no recursion.
"""

import re
from dataclasses import dataclass, field
from html import unescape

from selectolax.lexbor import LexborHTMLParser, LexborNode

_SKIP = frozenset(
    {
        "script",
        "style",
        "head",
        "title",
        "template",
        "noscript",
        "svg",
        "math",
        "object",
        "iframe",
        "canvas",
        "select",
        "audio",
        "video",
    }
)
_PARAGRAPH = frozenset(
    {
        "p",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "ul",
        "ol",
        "dl",
        "blockquote",
        "pre",
        "table",
        "figure",
    }
)
_BLOCK = _PARAGRAPH | frozenset(
    [
        "div",
        "section",
        "article",
        "header",
        "footer",
        "main",
        "nav",
        "aside",
        "address",
        "center",
        "form",
        "fieldset",
        "li",
        "dt",
        "dd",
        "tr",
        "tbody",
        "thead",
        "tfoot",
        "caption",
        "hr",
        "body",
        "html",
    ]
)
_SPACE = re.compile(r"[ \t\r\n\f]+")
_HIDDEN = re.compile(
    r"display:none|visibility:hidden|mso-hide:all|opacity:0(?:\.0+)?(?:;|$)|font-size:0(?:\.0+)?(?:px|pt|em|rem|%)?(?:;|!|$)"
    r"|(?:max-)?height:0(?:px)?;.*overflow:hidden|overflow:hidden;.*(?:max-)?height:0(?:px)?(?:;|$)|text-indent:-\d{3,}|left:-\d{3,}"
)
_QUOTE_BOX = re.compile(r"gmail_quote|yahoo_quoted|protonmail_quote|zmail_extra")
_SIGNATURE_BOX = re.compile(
    r"gmail_signature(?!_prefix)|moz-signature|ms-outlook-mobile-signature|protonmail_signature_block"
)
_COLOUR = re.compile(r"(?:^|;)(color|background(?:-color)?):([^;!]+)")
_MOST = 2_000_000
"""Characters of a page that are built as a tree; of a longer one only the tags are taken away."""
_BOXES = re.compile(f"<blockquote|{_QUOTE_BOX.pattern}|{_SIGNATURE_BOX.pattern}", re.IGNORECASE)
_STYLE = 1000
_DEPTH = 1000
"""Browsers stop at half of it; the parser's cost grows with the square of the depth."""
_NESTING = re.compile(
    r"<(/?)(div|span|blockquote|table|font|center|section|article|b|i|u|a|em|strong|small|big|ul|ol|dl|form|sub|sup)\b",
    re.IGNORECASE,
)
_CODE_BEGINS = re.compile(r"<(?:script|style)\b", re.IGNORECASE)
_CODE_ENDS = re.compile(r"</(?:script|style)\b[^>]{0,100}>", re.IGNORECASE)
_TAG = re.compile(r"<[^<>]{0,10000}>")
_LINES = re.compile(r"<(?:/?(?:p|div|tr|li|h\d|blockquote)|br)\b[^<>]{0,1000}>", re.IGNORECASE)
_WHITE = frozenset({"#fff", "#ffffff", "white", "rgb(255,255,255)"})


@dataclass(slots=True)
class _Page:
    """Lines as they form. `quote` is the depth of quotations, written as `> ` when asked for.

    `boxes`: providers' own boxes are quotations, as the page has no blockquote.
    """

    quoting: bool
    boxes: bool = True
    lines: list[str] = field(default_factory=list)
    current: list[str] = field(default_factory=list)
    quote: int = 0
    cell: bool = False

    def break_line(self, paragraph: bool = False) -> None:
        text = "".join(self.current)
        self.current.clear()
        self.cell = False
        stripped = text.rstrip(" \t")
        prefix = "> " * self.quote if self.quoting else ""
        if stripped:
            self.lines.append(prefix + stripped)
        if paragraph and self.lines and self.lines[-1].strip("> "):
            self.lines.append(prefix.rstrip())

    def empty_line(self) -> None:
        if self.current and "".join(self.current).strip():
            self.break_line()
        else:
            self.current.clear()
            self.lines.append(("> " * self.quote).rstrip() if self.quoting else "")

    def say(self, text: str, preformatted: bool) -> None:
        if preformatted:
            first, *rest = text.replace("\r\n", "\n").split("\n")
            self.current.append(first)
            for line in rest:
                self.empty_line()
                self.current.append(line)
            return
        text = _SPACE.sub(" ", text)
        if (self.current and self.current[-1].endswith(" ")) or not self.current:
            text = text.lstrip(" ")
        if text:
            self.current.append(text)


def to_text(html: str, quoting: bool = False) -> str:
    """The visible text, one line for each line of the page; `quoting` marks quotations with `> `."""
    if len(html) > _MOST or _too_deep(html):
        return _stripped(html)
    root = LexborHTMLParser(html).root
    page = _Page(quoting, boxes="<blockquote" not in html.lower())
    if root is not None:
        _walk(root, page)
    page.break_line()
    while page.lines and not page.lines[-1].strip("> "):
        page.lines.pop()
    text = "\n".join(line.replace("\xa0", " ").rstrip() for line in page.lines)
    return re.sub(r"\n{3,}", "\n\n", text).strip("\n")


def quotes(html: str) -> bool:
    """May marking quotations and signatures make a difference? Most pages have neither."""
    return bool(_BOXES.search(html))


def _walk(root: LexborNode, page: _Page) -> None:
    """Depth first by an explicit stack of (node, leaving)."""
    stack: list[tuple[LexborNode, bool]] = [(root, False)]
    preformatted = 0
    while stack:
        node, leaving = stack.pop()
        tag = node.tag or ""
        if leaving:
            preformatted -= tag == "pre"
            _leave(tag, node, page)
            continue
        if tag == "-text":
            page.say(node.text(deep=False) or "", preformatted > 0)
            continue
        if tag in _SKIP or tag.startswith("-") or (tag == "!--") or _hidden(node):
            continue
        _enter(tag, node, page)
        preformatted += tag == "pre"
        stack.append((node, True))
        children = []
        child = node.child
        while child is not None:
            children.append(child)
            child = child.next
        stack.extend((item, False) for item in reversed(children))


def _enter(tag: str, node: LexborNode, page: _Page) -> None:
    if tag == "br":
        page.empty_line()
    elif tag in ("td", "th"):
        if page.cell:
            page.current.append(" ")
        page.cell = False
    elif tag in _BLOCK:
        page.break_line(tag in _PARAGRAPH)
        if tag == "li":
            page.current.append("* ")
    if _quotes(tag, node, page):
        page.break_line(paragraph=True)
        page.quote += 1
    elif page.quoting and tag in ("div", "pre", "span") and _SIGNATURE_BOX.search(_named(node)):
        page.lines.append("-- ")


def _leave(tag: str, node: LexborNode, page: _Page) -> None:
    if tag in ("td", "th"):
        page.cell = bool(page.current)
    elif tag in _BLOCK:
        page.break_line(tag in _PARAGRAPH and tag != "blockquote")
    if _quotes(tag, node, page):
        page.quote -= 1
        page.break_line(True)


def _quotes(tag: str, node: LexborNode, page: _Page) -> bool:
    """A quotation: a blockquote, or a provider's own box on a page without any."""
    return tag == "blockquote" or (page.boxes and tag == "div" and bool(_QUOTE_BOX.search(_named(node))))


def _too_deep(html: str) -> bool:
    if html.count("<") < _DEPTH:
        return False
    depth = 0
    for found in _NESTING.finditer(html):
        depth += -1 if found.group(1) else 1
        if depth > _DEPTH:
            return True
    return False


def _stripped(html: str) -> str:
    """Words of a page that no browser would build: tags taken away, nothing else understood."""
    kept = "".join(_CODE_BEGINS.split(piece, maxsplit=1)[0] for piece in _CODE_ENDS.split(html))
    bare = _TAG.sub("", _LINES.sub("\n", kept))
    return re.sub(r"\n{3,}", "\n\n", unescape(bare)).strip()


def _named(node: LexborNode) -> str:
    return f"{node.attributes.get('class') or ''} {node.attributes.get('id') or ''}"


def _hidden(node: LexborNode) -> bool:
    """Not shown to a reader: attribute `hidden`, CSS that hides, or white words on no other ground."""
    attributes = node.attributes
    if not attributes:
        return False
    if "hidden" in attributes:
        return True
    style = attributes.get("style")
    if not style:
        return (attributes.get("color") or "").lower() in _WHITE and not attributes.get("bgcolor")
    tight = re.sub(r"\s+", "", style[:_STYLE].lower())
    if _HIDDEN.search(tight):
        return True
    colours = dict(_COLOUR.findall(tight))
    ground = colours.get("background-color", colours.get("background", ""))
    return (
        colours.get("color", "") in _WHITE
        and (not ground or ground in _WHITE)
        and node.tag in ("span", "font", "div", "p")
    )
