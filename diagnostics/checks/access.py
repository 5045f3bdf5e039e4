"""Access pattern: did queries grow, do writes collide?"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from diagnostics.facts import metrics as metric_facts
from diagnostics.facts.metrics import Metrics, gather_metrics, gather_with_baselines
from diagnostics.facts.table import gather_table
from diagnostics.model import Check, Evidence, Finding, Request, Said, Strength
from diagnostics.reader import Reader

GET_METRIC_DATA = "cloudwatch:GetMetricData"
PAGED = ("Query", "Scan")
# A call returns this many times the items it used to, and takes that much longer: its
# shape changed. Engineering judgement.
GREW = 3.0
SLOW_MS = 50.0
# Transactions that conflict this often a minute, and this share of writes, contend for the
# same items. Engineering judgement.
LEAST_CONFLICTS_A_MINUTE = 10
LEAST_CONFLICT_SHARE = 0.05


@dataclass(frozen=True, slots=True, kw_only=True)
class Growth:
    """How queries and scans look now and before."""

    table: str
    metrics: Metrics
    baselines: tuple[Metrics, ...]


def gather_growth(request: Request, aws: Reader) -> Growth:
    """Return the metrics of now, a day and a week ago."""
    now, day, week = gather_with_baselines(request, aws)
    return Growth(table=gather_table(request, aws).name, metrics=now, baselines=(day, week))


def judge_growth(growth: Growth) -> Iterator[Said]:
    """Say whether a query or scan got slow by its own work."""
    for operation in PAGED:
        items = _ratio(growth, operation, "items")
        latency = _ratio(growth, operation, "latency")
        now = _per_call(growth.metrics, operation, "latency")
        if items is None or latency is None or now is None:
            continue
        if items < GREW or latency < GREW or now < SLOW_MS:
            continue
        for says, reading in (
            (f"returns {items:.1f} times the items", f"ReturnedItemCount {operation}"),
            (f"takes {now:.0f} ms, {latency:.1f} times", f"SuccessfulRequestLatency {operation}"),
        ):
            yield Finding(
                cause="access.pattern",
                strength=Strength.SUGGESTS,
                says=f"A {operation} on {growth.table} {says} of its baseline.",
                evidence=(Evidence(source=GET_METRIC_DATA, reading=reading),),
                scope=f"{growth.table} {reading}",
                values={"operation": operation},
            )


def _ratio(growth: Growth, operation: str, what: str) -> float | None:
    now = _per_call(growth.metrics, operation, what)
    before = [v for b in growth.baselines if (v := _per_call(b, operation, what))]
    return now / max(before) if now is not None and before else None


def _per_call(metrics: Metrics, operation: str, what: str) -> float | None:
    """Return the items returned, or milliseconds taken, per call."""
    if what == "latency":
        series = metrics.get("SuccessfulRequestLatency", "Average", operation=operation)
        values = [v for _, v in series.within(metrics.since, metrics.until)] if series else []
        return sum(values) / len(values) if values else None
    items = metrics.get("ReturnedItemCount", "Sum", operation=operation)
    calls = metrics.get("SuccessfulRequestLatency", "SampleCount", operation=operation)
    returned = sum(v for _, v in items.within(metrics.since, metrics.until)) if items else 0.0
    made = sum(v for _, v in calls.within(metrics.since, metrics.until)) if calls else 0.0
    return returned / made if made else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Conflicts:
    """Transaction conflicts beside the writes of the window."""

    table: str
    total: float | None  # None: not known
    worst: float
    first_at: datetime | None
    writes: float


def gather_conflicts(request: Request, aws: Reader) -> Conflicts:
    """Return how often transactions conflicted."""
    metrics = gather_metrics(request, aws)
    series = metrics.get("TransactionConflict", "Sum")
    points = series.within(metrics.since, metrics.until) if series else ()
    writes = 0.0
    for operation in ("PutItem", "UpdateItem", "DeleteItem", "TransactWriteItems"):
        calls = metrics.get("SuccessfulRequestLatency", "SampleCount", operation=operation)
        for _, value in calls.within(metrics.since, metrics.until) if calls else ():
            writes += value
    return Conflicts(
        table=gather_table(request, aws).name,
        total=metrics.total("TransactionConflict"),
        worst=max((v for _, v in points), default=0.0),
        first_at=points[0][0] if points else None,
        writes=writes,
    )


def judge_conflicts(conflicts: Conflicts) -> Iterator[Said]:
    """Say whether transactions fight over the same items."""
    if conflicts.total is None:
        return
    share = conflicts.total / (conflicts.total + conflicts.writes) if conflicts.total else 0.0
    heavy = conflicts.worst >= LEAST_CONFLICTS_A_MINUTE and share >= LEAST_CONFLICT_SHARE
    yield Finding(
        cause="contention.transaction",
        strength=Strength.SUGGESTS if heavy else Strength.AGAINST,
        says=f"{conflicts.total:,.0f} transaction conflicts on {conflicts.table} in the window "
        f"({100 * share:.2g} % of its writes).",
        evidence=(
            Evidence(
                source=GET_METRIC_DATA,
                reading=f"TransactionConflict: Sum = {conflicts.total:,.0f}",
                at=conflicts.first_at,
            ),
        ),
        scope=conflicts.table,
        first_at=conflicts.first_at,
    )


CHECKS = (
    Check(
        id="access.growth",
        asks="Did queries or scans get slow by their own work?",
        reads=metric_facts.READS,
        finds=frozenset({"access.pattern"}),
        gather=gather_growth,
        judge=judge_growth,
    ),
    Check(
        id="access.conflicts",
        asks="Do transactions conflict on the same items?",
        reads=metric_facts.READS,
        finds=frozenset({"contention.transaction"}),
        gather=gather_conflicts,
        judge=judge_conflicts,
    ),
)
