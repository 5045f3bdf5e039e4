"""Connections and scripts."""

import pytest
import redis

from bot import keys
from bot.redis import Patience, connect, pairs, texts


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("valkey://h:1/2", "Connection"),
        ("redis://h:1/2", "Connection"),
        ("valkeys://h:1/2", "SSLConnection"),
        ("rediss://h:1/2", "SSLConnection"),
        ("unix:///run/redis.sock", "UnixDomainSocketConnection"),
    ],
)
def test_every_url_of_the_settings_is_understood(url: str, shown: str) -> None:
    with connect(url) as client:
        assert client.connection_pool.connection_class.__name__ == shown


@pytest.mark.parametrize(
    ("patience", "timeout_s", "retries"), [(Patience.ACK, 0.5, 1), (Patience.WORK, 5.0, 3)]
)
def test_the_ack_path_is_impatient(patience: Patience, timeout_s: float, retries: int) -> None:
    with connect("redis://127.0.0.1:1", patience) as client:
        settings = client.connection_pool.connection_kwargs
    assert settings["socket_timeout"] == timeout_s
    assert settings["retry"].get_retries() == retries


def test_a_redis_that_is_down_is_an_error_at_once() -> None:
    with (
        connect("redis://127.0.0.1:1", Patience.ACK) as client,
        pytest.raises(redis.ConnectionError),
    ):
        client.ping()


def test_nil_is_an_empty_list() -> None:
    assert (texts(None), texts(["a", 1]), pairs(["a", "1"])) == ([], ["a", "1"], {"a": "1"})


def test_every_key_begins_with_the_prefix() -> None:
    made = [
        getattr(keys, name) if name.isupper() else getattr(keys, name)("a", "b"[:0])
        for name in vars(keys)
        if name.isupper() or name == "incidents_by"
    ]
    assert all(key.startswith(keys.PREFIX) for key in made)
    assert len(set(made)) == len(made)
