"""Socket Mode: up to ten WebSockets of one app, each payload to one of them, and its ack."""

import json
import secrets
import threading
import time
from dataclasses import dataclass, field
from typing import Any, Final

from tests.slack_server.schema import Json
from tests.slack_server.websocket import Connection, Opcode

# docs.slack.dev/apis/events-api/using-socket-mode, using multiple connections
MOST_CONNECTIONS: Final = 10
_TICKET_LIFE_S: Final = 30.0
_PING_EVERY_S: Final = 5.0


@dataclass(frozen=True, slots=True, kw_only=True)
class SocketAck:
    """What became of an envelope."""

    acked: bool
    payload: Any = None  # what the app sent back with its ack
    reason: str = ""  # why there is no ack: timeout, no_connection


@dataclass(slots=True, eq=False)
class _Socket:
    connection: Connection
    number: int
    deaf: bool = False  # half open: takes everything, answers nothing
    leaving: bool = False  # told to disconnect: gets nothing new
    sent: list[str] = field(default_factory=list)


class SocketMode:
    """The connections of the app, and the envelopes waiting for their acks."""

    def __init__(self, app: str) -> None:
        self.url_base = ""  # ws://host:port
        self.ping_every_s = _PING_EVERY_S
        self._app = app
        self._changed = threading.Condition()
        self._tickets: dict[str, float] = {}
        self._sockets: list[_Socket] = []
        self._acks: dict[str, Any] = {}
        self._waiting: set[str] = set()
        self._opened = 0

    @property
    def count(self) -> int:
        """How many connections are up."""
        with self._changed:
            return len(self._sockets)

    @property
    def ready(self) -> int:
        """How many of them are not about to be closed."""
        with self._changed:
            return sum(not socket.leaving for socket in self._sockets)

    @property
    def opened(self) -> int:
        """How many connections there have been."""
        with self._changed:
            return self._opened

    def issue_url(self) -> str:
        ticket = secrets.token_urlsafe(16)
        with self._changed:
            self._tickets[ticket] = time.monotonic()
        return f"{self.url_base}/link/?ticket={ticket}&app_id={self._app}"

    def redeem(self, ticket: str) -> bool:
        """Whether this ticket opens a connection; each does once, and not for long."""
        with self._changed:
            issued_at = self._tickets.pop(ticket, None)
        return issued_at is not None and time.monotonic() - issued_at < _TICKET_LIFE_S

    def serve(self, connection: Connection) -> None:
        """Talk to one client until it leaves; runs in the thread of its connection."""
        with self._changed:
            self._opened += 1
            socket = _Socket(connection, self._opened)
            crowded = len(self._sockets) >= MOST_CONNECTIONS
            if not crowded:
                self._sockets.append(socket)
                self._changed.notify_all()
            hello = self._hello()
        if crowded:
            self._say_goodbye(socket, "too_many_websockets")
            connection.end()
            return
        connection.send(Opcode.TEXT, json.dumps(hello).encode())
        pings = threading.Thread(target=self._ping, args=(socket,), daemon=True)
        pings.start()
        try:
            self._listen(socket)
        finally:
            with self._changed:
                self._sockets.remove(socket)
                self._changed.notify_all()
            connection.end()
            pings.join()

    def send(self, envelope: Json, timeout_s: float) -> SocketAck:
        """Send an envelope through one connection, chosen at random, and wait for its ack."""
        envelope_id = str(envelope["envelope_id"])
        with self._changed:
            ready = [socket for socket in self._sockets if not socket.leaving]
            if not ready:
                return SocketAck(acked=False, reason="no_connection")
            chosen = secrets.choice(ready)
            chosen.sent.append(envelope_id)
            self._waiting.add(envelope_id)
        if not chosen.deaf:
            chosen.connection.send(Opcode.TEXT, json.dumps(envelope).encode())
        deadline = time.monotonic() + timeout_s
        with self._changed:
            while envelope_id not in self._acks:
                if not self._changed.wait(deadline - time.monotonic()) and (
                    time.monotonic() >= deadline
                ):
                    break
            self._waiting.discard(envelope_id)
            if envelope_id not in self._acks:
                return SocketAck(acked=False, reason="timeout")
            return SocketAck(acked=True, payload=self._acks.pop(envelope_id))

    def wait_connected(self, count: int = 1, timeout_s: float = 5.0) -> None:
        """Return once so many connections are up; TimeoutError if they do not come."""
        with self._changed:
            if not self._changed.wait_for(lambda: len(self._sockets) >= count, timeout_s):
                raise TimeoutError(
                    f"{len(self._sockets)} of {count} connections after {timeout_s} s"
                )

    def disconnect(self, reason: str = "refresh_requested", grace_s: float = 0.1) -> None:
        """Ask every connection to make a new one, and end it soon; `warning` only announces."""
        with self._changed:
            sockets = list(self._sockets)
            for socket in sockets:
                socket.leaving = reason != "warning"
        for socket in sockets:
            self._say_goodbye(socket, reason)
        if reason != "warning":
            time.sleep(grace_s)
            for socket in sockets:
                socket.connection.end()

    def cut(self) -> None:
        """End every connection without a word, as a network does."""
        with self._changed:
            sockets = list(self._sockets)
        for socket in sockets:
            socket.connection.end()

    def deafen(self) -> None:
        """Leave every connection half open: nothing is sent through it, no ping answered."""
        with self._changed:
            for socket in self._sockets:
                socket.deaf = True

    def shares(self) -> list[int]:
        """How many envelopes each connection that is up has been sent."""
        with self._changed:
            return [len(socket.sent) for socket in self._sockets]

    def _hello(self) -> Json:
        return {
            "type": "hello",
            "num_connections": len(self._sockets),
            "connection_info": {"app_id": self._app},
            "debug_info": {
                "host": "applink-loopback",
                "build_number": 1,
                "approximate_connection_time": 18_060,
            },
        }

    def _say_goodbye(self, socket: _Socket, reason: str) -> None:
        goodbye = {
            "type": "disconnect",
            "reason": reason,
            "debug_info": {"host": "applink-loopback"},
        }
        socket.connection.send(Opcode.TEXT, json.dumps(goodbye).encode())

    def _listen(self, socket: _Socket) -> None:
        for opcode, payload in socket.connection.messages():
            if opcode is Opcode.CLOSE:
                socket.connection.send(Opcode.CLOSE, payload[:2])
                return
            if socket.deaf:
                continue
            if opcode is Opcode.PING:
                socket.connection.send(Opcode.PONG, payload)
            elif opcode is Opcode.TEXT:
                self._take_ack(payload)

    def _take_ack(self, payload: bytes) -> None:
        try:
            ack = json.loads(payload)
        except ValueError:
            return  # Slack ignores what it can not read
        envelope_id = ack.get("envelope_id") if isinstance(ack, dict) else None
        with self._changed:
            if envelope_id in self._waiting:
                self._acks[envelope_id] = ack.get("payload")
                self._changed.notify_all()

    def _ping(self, socket: _Socket) -> None:
        while True:
            with self._changed:
                gone = self._changed.wait_for(
                    lambda: socket not in self._sockets,
                    self.ping_every_s,
                )
            if gone:
                return
            if not socket.deaf:
                socket.connection.send(Opcode.PING, b"Ping from Slack")
