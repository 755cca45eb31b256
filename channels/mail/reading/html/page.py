"""The lines of a page as they form: breaks, paragraphs, quotations, preformatted words."""

import re
from dataclasses import dataclass, field

_NUMBER = re.compile(r"\d{1,6}")
_SPACE = re.compile(r"[ \t\r\n\f]+")


@dataclass(slots=True)
class Page:
    """Lines as they form. `quote` is the depth of quotations, written as `> ` when asked for.

    `boxes`: providers' own boxes are quotations, as the page has no blockquote.
    """

    quoting: bool
    boxes: bool = True
    lines: list[str] = field(default_factory=list)
    current: list[str] = field(default_factory=list)
    quote: int = 0
    cell: bool = False
    lists: list[int] = field(default_factory=list)
    """The lists that are open: the next number of an ordered one, -1 of another."""

    def open_list(self, ordered: bool, start: str | None) -> None:
        """A list begins; an ordered one at `start`."""
        self.lists.append(_number(start, 1) if ordered else -1)

    def close_list(self) -> None:
        """The innermost list ends."""
        if self.lists:
            self.lists.pop()

    def bullet(self, value: str | None) -> str:
        """What stands before an item: its number, which people refer to, or a star."""
        if not self.lists or self.lists[-1] < 0:
            return "* "
        number = _number(value, self.lists[-1])
        self.lists[-1] = number + 1
        return f"{number}. "

    def break_line(self, paragraph: bool = False) -> None:
        """End the line if it says something; after a `paragraph` comes an empty one."""
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
        """End the line, or leave one empty when nothing was said."""
        if self.current and "".join(self.current).strip():
            self.break_line()
        else:
            self.current.clear()
            self.lines.append(("> " * self.quote).rstrip() if self.quoting else "")

    def say(self, text: str, preformatted: bool) -> None:
        """Words on the line; white space counts only when `preformatted`."""
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


def _number(written: str | None, otherwise: int) -> int:
    return int(written) if written and _NUMBER.fullmatch(written) else otherwise
