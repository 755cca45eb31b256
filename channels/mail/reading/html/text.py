"""The walk through a page: which tags break lines, what is a quotation, what is left out.

selectolax (lexbor) builds the tree in time linear in the input; the walk below uses no recursion.
"""

import re

from selectolax.lexbor import LexborHTMLParser, LexborNode

from channels.mail.reading.html.bare import stripped, unbuildable
from channels.mail.reading.html.css import Sheet, sheet
from channels.mail.reading.html.hidden import hidden
from channels.mail.reading.html.page import Page

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
_QUOTE_BOX = re.compile(r"gmail_quote|yahoo_quoted|protonmail_quote|zmail_extra")
_SIGNATURE_BOX = re.compile(
    r"gmail_signature(?!_prefix)|moz-signature|ms-outlook-mobile-signature|protonmail_signature_block"
)
_BOXES = re.compile(f"<blockquote|{_QUOTE_BOX.pattern}|{_SIGNATURE_BOX.pattern}")


def to_text(html: str, quoting: bool = False) -> str:
    """The visible text, one line for each line of the page; `quoting` marks quotations with `> `.

    A page on which everything is hidden is read whole: somebody meant something by it.
    """
    if unbuildable(html):
        return stripped(html)
    tree = LexborHTMLParser(html)
    page = Page(quoting, boxes="<blockquote" not in html.lower())
    if tree.root is None:
        return ""
    styles = (
        sheet("\n".join(node.text() or "" for node in tree.css("style")))
        if "<style" in html.lower()
        else Sheet()
    )
    passed_over = _walk(tree.root, page, styles)
    if passed_over and not any(any(map(str.isalnum, line)) for line in [*page.lines, *page.current]):
        page = Page(quoting, boxes=page.boxes)
        _walk(tree.root, page, None)
    return _joined(page)


def _joined(page: Page) -> str:
    page.break_line()
    while page.lines and not page.lines[-1].strip("> "):
        page.lines.pop()
    text = "\n".join(line.replace("\xa0", " ").rstrip() for line in page.lines)
    return re.sub(r"\n{3,}", "\n\n", text).strip("\n")


def quotes(html: str) -> bool:
    """May marking quotations and signatures make a difference? Most pages have neither."""
    return bool(_BOXES.search(html.lower()))


def _walk(root: LexborNode, page: Page, styles: Sheet | None) -> bool:
    """Depth first by an explicit stack of (node, leaving); True when hidden words were passed over.

    Without `styles` nothing counts as hidden.
    """
    passed_over = False
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
        if tag in _SKIP or tag.startswith("-") or tag == "!--":
            continue
        if styles is not None and hidden(node, styles):
            passed_over = True
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
    return passed_over


def _enter(tag: str, node: LexborNode, page: Page) -> None:
    if tag == "br":
        page.empty_line()
    elif tag in ("td", "th"):
        if page.cell:
            page.current.append(" ")
        page.cell = False
    elif tag in _BLOCK:
        page.break_line(tag in _PARAGRAPH)
        if tag == "li":
            page.current.append(page.bullet(node.attributes.get("value")))
        elif tag in ("ol", "ul"):
            page.open_list(tag == "ol", node.attributes.get("start"))
    if _quotes(tag, node, page):
        page.break_line(paragraph=True)
        page.quote += 1
    elif page.quoting and tag in ("div", "pre", "span") and _SIGNATURE_BOX.search(_named(node)):
        page.lines.append("-- ")


def _leave(tag: str, node: LexborNode, page: Page) -> None:
    if tag in ("td", "th"):
        page.cell = bool(page.current)
    elif tag in _BLOCK:
        page.break_line(tag in _PARAGRAPH and tag != "blockquote")
    if tag in ("ol", "ul"):
        page.close_list()
    if _quotes(tag, node, page):
        page.quote -= 1
        page.break_line(True)


def _quotes(tag: str, node: LexborNode, page: Page) -> bool:
    """A quotation: a blockquote, or a provider's own box on a page without any."""
    return tag == "blockquote" or (page.boxes and tag == "div" and bool(_QUOTE_BOX.search(_named(node))))


def _named(node: LexborNode) -> str:
    return f"{node.attributes.get('class') or ''} {node.attributes.get('id') or ''}"
