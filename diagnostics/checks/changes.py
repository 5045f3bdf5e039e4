"""Changes: what was deployed or reconfigured before it began to hurt?"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from diagnostics import arn, knowledge
from diagnostics.checks import deployments
from diagnostics.errors import Missing
from diagnostics.knowledge import ChangeKind
from diagnostics.model import (
    Change,
    Check,
    Evidence,
    Finding,
    Partial,
    Request,
    Said,
    Strength,
    Why,
)
from diagnostics.reader import Answer, Reader, side_by_side

LOOKUP = "cloudtrail:LookupEvents"
WHY_NEVER = "A change explains a failure; it is not the failure, and CloudTrail may lag."

# Changes are read from this long before the window: tokens expire and traffic peaks later.
REACH_BACK = timedelta(hours=6)
# CloudTrail delivers within about 15 minutes, without a promise.
# Source: CloudTrail user guide, "How CloudTrail works".
DELAY = timedelta(minutes=15)
# IAM, STS and Organizations write their events here, whatever region is used.
# Source: CloudTrail user guide, "About global service events".
GLOBAL_REGION = {"aws": "us-east-1", "aws-us-gov": "us-gov-west-1", "aws-cn": "cn-north-1"}
# Asked by name where the account's changes are too many to read them all.
NAMES_THAT_MATTER = (
    "UpdateTable",
    "ModifyVpcEndpoint",
    "ReplaceRoute",
    "RevokeSecurityGroupEgress",
)
DATED_NAME = re.compile(r"\d{8}(v\d+)?$")  # UpdateFunctionCode20150331v2
SCALING_SERVICE = "dynamodb.application-autoscaling.amazonaws.com"
TOOLS = (
    ("terraform", "Terraform"),
    ("opentofu", "OpenTofu"),
    ("pulumi", "Pulumi"),
    ("cloudformation.amazonaws.com", "CloudFormation"),
    ("console.amazonaws.com", "the console"),
    ("aws-cli", "the AWS CLI"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One management event of CloudTrail."""

    id: str
    at: datetime
    name: str  # without API dates
    who: str
    agent: str
    invoked_by: str
    failed: str | None  # the errorCode
    message: str
    parameters: Mapping[str, Any]
    response: Mapping[str, Any]
    resources: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Trail:
    """The events of the regions asked, and how far back they reach."""

    events: tuple[Event, ...]
    seen_since: datetime | None  # None: everything asked for was seen
    until: datetime
    now: datetime


def gather_trail(request: Request, aws: Reader) -> Trail:
    """Return the mutating events since six hours before the window."""
    names = _resource_names(request)
    home = GLOBAL_REGION.get(arn.partition_of(request.region), request.region)
    regions = list(dict.fromkeys((request.region, home)))
    answers = side_by_side(
        *(lambda r=r: _lookups(request, aws.at(region=r), names) for r in regions)
    )
    flat = [answer for group in answers for answer in group]
    events = {e.id: e for answer, _ in flat for e in map(_event, answer.get("Events", ())) if e}
    horizons = [h for answer, h in flat if h is not None and answer.capped]
    return Trail(
        events=tuple(sorted(events.values(), key=lambda e: (e.at, e.id))),
        seen_since=max(horizons, default=None),
        until=request.until,
        now=request.now,
    )


def _resource_names(request: Request) -> tuple[str, ...]:
    given = (request.table, request.role, request.function, request.lb)
    return tuple(dict.fromkeys(arn.name_of(name) for name in given if name))


def _lookups(
    request: Request, aws: Reader, names: Iterable[str]
) -> list[tuple[Answer, datetime | None]]:
    """Ask by resource, then for everything; by event name only where everything is too much."""
    asks = [("ResourceName", name) for name in names] + [("ReadOnly", "false")]
    answers = list(side_by_side(*(lambda a=a: _lookup(request, aws, *a) for a in asks)))
    everything = answers[-1]
    if everything.capped:
        more = [("EventName", name) for name in NAMES_THAT_MATTER]
        answers += side_by_side(*(lambda a=a: _lookup(request, aws, *a) for a in more))
    horizon = min((e["EventTime"] for e in everything.get("Events", ())), default=None)
    return [(answer, horizon if answer is everything else None) for answer in answers]


