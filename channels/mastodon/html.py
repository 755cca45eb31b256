"""A post's HTML to the words the person wrote. Pure, linear, nothing remote is fetched.

Paragraphs and line breaks become newlines. Links keep their whole address, which is shown cut.
"""

import re

from selectolax.lexbor import LexborHTMLParser

MOST_CHARACTERS = 65_536
_BLOCK, _BREAK = "\x1e", "\x1f"
_BLOCKS = "p, div, blockquote, pre, ul, ol, li, h1, h2, h3, h4, h5, h6, table, tr"
_DROPPED = "script, style, template, noscript, svg, math"
_SPACES = re.compile(r"[ \t\n\f\r]+")
_AROUND_BREAK = re.compile(rf" ?{_BREAK} ?")
_AROUND_BLOCK = re.compile(rf"[ {_BLOCK}]*{_BLOCK}[ {_BLOCK}]*")
_CONTROLS = str.maketrans({_BLOCK: " ", _BREAK: " "})


def text_of(html: str) -> str:
    """Plain text with one newline between paragraphs and one for each `<br>`."""
    tree = LexborHTMLParser(html[:MOST_CHARACTERS].translate(_CONTROLS))
    if tree.body is None:
        return ""
    for node in tree.css(_DROPPED):
        node.decompose()
    for node in tree.css("br"):
        node.insert_before(_BREAK)
    for node in tree.css(_BLOCKS):
        node.insert_before(_BLOCK)
        node.insert_after(_BLOCK)
    text = _SPACES.sub(" ", tree.body.text(deep=True))
    text = _AROUND_BREAK.sub("\n", text)
    return _AROUND_BLOCK.sub("\n", text).replace(_BREAK, "\n").strip()
