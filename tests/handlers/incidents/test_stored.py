import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest

from diagnostics.model import Conclusion, Confidence
from handlers.incidents.changes import merge
from handlers.incidents.commands import (
    Acknowledge,
    AddAction,
    CloseAction,
    Diagnosed,
    JoinAlert,
    Move,
    RecordNudge,
    RemedyDone,
)
from handlers.incidents.model import SCHEMA, Incident, Nudge, Place
from handlers.incidents.stored import Json, StoredError, from_json, to_json
from tests.handlers.incidents.samples import after, an_alert, declared, later, opened

FULL = merge(
    declared(incident_id="INC-9"),
    after(
        opened(),
        JoinAlert(alert=an_alert(fingerprint="v1:b", alarm="a \"quoted\" 'name' ☃")),
        Acknowledge(),
        Diagnosed(
            report_id="r1",
            headline="Reads are throttled.",
            conclusion=Conclusion.CAUSE,
            cause="dynamodb.read_throttled",
            confidence=Confidence.CONFIRMED,
            first_at=later(-3),
        ),
        RemedyDone(title="capacity"),
        AddAction(text="alarm"),
        CloseAction(number=1),
        Move(place=Place(channel="C0WAR")),
        RecordNudge(nudge=Nudge.SILENT),
    ),
    now=later(20),
    who="U0ANN",
)[1]


def test_an_incident_comes_back_as_it_was() -> None:
    assert from_json(to_json(FULL)) == FULL
    assert from_json(to_json(FULL).encode()) == FULL


def test_equal_incidents_give_equal_text() -> None:
    assert to_json(FULL) == to_json(from_json(to_json(FULL)))
    assert "\n" not in to_json(FULL)


def test_times_are_utc_to_the_microsecond() -> None:
    tokyo = timezone(timedelta(hours=9))
    at = datetime(2026, 9, 14, 16, 42, 31, 609863, tzinfo=tokyo)
    incident = declared()
    incident = replace(incident, times=replace(incident.times, acknowledged=None))
    incident = replace(incident, timeline=(replace(incident.timeline[0], at=at),))
    stored = json.loads(to_json(incident))
    assert stored["timeline"][0]["at"] == "2026-09-14T07:42:31.609863Z"
    back = from_json(to_json(incident)).timeline[0].at
    assert (back, back.tzinfo) == (at, UTC)


def _changed(**changes: object) -> str:
    return json.dumps({**json.loads(to_json(FULL)), **changes})


def _without(key: str) -> str:
    return json.dumps({name: one for name, one in json.loads(to_json(FULL)).items() if name != key})


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "A stored incident is not JSON; restore it from a backup."),
        ("[" * 100_000, "A stored incident is not JSON; restore it from a backup."),
        ("[]", "A stored incident is not a JSON object; restore it from a backup."),
        ("{}", "an incident has no schema version; restore it from a backup."),
        (_changed(schema=True), "INC-12 has no schema version; restore it from a backup."),
        (_changed(schema=0), "INC-12 has no schema version; restore it from a backup."),
        (
            _changed(schema=SCHEMA + 1),
            (
                "INC-12 was written by a newer Paramedic (schema 2, this one reads up to 1); "
                "bring every process to the same version."
            ),
        ),
        (_changed(colour="red"), "INC-12 has an unknown field, 'colour'."),
        (_without("title"), "INC-12 lacks the field 'title'."),
        (_changed(title=7), "INC-12.title is not of type str."),
        (_changed(revision=True), "INC-12.revision is not of type int."),
        (_changed(drill=0), "INC-12.drill is not of type bool."),
        (
            _changed(state="asleep"),
            "INC-12.state is not one of open, acknowledged, mitigated, resolved, merged.",
        ),
        (_changed(severity=5), "INC-12.severity is not one of 1, 2, 3, 4."),
        (_changed(timeline={}), "INC-12.timeline is not a list."),
        (_changed(timeline=[7]), "INC-12.timeline[0] is not an object."),
        (_changed(timeline=[]), "INC-12 has no timeline; restore it from a backup."),
        (
            _changed(times={"reported": {"at": "2026-09-14T07:42:31"}}),
            "INC-12.times.reported.at is not a time with a zone.",
        ),
        (
            _changed(times={"reported": {"at": "yesterday"}}),
            "INC-12.times.reported.at is not a time with a zone.",
        ),
        (
            _changed(times={"reported": {"at": 7}}),
            "INC-12.times.reported.at is not a time with a zone.",
        ),
    ],
)
def test_what_cannot_be_read_is_said(text: str, says: str) -> None:
    with pytest.raises(StoredError) as refused:
        from_json(text)
    assert str(refused.value) == says


def test_a_field_with_a_default_may_be_missing() -> None:
    assert from_json(_without("nudges")) == replace(FULL, nudges=())


def test_an_older_schema_is_brought_forward_step_by_step() -> None:
    def first(value: Json) -> Json:
        return {"title": value["name"], **{key: one for key, one in value.items() if key != "name"}}

    def second(value: Json) -> Json:
        return {**value, "drill": value["drill"] == "yes"}

    old = json.loads(to_json(FULL))
    old["name"], old["drill"] = old.pop("title"), "no"
    read: Incident = from_json(json.dumps(old), migrations={1: first, 2: second}, current=3)
    assert read == replace(FULL, schema=3)


def test_a_schema_nothing_leads_from_is_refused() -> None:
    with pytest.raises(StoredError, match="INC-12 has schema 1, and nothing leads from 1 to 2"):
        from_json(to_json(FULL), migrations={}, current=2)
