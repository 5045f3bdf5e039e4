"""One process at a time has a role; a token tells a leader from the one that came before it."""

import uuid
from collections.abc import Callable
from dataclasses import dataclass, field

import redis

from bot import keys
from bot.redis import NOW, run

# A killed leader is replaced within this time; it renews three times as often. Measured
# 2026-11-23: another process took over 2.5 s after a kill.
LEASE_S = 3.0
RENEW_S = 1.0

LEAD = (
    NOW
    + """
local lead = redis.call('HMGET', KEYS[1], 'holder', 'token', 'until_ms')
local ends = now + tonumber(ARGV[3])
if lead[3] and tonumber(lead[3]) > now then
  if lead[1] ~= ARGV[2] then return nil end
  redis.call('HSET', KEYS[1], 'until_ms', ends)
  return tonumber(lead[2])
end
local token = redis.call('INCR', KEYS[2])
redis.call('HSET', KEYS[1], 'holder', ARGV[2], 'token', token, 'until_ms', ends)
return token
"""
)

RESIGN = """
if redis.call('HGET', KEYS[1], 'holder') == ARGV[1] then return redis.call('DEL', KEYS[1]) end
return 0
"""

TICK = (
    NOW
    + """
local lead = redis.call('HMGET', KEYS[1], 'holder', 'token', 'until_ms')
if lead[1] ~= ARGV[2] or lead[2] ~= ARGV[3] or tonumber(lead[3]) <= now then return 0 end
local last = redis.call('GET', KEYS[2])
if last and tonumber(last) >= tonumber(ARGV[4]) then return 0 end
redis.call('SET', KEYS[2], ARGV[4])
return 1
"""
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Leadership:
    """One process's part in the contest for a role."""

    client: redis.Redis
    role: str
    lease_s: float = LEASE_S
    holder: str = field(default_factory=lambda: uuid.uuid4().hex)
    now_ms: Callable[[], int] | None = None  # None: the server's clock

    def lead(self) -> int | None:
        """Take or renew the lead; the token of this lead, or None while another process has it.

        A token grows with every change of the lead, also where it comes back to the same process.
        """
        token = run(
            self.client,
            LEAD,
            keys=(keys.leader(self.role), keys.leader_fence(self.role)),
            args=(self._now(), self.holder, int(self.lease_s * 1000)),
        )
        return token if isinstance(token, int) else None

    def resign(self) -> None:
        """Give the lead up at once, if it is ours."""
        run(self.client, RESIGN, keys=(keys.leader(self.role),), args=(self.holder,))

    def claim(self, token: int, job: str, tick_s: int) -> bool:
        """Return whether this leader runs the tick; never true twice for one, nor for an older one.

        `tick_s` is when the tick was to be, in whole seconds since 1970. Whoever enqueues work
        accepts it under the tick's own delivery id first and claims then: a crash in between
        repeats the accepting, which does nothing.
        """
        claimed = run(
            self.client,
            TICK,
            keys=(keys.leader(self.role), keys.ticked(job)),
            args=(self._now(), self.holder, token, tick_s),
        )
        return claimed == 1

    def last_tick_s(self, job: str) -> int | None:
        """Return the last tick that was claimed, for catching up once; None: never."""
        last = self.client.get(keys.ticked(job))
        return None if last is None else int(last)

    def _now(self) -> str | int:
        return "" if self.now_ms is None else self.now_ms()