def _lookup(request: Request, aws: Reader, key: str, value: str) -> Answer:
    return aws.read(
        LOOKUP,
        LookupAttributes=[{"AttributeKey": key, "AttributeValue": value}],
        StartTime=request.since - REACH_BACK,
        EndTime=request.until,
    )


def _event(given: Mapping[str, Any]) -> Event | None:
    """Return one event; None where it only reads or its record cannot be read."""
    try:
        record = json.loads(given.get("CloudTrailEvent") or "{}")
    except ValueError:
        return None
    if record.get("readOnly") is True or str(given.get("ReadOnly", "")).lower() == "true":
        return None
    identity = record.get("userIdentity") or {}
    return Event(
        id=given.get("EventId") or f"{given.get('EventName')}@{given['EventTime']}",
        at=given["EventTime"],
        name=DATED_NAME.sub("", given.get("EventName", "")),
        who=identity.get("arn") or given.get("Username") or "somebody",
        agent=record.get("userAgent") or "",
        invoked_by=identity.get("invokedBy") or "",
        failed=record.get("errorCode"),
        message=record.get("errorMessage") or "",
        parameters=record.get("requestParameters") or {},
        response=record.get("responseElements") or {},
        resources=tuple(
            r["ResourceName"] for r in given.get("Resources", ()) if "ResourceName" in r
        ),
    )


def judge_trail(trail: Trail) -> Iterator[Said]:
    """Tell of each change of a kind that can hurt a call to DynamoDB."""
    kinds = knowledge.load().changes
    for event in trail.events:
        kind = kinds.get(event.name)
        if kind is not None and not _refused(event):
            yield _change(event, kind)
    yield from _refused_scaling(trail)
    if trail.seen_since is not None:
        yield Partial(
            why=Why.THROTTLED,
            detail=f"CloudTrail was read back to {trail.seen_since:%H:%M} UTC only: there are "
            "more changes than its two calls a second allow; older ones are not acquitted.",
        )
    if trail.now - trail.until < DELAY:
        yield Partial(
            why=Why.MISSING,
            detail="CloudTrail delivers events up to about 15 min late: the newest changes may "
            "not be visible yet.",
        )


def _change(event: Event, kind: ChangeKind) -> Change:
    resources = _touched(event, kind)
    detail, causes, harmless = _direction(event, kind)
    tool = next((name for mark, name in TOOLS if mark in event.agent.lower()), None)
    return Change(
        at=event.at,
        what=f"{event.name}: {detail}" if detail else f"{event.name}: {kind.what}",
        event=event.name,
        source=LOOKUP,
        who=f"{arn.name_of(event.who)} with {tool}" if tool else arn.name_of(event.who),
        kind=kind.kind,
        resource=resources[0] if resources else None,
        resources=resources,
        causes=tuple(sorted(causes)),
        harmless_because=harmless,
        lasting=kind.lasting,
        by_aws=SCALING_SERVICE in {event.invoked_by, event.agent},
        failed=event.failed,
    )


def _touched(event: Event, kind: ChangeKind) -> tuple[str, ...]:
    named = [_named(event.parameters, name) for name in kind.parameters]
    return tuple(dict.fromkeys([*(n for n in named if n), *event.resources]))


def _named(parameters: Mapping[str, Any], name: str) -> str | None:
    """Return a parameter's text, in a nested request too: some services wrap theirs."""
    found = parameters.get(name)
    if found is None:
        nested = [v for v in parameters.values() if isinstance(v, dict)]
        found = next((v[name] for v in nested if name in v), None)
    return found if isinstance(found, str) else None


def _direction(event: Event, kind: ChangeKind) -> tuple[str, frozenset[str], str | None]:
    """Return what the change did, the causes left, and why it cannot hurt, if so."""
    if event.name != "UpdateTable":
        return "", kind.causes, None
    moves = list(_capacity_moves(event))
    if not moves:
        return "", kind.causes, None
    detail = ", ".join(text for text, _, _ in moves)
    lowered = frozenset(cause for _, cause, lower in moves if lower)
    if not lowered and all(lower is False for _, _, lower in moves):
        return detail, frozenset(), "it raised the capacity"
    unknown = frozenset(cause for _, cause, lower in moves if lower is None)
    return detail, lowered | unknown, None


