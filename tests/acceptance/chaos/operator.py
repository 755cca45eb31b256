"""The person in charge, after the faults: says of each letter nobody can tell about whether it arrived."""

import json

from tests.acceptance.chaos.house import ChaosHouse
from tests.acceptance.chaos.letters import letters


async def settle(house: ChaosHouse) -> int:
    """How many there were; raises ValueError, OSError, httpx.HTTPError while something is away."""
    waiting = json.loads(house.command("letters", "list", "--unclear", "--json").stdout)
    if not waiting:
        return 0
    arrived = {(one.channel, reference) for one in await letters(house) for reference in one.references}
    for letter in waiting:
        came = (letter["channel"], letter["reference"]) in arrived
        word = ("sent", "the recipient has it") if came else ("unsent", "the recipient does not have it")
        house.command("letters", "settle", letter["letter_id"], "--as", word[0], "--reason", word[1])
    return len(waiting)
