"""Auto scaling: why did capacity not follow the traffic?

Each answer reads the throttle metrics too: what auto scaling did or failed to do is a
cause only where that same table or index was throttled on that same side; elsewhere it is
a misconfiguration to mend in daylight.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from diagnostics import arn
from diagnostics.checks.throttling import FULL_SHARE, PROVISIONED, capacity_fall, cut_below_use
from diagnostics.checks.throttling import heavy_hits as throttle_hits
from diagnostics.errors import NotAsked
from diagnostics.facts import metrics as metric_facts
from diagnostics.facts.metrics import Metrics, gather_metrics, gather_with_baselines
from diagnostics.facts.table import Table, gather_table, table_reader
from diagnostics.model import Check, Evidence, Finding, OnPath, Request, Said, Strength
from diagnostics.reader import Answer, Reader, side_by_side

SCALING = "application-autoscaling"
TARGETS = f"{SCALING}:DescribeScalableTargets"
POLICIES = f"{SCALING}:DescribeScalingPolicies"
ACTIVITIES = f"{SCALING}:DescribeScalingActivities"

# An activity counts from this long before the window: a scale-out takes minutes.
# Source: developer guide, "Managing throughput capacity automatically".
ACTIVITY_MARGIN = timedelta(minutes=30)
# A baseline fits if it left this share of the capacity free. Engineering judgement.
BASELINE_FITS = 0.80
FAILED = frozenset({"Failed", "Unfulfilled"})
AT_MAXIMUM = "AlreadyAtMaxCapacity"
SERVICE_ROLE = "AWSServiceRoleForApplicationAutoScaling_DynamoDBTable"

ON_DEMAND = "the table is billed on demand: there is no capacity to scale"


@dataclass(frozen=True, slots=True, kw_only=True)
class Dimension:
    """One capacity that auto scaling may drive: a table's or an index's reads or writes."""

    resource: str  # "table/orders" or "table/orders/index/by-status"
    name: str  # "dynamodb:table:WriteCapacityUnits"
    table: str
    index: str | None
    side: str  # "Read" or "Write"

    @property
    def says(self) -> str:
        """Return it in words."""
        owner = f"index {self.index} of {self.table}" if self.index else f"table {self.table}"
        return f"the {self.side.lower()} capacity of {owner}"

    @property
    def scope(self) -> str:
        """Return the table's or index's name."""
        return self.index or self.table


@dataclass(frozen=True, slots=True, kw_only=True)
class Pressure:
    """Which dimensions were throttled, and since when."""

    table: Table
    metrics: Metrics
    throttled: Mapping[str, datetime]  # f"{resource} {dimension}" -> first throttle

    def since(self, dimension: Dimension) -> datetime | None:
        """Return when the dimension was first throttled; None: it was not."""
        return self.throttled.get(f"{dimension.resource} {dimension.name}")

    def strength(self, dimension: Dimension) -> Strength:
        """Return what a fault of auto scaling says of the throttling.

        Where somebody had just cut the capacity below its use, the cut is what throttled,
        whether or not auto scaling could have mended it. Where CloudWatch names no limit
        and capacity was left, a hot key looks the same.
        """
        if self.since(dimension) is None:
            return Strength.PROVES
        cut = cut_below_use(self.metrics, dimension.side, dimension.index)
        return Strength.PROVES if self._lacked(dimension) and not cut else Strength.HINTS

    def _lacked(self, dimension: Dimension) -> bool:
        named = f"{dimension.side}{PROVISIONED}ThrottleEvents"
        if self.metrics.total(named, index=dimension.index):
            return True
        used = _busiest((self.metrics,), dimension)
        return used is not None and used >= FULL_SHARE * _capacity(self, dimension)


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """One registered scalable target."""

    dimension: Dimension
    least: int
    most: int
    out_suspended: bool
    role_arn: str | None


def gather_pressure(request: Request, aws: Reader) -> Pressure:
    """Return which capacities were throttled; raises NotAsked for an on-demand table."""
    table = gather_table(request, aws)
    if table.on_demand:
        raise NotAsked(ON_DEMAND)
    metrics = gather_metrics(request, aws)
    throttled = {}
    for index, side, first_at in throttle_hits(table, metrics):
        dimension = dimension_of(table.name, index, side)
        throttled[f"{dimension.resource} {dimension.name}"] = first_at
    return Pressure(table=table, metrics=metrics, throttled=throttled)


def dimension_of(table: str, index: str | None, side: str) -> Dimension:
    """Return the dimension auto scaling calls a table's or index's reads or writes."""
    owner = "index" if index else "table"
    return Dimension(
        resource=f"table/{table}/index/{index}" if index else f"table/{table}",
        name=f"dynamodb:{owner}:{side}CapacityUnits",
        table=table,
        index=index,
        side=side,
    )


def dimensions(table: Table) -> tuple[Dimension, ...]:
    """Return every capacity of the table and its indexes."""
    owners = (None, *(i.name for i in table.indexes))
    return tuple(dimension_of(table.name, o, s) for o in owners for s in metric_facts.SIDES)


def ask_scaling(request: Request, aws: Reader, op: str, table: Table, **more: Any) -> Answer:  # noqa: ANN401 - AWS's JSON
    """Ask auto scaling about the table and all of its indexes at once."""
    resources = list(dict.fromkeys(d.resource for d in dimensions(table)))
    return table_reader(request, aws).read(
        op, ServiceNamespace="dynamodb", ResourceIds=resources, **more
    )


def targets_in(answer: Mapping[str, Any], table: Table) -> tuple[Target, ...]:
    """Return the targets of this table and its indexes, whatever else was answered."""
    known = {(d.resource, d.name): d for d in dimensions(table)}
    return tuple(
        Target(
            dimension=known[key],
            least=given.get("MinCapacity", 0),
            most=given.get("MaxCapacity", 0),
            out_suspended=bool(
                (given.get("SuspendedState") or {}).get("DynamicScalingOutSuspended")
            ),
            role_arn=given.get("RoleARN"),
        )
        for given in answer.get("ScalableTargets", ())
        if (key := (given.get("ResourceId"), given.get("ScalableDimension"))) in known
    )


# --- targets: registered, suspended, at their maximum, or absent -----------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Registered:
    """What is registered, beside what was throttled now and how full it was before."""

    pressure: Pressure
    targets: tuple[Target, ...]
    baselines: tuple[Metrics, ...]


def gather_targets(request: Request, aws: Reader) -> Registered:
    """Return the registered targets and the baselines of a day and a week ago."""
    table = gather_table(request, aws)
    if table.on_demand:
        raise NotAsked(ON_DEMAND)
    answer, metrics = side_by_side(
        lambda: ask_scaling(request, aws, TARGETS, table),
        lambda: gather_with_baselines(request, aws),
    )
    return Registered(
        pressure=gather_pressure(request, aws),
        targets=targets_in(answer, table),
        baselines=metrics[1:],
    )


def judge_targets(facts: Registered) -> Iterator[Said]:
    """Say whether what was throttled could have scaled."""
    ids = frozenset(d.resource for d in dimensions(facts.pressure.table))
    yield OnPath(kind="scaling-target", ids=ids)
    by_dimension = {target.dimension: target for target in facts.targets}
    for dimension in dimensions(facts.pressure.table):
        target = by_dimension.get(dimension)
        if target is None:
            yield from _not_registered(facts, dimension)
            continue
        yield from _suspended(facts.pressure, target)
        yield from _at_maximum(facts.pressure, target)
    suspended = any(t.out_suspended for t in facts.targets)
    if facts.targets and not suspended:
        yield _against("scaling.suspended", "No registered target is suspended.", TARGETS, facts)
    if not facts.pressure.throttled:
        for cause in ("scaling.at_maximum", "scaling.not_configured"):
            yield _against(cause, "Nothing that could scale was throttled.", TARGETS, facts)


def _against(cause: str, says: str, source: str, facts: Registered) -> Finding:
    return Finding(
        cause=cause,
        strength=Strength.AGAINST,
        says=says,
        evidence=(Evidence(source=source, reading=f"{len(facts.targets)} targets"),),
        scope=facts.pressure.table.name,
    )


def _not_registered(facts: Registered, dimension: Dimension) -> Iterator[Finding]:
    since = facts.pressure.since(dimension)
    if since is None:
        return
    capacity = _capacity(facts.pressure, dimension)
    before = _busiest(facts.baselines, dimension)
    demand = _busiest((facts.pressure.metrics,), dimension)
    fits = before is not None and 0 < before <= BASELINE_FITS * capacity
    grew = fits and demand is not None and demand >= FULL_SHARE * capacity
    told = "" if before is None else f" A day and a week ago it peaked at {before:,.0f} a second."
    yield Finding(
        cause="scaling.not_configured",
        strength=Strength.PROVES,
        says=f"Auto scaling does not drive {dimension.says}, which has {capacity:,} units "
        f"and was throttled.{told}",
        evidence=(
            Evidence(source=TARGETS, reading=f"no target for {dimension.resource}"),
            *_growth_evidence(dimension, before, demand),
        ),
        scope=dimension.scope,
        first_at=since,
        off_path=not grew,
        values=_values(dimension, capacity),
    )


def _growth_evidence(
    dimension: Dimension, before: float | None, demand: float | None
) -> tuple[Evidence, ...]:
    if before is None or demand is None:
        return ()
    reading = f"Consumed{dimension.side}CapacityUnits: {demand:,.0f}/s now, {before:,.0f}/s before"
    return (Evidence(source="cloudwatch:GetMetricData", reading=reading),)


def _capacity(pressure: Pressure, dimension: Dimension) -> int:
    owner = next(
        (i for i in pressure.table.indexes if i.name == dimension.index),
        None,
    )
    units = owner or pressure.table
    return units.write_units if dimension.side == "Write" else units.read_units


def _busiest(metrics: tuple[Metrics, ...], dimension: Dimension) -> float | None:
    """Return the busiest minute's units a second; None: no datapoint."""
    name = f"Consumed{dimension.side}CapacityUnits"
    values = [
        value / 60
        for one in metrics
        if (series := one.get(name, "Sum", index=dimension.index)) is not None
        for _, value in series.within(one.since, one.until)
    ]
    return max(values, default=None)


