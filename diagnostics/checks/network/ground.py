"""Where the workload stands in its VPC, and what DynamoDB's addresses are there."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from ipaddress import IPv4Network
from typing import Any

from diagnostics import arn
from diagnostics.errors import Missing
from diagnostics.facts import workload as workloads
from diagnostics.facts.workload import SAY_SUBNETS, Workload, gather_workload, workload_reader
from diagnostics.model import Evidence, Finding, Request, Strength
from diagnostics.reader import Reader

SUBNETS = "ec2:DescribeSubnets"
LISTS = "ec2:DescribeManagedPrefixLists"
ENTRIES = "ec2:GetManagedPrefixListEntries"
ENDPOINTS = "ec2:DescribeVpcEndpoints"

READS = workloads.READS | {SUBNETS}
ADDRESS_READS = frozenset({LISTS, ENTRIES})

HTTPS = 443


@dataclass(frozen=True, slots=True, kw_only=True)
class Where:
    """The workload and its place; outside a VPC it has neither VPC nor subnets."""

    workload: Workload
    vpc: str | None  # None: a function outside any VPC
    subnets: tuple[str, ...]
    region: str
    table_region: str
    override: str | None  # an endpoint URL set in the workload's environment


@dataclass(frozen=True, slots=True, kw_only=True)
class Addresses:
    """DynamoDB's addresses in a region, as AWS's own prefix list names them."""

    prefix_list: str | None
    cidrs: tuple[IPv4Network, ...]  # empty: not known


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """A VPC endpoint for DynamoDB."""

    id: str
    gateway: bool  # else an interface endpoint
    available: bool
    route_tables: tuple[str, ...]
    subnets: tuple[str, ...]
    groups: tuple[str, ...]
    private_dns: bool  # the regional name resolves to it inside the VPC
    policy: str | None  # None: AWS did not say


def gather_where(request: Request, aws: Reader) -> Where:
    """Return where the workload runs.

    Raises Missing where nobody said in which subnets, or one of them is not there.
    """
    workload = gather_workload(request, aws)
    place = workload_reader(request, aws)
    if workload.in_vpc is not False and not workload.subnets:
        raise Missing(SAY_SUBNETS)
    table = arn.parse(request.table)
    environment = workload.environment
    return Where(
        workload=workload,
        vpc=None if workload.in_vpc is False else workload.vpc or _vpc_of(workload, place),
        subnets=workload.subnets,
        region=place.region,
        table_region=table.region if table and table.region else aws.region,
        override=environment.get("AWS_ENDPOINT_URL_DYNAMODB")
        or environment.get("AWS_ENDPOINT_URL"),
    )


def _vpc_of(workload: Workload, place: Reader) -> str:
    described = subnets_of(place, workload.subnets)
    for subnet in described:
        if subnet.get("VpcId"):
            return str(subnet["VpcId"])
    raise Missing(f"there is no subnet {', '.join(workload.subnets)} in {place.region}")


def subnets_of(place: Reader, ids: Iterable[str]) -> tuple[Mapping[str, Any], ...]:
    """Return the descriptions of the subnets; those that are not there are left out."""
    wanted = tuple(dict.fromkeys(ids))
    answer = place.find(SUBNETS, SubnetIds=list(wanted)) if wanted else None
    if answer is None:
        return ()
    return tuple(s for s in answer.get("Subnets", ()) if s.get("SubnetId") in wanted)


def in_vpc(vpc: str) -> list[dict[str, Any]]:
    """Return the filter for everything inside one VPC."""
    return [{"Name": "vpc-id", "Values": [vpc]}]


def gather_addresses(place: Reader) -> Addresses:
    """Return DynamoDB's addresses in the reader's region."""
    name = f"com.amazonaws.{place.region}.dynamodb"
    answer = place.read(LISTS, Filters=[{"Name": "prefix-list-name", "Values": [name]}])
    ids = [
        found["PrefixListId"]
        for found in answer.get("PrefixLists", ())
        if found.get("PrefixListName", "").endswith(f".{place.region}.dynamodb")
    ]
    if not ids:
        return Addresses(prefix_list=None, cidrs=())
    entries = place.read(ENTRIES, PrefixListId=ids[0])
    networks = (network_of(entry.get("Cidr")) for entry in entries.get("Entries", ()))
    return Addresses(prefix_list=ids[0], cidrs=tuple(n for n in networks if n))


def gather_endpoints(place: Reader, vpc: str) -> tuple[Endpoint, ...]:
    """Return the VPC's endpoints for DynamoDB itself (not its streams)."""
    return endpoints_of(place.read(ENDPOINTS, Filters=in_vpc(vpc)), place.region, vpc)


def endpoints_of(answer: Mapping[str, Any], region: str, vpc: str) -> tuple[Endpoint, ...]:
    """Return the endpoints for DynamoDB that a DescribeVpcEndpoints answer tells of."""
    wanted = tuple(f".{region}.{name}" for name in ("dynamodb", "dynamodb-fips"))
    return tuple(
        _endpoint(described)
        for described in answer.get("VpcEndpoints", ())
        if described.get("VpcId") == vpc and described.get("ServiceName", "").endswith(wanted)
    )


def _endpoint(described: Mapping[str, Any]) -> Endpoint:
    gateway = described.get("VpcEndpointType", "Gateway").lower() == "gateway"
    only_inbound = (described.get("DnsOptions") or {}).get(
        "PrivateDnsOnlyForInboundResolverEndpoint", False
    )
    return Endpoint(
        id=described["VpcEndpointId"],
        gateway=gateway,
        available=described.get("State", "available").lower() == "available",
        route_tables=tuple(described.get("RouteTableIds", ())),
        subnets=tuple(described.get("SubnetIds", ())),
        groups=tuple(g["GroupId"] for g in described.get("Groups", ()) if "GroupId" in g),
        private_dns=not gateway
        and bool(described.get("PrivateDnsEnabled"))
        and not only_inbound
        and not described["ServiceName"].endswith("-fips"),
        policy=described.get("PolicyDocument"),
    )


def interface_in_use(where: Where, endpoints: Iterable[Endpoint]) -> Endpoint | None:
    """Return the interface endpoint that the workload's calls go to, or None."""
    if where.table_region != where.region:
        return None
    interfaces = [e for e in endpoints if not e.gateway and e.available]
    if where.override:
        return next((e for e in interfaces if e.id in (where.override or "")), None)
    return next((e for e in interfaces if e.private_dns), None)


def network_of(cidr: object) -> IPv4Network | None:
    """Return the IPv4 network a CIDR names; None for IPv6 and for what is none."""
    if not isinstance(cidr, str):
        return None
    try:
        return IPv4Network(cidr, strict=False)
    except ValueError:
        return None


def not_in_a_vpc(where: Where, causes: Iterable[str]) -> Iterable[Finding]:
    """Return what speaks against every cause that needs a VPC."""
    name = where.workload.name
    reading = Evidence(source="lambda:GetFunctionConfiguration", reading="VpcConfig is empty")
    for cause in causes:
        yield Finding(
            cause=cause,
            strength=Strength.AGAINST,
            says=f"{name} runs outside any VPC and uses Lambda's own network.",
            evidence=(reading,),
            scope=name,
        )
