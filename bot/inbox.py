"""What was accepted and is not done yet: kept in Redis from the ack until it is finished.

A job is accepted once per delivery, claimed by one worker at a time under a lease, and gone when
that worker finishes it. Whoever lost the claim, because the lease ended and somebody else took
over, can neither finish the job nor write its progress: the fencing token tells the two apart.
"""

import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

import redis

from bot import keys
from bot.redis import NOW, pairs, run, texts

SCHEMA = 1

# Slack repeats a delivery for about an hour. Source: Slack Events API, "Retries". A day also
# covers what is read back from the channels' history after an outage.
SEEN_S = 24 * 3600

# After this time without a claim a job is sent to the workers again. Own choice: a message that
# waits in a busy queue is not repeated too often, and a repeated one does nothing.
RESEND_S = 5.0

# A job that took its worker down this often is given up. Own choice.
ATTEMPTS_AT_MOST = 5

# How long a job that was given up can be looked at. Own choice.
DEAD_KEPT_S = 7 * 24 * 3600


class Queue(StrEnum):
    """Where a job waits; people come before alerts, alerts before housekeeping."""

    INTERACTIVE = "interactive"
    ALERTS = "alerts"
    BACKGROUND = "background"


# Beyond these a job is refused: it would be answered long after anybody cares. Own choice.
CAPS: Mapping[Queue, int] = {Queue.INTERACTIVE: 500, Queue.ALERTS: 5_000, Queue.BACKGROUND: 2_000}


class QueueFull(Exception):  # noqa: N818 - it names what happened
    """A queue holds all it may; the text says so to the person who asked."""


class LostClaim(Exception):  # noqa: N818 - it names what happened
    """Somebody else works on the job, or it is done: stop, and write nothing more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """What a delivery was accepted as."""

    id: str
    seen: bool  # True: it came before, and nothing new is to be done


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """One worker's right to work on a job, and what it needs for that."""

    id: str
    token: int  # larger for every later claim of any job
    kind: str
    queue: Queue
    payload: str
    accepted_ms: int
    attempt: int  # 1: the first
    is_last: bool  # after this attempt it is given up, so say that at least
    done: Mapping[str, str]  # finished steps, by name


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """A job that nobody works on and that has to be sent to the workers."""

    id: str
    kind: str
    queue: Queue


@dataclass(frozen=True, slots=True, kw_only=True)
class Depth:
    """How full a queue is: jobs that wait or run, and the age of the oldest in seconds."""

    queue: Queue
    jobs: int
    oldest_s: float


ACCEPT = (
    NOW
    + """
local before = redis.call('GET', KEYS[1])
if before == ARGV[2] then return {'accepted', before} end -- the reply was lost on its way
if before then return {'seen', before} end
local depth = redis.call('ZCARD', KEYS[4])
if depth >= tonumber(ARGV[4]) then return {'full', tostring(depth)} end
local starts = now + tonumber(ARGV[6])
redis.call('SET', KEYS[1], ARGV[2], 'NX', 'EX', ARGV[3])
redis.call('HSET', KEYS[2], 'accepted_ms', now, 'attempts', 0, unpack(ARGV, 7))
redis.call('ZADD', KEYS[3], starts + tonumber(ARGV[5]), ARGV[2])
redis.call('ZADD', KEYS[4], starts, ARGV[2])
return {'accepted', ARGV[2]}
"""
)