def _suspended(pressure: Pressure, target: Target) -> Iterator[Finding]:
    if not target.out_suspended:
        return
    since = pressure.since(target.dimension)
    yield Finding(
        cause="scaling.suspended",
        strength=pressure.strength(target.dimension),
        says=f"Scaling out of {target.dimension.says} is suspended.",
        evidence=(Evidence(source=TARGETS, reading="DynamicScalingOutSuspended = true"),),
        scope=target.dimension.scope,
        first_at=since,
        off_path=since is None,
        values=_values(target.dimension, target.most),
    )


def _at_maximum(pressure: Pressure, target: Target) -> Iterator[Finding]:
    since = pressure.since(target.dimension)
    capacity = _capacity(pressure, target.dimension)
    fell = capacity_fall(pressure.metrics, target.dimension.side, target.dimension.index)
    if since is None or capacity < target.most or fell:
        return
    yield Finding(
        cause="scaling.at_maximum",
        strength=pressure.strength(target.dimension),
        says=f"Auto scaling holds {target.dimension.says} at its configured maximum, "
        f"{target.most:,} units, and it was throttled there.",
        evidence=(
            Evidence(source=TARGETS, reading=f"MaxCapacity = {target.most}, now {capacity}"),
        ),
        scope=target.dimension.scope,
        first_at=since,
        values=_values(target.dimension, target.most),
    )


