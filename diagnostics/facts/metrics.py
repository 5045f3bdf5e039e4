"""The table's CloudWatch metrics: one question for the table and every index."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count
from typing import Any

from diagnostics.facts import table as tables
from diagnostics.facts.table import Table, gather_table, table_reader
from diagnostics.model import Request
from diagnostics.reader import Reader, side_by_side

READS = tables.READS | {"cloudwatch:GetMetricData"}

NAMESPACE = "AWS/DynamoDB"
PERIOD_S = 60
# Points younger than this may still be missing. Source: measured practice in DynamoDB's
# developer guide, "DynamoDB metrics and dimensions": most metrics come within minutes.
SETTLES_AFTER = timedelta(minutes=5)
# Looked at before and after the window, so that what began just outside is seen.
MARGIN = timedelta(minutes=30)

# The four limits DynamoDB names when it throttles. Source: developer guide,
# "Diagnosing throttling".
THROTTLE_LIMITS = (
    "ProvisionedThroughput",
    "KeyRangeThroughput",
    "MaxOnDemandThroughput",
    "AccountLimit",
)
SIDES = ("Read", "Write")
CAPACITY = tuple(
    [(f"{side}{limit}ThrottleEvents", "Sum") for side in SIDES for limit in THROTTLE_LIMITS]
    + [(f"{side}ThrottleEvents", "Sum") for side in SIDES]
    + [(f"Consumed{side}CapacityUnits", "Sum") for side in SIDES]
    + [(f"Provisioned{side}CapacityUnits", "Average") for side in SIDES],
)
OPERATIONS = (
    "GetItem",
    "BatchGetItem",
    "Query",
    "Scan",
    "PutItem",
    "UpdateItem",
    "DeleteItem",
    "BatchWriteItem",
    "TransactGetItems",
    "TransactWriteItems",
    "ExecuteStatement",
    "BatchExecuteStatement",
    "ExecuteTransaction",
)
BY_OPERATION = (
    ("SuccessfulRequestLatency", "SampleCount"),
    ("SuccessfulRequestLatency", "Average"),
    ("SuccessfulRequestLatency", "Maximum"),
    ("ThrottledRequests", "Sum"),
    ("SystemErrors", "Sum"),
    ("ReturnedItemCount", "Sum"),
    ("FaultInjectionServiceInducedErrors", "Sum"),
)
OF_TABLE = (("ConditionalCheckFailedRequests", "Sum"), ("TransactionConflict", "Sum"))
OF_ACCOUNT = (("UserErrors", "Sum"),)
# Metrics that count events: absent means zero under the conditions of `Metrics.total`.
GAUGES = frozenset({"ProvisionedReadCapacityUnits", "ProvisionedWriteCapacityUnits"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """One metric's datapoints, a minute each, oldest first."""

    name: str
    stat: str
    index: str | None  # None: the table itself
    operation: str | None
    complete: bool  # CloudWatch says the answer is complete
    points: tuple[tuple[datetime, float], ...]

    def within(self, since: datetime, until: datetime) -> tuple[tuple[datetime, float], ...]:
        """Return the datapoints of [since, until]."""
        return tuple((at, value) for at, value in self.points if since <= at <= until)


@dataclass(frozen=True, slots=True, kw_only=True)
class Metrics:
    """Every metric of a table over one stretch of time."""

    since: datetime  # the window asked about; `series` reach MARGIN further on both sides
    until: datetime
    now: datetime
    series: tuple[Series, ...]

    def get(
        self,
        name: str,
        stat: str,
        *,
        index: str | None = None,
        operation: str | None = None,
    ) -> Series | None:
        """Return one series, or None where it was not asked for."""
        wanted = (name, stat, index, operation)
        for series in self.series:
            if (series.name, series.stat, series.index, series.operation) == wanted:
                return series
        return None

    def has_traffic(self, index: str | None = None) -> bool:
        """Whether a traffic metric of the table or index has datapoints in this answer."""
        names = [("ConsumedReadCapacityUnits", "Sum"), ("ConsumedWriteCapacityUnits", "Sum")]
        found = [self.get(name, stat, index=index) for name, stat in names]
        if index is None:
            found += [s for s in self.series if s.stat == "SampleCount"]
        return any(s is not None and s.points for s in found)

    def fresh(self) -> bool:
        """Whether datapoints of the window's last minutes are there."""
        edge = self.until - SETTLES_AFTER
        return any(s.within(edge, self.until) for s in self.series if s.name not in GAUGES)

    def total(
        self,
        name: str,
        *,
        index: str | None = None,
        operation: str | None = None,
    ) -> float | None:
        """Return the sum over the window; None where nobody can tell.

        An empty series counts as zero only if its answer is complete, a traffic metric of
        the same table or index has datapoints in the same answer, and part of the window
        is old enough for late datapoints to be there.
        """
        series = self.get(name, "Sum", index=index, operation=operation)
        if series is None:
            return None
        points = series.within(self.since, self.until)
        if points:
            return sum(value for _, value in points)
        settled = self.now - self.since >= SETTLES_AFTER
        return 0.0 if series.complete and self.has_traffic(index) and settled else None

    def answered(self) -> float | None:
        """Return how many calls DynamoDB answered successfully; None: no datapoint at all."""
        found = [
            value
            for series in self.series
            if series.name == "SuccessfulRequestLatency" and series.stat == "SampleCount"
            for _, value in series.within(self.since, self.until)
        ]
        return sum(found) if found else None


