"""Throttling: which limit held the table or one of its indexes back?"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil

from diagnostics.facts import metrics as metric_facts
from diagnostics.facts import table as tables
from diagnostics.facts.metrics import SIDES, Metrics, gather_metrics
from diagnostics.facts.table import Index, Table, gather_table, table_reader
from diagnostics.model import Check, Evidence, Finding, Request, Said, Strength, Traffic
from diagnostics.reader import Reader, side_by_side

GET_METRIC_DATA = "cloudwatch:GetMetricData"

# Throttling counts as a cause from this many throttled events a minute, and this share of
# the minute's answered calls; below, the SDKs' retries absorb it. Engineering judgement.
LEAST_EVENTS_A_MINUTE = 10
LEAST_SHARE = 0.01
# Auto scaling's usual target: capacity is advised so that today's demand fills 70 % of it.
# Source: developer guide, "Managing throughput capacity automatically", default target.
TARGET_SHARE = 0.70
# Consumption this close to the provisioned capacity is at the limit. Engineering judgement.
FULL_SHARE = 0.95
# On-demand tables take at once what they took before, doubled; more than that within half
# an hour may throttle. Source: developer guide, "On-demand capacity mode", "Initial
# throughput and scaling".
RAMP_FACTOR = 2.0
RAMP_MINUTES = 30
# Use is looked at for this long before a capacity fell. Engineering judgement.
CUT_MINUTES = 15
# A single key above this share of the throttled calls is a hot key. Engineering judgement.
HOT_KEY_SHARE = 0.5

PROVISIONED = "ProvisionedThroughput"
CAUSE_OF_LIMIT = {
    "KeyRangeThroughput": "throttling.hot_key",
    "MaxOnDemandThroughput": "throttling.on_demand_maximum",
    "AccountLimit": "throttling.account_quota",
}
FINDS = frozenset(
    {
        *CAUSE_OF_LIMIT.values(),
        "throttling.provisioned",
        "throttling.index",
        "throttling.on_demand_ramp",
    },
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Throttles:
    """The table and its metrics over the window."""

    table: Table
    metrics: Metrics


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """One throttle metric that rose above what retries absorb."""

    limit: str | None  # None: the metric that does not name the limit
    side: str  # "Read" or "Write"
    index: Index | None  # None: the table itself
    total: float
    worst: float  # events in the worst minute
    first_at: datetime
    minutes: int


def gather_throttles(request: Request, aws: Reader) -> Throttles:
    """Return the table and every throttle and capacity metric of it and its indexes."""
    return Throttles(table=gather_table(request, aws), metrics=gather_metrics(request, aws))


def judge_throttles(facts: Throttles) -> Iterator[Said]:
    """Say which limit throttles, and which limits do not."""
    answered = facts.metrics.answered()
    if answered is not None:
        yield Traffic(answered=answered, fresh=facts.metrics.fresh())
    hits = tuple(_hits(facts))
    for hit in hits:
        if hit.limit is not None:
            yield _named(facts, hit)
    yield from _unnamed(facts, hits)
    yield from _innocent(facts, hits)


def _hits(facts: Throttles) -> Iterator[Hit]:
    for index in (None, *facts.table.indexes):
        for side in SIDES:
            for limit in (*metric_facts.THROTTLE_LIMITS, None):
                hit = _hit(facts, limit, side, index)
                if hit is not None:
                    yield hit


def heavy_hits(table: Table, metrics: Metrics) -> Iterator[tuple[str | None, str, datetime]]:
    """Return (index or None, "Read" or "Write", first throttle) of what lacked capacity.

    A hot key or a quota throttles too, and more capacity would not have mended that. A hit
    whose limit CloudWatch does not name counts only where no other hit names one.
    """
    hits = tuple(_hits(Throttles(table=table, metrics=metrics)))
    named = {(hit.side, hit.index) for hit in hits if hit.limit}
    for hit in hits:
        if hit.limit == PROVISIONED or (hit.limit is None and (hit.side, hit.index) not in named):
            yield hit.index.name if hit.index else None, hit.side, hit.first_at


def _hit(facts: Throttles, limit: str | None, side: str, index: Index | None) -> Hit | None:
    metrics = facts.metrics
    series = metrics.get(_metric(limit, side), "Sum", index=index.name if index else None)
    points = series.within(metrics.since, metrics.until) if series else ()
    calls = _calls_by_minute(metrics)
    heavy = [(at, n) for at, n in points if n >= max(LEAST_EVENTS_A_MINUTE, _share(calls, at, n))]
    if not heavy:
        return None
    return Hit(
        limit=limit,
        side=side,
        index=index,
        total=sum(n for _, n in points),
        worst=max(n for _, n in points),
        first_at=points[0][0],
        minutes=len(points),
    )


def _share(calls: dict[datetime, float], at: datetime, throttled: float) -> float:
    """Return how many events LEAST_SHARE of a minute's calls is."""
    return LEAST_SHARE * (calls.get(at, 0.0) + throttled)


