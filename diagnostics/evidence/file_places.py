"""Places in an evidence file: state, metrics, logs and exact answers as JSON."""

from datetime import datetime
from typing import Any

from diagnostics.errors import EvidenceError
from diagnostics.evidence.place import LogEvent, LogGroup, Place, Recorded, Series
from diagnostics.evidence.shapes import (
    as_list,
    as_object,
    items,
    mapping,
    only,
    optional,
    positive,
    reason,
    required,
    string_mapping,
    strings,
)
from diagnostics.evidence.times import check_offset, mark


def place_json(place: Place, now: datetime) -> dict[str, Any]:
    """Return a place as JSON, in marked form."""
    document: dict[str, Any] = {}
    if place.state:
        document["state"] = {
            name: mark(list(place.state[name]), now) for name in sorted(place.state)
        }
    if place.metrics:
        document["metrics"] = [_series_json(one) for one in place.metrics]
    if place.complete:
        document["complete"] = sorted(place.complete)
    if place.logs is not None:
        document["logs"] = {name: _group_json(one, now) for name, one in sorted(place.logs.items())}
    if place.answers:
        document["answers"] = [_recorded_json(one, now) for one in place.answers]
    return document


def place_of(given: dict[str, Any]) -> Place:
    """Return the place that JSON holds; raises EvidenceError where it is none."""
    only(given, "a place", {"state", "metrics", "complete", "logs", "answers"})
    state = mapping(given, "state", default={})
    logs = given.get("logs")
    return Place(
        state={
            name: tuple(as_object(one, f"state.{name}") for one in as_list(held, f"state.{name}"))
            for name, held in state.items()
        },
        metrics=tuple(_series(as_object(one, "metrics")) for one in items(given, "metrics")),
        complete=frozenset(strings(given, "complete")),
        logs=None
        if logs is None
        else {
            name: _group(as_object(one, "logs")) for name, one in as_object(logs, "logs").items()
        },
        answers=tuple(_recorded(as_object(one, "answers")) for one in items(given, "answers")),
    )


def _series_json(series: Series) -> dict[str, Any]:
    document: dict[str, Any] = {
        "namespace": series.namespace,
        "name": series.name,
        "dimensions": dict(sorted(series.dimensions.items())),
        "stat": series.stat,
        "period": series.period,
        "points": [list(point) for point in series.points],
    }
    if series.covered is not None:
        document["covered"] = [list(span) for span in series.covered]
    if series.status != "Complete":
        document["status"] = series.status
    return document


LONGEST_RUN = 1_000_000  # periods that one point may stand for: two years of minutes


def _series(given: dict[str, Any]) -> Series:
    covered = given.get("covered")
    return Series(
        namespace=required(given, "namespace", str),
        name=required(given, "name", str),
        dimensions=string_mapping(given, "dimensions"),
        stat=required(given, "stat", str),
        period=positive(given, "period") or 60,
        points=tuple(_point(one) for one in items(given, "points")),
        covered=None
        if covered is None
        else tuple(_span(one) for one in as_list(covered, "covered")),
        status=optional(given, "status", str) or "Complete",
    )


def _point(given: Any) -> tuple[float, ...]:  # noqa: ANN401 - unchecked JSON
    point = as_list(given, "a datapoint")
    numbers = all(isinstance(n, int | float) and not isinstance(n, bool) for n in point)
    if len(point) not in (2, 3) or not numbers or abs(point[1]) > 1e300:  # noqa: PLR2004 - as above
        raise EvidenceError("a datapoint of the evidence is not [offset, value]")
    offset = check_offset(point[0], "a datapoint")
    if len(point) == 2:  # noqa: PLR2004 - [offset, value]
        return (offset, point[1])
    if not 1 <= point[2] <= LONGEST_RUN:
        raise EvidenceError("a datapoint of the evidence is not [offset, value, periods]")
    return (offset, point[1], int(point[2]))


def _span(given: Any) -> tuple[int, int]:  # noqa: ANN401 - as above
    span = as_list(given, "covered")
    if len(span) != 2:  # noqa: PLR2004 - [from, to]
        raise EvidenceError("covered of the evidence is not [from, to]")
    return check_offset(span[0], "covered"), check_offset(span[1], "covered")


def _group_json(group: LogGroup, now: datetime) -> dict[str, Any]:
    return {
        "about": mark(dict(group.about), now),
        "events": [[event.at, event.stream, event.message] for event in group.events],
    }


def _group(given: dict[str, Any]) -> LogGroup:
    return LogGroup(
        about=mapping(given, "about", default={}),
        events=tuple(_event(one) for one in items(given, "events")),
    )


def _event(given: Any) -> LogEvent:  # noqa: ANN401 - as above
    line = as_list(given, "a log line")
    if len(line) != 3 or not all(isinstance(part, str) for part in line[1:]):  # noqa: PLR2004 - as below
        raise EvidenceError("a log line of the evidence is not [offset, stream, message]")
    return LogEvent(at=check_offset(line[0], "a log line"), stream=line[1], message=line[2])


def _recorded_json(one: Recorded, now: datetime) -> dict[str, Any]:
    document: dict[str, Any] = {"op": one.op, "params": mark(one.params, now)}
    if one.why is None:
        document["answer"] = mark(one.answer, now)
        if one.capped:
            document["capped"] = True
        return document
    return {
        **document,
        "why": one.why,
        "code": one.code,
        "detail": one.detail,
        "needs": list(one.needs),
    }


def _recorded(given: dict[str, Any]) -> Recorded:
    params, answer = given.get("params"), given.get("answer")
    why = optional(given, "why", str)
    if why is not None:
        reason(why)
    elif not isinstance(answer, dict):
        raise EvidenceError("an answer of the evidence has neither answer nor why")
    return Recorded(
        op=required(given, "op", str),
        params=None if params is None else as_object(params, "params"),
        answer=answer if why is None else None,
        capped=given.get("capped") is True,
        why=why,
        code=optional(given, "code", str) or "",
        detail=optional(given, "detail", str) or "",
        needs=tuple(strings(given, "needs")),
    )
