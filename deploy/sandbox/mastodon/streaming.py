"""Live events to connected clients, as server-sent events and over WebSocket.

https://docs.joinmastodon.org/methods/streaming/ - what happened while nobody listened is not sent later; a
client catches up over the notifications endpoint.
"""

import asyncio
import json
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response, StreamingResponse
from starlette.routing import BaseRoute, Route, WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect

from deploy.sandbox.faults import CONTROL_PATH
from deploy.sandbox.mastodon.access import Refusal, caller, required
from deploy.sandbox.mastodon.entities import Entities
from deploy.sandbox.mastodon.network import EventName, Network, Notification, Status

EVENTS = {
    "user": {"update", "notification", "delete", "status.update"},
    "user:notification": {"notification"},
    "direct": {"conversation"},
}
QUEUE_LIMIT = 1000


@dataclass(frozen=True)
class LiveEvent:
    """What goes over the wire: the event's name and its payload, JSON or an id."""

    stream: str
    name: str
    payload: str


@dataclass(eq=False)
class Listening:
    """One connection: whose it is, the streams it hears, what waits for it. None ends it."""

    account: str
    streams: set[str]
    queue: asyncio.Queue[LiveEvent | None] = field(default_factory=lambda: asyncio.Queue(QUEUE_LIMIT))


class Streaming:
    """The endpoints below /api/v1/streaming."""

    def __init__(self, network: Network, entities: Entities, heartbeat_seconds: float) -> None:
        self._network = network
        self._entities = entities
        self._heartbeat_seconds = heartbeat_seconds
        self._listening: set[Listening] = set()
        network.listener = self.publish

    def routes(self) -> list[BaseRoute]:
        """Both forms, and a control endpoint that cuts every connection."""
        return [
            Route("/api/v1/streaming/health", self.health),
            Route("/api/v1/streaming/{stream:path}", self.events, methods=["GET"]),
            WebSocketRoute("/api/v1/streaming", self.socket),
            Route(f"{CONTROL_PATH}/streams", self.cut, methods=["DELETE"]),
        ]

    def publish(self, account: str, name: EventName, status: Status, about: Notification | None) -> None:
        """Hands an event to every connection of the account that hears it; one that is too slow is cut."""
        for one in [one for one in self._listening if one.account == account]:
            for stream in one.streams:
                if name in EVENTS[stream]:
                    self._offer(one, LiveEvent(stream, name, self._payload(name, status, about)))

    def close(self) -> None:
        """Ends every connection."""
        for one in self._listening:
            _end(one)

    async def health(self, _: Request) -> Response:
        """`OK`, as plain text."""
        return PlainTextResponse("OK")

    async def cut(self, _: Request) -> Response:
        """Cuts every connection, as a restart of the streaming server would."""
        self.close()
        return Response(status_code=204)

    async def events(self, request: Request) -> Response:
        """Server-sent events of one stream."""
        person = required(self._network.people, request)
        stream = request.path_params["stream"].replace("/", ":")
        if stream not in EVENTS:
            raise Refusal(404, "Unknown stream type")
        return StreamingResponse(self._sent_events(person.id, stream), media_type="text/event-stream")

    async def socket(self, socket: WebSocket) -> None:
        """A WebSocket: `stream` in the query, or subscribe and unsubscribe messages."""
        try:
            person = caller(self._network.people, socket)
        except Refusal:
            person = None
        if person is None:
            await socket.close()  # before accept: the handshake is refused
            return
        await socket.accept(subprotocol=socket.headers.get("Sec-WebSocket-Protocol"))
        wanted = {socket.query_params["stream"]} & EVENTS.keys() if "stream" in socket.query_params else set()
        with self._listener(person.id, wanted) as listening:
            sender = asyncio.create_task(_send_all(socket, listening))
            try:
                await _follow_wishes(socket, listening)
            finally:
                sender.cancel()

    async def _sent_events(self, account: str, stream: str) -> AsyncIterator[str]:
        with self._listener(account, {stream}) as listening:
            yield ":)\n"
            while True:
                try:
                    event = await asyncio.wait_for(listening.queue.get(), self._heartbeat_seconds)
                except TimeoutError:
                    yield ":thump\n"
                    continue
                if event is None:
                    return
                yield f"event: {event.name}\ndata: {event.payload}\n\n"

    @contextmanager
    def _listener(self, account: str, streams: set[str]) -> Iterator[Listening]:
        listening = Listening(account, streams)
        self._listening.add(listening)
        try:
            yield listening
        finally:
            self._listening.discard(listening)

    def _offer(self, listening: Listening, event: LiveEvent) -> None:
        try:
            listening.queue.put_nowait(event)
        except asyncio.QueueFull:
            _end(listening)

    def _payload(self, name: EventName, status: Status, about: Notification | None) -> str:
        if name == "delete":
            return status.id
        if about is not None:
            return _json(self._entities.notification(about))
        if name == "conversation":
            return _json(self._entities.conversation(status, self._network.people.by_id[status.author]))
        return _json(self._entities.status(status))


def _end(listening: Listening) -> None:
    while not listening.queue.empty():
        listening.queue.get_nowait()
    listening.queue.put_nowait(None)


async def _send_all(socket: WebSocket, listening: Listening) -> None:
    while event := await listening.queue.get():
        frame = {"stream": event.stream.split(":"), "event": event.name, "payload": event.payload}
        await socket.send_text(_json(frame))
    await socket.close()


async def _follow_wishes(socket: WebSocket, listening: Listening) -> None:
    """Takes subscribe and unsubscribe messages until the client goes."""
    try:
        while True:
            wish = json.loads(await socket.receive_text())
            stream = str(wish.get("stream"))
            if wish.get("type") == "subscribe" and stream in EVENTS:
                listening.streams.add(stream)
            elif wish.get("type") == "unsubscribe":
                listening.streams.discard(stream)
            else:
                await socket.send_text(_json({"error": "Unknown stream type", "status": 400}))
    except (WebSocketDisconnect, json.JSONDecodeError):
        return


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
