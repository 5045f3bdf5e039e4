"""One leader at a time, and every tick once."""

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import redis

from bot.leader import Leadership
from bot.redis import connect


@dataclass(slots=True)
class Clock:
    ms: int = 1_000_000

    def __call__(self) -> int:
        return self.ms


def contenders(client: redis.Redis, clock: Clock | None = None) -> list[Leadership]:
    return [Leadership(client=client, role="clock", now_ms=clock) for _ in range(3)]


def test_one_of_three_leads_and_the_others_follow_when_it_is_gone(client: redis.Redis) -> None:
    clock = Clock()
    first, second, third = contenders(client, clock)
    assert [one.lead() for one in (first, second, third)] == [1, None, None]
    clock.ms += 2_999
    assert [one.lead() for one in (second, first, third)] == [None, 1, None]
    clock.ms += 3_000
    assert [one.lead() for one in (third, first, second)] == [2, None, None]


def test_a_lead_that_was_lost_and_won_again_has_a_new_token(client: redis.Redis) -> None:
    clock = Clock()
    only = Leadership(client=client, role="clock", now_ms=clock)
    assert only.lead() == 1
    clock.ms += 3_000
    assert only.lead() == 2
    assert not only.claim(1, "digest", 60)


def test_a_leader_that_resigns_is_followed_at_once(client: redis.Redis) -> None:
    first, second, _ = contenders(client)
    assert first.lead() == 1
    second.resign()
    assert second.lead() is None
    first.resign()
    assert second.lead() == 2
    assert first.lead() is None


def test_roles_do_not_meddle(client: redis.Redis) -> None:
    clock, sweep = (Leadership(client=client, role=role) for role in ("clock", "sweep"))
    assert (clock.lead(), sweep.lead()) == (1, 1)


def test_a_tick_is_claimed_once_and_never_an_older_one(client: redis.Redis) -> None:
    leader, other, _ = contenders(client)
    token = leader.lead()
    assert token is not None
    assert leader.last_tick_s("digest") is None
    claimed = [leader.claim(token, "digest", tick) for tick in (60, 60, 120, 60)]
    assert claimed == [True, False, True, False]
    assert leader.claim(token, "reminders", 60)
    assert other.last_tick_s("digest") == 120


def test_only_the_leader_claims_and_only_while_it_leads(client: redis.Redis) -> None:
    clock = Clock()
    old, new, _ = contenders(client, clock)
    token = old.lead()
    assert token is not None
    assert not new.claim(token, "digest", 60)
    clock.ms += 3_000
    assert not old.claim(token, "digest", 60)  # its lease ended, and nobody leads
    later = new.lead()
    assert later is not None
    assert not old.claim(token, "digest", 60)
    assert not old.claim(later, "digest", 60)
    assert new.claim(later, "digest", 60)


def test_many_at_once_agree_on_one_leader_and_one_claim(redis_url: str) -> None:
    clients = [connect(redis_url) for _ in range(8)]
    contest = [Leadership(client=one, role="clock", lease_s=600) for one in clients]

    def tick(one: Leadership) -> list[bool]:
        token = one.lead()
        return [] if token is None else [one.claim(token, "digest", tick) for tick in range(1, 50)]

    with ThreadPoolExecutor(8) as pool:
        claims = [claim for claims in pool.map(tick, contest * 3) for claim in claims]
    for one in clients:
        one.close()
    assert claims.count(True) == 49


LEADER = """
import sys, time
from bot.leader import Leadership
from bot.redis import connect
leader = Leadership(client=connect(sys.argv[1]), role="clock", lease_s=0.5)
print(leader.lead(), flush=True)
time.sleep(600)
"""


def test_a_killed_leader_is_followed(client: redis.Redis, redis_url: str) -> None:
    command = [sys.executable, "-c", LEADER, redis_url]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as leader:
        assert leader.stdout is not None
        assert leader.stdout.readline() == b"1\n"
        leader.kill()
    others = contenders(client)
    tokens: list[int] = []
    while not tokens:
        tokens = [token for one in others if (token := one.lead()) is not None]
    assert tokens == [2]
