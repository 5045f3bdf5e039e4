from dataclasses import replace

import pytest

from diagnostics.model import Conclusion, Confidence
from handlers.incidents.changes import merge
from handlers.incidents.commands import (
    AddAction,
    CloseAction,
    Diagnosed,
    RemedyDone,
    Resolve,
)
from handlers.incidents.followed import FOLLOWED_AT_MOST
from handlers.incidents.model import (
    Entry,
    Helped,
    Incident,
    IncidentError,
    Kind,
    Known,
    MergedElsewhere,
    Moment,
    Severity,
    State,
    Times,
)
from tests.handlers.incidents.samples import NOW, after, an_alert, declared, later, opened

DIAGNOSED = Diagnosed(
    report_id="r1",
    headline="Reads of orders are throttled.",
    conclusion=Conclusion.CAUSE,
    cause="dynamodb.read_throttled",
    confidence=Confidence.LIKELY,
    first_at=later(-10),
)


def _two() -> tuple[Incident, Incident]:
    one = after(opened(), DIAGNOSED, AddAction(text="alarm"), AddAction(text="done"))
    one = after(one, CloseAction(number=2), RemedyDone(title="capacity", helped=Helped.YES))
    return one, declared(incident_id="INC-7", after=2)


def test_what_is_known_of_one_goes_over_to_the_other() -> None:
    gone, grown = merge(*_two(), now=later(9), who="U0BOB")
    assert (gone.state, gone.merged_into) == (State.MERGED, "INC-7")
    assert grown.merged_from == ("INC-12",)
    assert grown.fingerprints == ("v1:reads",)
    assert grown.cause == "dynamodb.read_throttled"
    assert grown.subject.table == "orders"
    assert [action.text for action in grown.open_actions] == ["alarm"]
    assert [remedy.title for remedy in grown.remedies] == ["capacity"]
    assert grown.severity is Severity.SEV2
    assert grown.times == Times(
        started=Moment(at=later(-10), known=Known.MEASURED),
        detected=Moment(at=NOW, known=Known.POSTED),
        reported=Moment(at=later(2)),
    )
    said = "INC-12 merged into this: orders-reads-throttled; Severity SEV3 -> SEV2"
    assert grown.timeline[-1] == Entry(at=later(9), who="U0BOB", kind=Kind.MERGED, text=said)
    assert gone.timeline[-1].text == "Merged into INC-7: Checkout is slow"


def test_merging_twice_changes_nothing() -> None:
    once = merge(*_two(), now=later(9), who="U0BOB")
    assert merge(*once, now=later(10), who="U0BOB") == once


def test_a_merge_that_was_half_written_is_completed() -> None:
    one, into = _two()
    gone, grown = merge(one, into, now=later(9), who="U0BOB")
    assert merge(gone, into, now=later(10), who="U0BOB")[0] == gone
    assert merge(gone, into, now=later(10), who="U0BOB")[1].merged_from == grown.merged_from


def test_a_milder_incident_does_not_soften_the_other() -> None:
    one, into = declared(), replace(declared(incident_id="INC-7"), severity=Severity.SEV1)
    _, grown = merge(one, into, now=later(9), who="U0BOB")
    assert grown.severity is Severity.SEV1
    assert grown.timeline[-1].text == "INC-12 merged into this: Checkout is slow"


def test_a_diagnosis_both_know_is_kept_once() -> None:
    one = after(declared(), DIAGNOSED)
    into = after(declared(incident_id="INC-7"), DIAGNOSED)
    _, grown = merge(one, into, now=later(9), who="U0BOB")
    assert len(grown.diagnoses) == 1


def test_alerts_beyond_the_limit_are_counted() -> None:
    alert = opened().alerts[0]
    many = tuple(replace(alert, fingerprint=f"v1:{one}") for one in range(FOLLOWED_AT_MOST))
    into = replace(declared(incident_id="INC-7"), alerts=many)
    _, grown = merge(opened(), into, now=later(9), who="U0BOB")
    assert (len(grown.alerts), grown.unfollowed) == (FOLLOWED_AT_MOST, 1)


@pytest.mark.parametrize(
    ("one", "into", "says"),
    [
        (declared(), declared(), "INC-12 cannot be merged into itself."),
        (
            declared(drill=True),
            declared(incident_id="INC-7"),
            "INC-12 is a drill and INC-7 is not; only alike incidents merge.",
        ),
        (
            declared(),
            declared(incident_id="INC-7", drill=True),
            "INC-7 is a drill and INC-12 is not; only alike incidents merge.",
        ),
        (
            declared(),
            after(declared(incident_id="INC-7"), Resolve()),
            "INC-7 is resolved and INC-12 is not; reopen INC-7 first, or merge it into INC-12.",
        ),
    ],
)
def test_what_cannot_be_one_is_refused(one: Incident, into: Incident, says: str) -> None:
    with pytest.raises(IncidentError) as refused:
        merge(one, into, now=later(9), who="U0BOB")
    assert str(refused.value) == says


def test_two_resolved_incidents_may_be_one() -> None:
    one, into = after(declared(), Resolve()), after(declared(incident_id="INC-7"), Resolve())
    gone, grown = merge(one, into, now=later(9), who="U0BOB")
    assert (gone.state, grown.state) == (State.MERGED, State.RESOLVED)


def test_an_incident_that_lives_in_a_third_one_cannot_be_merged() -> None:
    gone, _ = merge(*_two(), now=later(9), who="U0BOB")
    third = declared(incident_id="INC-9")
    with pytest.raises(MergedElsewhere, match="INC-12 was merged into INC-7") as refused:
        merge(gone, third, now=later(10), who="U0BOB")
    assert refused.value.into == "INC-7"
    with pytest.raises(MergedElsewhere, match="INC-12 was merged into INC-7"):
        merge(third, gone, now=later(10), who="U0BOB")


def test_a_start_after_the_earlier_detection_is_unknown_again() -> None:
    late = replace(DIAGNOSED, first_at=later(1))
    into = after(declared(incident_id="INC-7", after=2), late, minute=3)
    assert into.times.started == Moment(at=later(1), known=Known.MEASURED)
    _, grown = merge(opened(an_alert()), into, now=later(9), who="U0BOB")
    assert grown.times.started is None
