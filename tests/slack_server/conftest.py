"""A Slack for each test, and apps to talk to it: a bare stub, and Bolt behind a WSGI server."""

import socketserver
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import pytest
from slack_bolt import App
from slack_bolt.adapter.wsgi import SlackRequestHandler
from slack_sdk import WebClient

from tests.slack_server import Channel, SlackServer, User


@pytest.fixture
def slack() -> Iterator[SlackServer]:
    with SlackServer(time_scale=0.0) as server:
        yield server


@pytest.fixture
def client(slack: SlackServer) -> WebClient:
    return WebClient(slack.token, base_url=slack.api_url, retry_handlers=[])


@pytest.fixture
def ana(slack: SlackServer) -> User:
    return slack.workspace.add_user("ana")


@pytest.fixture
def alerts(slack: SlackServer, ana: User) -> Channel:
    return slack.workspace.add_channel("alerts", ana)


class Stub:
    """An app that keeps every request and answers as it is told."""

    def __init__(self) -> None:
        self.requests: list[tuple[dict[str, str], bytes]] = []
        self.answer: Callable[[int], tuple[int, dict[str, str], bytes]] = lambda _n: (200, {}, b"")
        self.url = ""


@pytest.fixture
def stub(slack: SlackServer) -> Iterator[Stub]:
    app = Stub()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            app.requests.append((dict(self.headers.items()), body))
            status, headers, answer = app.answer(len(app.requests))
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's name
            """Quiet."""

    with _running(ThreadingHTTPServer(("127.0.0.1", 0), Handler)) as port:
        app.url = slack.request_url = f"http://127.0.0.1:{port}/slack/events"
        yield app


@pytest.fixture
def bolt(slack: SlackServer, client: WebClient) -> App:
    """A Bolt app; the test adds its listeners."""
    return App(
        client=client,
        signing_secret=slack.signing_secret,
        process_before_response=True,
        raise_error_for_unhandled_request=False,
    )


@pytest.fixture
def bolt_http(slack: SlackServer, bolt: App) -> Iterator[App]:
    """The Bolt app behind a threaded WSGI server, which Slack delivers to."""
    app = SlackRequestHandler(bolt)
    server = make_server("127.0.0.1", 0, app, _ThreadedServer, _QuietHandler)
    with _running(server) as port:
        slack.request_url = f"http://127.0.0.1:{port}/slack/events"
        yield bolt


class _ThreadedServer(socketserver.ThreadingMixIn, WSGIServer):
    daemon_threads = True


class _QuietHandler(WSGIRequestHandler):
    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's name
        """Quiet."""


@contextmanager
def _running(server: socketserver.TCPServer) -> Iterator[int]:
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    yield server.server_address[1]
    server.shutdown()
    server.server_close()
    thread.join()
