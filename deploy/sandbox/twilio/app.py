"""The stand-in put together: the API, the customer's side, the faults, one journal."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from starlette.applications import Starlette
from starlette.types import ASGIApp

from deploy.sandbox.callers import caller
from deploy.sandbox.faults import Faults
from deploy.sandbox.journal import Journal
from deploy.sandbox.twilio.account import Account
from deploy.sandbox.twilio.api import MessagesApi
from deploy.sandbox.twilio.customers import Customers
from deploy.sandbox.twilio.exchange import Exchange
from deploy.sandbox.twilio.outward import Outward
from deploy.sandbox.twilio.wire import error_for_status


def make_app(account: Account, data: Path) -> ASGIApp:
    """The ASGI app; what it accepts is kept in `data`/twilio.jsonl and known again at the next start."""
    exchange = Exchange(Journal(data / "twilio.jsonl"))
    client = caller()
    outward = Outward(account, exchange, client)
    faults = Faults(error_for_status)

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        for message in exchange.unfinished():
            outward.follow(message)
        yield
        await outward.close()
        await client.aclose()

    api = MessagesApi(account, exchange, outward)
    customers = Customers(account, exchange, outward)
    routes = [*api.routes(), *customers.routes(), *faults.routes()]
    return faults.wrap(Starlette(routes=routes, lifespan=lifespan))