def _values(dimension: Dimension, capacity: int) -> dict[str, str]:
    """Return what the remedies need; what is advised is twice the capacity there is."""
    return {
        "resource_id": dimension.resource,
        "dimension": dimension.name,
        "table": dimension.table,
        "side": dimension.side,
        "min_capacity": str(max(capacity, 1)),
        "max_capacity": str(max(2 * capacity, 10)),
        "metric_type": f"DynamoDB{dimension.side}CapacityUtilization",
        "scaling_policy": f"{dimension.scope}-{dimension.side.lower()}-target-tracking",
    } | ({"index": dimension.index} if dimension.index else {})


# --- activities: what scaling tried ------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Activity:
    """One thing auto scaling did, or did not do."""

    dimension: Dimension
    at: datetime
    status: str
    message: str
    reasons: tuple[str, ...]  # codes of why it did not scale


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """What auto scaling tried in the window."""

    pressure: Pressure
    activities: tuple[Activity, ...]


def gather_activities(request: Request, aws: Reader) -> Tried:
    """Return the activities of the table and its indexes from shortly before the window."""
    table = gather_table(request, aws)
    if table.on_demand:
        raise NotAsked(ON_DEMAND)
    place = table_reader(request, aws)
    resources = tuple(dict.fromkeys(d.resource for d in dimensions(table)))
    pressure, answers = side_by_side(
        lambda: gather_pressure(request, aws),
        lambda: side_by_side(
            *(
                lambda resource=resource: place.read(
                    ACTIVITIES,
                    ServiceNamespace="dynamodb",
                    ResourceId=resource,
                    IncludeNotScaledActivities=True,
                )
                for resource in resources
            ),
        ),
    )
    known = {(d.resource, d.name): d for d in dimensions(table)}
    since = request.since - ACTIVITY_MARGIN
    activities = {
        given.get("ActivityId", repr(given)): _activity(given, known[key])
        for answer in answers
        for given in answer.get("ScalingActivities", ())
        if (key := (given.get("ResourceId"), given.get("ScalableDimension"))) in known
        and since <= given["StartTime"] <= request.until
    }
    ordered = sorted(activities.values(), key=lambda a: (a.at, a.dimension.resource))
    return Tried(pressure=pressure, activities=tuple(ordered))


