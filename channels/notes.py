"""What a message is about, beside its words: the post it answers, the advertisement it came from. Pure."""

from collections.abc import Sequence


def whole(text: str, notes: Sequence[str]) -> str:
    """The words, and below each note as a line of its own in square brackets."""
    return "\n\n".join(part for part in (text, "\n".join(f"[{note}]" for note in notes)) if part)