def _calls_by_minute(metrics: Metrics) -> dict[datetime, float]:
    calls: dict[datetime, float] = {}
    for series in metrics.series:
        if series.stat == "SampleCount":
            for at, value in series.points:
                calls[at] = calls.get(at, 0.0) + value
    return calls


def _metric(limit: str | None, side: str) -> str:
    return f"{side}{limit or ''}ThrottleEvents"


def _named(facts: Throttles, hit: Hit) -> Finding:
    """Return the proof that a limit CloudWatch names was reached."""
    cause = CAUSE_OF_LIMIT.get(hit.limit or "")
    if cause is None:
        cause = "throttling.index" if hit.index else "throttling.provisioned"
    return _finding(facts, hit, cause, Strength.PROVES)


def _finding(facts: Throttles, hit: Hit, cause: str, strength: Strength, tail: str = "") -> Finding:
    where = _where(facts.table, hit.index)
    metric = _metric(hit.limit, hit.side)
    capacity = _capacity_sentence(facts, hit)
    return Finding(
        cause=cause,
        strength=strength,
        says=f"{where}: {hit.total:,.0f} {hit.side.lower()} throttle events over "
        f"{hit.minutes} min, at worst {hit.worst:,.0f} in one minute.{capacity}{tail}",
        evidence=(
            Evidence(
                source=GET_METRIC_DATA,
                reading=f"{metric} of {where}: Sum = {hit.total:,.0f}",
                at=hit.first_at,
            ),
        ),
        scope=hit.index.name if hit.index else facts.table.name,
        first_at=hit.first_at,
        values=_values(facts, hit),
    )


def _where(table: Table, index: Index | None) -> str:
    return f"index {index.name} of {table.name}" if index else f"table {table.name}"


def _capacity_sentence(facts: Throttles, hit: Hit) -> str:
    """Return how full the provisioned capacity was, and whether it fell."""
    if facts.table.on_demand:
        return ""
    parts = []
    provisioned = _provisioned(facts, hit)
    peak = _peak_per_second(facts, hit.side, hit.index, since=hit.first_at)
    if provisioned and peak is not None:
        units = "WCU" if hit.side == "Write" else "RCU"
        share = 100 * peak / provisioned
        parts.append(
            f" The busiest minute used {peak:,.1f} of {provisioned:,.0f} {units} ({share:.0f} %)."
        )
    fall = capacity_fall(facts.metrics, hit.side, hit.index.name if hit.index else None)
    if fall:
        at, before, after = fall
        parts.append(
            f" Its {hit.side.lower()} capacity fell from {before:,.0f} to {after:,.0f} "
            f"about {at:%H:%M} UTC."
        )
    return "".join(parts)


def capacity_fall(
    metrics: Metrics, side: str, index: str | None
) -> tuple[datetime, float, float] | None:
    """Return when provisioned capacity fell last, from what, to what; None: it never did."""
    series = metrics.get(f"Provisioned{side}CapacityUnits", "Average", index=index)
    if series is None:
        return None
    pairs = zip(series.points, series.points[1:], strict=False)
    falls = [(at, before, after) for (_, before), (at, after) in pairs if after < before]
    return falls[-1] if falls else None


