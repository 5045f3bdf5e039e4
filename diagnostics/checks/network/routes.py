"""Which way each of the workload's subnets reaches DynamoDB."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from ipaddress import IPv4Network
from json import dumps
from typing import Any

from diagnostics.checks.network.ground import (
    ADDRESS_READS,
    ENDPOINTS,
    READS,
    Addresses,
    Endpoint,
    Where,
    gather_addresses,
    gather_endpoints,
    gather_where,
    in_vpc,
    interface_in_use,
    network_of,
    not_in_a_vpc,
)
from diagnostics.facts.workload import workload_reader
from diagnostics.model import Check, Evidence, Finding, OnPath, Request, Said, Strength
from diagnostics.reader import Reader, side_by_side

TABLES = "ec2:DescribeRouteTables"
ROUTE_READS = READS | ADDRESS_READS | {TABLES, ENDPOINTS}
PATH_CAUSES = ("network.no_route", "network.partial_route")

ANYWHERE = IPv4Network("0.0.0.0/0")

# The fields of a route that name a target outside what can be followed here.
# Source: EC2 API reference, Route.
ELSEWHERE = (
    "TransitGatewayId",
    "VpcPeeringConnectionId",
    "NetworkInterfaceId",
    "InstanceId",
    "LocalGatewayId",
    "CarrierGatewayId",
    "CoreNetworkArn",
    "EgressOnlyInternetGatewayId",
)


class Way(StrEnum):
    """How a subnet's packets reach DynamoDB."""

    GATEWAY = "a gateway endpoint"
    INTERFACE = "an interface endpoint"
    NAT = "a NAT gateway"
    INTERNET = "an internet gateway and a public address"
    UNKNOWN = "a way that cannot be followed"
    NONE = "no way"