CLAIM = (
    NOW
    + """
local id, claimant, lease_ms, known, most = ARGV[2], ARGV[3], ARGV[4], ARGV[5], ARGV[6]
local job = redis.call('HMGET', KEYS[1], 'schema', 'claimant', 'lease_ms', 'attempts', 'queue',
  'buried')
if not job[1] or job[6] or tonumber(job[1]) > tonumber(known) then return nil end
if job[2] ~= claimant then -- else the reply to this very claim was lost on its way
  if job[3] and tonumber(job[3]) > now then return nil end
  if tonumber(job[4]) >= tonumber(most) then
    redis.call('HSET', KEYS[1], 'buried', now)
    redis.call('HDEL', KEYS[1], 'token', 'claimant', 'lease_ms')
    redis.call('EXPIRE', KEYS[1], ARGV[7])
    redis.call('EXPIRE', KEYS[4], ARGV[7])
    redis.call('ZREM', KEYS[2], id)
    redis.call('ZREM', ARGV[8] .. job[5], id)
    redis.call('ZADD', KEYS[5], now, id)
    redis.call('ZREMRANGEBYSCORE', KEYS[5], '-inf', now - tonumber(ARGV[7]) * 1000)
    return nil
  end
  redis.call('HINCRBY', KEYS[1], 'attempts', 1)
  redis.call('HSET', KEYS[1], 'token', redis.call('INCR', KEYS[3]), 'claimant', claimant)
end
redis.call('HSET', KEYS[1], 'lease_ms', now + tonumber(lease_ms))
redis.call('ZADD', KEYS[2], now + tonumber(lease_ms), id)
return {redis.call('HGETALL', KEYS[1]), redis.call('HGETALL', KEYS[4])}
"""
)

HELD = (
    NOW
    + """
local id = ARGV[2]
if redis.call('HGET', KEYS[1], 'token') ~= ARGV[3] then return 0 end
"""
)

RENEW = (
    HELD
    + """
redis.call('HSET', KEYS[1], 'lease_ms', now + tonumber(ARGV[4]))
redis.call('ZADD', KEYS[2], now + tonumber(ARGV[4]), id)
return 1
"""
)

RECORD = (
    HELD
    + """
redis.call('HSET', KEYS[3], ARGV[4], ARGV[5])
return 1
"""
)

FINISH = (
    HELD
    + """
redis.call('ZREM', ARGV[4] .. redis.call('HGET', KEYS[1], 'queue'), id)
redis.call('ZREM', KEYS[2], id)
redis.call('DEL', KEYS[1], KEYS[3])
return 1
"""
)

RELEASE = (
    HELD
    + """
redis.call('HDEL', KEYS[1], 'token', 'claimant', 'lease_ms')
redis.call('HINCRBY', KEYS[1], 'attempts', -1)
redis.call('ZADD', KEYS[2], now, id)
return 1
"""
)

DUE = (
    NOW
    + """
local found = {}
for _, id in ipairs(redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', now, 'LIMIT', 0, ARGV[2])) do
  local job = redis.call('HMGET', ARGV[4] .. id, 'kind', 'queue')
  if job[1] then
    redis.call('ZADD', KEYS[1], now + tonumber(ARGV[3]), id)
    found[#found + 1] = id
    found[#found + 1] = job[1]
    found[#found + 1] = job[2]
  else
    redis.call('ZREM', KEYS[1], id)
  end
end
return found
"""
)

