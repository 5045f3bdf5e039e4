"""Incidents over a real Redis: no update is lost, and each is found by what it is about."""

import json
import subprocess
import sys
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial

import pytest
import redis

import bot.redis
from bot import keys
from bot.incidents.store import IncidentStore, Index
from bot.redis import ConflictError, connect
from diagnostics.model import Conclusion, Confidence
from handlers.incidents.changes import apply
from handlers.incidents.commands import (
    Acknowledge,
    Assign,
    Command,
    Diagnosed,
    Mitigate,
    Note,
    Reopen,
    Resolve,
)
from handlers.incidents.model import Incident, IncidentError, MergedElsewhere, State
from handlers.incidents.search import Filter, Scope, listed, predecessors
from handlers.incidents.stored import StoredError, to_json
from tests.handlers.incidents.samples import NOW, an_alert, declared, later, minutes, opened

FOUND = Diagnosed(
    report_id="r1",
    headline="Reads of orders are throttled.",
    conclusion=Conclusion.CAUSE,
    cause="dynamodb.read_throttled",
    confidence=Confidence.LIKELY,
)


@pytest.fixture
def store(client: redis.Redis) -> IncidentStore:
    return IncidentStore(client=client)


def made(store: IncidentStore, incident: Incident | None = None) -> Incident:
    return store.create(lambda name: replace(incident or declared(), id=name))


def told(store: IncidentStore, incident: Incident, *commands: Command) -> Incident:
    for command in commands:
        incident = store.update(incident.id, partial(done, command))
    return incident


def done(command: Command, incident: Incident) -> Incident:
    return apply(incident, command, now=incident.updated_at, who="U0ANN")


def names(incidents: tuple[Incident, ...]) -> list[str]:
    return [one.id for one in incidents]


def test_incidents_are_numbered_and_come_back_as_they_were(store: IncidentStore) -> None:
    one, two = made(store, opened()), made(store)
    assert (one.id, two.id) == ("INC-1", "INC-2")
    assert (store.get("INC-1"), store.get("INC-2")) == (one, two)
    assert store.get("INC-3") is None


def test_a_delivery_opens_one_incident(store: IncidentStore) -> None:
    first = store.create(lambda name: declared(incident_id=name), delivery="T1")
    told(store, first, Acknowledge())
    again = store.create(lambda name: declared("Other", incident_id=name), delivery="T1")
    assert (again.id, again.state) == ("INC-1", State.ACKNOWLEDGED)
    assert names(store.live()) == ["INC-1"]


def test_one_delivery_at_many_workers_opens_one_incident(redis_url: str) -> None:
    stores = [IncidentStore(client=connect(redis_url)) for _ in range(8)]

    def create(store: IncidentStore) -> str:
        return store.create(lambda name: declared(incident_id=name), delivery="T1").id

    with ThreadPoolExecutor(8) as pool:
        opened_by_each = set(pool.map(create, stores * 3))
    assert len(names(stores[0].live())) == 1
    assert opened_by_each == set(names(stores[0].live()))
    for store in stores:
        store.client.close()


def test_a_name_is_given_to_one_incident_only(store: IncidentStore) -> None:
    made(store)
    with pytest.raises(ConflictError, match="INC-1 exists already"):
        store.create(lambda _: declared("Other", incident_id="INC-1"))
    assert names(store.live()) == ["INC-1"]


def test_what_cannot_be_done_writes_nothing(store: IncidentStore) -> None:
    incident = made(store)
    with pytest.raises(IncidentError):
        told(store, incident, Reopen())
    with pytest.raises(KeyError, match="INC-9"):
        store.update("INC-9", lambda one: one)
    assert store.get(incident.id) == incident
    assert len(store.history(incident.id)) == 1


def test_a_change_that_changes_nothing_is_not_written(store: IncidentStore) -> None:
    incident = made(store)
    assert store.update(incident.id, lambda one: one) == incident
    assert len(store.history(incident.id)) == 1


def test_a_stale_write_is_refused_and_the_change_asked_again(store: IncidentStore) -> None:
    incident = made(store)
    asked = []

    def change(one: Incident) -> Incident:
        asked.append(one.revision)
        if len(asked) == 1:
            told(store, incident, Note(text="faster"))
        return apply(one, Note(text="slower"), now=later(1), who="U0BOB")

    after = store.update(incident.id, change)
    assert asked == [1, 2]
    assert [entry.text for entry in after.timeline][-2:] == ["faster", "slower"]
    assert store.get(incident.id) == after
    assert not store.write([(incident, replace(after, revision=9))])


def test_who_is_never_fast_enough_is_told(
    store: IncidentStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bot.redis, "ATTEMPTS_AT_MOST", 3)
    monkeypatch.setattr(bot.redis, "PAUSE_AT_MOST_S", 0)
    one, two = made(store), made(store)
    store.client.hset(keys.incident(one.id), "revision", "77")
    with pytest.raises(ConflictError, match="INC-1 is being changed by others all the time"):
        told(store, one, Note(text="x"))
    with pytest.raises(ConflictError, match="INC-1 is being changed by others all the time"):
        store.merge(one.id, two.id, now=later(1), who="U0ANN")
    assert store.get(two.id) == two