def gather_metrics(request: Request, aws: Reader, *, ago: timedelta = timedelta()) -> Metrics:
    """Return the table's metrics over the window, or over the same window `ago` earlier."""
    table = gather_table(request, aws)
    since, until = request.since - ago, request.until - ago
    end = min(until + MARGIN, request.now - ago)
    queries, series = _queries(table)
    answer = table_reader(request, aws).read(
        "cloudwatch:GetMetricData",
        MetricDataQueries=queries,
        StartTime=_minute(since - MARGIN),
        EndTime=_minute(end) + timedelta(minutes=1),
        ScanBy="TimestampAscending",
    )
    return Metrics(
        since=since,
        until=until,
        now=request.now - ago,
        series=_series(answer, series),
    )


def gather_with_baselines(
    request: Request,
    aws: Reader,
) -> tuple[Metrics, Metrics, Metrics]:
    """Return the metrics of the window, of a day and of a week before, asked side by side."""
    gather_table(request, aws)
    now, day, week = side_by_side(
        lambda: gather_metrics(request, aws),
        lambda: gather_metrics(request, aws, ago=timedelta(days=1)),
        lambda: gather_metrics(request, aws, ago=timedelta(days=7)),
    )
    return now, day, week


def _queries(table: Table) -> tuple[list[dict[str, Any]], dict[str, tuple[Any, ...]]]:
    """Return the queries and what each id stands for.

    103 + 14 a global index; CloudWatch takes 500 a call. Source: API reference,
    GetMetricData.
    """
    asked: list[tuple[str, str, str | None, str | None]] = []
    for index in (None, *(i.name for i in table.indexes)):
        asked += [(name, stat, index, None) for name, stat in CAPACITY]
    for operation in OPERATIONS:
        asked += [(name, stat, None, operation) for name, stat in BY_OPERATION]
    asked += [(name, stat, None, None) for name, stat in OF_TABLE + OF_ACCOUNT]
    series = {f"m{number}": key for number, key in zip(count(), asked, strict=False)}
    return [_query(table, query_id, key) for query_id, key in series.items()], series


def _query(table: Table, query_id: str, key: tuple[Any, ...]) -> dict[str, Any]:
    name, stat, index, operation = key
    dimensions = {"TableName": table.name} if (name, stat) not in OF_ACCOUNT else {}
    if index:
        dimensions["GlobalSecondaryIndexName"] = index
    if operation:
        dimensions["Operation"] = operation
    return {
        "Id": query_id,
        "MetricStat": {
            "Metric": {
                "Namespace": NAMESPACE,
                "MetricName": name,
                "Dimensions": [{"Name": k, "Value": v} for k, v in dimensions.items()],
            },
            "Period": PERIOD_S,
            "Stat": stat,
        },
    }


def _series(answer: Mapping[str, Any], asked: Mapping[str, tuple[Any, ...]]) -> tuple[Series, ...]:
    results: dict[Any, list[Mapping[str, Any]]] = {}
    for result in answer.get("MetricDataResults", ()):
        results.setdefault(result.get("Id"), []).append(result)
    return tuple(_one(key, results.get(query_id, ())) for query_id, key in asked.items())


def _one(key: tuple[Any, ...], results: Iterable[Mapping[str, Any]]) -> Series:
    name, stat, index, operation = key
    results = tuple(results)
    points = sorted(
        (at, float(value))
        for result in results
        for at, value in zip(result.get("Timestamps", ()), result.get("Values", ()), strict=False)
    )
    # Pages: the last one carries the final status.
    complete = bool(results) and results[-1].get("StatusCode") == "Complete"
    return Series(
        name=name,
        stat=stat,
        index=index,
        operation=operation,
        complete=complete,
        points=tuple(points),
    )


def _minute(at: datetime) -> datetime:
    return at.replace(second=0, microsecond=0)