DEPTH = (
    NOW
    + """
local oldest = redis.call('ZRANGE', KEYS[1], 0, 0, 'WITHSCORES')
local since = oldest[2] and math.max(0, now - tonumber(oldest[2])) or 0
return {tostring(redis.call('ZCARD', KEYS[1])), tostring(since)}
"""
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Inbox:
    """The inbox in Redis. Each step is one script: done whole, or not at all."""

    client: redis.Redis
    caps: Mapping[Queue, int] = field(default_factory=lambda: CAPS)
    now_ms: Callable[[], int] | None = None  # None: the server's clock

    def accept(
        self, delivery: str, *, kind: str, queue: Queue, payload: str, after_s: float = 0
    ) -> Receipt:
        """Keep a job unless its delivery came before; once this returns, it is kept.

        Args:
            delivery: what makes it the same: an event id, a trigger id, a tick of the clock.
            kind: which reaction it is for.
            queue: where it waits.
            payload: JSON.
            after_s: seconds before it is sent to the workers.

        Raises:
            QueueFull: nothing was kept, and the delivery counts as not seen.
        """
        own = uuid.uuid4().hex
        held = {"schema": str(SCHEMA), "kind": kind, "queue": queue.value, "payload": payload}
        flat = [text for pair in held.items() for text in pair]
        said, what = texts(
            run(
                self.client,
                ACCEPT,
                keys=(keys.seen(delivery), keys.job(own), keys.INBOX_DUE, keys.queue(queue)),
                args=(
                    self._now(),
                    own,
                    SEEN_S,
                    self.caps[queue],
                    int(RESEND_S * 1000),
                    int(after_s * 1000),
                    *flat,
                ),
            )
        )
        if said == "full":
            raise QueueFull(f"{what} jobs are waiting already; ask again in a few minutes.")
        return Receipt(id=what, seen=said == "seen")

    def claim(self, job_id: str, lease_s: float) -> Claim | None:
        """Return the right to work on a job; None: it is done, taken, given up, or not for us.

        A job that a newer version wrote in another schema is left to that version.
        """
        answer = run(
            self.client,
            CLAIM,
            keys=(
                keys.job(job_id),
                keys.INBOX_DUE,
                keys.INBOX_FENCE,
                keys.progress(job_id),
                keys.INBOX_DEAD,
            ),
            args=(
                self._now(),
                job_id,
                uuid.uuid4().hex,
                int(lease_s * 1000),
                SCHEMA,
                ATTEMPTS_AT_MOST,
                DEAD_KEPT_S,
                keys.queue(""),
            ),
        )
        if not isinstance(answer, list):
            return None
        job, done = (pairs(part) for part in answer)
        return Claim(
            id=job_id,
            token=int(job["token"]),
            kind=job["kind"],
            queue=Queue(job["queue"]),
            payload=job["payload"],
            accepted_ms=int(job["accepted_ms"]),
            attempt=int(job["attempts"]),
            is_last=int(job["attempts"]) >= ATTEMPTS_AT_MOST,
            done=done,
        )

    def renew(self, job_id: str, token: int, lease_s: float) -> None:
        """Hold the claim for `lease_s` seconds from now. Raises: LostClaim."""
        self._as_holder(RENEW, job_id, token, int(lease_s * 1000))

    def record(self, job_id: str, token: int, step: str, result: str) -> None:
        """Keep a finished step, which whoever resumes the job leaves out. Raises: LostClaim."""
        self._as_holder(RECORD, job_id, token, step, result)

    def finish(self, job_id: str, token: int) -> None:
        """Forget the job: it is done. Raises: LostClaim."""
        self._as_holder(FINISH, job_id, token, keys.queue(""))

    def release(self, job_id: str, token: int) -> None:
        """Give an unfinished job back at once; this attempt does not count. Raises: LostClaim."""
        self._as_holder(RELEASE, job_id, token)

    def due(self, limit: int = 100) -> tuple[Due, ...]:
        """Return jobs to send to the workers: never claimed, or their worker is gone.

        Each is returned once in RESEND_S, however many processes ask.
        """
        flat = texts(
            run(
                self.client,
                DUE,
                keys=(keys.INBOX_DUE,),
                args=(self._now(), limit, int(RESEND_S * 1000), keys.job("")),
            )
        )
        found = zip(flat[::3], flat[1::3], flat[2::3], strict=True)
        return tuple(Due(id=one, kind=kind, queue=Queue(queue)) for one, kind, queue in found)

    def dead(self) -> tuple[str, ...]:
        """Return the ids of the jobs that were given up, newest first."""
        return tuple(texts(self.client.zrevrange(keys.INBOX_DEAD, 0, -1)))

    def depths(self) -> tuple[Depth, ...]:
        """Return how full each queue is."""
        return tuple(self._depth(queue) for queue in Queue)

    def _depth(self, queue: Queue) -> Depth:
        jobs, age_ms = texts(
            run(self.client, DEPTH, keys=(keys.queue(queue),), args=(self._now(),))
        )
        return Depth(queue=queue, jobs=int(jobs), oldest_s=float(age_ms) / 1000)

    def _as_holder(self, source: str, job_id: str, token: int, *args: str | int) -> None:
        held = run(
            self.client,
            source,
            keys=(keys.job(job_id), keys.INBOX_DUE, keys.progress(job_id)),
            args=(self._now(), job_id, token, *args),
        )
        if held != 1:
            raise LostClaim(f"The claim on job {job_id} is lost.")

    def _now(self) -> str | int:
        return "" if self.now_ms is None else self.now_ms()
