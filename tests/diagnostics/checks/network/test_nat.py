from typing import Any

import pytest

from diagnostics.checks.network.nat import (
    gather_nats,
    gather_ports,
    judge_nats,
    judge_ports,
)
from diagnostics.model import Finding
from tests.diagnostics.checks.network.ground import (
    GATEWAY,
    NOON,
    TO_ENDPOINT,
    TO_IGW,
    TO_NAT,
    TO_TGW,
    ask,
    aws,
    findings,
    function,
    table,
)
from tests.fakes import FakeReader, Given

WELL = [("network.no_route", "against"), ("network.partial_route", "against")]
PUBLIC = table("rtb-p", TO_IGW, subnets=("subnet-p",))
PRIVATE = table("rtb-main", TO_NAT)


def behind_nat(*tables: dict[str, Any], **more: Given) -> FakeReader:
    return aws(ec2_DescribeRouteTables={"RouteTables": list(tables)}, **more)


def nat(**more: str) -> dict[str, Any]:
    base = {"NatGatewayId": "nat-1", "State": "available", "SubnetId": "subnet-p"}
    return {"NatGateways": [{**base, **more}]}


@pytest.mark.parametrize(
    ("tables", "described", "expected"),
    [
        ((PRIVATE, PUBLIC), nat(), WELL),
        ((PRIVATE,), nat(), []),
        ((PRIVATE, table("rtb-p", subnets=("subnet-p",))), nat(), [("network.no_route", "proves")]),
        ((PRIVATE, table("rtb-p", TO_TGW, subnets=("subnet-p",))), nat(), []),
        (
            (PRIVATE, table("rtb-p", subnets=("subnet-p",))),
            nat(ConnectivityType="private"),
            [("network.no_route", "proves")],
        ),
        ((PRIVATE, PUBLIC), nat(State="failed"), [("network.nat", "proves"), *WELL]),
        ((PRIVATE, PUBLIC), None, []),
        ((table("rtb-main", TO_TGW),), nat(), []),
    ],
    ids=[
        "a public NAT gateway",
        "a NAT gateway that leads to itself",
        "its subnet leads nowhere",
        "its subnet leads to a transit gateway",
        "a private NAT gateway",
        "a failed one",
        "not there any more",
        "none on the way",
    ],
)
def test_what_is_behind_the_nat_gateway(
    tables: Any,  # noqa: ANN401 - AWS's JSON
    described: Given,
    expected: list[tuple[str, str]],
) -> None:
    reader = behind_nat(*tables, ec2_DescribeNatGateways=described)
    assert findings(tuple(judge_nats(gather_nats(ask(), reader)))) == expected


def counts(errors: Any, attempts: Any, status: str = "Complete") -> Given:  # noqa: ANN401
    def answer(**asked: Any) -> dict[str, Any]:  # noqa: ANN401 - AWS's own JSON
        assert asked["StartTime"] == NOON.replace(hour=11)
        values = {"ErrorPortAllocation": errors, "ConnectionAttemptCount": attempts}
        return {
            "MetricDataResults": [
                {
                    "Id": q["Id"],
                    "StatusCode": status,
                    "Timestamps": [NOON] * len(values[q["MetricStat"]["Metric"]["MetricName"]]),
                    "Values": values[q["MetricStat"]["Metric"]["MetricName"]],
                }
                for q in asked["MetricDataQueries"]
            ],
        }

    return answer


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (counts([900.0], [5000.0]), [("network.nat", "proves")]),
        (counts([2.0], [5000.0]), [("network.nat", "suggests")]),
        (counts([0.0], []), [("network.nat", "against")]),
        (counts([], [5000.0]), [("network.nat", "against")]),
        (counts([], []), []),
        (counts([], [5000.0], status="PartialData"), []),
    ],
    ids=["exhausted", "a few", "zero", "empty beside traffic", "nothing at all", "incomplete"],
)
def test_ports(answer: Given, expected: list[tuple[str, str]]) -> None:
    reader = behind_nat(PRIVATE, PUBLIC, cloudwatch_GetMetricData=answer)
    said = tuple(judge_ports(gather_ports(ask(), reader)))
    assert findings(said) == expected


def test_exhausted_ports_say_since_when_and_how_many() -> None:
    reader = behind_nat(PRIVATE, PUBLIC, cloudwatch_GetMetricData=counts([900.0], [5000.0]))
    [finding] = [s for s in judge_ports(gather_ports(ask(), reader)) if isinstance(s, Finding)]
    assert finding.says == "NAT gateway nat-1 could not give 900 connections a port."
    assert finding.first_at == NOON
    assert finding.values == {"nat_gateway": "nat-1", "vpc": "vpc-1", "route_tables": "rtb-main"}


def test_a_gateway_endpoint_does_not_use_nat() -> None:
    reader = aws(
        ec2_DescribeRouteTables={"RouteTables": [table("rtb-main", TO_ENDPOINT, TO_NAT)]},
        ec2_DescribeVpcEndpoints={"VpcEndpoints": [GATEWAY]},
    )
    assert findings(tuple(judge_ports(gather_ports(ask(), reader)))) == [("network.nat", "against")]


def test_outside_a_vpc_there_is_no_nat_gateway() -> None:
    reader = aws(lambda_GetFunctionConfiguration=function(VpcConfig={}))
    assert findings(tuple(judge_nats(gather_nats(ask(), reader)))) == [("network.nat", "against")]
    assert findings(tuple(judge_ports(gather_ports(ask(), reader)))) == []


def test_one_subnet_behind_a_dead_end_is_a_partial_route() -> None:
    reader = behind_nat(
        table("rtb-a", TO_NAT, subnets=("subnet-a",)),
        table("rtb-b", TO_ENDPOINT, subnets=("subnet-b",)),
        table("rtb-p", subnets=("subnet-p",)),
        ec2_DescribeVpcEndpoints={"VpcEndpoints": [GATEWAY]},
    )
    assert findings(tuple(judge_nats(gather_nats(ask(), reader)))) == [
        ("network.partial_route", "proves")
    ]


def test_a_nat_gateway_whose_subnet_is_not_told_stays_unknown() -> None:
    reader = behind_nat(
        PRIVATE, PUBLIC, ec2_DescribeNatGateways={"NatGateways": [{"NatGatewayId": "nat-1"}]}
    )
    assert findings(tuple(judge_nats(gather_nats(ask(), reader)))) == []
