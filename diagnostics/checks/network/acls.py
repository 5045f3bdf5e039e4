"""Network ACLs: do HTTPS and its answers pass the subnets' borders?"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from ipaddress import IPv4Network
from typing import Any

from diagnostics.checks.network.ground import (
    ADDRESS_READS,
    ENDPOINTS,
    HTTPS,
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
    subnets_of,
)
from diagnostics.facts.workload import workload_reader
from diagnostics.model import Check, Evidence, Finding, OnPath, Request, Said, Strength
from diagnostics.reader import Reader, side_by_side

ACLS = "ec2:DescribeNetworkAcls"
CAUSE = "network.nacl"
ANYWHERE = IPv4Network("0.0.0.0/0")

# Answers come back to any of these; Linux itself uses the narrower range.
# Source: VPC user guide, "Network ACLs", "Ephemeral ports".
EPHEMERAL = (1024, 65535)
LINUX = (32768, 60999)
OUT = (HTTPS, HTTPS)


class Does(StrEnum):
    """What an ACL does with the traffic."""

    ALLOW = "allow"
    DENY = "deny"
    BOTH = "both"  # some of the addresses or ports and not the others


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One rule about TCP."""

    number: int
    egress: bool
    allow: bool
    cidr: IPv4Network
    ports: tuple[int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Acl:
    """A network ACL and the subnets it guards."""

    id: str
    subnets: tuple[str, ...]
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Acls:
    """Every ACL of the VPC, and the addresses on the other side."""

    where: Where
    addresses: Addresses
    acls: tuple[Acl, ...]
    interface: Endpoint | None = None  # the interface endpoint that calls go to
    endpoint_ranges: tuple[IPv4Network, ...] = ()  # of the endpoint's subnets

    @property
    def crossing(self) -> tuple[str, ...]:
        """The workload's subnets whose border its calls cross.

        An ACL does not touch what stays inside its subnet. Source: VPC user guide,
        "Network ACLs", "Network ACL basics".
        """
        inside = set(self.interface.subnets) if self.interface else set()
        return tuple(s for s in self.where.subnets if s not in inside)

    @property
    def ranges(self) -> tuple[IPv4Network, ...]:
        """The addresses on the other side."""
        if self.interface is not None:
            return self.endpoint_ranges
        return self.addresses.cidrs or (ANYWHERE,)


def gather_acls(request: Request, aws: Reader) -> Acls:
    """Return the network ACLs of the workload's VPC."""
    place = workload_reader(request, aws)
    where = gather_where(request, aws)
    if where.vpc is None:
        return Acls(where=where, addresses=Addresses(prefix_list=None, cidrs=()), acls=())
    vpc = where.vpc
    answer, addresses, endpoints = side_by_side(
        lambda: place.read(ACLS, Filters=in_vpc(vpc)),
        lambda: gather_addresses(place),
        lambda: gather_endpoints(place, vpc),
    )
    acls = (a for a in answer.get("NetworkAcls", ()) if a.get("VpcId", vpc) == vpc)
    interface = interface_in_use(where, endpoints)
    return Acls(
        where=where,
        addresses=addresses,
        acls=tuple(_acl(a) for a in acls),
        interface=interface,
        endpoint_ranges=_ranges_of(place, interface),
    )


def _ranges_of(place: Reader, interface: Endpoint | None) -> tuple[IPv4Network, ...]:
    described = subnets_of(place, interface.subnets) if interface else ()
    found = (network_of(subnet.get("CidrBlock")) for subnet in described)
    return tuple(network for network in found if network)


def _acl(described: Mapping[str, Any]) -> Acl:
    entries = (_entry(entry) for entry in described.get("Entries", ()))
    return Acl(
        id=described["NetworkAclId"],
        subnets=tuple(a["SubnetId"] for a in described.get("Associations", ())),
        entries=tuple(sorted((e for e in entries if e), key=lambda e: e.number)),
    )


def _entry(described: Mapping[str, Any]) -> Entry | None:
    """Return the rule, or None where it is about IPv6 or another protocol than TCP."""
    cidr = network_of(described.get("CidrBlock"))
    protocol = str(described.get("Protocol", "-1"))
    if cidr is None or protocol not in {"-1", "6", "tcp"}:
        return None
    ports = described.get("PortRange") or {}
    whole = protocol == "-1" or not ports
    return Entry(
        number=described["RuleNumber"],
        egress=bool(described.get("Egress")),
        allow=described.get("RuleAction") == "allow",
        cidr=cidr,
        ports=(0, 65535) if whole else (ports["From"], ports["To"]),
    )


def does(
    entries: Iterable[Entry], *, egress: bool, cidr: IPv4Network, ports: tuple[int, int]
) -> tuple[Does, int]:
    """Return what the first rules that match do, and the number of the last one read.

    Rules are read by number; what none matches is denied.
    """
    decided: set[bool] = set()
    for entry in entries:
        apart = entry.ports[1] < ports[0] or ports[1] < entry.ports[0]
        if entry.egress is not egress or apart or not entry.cidr.overlaps(cidr):
            continue
        decided.add(entry.allow)
        inside = entry.ports[0] <= ports[0] and ports[1] <= entry.ports[1]
        if inside and cidr.subnet_of(entry.cidr):
            return _one_or_both(decided), entry.number
    return _one_or_both(decided | {False}), 0


def _one_or_both(decided: set[bool]) -> Does:
    if len(decided) > 1:
        return Does.BOTH
    return Does.ALLOW if True in decided else Does.DENY


def judge_acls(facts: Acls) -> Iterator[Said]:
    """Say whether an ACL drops requests or answers."""
    where = facts.where
    if where.vpc is None:
        yield from not_in_a_vpc(where, (CAUSE,))
        return
    own = tuple(a for a in facts.acls if set(a.subnets) & set(where.subnets))
    covered = {s for a in own for s in a.subnets}
    if set(where.subnets) <= covered:
        yield OnPath(kind="network-acl", ids=frozenset(a.id for a in own))
    if where.region != where.table_region:
        return
    crossed = tuple(a for a in own if set(a.subnets) & set(facts.crossing))
    dropped = tuple(f for acl in crossed for f in _drops(where, acl, facts.ranges))
    yield from dropped
    if facts.interface is not None:
        return  # what its own subnets' ACLs let in and out again is not followed
    used = tuple(a for a in facts.acls if a.subnets)
    if used and not dropped and all(_is_open(acl, facts.ranges) for acl in used):
        yield Finding(
            cause=CAUSE,
            strength=Strength.AGAINST,
            says="Every network ACL of the VPC lets HTTPS out to DynamoDB and its answers back.",
            evidence=(Evidence(source=ACLS, reading=f"{len(used)} network ACLs read"),),
            scope=where.workload.name,
        )


def _is_open(acl: Acl, ranges: Sequence[IPv4Network]) -> bool:
    """Whether requests and answers pass, whoever of the VPC is on the other side."""
    return all(
        does(acl.entries, egress=egress, cidr=cidr, ports=ports)[0] is Does.ALLOW
        for cidr in ranges
        for egress, ports in ((True, OUT), (False, EPHEMERAL))
    )


def _drops(where: Where, acl: Acl, ranges: Sequence[IPv4Network]) -> Iterator[Finding]:
    for egress, ports in ((True, OUT), (False, EPHEMERAL)):
        found = [does(acl.entries, egress=egress, cidr=cidr, ports=ports) for cidr in ranges]
        if not egress and any(what is Does.BOTH for what, _ in found):
            found = [does(acl.entries, egress=False, cidr=cidr, ports=LINUX) for cidr in ranges]
        denied = [place for place, (what, _) in enumerate(found) if what is Does.DENY]
        if not denied:
            continue
        whole = len(denied) == len(ranges)
        numbers = [number for _, number in found if number > 1]
        yield _dropped(
            where,
            acl,
            egress=egress,
            whole=whole,
            cidr=ranges[denied[0]],
            number=min(numbers, default=100),
        )


def _dropped(
    where: Where, acl: Acl, *, egress: bool, whole: bool, cidr: IPv4Network, number: int
) -> Finding:
    what = "HTTPS (TCP 443) out" if egress else "the answers' ports (TCP 1024-65535) back"
    first, last = OUT if egress else EPHEMERAL
    rule = f"rule {number}" if number < 32767 else "the last rule"  # noqa: PLR2004 - AWS's "*"
    return Finding(
        cause=CAUSE,
        strength=Strength.PROVES if whole else Strength.SUGGESTS,
        says=f"Network ACL {acl.id} drops {what} for {cidr} ({rule}).",
        evidence=(Evidence(source=ACLS, reading=f"{acl.id}: {rule} denies {what}"),),
        scope=acl.id,
        values={
            "network_acl": acl.id,
            "nacl_direction": "--egress" if egress else "--ingress",
            "nacl_rule_number": str(_free_number(acl, egress=egress, before=number)),
            "nacl_ports": f"From={first},To={last}",
            "nacl_cidr": str(cidr),
            "vpc": where.vpc or "",
        },
    )


def _free_number(acl: Acl, *, egress: bool, before: int) -> int:
    taken = {e.number for e in acl.entries if e.egress is egress}
    return next((n for n in range(min(before, 32767) - 1, 0, -1) if n not in taken), 1)


CHECKS: tuple[Check[Any], ...] = (
    Check(
        id="network.acls",
        asks="Do the network ACLs let HTTPS out and its answers back?",
        reads=READS | ADDRESS_READS | {ACLS, ENDPOINTS},
        finds=frozenset({CAUSE}),
        gather=gather_acls,
        judge=judge_acls,
        needs_caller=True,
    ),
)
