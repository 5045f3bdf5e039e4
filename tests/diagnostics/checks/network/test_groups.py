from typing import Any

import pytest

from diagnostics.checks.network.groups import gather_groups, judge_groups
from diagnostics.errors import Missing
from diagnostics.model import Finding
from tests.diagnostics.checks.network.ground import (
    INTERFACE,
    OPEN,
    ask,
    aws,
    findings,
    function,
    on_path,
)

WELL = [("network.security_group", "against")]
SHUT = [("network.security_group", "proves")]


def tcp(first: int = 443, last: int = 443, **more: Any) -> dict[str, Any]:  # noqa: ANN401
    return {"IpProtocol": "tcp", "FromPort": first, "ToPort": last, **more}


def ranges(*cidrs: str) -> list[dict[str, str]]:
    return [{"CidrIp": cidr} for cidr in cidrs]


LIST = [{"PrefixListId": "pl-ddb"}]


@pytest.mark.parametrize(
    ("egress", "expected"),
    [
        ([OPEN], WELL),
        ([], SHUT),
        ([tcp(IpRanges=ranges("0.0.0.0/0"))], WELL),
        ([tcp(80, 80, IpRanges=ranges("0.0.0.0/0"))], SHUT),
        ([tcp(0, 65535, IpRanges=ranges("0.0.0.0/0"))], WELL),
        (
            [
                {
                    "IpProtocol": "udp",
                    "FromPort": 443,
                    "ToPort": 443,
                    "IpRanges": ranges("0.0.0.0/0"),
                }
            ],
            SHUT,
        ),
        ([tcp(PrefixListIds=LIST)], WELL),
        ([tcp(PrefixListIds=[{"PrefixListId": "pl-own"}])], []),
        ([tcp(IpRanges=ranges("10.0.0.0/8"))], SHUT),
        ([tcp(IpRanges=ranges("52.119.240.0/22"))], []),
        ([tcp(IpRanges=ranges("52.119.240.0/22", "52.119.244.0/22"))], WELL),
        ([tcp(Ipv6Ranges=[{"CidrIpv6": "::/0"}])], SHUT),
    ],
    ids=[
        "all",
        "nothing",
        "443 anywhere",
        "80 only",
        "all ports",
        "udp",
        "the prefix list",
        "an own prefix list",
        "inside only",
        "half of DynamoDB",
        "two halves",
        "IPv6 only",
    ],
)
def test_egress(egress: Any, expected: list[tuple[str, str]]) -> None:  # noqa: ANN401
    groups = {"SecurityGroups": [{"GroupId": "sg-1", "IpPermissionsEgress": egress}]}
    reader = aws(ec2_DescribeSecurityGroups=groups)
    said = tuple(judge_groups(gather_groups(ask(), reader)))
    assert findings(said) == expected
    assert on_path(said) == {"security-group": frozenset({"sg-1"})}


def test_one_group_that_lets_it_out_is_enough() -> None:
    vpc = {"SubnetIds": ["subnet-a"], "SecurityGroupIds": ["sg-1", "sg-2"], "VpcId": "vpc-1"}
    groups = [
        {"GroupId": "sg-1", "IpPermissionsEgress": []},
        {"GroupId": "sg-2", "IpPermissionsEgress": [OPEN]},
    ]
    reader = aws(
        lambda_GetFunctionConfiguration=function(VpcConfig=vpc),
        ec2_DescribeSecurityGroups={"SecurityGroups": groups},
    )
    assert findings(tuple(judge_groups(gather_groups(ask(), reader)))) == WELL


TO_END = tcp(UserIdGroupPairs=[{"GroupId": "sg-end"}])
FROM_OWN = tcp(UserIdGroupPairs=[{"GroupId": "sg-1"}])


@pytest.mark.parametrize(
    ("egress", "ingress", "expected"),
    [
        ([TO_END], [FROM_OWN], WELL),
        ([OPEN], [tcp(IpRanges=ranges("10.0.0.0/16"))], WELL),
        ([OPEN], [], SHUT),
        ([tcp(PrefixListIds=LIST)], [FROM_OWN], []),
        ([], [FROM_OWN], SHUT),
        ([tcp(IpRanges=ranges("10.0.0.0/16"))], [FROM_OWN], WELL),
    ],
    ids=["by group", "by address", "no ingress", "a prefix list", "no egress", "egress to VPC"],
)
def test_an_interface_endpoint_has_a_door_of_its_own(
    egress: Any,  # noqa: ANN401 - AWS's JSON
    ingress: Any,  # noqa: ANN401 - AWS's JSON
    expected: list[tuple[str, str]],
) -> None:
    known = {
        "sg-1": {"GroupId": "sg-1", "IpPermissionsEgress": egress},
        "sg-end": {"GroupId": "sg-end", "IpPermissions": ingress},
    }
    reader = aws(
        ec2_DescribeVpcEndpoints={"VpcEndpoints": [INTERFACE]},
        ec2_DescribeSecurityGroups=lambda **asked: {
            "SecurityGroups": [known[g] for g in asked["GroupIds"]],
        },
    )
    said = tuple(judge_groups(gather_groups(ask(), reader)))
    assert findings(said) == expected
    if expected == SHUT:
        [finding] = [s for s in said if isinstance(s, Finding)]
        assert finding.values["workload_group"] == "sg-1"
        assert finding.values["endpoint_group"] == "sg-end"


def test_groups_that_are_not_there_say_nothing() -> None:
    reader = aws(ec2_DescribeSecurityGroups=None)
    assert findings(tuple(judge_groups(gather_groups(ask(), reader)))) == []


def test_an_endpoint_whose_groups_are_not_told_stays_unknown() -> None:
    bare = {**INTERFACE, "Groups": []}
    reader = aws(ec2_DescribeVpcEndpoints={"VpcEndpoints": [bare]})
    assert findings(tuple(judge_groups(gather_groups(ask(), reader)))) == []


def test_outside_a_vpc_no_group_stands_in_the_way() -> None:
    reader = aws(lambda_GetFunctionConfiguration=function(VpcConfig={}))
    assert findings(tuple(judge_groups(gather_groups(ask(), reader)))) == WELL


def test_subnets_alone_do_not_tell_the_groups() -> None:
    with pytest.raises(Missing, match="function= or ecs="):
        gather_groups(ask(function=None, subnets=("subnet-a",)), aws())
