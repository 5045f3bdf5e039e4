"""The inbox over a real Redis: accepted means kept, claimed means alone, finished means gone."""

import subprocess
import sys
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

import pytest
import redis

from bot import keys
from bot.inbox import (
    ATTEMPTS_AT_MOST,
    RESEND_S,
    Depth,
    Due,
    Inbox,
    LostClaim,
    Queue,
    QueueFull,
    Receipt,
)
from bot.redis import connect

ALERTS = Queue.ALERTS


@dataclass(slots=True)
class Clock:
    ms: int = 1_000_000

    def __call__(self) -> int:
        return self.ms

    def pass_s(self, seconds: float) -> None:
        self.ms += int(seconds * 1000)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def inbox(client: redis.Redis, clock: Clock) -> Inbox:
    return Inbox(client=client, now_ms=clock)


def accepted(inbox: Inbox, delivery: str = "Ev1", queue: Queue = ALERTS) -> str:
    receipt = inbox.accept(delivery, kind="alert", queue=queue, payload='{"text":"x"}')
    assert not receipt.seen
    return receipt.id


def everything(client: redis.Redis) -> set[str]:
    return {str(key) for key in client.scan_iter()}


def test_a_delivery_is_accepted_once(inbox: Inbox) -> None:
    first = inbox.accept("Ev1", kind="alert", queue=ALERTS, payload="{}")
    again = [inbox.accept("Ev1", kind="alert", queue=ALERTS, payload="{}") for _ in range(3)]
    assert again == [Receipt(id=first.id, seen=True)] * 3
    assert inbox.depths()[1] == Depth(queue=ALERTS, jobs=1, oldest_s=0)


def test_many_web_processes_accept_one_delivery_once(redis_url: str) -> None:
    inboxes = [Inbox(client=connect(redis_url)) for _ in range(8)]

    def accept(inbox: Inbox) -> Receipt:
        return inbox.accept("Ev1", kind="alert", queue=ALERTS, payload="{}")

    with ThreadPoolExecutor(8) as pool:
        receipts = list(pool.map(accept, inboxes * 10))
    for inbox in inboxes:
        inbox.client.close()
    assert Counter(one.seen for one in receipts) == {True: 79, False: 1}
    assert len({one.id for one in receipts}) == 1


def test_a_claim_holds_all_that_was_accepted(inbox: Inbox, clock: Clock) -> None:
    payload = '{"text":"caf\u00e9 \\ud800 \\u0000"}'
    receipt = inbox.accept("Ev1", kind="alert", queue=ALERTS, payload=payload)
    claim = inbox.claim(receipt.id, lease_s=6)
    assert claim is not None
    assert (claim.id, claim.kind, claim.queue) == (receipt.id, "alert", ALERTS)
    assert (claim.payload, claim.accepted_ms) == (payload, clock.ms)
    assert (claim.attempt, claim.is_last, claim.done) == (1, False, {})


def test_lone_surrogates_come_back(inbox: Inbox) -> None:
    receipt = inbox.accept("Ev\ud800", kind="alert", queue=ALERTS, payload="\udfff")
    claim = inbox.claim(receipt.id, lease_s=6)
    assert claim is not None
    assert claim.payload == "\udfff"


def test_a_job_is_claimed_by_one_of_many(redis_url: str) -> None:
    inboxes = [Inbox(client=connect(redis_url)) for _ in range(8)]
    job = accepted(inboxes[0])
    with ThreadPoolExecutor(8) as pool:
        claims = list(pool.map(lambda inbox: inbox.claim(job, lease_s=60), inboxes * 5))
    for inbox in inboxes:
        inbox.client.close()
    assert sum(claim is not None for claim in claims) == 1


def test_a_job_is_free_again_when_the_lease_ends(inbox: Inbox, clock: Clock) -> None:
    job = accepted(inbox)
    first = inbox.claim(job, lease_s=6)
    clock.pass_s(5.9)
    assert inbox.claim(job, lease_s=6) is None
    clock.pass_s(0.1)
    second = inbox.claim(job, lease_s=6)
    assert first is not None
    assert second is not None
    assert second.token > first.token
    assert second.attempt == 2