def _activity(given: Mapping[str, Any], dimension: Dimension) -> Activity:
    return Activity(
        dimension=dimension,
        at=given["StartTime"],
        status=given.get("StatusCode", ""),
        message=given.get("StatusMessage", ""),
        reasons=tuple(r.get("Code", "") for r in given.get("NotScaledReasons", ())),
    )


def judge_activities(tried: Tried) -> Iterator[Said]:
    """Say what auto scaling tried and could not."""
    failed = [a for a in tried.activities if a.status in FAILED]
    for dimension in dict.fromkeys(a.dimension for a in failed):
        yield _failed(tried, dimension, [a for a in failed if a.dimension == dimension])
    at_most = [a for a in tried.activities if AT_MAXIMUM in a.reasons]
    for dimension in dict.fromkeys(a.dimension for a in at_most):
        yield _refused_at_maximum(tried, [a for a in at_most if a.dimension == dimension])
    if not failed:
        yield Finding(
            cause="scaling.failed",
            strength=Strength.AGAINST,
            says=f"None of {len(tried.activities)} scaling activities in the window failed.",
            evidence=(Evidence(source=ACTIVITIES, reading="no StatusCode Failed"),),
            scope=tried.pressure.table.name,
        )


def _failed(tried: Tried, dimension: Dimension, failed: list[Activity]) -> Finding:
    since = tried.pressure.since(dimension)
    last = failed[-1]
    return Finding(
        cause="scaling.failed",
        strength=tried.pressure.strength(dimension),
        says=f"{len(failed)} attempts to set {dimension.says} failed, the last with: "
        f"{last.message or last.status}",
        evidence=(
            Evidence(
                source=ACTIVITIES, reading=f"StatusCode = {last.status}: {last.message}", at=last.at
            ),
        ),
        scope=dimension.scope,
        first_at=failed[0].at,
        off_path=since is None,
        values={
            **_values(dimension, _capacity(tried.pressure, dimension)),
            **_by_hand(tried.pressure.table, dimension),
        },
    )


def _by_hand(table: Table, dimension: Dimension) -> dict[str, str]:
    """Return the capacities that double the throttled side of the table itself."""
    if dimension.index is not None:
        return {}
    read, write = table.read_units, table.write_units
    return {
        "target_read_units": str(2 * read if dimension.side == "Read" else read),
        "target_write_units": str(2 * write if dimension.side == "Write" else write),
    }