# Ways that are whole by themselves; what is behind a NAT gateway is `nat`'s to say.
SURE = frozenset({Way.GATEWAY, Way.INTERFACE, Way.INTERNET})


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """One route: where to, through what."""

    cidr: IPv4Network | None  # None: a prefix list or IPv6
    prefix_list: str | None
    target: str  # "igw-…", "nat-…", "vpce-…", "local", or another id
    active: bool  # False: a blackhole
    default_v6: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class RouteTable:
    """A route table and the subnets that name it."""

    id: str
    subnets: tuple[str, ...]
    main: bool
    routes: tuple[Route, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Routes:
    """Everything that decides the way."""

    where: Where
    addresses: Addresses
    endpoints: tuple[Endpoint, ...]
    tables: tuple[RouteTable, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Path:
    """One subnet's way."""

    subnet: str
    table: str | None  # None: AWS named no route table for it
    way: Way
    via: str  # the endpoint or gateway; empty where there is none


def gather_routes(request: Request, aws: Reader) -> Routes:
    """Return what decides the way from the workload's subnets."""
    place = workload_reader(request, aws)
    where = gather_where(request, aws)
    nowhere = Addresses(prefix_list=None, cidrs=())
    if where.vpc is None:
        return Routes(where=where, addresses=nowhere, endpoints=(), tables=())
    vpc = where.vpc
    tables, endpoints, addresses = side_by_side(
        lambda: gather_tables(place, vpc),
        lambda: gather_endpoints(place, vpc),
        lambda: gather_addresses(place),
    )
    if where.table_region != where.region:
        # Endpoints and their prefix list serve their own region alone.
        # Source: AWS PrivateLink guide, "Gateway endpoints", considerations.
        addresses, endpoints = nowhere, ()
    return Routes(where=where, addresses=addresses, endpoints=endpoints, tables=tables)


def gather_tables(place: Reader, vpc: str) -> tuple[RouteTable, ...]:
    """Return every route table of the VPC."""
    answer = place.read(TABLES, Filters=in_vpc(vpc))
    return tuple(_table(t) for t in answer.get("RouteTables", ()) if t.get("VpcId", vpc) == vpc)


def _table(described: Mapping[str, Any]) -> RouteTable:
    associations = described.get("Associations", ())
    return RouteTable(
        id=described["RouteTableId"],
        subnets=tuple(a["SubnetId"] for a in associations if a.get("SubnetId")),
        main=any(a.get("Main") for a in associations),
        routes=tuple(_route(r) for r in described.get("Routes", ())),
    )


def _route(described: Mapping[str, Any]) -> Route:
    targets = (described.get(name) for name in ("NatGatewayId", "GatewayId", *ELSEWHERE))
    return Route(
        cidr=network_of(described.get("DestinationCidrBlock")),
        prefix_list=described.get("DestinationPrefixListId"),
        target=next((str(t) for t in targets if t), ""),
        active=described.get("State", "active") != "blackhole",
        default_v6=described.get("DestinationIpv6CidrBlock") == "::/0",
    )


def paths(facts: Routes) -> tuple[Path, ...]:
    """Return the way of each of the workload's subnets."""
    return tuple(_path(facts, subnet) for subnet in facts.where.subnets)


def table_for(tables: Sequence[RouteTable], subnet: str) -> RouteTable | None:
    """Return the subnet's own route table, else the VPC's main one."""
    own = next((t for t in tables if subnet in t.subnets), None)
    return own or next((t for t in tables if t.main), None)


def _path(facts: Routes, subnet: str) -> Path:
    table = table_for(facts.tables, subnet)
    interface = interface_in_use(facts.where, facts.endpoints)
    name = table.id if table else None
    if interface is not None:
        return Path(subnet=subnet, table=name, way=Way.INTERFACE, via=interface.id)
    if table is None or facts.where.override:
        return Path(subnet=subnet, table=name, way=Way.UNKNOWN, via="")
    found = {_way(facts, table, piece) for piece in _pieces(facts.addresses, table)}
    ways = {way for way, _ in found}
    via = ", ".join(sorted({via for _, via in found if via}))
    if len(ways) > 1:
        # Different addresses of DynamoDB go different ways: no one way to speak of.
        return Path(subnet=subnet, table=name, way=Way.UNKNOWN, via=via)
    way = ways.pop()
    if way is Way.NONE and _may_be_otherwise(facts, table):
        way = Way.UNKNOWN
    return Path(subnet=subnet, table=name, way=way, via=via)


def _pieces(addresses: Addresses, table: RouteTable) -> tuple[IPv4Network, ...]:
    """Return DynamoDB's address ranges, and what routes cut out of them."""
    if not addresses.cidrs:
        return (ANYWHERE,)
    cut = [
        route.cidr
        for route in table.routes
        for cidr in addresses.cidrs
        if route.cidr is not None and route.cidr != cidr and route.cidr.subnet_of(cidr)
    ]
    return (*addresses.cidrs, *cut)


def _way(facts: Routes, table: RouteTable, piece: IPv4Network) -> tuple[Way, str]:
    """Return the way of the most specific route that covers the addresses.

    A CIDR goes before a prefix list of the same length. Source: VPC user guide,
    "Route priority and prefix lists".
    """
    gateways = {e.id: e for e in facts.endpoints if e.gateway}
    best: tuple[int, int, Route] | None = None
    for route in _with_endpoints(facts, table, gateways):
        length = _length(facts.addresses, route, piece, gateways)
        if length is not None and (best is None or (length, route.cidr is not None) > best[:2]):
            best = (length, int(route.cidr is not None), route)
    if best is None or not best[2].active:
        return Way.NONE, ""
    return _target(best[2].target, gateways, facts.where)


def _with_endpoints(
    facts: Routes, table: RouteTable, gateways: Mapping[str, Endpoint]
) -> tuple[Route, ...]:
    """Return the table's routes, with those of the endpoints that name this table."""
    own = [
        Route(cidr=None, prefix_list=facts.addresses.prefix_list, target=e.id, active=True)
        for e in gateways.values()
        if table.id in e.route_tables
    ]
    return (*table.routes, *own)


def _length(
    addresses: Addresses, route: Route, piece: IPv4Network, gateways: Mapping[str, Endpoint]
) -> int | None:
    """Return how specific a route is for the addresses; None where it does not cover them."""
    if route.cidr is not None:
        return route.cidr.prefixlen if piece.subnet_of(route.cidr) else None
    known = route.prefix_list is not None and route.prefix_list == addresses.prefix_list
    if not known and route.target not in gateways:
        return None
    around = [cidr.prefixlen for cidr in addresses.cidrs if piece.subnet_of(cidr)]
    return max(around, default=ANYWHERE.prefixlen)


def _target(target: str, gateways: Mapping[str, Endpoint], where: Where) -> tuple[Way, str]:
    if target in gateways:
        return (Way.GATEWAY, target) if gateways[target].available else (Way.NONE, "")
    if target.startswith("nat-"):
        return Way.NAT, target
    if target.startswith("igw-"):
        public = where.workload.public_ip
        way = {True: Way.INTERNET, False: Way.NONE, None: Way.UNKNOWN}[public]
        return way, target if public else ""
    return Way.UNKNOWN, target


def _may_be_otherwise(facts: Routes, table: RouteTable) -> bool:
    """Whether something that cannot be followed may still be a way."""
    lists = any(
        r.prefix_list and r.active and not r.target.startswith("vpce-") for r in table.routes
    )
    unnamed = any(not e.gateway and e.available for e in facts.endpoints)
    guess = not facts.addresses.cidrs and any(
        r.active and r.cidr is not None and r.cidr.is_global for r in table.routes
    )
    environment = facts.where.workload.environment
    dual = environment.get("AWS_USE_DUALSTACK_ENDPOINT", "").lower() == "true"
    return lists or unnamed or guess or (dual and any(r.default_v6 for r in table.routes))


def judge_routes(facts: Routes) -> Iterator[Said]:
    """Say whether every subnet has a way, some have, or none has."""
    if facts.where.vpc is None:
        yield from not_in_a_vpc(facts.where, PATH_CAUSES)
        return
    found = paths(facts)
    yield from _on_path(facts, found)
    lacking = tuple(p for p in found if p.way is Way.NONE)
    sure = tuple(p for p in found if p.way in SURE)
    if len(lacking) == len(found):
        yield no_way(facts, lacking, "network.no_route", Strength.PROVES)
        return
    if lacking:
        strength = Strength.PROVES if sure else Strength.SUGGESTS
        yield no_way(facts, lacking, "network.partial_route", strength)
        return
    if len(sure) == len(found):
        yield from has_way(facts.where, found)


def no_way(facts: Routes, lacking: Sequence[Path], cause: str, strength: Strength) -> Finding:
    """Return that these subnets have no way, with the remedies' values."""
    where = facts.where
    tables = tuple(dict.fromkeys(p.table for p in lacking if p.table))
    says = (
        f"{len(lacking)} of {len(where.subnets)} subnets of {where.workload.name} "
        "have no way to DynamoDB "
        f"({_names(lacking)}): no endpoint route, and no NAT or internet route it can use."
    )
    gateway = next((e.id for e in facts.endpoints if e.gateway and e.available), None)
    values = {
        "vpc": where.vpc,
        "subnet": lacking[0].subnet,
        "route_tables": tables[0] if len(tables) == 1 else dumps(tables),
        "endpoint": gateway,
        "vpc_without_endpoint": None if gateway else where.vpc,
    }
    evidence = [
        Evidence(source=TABLES, reading=f"{t.id}: {_routes(t)}")
        for t in facts.tables
        if t.id in tables
    ]
    return Finding(
        cause=cause,
        strength=strength,
        says=says,
        evidence=(*evidence, Evidence(source=ENDPOINTS, reading=_endpoints(facts.endpoints))),
        scope=where.workload.name,
        values={name: value for name, value in values.items() if value},
    )


def has_way(where: Where, found: Sequence[Path]) -> Iterator[Finding]:
    """Return what speaks against a missing way."""
    ways = ", ".join(f"{p.subnet} through {p.way} {p.via}".rstrip() for p in found)
    for cause in PATH_CAUSES:
        yield Finding(
            cause=cause,
            strength=Strength.AGAINST,
            says=f"Every subnet of {where.workload.name} has a way to DynamoDB: {ways}.",
            evidence=(Evidence(source=TABLES, reading=ways),),
            scope=where.workload.name,
        )


def _names(found: Sequence[Path]) -> str:
    return ", ".join(f"{p.subnet} with {p.table}" for p in found)


def _routes(table: RouteTable) -> str:
    shown = (
        f"{r.cidr or r.prefix_list or 'IPv6'} -> {r.target}{'' if r.active else ' (blackhole)'}"
        for r in table.routes
    )
    return "; ".join(shown) or "no routes"


def _endpoints(endpoints: Sequence[Endpoint]) -> str:
    shown = (
        f"{e.id} ({'gateway' if e.gateway else 'interface'}) for "
        f"{', '.join(e.route_tables or e.subnets) or 'nothing'}"
        for e in endpoints
    )
    return "; ".join(shown) or "no endpoint for DynamoDB"


def _on_path(facts: Routes, found: Sequence[Path]) -> Iterator[OnPath]:
    where = facts.where
    yield OnPath(kind="vpc", ids=frozenset({where.vpc or ""}))
    yield OnPath(kind="subnet", ids=frozenset(where.subnets))
    tables = frozenset(p.table for p in found if p.table)
    yield OnPath(kind="route-table", ids=tables)
    if any(p.way in {Way.NONE, Way.UNKNOWN} for p in found):
        return  # what was deleted is listed nowhere, so no list of these would be complete
    yield OnPath(kind="vpc-endpoint", ids=frozenset(e.id for e in facts.endpoints))
    yield OnPath(kind="nat-gateway", ids=frozenset(p.via for p in found if p.way is Way.NAT))


CHECKS: tuple[Check[Any], ...] = (
    Check(
        id="network.routes",
        asks="Does every subnet of the workload have a way to DynamoDB?",
        reads=ROUTE_READS,
        finds=frozenset(PATH_CAUSES),
        gather=gather_routes,
        judge=judge_routes,
        needs_caller=True,
    ),
)
