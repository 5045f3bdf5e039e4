"""CloudWatch: metrics, alarms, insight rules."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from diagnostics.errors import Broken
from diagnostics.evidence import metrics
from diagnostics.evidence.metrics import Reading, name_of, reading
from diagnostics.evidence.ops.kinds import (
    Listing,
    Lookup,
    Operation,
    Params,
    Special,
    has_any,
    in_window,
    newest_first,
)
from diagnostics.evidence.scene import Resource, Scene, shown

Window = tuple[datetime, datetime]
MAX_QUERIES = 500  # Source: CloudWatch API reference, GetMetricData.


def metric_data(scene: Scene, params: Params) -> dict[str, Any]:
    """Return each query's datapoints; what is not held is InternalError, never empty."""
    window = params["StartTime"], params["EndTime"]
    if len(params["MetricDataQueries"]) > MAX_QUERIES:
        raise Broken(f"{scene.op} takes at most {MAX_QUERIES} queries", code="ValidationError")
    oldest_first = params.get("ScanBy") == "TimestampAscending"
    return {
        "MetricDataResults": [
            _result(scene, query, window, oldest_first=oldest_first)
            for query in params["MetricDataQueries"]
            if query.get("ReturnData", True)
        ],
        "Messages": [],
    }


def _result(scene: Scene, query: Params, window: Window, *, oldest_first: bool) -> dict[str, Any]:
    found = _read(scene, query, window)
    points = found.points if oldest_first else found.points[::-1]
    label = query.get("Label") or query.get("MetricStat", {}).get("Metric", {}).get("MetricName")
    result: dict[str, Any] = {
        "Id": query["Id"],
        "Label": label or query["Id"],
        "Timestamps": [at for at, _ in points],
        "Values": [value for _, value in points],
        "StatusCode": found.status,
    }
    if found.message:
        result["Messages"] = [{"Code": found.status, "Value": found.message}]
    return result


def _read(scene: Scene, query: Params, window: Window) -> Reading:
    stat = query.get("MetricStat")
    if stat is None:
        return Reading(points=[], status=metrics.UNKNOWN, message="not recorded: an expression")
    return reading(scene, name_of(stat["Metric"]), stat["Stat"], stat["Period"], window)


def metric_statistics(scene: Scene, params: Params) -> dict[str, Any]:
    """Return one metric's statistics; raises Broken where they are not held."""
    window = params["StartTime"], params["EndTime"]
    by_time: dict[datetime, dict[str, Any]] = {}
    for stat in params.get("Statistics", ()):
        found = reading(scene, name_of(params), stat, params["Period"], window)
        if found.status != metrics.COMPLETE:
            raise scene.unknown(f"{stat} of {params['MetricName']}")
        for at, value in found.points:
            by_time.setdefault(at, {"Timestamp": at})[stat] = value
    points = [by_time[at] for at in sorted(by_time)]
    return {"Label": params["MetricName"], "Datapoints": points}


def list_metrics(scene: Scene, params: Params) -> dict[str, Any]:
    """Return the metrics that have datapoints."""
    if not scene.place.complete:
        raise scene.unknown("the list of metrics")
    wanted = {(d["Name"], d.get("Value")) for d in params.get("Dimensions", ())}
    return {
        "Metrics": [
            {
                "Namespace": namespace,
                "MetricName": metric,
                "Dimensions": [{"Name": k, "Value": v} for k, v in sorted(dimensions)],
            }
            for namespace, metric, dimensions in sorted(metrics.known_names(scene), key=_order)
            if params.get("Namespace") in (None, namespace)
            and params.get("MetricName") in (None, metric)
            and all(_has(dimensions, name, value) for name, value in wanted)
        ],
        "OwningAccounts": [],
    }


def _order(name: metrics.Name) -> tuple[str, str, list[tuple[str, str]]]:
    return name[0], name[1], sorted(name[2])


def _has(dimensions: frozenset[tuple[str, str]], name: str, value: str | None) -> bool:
    return any(k == name and value in (None, v) for k, v in dimensions)


