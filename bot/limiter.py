"""The rates of AWS's APIs, shared by every worker over one Redis."""

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, field

import redis

from bot import keys
from bot.redis import run
from diagnostics.aws.limits import Limiter, TokenBuckets, rate_of

logger = logging.getLogger(__name__)

# As diagnostics.aws.limits counts: tokens below zero are calls already promised. The bucket is
# full again, and can be forgotten, after the time it takes to refill.
TAKE = """
local per_s, burst, patience_s = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local time = redis.call('TIME')
local now = time[1] + time[2] / 1000000
local bucket = redis.call('HMGET', KEYS[1], 'tokens', 'at')
local tokens = tonumber(bucket[1] or burst)
local passed = math.max(0, now - tonumber(bucket[2] or now))
tokens = math.min(burst, tokens + passed * per_s) - 1
local delay_s = math.max(0, -tokens / per_s)
if delay_s > patience_s then return '' end
redis.call('HSET', KEYS[1], 'tokens', string.format('%.6f', tokens), 'at',
  string.format('%.6f', now))
redis.call('EXPIRE', KEYS[1], math.ceil((burst - tokens) / per_s) + 1)
return string.format('%.6f', delay_s)
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class SharedBuckets:
    """A Limiter for all processes; without Redis each process keeps the rates by itself."""

    client: redis.Redis
    alone: Limiter = field(default_factory=TokenBuckets)
    sleep: Callable[[float], None] = time.sleep

    def wait(self, key: str, until: float) -> bool:
        """Wait for this call's turn; False, at once, where it comes after `until`."""
        rate = rate_of(":".join(key.split(":")[2:]))
        if rate is None:
            return True
        patience_s = until - time.monotonic()
        try:
            answer = run(
                self.client,
                TAKE,
                keys=(keys.bucket(key),),
                args=(rate.per_s, rate.burst, f"{patience_s:.6f}"),
            )
        except redis.RedisError as error:
            logger.warning("rates are kept by this process alone why=%s", type(error).__name__)
            return self.alone.wait(key, until)
        if not answer:
            return False
        self.sleep(float(str(answer)))
        return True
