"""Where a collector stands with one account: what a record on `sources.positions` says."""

from schemas.wire import Moment, Wire


class Standing(Wire):
    """Everything up to `position` is durable. `position` is the source's own word and nobody else reads it.

    `boot` and `sequence` are those of the last delivery with a number: the next one, also after a crash, is
    `sequence` + 1, so that the same mail collected again gets the same delivery id and no number is left out.
    """

    position: str = ""
    boot: str
    sequence: int = 0
    at: Moment
