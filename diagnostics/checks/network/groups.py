"""Security groups: may the workload send HTTPS to DynamoDB?"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum
from ipaddress import IPv4Network, collapse_addresses
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
    interface_in_use,
    network_of,
    not_in_a_vpc,
    subnets_of,
)
from diagnostics.errors import Missing
from diagnostics.facts.workload import workload_reader
from diagnostics.model import Check, Evidence, Finding, OnPath, Request, Said, Strength
from diagnostics.reader import Reader, side_by_side

GROUPS = "ec2:DescribeSecurityGroups"
CAUSE = "network.security_group"
ANY_PROTOCOL, TCP = "-1", ("tcp", "6")


class Lets(IntEnum):
    """Whether rules let the traffic through, the worst first."""

    NOTHING = 0
    SOME = 1  # some of the addresses, or a list whose content is not known
    ALL = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """A security-group rule that is about HTTPS."""

    cidrs: tuple[IPv4Network, ...]
    prefix_lists: tuple[str, ...]
    groups: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """A security group, as far as HTTPS goes."""

    id: str
    egress: tuple[Rule, ...]
    ingress: tuple[Rule, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Groups:
    """The groups at both ends."""

    where: Where
    own: tuple[Group, ...]
    addresses: Addresses
    interface: Endpoint | None  # the interface endpoint that calls go to
    endpoint_groups: tuple[Group, ...] = ()
    own_ranges: tuple[IPv4Network, ...] = ()  # of the workload's subnets
    endpoint_ranges: tuple[IPv4Network, ...] = ()


def gather_groups(request: Request, aws: Reader) -> Groups:
    """Return the workload's groups, and those of the interface endpoint it uses.

    Raises Missing where it is not known which groups the workload has.
    """
    place = workload_reader(request, aws)
    where = gather_where(request, aws)
    if where.vpc is None:
        return Groups(
            where=where, own=(), addresses=Addresses(prefix_list=None, cidrs=()), interface=None
        )
    ids, vpc = where.workload.security_groups, where.vpc
    if not ids:
        raise Missing("say which workload has the security groups: function= or ecs=")
    own, endpoints, addresses = side_by_side(
        lambda: _groups(place, ids),
        lambda: gather_endpoints(place, vpc),
        lambda: gather_addresses(place),
    )
    interface = interface_in_use(where, endpoints)
    if interface is None:
        return Groups(where=where, own=own, addresses=addresses, interface=None)
    theirs, described = side_by_side(
        lambda: _groups(place, interface.groups),
        lambda: subnets_of(place, (*where.subnets, *interface.subnets)),
    )
    return Groups(
        where=where,
        own=own,
        addresses=addresses,
        interface=interface,
        endpoint_groups=theirs,
        own_ranges=_ranges(described, where.subnets),
        endpoint_ranges=_ranges(described, interface.subnets),
    )


def _ranges(described: Iterable[Mapping[str, Any]], ids: Sequence[str]) -> tuple[IPv4Network, ...]:
    found = (network_of(s.get("CidrBlock")) for s in described if s["SubnetId"] in ids)
    return tuple(n for n in found if n)


def _groups(place: Reader, ids: Sequence[str]) -> tuple[Group, ...]:
    answer = place.find(GROUPS, GroupIds=list(ids)) if ids else None
    if answer is None:
        return ()
    return tuple(
        Group(
            id=g["GroupId"],
            egress=_rules(g.get("IpPermissionsEgress", ())),
            ingress=_rules(g.get("IpPermissions", ())),
        )
        for g in answer.get("SecurityGroups", ())
        if g.get("GroupId") in ids
    )


def _rules(permissions: Iterable[Mapping[str, Any]]) -> tuple[Rule, ...]:
    return tuple(
        Rule(
            cidrs=tuple(n for r in p.get("IpRanges", ()) if (n := network_of(r.get("CidrIp")))),
            prefix_lists=tuple(r["PrefixListId"] for r in p.get("PrefixListIds", ())),
            groups=tuple(r["GroupId"] for r in p.get("UserIdGroupPairs", ()) if "GroupId" in r),
        )
        for p in permissions
        if _is_https(p)
    )


def _is_https(permission: Mapping[str, Any]) -> bool:
    protocol = str(permission.get("IpProtocol", ""))
    if protocol == ANY_PROTOCOL:
        return True
    if protocol not in TCP:
        return False
    first, last = permission.get("FromPort", 0), permission.get("ToPort", 65535)
    return bool(first == -1 or first <= HTTPS <= last)


def lets(
    rules: Sequence[Rule],
    ranges: Sequence[IPv4Network],
    *,
    prefix_list: str | None = None,
    groups: frozenset[str] = frozenset(),
) -> Lets:
    """Return whether the rules let HTTPS to or from all of these addresses."""
    if any(groups & set(rule.groups) for rule in rules):
        return Lets.ALL
    named = {name for rule in rules for name in rule.prefix_lists}
    if prefix_list is not None and prefix_list in named:
        return Lets.ALL
    allowed = tuple(collapse_addresses(cidr for rule in rules for cidr in rule.cidrs))
    if any(cidr.prefixlen == 0 for cidr in allowed):
        return Lets.ALL
    if ranges and all(any(r.subnet_of(a) for a in allowed) for r in ranges):
        return Lets.ALL
    touched = any(r.overlaps(a) for r in ranges for a in allowed) or (not ranges and allowed)
    return Lets.SOME if named or touched else Lets.NOTHING


def judge_groups(facts: Groups) -> Iterator[Said]:
    """Say whether the groups on the way let HTTPS through."""
    if facts.where.vpc is None:
        yield from not_in_a_vpc(facts.where, (CAUSE,))
        return
    ids = {g.id for g in (*facts.own, *facts.endpoint_groups)}
    yield OnPath(
        kind="security-group", ids=frozenset(ids | set(facts.where.workload.security_groups))
    )
    if not facts.own:
        return
    out = _out(facts)
    back = _into_endpoint(facts)
    if out is Lets.NOTHING:
        yield _blocked_out(facts)
    if back is Lets.NOTHING:
        yield _blocked_in(facts)
    if out is back is Lets.ALL:
        yield _open(facts)


def _out(facts: Groups) -> Lets:
    rules = [rule for group in facts.own for rule in group.egress]
    if facts.interface is not None:
        return lets(rules, facts.endpoint_ranges, groups=frozenset(facts.interface.groups))
    same = facts.where.region == facts.where.table_region
    return lets(
        rules,
        facts.addresses.cidrs if same else (),
        prefix_list=facts.addresses.prefix_list if same else None,
    )


def _into_endpoint(facts: Groups) -> Lets:
    if facts.interface is None:
        return Lets.ALL
    if not facts.endpoint_groups:
        return Lets.SOME
    rules = [rule for group in facts.endpoint_groups for rule in group.ingress]
    return lets(rules, facts.own_ranges, groups=frozenset(g.id for g in facts.own))


def _names(groups: Sequence[Group]) -> str:
    return ", ".join(group.id for group in groups)


def _blocked_out(facts: Groups) -> Finding:
    goal = facts.interface.id if facts.interface else "DynamoDB"
    values = {"security_group": facts.own[0].id, "prefix_list": facts.addresses.prefix_list or ""}
    if facts.interface is not None:
        values = _both_ends(facts)
    return Finding(
        cause=CAUSE,
        strength=Strength.PROVES,
        says=f"No egress rule of {_names(facts.own)} lets {facts.where.workload.name} "
        f"send HTTPS (TCP 443) to {goal}.",
        evidence=(
            Evidence(source=GROUPS, reading=f"{_names(facts.own)}: no egress to {goal} on 443"),
        ),
        scope=facts.where.workload.name,
        values={**values, "vpc": facts.where.vpc or ""},
    )


def _blocked_in(facts: Groups) -> Finding:
    endpoint = facts.interface.id if facts.interface else ""
    theirs = _names(facts.endpoint_groups)
    return Finding(
        cause=CAUSE,
        strength=Strength.PROVES,
        says=f"No ingress rule of {theirs} lets {facts.where.workload.name} "
        f"in at interface endpoint {endpoint} on TCP 443.",
        evidence=(Evidence(source=GROUPS, reading=f"{theirs}: no ingress on 443 for it"),),
        scope=facts.where.workload.name,
        values=_both_ends(facts),
    )


def _both_ends(facts: Groups) -> dict[str, str]:
    theirs = facts.interface.groups if facts.interface else ()
    return {"workload_group": facts.own[0].id, "endpoint_group": theirs[0] if theirs else ""}


def _open(facts: Groups) -> Finding:
    return Finding(
        cause=CAUSE,
        strength=Strength.AGAINST,
        says=f"{_names((*facts.own, *facts.endpoint_groups))} let HTTPS through to DynamoDB.",
        evidence=(Evidence(source=GROUPS, reading=f"{_names(facts.own)}: egress on 443 allowed"),),
        scope=facts.where.workload.name,
    )


CHECKS: tuple[Check[Any], ...] = (
    Check(
        id="network.security_groups",
        asks="Do the security groups let HTTPS through to DynamoDB?",
        reads=READS | ADDRESS_READS | {GROUPS, ENDPOINTS},
        finds=frozenset({CAUSE}),
        gather=gather_groups,
        judge=judge_groups,
        needs_caller=True,
    ),
)