def test_renewing_keeps_the_claim(inbox: Inbox, clock: Clock) -> None:
    job = accepted(inbox)
    claim = inbox.claim(job, lease_s=6)
    assert claim is not None
    clock.pass_s(5)
    inbox.renew(job, claim.token, 6)
    clock.pass_s(5)
    assert inbox.claim(job, lease_s=6) is None
    assert inbox.due() == ()


@pytest.mark.parametrize(
    "write",
    [
        lambda inbox, job, token: inbox.finish(job, token),
        lambda inbox, job, token: inbox.record(job, token, "table", "late"),
        lambda inbox, job, token: inbox.renew(job, token, 60),
        lambda inbox, job, token: inbox.release(job, token),
    ],
    ids=["finish", "record", "renew", "release"],
)
def test_a_lost_claim_changes_nothing(inbox: Inbox, clock: Clock, write: object) -> None:
    assert callable(write)
    job = accepted(inbox)
    old = inbox.claim(job, lease_s=6)
    clock.pass_s(6)
    new = inbox.claim(job, lease_s=6)
    assert old is not None
    assert new is not None
    inbox.record(job, new.token, "table", "right")
    held = [inbox.client.hgetall(key) for key in (keys.job(job), keys.progress(job))]
    with pytest.raises(LostClaim):
        write(inbox, job, old.token)
    assert [inbox.client.hgetall(key) for key in (keys.job(job), keys.progress(job))] == held
    inbox.finish(job, new.token)
    with pytest.raises(LostClaim):
        write(inbox, job, new.token)


def test_who_resumes_gets_the_finished_steps(inbox: Inbox, clock: Clock) -> None:
    job = accepted(inbox)
    first = inbox.claim(job, lease_s=6)
    assert first is not None
    inbox.record(job, first.token, "dynamodb.table", '{"a":1}')
    inbox.record(job, first.token, "iam.role", '{"b":2}')
    clock.pass_s(6)
    second = inbox.claim(job, lease_s=6)
    assert second is not None
    assert second.done == {"dynamodb.table": '{"a":1}', "iam.role": '{"b":2}'}


def test_a_finished_job_leaves_only_that_it_was_seen(inbox: Inbox) -> None:
    job = accepted(inbox)
    claim = inbox.claim(job, lease_s=6)
    assert claim is not None
    inbox.record(job, claim.token, "step", "done")
    inbox.finish(job, claim.token)
    assert everything(inbox.client) == {keys.seen("Ev1"), keys.INBOX_FENCE}
    assert inbox.claim(job, lease_s=6) is None
    assert inbox.accept("Ev1", kind="alert", queue=ALERTS, payload="{}").seen


def test_a_released_job_is_due_at_once_and_the_attempt_does_not_count(inbox: Inbox) -> None:
    job = accepted(inbox)
    for _ in range(ATTEMPTS_AT_MOST * 2):
        claim = inbox.claim(job, lease_s=6)
        assert claim is not None
        assert claim.attempt == 1
        inbox.release(job, claim.token)
        assert inbox.due() == (Due(id=job, kind="alert", queue=ALERTS),)


def test_what_nobody_claimed_is_due_once_in_a_while(inbox: Inbox, clock: Clock) -> None:
    job = accepted(inbox)
    assert inbox.due() == ()
    clock.pass_s(RESEND_S)
    assert inbox.due() == (Due(id=job, kind="alert", queue=ALERTS),)
    assert inbox.due() == ()
    clock.pass_s(RESEND_S)
    assert [one.id for one in inbox.due()] == [job]


def test_due_returns_the_oldest_up_to_the_limit(inbox: Inbox, clock: Clock) -> None:
    jobs = []
    for number in range(3):
        jobs.append(accepted(inbox, f"Ev{number}"))
        clock.pass_s(1)
    clock.pass_s(RESEND_S)
    assert [one.id for one in inbox.due(limit=2)] == jobs[:2]
    assert [one.id for one in inbox.due(limit=2)] == jobs[2:]


def test_a_job_for_later_is_due_then(inbox: Inbox, clock: Clock) -> None:
    inbox.accept("tick", kind="again", queue=Queue.BACKGROUND, payload="{}", after_s=600)
    clock.pass_s(600)
    assert inbox.due() == ()
    assert inbox.depths()[2] == Depth(queue=Queue.BACKGROUND, jobs=1, oldest_s=0)
    clock.pass_s(RESEND_S)
    assert [one.kind for one in inbox.due()] == ["again"]


