"""AWS itself: does DynamoDB fail or slow down in this region?"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from diagnostics.errors import NotAsked
from diagnostics.facts import metrics as metric_facts
from diagnostics.facts import table as tables
from diagnostics.facts.metrics import (
    OPERATIONS,
    PERIOD_S,
    Metrics,
    gather_metrics,
    gather_with_baselines,
)
from diagnostics.facts.table import gather_table, table_reader
from diagnostics.model import Check, Evidence, Finding, Request, Said, Strength
from diagnostics.reader import Reader

GET_METRIC_DATA = "cloudwatch:GetMetricData"

# DynamoDB fails a few calls always; this many a minute, this share of the calls, for this
# many minutes, is an event. Engineering judgement.
LEAST_ERRORS_A_MINUTE = 10
LEAST_ERROR_SHARE = 0.01
LEAST_ERROR_MINUTES = 3
# Point operations answer within single-digit milliseconds; slow is both above this and
# this many times the baseline. Engineering judgement; the single digits: developer guide.
SLOW_MS = 20.0
SLOW_FACTOR = 3.0
SLOW_MINUTES = 3
POINT_OPERATIONS = ("GetItem", "PutItem", "UpdateItem", "DeleteItem")
# How many other tables are looked at, to tell one table's trouble from the region's.
OTHER_TABLES = 20
# Two unrelated tables failing at once is the region. Engineering judgement.
LEAST_OTHER_TABLES = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """The table's own errors and latency, with the baselines of a day and a week ago."""

    table: str
    metrics: Metrics
    baselines: tuple[Metrics, ...]


def gather_errors(request: Request, aws: Reader) -> Health:
    """Return the table's server errors and latency now and before."""
    now, day, week = gather_with_baselines(request, aws)
    return Health(table=gather_table(request, aws).name, metrics=now, baselines=(day, week))


def judge_errors(health: Health) -> Iterator[Said]:
    """Say whether DynamoDB answered with errors, or slowly."""
    errors = _error_minutes(health.metrics)
    slow = _slow(health)
    if len(errors) >= LEAST_ERROR_MINUTES:
        total = sum(n for _, n in errors)
        yield _event(
            health,
            f"DynamoDB answered {total:,.0f} calls on {health.table} with server errors in "
            f"{len(errors)} min.",
            f"SystemErrors: Sum = {total:,.0f}",
            errors[0][0],
        )
        return
    if slow is not None:
        operation, average, before, first_at = slow
        yield _event(
            health,
            f"{operation} on {health.table} took {average:.0f} ms on average inside DynamoDB, "
            f"{average / before:.1f} times its baseline.",
            f"SuccessfulRequestLatency {operation}: Average = {average:.1f} ms",
            first_at,
        )
        return
    yield from _well(health)


def _event(health: Health, says: str, reading: str, at: datetime) -> Finding:
    return Finding(
        cause="aws.service_event",
        strength=Strength.SUGGESTS,
        says=says,
        evidence=(Evidence(source=GET_METRIC_DATA, reading=reading, at=at),),
        scope=health.table,
        first_at=at,
    )


def _error_minutes(metrics: Metrics) -> list[tuple[datetime, float]]:
    """Return the minutes in which server errors were more than the usual few."""
    errors = _by_minute(metrics, "SystemErrors", "Sum")
    calls = _by_minute(metrics, "SuccessfulRequestLatency", "SampleCount")
    return [
        (at, n)
        for at, n in sorted(errors.items())
        if n >= max(LEAST_ERRORS_A_MINUTE, LEAST_ERROR_SHARE * (calls.get(at, 0.0) + n))
    ]


def _by_minute(metrics: Metrics, name: str, stat: str) -> dict[datetime, float]:
    sums: dict[datetime, float] = {}
    for operation in OPERATIONS:
        series = metrics.get(name, stat, operation=operation)
        for at, value in series.within(metrics.since, metrics.until) if series else ():
            sums[at] = sums.get(at, 0.0) + value
    return sums


def _slow(health: Health) -> tuple[str, float, float, datetime] | None:
    """Return (operation, worst average, baseline, since) of a slow point operation."""
    for operation in POINT_OPERATIONS:
        before = [a for b in health.baselines if (a := _average(b, operation)) is not None]
        series = health.metrics.get("SuccessfulRequestLatency", "Average", operation=operation)
        if series is None or not before:
            continue
        limit = max(SLOW_MS, SLOW_FACTOR * max(before))
        points = series.within(health.metrics.since, health.metrics.until)
        slow = [(at, v) for at, v in points if v > limit]
        if len(slow) >= SLOW_MINUTES:
            return operation, max(v for _, v in slow), max(before), slow[0][0]
    return None


