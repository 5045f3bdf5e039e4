"""The audit log: a whole chain is whole, and whatever is done to it is found."""

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import redis

import bot.redis
from bot import audit, keys
from bot.audit import Audit, Fault, Flaw, Row, Ruling, linked, written
from bot.redis import ConflictError, connect

ROW = Row(
    at=datetime(2026, 11, 24, 9, tzinfo=UTC),
    who="U1",
    team="T1",
    channel="C1",
    surface="command",
    action="incident resolve",
    ruling=Ruling.DENIED,
    detail="INC-7: guests may not",
)

Fields = dict[Any, Any]


@pytest.fixture
def log(client: redis.Redis) -> Audit:
    return Audit(client=client)


def filled(log: Audit, rows: int = 6) -> Audit:
    for number in range(rows):
        log.append(replace(ROW, detail=f"row {number + 1}"))
    return log


def rewritten(log: Audit, change: Callable[[list[Fields]], list[Fields]]) -> tuple[Flaw, ...]:
    """Write the rows anew as an attacker who can write the stream, and verify."""
    rows: list[Fields] = [fields or {} for _, fields in log.client.xrange(keys.AUDIT) or ()]
    log.client.delete(keys.AUDIT)
    for fields in change(rows):
        log.client.xadd(keys.AUDIT, fields)
    return log.verify()


def edited(fields: Fields, **news: str) -> Fields:
    return {**fields, **news}


def rehashed(rows: list[Fields], detail: str) -> Fields:
    """Return the third row, edited by somebody who knows how hashes are made."""
    row = rows[2]["row"].replace("row 3", detail)
    link = linked(audit.End(number=2, hash=rows[1]["hash"]), row)
    return edited(rows[2], row=link.row, hash=link.hash)


def test_an_empty_log_is_whole(log: Audit) -> None:
    assert (log.verify(), log.head(), list(log.links())) == ((), audit.NOTHING, [])


def test_a_row_is_kept_as_it_was_said(log: Audit) -> None:
    link = log.append(ROW)
    assert list(log.links()) == [link]
    row_id = json.loads(link.row)["id"]
    assert link.row == (
        '{"action": "incident resolve", "at": "2026-11-24T09:00:00+00:00", "channel": "C1",'
        f' "detail": "INC-7: guests may not", "id": "{row_id}", "ruling": "denied", "schema": 1,'
        ' "surface": "command", "team": "T1", "who": "U1"}'
    )
    assert log.head() == audit.End(number=1, hash=link.hash)


def test_a_row_holds_one_line_and_no_secret() -> None:
    token = "xoxb-" + "1" * 12 + "-" + "2" * 12 + "-" + "aB3" * 8
    row = written(replace(ROW, detail=f"token {token}\n\x1b[2J\u202eforged"), "1")
    assert token not in row
    assert "\\n" not in row
    assert "u001b" not in row
    assert "202e" not in row