def cut_below_use(metrics: Metrics, side: str, index: str | None) -> bool:
    """Whether capacity fell in the window to less than what was just being used.

    Auto scaling never does that: it lowers capacity to what use fills to its target.
    """
    fall = capacity_fall(metrics, side, index)
    used = metrics.get(f"Consumed{side}CapacityUnits", "Sum", index=index)
    if fall is None or used is None or fall[0] < metrics.since:
        return False
    at, _, after = fall
    before = used.within(at - timedelta(minutes=CUT_MINUTES), at - timedelta(minutes=1))
    return max((value / 60 for _, value in before), default=0.0) >= FULL_SHARE * after


def _provisioned(facts: Throttles, hit: Hit) -> float:
    """Return the capacity at the time, from the metric where it has points."""
    name = f"Provisioned{hit.side}CapacityUnits"
    series = facts.metrics.get(name, "Average", index=hit.index.name if hit.index else None)
    points = series.within(facts.metrics.since, facts.metrics.until) if series else ()
    if points:
        return points[-1][1]
    owner = hit.index or facts.table
    return owner.write_units if hit.side == "Write" else owner.read_units


def _peak_per_second(
    facts: Throttles, side: str, index: Index | None, *, since: datetime | None = None
) -> float | None:
    """Return the busiest minute's units a second, from `since` on; None: no datapoint."""
    name = f"Consumed{side}CapacityUnits"
    series = facts.metrics.get(name, "Sum", index=index.name if index else None)
    start = max(since or facts.metrics.since, facts.metrics.since)
    points = series.within(start, facts.metrics.until) if series else ()
    return max((value / 60 for _, value in points), default=None)


def _values(facts: Throttles, hit: Hit) -> dict[str, str]:
    """Return what the remedies need: advised capacities, the index, the dimension."""
    owner = hit.index or facts.table
    read = _advised(facts, hit, "Read", owner.read_units)
    write = _advised(facts, hit, "Write", owner.write_units)
    values = {
        "table": facts.table.name,
        "metric": _metric(hit.limit, hit.side),
        "side": hit.side,
        "target_read_units": str(read),
        "target_write_units": str(write),
        "read_units": str(owner.read_units),
        "write_units": str(owner.write_units),
        "max_capacity": str(2 * (write if hit.side == "Write" else read)),
        "min_capacity": str(write if hit.side == "Write" else read),
    }
    if hit.index:
        return values | {"index": hit.index.name}
    return values | _own_limits(facts.table, read, write)


# UpdateTable's word for no maximum of one's own. Source: API reference, OnDemandThroughput.
NO_MAXIMUM = -1


def _own_limits(table: Table, read: int, write: int) -> dict[str, str]:
    """Return the table's own maximum, doubled, and the warm throughput that covers demand.

    A side without a maximum keeps none. Warm throughput cannot be lowered, so none is
    advised where the present one is not known.
    """
    limits = {
        "max_read_units": str(2 * table.max_read_units if table.max_read_units else NO_MAXIMUM),
        "max_write_units": str(2 * table.max_write_units if table.max_write_units else NO_MAXIMUM),
    }
    if table.warm_read_units is not None and table.warm_write_units is not None:
        limits |= {
            "warm_read_units": str(max(read, table.warm_read_units)),
            "warm_write_units": str(max(write, table.warm_write_units)),
        }
    return limits


def _advised(facts: Throttles, hit: Hit, side: str, now: int) -> int:
    """Return the capacity at which today's demand fills TARGET_SHARE of it, never less."""
    if side != hit.side:
        return max(now, 1)
    demand = (_peak_per_second(facts, side, hit.index) or 0.0) + hit.worst / 60
    fall = capacity_fall(facts.metrics, side, hit.index.name if hit.index else None)
    return max(ceil(demand / TARGET_SHARE), now, ceil(fall[1]) if fall else 1)


def _unnamed(facts: Throttles, hits: Iterable[Hit]) -> Iterator[Finding]:
    """Judge throttles whose limit CloudWatch does not name: older history lacks the names."""
    named = {(h.side, h.index.name if h.index else None) for h in hits if h.limit}
    for hit in hits:
        if hit.limit is None and (hit.side, hit.index.name if hit.index else None) not in named:
            yield from _on_demand(facts, hit) if facts.table.on_demand else _full(facts, hit)


