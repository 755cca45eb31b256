"""What a page holds and a reader does not see: hidden by attribute, by CSS, or white on white."""

import re

from selectolax.lexbor import LexborNode

_HIDDEN = re.compile(
    r"display:none|visibility:hidden|mso-hide:all|opacity:0(?:\.0+)?(?:;|$)|font-size:0(?:\.0+)?(?:px|pt|em|rem|%)?(?:;|!|$)"
    r"|(?:max-)?height:0(?:px)?;.*overflow:hidden|overflow:hidden;.*(?:max-)?height:0(?:px)?(?:;|$)|text-indent:-\d{3,}|left:-\d{3,}"
)
_COLOUR = re.compile(r"(?:^|;)(color|background(?:-color)?):([^;!]+)")
_STYLE = 1000
_WHITE = frozenset({"#fff", "#ffffff", "white", "rgb(255,255,255)"})


def hidden(node: LexborNode) -> bool:
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