def _average(metrics: Metrics, operation: str) -> float | None:
    series = metrics.get("SuccessfulRequestLatency", "Average", operation=operation)
    values = [v for _, v in series.within(metrics.since, metrics.until)] if series else []
    return sum(values) / len(values) if values else None


def _well(health: Health) -> Iterator[Finding]:
    """Speak against an event only where the table's traffic shows that it is well."""
    answered = health.metrics.answered()
    totals = [health.metrics.total("SystemErrors", operation=o) for o in OPERATIONS]
    if answered is None or not answered or any(t is None for t in totals):
        return
    errors = sum(t for t in totals if t is not None)
    averages = {
        operation: value
        for operation in POINT_OPERATIONS
        if (value := _average(health.metrics, operation)) is not None
    }
    told = ", ".join(f"{name} {value:.1f} ms" for name, value in averages.items())
    yield Finding(
        cause="aws.service_event",
        strength=Strength.AGAINST,
        says=f"DynamoDB answered {answered:,.0f} calls on {health.table} with {errors:,.0f} "
        f"server errors{f' (average {told})' if told else ''}.",
        evidence=(Evidence(source=GET_METRIC_DATA, reading=f"SystemErrors: Sum = {errors:,.0f}"),),
        scope=health.table,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Neighbours:
    """Server errors of other tables in the region."""

    region: str
    asked: tuple[str, ...]
    failing: Mapping[str, tuple[datetime, float]]  # table -> (first minute, errors)


def gather_neighbours(request: Request, aws: Reader) -> Neighbours:
    """Return the server errors of some other tables of the region."""
    place = table_reader(request, aws)
    own = gather_table(request, aws).name
    listed = place.read("dynamodb:ListTables", Limit=OTHER_TABLES + 1).get("TableNames", ())
    names = [name for name in listed if name != own][:OTHER_TABLES]
    if not names:
        raise NotAsked("there is no other table in the region to compare with")
    queries = [
        _query(f"n{place_}o{number}", name, operation)
        for place_, name in enumerate(names)
        for number, operation in enumerate((*POINT_OPERATIONS, "Query"))
    ]
    answer = place.read(
        GET_METRIC_DATA,
        MetricDataQueries=queries,
        StartTime=request.since.replace(second=0, microsecond=0),
        EndTime=request.until.replace(second=0, microsecond=0) + timedelta(minutes=1),
        ScanBy="TimestampAscending",
    )
    return Neighbours(region=place.region, asked=tuple(names), failing=_failing(names, answer))


def _query(query_id: str, table: str, operation: str) -> dict[str, Any]:
    return {
        "Id": query_id,
        "MetricStat": {
            "Metric": {
                "Namespace": metric_facts.NAMESPACE,
                "MetricName": "SystemErrors",
                "Dimensions": [
                    {"Name": "TableName", "Value": table},
                    {"Name": "Operation", "Value": operation},
                ],
            },
            "Period": PERIOD_S,
            "Stat": "Sum",
        },
    }


def _failing(names: list[str], answer: Mapping[str, Any]) -> dict[str, tuple[datetime, float]]:
    minutes: dict[str, list[tuple[datetime, float]]] = {}
    for result in answer.get("MetricDataResults", ()):
        place, _, _ = result.get("Id", "n0o0")[1:].partition("o")
        if place.isdigit() and int(place) < len(names):
            pairs = zip(result.get("Timestamps", ()), result.get("Values", ()), strict=False)
            heavy = [(at, v) for at, v in pairs if v >= LEAST_ERRORS_A_MINUTE]
            minutes.setdefault(names[int(place)], []).extend(heavy)
    return {
        name: (min(heavy)[0], sum(v for _, v in heavy))
        for name, heavy in minutes.items()
        if len(heavy) >= LEAST_ERROR_MINUTES
    }


def judge_neighbours(neighbours: Neighbours) -> Iterator[Said]:
    """Say whether unrelated tables fail at the same time."""
    if len(neighbours.failing) < LEAST_OTHER_TABLES:
        return
    first = min(at for at, _ in neighbours.failing.values())
    total = sum(n for _, n in neighbours.failing.values())
    names = ", ".join(sorted(neighbours.failing)[:5])
    yield Finding(
        cause="aws.service_event",
        strength=Strength.SUGGESTS,
        says=f"{len(neighbours.failing)} of {len(neighbours.asked)} other tables in "
        f"{neighbours.region} got server errors too ({total:,.0f}; {names}).",
        evidence=(
            Evidence(source=GET_METRIC_DATA, reading=f"SystemErrors: Sum = {total:,.0f}", at=first),
        ),
        scope=f"other tables in {neighbours.region}",
        first_at=first,
    )


def gather_events(request: Request, aws: Reader) -> tuple[Mapping[str, Any], ...]:
    """Return AWS Health's open events for DynamoDB in the region."""
    place = table_reader(request, aws)
    # The Health API is served from us-east-1. Source: AWS Health user guide, "Accessing
    # the AWS Health API".
    answer = place.at(region="us-east-1").read(
        "health:DescribeEvents",
        filter={
            "services": ["DYNAMODB"],
            "regions": [place.region],
            "eventTypeCategories": ["issue"],
            "eventStatusCodes": ["open"],
        },
    )
    return tuple(answer.get("events", ()))


def judge_events(events: tuple[Mapping[str, Any], ...]) -> Iterator[Said]:
    """Tell what AWS Health says; its silence proves nothing, since it lags."""
    for event in events:
        code = event.get("eventTypeCode", "event")
        yield Finding(
            cause="aws.service_event",
            strength=Strength.PROVES,
            says=f"AWS Health has an open DynamoDB event in {event.get('region', '?')}: {code}.",
            evidence=(
                Evidence(
                    source="health:DescribeEvents",
                    reading=f"{code} is {event.get('statusCode', 'open')}",
                    at=event.get("startTime"),
                ),
            ),
            scope=event.get("region"),
            first_at=event.get("startTime"),
            stated_by_aws=True,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Induced:
    """Errors that a fault-injection experiment made."""

    table: str
    by_operation: tuple[tuple[str, float, datetime], ...]


def gather_induced(request: Request, aws: Reader) -> Induced:
    """Return the errors DynamoDB says an experiment induced."""
    metrics = gather_metrics(request, aws)
    found = []
    for operation in OPERATIONS:
        series = metrics.get("FaultInjectionServiceInducedErrors", "Sum", operation=operation)
        points = series.within(metrics.since, metrics.until) if series else ()
        hurt = [(at, v) for at, v in points if v > 0]
        if hurt:
            found.append((operation, sum(v for _, v in hurt), hurt[0][0]))
    return Induced(table=gather_table(request, aws).name, by_operation=tuple(found))


def judge_induced(induced: Induced) -> Iterator[Said]:
    """Say that an experiment is running."""
    for operation, total, first_at in induced.by_operation:
        yield Finding(
            cause="experiment.fault_injection",
            strength=Strength.PROVES,
            says=f"A fault-injection experiment made {total:,.0f} {operation} calls on "
            f"{induced.table} fail.",
            evidence=(
                Evidence(
                    source=GET_METRIC_DATA,
                    reading=f"FaultInjectionServiceInducedErrors {operation}: Sum = {total:,.0f}",
                    at=first_at,
                ),
            ),
            scope=induced.table,
            first_at=first_at,
            stated_by_aws=True,
        )


CHECKS = (
    Check(
        id="service.errors",
        asks="Does DynamoDB itself answer with errors, or slowly?",
        reads=metric_facts.READS,
        finds=frozenset({"aws.service_event"}),
        gather=gather_errors,
        judge=judge_errors,
    ),
    Check(
        id="service.neighbours",
        asks="Do unrelated tables in the region fail too?",
        reads=tables.READS | {"dynamodb:ListTables", GET_METRIC_DATA},
        finds=frozenset({"aws.service_event"}),
        gather=gather_neighbours,
        judge=judge_neighbours,
    ),
    Check(
        id="service.health",
        asks="Does AWS Health know of an event?",
        reads=frozenset({"health:DescribeEvents"}),
        finds=frozenset({"aws.service_event"}),
        gather=gather_events,
        judge=judge_events,
        never_required_because="AWS Health needs a support plan, and lags behind the fault.",
    ),
    Check(
        id="service.experiment",
        asks="Is a fault-injection experiment running?",
        reads=metric_facts.READS,
        finds=frozenset({"experiment.fault_injection"}),
        gather=gather_induced,
        judge=judge_induced,
        never_required_because="Experiments are rare, and announce themselves where they run.",
    ),
)
