"""What `gateway doctor` asks of Meta: whether the token may look at the account, and what the webhook must be."""

from collections.abc import AsyncIterator
from dataclasses import dataclass

from channels.calls import answered, told
from channels.contract import Deployment, Finding
from channels.meta_graph import Graph
from schemas.errors import GatewayError, Unavailable


@dataclass(frozen=True, slots=True)
class Asked:
    """One account: the channel's name, what to look at, the field that names it, the settings that may be wrong."""

    channel: str
    node: str
    name_field: str
    settings: str


async def check(graph: Graph, asked: Asked, deployment: Deployment) -> AsyncIterator[Finding]:
    """One finding for the account behind the token."""
    what = f"Meta for {asked.channel}"
    webhook = f"{deployment.public_url}/in/{asked.channel}"
    if not asked.node:
        yield Finding(what, False, f"set {asked.settings}; without it no letter goes out")
        return
    try:
        answer = answered(await graph.get(f"/{asked.node}", params={"fields": asked.name_field}))
        name = told(answer, asked.name_field, unsure=Unavailable)
    except GatewayError as error:
        yield Finding(what, False, f"{asked.settings}: {error}")
    else:
        yield Finding(what, True, f"answers as {name}; its webhook must be {webhook}")
    finally:
        await graph.aclose()