def _refused_at_maximum(tried: Tried, refused: list[Activity]) -> Finding:
    dimension = refused[0].dimension
    since = tried.pressure.since(dimension)
    return Finding(
        cause="scaling.at_maximum",
        strength=tried.pressure.strength(dimension),
        says=f"Auto scaling wanted more for {dimension.says} and was at its maximum.",
        evidence=(
            Evidence(
                source=ACTIVITIES, reading=f"NotScaledReasons = {AT_MAXIMUM}", at=refused[-1].at
            ),
        ),
        scope=dimension.scope,
        first_at=since,
        off_path=since is None,
        values=_values(dimension, _capacity(tried.pressure, dimension)),
    )


# --- alarms behind the policies ----------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Alarms:
    """The alarms the policies name, and those CloudWatch has."""

    pressure: Pressure
    wanted: tuple[tuple[Dimension, str], ...]
    present: Mapping[str, Mapping[str, Any]]


def gather_alarms(request: Request, aws: Reader) -> Alarms:
    """Return the alarms behind the table's policies."""
    table = gather_table(request, aws)
    if table.on_demand:
        raise NotAsked(ON_DEMAND)
    place = table_reader(request, aws)
    known = {(d.resource, d.name): d for d in dimensions(table)}
    resources = tuple(dict.fromkeys(d.resource for d in dimensions(table)))
    pressure, answers = side_by_side(
        lambda: gather_pressure(request, aws),
        lambda: side_by_side(
            *(
                lambda resource=resource: place.read(
                    POLICIES, ServiceNamespace="dynamodb", ResourceId=resource
                )
                for resource in resources
            ),
        ),
    )
    wanted = tuple(
        dict.fromkeys(
            (known[key], alarm["AlarmName"])
            for answer in answers
            for policy in answer.get("ScalingPolicies", ())
            if (key := (policy.get("ResourceId"), policy.get("ScalableDimension"))) in known
            for alarm in policy.get("Alarms", ())
        ),
    )
    if not wanted:
        raise NotAsked("no scaling policy of this table has alarms")
    names = sorted({name for _, name in wanted})
    # 100 names a call. Source: API reference, DescribeAlarms.
    found = side_by_side(
        *(
            lambda part=names[i : i + 100]: place.read("cloudwatch:DescribeAlarms", AlarmNames=part)
            for i in range(0, len(names), 100)
        ),
    )
    present = {a["AlarmName"]: a for answer in found for a in answer.get("MetricAlarms", ())}
    return Alarms(pressure=pressure, wanted=wanted, present=present)


def judge_alarms(alarms: Alarms) -> Iterator[Said]:
    """Say whether the alarms that drive scaling out are there and act."""
    yield OnPath(kind="alarm", ids=frozenset(name for _, name in alarms.wanted))
    gone = [(d, name) for d, name in alarms.wanted if name not in alarms.present]
    mute = [
        (d, name)
        for d, name in alarms.wanted
        if name in alarms.present and alarms.present[name].get("ActionsEnabled") is False
    ]
    for dimension, name in gone + mute:
        state = "does not exist any more" if (dimension, name) in gone else "has its actions off"
        since = alarms.pressure.since(dimension)
        yield Finding(
            cause="scaling.alarms_missing",
            strength=alarms.pressure.strength(dimension),
            says=f"The alarm {name}, which drives {dimension.says}, {state}.",
            evidence=(Evidence(source="cloudwatch:DescribeAlarms", reading=f"{name}: {state}"),),
            scope=dimension.scope,
            first_at=since,
            off_path=since is None,
            values={
                **_values(dimension, _capacity(alarms.pressure, dimension)),
                "alarm": name,
            },
        )
    if not gone and not mute:
        yield Finding(
            cause="scaling.alarms_missing",
            strength=Strength.AGAINST,
            says=f"All {len(alarms.wanted)} alarms behind the scaling policies are there and act.",
            evidence=(
                Evidence(
                    source="cloudwatch:DescribeAlarms", reading=f"{len(alarms.present)} alarms"
                ),
            ),
            scope=alarms.pressure.table.name,
        )


