"""The HTTP server: recognises each call, notes it, lets it meet its fault, and answers."""

import socket
import struct
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Protocol

from werkzeug.exceptions import HTTPException

from tests.aws_server.faults import Fault, Faults, Kind
from tests.aws_server.wire import Asked, Reply, WireError, recognise, written

LONGEST_HANG_S = 60.0
UNKNOWN = Reply(status=404, headers={}, body=b'{"__type": "UnknownOperationException"}')
UNSIGNED = Reply(status=403, headers={}, body=b'{"__type": "MissingAuthenticationToken"}')


class Backend(Protocol):
    """What answers the questions."""

    def reply(self, asked: Asked, request_id: str) -> Reply | None:
        """Return the answer; None: the connection is reset."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One call that came in."""

    op: str  # "service:Operation"
    region: str
    account: str | None
    at: float  # seconds of the monotonic clock


class AwsServer:
    """A running server; its endpoint goes into AWS_ENDPOINT_URL or `endpoint_url`."""

    def __init__(self, backend: Backend, *, port: int = 0, latency_s: float = 0.0) -> None:
        self.backend = backend
        self.latency_s = latency_s
        self.faults = Faults()
        self.calls: list[Call] = []
        self.ended = threading.Event()
        self._http = _Http(("127.0.0.1", port), _Handler)
        self._http.aws = self
        self.port: int = self._http.server_address[1]
        self.endpoint = f"http://127.0.0.1:{self.port}"

    @property
    def operations(self) -> frozenset[str]:
        """Every operation called so far."""
        return frozenset(call.op for call in self.calls)

    def serve(self) -> None:
        self._http.serve_forever(poll_interval=0.05)

    def stop(self) -> None:
        self.ended.set()
        self._http.shutdown()
        self._http.server_close()

    @contextmanager
    def running(self) -> Iterator["AwsServer"]:
        """Serve in a thread of this process."""
        thread = threading.Thread(target=self.serve, daemon=True, name="aws-server")
        thread.start()
        try:
            yield self
        finally:
            self.stop()
            thread.join()


class _Http(ThreadingHTTPServer):
    aws: AwsServer
    daemon_threads = True
    block_on_close = False
    request_queue_size = 256


class _Handler(BaseHTTPRequestHandler):
    server: _Http
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = 64 * 1024  # head and body leave together
    timeout = LONGEST_HANG_S

    def do_GET(self) -> None:
        self._answer()

    do_POST = do_PUT = do_GET  # noqa: N815 - http.server's names

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - http.server's
        """Keep quiet: the calls are noted."""

    def _answer(self) -> None:
        arrived = time.monotonic()
        aws = self.server.aws
        body = self.rfile.read(int(self.headers.get("content-length") or 0))
        headers = {name.lower(): value for name, value in self.headers.items()}
        try:
            asked = recognise(self.command, self.path, headers, body)
        except HTTPException:
            self._send(UNKNOWN)
            return
        if not asked.service:
            self._send(UNSIGNED)
            return
        call = Call(op=asked.op, region=asked.region, account=asked.account, at=arrived)
        aws.calls.append(call)
        request_id = f"{len(aws.calls):08d}-0000-4000-8000-{self.client_address[1]:012d}"
        fault = aws.faults.take(asked.op)
        reply = self._met(fault, asked, request_id)
        waits = aws.latency_s + (fault.delay_s if fault else 0.0) - (time.monotonic() - arrived)
        if waits > 0:
            aws.ended.wait(waits)
        self._end(reply, cut=fault is not None and fault.kind is Kind.TRUNCATED)

    def _met(self, fault: Fault | None, asked: Asked, request_id: str) -> Reply | None:
        kind = Kind.SLOW if fault is None else fault.kind
        if fault is None or kind in (Kind.SLOW, Kind.TRUNCATED):
            return self.server.aws.backend.reply(asked, request_id)
        match kind:
            case Kind.ERROR:
                error = WireError(fault.code, fault.message)
                return replace(written(asked, error, request_id), status=fault.status)
            case Kind.PLAIN:
                page = f"<html><body><h1>{fault.status} {fault.message}</h1></body></html>"
                html = {"Content-Type": "text/html"}
                return Reply(status=fault.status, headers=html, body=page.encode())
            case Kind.GARBAGE:
                return Reply(status=200, headers={}, body=fault.body)
            case Kind.HANG:
                self.server.aws.ended.wait(LONGEST_HANG_S)
        return None

    def _end(self, reply: Reply | None, *, cut: bool) -> None:
        if reply is None:
            self._reset()
        elif cut:
            self._send(reply, length=len(reply.body) // 2)
            self.close_connection = True
        else:
            self._send(reply)

    def _send(self, reply: Reply, *, length: int | None = None) -> None:
        try:
            self.send_response(reply.status)
            for name, value in reply.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(reply.body)))
            self.end_headers()
            self.wfile.write(reply.body[:length])
            self.wfile.flush()
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True

    def _reset(self) -> None:
        self.close_connection = True
        # Lingering for no time turns the close into a reset.
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