def _full(facts: Throttles, hit: Hit) -> Iterator[Finding]:
    provisioned = _provisioned(facts, hit)
    peak = _peak_per_second(facts, hit.side, hit.index) or 0.0
    if provisioned and peak >= FULL_SHARE * provisioned:
        cause = "throttling.index" if hit.index else "throttling.provisioned"
        yield _finding(facts, hit, cause, Strength.PROVES)
        return
    tail = " The capacity was not used up, which is how one hot key or a short spike looks."
    yield _finding(facts, hit, "throttling.hot_key", Strength.HINTS, tail)
    cause = "throttling.index" if hit.index else "throttling.provisioned"
    yield _finding(facts, hit, cause, Strength.HINTS)


def _on_demand(facts: Throttles, hit: Hit) -> Iterator[Finding]:
    growth = _growth(facts, hit)
    if growth is None or growth <= RAMP_FACTOR:
        yield _finding(facts, hit, "throttling.hot_key", Strength.HINTS)
        return
    tail = f" Traffic grew to {growth:.1f} times the peak of the {RAMP_MINUTES} min before."
    yield _finding(facts, hit, "throttling.on_demand_ramp", Strength.SUGGESTS, tail)
    warm = facts.table.warm_write_units if hit.side == "Write" else facts.table.warm_read_units
    peak = _peak_per_second(facts, hit.side, hit.index) or 0.0
    if warm is not None and peak + hit.worst / 60 >= warm:
        yield Finding(
            cause="throttling.on_demand_ramp",
            strength=Strength.SUGGESTS,
            says=f"The table is warm for {warm:,} {hit.side.lower()} units a second, and "
            f"{peak + hit.worst / 60:,.0f} were asked for.",
            evidence=(
                Evidence(source="dynamodb:DescribeTable", reading=f"WarmThroughput = {warm}"),
            ),
            scope=facts.table.name,
            values=_values(facts, hit),
        )


def _growth(facts: Throttles, hit: Hit) -> float | None:
    """Return the peak of the window over the peak of the half hour before the first throttle."""
    name = f"Consumed{hit.side}CapacityUnits"
    series = facts.metrics.get(name, "Sum", index=hit.index.name if hit.index else None)
    if series is None:
        return None
    start = hit.first_at - timedelta(minutes=RAMP_MINUTES)
    before = [v for at, v in series.points if start <= at < hit.first_at - timedelta(minutes=2)]
    during = [v for at, v in series.points if hit.first_at <= at <= facts.metrics.until]
    if not before or not during or not max(before):
        return None
    return max(during) / max(before)


def _innocent(facts: Throttles, hits: tuple[Hit, ...]) -> Iterator[Finding]:
    """Speak against every limit whose metrics are known to be quiet."""
    unnamed = any(h.limit is None for h in hits) and not any(h.limit for h in hits)
    if unnamed:
        return
    for limit, cause in CAUSE_OF_LIMIT.items():
        quiet = _quiet(facts, limit, (None, *facts.table.indexes))
        if quiet is not None and not any(h.limit == limit for h in hits):
            yield _against(facts, cause, quiet, facts.table.name)
    own = _quiet(facts, PROVISIONED, (None,))
    if own is not None and not any(h.limit == PROVISIONED and not h.index for h in hits):
        yield _against(facts, "throttling.provisioned", own, facts.table.name)
    indexed = _quiet(facts, PROVISIONED, facts.table.indexes)
    if indexed is not None and not any(h.index for h in hits):
        yield _against(facts, "throttling.index", indexed, facts.table.name)
    everything = _quiet(facts, None, (None, *facts.table.indexes))
    if everything is not None and not hits:
        yield _against(facts, "throttling.on_demand_ramp", everything, facts.table.name)


