"""What an account reads: itself, its notifications and conversations, anybody's posts, the server's facts."""

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from deploy.sandbox.mastodon.access import Refusal, caller, required
from deploy.sandbox.mastodon.entities import Entities
from deploy.sandbox.mastodon.network import Network, Notification, Status
from deploy.sandbox.mastodon.paging import page
from deploy.sandbox.mastodon.people import Person

NOTIFICATIONS_LIMITS = (40, 80)
STATUSES_LIMITS = (20, 40)


class Timelines:
    """The reading endpoints."""

    def __init__(self, network: Network, entities: Entities) -> None:
        self._network = network
        self._entities = entities

    def routes(self) -> list[Route]:
        """The endpoints, with Mastodon's paths."""
        return [
            Route("/api/v1/instance", self.instance_v1),
            Route("/api/v2/instance", self.instance_v2),
            Route("/api/v1/accounts/verify_credentials", self.credentials),
            Route("/api/v1/accounts/lookup", self.lookup),
            Route("/api/v1/accounts/{id}", self.account),
            Route("/api/v1/accounts/{id}/statuses", self.statuses),
            Route("/api/v1/notifications", self.notifications),
            Route("/api/v1/notifications/{id}", self.notification),
            Route("/api/v1/conversations", self.conversations),
        ]

    async def instance_v1(self, _: Request) -> Response:
        """The server's facts, old form."""
        return JSONResponse(self._entities.instance_v1())

    async def instance_v2(self, _: Request) -> Response:
        """The server's facts."""
        return JSONResponse(self._entities.instance_v2())

    async def credentials(self, request: Request) -> Response:
        """The account of the token."""
        return JSONResponse(self._entities.credentials(required(self._network.people, request)))

    async def account(self, request: Request) -> Response:
        """An account by id."""
        return JSONResponse(self._entities.account(self._person(request.path_params["id"])))

    async def lookup(self, request: Request) -> Response:
        """An account by its name, `?acct=`."""
        name = request.query_params.get("acct", "").removeprefix("@").partition("@")[0].lower()
        if person := self._network.people.by_name.get(name):
            return JSONResponse(self._entities.account(person))
        raise Refusal(404, "Record not found")

    async def statuses(self, request: Request) -> Response:
        """The posts of an account, as far as the caller may see them."""
        author, viewer = self._person(request.path_params["id"]), caller(self._network.people, request)
        seen = [
            status
            for status in self._network.by_author[author.id].values()
            if self._network.visible(status.id, viewer.id if viewer else None)
        ]
        if request.query_params.get("exclude_replies") == "true":
            seen = [status for status in seen if status.in_reply_to_id is None]
        chosen, headers = page(request, seen, _id, STATUSES_LIMITS)
        return JSONResponse([self._entities.status(one) for one in chosen], headers=headers)

    async def notifications(self, request: Request) -> Response:
        """The caller's notifications, of `types[]` or without `exclude_types[]`."""
        owner, query = required(self._network.people, request), request.query_params
        wanted, unwanted = query.getlist("types[]"), query.getlist("exclude_types[]")
        own = [
            one
            for one in self._network.notifications.values()
            if one.owner == owner.id and (not wanted or one.type in wanted) and one.type not in unwanted
        ]
        chosen, headers = page(request, own, _id, NOTIFICATIONS_LIMITS)
        return JSONResponse([self._entities.notification(one) for one in chosen], headers=headers)

    async def notification(self, request: Request) -> Response:
        """One of the caller's notifications."""
        owner = required(self._network.people, request)
        found = self._network.notifications.get(request.path_params["id"])
        if found is None or found.owner != owner.id:
            raise Refusal(404, "Record not found")
        return JSONResponse(self._entities.notification(found))

    async def conversations(self, request: Request) -> Response:
        """The caller's direct conversations by their last post; the cursors are ids of those posts."""
        viewer = required(self._network.people, request)
        chosen, headers = page(request, self._last_direct(viewer), _id, STATUSES_LIMITS)
        return JSONResponse([self._entities.conversation(one, viewer) for one in chosen], headers=headers)

    def _last_direct(self, viewer: Person) -> list[Status]:
        last: dict[str, Status] = {}
        for status in self._network.statuses.values():
            if status.visibility == "direct" and self._network.visible(status.id, viewer.id):
                root = [*self._network.ancestors(status), status][0]
                last[root.id] = status
        return list(last.values())

    def _person(self, account_id: str) -> Person:
        if person := self._network.people.by_id.get(account_id):
            return person
        raise Refusal(404, "Record not found")


def _id(item: Status | Notification) -> str:
    return item.id
