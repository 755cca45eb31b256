"""Letters whose last attempt ended without an answer: they are looked up before they are sent again.

A time-out after sending says nothing. The replier reports it as Unavailable, remembers the letter here, and
the next attempt asks the provider first. After a crash the letters stage does the same by `find`.
"""

from collections import OrderedDict
from collections.abc import Awaitable, Callable

from channels.contract import Sent
from schemas.errors import Unavailable
from schemas.letter import Letter

MOST_LETTERS = 10_000


class Doubtful(Unavailable):
    """The request may have reached the provider: no answer came, or one that does not tell."""


class AskFirst:
    """Wraps a channel's send and look-up so that a doubtful letter is never sent twice by this process."""

    def __init__(
        self, send: Callable[[Letter], Awaitable[Sent]], find: Callable[[Letter], Awaitable[Sent | None]]
    ) -> None:
        self._send = send
        self._find = find
        self._doubtful: OrderedDict[str, None] = OrderedDict()

    async def __call__(self, letter: Letter) -> Sent:
        """Send, or return what an earlier attempt achieved after all. Raises what send and find raise."""
        if letter.letter_id in self._doubtful:
            found = await self._find(letter)
            if found is not None:
                self._doubtful.pop(letter.letter_id, None)
                return found
        try:
            sent = await self._send(letter)
        except Doubtful:
            self._remember(letter.letter_id)
            raise
        self._doubtful.pop(letter.letter_id, None)
        return sent

    def _remember(self, letter_id: str) -> None:
        self._doubtful[letter_id] = None
        while len(self._doubtful) > MOST_LETTERS:
            self._doubtful.popitem(last=False)
