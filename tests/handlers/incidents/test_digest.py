from dataclasses import replace

from handlers.incidents.commands import Acknowledge, AddAction, Resolve
from handlers.incidents.digest import Digest, morning_digest
from handlers.incidents.metrics import stats
from handlers.incidents.model import Severity
from tests.handlers.incidents.samples import NOW, after, declared, later, opened


def test_the_morning_tells_what_is_open_what_ended_and_what_is_left() -> None:
    mild = declared(incident_id="INC-1")
    worse = replace(opened(incident_id="INC-2"), severity=Severity.SEV1)
    worse = replace(worse, alerts=(replace(worse.alerts[0], flapping=True),))
    nameless = replace(worse.alerts[0], fingerprint="v1:x", alarm=None)
    worse = replace(worse, alerts=(*worse.alerts, nameless))
    worse = after(worse, Acknowledge())
    done = after(declared(incident_id="INC-3"), AddAction(text="alarm"), Resolve(), minute=5)
    old = after(declared(incident_id="INC-4", after=-900), AddAction(text="old"), minute=-890)
    old = after(old, Resolve(), minute=-800)
    drill = after(declared(incident_id="INC-5", drill=True), Resolve())
    known = (mild, worse, done, old, drill)
    assert morning_digest(known, since=NOW, now=later(60)) == Digest(
        since=NOW,
        until=later(60),
        live=(worse, mild),
        unacknowledged=("INC-1",),
        resolved=(done,),
        flapping=(("INC-2", "orders-reads-throttled"), ("INC-2", "datadog")),
        actions=(("INC-4", old.actions[0]), ("INC-3", done.actions[0])),
        stats=stats(known, since=NOW, now=later(60)),
    )


def test_a_quiet_night_is_quiet() -> None:
    assert morning_digest([], since=NOW, now=later(60)).is_quiet
    drill = after(declared(drill=True), Resolve())
    assert morning_digest([drill], since=NOW, now=later(60)).is_quiet
    assert not morning_digest([declared()], since=NOW, now=later(60)).is_quiet
