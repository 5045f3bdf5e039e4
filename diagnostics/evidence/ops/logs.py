"""CloudWatch Logs."""

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from diagnostics.arn import partition_of
from diagnostics.errors import Broken
from diagnostics.evidence import insights, log_patterns
from diagnostics.evidence.ops.kinds import Operation, Params, Special, as_list, missing
from diagnostics.evidence.place import LogEvent, LogGroup
from diagnostics.evidence.scene import Scene
from diagnostics.evidence.times import MS, epoch_ms, resolve

NOT_FOUND = "ResourceNotFoundException"
BYTES_BESIDE = 26  # overhead of an event. Source: API reference, PutLogEvents.


def groups_of(scene: Scene) -> Mapping[str, LogGroup]:
    """Return every log group; raises Broken where the logs are not held."""
    if scene.place.logs is None:
        raise scene.unknown("the logs")
    return scene.place.logs


def group_named(scene: Scene, params: Params) -> tuple[str, LogGroup]:
    """Return the group asked for by name or ARN; raises Missing where there is none."""
    named = params.get("logGroupName") or params.get("logGroupIdentifier") or ""
    name = named.split(":log-group:")[-1].removesuffix(":*")
    group = groups_of(scene).get(name)
    if group is None:
        raise missing(scene, NOT_FOUND, named)
    return name, group


def lines_of(scene: Scene, name: str, group: LogGroup) -> list[tuple[int, LogEvent]]:
    """Return a group's lines, oldest first; equal times keep their order."""
    key = (scene.key, "lines", name)
    lines: list[tuple[int, LogEvent]] | None = scene.memory.get(key)
    if lines is None:
        lines = sorted(
            ((epoch_ms(scene.now + e.at * MS), e) for e in group.events), key=lambda line: line[0]
        )
        scene.memory[key] = lines
    return lines


def filter_log_events(scene: Scene, params: Params) -> dict[str, Any]:
    """Return the lines of a window, of some streams, that fit a pattern."""
    name, group = group_named(scene, params)
    fits = log_patterns.parsed(params.get("filterPattern") or "")
    if fits is None:
        raise scene.unknown("an answer to such a filter pattern")
    streams, prefix = params.get("logStreamNames"), params.get("logStreamNamePrefix", "")
    lines = [
        (number, at, line)
        for number, (at, line) in enumerate(lines_of(scene, name, group))
        if _in_span(at, params)
        and (not streams or line.stream in streams)
        and line.stream.startswith(prefix)
        and fits(line.message)
    ]
    if params.get("startFromHead") is False:
        lines.reverse()
    events = [
        {
            "logStreamName": line.stream,
            "timestamp": at,
            "message": line.message,
            "ingestionTime": at,
            "eventId": f"{number:056d}",
        }
        for number, at, line in lines
    ]
    return {"events": events, "searchedLogStreams": []}


def get_log_events(scene: Scene, params: Params) -> dict[str, Any]:
    """Return one stream's lines of a window."""
    name, group = group_named(scene, params)
    stream = params["logStreamName"]
    lines = lines_of(scene, name, group)
    if not any(line.stream == stream for _, line in lines):
        raise missing(scene, NOT_FOUND, stream)
    found = [(at, e) for at, e in lines if e.stream == stream and _in_span(at, params)]
    limit = params.get("limit", 10_000)
    # The same token back means that there is no more: all of it is one page here.
    if str(params.get("nextToken", "")).endswith("/end"):
        found = []
    kept = found[:limit] if params.get("startFromHead") else found[-limit:]
    events = [{"timestamp": at, "message": e.message, "ingestionTime": at} for at, e in kept]
    return {"events": events, "nextForwardToken": "f/end", "nextBackwardToken": "b/end"}


def _in_span(at: int, params: Params) -> bool:
    start, end = params.get("startTime"), params.get("endTime")
    return (start is None or start <= at) and (end is None or at <= end)


def describe_log_groups(scene: Scene, params: Params) -> dict[str, Any]:
    """Return log groups by prefix, pattern or name."""
    prefix, pattern = params.get("logGroupNamePrefix", ""), params.get("logGroupNamePattern", "")
    wanted = [
        i.split(":log-group:")[-1].removesuffix(":*")
        for i in as_list(params.get("logGroupIdentifiers") or [])
    ]
    found = [
        _described(scene, name, group)
        for name, group in sorted(groups_of(scene).items())
        if name.startswith(prefix)
        and pattern.lower() in name.lower()
        and (not wanted or name in wanted)
    ]
    kind = params.get("logGroupClass")
    return {"logGroups": [g for g in found if kind in (None, g["logGroupClass"])]}


def _described(scene: Scene, name: str, group: LogGroup) -> dict[str, Any]:
    about = resolve(group.about, scene.now)
    arn = f"arn:{partition_of(scene.region)}:logs:{scene.region}:{scene.account}:log-group:{name}"
    size = sum(len(e.message.encode()) + BYTES_BESIDE for e in group.events)
    return {
        "logGroupName": name,
        "arn": f"{arn}:*",
        "logGroupArn": arn,
        "storedBytes": size,
        "metricFilterCount": 0,
        "logGroupClass": "STANDARD",
        **about,
    }