def test_what_is_due_without_a_job_is_forgotten(inbox: Inbox) -> None:
    inbox.client.zadd(keys.INBOX_DUE, {"gone": 1})
    assert inbox.due() == ()
    assert everything(inbox.client) == set()


def test_a_full_queue_refuses_honestly_and_takes_it_later(inbox: Inbox) -> None:
    small = replace(inbox, caps={Queue.INTERACTIVE: 1, ALERTS: 1, Queue.BACKGROUND: 1})
    job = accepted(small)
    with pytest.raises(QueueFull, match=r"\A1 jobs are waiting already; ask again in a few min"):
        small.accept("Ev2", kind="alert", queue=ALERTS, payload="{}")
    assert not small.accept("T1", kind="ask", queue=Queue.INTERACTIVE, payload="{}").seen
    claim = small.claim(job, lease_s=6)
    assert claim is not None
    small.finish(job, claim.token)
    assert not small.accept("Ev2", kind="alert", queue=ALERTS, payload="{}").seen


def test_depths_tell_jobs_and_the_age_of_the_oldest(inbox: Inbox, clock: Clock) -> None:
    accepted(inbox, "Ev1")
    clock.pass_s(30)
    accepted(inbox, "Ev2")
    accepted(inbox, "T1", Queue.INTERACTIVE)
    clock.pass_s(2.5)
    assert inbox.depths() == (
        Depth(queue=Queue.INTERACTIVE, jobs=1, oldest_s=2.5),
        Depth(queue=ALERTS, jobs=2, oldest_s=32.5),
        Depth(queue=Queue.BACKGROUND, jobs=0, oldest_s=0),
    )


def test_a_job_that_takes_its_workers_down_is_given_up(inbox: Inbox, clock: Clock) -> None:
    job = accepted(inbox)
    last = []
    for _ in range(ATTEMPTS_AT_MOST):
        claim = inbox.claim(job, lease_s=6)
        assert claim is not None
        last.append(claim.is_last)
        clock.pass_s(6)
    assert last == [False] * (ATTEMPTS_AT_MOST - 1) + [True]
    assert inbox.claim(job, lease_s=6) is None
    assert inbox.claim(job, lease_s=6) is None
    assert inbox.dead() == (job,)
    clock.pass_s(60)
    assert inbox.due() == ()
    assert inbox.depths()[1].jobs == 0
    assert inbox.client.ttl(keys.job(job)) > 0


def test_a_job_of_a_newer_version_is_left_to_it(inbox: Inbox) -> None:
    job = accepted(inbox)
    inbox.client.hset(keys.job(job), "schema", "2")
    assert inbox.claim(job, lease_s=6) is None
    inbox.client.hset(keys.job(job), "schema", "1")
    assert inbox.claim(job, lease_s=6) is not None


def test_the_server_keeps_the_time_unless_told_otherwise(client: redis.Redis) -> None:
    inbox = Inbox(client=client)
    job = accepted(inbox)
    first = inbox.claim(job, lease_s=3600)
    assert first is not None
    assert inbox.claim(job, lease_s=1) is None
    assert abs(first.accepted_ms - int(client.time()[0]) * 1000) < 3_600_000


WORKER = """
import sys, time
from bot.inbox import Inbox
from bot.redis import connect
inbox = Inbox(client=connect(sys.argv[1]))
claim = inbox.claim(sys.argv[2], lease_s=0.2)
inbox.record(claim.id, claim.token, "first", "done")
print("working", flush=True)
time.sleep(600)
"""


def test_a_killed_workers_job_goes_on_where_it_was(client: redis.Redis, redis_url: str) -> None:
    inbox = Inbox(client=client)
    job = accepted(inbox)
    command = [sys.executable, "-c", WORKER, redis_url, job]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as worker:
        assert worker.stdout is not None
        assert worker.stdout.readline() == b"working\n"
        worker.kill()
    while not any(one.id == job for one in inbox.due()):
        pass
    claim = inbox.claim(job, lease_s=60)
    assert claim is not None
    assert claim.done == {"first": "done"}