# --- the role auto scaling acts with -----------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class ScalingRole:
    """The role of the throttled targets and whether it may act."""

    pressure: Pressure
    role_arn: str
    exists: bool
    denied: tuple[str, ...]  # actions the simulation does not allow


def gather_role(request: Request, aws: Reader) -> ScalingRole:
    """Return whether the role behind the targets exists and may change the table."""
    table = gather_table(request, aws)
    if table.on_demand:
        raise NotAsked(ON_DEMAND)
    answer = ask_scaling(request, aws, TARGETS, table)
    targets = targets_in(answer, table)
    role_arn = next((t.role_arn for t in targets if t.role_arn), None)
    if role_arn is None:
        raise NotAsked("auto scaling is not registered for this table")
    place = arn.reader_of(aws, role_arn)
    name = arn.name_of(role_arn)
    pressure, role = side_by_side(
        lambda: gather_pressure(request, aws),
        lambda: place.find("iam:GetRole", RoleName=name),
    )
    denied: tuple[str, ...] = ()
    if role is not None and name != SERVICE_ROLE:
        # The service-linked role's policy is AWS's own and cannot be edited.
        denied = _denied(place, role_arn, table)
    return ScalingRole(pressure=pressure, role_arn=role_arn, exists=role is not None, denied=denied)


def _denied(place: Reader, role_arn: str, table: Table) -> tuple[str, ...]:
    answer = place.read(
        "iam:SimulatePrincipalPolicy",
        PolicySourceArn=role_arn,
        ActionNames=["dynamodb:DescribeTable", "dynamodb:UpdateTable"],
        ResourceArns=[table.arn],
    )
    return tuple(
        result["EvalActionName"]
        for result in answer.get("EvaluationResults", ())
        if result.get("EvalDecision") != "allowed" and not result.get("MissingContextValues")
    )


def judge_role(role: ScalingRole) -> Iterator[Said]:
    """Say whether auto scaling's role can act."""
    yield OnPath(kind="role", ids=frozenset({role.role_arn, arn.name_of(role.role_arn)}))
    if role.exists and not role.denied:
        return
    since = min(role.pressure.throttled.values(), default=None)
    name = arn.name_of(role.role_arn)
    lacks = "does not exist" if not role.exists else f"may not {', '.join(role.denied)}"
    source = "iam:GetRole" if not role.exists else "iam:SimulatePrincipalPolicy"
    yield Finding(
        cause="scaling.failed",
        strength=Strength.SUGGESTS,
        says=f"The role auto scaling acts with, {name}, {lacks}.",
        evidence=(Evidence(source=source, reading=f"{role.role_arn} {lacks}"),),
        scope=role.pressure.table.name,
        first_at=since,
        off_path=since is None,
        values={"scaling_role": name, "scaling_role_arn": role.role_arn},
    )


CHECKS = (
    Check(
        id="scaling.targets",
        asks="Is auto scaling registered, free to act, and below its maximum?",
        reads=metric_facts.READS | {TARGETS},
        finds=frozenset({"scaling.suspended", "scaling.at_maximum", "scaling.not_configured"}),
        gather=gather_targets,
        judge=judge_targets,
    ),
    Check(
        id="scaling.activities",
        asks="Did auto scaling try and fail?",
        reads=metric_facts.READS | {ACTIVITIES},
        finds=frozenset({"scaling.failed", "scaling.at_maximum"}),
        gather=gather_activities,
        judge=judge_activities,
    ),
    Check(
        id="scaling.alarms",
        asks="Are the alarms that drive auto scaling there?",
        reads=metric_facts.READS | {POLICIES, "cloudwatch:DescribeAlarms"},
        finds=frozenset({"scaling.alarms_missing"}),
        gather=gather_alarms,
        judge=judge_alarms,
    ),
    Check(
        id="scaling.role",
        asks="May auto scaling's role change the table?",
        reads=metric_facts.READS | {TARGETS, "iam:GetRole", "iam:SimulatePrincipalPolicy"},
        finds=frozenset({"scaling.failed"}),
        gather=gather_role,
        judge=judge_role,
    ),
)