def describe_log_streams(scene: Scene, params: Params) -> dict[str, Any]:
    """Return a group's streams by name, or by their last line."""
    name, group = group_named(scene, params)
    spans: dict[str, list[int]] = {}
    for at, line in lines_of(scene, name, group):
        spans.setdefault(line.stream, []).append(at)
    prefix = params.get("logStreamNamePrefix", "")
    streams: list[dict[str, Any]] = [
        {
            "logStreamName": stream,
            "creationTime": times[0],
            "firstEventTimestamp": times[0],
            "lastEventTimestamp": times[-1],
            "lastIngestionTime": times[-1],
        }
        for stream, times in sorted(spans.items())
        if stream.startswith(prefix)
    ]
    if params.get("orderBy") == "LastEventTime":
        streams.sort(key=lambda stream: stream["lastEventTimestamp"])
    if params.get("descending"):
        streams.reverse()
    return {"logStreams": streams}


def start_query(scene: Scene, params: Params) -> dict[str, Any]:
    """Take a Logs Insights query; its result is asked for with the id."""
    names = [*as_list(params.get("logGroupNames") or []), params.get("logGroupName") or ""]
    names += as_list(params.get("logGroupIdentifiers") or [])
    for name in filter(None, names):
        group_named(scene, {"logGroupName": name})
    if insights.parsed(params["queryString"]) is None:
        raise scene.unknown("an answer to such a query")
    spelled = json.dumps(params, sort_keys=True, default=str)
    query_id = hashlib.sha256(spelled.encode()).hexdigest()[:32]
    scene.memory[(scene.key, "query", query_id)] = dict(params)
    return {"queryId": query_id}


def query_results(scene: Scene, params: Params) -> dict[str, Any]:
    """Return a query's rows; they are always ready."""
    asked = scene.memory.get((scene.key, "query", params["queryId"]))
    query = insights.parsed(asked["queryString"]) if asked else None
    if asked is None or query is None:
        raise missing(scene, NOT_FOUND, params["queryId"])
    names = [*as_list(asked.get("logGroupNames") or []), asked.get("logGroupName") or ""]
    names += as_list(asked.get("logGroupIdentifiers") or [])
    rows = []
    scanned = 0
    for name, group in (group_named(scene, {"logGroupName": n}) for n in filter(None, names)):
        for at, line in lines_of(scene, name, group):
            if asked["startTime"] * 1000 <= at <= asked["endTime"] * 1000 + 999:
                rows.append(insights.row(at, f"{scene.account}:{name}", line))
                scanned += len(line.message.encode())
    found = query(rows, asked.get("limit"))
    results = [[{"field": k, "value": v} for k, v in one.items()] for one in found]
    return {
        "results": results,
        "statistics": {
            "recordsMatched": float(len(found)),
            "recordsScanned": float(len(rows)),
            "bytesScanned": float(scanned),
        },
        "status": "Complete",
    }


def stop_query(scene: Scene, params: Params) -> dict[str, Any]:
    """Say that a query, which ended at once, was no longer running."""
    if (scene.key, "query", params["queryId"]) not in scene.memory:
        raise missing(scene, NOT_FOUND, params["queryId"])
    raise Broken("the query has ended already", code="InvalidParameterException")


WINDOW = frozenset({"startTime", "endTime"})
GROUP = frozenset({"logGroupName", "logGroupIdentifier"})

OPERATIONS: Mapping[str, Operation] = {
    "logs:DescribeLogGroups": Special(
        describe_log_groups,
        frozenset(
            {
                "logGroupNamePrefix",
                "logGroupNamePattern",
                "logGroupIdentifiers",
                "logGroupClass",
            }
        ),
    ),
    "logs:DescribeLogStreams": Special(
        describe_log_streams, GROUP | {"logStreamNamePrefix", "orderBy", "descending"}
    ),
    "logs:FilterLogEvents": Special(
        filter_log_events,
        GROUP
        | WINDOW
        | {
            "filterPattern",
            "interleaved",
            "logStreamNames",
            "logStreamNamePrefix",
            "startFromHead",
            "unmask",
        },
    ),
    "logs:GetLogEvents": Special(
        get_log_events,
        GROUP | WINDOW | {"logStreamName", "limit", "nextToken", "startFromHead", "unmask"},
    ),
    "logs:StartQuery": Special(
        start_query,
        WINDOW
        | {
            "limit",
            "logGroupIdentifiers",
            "logGroupName",
            "logGroupNames",
            "queryLanguage",
            "queryString",
        },
    ),
    "logs:GetQueryResults": Special(query_results, frozenset({"queryId"})),
    "logs:StopQuery": Special(stop_query, frozenset({"queryId"})),
}
