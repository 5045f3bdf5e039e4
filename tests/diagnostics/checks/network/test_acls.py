from typing import Any

import pytest

from diagnostics.checks.network.acls import gather_acls, judge_acls
from diagnostics.model import Finding
from tests.diagnostics.checks.network.ground import (
    ALLOW_ALL,
    INTERFACE,
    LAST,
    acl,
    ask,
    aws,
    findings,
    function,
    on_path,
)

WELL = [("network.nacl", "against")]


def rule(
    number: int, first: int, last: int, action: str = "allow", cidr: str = "0.0.0.0/0"
) -> dict[str, Any]:
    return {
        "RuleNumber": number,
        "Protocol": "6",
        "RuleAction": action,
        "CidrBlock": cidr,
        "PortRange": {"From": first, "To": last},
    }


OPEN = (ALLOW_ALL, LAST)
V6 = {"RuleNumber": 90, "Protocol": "-1", "RuleAction": "deny", "Ipv6CidrBlock": "::/0"}
UDP = {**ALLOW_ALL, "RuleNumber": 90, "Protocol": "17", "RuleAction": "deny"}


@pytest.mark.parametrize(
    ("out", "back", "expected"),
    [
        (OPEN, OPEN, WELL),
        ((rule(100, 443, 443), LAST), (rule(100, 1024, 65535), LAST), WELL),
        ((LAST,), OPEN, [("network.nacl", "proves")]),
        ((rule(90, 443, 443, "deny"), *OPEN), OPEN, [("network.nacl", "proves")]),
        ((*OPEN, rule(110, 443, 443, "deny")), OPEN, WELL),
        (OPEN, (rule(100, 443, 443), LAST), [("network.nacl", "proves")]),
        (OPEN, (rule(100, 32768, 65535), LAST), []),
        (OPEN, (rule(90, 32768, 61000, "deny"), *OPEN), [("network.nacl", "proves")]),
        ((rule(100, 80, 80), LAST), OPEN, [("network.nacl", "proves")]),
        ((rule(90, 443, 443, "deny", "10.0.0.0/8"), *OPEN), OPEN, WELL),
        ((rule(90, 443, 443, "deny", "52.119.244.0/24"), *OPEN), OPEN, []),
        ((V6, UDP, *OPEN), OPEN, WELL),
        ((), OPEN, [("network.nacl", "proves")]),
    ],
    ids=[
        "all open",
        "just what is needed",
        "nothing out",
        "denied first",
        "denied too late",
        "no answers back",
        "Linux's own range is enough",
        "Linux's own range is denied",
        "80 only",
        "another network denied",
        "some addresses denied",
        "IPv6 and UDP do not matter",
        "no rules",
    ],
)
def test_rules(out: Any, back: Any, expected: list[tuple[str, str]]) -> None:  # noqa: ANN401
    acls = {"NetworkAcls": [acl("acl-1", *out, back=back)]}
    said = tuple(judge_acls(gather_acls(ask(), aws(ec2_DescribeNetworkAcls=acls))))
    assert findings(said) == expected
    assert on_path(said) == {"network-acl": frozenset({"acl-1"})}


def test_the_remedy_puts_a_rule_before_the_one_that_drops() -> None:
    denied = (rule(90, 443, 443, "deny"), rule(89, 80, 80), *OPEN)
    acls = {"NetworkAcls": [acl("acl-1", *denied, back=OPEN)]}
    reader = aws(ec2_DescribeNetworkAcls=acls)
    [finding] = [s for s in judge_acls(gather_acls(ask(), reader)) if isinstance(s, Finding)]
    assert finding.values == {
        "network_acl": "acl-1",
        "nacl_direction": "--egress",
        "nacl_rule_number": "88",
        "nacl_ports": "From=443,To=443",
        "nacl_cidr": "52.119.240.0/21",
        "vpc": "vpc-1",
    }


def test_one_of_two_subnets_shut_is_proof_as_a_missing_route_is() -> None:
    acls = [
        acl("acl-1", *OPEN, back=OPEN, subnets=("subnet-a",)),
        acl("acl-2", LAST, back=OPEN, subnets=("subnet-b",)),
    ]
    reader = aws(ec2_DescribeNetworkAcls={"NetworkAcls": acls})
    assert findings(tuple(judge_acls(gather_acls(ask(), reader)))) == [("network.nacl", "proves")]


def test_another_subnet_that_drops_leaves_it_open() -> None:
    acls = [
        acl("acl-1", *OPEN, back=OPEN),
        acl("acl-nat", LAST, back=OPEN, subnets=("subnet-p",)),
        acl("acl-unused", LAST, back=(LAST,), subnets=()),
    ]
    reader = aws(ec2_DescribeNetworkAcls={"NetworkAcls": acls})
    assert findings(tuple(judge_acls(gather_acls(ask(), reader)))) == []


def test_outside_a_vpc_no_acl_stands_in_the_way() -> None:
    reader = aws(lambda_GetFunctionConfiguration=function(VpcConfig={}))
    assert findings(tuple(judge_acls(gather_acls(ask(), reader)))) == WELL


def test_a_table_in_another_region_is_not_judged_by_this_ones_addresses() -> None:
    there = ask(table="arn:aws:dynamodb:us-east-1:123456789012:table/orders")
    assert findings(tuple(judge_acls(gather_acls(there, aws())))) == []


def test_a_subnet_whose_acl_is_not_told_makes_no_list_complete() -> None:
    acls = [acl("acl-1", *OPEN, back=OPEN, subnets=("subnet-a",))]
    reader = aws(ec2_DescribeNetworkAcls={"NetworkAcls": acls})
    assert on_path(tuple(judge_acls(gather_acls(ask(), reader)))) == {}


INSIDE = (rule(100, 443, 443, cidr="10.0.0.0/16"), LAST)
BACK_INSIDE = (rule(100, 1024, 65535, cidr="10.0.0.0/16"), LAST)


@pytest.mark.parametrize(
    ("out", "back", "in_subnets", "expected"),
    [
        (INSIDE, BACK_INSIDE, ["subnet-e"], []),
        ((LAST,), BACK_INSIDE, ["subnet-e"], [("network.nacl", "proves")]),
        (INSIDE, (LAST,), ["subnet-e"], [("network.nacl", "proves")]),
        ((LAST,), (LAST,), ["subnet-a", "subnet-b"], []),
        (OPEN, OPEN, ["subnet-e"], []),
    ],
    ids=[
        "the VPC's own addresses suffice",
        "nothing out to the endpoint",
        "no answers back from the endpoint",
        "the endpoint is in the same subnets",
        "what the endpoint's own ACL does is not followed",
    ],
)
def test_calls_to_an_interface_endpoint_need_its_addresses_alone(
    out: Any,  # noqa: ANN401 - AWS's own JSON
    back: Any,  # noqa: ANN401 - AWS's own JSON
    in_subnets: list[str],
    expected: list[tuple[str, str]],
) -> None:
    reader = aws(
        ec2_DescribeNetworkAcls={"NetworkAcls": [acl("acl-1", *out, back=back)]},
        ec2_DescribeVpcEndpoints={"VpcEndpoints": [{**INTERFACE, "SubnetIds": in_subnets}]},
    )
    assert findings(tuple(judge_acls(gather_acls(ask(), reader)))) == expected
