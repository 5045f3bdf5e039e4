"""Evidence as a file: one JSON document, checked before anything in it is believed."""

import json
from collections.abc import Mapping
from dataclasses import fields
from datetime import UTC, datetime
from typing import Any, NoReturn

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
    required,
    string_mapping,
    strings,
)
from diagnostics.evidence.times import FORMS, TIME, check_offset, mark, resolve, written
from diagnostics.evidence.world import RecordedRun, World
from diagnostics.model import NotApplicable, Outcome, Request, Unanswered, Why

FORMAT = "paramedic-world"
VERSION = 1
LONGEST_FILE = 64 * 1024 * 1024  # characters; a recorded diagnosis has well under one million
DEEPEST = 60  # levels; AWS's own answers have about ten


def dump(world: World) -> str:
    """Return a World as JSON text, the same text for the same World."""
    places: dict[str, dict[str, Any]] = {}
    for (account, region), place in sorted(world.places.items()):
        places.setdefault(account, {})[region] = _place_json(place, world.now)
    document = {
        "format": FORMAT,
        "version": VERSION,
        "paramedic": world.paramedic,
        "now": written(world.now, "iso_ms"),
        "home": world.home,
        "request": _request_json(world),
        "denied": sorted(world.denied),
        "page_size": world.page_size,
        "places": places,
        "run": {
            "checks": [_run_json(run) for run in world.checks],
            "aws_calls": world.aws_calls,
            "took_ms": world.took_ms,
        },
    }
    return json.dumps(document, indent=1, ensure_ascii=False, allow_nan=False) + "\n"


def load(text: str) -> World:
    """Return the World that a file holds.

    Raises EvidenceError with one sentence where it is none.
    """
    document = _document(text)
    now = _time(document)
    places = mapping(document, "places")
    run = mapping(document, "run")
    request = _request(mapping(document, "request"), now)
    return World(
        now=now,
        request=request,
        home=optional(document, "home", str),
        places={
            (account, region): _place(as_object(place, f"places.{account}.{region}"))
            for account, regions in places.items()
            for region, place in as_object(regions, f"places.{account}").items()
        },
        denied=frozenset(strings(document, "denied")),
        page_size=positive(document, "page_size"),
        checks=tuple(_run(as_object(one, "run.checks")) for one in items(run, "checks")),
        aws_calls=optional(run, "aws_calls", int),
        took_ms=optional(run, "took_ms", int),
        paramedic=optional(document, "paramedic", str) or "",
    )


def _document(text: str) -> dict[str, Any]:
    if len(text) > LONGEST_FILE:
        raise EvidenceError(
            f"this is no evidence file: it is longer than {LONGEST_FILE} characters"
        )
    try:
        document = json.loads(text, parse_constant=_no_constant)
    except RecursionError:
        raise EvidenceError("this is no evidence file: it is nested too deeply") from None
    except ValueError as error:
        raise EvidenceError(f"this is no evidence file: it is not JSON ({error})") from error
    if not isinstance(document, dict) or document.get("format") != FORMAT:
        raise EvidenceError(
            'this is no evidence file: "paramedic diagnose ... --record FILE" writes one'
        )
    version = document.get("version")
    if version != VERSION:
        raise EvidenceError(
            f"this evidence has format version {json.dumps(version)[:20]}, and this paramedic "
            f"reads {VERSION}: replay it with the paramedic that recorded it"
        )
    _check_depth(document)
    return document


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not a number of JSON")


def _check_depth(document: Any) -> None:  # noqa: ANN401 - unchecked JSON
    level: list[Any] = [document]
    for _ in range(DEEPEST):
        level = [
            inner
            for one in level
            for inner in (one.values() if isinstance(one, dict) else one)
            if isinstance(inner, dict | list)
        ]
        for one in level:
            if isinstance(one, dict) and TIME in one:
                _check_time(one)
        if not level:
            return
    raise EvidenceError("this is no evidence file: it is nested too deeply")


def _check_time(one: Mapping[str, Any]) -> None:
    check_offset(one[TIME], '"$t"')
    if one.get("as", "datetime") not in FORMS:
        raise EvidenceError('"as" of a time in the evidence is not a form that paramedic knows')


def _time(document: Mapping[str, Any]) -> datetime:
    given = document.get("now")
    try:
        now = datetime.fromisoformat(given if isinstance(given, str) else "")
    except ValueError:
        now = None
    if now is None or now.tzinfo is None or not 1971 <= now.year <= 9000:  # noqa: PLR2004 - so that offsets fit
        raise EvidenceError('"now" of the evidence is not a time with a zone')
    return now.astimezone(UTC)


# --- the request -------------------------------------------------------------------------

TIMES = ("since", "until", "now")
TUPLES = ("log_groups", "subnets", "regions")
UNKEPT = ("payload",)  # the caller's own data: never written


def _request_json(world: World) -> dict[str, Any]:
    request = world.request
    values = {f.name: getattr(request, f.name) for f in fields(request) if f.name not in UNKEPT}
    kept = {name: value for name, value in values.items() if value not in (None, ())}
    marked: dict[str, Any] = mark(kept, world.now)
    return marked


def _request(given: dict[str, Any], now: datetime) -> Request:
    known = {f.name for f in fields(Request)} - set(UNKEPT)
    unknown = sorted(set(given) - known)
    if unknown:
        raise EvidenceError(f"request.{unknown[0][:40]} of the evidence is not known")
    values: dict[str, Any] = {}
    for name, value in given.items():
        if name in TIMES:
            values[name] = resolve(value, now)
        elif name in TUPLES:
            values[name] = strings(given, name)
        else:
            values[name] = optional(given, name, str)
    wrong = [name for name in TIMES if not isinstance(values.get(name), datetime)]
    wrong += [name for name in ("region", "service") if not values.get(name, "dynamodb")]
    if wrong or "region" not in values:
        raise EvidenceError(f"request.{(wrong or ['region'])[0]} of the evidence is missing")
    return Request(**values)


# --- places ------------------------------------------------------------------------------


def _place_json(place: Place, now: datetime) -> dict[str, Any]:
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


def _place(given: dict[str, Any]) -> Place:
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
        _reason(why)
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


# --- the recorded run --------------------------------------------------------------------


def _run_json(run: RecordedRun) -> dict[str, Any]:
    document: dict[str, Any] = {"id": run.id, "took_ms": run.took_ms}
    match run.outcome:
        case Unanswered(why=why, detail=detail, needs=needs):
            document["unanswered"] = {"why": why.value, "detail": detail, "needs": list(needs)}
        case NotApplicable(because=because):
            document["not_applicable"] = because
    return document


def _run(given: dict[str, Any]) -> RecordedRun:
    outcome: Outcome | None = None
    if "unanswered" in given:
        said = mapping(given, "unanswered")
        outcome = Unanswered(
            why=_reason(required(said, "why", str)),
            detail=required(said, "detail", str),
            needs=tuple(strings(said, "needs")),
        )
    elif "not_applicable" in given:
        outcome = NotApplicable(because=required(given, "not_applicable", str))
    return RecordedRun(
        id=required(given, "id", str),
        took_ms=required(given, "took_ms", int),
        outcome=outcome,
    )


def _reason(why: str) -> Why:
    try:
        return Why(why)
    except ValueError:
        raise EvidenceError(f'the evidence says "{why[:40]}" where a reason stands') from None