def alarms(scene: Scene, params: Params) -> dict[str, Any]:
    """Return alarms by name, prefix and state."""
    types = params.get("AlarmTypes", ["MetricAlarm"])
    composite = scene.known("cloudwatch.composite_alarms") or []
    return {
        "MetricAlarms": _alarms(scene.resources("cloudwatch.alarms"), params)
        if "MetricAlarm" in types
        else [],
        "CompositeAlarms": _alarms(composite, params) if "CompositeAlarm" in types else [],
    }


def _alarms(found: list[Resource], params: Params) -> list[Any]:
    names = params.get("AlarmNames")
    prefix = params.get("AlarmNamePrefix", "")
    actions = params.get("ActionPrefix", "")
    return [
        shown(one)
        for one in found
        if (not names or one["AlarmName"] in names)
        and one["AlarmName"].startswith(prefix)
        and params.get("StateValue") in (None, one.get("StateValue"))
        and (not actions or any(a.startswith(actions) for a in one.get("AlarmActions", ())))
    ]


def alarms_for_metric(scene: Scene, params: Params) -> dict[str, Any]:
    """Return the alarms on exactly this metric."""
    return {
        "MetricAlarms": [
            shown(one)
            for one in scene.resources("cloudwatch.alarms")
            if "MetricName" in one
            and name_of(one) == name_of(params)
            and all(params.get(n) in (None, one.get(n)) for n in ("Statistic", "Period", "Unit"))
        ],
    }


def alarm_history(scene: Scene, params: Params) -> dict[str, Any]:
    """Return what happened to alarms, newest first unless asked otherwise."""
    found = scene.resources("cloudwatch.alarm_history")
    for name in ("AlarmName", "HistoryItemType"):
        if name in params:
            found = [one for one in found if has_any(one, name, params[name])]
    span = params.get("StartDate"), params.get("EndDate")
    found = newest_first([one for one in found if in_window(one["Timestamp"], *span)], "Timestamp")
    if params.get("ScanBy") == "TimestampAscending":
        found.reverse()
    return {"AlarmHistoryItems": [shown(one) for one in found]}


OPERATIONS: Mapping[str, Operation] = {
    "cloudwatch:GetMetricData": Special(
        metric_data,
        frozenset({"MetricDataQueries", "StartTime", "EndTime", "ScanBy", "LabelOptions"}),
    ),
    "cloudwatch:GetMetricStatistics": Special(
        metric_statistics,
        frozenset(
            {
                "Namespace",
                "MetricName",
                "Dimensions",
                "StartTime",
                "EndTime",
                "Period",
                "Statistics",
            }
        ),
    ),
    "cloudwatch:ListMetrics": Special(
        list_metrics, frozenset({"Namespace", "MetricName", "Dimensions"})
    ),
    "cloudwatch:DescribeAlarms": Special(
        alarms,
        frozenset({"AlarmNames", "AlarmNamePrefix", "AlarmTypes", "StateValue", "ActionPrefix"}),
    ),
    "cloudwatch:DescribeAlarmsForMetric": Special(
        alarms_for_metric,
        frozenset({"MetricName", "Namespace", "Dimensions", "Statistic", "Period", "Unit"}),
    ),
    "cloudwatch:DescribeAlarmHistory": Special(
        alarm_history,
        frozenset({"AlarmName", "HistoryItemType", "AlarmTypes", "StartDate", "EndDate", "ScanBy"}),
    ),
    "cloudwatch:DescribeInsightRules": Listing(
        collection="cloudwatch.insight_rules", result="InsightRules"
    ),
    "cloudwatch:GetInsightRuleReport": Lookup(
        collection="cloudwatch.insight_reports",
        keys={"RuleName": "_RuleName"},
        not_found="ResourceNotFoundException",
        takes=frozenset(
            {"StartTime", "EndTime", "Period", "MaxContributorCount", "Metrics", "OrderBy"}
        ),
    ),
}