def test_a_write_whose_reply_was_lost_counts_once(
    store: IncidentStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The client repeats a script whose reply did not come; here the server runs it twice."""
    once = bot.redis.run
    monkeypatch.setattr(
        "bot.incidents.store.run", lambda *args, **kw: (once(*args, **kw), once(*args, **kw))[1]
    )
    incident = told(store, made(store), Note(text="only once"))
    assert incident.revision == 2
    assert [line["revision"] for line in store.history(incident.id)] == [1, 2]


def test_history_only_grows_and_holds_each_entry_once(store: IncidentStore) -> None:
    incident = told(store, made(store), Acknowledge(), Note(text="caf\u00e9"), Resolve())
    lines = store.history(incident.id)
    assert [line["revision"] for line in lines] == [1, 2, 3, 4]
    assert {line["schema"] for line in lines} == {1}
    texts = [entry["text"] for line in lines for entry in json.loads(json.dumps(line["entries"]))]
    assert texts == [entry.text for entry in incident.timeline]


def test_an_incident_stands_where_its_facts_say_and_nowhere_else(store: IncidentStore) -> None:
    incident = made(store, opened())
    other = made(store)
    assert names(store.live()) == ["INC-1", "INC-2"]
    assert names(store.by(Index.TABLE, "ORDERS")) == ["INC-1"]
    assert names(store.by(Index.CHANNEL, "C0ALERTS")) == ["INC-1"]
    assert names(store.by(Index.FINGERPRINT, "v1:reads", "v1:writes")) == ["INC-1"]
    assert store.by(Index.CAUSE, "dynamodb.read_throttled") == ()
    told(store, incident, FOUND, Assign(user="U0BOB"), Mitigate(), Resolve())
    assert names(store.by(Index.CAUSE, "dynamodb.read_throttled")) == ["INC-1"]
    assert names(store.by(Index.ASSIGNEE, "U0BOB")) == ["INC-1"]
    assert names(store.by(Index.STATE, "resolved")) == ["INC-1"]
    assert names(store.by(Index.STATE, "open", "acknowledged", "mitigated")) == [other.id]
    assert names(store.live()) == [other.id]
    assert store.by(Index.STATE) == ()


def test_a_thread_leads_to_its_incident(store: IncidentStore) -> None:
    alert = an_alert()
    old = told(store, made(store, opened(alert)), Resolve())
    assert store.in_thread("C0ALERTS", alert.ts) == old
    new = made(store, opened(alert))
    assert store.in_thread("C0ALERTS", alert.ts) == new
    assert store.in_thread("C0ALERTS", "1.0") is None


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        (Filter(), ["INC-2", "INC-3"]),
        (Filter(scope=Scope.ALL), ["INC-1", "INC-2", "INC-3"]),
        (Filter(keys=(("table", "Orders"),)), ["INC-2"]),
        (Filter(keys=(("state", "resolved"),)), ["INC-1"]),
        (Filter(scope=Scope.ALL, keys=(("table", "orders"),)), ["INC-1", "INC-2"]),
        (Filter(scope=Scope.ALL, keys=(("table", "orders"), ("state", "open"))), ["INC-2"]),
        (Filter(scope=Scope.ALL, keys=(("region", "eu-west-1"),)), ["INC-1", "INC-2"]),
        (Filter(keys=(("cause", "none.known"),)), []),
    ],
)
def test_candidates_hold_whatever_the_filter_asks_for(
    store: IncidentStore, wanted: Filter, found: list[str]
) -> None:
    told(store, made(store, opened()), Resolve())
    made(store, opened())
    made(store)
    assert sorted(names(listed(store.candidates(wanted), wanted))) == found


def test_the_past_holds_what_happened_before(store: IncidentStore) -> None:
    first = told(store, made(store, opened()), FOUND, Resolve(text="capacity raised"))
    second = told(store, made(store, opened(an_alert(30, fingerprint="v1:other"))), FOUND)
    assert [one.id for one in predecessors(second, store.past(second))] == [first.id]
    third = made(store, opened(an_alert(60)))
    assert [one.id for one in predecessors(third, store.past(third))] == [first.id]
    assert store.past(made(store)) == ()


def test_incidents_are_found_by_time(store: IncidentStore) -> None:
    old = made(store, declared())
    new = made(store, declared(after=60))
    assert names(store.reported_since(later(30))) == [new.id]
    store.update(old.id, lambda one: apply(one, Note(text="x"), now=later(90), who="U0ANN"))
    assert names(store.reported_since(later(30))) == [new.id]
    assert names(store.updated_since(later(30))) == [old.id, new.id]


def test_only_what_ended_long_ago_is_forgotten_and_wholly(store: IncidentStore) -> None:
    made(store)
    before = {str(key) for key in store.client.scan_iter()}
    told(store, made(store, opened()), FOUND, Resolve())
    kept = told(store, made(store, declared(after=60)), Resolve())
    assert store.forget(NOW + minutes(30)) == 1
    assert names(store.candidates(Filter(scope=Scope.ALL))) == ["INC-1", kept.id]
    assert store.forget(NOW + minutes(90)) == 1
    assert store.get("INC-1") is not None
    assert {str(key) for key in store.client.scan_iter()} == before
    assert made(store).id == "INC-4"


def test_what_changes_while_it_is_forgotten_stays(store: IncidentStore) -> None:
    incident = told(store, made(store), Resolve())
    store.client.hset(keys.incident(incident.id), "revision", "77")
    assert store.forget(NOW + minutes(90)) == 0
    assert store.get(incident.id) == incident


def test_an_incident_that_cannot_be_read_is_an_error_not_an_absence(store: IncidentStore) -> None:
    incident = made(store)
    newer = to_json(incident).replace('"schema":1', '"schema":2')
    store.client.hset(keys.incident(incident.id), "json", newer)
    with pytest.raises(StoredError, match="INC-1 was written by a newer Paramedic"):
        store.get(incident.id)
    with pytest.raises(StoredError):
        store.live()


def test_a_merge_writes_both_or_none(store: IncidentStore) -> None:
    one, two = made(store, opened()), made(store)
    gone, grown = store.merge(one.id, two.id, now=later(9), who="U0BOB")
    assert (store.get(one.id), store.get(two.id)) == (gone, grown)
    assert (gone.merged_into, grown.merged_from) == (two.id, (one.id,))
    assert names(store.by(Index.FINGERPRINT, "v1:reads")) == [one.id, two.id]
    assert store.merge(one.id, two.id, now=later(10), who="U0BOB") == (gone, grown)
    assert [len(store.history(name)) for name in (one.id, two.id)] == [2, 2]
    with pytest.raises(MergedElsewhere):
        told(store, gone, Note(text="x"))
    with pytest.raises(KeyError):
        store.merge("INC-9", two.id, now=later(10), who="U0BOB")


def test_of_two_merges_in_opposite_directions_one_wins(redis_url: str) -> None:
    stores = [IncidentStore(client=connect(redis_url)) for _ in range(2)]

    def merge(store: IncidentStore, one: str, into: str) -> str:
        try:
            gone, _ = store.merge(one, into, now=later(9), who="U0ANN")
        except MergedElsewhere as elsewhere:
            return elsewhere.into
        return str(gone.merged_into)

    for _ in range(20):
        one, two = made(stores[0]).id, made(stores[0]).id
        with ThreadPoolExecutor(2) as pool:
            kept = set(pool.map(merge, stores, (one, two), (two, one)))
        assert len(kept) == 1
        assert kept < {one, two}
        assert kept <= set(names(stores[0].live()))
    assert len(stores[0].live()) == 20
    for store in stores:
        store.client.close()


WRITER = """
import sys
from datetime import timedelta
from concurrent.futures import ThreadPoolExecutor
from bot.incidents.store import IncidentStore
from bot.redis import connect
from handlers.incidents.changes import apply
from handlers.incidents.commands import Note
url, name, threads, notes = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
store = IncidentStore(client=connect(url))
def write(thread):
    for number in range(notes):
        text = f"{name}.{thread}.{number}"
        store.update("INC-1", lambda one: apply(
            one, Note(text=text), now=one.updated_at, who="U0ANN", delivery=text))
with ThreadPoolExecutor(threads) as pool:
    list(pool.map(write, range(threads)))
"""


@pytest.mark.parametrize(
    ("processes", "threads", "notes"),
    [(3, 4, 5), pytest.param(6, 8, 6, marks=pytest.mark.heavy)],
)
def test_no_update_is_lost_whoever_else_writes(
    store: IncidentStore, redis_url: str, processes: int, threads: int, notes: int
) -> None:
    made(store)
    size = [str(threads), str(notes)]
    running = [
        subprocess.Popen([sys.executable, "-c", WRITER, redis_url, str(number), *size])
        for number in range(processes)
    ]
    assert [one.wait() for one in running] == [0] * processes
    incident = store.get("INC-1")
    assert incident is not None
    texts = Counter(entry.text for entry in incident.timeline[1:])
    assert texts == {
        f"{process}.{thread}.{note}": 1
        for process in range(processes)
        for thread in range(threads)
        for note in range(notes)
    }
    total = processes * threads * notes
    assert incident.revision == 1 + total
    assert [line["revision"] for line in store.history("INC-1")] == list(range(1, total + 2))


def test_writers_killed_at_any_moment_leave_whole_incidents(
    store: IncidentStore, redis_url: str
) -> None:
    made(store)
    writers = [
        subprocess.Popen([sys.executable, "-c", WRITER, redis_url, str(number), "2", "100000"])
        for number in range(2)
    ]
    while len(store.history("INC-1")) < 20:
        pass
    for writer in writers:
        writer.kill()
        writer.wait()
    incident = store.get("INC-1")
    assert incident is not None
    lines = store.history("INC-1")
    assert [line["revision"] for line in lines] == list(range(1, incident.revision + 1))
    texts = [entry["text"] for line in lines for entry in json.loads(json.dumps(line["entries"]))]
    assert texts == [entry.text for entry in incident.timeline]
    assert told(store, incident, Note(text="goes on")).revision == incident.revision + 1
