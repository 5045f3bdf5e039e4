"""Evidence as a file: the same World back, and one clear sentence for anything else."""

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from diagnostics.errors import EvidenceError
from diagnostics.evidence import Place, Recorded, RecordedRun, Series, dump, load
from diagnostics.model import NotApplicable, Unanswered, Why
from tests.diagnostics.evidence.sample import HOME, NOW, REGION, sample_world


def full_world() -> Any:  # noqa: ANN401 - a World with everything in it
    world = sample_world()
    place = world.places[HOME, REGION]
    place = replace(
        place,
        metrics=(
            *place.metrics,
            Series(
                namespace="A",
                name="B",
                dimensions={},
                stat="Sum",
                points=((-60_000, 1.5),),
                period=300,
                covered=((-3_600_000, 0),),
                status="PartialData",
            ),
        ),
        answers=(
            *place.answers,
            Recorded(op="a:B", params={"X": {"$t": -5}}, answer={}, capped=True),
            Recorded(op="a:C", why="denied", code="X", detail="no", needs=("a:C",)),
        ),
    )
    return replace(
        world,
        request=replace(world.request, subnets=("subnet-a",)),
        places={**world.places, (HOME, REGION): place},
        denied=frozenset({"logs:*"}),
        page_size=7,
        checks=(
            RecordedRun(id="a", took_ms=5),
            RecordedRun(
                id="b",
                took_ms=6,
                outcome=Unanswered(why=Why.TIMED_OUT, detail="late", needs=("x:Y",)),
            ),
            RecordedRun(id="c", took_ms=0, outcome=NotApplicable(because="no index")),
        ),
        aws_calls=71,
        took_ms=1234,
        paramedic="0.1.0",
    )


def test_a_world_survives_its_file() -> None:
    text = dump(full_world())
    assert load(text) == full_world()
    assert dump(load(text)) == text


def test_the_file_holds_offsets_and_no_other_time_than_now() -> None:
    moved = full_world().at(NOW + timedelta(days=3))
    before, after = dump(full_world()).splitlines(), dump(moved).splitlines()
    assert [line for line in after if line not in before] == [' "now": "2026-11-27T12:00:30.000Z",']


def test_the_callers_own_payload_is_never_written() -> None:
    world = sample_world()
    world = replace(world, request=replace(world.request, payload='{"card": "4111"}'))
    assert "4111" not in dump(world)


def damaged(*path: str, value: Any) -> str:  # noqa: ANN401 - any JSON
    document = json.loads(dump(full_world()))
    inner = document
    for step in path[:-1]:
        inner = inner[step]
    inner[path[-1]] = value
    return json.dumps(document)