def _capacity_moves(event: Event) -> Iterator[tuple[str, str, bool | None]]:
    """Yield (what moved, the cause that a decrease brings about, whether it decreased)."""
    described = event.response.get("tableDescription") or {}
    wanted = event.parameters.get("provisionedThroughput")
    if isinstance(wanted, dict):
        old = described.get("provisionedThroughput") or {}
        yield from _moves("", "throttling.provisioned", old, wanted)
    indexes = {i.get("indexName"): i for i in described.get("globalSecondaryIndexes") or ()}
    for update in event.parameters.get("globalSecondaryIndexUpdates") or ():
        one = (update or {}).get("update") or {}
        name = one.get("indexName", "?")
        old = (indexes.get(name) or {}).get("provisionedThroughput") or {}
        new = one.get("provisionedThroughput") or {}
        yield from _moves(f"index {name} ", "throttling.index", old, new)


def _moves(
    owner: str, cause: str, old: Mapping[str, Any], new: Mapping[str, Any]
) -> Iterator[tuple[str, str, bool | None]]:
    for side in ("read", "write"):
        before, after = old.get(f"{side}CapacityUnits"), new.get(f"{side}CapacityUnits")
        if after is None or before == after:
            continue
        told = f"{before} -> {after}" if before is not None else f"to {after}"
        lower = None if before is None else after < before
        yield f"{owner}{side} capacity {told}", cause, lower


def _refused(event: Event) -> bool:
    """Whether AWS refused auto scaling's own change: evidence of a fault, not a change."""
    by_scaling = SCALING_SERVICE in {event.invoked_by, event.agent}
    return event.name == "UpdateTable" and event.failed is not None and by_scaling


def _refused_scaling(trail: Trail) -> Iterator[Finding]:
    refused = [event for event in trail.events if _refused(event)]
    if not refused:
        return
    last = refused[-1]
    yield Finding(
        cause="scaling.failed",
        strength=Strength.SUGGESTS,
        says=f"AWS refused auto scaling's own UpdateTable {len(refused)} times: {last.failed}.",
        evidence=(
            Evidence(source=LOOKUP, reading=f"UpdateTable errorCode = {last.failed}", at=last.at),
        ),
        scope=_named(last.parameters, "tableName"),
        first_at=refused[0].at,
    )


def gather_stack(request: Request, aws: Reader) -> tuple[Mapping[str, Any], ...]:
    """Return the stack events around the window of the stack that owns the table."""
    if request.table is None:
        message = "say which table: table=NAME"
        raise Missing(message)
    place = arn.reader_of(aws, request.table)
    owner = place.find(
        "cloudformation:DescribeStackResources", PhysicalResourceId=arn.name_of(request.table)
    )
    found = owner["StackResources"] if owner else []
    if not found:
        return ()
    stack = found[0]["StackName"]
    events = place.read("cloudformation:DescribeStackEvents", StackName=stack)
    since = request.since - REACH_BACK
    return tuple(
        e for e in events.get("StackEvents", ()) if since <= e["Timestamp"] <= request.until
    )


def judge_stack(events: tuple[Mapping[str, Any], ...]) -> Iterator[Said]:
    """Tell of each time the stack itself was updated or rolled back."""
    for event in events:
        own = event.get("PhysicalResourceId") == event.get("StackId")
        status = event.get("ResourceStatus", "")
        if not own or not status.endswith(("UPDATE_IN_PROGRESS", "ROLLBACK_IN_PROGRESS")):
            continue
        yield Change(
            at=event["Timestamp"],
            what=f"CloudFormation stack {event['StackName']}: {status}",
            event="UpdateStack",
            source="cloudformation:DescribeStackEvents",
            who="CloudFormation",
            kind="stack",
            resource=event["StackName"],
            causes=tuple(sorted(knowledge.load().changes["UpdateStack"].causes)),
        )


CHECKS = (
    Check(
        id="changes.trail",
        asks="What was changed before it began to hurt?",
        reads=frozenset({LOOKUP}),
        finds=frozenset({"scaling.failed"}),
        gather=gather_trail,
        judge=judge_trail,
        never_required_because=WHY_NEVER,
    ),
    *deployments.CHECKS,
    Check(
        id="changes.stack",
        asks="Was the stack that owns the table updated?",
        reads=frozenset(
            {"cloudformation:DescribeStackResources", "cloudformation:DescribeStackEvents"},
        ),
        finds=frozenset(),
        gather=gather_stack,
        judge=judge_stack,
        never_required_because=WHY_NEVER,
    ),
)
