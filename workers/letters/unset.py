"""The way out of a channel whose settings do not do: its letters wait until they are mended, all others go."""

from channels.contract import Sent
from schemas.errors import Misconfigured
from schemas.letter import Letter


class Unset:
    """Sends nothing and says which setting is wrong; the letters stage tries again after a while."""

    def __init__(self, error: Misconfigured) -> None:
        self.error = error

    async def reply(self, letter: Letter) -> Sent:
        """Raises Misconfigured."""
        raise self.error

    async def find(self, letter: Letter) -> Sent | None:
        """Raises Misconfigured: whoever could tell is not known."""
        raise self.error

    async def aclose(self) -> None:
        """Nothing is held."""
