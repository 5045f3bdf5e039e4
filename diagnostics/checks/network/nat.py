"""The NAT gateway, where the workload's way to DynamoDB goes through one."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from diagnostics.checks.network.ground import not_in_a_vpc
from diagnostics.checks.network.routes import (
    PATH_CAUSES,
    ROUTE_READS,
    SURE,
    Routes,
    Way,
    gather_routes,
    has_way,
    no_way,
    paths,
    table_for,
)
from diagnostics.facts.workload import workload_reader
from diagnostics.model import Check, Evidence, Finding, Request, Said, Strength
from diagnostics.reader import Reader

NATS = "ec2:DescribeNatGateways"
METRICS = "cloudwatch:GetMetricData"
CAUSE = "network.nat"

# States in which a NAT gateway passes nothing. Source: VPC user guide, "NAT gateway states".
DEAD = frozenset({"failed", "deleting", "deleted", "pending"})
# From so many failed allocations in the window on, several clients' connections are lost,
# not one; fewer only suggest it. Engineering judgement.
MANY = 10
PERIOD_S = 60
# Asked together: what went wrong, and whether the gateway had any traffic to report on.
NAMES = ("ErrorPortAllocation", "ConnectionAttemptCount")


@dataclass(frozen=True, slots=True, kw_only=True)
class Nat:
    """A NAT gateway."""

    id: str
    state: str
    subnet: str | None
    private: bool  # connects VPCs, never the internet
    failure: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Nats:
    """The ways, and the NAT gateways on them."""

    routes: Routes
    nats: tuple[Nat, ...]


def _ids(routes: Routes) -> tuple[str, ...]:
    found = (p.via for p in paths(routes) if p.way is Way.NAT)
    return tuple(dict.fromkeys(i for via in found for i in via.split(", ")))


def gather_nats(request: Request, aws: Reader) -> Nats:
    """Return the NAT gateways on the way; none are read where the way has none."""
    routes = gather_routes(request, aws)
    ids = _ids(routes)
    if not ids:
        return Nats(routes=routes, nats=())
    answer = workload_reader(request, aws).find(NATS, NatGatewayIds=list(ids))
    if answer is None:
        return Nats(routes=routes, nats=())
    return Nats(
        routes=routes,
        nats=tuple(_nat(n) for n in answer.get("NatGateways", ()) if n["NatGatewayId"] in ids),
    )


def _nat(described: Mapping[str, Any]) -> Nat:
    return Nat(
        id=described["NatGatewayId"],
        state=described.get("State", "available").lower(),
        subnet=described.get("SubnetId"),
        private=described.get("ConnectivityType", "public").lower() == "private",
        failure=described.get("FailureMessage"),
    )


def judge_nats(facts: Nats) -> Iterator[Said]:
    """Say whether what is behind the NAT gateway is a way at all."""
    where = facts.routes.where
    if where.vpc is None:
        yield from not_in_a_vpc(where, (CAUSE,))
        return
    yield from _dead(facts)
    found = paths(facts.routes)
    known = {nat.id for nat in facts.nats}
    if not facts.nats or known != set(_ids(facts.routes)):
        return
    out = {nat.id: _leads_out(facts.routes, nat) for nat in facts.nats}
    lost = tuple(
        p for p in found if p.way is Way.NONE or (p.way is Way.NAT and out.get(p.via) is False)
    )
    if len(lost) == len(found):
        yield no_way(facts.routes, lost, "network.no_route", Strength.PROVES)
    elif any(p.way is Way.NAT for p in lost):
        yield no_way(facts.routes, lost, "network.partial_route", Strength.PROVES)
    elif all(p.way in SURE or out.get(p.via) for p in found):
        yield from has_way(where, found)


def _dead(facts: Nats) -> Iterator[Finding]:
    for nat in facts.nats:
        if nat.state in DEAD:
            yield Finding(
                cause=CAUSE,
                strength=Strength.PROVES,
                says=f"NAT gateway {nat.id} on the way to DynamoDB is {nat.state}.",
                evidence=(Evidence(source=NATS, reading=nat.failure or f"State = {nat.state}"),),
                scope=nat.id,
                values=_values(facts.routes, nat.id),
            )


def _leads_out(routes: Routes, nat: Nat) -> bool | None:
    """Whether the NAT gateway's own subnet leads to the internet; None: not known."""
    table = table_for(routes.tables, nat.subnet) if nat.subnet else None
    if table is None:
        return None
    out = [r for r in table.routes if r.cidr is not None and r.cidr.prefixlen == 0 and r.active]
    if nat.private:
        return None if out else False
    if not out:
        return False
    return True if out[0].target.startswith("igw-") else None


