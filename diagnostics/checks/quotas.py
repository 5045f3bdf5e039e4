"""Quotas: how near are the account and the table to their limits?"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from diagnostics.facts import table as tables
from diagnostics.facts.metrics import NAMESPACE
from diagnostics.facts.table import Table, gather_table, table_reader
from diagnostics.model import Check, Evidence, Finding, Request, Said, Strength
from diagnostics.reader import Reader, side_by_side

LIST_QUOTAS = "service-quotas:ListServiceQuotas"
GET_METRIC_DATA = "cloudwatch:GetMetricData"
WHY_NEVER = "A quota that is near is a risk; one that is reached shows as throttling."

# Warn from this share of a quota on. Engineering judgement; AWS's sample dashboards do so.
NEAR_PERCENT = 80.0
FULL_PERCENT = 99.5
# The account's utilisation metrics come every five minutes.
# Source: developer guide, "DynamoDB metrics and dimensions".
PERIOD_S = 300
USED = (
    "AccountProvisionedReadCapacityUtilization",
    "AccountProvisionedWriteCapacityUtilization",
    "MaxProvisionedTableReadCapacityUtilization",
    "MaxProvisionedTableWriteCapacityUtilization",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Use:
    """How much of each provisioned-capacity quota the account uses."""

    region: str
    points: Mapping[str, tuple[tuple[datetime, float], ...]]  # metric -> (time, percent)


def gather_use(request: Request, aws: Reader) -> Use:
    """Return the account's utilisation of its capacity quotas over the window."""
    place = table_reader(request, aws)
    queries = [
        {
            "Id": f"u{number}",
            "MetricStat": {
                "Metric": {"Namespace": NAMESPACE, "MetricName": name, "Dimensions": []},
                "Period": PERIOD_S,
                "Stat": "Maximum",
            },
        }
        for number, name in enumerate(USED)
    ]
    answer = place.read(
        GET_METRIC_DATA,
        MetricDataQueries=queries,
        StartTime=_five(request.since),
        EndTime=_five(request.until) + timedelta(seconds=PERIOD_S),
        ScanBy="TimestampAscending",
    )
    points: dict[str, tuple[tuple[datetime, float], ...]] = {}
    for number, name in enumerate(USED):
        found = [r for r in answer.get("MetricDataResults", ()) if r.get("Id") == f"u{number}"]
        points[name] = tuple(
            sorted(
                (at, float(value))
                for r in found
                for at, value in zip(r.get("Timestamps", ()), r.get("Values", ()), strict=False)
            ),
        )
    return Use(region=place.region, points=points)


def _five(at: datetime) -> datetime:
    return at.replace(minute=at.minute - at.minute % 5, second=0, microsecond=0)


def judge_use(use: Use) -> Iterator[Said]:
    """Say which quota is near, and when it is reached at this pace."""
    for name, points in use.points.items():
        if not points or points[-1][1] < NEAR_PERCENT:
            continue
        percent = points[-1][1]
        yield Finding(
            cause="throttling.account_quota",
            strength=Strength.SUGGESTS,
            says=f"{name} is at {percent:.0f} % in {use.region}{_pace(points)}.",
            evidence=(
                Evidence(
                    source=GET_METRIC_DATA,
                    reading=f"{name}: Maximum = {percent:.1f} %",
                    at=points[-1][0],
                ),
            ),
            scope=use.region,
            first_at=points[-1][0],
            off_path=percent < FULL_PERCENT,
        )


def _pace(points: tuple[tuple[datetime, float], ...]) -> str:
    """Return when the quota is reached if the window's growth goes on."""
    (start, first), (end, last) = points[0], points[-1]
    hours = (end - start).total_seconds() / 3600
    if hours <= 0 or last <= first or last >= FULL_PERCENT:
        return ""
    left = (100 - last) / ((last - first) / hours)
    return f", reached in about {left:.1f} h at this pace"


@dataclass(frozen=True, slots=True, kw_only=True)
class TableQuota:
    """The table's own capacities beside the per-table quotas."""

    table: Table
    quotas: tuple[tuple[str, float], ...]  # (quota name, value)


def gather_table_quota(request: Request, aws: Reader) -> TableQuota:
    """Return the table's capacity and the account's per-table quotas."""
    place = table_reader(request, aws)
    table, answer = side_by_side(
        lambda: gather_table(request, aws),
        lambda: place.read(LIST_QUOTAS, ServiceCode="dynamodb"),
    )
    return TableQuota(
        table=table,
        quotas=tuple(
            (_text(q, "QuotaName"), float(q["Value"]))
            for q in answer.get("Quotas", ())
            if "Value" in q
        ),
    )


def _text(given: Mapping[str, Any], name: str) -> str:
    return str(given.get(name, ""))


def judge_table_quota(facts: TableQuota) -> Iterator[Said]:
    """Say whether the table's provisioned capacity is near a per-table quota."""
    table = facts.table
    if table.on_demand:
        return
    for name, limit in facts.quotas:
        lower = name.lower()
        if "table-level" not in lower and "per table" not in lower:
            continue
        side = "read" if "read" in lower else "write" if "write" in lower else None
        units = {"read": table.read_units, "write": table.write_units}.get(side or "", 0)
        percent = 100 * units / limit if limit else 0.0
        if percent >= NEAR_PERCENT:
            yield Finding(
                cause="throttling.account_quota",
                strength=Strength.SUGGESTS,
                says=f"{table.name} has {units:,} {side} units, {percent:.0f} % of the quota "
                f"'{name}' ({limit:,.0f}).",
                evidence=(Evidence(source=LIST_QUOTAS, reading=f"{name} = {limit:,.0f}"),),
                scope=table.name,
                off_path=percent < FULL_PERCENT,
            )


CHECKS = (
    Check(
        id="quotas.use",
        asks="How near is the account to its capacity quotas?",
        reads=frozenset({GET_METRIC_DATA}),
        finds=frozenset({"throttling.account_quota"}),
        gather=gather_use,
        judge=judge_use,
        never_required_because=WHY_NEVER,
    ),
    Check(
        id="quotas.table",
        asks="How near is the table to its own quotas?",
        reads=tables.READS | {LIST_QUOTAS},
        finds=frozenset({"throttling.account_quota"}),
        gather=gather_table_quota,
        judge=judge_table_quota,
        never_required_because=WHY_NEVER,
    ),
)
