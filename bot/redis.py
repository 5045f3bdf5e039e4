"""Connections to Redis, and the scripts that run in it. Redis 7.0 and Valkey, nothing newer."""

import random
import re
import time
from collections.abc import Iterator, Sequence
from enum import Enum
from functools import cache

import redis
from redis.backoff import ExponentialBackoff
from redis.commands.core import Script
from redis.retry import Retry

# redis-py's own defaults retry ten times, which took 15 s where the server hung (measured
# 2026-11-23); Slack waits 3 s. This took 1.1 s, and 1 ms where nothing listens.
ACK_TIMEOUT_S = 0.5
ACK_RETRIES = 1

# Longer than Redis is away in a restart or a failover's pause; a worker has nothing better to do.
WORK_TIMEOUT_S = 5.0
WORK_RETRIES = 3

# Each attempt that fails means that somebody else's succeeded, so even a hundred writers at one
# thing end before this. Own choice.
ATTEMPTS_AT_MOST = 400
PAUSE_AT_MOST_S = 0.05

# Scripts that keep time begin so: their first argument is the time in ms; empty: the server's own
# clock, so that machines whose clocks differ agree about leases.
NOW = """
local now = tonumber(ARGV[1])
if not now then
  local time = redis.call('TIME')
  now = time[1] * 1000 + math.floor(time[2] / 1000)
end
"""


class ConflictError(Exception):
    """Something was changed by others at every one of many attempts; nothing was written."""


class Patience(Enum):
    """How long somebody can wait for Redis."""

    ACK = "ack"  # Slack waits for an answer
    WORK = "work"  # a worker, the clock, a command in the terminal


def connect(url: str, patience: Patience = Patience.WORK) -> redis.Redis:
    """Return a client; it connects when it is first used, and is safe to share by threads.

    Text is UTF-8; lone surrogates, which JSON of others may hold, come back as they went in.
    """
    timeout_s, retries = {
        Patience.ACK: (ACK_TIMEOUT_S, ACK_RETRIES),
        Patience.WORK: (WORK_TIMEOUT_S, WORK_RETRIES),
    }[patience]
    return redis.Redis.from_url(
        re.sub(r"\Avalkey(s?)://", r"redis\1://", url),
        decode_responses=True,
        encoding_errors="surrogatepass",
        socket_timeout=timeout_s,
        socket_connect_timeout=min(timeout_s, 2.0),
        retry=Retry(ExponentialBackoff(cap=0.1, base=0.05), retries),
        health_check_interval=30,
    )


@cache
def script(source: str) -> Script:
    """Return a script to call with keys, args and client; its digest is worked out once."""
    return redis.Redis().register_script(source)


def run(
    client: redis.Redis, source: str, *, keys: Sequence[str], args: Sequence[str | int | float]
) -> object:
    """Run a script in Redis, all of it or nothing, and return its answer."""
    answer: object = script(source)(keys=keys, args=args, client=client)
    return answer


def texts(answer: object) -> list[str]:
    """Return a script's answer that is a list, as text; nil is an empty one."""
    return [str(one) for one in answer] if isinstance(answer, list) else []


def pairs(answer: object) -> dict[str, str]:
    """Return a list of names and values in turn as a dictionary."""
    flat = texts(answer)
    return dict(zip(flat[::2], flat[1::2], strict=True))


def attempts() -> Iterator[int]:
    """Count attempts, with a random pause between them that grows to PAUSE_AT_MOST_S."""
    for attempt in range(ATTEMPTS_AT_MOST):
        if attempt:
            longest_s = min(PAUSE_AT_MOST_S, 0.001 * 2 ** min(attempt, 10))
            time.sleep(random.uniform(0, longest_s))  # noqa: S311 - no secret: spreads writers
        yield attempt
