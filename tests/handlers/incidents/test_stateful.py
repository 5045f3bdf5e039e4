"""Whatever people and monitors do, in any order, some things stay true of every incident."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    initialize,
    invariant,
    multiple,
    rule,
)

from diagnostics.model import Conclusion, Confidence
from handlers.alerts.model import Action, Severity, State
from handlers.incidents.alert import AlertFacts
from handlers.incidents.changes import apply, declare, merge
from handlers.incidents.commands import (
    Acknowledge,
    AddAction,
    Assign,
    CloseAction,
    Command,
    Declare,
    Diagnosed,
    Mitigate,
    Move,
    Note,
    RecordNudge,
    RemedyDone,
    Reopen,
    Resolve,
    SetSeverity,
)
from handlers.incidents.digest import morning_digest
from handlers.incidents.flapping import Sighting
from handlers.incidents.grouping import carry_out, decide, sighting
from handlers.incidents.model import (
    Helped,
    Incident,
    IncidentError,
    Known,
    MergedElsewhere,
    Moment,
    Nudge,
    Place,
)
from handlers.incidents.model import Severity as Sev
from handlers.incidents.model import State as At
from handlers.incidents.postmortem import Related
from handlers.incidents.postmortem_markdown import postmortem_markdown
from handlers.incidents.reminders import due_closings, due_reminders
from handlers.incidents.search import predecessors
from handlers.incidents.stored import from_json, to_json
from tests.handlers.incidents.samples import NOW, an_alert, later

TEXTS = st.text(max_size=30)
DELIVERIES = st.none() | st.sampled_from(["d1", "d2"])
WHO = st.sampled_from(["U0ANN", "U0BOB", "paramedic"])
STEPS = st.sampled_from([-20.0, -1.0, 0.0, 0.5, 3.0, 30.0, 300.0])
MOMENTS = st.builds(
    Moment, at=st.integers(-100, 2000).map(later), known=st.sampled_from(list(Known))
)
COMMANDS: st.SearchStrategy[Command] = st.one_of(
    st.builds(Acknowledge, text=TEXTS),
    st.builds(Assign, user=st.sampled_from(["", "U0ANN", "U0BOB"])),
    st.builds(SetSeverity, severity=st.sampled_from(list(Sev))),
    st.builds(Note, text=TEXTS),
    st.builds(Mitigate, text=TEXTS),
    st.builds(Resolve, text=TEXTS, when=st.none() | MOMENTS),
    st.builds(Reopen, text=TEXTS),
    st.builds(
        Diagnosed,
        report_id=st.sampled_from(["r1", "r2"]),
        headline=TEXTS,
        conclusion=st.sampled_from(list(Conclusion)),
        cause=st.none() | st.sampled_from(["dynamodb.a", "dynamodb.b"]),
        confidence=st.none() | st.sampled_from(list(Confidence)),
        first_at=st.none() | st.integers(-100, 100).map(later),
    ),
    st.builds(RemedyDone, title=TEXTS, helped=st.sampled_from(list(Helped))),
    st.builds(AddAction, text=TEXTS),
    st.builds(CloseAction, number=st.integers(1, 3)),
    st.builds(Move, place=st.builds(Place, channel=st.sampled_from(["C0A", "C0B"]))),
    st.builds(RecordNudge, nudge=st.sampled_from(list(Nudge))),
)
ALERTS = st.builds(
    an_alert,
    fingerprint=st.sampled_from([f"v1:{number}" for number in range(14)]),
    action=st.sampled_from([Action.OPEN, Action.UPDATE, Action.RESOLVE]),
    state=st.sampled_from(list(State)),
    severity=st.none() | st.sampled_from(list(Severity)),
    alarm=st.none() | st.sampled_from(["a", "b"]),
    resource=st.none() | st.sampled_from(["orders", "carts", "users"]),
)


class Life(RuleBasedStateMachine):
    """Some incidents, and all that can happen to them."""

    ids: Bundle[str] = Bundle("ids")

    def __init__(self) -> None:
        super().__init__()
        self.now: datetime = NOW
        self.incidents: dict[str, Incident] = {}
        self.before: dict[str, Incident] = {}
        self.seen: list[Sighting] = []

    def keep(self, *incidents: Incident) -> None:
        self.incidents |= {incident.id: incident for incident in incidents}

    def attempt(self, change: Callable[[], tuple[Incident, ...]]) -> None:
        """Make a change; a refusal is one sentence and changes nothing."""
        refused = ""
        try:
            self.keep(*change())
        except IncidentError as error:
            refused = str(error)
        assert refused == "" or refused.endswith(".")

    @initialize(target=ids, drill=st.booleans())
    def first(self, *, drill: bool) -> str:
        return self.declared(drill=drill)

    @rule(target=ids, drill=st.booleans())
    def another(self, *, drill: bool) -> str:
        return self.declared(drill=drill)

    def declared(self, *, drill: bool) -> str:
        name = f"INC-{len(self.incidents) + 1}"
        command = Declare(title="Something", drill=drill)
        self.keep(declare(command, incident_id=name, now=self.now, who="U0ANN"))
        return name

    def pass_time(self, step: float) -> None:
        """Move the clock: on, or back, as another process's clock may be behind."""
        self.now = max(NOW, self.now + (later(step) - NOW))

    @rule(name=ids, command=COMMANDS, who=WHO, delivery=DELIVERIES, step=STEPS)
    def change(
        self,
        name: str,
        command: Command,
        who: str,
        delivery: str | None,
        step: float,
    ) -> None:
        self.pass_time(step)
        incident = self.incidents[name]

        def changed() -> tuple[Incident, ...]:
            once = apply(incident, command, now=self.now, who=who, delivery=delivery)
            if delivery is not None and delivery in once.deliveries:
                assert apply(once, command, now=self.now, who=who, delivery=delivery) is once
            return (once,)

        self.attempt(changed)

    @rule(name=ids, into=ids, step=STEPS)
    def join(self, name: str, into: str, step: float) -> None:
        self.pass_time(step)
        one, other = self.incidents[name], self.incidents[into]

        def merged() -> tuple[Incident, ...]:
            both = merge(one, other, now=self.now, who="U0ANN")
            assert merge(*both, now=self.now, who="U0BOB") == both
            return both

        self.attempt(merged)

    @rule(target=ids, alert=ALERTS, step=STEPS, late=st.sampled_from([0.0, 0.5, 15.0]))
    def hear(self, alert: AlertFacts, step: float, late: float) -> str:
        self.pass_time(step)
        alert = replace(alert, at=self.now - (later(late) - NOW))
        decision = decide(alert, self.incidents.values(), self.seen, now=self.now)
        named = self.incidents.get(decision.incident_id or "")
        new_id = f"INC-{len(self.incidents) + 1}"
        then = carry_out(decision, alert, named, new_id=new_id, now=self.now)
        own = sighting(alert, now=self.now)
        self.seen += [own] if own else []
        if then is None:
            return multiple()  # type: ignore[return-value] # hypothesis's word for nothing new
        self.keep(then)
        return then.id if then.id == new_id else multiple()  # type: ignore[return-value] # same

    @rule(step=STEPS)
    def what_is_over_ends(self, step: float) -> None:
        self.pass_time(step)
        for due in due_closings(self.incidents.values(), self.now):
            incident = self.incidents[due.incident_id]
            self.keep(apply(incident, due.command, now=self.now, who="paramedic"))

    @rule(name=ids)
    def a_merged_incident_never_changes(self, name: str) -> None:
        incident = self.incidents[name]
        if incident.state is not At.MERGED:
            return
        for command in (Reopen(), Acknowledge(), Note(text="a"), Resolve()):
            with pytest.raises(MergedElsewhere) as refused:
                apply(incident, command, now=self.now, who="U0ANN")
            assert refused.value.into == incident.merged_into

    @invariant()
    def nothing_written_is_lost(self) -> None:
        for name, old in self.before.items():
            new = self.incidents[name]
            assert new.timeline[: len(old.timeline)] == old.timeline
            assert new.revision >= old.revision
            assert (new == old) == (new.revision == old.revision)
            assert old.state is not At.MERGED or new == old
        self.before = dict(self.incidents)

    @invariant()
    def times_are_ordered(self) -> None:
        for incident in self.incidents.values():
            times = incident.times
            begin = [one.at for one in (times.started, times.detected, times.reported) if one]
            ends = (times.acknowledged, times.mitigated, times.resolved, times.reopened)
            assert begin == sorted(begin)
            assert all(one.at >= times.reported.at for one in ends if one)
            assert all(one.at <= incident.updated_at for one in (times.reported, *ends) if one)
            lines = [entry.at for entry in incident.timeline]
            assert lines == sorted(lines)

    @invariant()
    def the_state_agrees_with_the_times(self) -> None:
        for incident in self.incidents.values():
            times = incident.times
            match incident.state:
                case At.OPEN | At.ACKNOWLEDGED:
                    assert times.mitigated is None
                    assert times.resolved is None
                case At.MITIGATED:
                    assert times.mitigated is not None
                    assert times.resolved is None
                case At.RESOLVED:
                    assert times.resolved is not None
                case At.MERGED:
                    assert incident.merged_into in self.incidents
            assert incident.state is not At.ACKNOWLEDGED or times.acknowledged is not None

    @invariant()
    def everything_can_be_kept_and_told(self) -> None:
        known = tuple(self.incidents.values())
        for incident in known:
            assert from_json(to_json(incident)) == incident
            assert set(incident.fingerprints) == {one.fingerprint for one in incident.alerts}
            related = Related(merged=known[:1], predecessors=predecessors(incident, known))
            assert incident.id in postmortem_markdown(incident, related)
        digest = morning_digest(known, since=NOW, now=self.now)
        assert len(digest.live) == sum(one.is_live for one in known)
        assert len(due_reminders(known, self.now)) <= len(digest.live)


Life.TestCase.settings = settings(max_examples=60, stateful_step_count=30, deadline=None)
TestLife = Life.TestCase