def _quiet(
    facts: Throttles, limit: str | None, owners: Iterable[Index | None]
) -> tuple[float, float] | None:
    """Return (events, worst minute) of a limit's metrics; None where they are not known.

    A metric that names a limit is zero only where the one that names none is known too,
    because older history lacks the names.
    """
    total, worst = 0.0, 0.0
    for owner in owners:
        for side in SIDES:
            name = owner.name if owner else None
            general = facts.metrics.total(_metric(None, side), index=name)
            own = facts.metrics.total(_metric(limit, side), index=name)
            if general is None or own is None:
                return None
            series = facts.metrics.get(_metric(limit, side), "Sum", index=name)
            points = series.within(facts.metrics.since, facts.metrics.until) if series else ()
            total += own
            worst = max([worst, *(v for _, v in points)])
    return total, worst


def _against(facts: Throttles, cause: str, quiet: tuple[float, float], scope: str) -> Finding:
    total, worst = quiet
    says = f"{facts.table.name} has no throttle event of this kind in the window."
    if total:
        says = (
            f"{facts.table.name} has {total:,.0f} throttle events of this kind in the window, "
            f"at most {worst:,.0f} a minute: retries absorb that."
        )
    reading = f"throttle events: Sum = {total:,.0f}"
    return Finding(
        cause=cause,
        strength=Strength.AGAINST,
        says=says,
        evidence=(Evidence(source=GET_METRIC_DATA, reading=reading),),
        scope=scope,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyReport:
    """Which keys Contributor Insights saw throttled; keys are hashes."""

    table: str
    enabled: bool
    total: float
    top_key: str | None
    top: float


def gather_keys(request: Request, aws: Reader) -> KeyReport:
    """Return the most throttled key, where Contributor Insights is on."""
    table = gather_table(request, aws)
    place = table_reader(request, aws)
    insights = place.read("dynamodb:DescribeContributorInsights", TableName=table.name)
    rules = [
        rule
        for rule in insights.get("ContributorInsightsRuleList", ())
        if "-PKT-" in rule or "-SKT-" in rule  # the rules that count throttled keys
    ]
    if insights.get("ContributorInsightsStatus") != "ENABLED" or not rules:
        return KeyReport(table=table.name, enabled=False, total=0, top_key=None, top=0)
    reports = side_by_side(
        *(
            lambda rule=rule: place.read(
                "cloudwatch:GetInsightRuleReport",
                RuleName=rule,
                StartTime=request.since,
                EndTime=request.until,
                Period=60,
                MaxContributorCount=10,
            )
            for rule in rules
        ),
    )
    contributors = [c for report in reports for c in report.get("Contributors", ())]
    top = max(contributors, key=lambda c: c.get("ApproximateAggregateValue", 0), default=None)
    return KeyReport(
        table=table.name,
        enabled=True,
        total=max((r.get("AggregateValue", 0.0) for r in reports), default=0.0),
        top_key="/".join(top.get("Keys", ())) if top else None,
        top=top.get("ApproximateAggregateValue", 0.0) if top else 0.0,
    )


def judge_keys(report: KeyReport) -> Iterator[Said]:
    """Say whether one key takes most of the throttling."""
    if not report.enabled or report.top_key is None or report.top < LEAST_EVENTS_A_MINUTE:
        return
    share = report.top / report.total if report.total else 0.0
    if share < HOT_KEY_SHARE:
        return
    yield Finding(
        cause="throttling.hot_key",
        strength=Strength.SUGGESTS,
        says=f"One key ({report.top_key}, hashed) has {100 * share:.0f} % of "
        f"{report.total:,.0f} throttled calls.",
        evidence=(
            Evidence(
                source="cloudwatch:GetInsightRuleReport",
                reading=f"top contributor {report.top_key} = {report.top:,.0f}",
            ),
        ),
        scope=report.table,
    )


CHECKS = (
    Check(
        id="throttling.metrics",
        asks="Which capacity limit throttles the table or its indexes?",
        reads=metric_facts.READS,
        finds=FINDS,
        gather=gather_throttles,
        judge=judge_throttles,
    ),
    Check(
        id="throttling.keys",
        asks="Does one key take most of the throttling?",
        reads=tables.READS
        | {"dynamodb:DescribeContributorInsights", "cloudwatch:GetInsightRuleReport"},
        finds=frozenset({"throttling.hot_key"}),
        gather=gather_keys,
        judge=judge_keys,
        never_required_because="Contributor Insights is off by default and costs money.",
    ),
)