def _values(routes: Routes, nat: str) -> dict[str, str]:
    tables = [p.table for p in paths(routes) if p.table and p.via == nat]
    return {
        "nat_gateway": nat,
        "vpc": routes.where.vpc or "",
        "route_tables": tables[0] if tables else "",
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """What one NAT gateway counted in the window."""

    nat: str
    name: str
    complete: bool
    points: tuple[tuple[datetime, float], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ports:
    """The ways, and what the NAT gateways on them counted."""

    routes: Routes
    counts: tuple[Count, ...]


def gather_ports(request: Request, aws: Reader) -> Ports:
    """Return the NAT gateways' own counts of the window."""
    routes = gather_routes(request, aws)
    asked = {
        f"n{place}_{number}": (nat, name)
        for place, nat in enumerate(_ids(routes))
        for number, name in enumerate(NAMES)
    }
    if not asked:
        return Ports(routes=routes, counts=())
    answer = workload_reader(request, aws).read(
        METRICS,
        MetricDataQueries=[_query(query, nat, name) for query, (nat, name) in asked.items()],
        StartTime=request.since.replace(second=0, microsecond=0),
        EndTime=request.until.replace(second=0, microsecond=0) + timedelta(minutes=1),
        ScanBy="TimestampAscending",
    )
    return Ports(
        routes=routes, counts=tuple(_count(answer, query, *key) for query, key in asked.items())
    )


def _query(query: str, nat: str, name: str) -> dict[str, Any]:
    metric = {
        "Namespace": "AWS/NATGateway",
        "MetricName": name,
        "Dimensions": [{"Name": "NatGatewayId", "Value": nat}],
    }
    return {"Id": query, "MetricStat": {"Metric": metric, "Period": PERIOD_S, "Stat": "Sum"}}


def _count(answer: Mapping[str, Any], query: str, nat: str, name: str) -> Count:
    results = [r for r in answer.get("MetricDataResults", ()) if r.get("Id") == query]
    points = (
        (at, float(value))
        for r in results
        for at, value in zip(r.get("Timestamps", ()), r.get("Values", ()), strict=False)
    )
    complete = bool(results) and results[-1].get("StatusCode") == "Complete"
    return Count(nat=nat, name=name, complete=complete, points=tuple(sorted(points)))


def judge_ports(facts: Ports) -> Iterator[Said]:
    """Say whether a NAT gateway ran out of ports."""
    where = facts.routes.where
    if where.vpc is None:
        return
    found = paths(facts.routes)
    if all(p.way in SURE for p in found):
        ways = ", ".join(sorted({f"{p.way}" for p in found}))
        yield _against(f"The way to DynamoDB goes through {ways}, not through a NAT gateway.", "")
        return
    errors = tuple(c for c in facts.counts if c.name == "ErrorPortAllocation")
    lost = [c for c in errors if sum(v for _, v in c.points) > 0]
    for count in lost:
        yield _exhausted(facts.routes, count)
    every = all(p.way in SURE or p.way is Way.NAT for p in found)
    if every and errors and not lost and all(_is_zero(facts.counts, c) for c in errors):
        names = ", ".join(c.nat for c in errors)
        yield _against(f"ErrorPortAllocation of {names} is 0 in the window.", names)


def _exhausted(routes: Routes, count: Count) -> Finding:
    total = sum(value for _, value in count.points)
    first = min(at for at, value in count.points if value > 0)
    return Finding(
        cause=CAUSE,
        strength=Strength.PROVES if total >= MANY else Strength.SUGGESTS,
        says=f"NAT gateway {count.nat} could not give {total:.0f} connections a port.",
        evidence=(
            Evidence(source=METRICS, reading=f"ErrorPortAllocation = {total:.0f}", at=first),
        ),
        scope=count.nat,
        first_at=first,
        values=_values(routes, count.nat),
    )


def _is_zero(counts: Sequence[Count], errors: Count) -> bool:
    """Whether no points, or zeros, really mean that nothing went wrong."""
    if errors.points:
        return True
    alive = any(c.points for c in counts if c.nat == errors.nat and c.name != errors.name)
    return errors.complete and alive


def _against(says: str, scope: str) -> Finding:
    return Finding(
        cause=CAUSE,
        strength=Strength.AGAINST,
        says=says,
        evidence=(Evidence(source=METRICS if scope else "ec2:DescribeRouteTables", reading=says),),
        scope=scope or None,
    )


CHECKS: tuple[Check[Any], ...] = (
    Check(
        id="network.nat",
        asks="Does the NAT gateway on the way lead anywhere?",
        reads=ROUTE_READS | {NATS},
        finds=frozenset({CAUSE, *PATH_CAUSES}),
        gather=gather_nats,
        judge=judge_nats,
        needs_caller=True,
    ),
    Check(
        id="network.nat_ports",
        asks="Did a NAT gateway on the way run out of ports?",
        reads=ROUTE_READS | {METRICS},
        finds=frozenset({CAUSE}),
        gather=gather_ports,
        judge=judge_ports,
        needs_caller=True,
    ),
)
