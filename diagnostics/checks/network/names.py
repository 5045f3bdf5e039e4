"""Names: can the workload's VPC resolve DynamoDB's?"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from diagnostics.checks.network.ground import (
    ENDPOINTS,
    READS,
    Where,
    endpoints_of,
    gather_where,
    in_vpc,
)
from diagnostics.errors import NotAsked
from diagnostics.facts.workload import workload_reader
from diagnostics.model import Check, Evidence, Finding, Request, Said, Strength
from diagnostics.reader import Reader, side_by_side

ATTRIBUTE = "ec2:DescribeVpcAttribute"
VPCS = "ec2:DescribeVpcs"
OPTIONS = "ec2:DescribeDhcpOptions"
CAUSE = "network.dns"
AMAZON = "AmazonProvidedDNS"


@dataclass(frozen=True, slots=True, kw_only=True)
class Names:
    """What decides how names resolve in the VPC."""

    where: Where
    support: bool  # Amazon's resolver answers in this VPC
    hostnames: bool  # private names of interface endpoints need it as well
    servers: tuple[str, ...]  # what DHCP hands out; empty: not known
    cidr: str | None
    private: str | None  # an interface endpoint that takes the regional name


def gather_names(request: Request, aws: Reader) -> Names:
    """Return the VPC's DNS settings; raises NotAsked outside a VPC."""
    place = workload_reader(request, aws)
    where = gather_where(request, aws)
    if where.vpc is None:
        raise NotAsked(f"{where.workload.name} runs outside any VPC and uses Lambda's own resolver")
    vpc = where.vpc
    support, hostnames, described, options, ends = side_by_side(
        lambda: place.read(ATTRIBUTE, VpcId=vpc, Attribute="enableDnsSupport"),
        lambda: place.read(ATTRIBUTE, VpcId=vpc, Attribute="enableDnsHostnames"),
        lambda: place.read(VPCS, VpcIds=[vpc]),
        lambda: place.read(OPTIONS),
        lambda: place.read(ENDPOINTS, Filters=in_vpc(vpc)),
    )
    own: Mapping[str, Any] = next(
        (v for v in described.get("Vpcs", ()) if v.get("VpcId") == vpc), {}
    )
    endpoints = endpoints_of(ends, place.region, vpc)
    return Names(
        where=where,
        support=support.get("EnableDnsSupport", {}).get("Value", True),
        hostnames=hostnames.get("EnableDnsHostnames", {}).get("Value", True),
        servers=_servers(options.get("DhcpOptions", ()), own.get("DhcpOptionsId")),
        cidr=own.get("CidrBlock"),
        private=next((e.id for e in endpoints if e.available and e.private_dns), None),
    )


def _servers(options: Any, wanted: str | None) -> tuple[str, ...]:  # noqa: ANN401 - AWS's JSON
    return tuple(
        value["Value"]
        for option in options
        if option.get("DhcpOptionsId") == wanted
        for entry in option.get("DhcpConfigurations", ())
        if entry.get("Key") == "domain-name-servers"
        for value in entry.get("Values", ())
    )


def judge_names(facts: Names) -> Iterator[Said]:
    """Say whether a setting stops names from resolving.

    Settings that are right refute nothing: a resolver may still be slow or wrong.
    """
    own = tuple(s for s in facts.servers if s != AMAZON)
    vpc = facts.where.vpc or ""
    if not facts.support:
        yield _finding(
            facts,
            Strength.SUGGESTS if own else Strength.PROVES,
            f"DNS resolution is off in {vpc}"
            + (f"; DHCP hands out {', '.join(own)} instead." if own else ": no name resolves."),
            "enableDnsSupport = false",
            {"vpc_without_dns": vpc},
        )
    elif facts.private and not facts.hostnames:
        yield _finding(
            facts,
            Strength.SUGGESTS,
            f"DNS hostnames are off in {vpc}, so the private name of {facts.private} "
            "does not resolve to it.",
            "enableDnsHostnames = false",
            {"vpc_without_dns": vpc},
        )
    elif facts.private and own:
        yield _finding(
            facts,
            Strength.HINTS,
            f"DHCP hands out {', '.join(own)}; unless they forward to Amazon's resolver, "
            f"DynamoDB's name does not lead to {facts.private}.",
            f"domain-name-servers = {', '.join(own)}",
            {"vpc_with_own_dns": vpc},
        )


def _finding(
    facts: Names, strength: Strength, says: str, reading: str, values: dict[str, str]
) -> Finding:
    source = OPTIONS if "domain-name-servers" in reading else ATTRIBUTE
    return Finding(
        cause=CAUSE,
        strength=strength,
        says=says,
        evidence=(Evidence(source=source, reading=reading),),
        scope=facts.where.vpc,
        values={**values, **({"vpc_cidr": facts.cidr} if facts.cidr else {})},
    )


CHECKS: tuple[Check[Any], ...] = (
    Check(
        id="network.names",
        asks="Can the workload's VPC resolve DynamoDB's name?",
        reads=READS | {ATTRIBUTE, VPCS, OPTIONS, ENDPOINTS},
        finds=frozenset({CAUSE}),
        gather=gather_names,
        judge=judge_names,
        needs_caller=True,
    ),
)
