"""Evidence as a file: one JSON document, checked before anything in it is believed."""

import json
from collections.abc import Mapping
from dataclasses import fields
from datetime import UTC, datetime
from typing import Any, NoReturn

from diagnostics.errors import EvidenceError
from diagnostics.evidence.file_places import place_json, place_of
from diagnostics.evidence.shapes import (
    as_object,
    items,
    mapping,
    optional,
    positive,
    reason,
    required,
    strings,
)
from diagnostics.evidence.times import FORMS, TIME, check_offset, mark, resolve, written
from diagnostics.evidence.world import RecordedRun, World
from diagnostics.model import NotApplicable, Outcome, Request, Unanswered

FORMAT = "paramedic-world"
VERSION = 1
LONGEST_FILE = 64 * 1024 * 1024  # characters; a recorded diagnosis has well under one million
DEEPEST = 60  # levels; AWS's own answers have about ten


def dump(world: World) -> str:
    """Return a World as JSON text, the same text for the same World."""
    places: dict[str, dict[str, Any]] = {}
    for (account, region), place in sorted(world.places.items()):
        places.setdefault(account, {})[region] = place_json(place, world.now)
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
            (account, region): place_of(as_object(place, f"places.{account}.{region}"))
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
            why=reason(required(said, "why", str)),
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
