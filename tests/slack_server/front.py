"""The HTTP side: Web API, uploads and downloads, response URLs, and WebSocket upgrades."""

import hmac
import io
import json
import re
import socket
import struct
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Final
from urllib.parse import parse_qs, parse_qsl, urlsplit

from tests.slack_server.errors import ApiError
from tests.slack_server.response_urls import ResponseUrls
from tests.slack_server.socket_mode import SocketMode
from tests.slack_server.web_api import Answer, Request, Then, WebApi
from tests.slack_server.websocket import Connection, accept_key
from tests.slack_server.workspace import Workspace

_BOUNDARY: Final = re.compile(r'boundary="?([^";]+)"?')
_MOST_BODY: Final = 64 * 1024 * 1024
_PLAIN: Final = {"Content-Type": "text/plain; charset=utf-8"}
_JSON: Final = {"Content-Type": "application/json; charset=utf-8"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Desks:
    """Who answers what."""

    api: WebApi
    workspace: Workspace
    response_urls: ResponseUrls
    sockets: SocketMode


class Front(ThreadingHTTPServer):
    """A loopback server whose threads all end with it."""

    daemon_threads = True
    block_on_close = False
    request_queue_size = 256

    def __init__(self, port: int = 0) -> None:
        super().__init__(("127.0.0.1", port), _Handler)
        self.desks: Desks | None = None
        self.stopping = threading.Event()
        self._open: set[socket.socket] = set()
        self._lock = threading.Lock()
        self._thread = threading.Thread(target=self._serve, daemon=True)

    @property
    def base_url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"

    def start(self, desks: Desks) -> None:
        self.desks = desks
        self._thread.start()

    def stop(self) -> None:
        self.stopping.set()
        self.shutdown()
        self.server_close()
        with self._lock:
            for sock in self._open:
                _end(sock)
        self._thread.join()

    def process_request(self, request: Any, client_address: Any) -> None:  # noqa: ANN401 - as in the base class
        with self._lock:
            self._open.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:  # noqa: ANN401 - as in the base class
        with self._lock:
            self._open.discard(request)
        super().shutdown_request(request)

    def handle_error(self, request: Any, client_address: Any) -> None:  # noqa: ANN401 - as in the base class
        """Clients that go away are part of the tests; anything else shows its traceback."""
        if not self.stopping.is_set():
            super().handle_error(request, client_address)

    def _serve(self) -> None:
        self.serve_forever(poll_interval=0.01)


class _Handler(BaseHTTPRequestHandler):
    server: Front
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1

    def do_GET(self) -> None:
        self._guarded(self._get)

    def do_POST(self) -> None:
        self._guarded(self._post)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's name
        """Quiet: the log of calls tells more."""

    def _guarded(self, answer: Callable[[], None]) -> None:
        try:
            answer()
        except (ConnectionError, TimeoutError):
            self.close_connection = True  # the client left

    @property
    def _desks(self) -> Desks:
        if self.server.desks is None:
            raise RuntimeError("the server has not been started")
        return self.server.desks

    def _get(self) -> None:
        path = urlsplit(self.path).path
        if path.startswith("/link/"):
            self._upgrade()
        elif path.startswith("/files-pri/"):
            self._download(path.split("/")[2])
        else:
            self._api(b"")

    def _post(self) -> None:
        path = urlsplit(self.path).path
        body = self._body()
        if path.startswith("/upload/"):
            file_id = path.removeprefix("/upload/")
            answer = self._desks.api.under_faults("upload", lambda: self._upload(file_id, body))
            self._deliver(answer)
        elif path.startswith("/response/"):
            key = path.removeprefix("/response/")
            answer = self._desks.api.under_faults("response_url", lambda: self._respond(key, body))
            self._deliver(answer)
        else:
            self._api(body)

    def _api(self, body: bytes) -> None:
        to = urlsplit(self.path)
        if not to.path.startswith("/api/"):
            self._send(404, b"not found", _PLAIN)
            return
        request = Request(
            method=to.path.removeprefix("/api/").strip("/"),
            query=to.query,
            authorization=self.headers.get("Authorization", ""),
            content_type=self.headers.get("Content-Type", ""),
            body=body,
        )
        self._deliver(self._desks.api.handle(request))

    def _deliver(self, answer: Answer) -> None:
        if answer.delay_s:
            self.server.stopping.wait(answer.delay_s)
        if answer.then is Then.SEND:
            self._send(answer.status, answer.body, answer.headers)
            return
        self.close_connection = True
        if answer.then is Then.RESET:
            linger = struct.pack("ii", 1, 0)  # close with RST instead of FIN
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
            self.connection.close()
            self.wfile = io.BytesIO()

    def _upload(self, file_id: str, body: bytes) -> Answer:
        content = self._uploaded(body)
        workspace = self._desks.workspace
        with workspace.lock:
            file = workspace.files.get(file_id)
            if file is None or file.completed:
                return _plain(404, "no such upload")
            if len(content) != file.length:
                return _plain(400, f"{len(content)} bytes instead of {file.length}")
            workspace.files[file_id] = replace(file, content=content)
        return _plain(200, f"OK - {len(content)}")

    def _uploaded(self, body: bytes) -> bytes:
        """The file in an upload, which comes as it is, or as the part of a multipart form."""
        boundary = _BOUNDARY.search(self.headers.get("Content-Type", ""))
        if boundary is None:
            return body
        parts = body.split(b"--" + boundary.group(1).encode())
        for part in parts[1:-1]:
            head, _, content = part.partition(b"\r\n\r\n")
            if b"filename" in head:
                return content.removesuffix(b"\r\n")
        return b""

    def _download(self, file_id: str) -> None:
        given = self.headers.get("Authorization", "").removeprefix("Bearer ")
        file = self._desks.workspace.files.get(file_id)
        if not hmac.compare_digest(given.encode(), self._desks.api.bot_token.encode()):
            self._send(302, b"", {"Location": "https://hospital.example.com/signin"})
        elif file is None or file.content is None:
            self._send(404, b"not found", _PLAIN)
        else:
            self._send(200, file.content, {"Content-Type": file.as_json()["mimetype"]})

    def _respond(self, key: str, body: bytes) -> Answer:
        kind = self.headers.get("Content-Type", "")
        if kind.startswith("application/x-www-form-urlencoded"):
            body = dict(parse_qsl(body.decode(errors="replace"))).get("payload", "").encode()
        try:
            self._desks.response_urls.respond(key, body)
        except ApiError as error:
            status = 404 if error.error in {"used_url", "expired_url"} else 400
            refusal = {"ok": False, "error": error.error, **error.beside}
            return Answer(status=status, body=json.dumps(refusal).encode(), headers=_JSON)
        return _plain(200, "ok")

    def _upgrade(self) -> None:
        ticket = parse_qs(urlsplit(self.path).query).get("ticket", [""])[0]
        key = self.headers.get("Sec-WebSocket-Key", "")
        if not key or not self._desks.sockets.redeem(ticket):
            self._send(408, b"the ticket has expired", _PLAIN)
            return
        self.close_connection = True
        self.send_response(101)
        self.send_header("Upgrade", "websocket")
        self.send_header("Connection", "Upgrade")
        self.send_header("Sec-WebSocket-Accept", accept_key(key))
        self.end_headers()
        self.wfile.flush()
        self._desks.sockets.serve(Connection(self.rfile, self.connection))

    def _body(self) -> bytes:
        length = int(self.headers.get("Content-Length") or 0)
        return self.rfile.read(min(length, _MOST_BODY))

    def _send(self, status: int, body: bytes, headers: Mapping[str, str]) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
        self.wfile.flush()


def _plain(status: int, text: str) -> Answer:
    return Answer(status=status, body=text.encode(), headers=_PLAIN)


def _end(sock: socket.socket) -> None:
    try:
        sock.shutdown(socket.SHUT_RDWR)
    except OSError:
        return  # already closed
