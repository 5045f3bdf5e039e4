from dataclasses import replace
from datetime import datetime

import pytest

from diagnostics.model import Conclusion, Confidence
from handlers.incidents.changes import apply, declare, merge
from handlers.incidents.commands import Declare, Diagnosed, Move, RecordNudge, RemedyDone
from handlers.incidents.model import (
    Diagnosis,
    Helped,
    Incident,
    IncidentError,
    Known,
    Moment,
    Nudge,
    Nudged,
    Place,
    Remedy,
)
from tests.handlers.incidents.samples import NOW, after, declared, later

FOUND = Diagnosed(
    report_id="r1",
    headline="Reads are throttled.",
    conclusion=Conclusion.CAUSE,
    cause="dynamodb.read_throttled",
    confidence=Confidence.LIKELY,
    first_at=later(-10),
)
NOTHING = Diagnosed(report_id="r2", headline="Nothing was found.", conclusion=Conclusion.CLEAR)


def test_a_diagnosis_is_kept_once_by_its_report() -> None:
    incident = after(declared(), FOUND)
    assert incident.diagnoses == (
        Diagnosis(
            report_id="r1",
            at=later(1),
            headline="Reads are throttled.",
            conclusion=Conclusion.CAUSE,
            cause="dynamodb.read_throttled",
            confidence=Confidence.LIKELY,
        ),
    )
    assert apply(incident, FOUND, now=later(9), who="paramedic") is incident


def test_a_diagnosis_that_finds_nothing_takes_no_cause_back() -> None:
    incident = after(declared(), FOUND, NOTHING)
    assert (incident.cause, incident.confidence) == ("dynamodb.read_throttled", Confidence.LIKELY)
    assert (declared().cause, declared().confidence) == (None, None)


def test_a_later_cause_replaces_the_earlier_one() -> None:
    other = replace(FOUND, report_id="r3", cause="network.no_route")
    assert after(declared(), FOUND, other).cause == "network.no_route"


def stated(at: datetime) -> Incident:
    command = Declare(title="Checkout is slow", started=at)
    return declare(command, incident_id="INC-12", now=NOW, who="U0ANN")


@pytest.mark.parametrize(
    ("incident", "measured", "started"),
    [
        (declared(), None, None),
        (declared(), later(-10), Moment(at=later(-10), known=Known.MEASURED)),
        (declared(), later(1), None),
        (
            after(declared(), replace(FOUND, report_id="r0", first_at=later(-5))),
            later(-10),
            Moment(at=later(-10), known=Known.MEASURED),
        ),
        (
            after(declared(), replace(FOUND, report_id="r0", first_at=later(-20))),
            later(-10),
            Moment(at=later(-20), known=Known.MEASURED),
        ),
        (stated(later(-2)), later(-10), Moment(at=later(-2), known=Known.STATED)),
    ],
)
def test_the_start_is_what_a_person_saw_else_the_earliest_measurement(
    incident: Incident,
    measured: datetime | None,
    started: Moment | None,
) -> None:
    incident = after(incident, replace(FOUND, first_at=measured), minute=5)
    assert incident.times.started == started


def test_a_persons_start_survives_a_merge() -> None:
    measured = after(declared(incident_id="INC-7"), FOUND)
    _, grown = merge(stated(later(-2)), measured, now=later(9), who="U0ANN")
    assert grown.times.started == Moment(at=later(-2), known=Known.STATED)


@pytest.mark.parametrize(
    ("helped", "line"),
    [
        (Helped.YES, "capacity raised (helped)"),
        (Helped.NO, "capacity raised (did not help)"),
        (Helped.UNKNOWN, "capacity raised"),
    ],
)
def test_what_was_done_says_whether_it_helped(helped: Helped, line: str) -> None:
    incident = after(declared(), RemedyDone(title="capacity raised", helped=helped))
    assert incident.remedies == (
        Remedy(at=later(1), who="U0ANN", title="capacity raised", helped=helped),
    )
    assert incident.timeline[-1].text == line


def test_what_was_done_needs_words() -> None:
    with pytest.raises(IncidentError, match="Say in a few words what was done"):
        after(declared(), RemedyDone(title=" "))


def test_an_incident_moves_to_its_thread_quietly() -> None:
    place = Place(channel="C0WAR", thread_ts="1789371751.000100")
    incident = after(declared(), Move(place=place))
    assert (incident.place, len(incident.timeline)) == (place, 1)
    assert apply(incident, Move(place=place), now=later(9), who="paramedic") is incident


def test_a_reminder_is_remembered_quietly() -> None:
    incident = after(declared(), RecordNudge(nudge=Nudge.UNACKNOWLEDGED))
    assert incident.nudges == (Nudged(nudge=Nudge.UNACKNOWLEDGED, at=later(1)),)
    assert len(incident.timeline) == 1