def test_rows_written_are_whole_on_every_page(log: Audit, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(audit, "PAGE", 2)
    assert filled(log, 7).verify() == ()
    assert [link.number for link in log.links()] == [1, 2, 3, 4, 5, 6, 7]


@pytest.mark.parametrize(
    ("attack", "found"),
    [
        (lambda rows: rows, ()),
        (lambda rows: rows[:2] + rows[3:], (Flaw(fault=Fault.MISSING, number=4),)),
        (lambda rows: rows[1:], (Flaw(fault=Fault.MISSING, number=2),)),
        (lambda rows: rows[:-1], (Flaw(fault=Fault.TRUNCATED, number=6),)),
        (lambda _: [], (Flaw(fault=Fault.TRUNCATED, number=1),)),
        (
            lambda rows: [*rows[:2], edited(rows[2], row="{}"), *rows[3:]],
            (Flaw(fault=Fault.EDITED, number=3),),
        ),
        (
            lambda rows: [*rows[:2], edited(rows[2], number="33"), *rows[3:]],
            (
                Flaw(fault=Fault.EDITED, number=33),
                Flaw(fault=Fault.MOVED, number=4),
                Flaw(fault=Fault.MOVED, number=5),
                Flaw(fault=Fault.MOVED, number=6),
                Flaw(fault=Fault.ADDED, number=7),
            ),
        ),
        (
            lambda rows: [*rows[:2], rehashed(rows, "row x"), *rows[3:]],
            (Flaw(fault=Fault.EDITED, number=4),),
        ),
        (
            lambda rows: [*rows[:2], rows[3], rows[2], *rows[4:]],
            (
                Flaw(fault=Fault.MISSING, number=4),
                Flaw(fault=Fault.MOVED, number=3),
                Flaw(fault=Fault.EDITED, number=5),
            ),
        ),
        (
            lambda rows: [*rows, rows[5]],
            (Flaw(fault=Fault.MOVED, number=6),),
        ),
        (
            lambda rows: [*rows, following(rows)],
            (Flaw(fault=Fault.ADDED, number=7),),
        ),
        (
            lambda rows: [*rows[:5], {"number": "9" * 5000, "junk": "1"}],
            (Flaw(fault=Fault.EDITED, number=0), Flaw(fault=Fault.TRUNCATED, number=6)),
        ),
    ],
    ids=[
        "none",
        "deleted",
        "first deleted",
        "last deleted",
        "all deleted",
        "edited",
        "renumbered",
        "edited and hashed",
        "swapped",
        "doubled",
        "forged at the end",
        "junk",
    ],
)
def test_whatever_is_done_to_the_rows_is_found(
    log: Audit, attack: Callable[[list[Fields]], list[Fields]], found: tuple[Flaw, ...]
) -> None:
    assert rewritten(filled(log), attack) == found


def following(rows: list[Fields]) -> Fields:
    link = linked(audit.End(number=6, hash=rows[5]["hash"]), rows[0]["row"])
    return {"number": "7", "before": link.before, "row": link.row, "hash": link.hash}


def test_a_head_that_was_taken_away_is_found(log: Audit) -> None:
    filled(log).client.delete(keys.AUDIT_HEAD)
    assert log.verify() == (Flaw(fault=Fault.ADDED, number=1),)


def test_old_rows_are_let_go_and_the_rest_is_whole(log: Audit) -> None:
    filled(log)
    assert log.let_go(datetime.now(UTC) - timedelta(days=1)) == 0
    assert log.let_go(datetime.now(UTC) + timedelta(days=1)) == 6
    assert (log.verify(), list(log.links())) == ((), [])
    filled(log, 2)
    assert log.verify() == ()
    assert [link.number for link in log.links()] == [7, 8]
    log.client.xtrim(keys.AUDIT, maxlen=1, approximate=False)
    assert log.verify() == (Flaw(fault=Fault.MISSING, number=8),)


def test_a_writer_that_is_never_fast_enough_is_told(
    log: Audit, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bot.redis, "ATTEMPTS_AT_MOST", 2)
    monkeypatch.setattr(Audit, "head", lambda _: audit.End(number=7, hash="f" * 64))
    with pytest.raises(ConflictError, match="written by others all the time"):
        log.append(ROW)
    assert list(log.links()) == []


def test_two_who_let_go_at_once_let_each_row_go_once(
    log: Audit, monkeypatch: pytest.MonkeyPatch
) -> None:
    filled(log)
    entries = list(log._entries())  # noqa: SLF001 - what the slower one had read
    tomorrow = datetime.now(UTC) + timedelta(days=1)
    assert log.let_go(tomorrow) == 6
    monkeypatch.setattr(Audit, "_entries", lambda _: iter(entries))
    assert log.let_go(tomorrow) == 0


def test_many_writers_make_one_chain(redis_url: str) -> None:
    clients = [connect(redis_url) for _ in range(6)]
    with ThreadPoolExecutor(6) as pool:
        list(pool.map(lambda one: filled(Audit(client=one), 10), clients))
    log = Audit(client=clients[0])
    assert log.verify() == ()
    assert sorted(link.number for link in log.links()) == list(range(1, 61))
    for one in clients:
        one.close()
