"""Where letters about the house's own complaints end: gate, ledger and lane are the real ones, the wire is not."""

from channels.contract import Replier, Sent
from schemas.letter import Letter


class Sink:
    """Takes every letter at once and sends none."""

    async def reply(self, letter: Letter) -> Sent:
        """Taken."""
        return Sent(provider_id=f"sink.{letter.letter_id}")

    async def find(self, letter: Letter) -> Sent | None:
        """Whatever was on its way here has arrived: there is no wire to lose it."""
        return await self.reply(letter)

    async def aclose(self) -> None:
        """Nothing is held."""


SINK: Replier = Sink()