PLACE = ("places", HOME, REGION)
DEEP = "[" * 100_000 + "]" * 100_000
NESTED: Any = {}
for _ in range(100):
    NESTED = {"a": NESTED}


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "not JSON"),
        ("{", "not JSON"),
        (DEEP, "nested too deeply"),
        ('{"a":' * 100_000, "nested too deeply"),
        ("[]", "--record FILE"),
        ('{"format": "other"}', "--record FILE"),
        ('{"format": "paramedic-world", "now": NaN}', "NaN is not a number"),
        ('{"format": "paramedic-world", "version": 1' + "0" * 5000 + "}", "not JSON"),
        (damaged("version", value=2), "format version 2, and this paramedic reads 1"),
        (damaged("version", value="x" * 99), "format version"),
        (damaged("now", value="yesterday"), '"now"'),
        (damaged("now", value="2026-11-24T12:00:00"), '"now"'),
        (damaged("now", value="0001-01-01T00:00:00Z"), '"now"'),
        (damaged("now", value=5), '"now"'),
        (damaged("places", value=None), "places of the evidence is not an object"),
        (damaged("places", HOME, value=[]), f"places.{HOME} of the evidence is not an object"),
        (damaged(*PLACE, value=5), "is not an object"),
        (damaged(*PLACE, "state", value=[]), "state of the evidence is not an object"),
        (damaged(*PLACE, "state", "a", value={}), "state.a of the evidence is not a list"),
        (damaged(*PLACE, "state", "a", value=[5]), "state.a of the evidence is not an object"),
        (damaged(*PLACE, "state", "a", value=[NESTED]), "nested too deeply"),
        (damaged(*PLACE, "state", "a", value=[{"$t": "x"}]), '"$t"'),
        (damaged(*PLACE, "state", "a", value=[{"$t": 1e300}]), '"$t"'),
        (damaged(*PLACE, "state", "a", value=[{"$t": True}]), '"$t"'),
        (damaged(*PLACE, "state", "a", value=[{"$t": 5, "as": "x"}]), '"as" of a time'),
        (damaged(*PLACE, "mood", value=1), "a place of the evidence holds mood"),
        (damaged(*PLACE, "metrics", value={}), "metrics of the evidence is not a list"),
        (damaged(*PLACE, "metrics", value=[{}]), "namespace of the evidence is missing"),
        (damaged(*PLACE, "logs", value=[]), "logs of the evidence is not an object"),
        (damaged(*PLACE, "logs", "/g", value={"events": [[1, 2]]}), "a log line"),
        (damaged(*PLACE, "logs", "/g", value={"events": [[1, "s", 2]]}), "a log line"),
        (damaged(*PLACE, "logs", "/g", value={"events": [["x", "s", "m"]]}), "a log line"),
        (damaged(*PLACE, "complete", value=[5]), "complete of the evidence is not a list of"),
        (damaged(*PLACE, "answers", value=[{"op": "a:B"}]), "neither answer nor why"),
        (damaged(*PLACE, "answers", value=[{"op": 5, "answer": {}}]), "op of the evidence has"),
        (damaged(*PLACE, "answers", value=[{"op": "a:B", "why": "mood"}]), '"mood"'),
        (damaged("request", value={}), "request.since of the evidence is missing"),
        (damaged("request", "region", value=None), "request.region of the evidence is missing"),
        (damaged("request", "mood", value=1), "request.mood of the evidence is not known"),
        (damaged("request", "payload", value="x"), "request.payload of the evidence"),
        (damaged("request", "since", value="x"), "request.since of the evidence is missing"),
        (damaged("request", "table", value=5), "table of the evidence has the wrong type"),
        (damaged("home", value=5), "home of the evidence has the wrong type"),
        (damaged("page_size", value=0), "page_size of the evidence is not a positive"),
        (damaged("page_size", value=True), "page_size of the evidence has the wrong type"),
        (damaged("run", "checks", value=[{"id": "a", "took_ms": 1, "unanswered": 5}]), "object"),
        ('{"format": "paramedic-world", "version": 1, "now": "2026-11-24T12:00:00Z"}', "missing"),
        (damaged("run", value=None), "run of the evidence is not an object"),
        (damaged("run", "checks", value=[5]), "run.checks of the evidence is not an object"),
        (damaged("run", "checks", value=[{"id": "a"}]), "took_ms of the evidence is missing"),
        (
            damaged("run", "checks", value=[{"id": "a", "took_ms": 1, "unanswered": {}}]),
            "why of the evidence is missing",
        ),
    ],
)
def test_what_is_no_evidence_is_said_in_one_sentence(text: str, says: str) -> None:
    with pytest.raises(EvidenceError) as error:
        load(text)
    assert says in str(error.value)
    assert "\n" not in str(error.value)
    assert len(str(error.value)) < 250


SERIES = {"namespace": "A", "name": "B", "dimensions": {}, "stat": "Sum"}


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"points": [[1]]}, "[offset, value]"),
        ({"points": [[1, "x"]]}, "[offset, value]"),
        ({"points": [[1, True]]}, "[offset, value]"),
        ({"points": [[1, 2, 3, 4]]}, "[offset, value]"),
        ({"points": [[1e20, 2]]}, "a datapoint"),
        ({"points": [[1, 2, 10**9]]}, "[offset, value, periods]"),
        ({"points": [5]}, "a datapoint of the evidence is not a list"),
        ({"dimensions": {"a": 5}}, "dimensions of the evidence does not hold texts"),
        ({"covered": [[1]]}, "[from, to]"),
        ({"covered": 5}, "covered of the evidence is not a list"),
        ({"covered": [["x", 1]]}, "covered"),
        ({"period": -60}, "period of the evidence is not a positive"),
    ],
)
def test_a_wrong_series_is_named(wrong: dict[str, Any], says: str) -> None:
    with pytest.raises(EvidenceError) as error:
        load(damaged(*PLACE, "metrics", value=[{**SERIES, **wrong}]))
    assert says in str(error.value)


def test_a_file_beyond_all_measure_is_not_even_parsed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("diagnostics.evidence.file.LONGEST_FILE", 10)
    with pytest.raises(EvidenceError, match="longer than 10 characters"):
        load(" " * 11)


def test_a_place_may_be_empty() -> None:
    world = replace(sample_world(), places={(HOME, REGION): Place()})
    assert load(dump(world)) == world
