"""Credentials made up for a test, and a server whose answers a test writes."""

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from types import SimpleNamespace

import pytest
from botocore.loaders import Loader, create_loader

from tests.aws_server import AwsServer
from tests.diagnostics.aws.scripted import Script, Scripted

Serve = Callable[[Script], tuple[AwsServer, Scripted]]


@pytest.fixture(autouse=True)
def credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIAEXAMPLE")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "made-up-for-a-test")
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")


@pytest.fixture(scope="session")
def models() -> Loader:
    return create_loader()


@pytest.fixture(autouse=True)
def models_read_once(monkeypatch: pytest.MonkeyPatch, models: Loader) -> None:
    """Let all sessions share what they read of botocore's own files: it takes 0.1 s each."""
    monkeypatch.setattr("botocore.session.create_loader", lambda *_: models)


@pytest.fixture(autouse=True)
def no_backoff(monkeypatch: pytest.MonkeyPatch) -> None:
    """Try again at once: what botocore waits before that is not ours to test."""
    hasty = SimpleNamespace(sleep=lambda _: None, time=time.time)
    monkeypatch.setattr("botocore.endpoint.time", hasty)


@pytest.fixture
def serve(monkeypatch: pytest.MonkeyPatch) -> Iterator[Serve]:
    with ExitStack() as running:

        def start(script: Script) -> tuple[AwsServer, Scripted]:
            backend = Scripted(script)
            server = running.enter_context(AwsServer(backend).running())
            monkeypatch.setenv("AWS_ENDPOINT_URL", server.endpoint)
            return server, backend

        yield start
