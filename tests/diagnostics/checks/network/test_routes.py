from typing import Any

import pytest

from diagnostics.checks.network.routes import CHECKS, gather_routes, judge_routes
from diagnostics.errors import Missing
from diagnostics.model import Finding
from tests.diagnostics.checks.network.ground import (
    GATEWAY,
    INTERFACE,
    TO_ENDPOINT,
    TO_IGW,
    TO_NAT,
    TO_TGW,
    ask,
    aws,
    findings,
    function,
    on_path,
    table,
)

BOTH_WELL = [("network.no_route", "against"), ("network.partial_route", "against")]
NO_ROUTE = [("network.no_route", "proves")]
HOLE = {**TO_NAT, "State": "blackhole"}
PART = {"DestinationCidrBlock": "52.119.244.0/24", "NatGatewayId": "nat-1", "State": "blackhole"}
OWN_LIST = {"DestinationPrefixListId": "pl-own", "TransitGatewayId": "tgw-1", "State": "active"}
TO_S3 = {"DestinationPrefixListId": "pl-s3", "GatewayId": "vpce-s3", "State": "active"}
S3 = {**GATEWAY, "VpcEndpointId": "vpce-s3", "ServiceName": "com.amazonaws.eu-west-1.s3"}
STREAMS = {**INTERFACE, "ServiceName": "com.amazonaws.eu-west-1.dynamodb-streams"}
VAGUE = {**INTERFACE, "PrivateDnsEnabled": False}
INBOUND = {**INTERFACE, "DnsOptions": {"PrivateDnsOnlyForInboundResolverEndpoint": True}}


@pytest.mark.parametrize(
    ("routes", "endpoints", "expected"),
    [
        ((), (), NO_ROUTE),
        ((), (GATEWAY,), NO_ROUTE),
        ((), ({**GATEWAY, "RouteTableIds": ["rtb-main"]},), BOTH_WELL),
        ((TO_ENDPOINT,), (GATEWAY,), BOTH_WELL),
        ((TO_ENDPOINT,), ({**GATEWAY, "State": "failed"},), NO_ROUTE),
        ((TO_ENDPOINT, PART), (GATEWAY,), []),
        ((TO_S3,), (S3,), NO_ROUTE),
        ((), (INTERFACE,), BOTH_WELL),
        ((), (STREAMS,), NO_ROUTE),
        ((), (VAGUE,), []),
        ((), (INBOUND,), []),
        ((TO_NAT,), (), []),
        ((HOLE,), (), NO_ROUTE),
        ((TO_IGW,), (), NO_ROUTE),
        ((TO_TGW,), (), []),
        ((OWN_LIST,), (), []),
    ],
    ids=[
        "local only",
        "an endpoint elsewhere",
        "the endpoint names the table",
        "the endpoint's route",
        "a failed endpoint",
        "a hole in DynamoDB's addresses",
        "S3's endpoint",
        "an interface endpoint",
        "an interface endpoint for streams",
        "an interface endpoint without the name",
        "the name only for outside resolvers",
        "NAT is another check's to judge",
        "NAT is a blackhole",
        "a function has no public address",
        "a transit gateway cannot be followed",
        "an own prefix list cannot be followed",
    ],
)
def test_the_way_of_a_function(
    routes: Any,  # noqa: ANN401 - AWS's JSON
    endpoints: Any,  # noqa: ANN401 - AWS's JSON
    expected: list[tuple[str, str]],
) -> None:
    reader = aws(
        ec2_DescribeRouteTables={"RouteTables": [table("rtb-main", *routes)]},
        ec2_DescribeVpcEndpoints={"VpcEndpoints": list(endpoints)},
    )
    assert findings(tuple(judge_routes(gather_routes(ask(), reader)))) == expected


def test_one_subnet_without_a_way_is_a_partial_route() -> None:
    tables = [table("rtb-main"), table("rtb-a", TO_ENDPOINT, subnets=("subnet-a",))]
    reader = aws(
        ec2_DescribeRouteTables={"RouteTables": tables},
        ec2_DescribeVpcEndpoints={"VpcEndpoints": [GATEWAY]},
    )
    said = tuple(judge_routes(gather_routes(ask(), reader)))
    assert findings(said) == [("network.partial_route", "proves")]
    [finding] = [s for s in said if isinstance(s, Finding)]
    assert finding.values == {
        "vpc": "vpc-1",
        "subnet": "subnet-b",
        "route_tables": "rtb-main",
        "endpoint": "vpce-1",
    }
    assert "subnet-b with rtb-main" in finding.says


def test_several_route_tables_are_one_parameter_of_the_command() -> None:
    tables = [table("rtb-a", subnets=("subnet-a",)), table("rtb-b", subnets=("subnet-b",))]
    reader = aws(ec2_DescribeRouteTables={"RouteTables": tables})
    [finding] = [s for s in judge_routes(gather_routes(ask(), reader)) if isinstance(s, Finding)]
    assert finding.values["route_tables"] == '["rtb-a", "rtb-b"]'
    assert finding.values["vpc_without_endpoint"] == "vpc-1"


def test_a_function_outside_any_vpc_needs_no_route() -> None:
    reader = aws(lambda_GetFunctionConfiguration=function(VpcConfig={}))
    assert findings(tuple(judge_routes(gather_routes(ask(), reader)))) == BOTH_WELL
    assert [op for op, _ in reader.asked] == ["lambda:GetFunctionConfiguration"]


def test_an_endpoint_url_of_the_workload_itself_cannot_be_followed() -> None:
    own = function(Environment={"Variables": {"AWS_ENDPOINT_URL_DYNAMODB": "https://proxy:8000"}})
    reader = aws(lambda_GetFunctionConfiguration=own)
    assert findings(tuple(judge_routes(gather_routes(ask(), reader)))) == []


def test_an_endpoint_url_may_name_the_interface_endpoint() -> None:
    url = "https://vpce-2-abc.dynamodb.eu-west-1.vpce.amazonaws.com"
    own = function(Environment={"Variables": {"AWS_ENDPOINT_URL": url}})
    reader = aws(
        lambda_GetFunctionConfiguration=own,
        ec2_DescribeVpcEndpoints={"VpcEndpoints": [VAGUE]},
    )
    assert findings(tuple(judge_routes(gather_routes(ask(), reader)))) == BOTH_WELL


def test_endpoints_do_not_lead_to_a_table_in_another_region() -> None:
    reader = aws(
        ec2_DescribeRouteTables={"RouteTables": [table("rtb-main", TO_ENDPOINT)]},
        ec2_DescribeVpcEndpoints={"VpcEndpoints": [GATEWAY]},
    )
    there = ask(table="arn:aws:dynamodb:us-east-1:123456789012:table/orders")
    assert ("network.no_route", "against") not in findings(
        tuple(judge_routes(gather_routes(there, reader)))
    )


def test_a_public_subnet_of_an_unknown_workload_stays_unknown() -> None:
    reader = aws(ec2_DescribeRouteTables={"RouteTables": [table("rtb-main", TO_IGW)]})
    request = ask(function=None, subnets=("subnet-a",))
    assert findings(tuple(judge_routes(gather_routes(request, reader)))) == []


def test_what_was_deleted_makes_no_list_of_endpoints_complete() -> None:
    lost = on_path(tuple(judge_routes(gather_routes(ask(), aws()))))
    assert lost == {
        "vpc": frozenset({"vpc-1"}),
        "subnet": frozenset({"subnet-a", "subnet-b"}),
        "route-table": frozenset({"rtb-main"}),
    }
    reader = aws(
        ec2_DescribeRouteTables={"RouteTables": [table("rtb-main", TO_ENDPOINT)]},
        ec2_DescribeVpcEndpoints={"VpcEndpoints": [GATEWAY]},
    )
    found = on_path(tuple(judge_routes(gather_routes(ask(), reader))))
    assert found["vpc-endpoint"] == frozenset({"vpce-1"})
    assert found["nat-gateway"] == frozenset()


def test_without_addresses_the_default_route_decides() -> None:
    reader = aws(
        ec2_DescribeManagedPrefixLists={"PrefixLists": []},
        ec2_DescribeRouteTables={"RouteTables": [table("rtb-main", TO_ENDPOINT)]},
        ec2_DescribeVpcEndpoints={"VpcEndpoints": [GATEWAY]},
    )
    assert findings(tuple(judge_routes(gather_routes(ask(), reader)))) == BOTH_WELL


def test_a_workload_without_subnets_cannot_be_looked_at() -> None:
    with pytest.raises(Missing, match="subnets="):
        gather_routes(ask(function=None, role="checkout"), aws())


def test_subnets_that_are_not_there_are_said() -> None:
    with pytest.raises(Missing, match="there is no subnet subnet-z"):
        gather_routes(ask(function=None, subnets=("subnet-z",)), aws(ec2_DescribeSubnets=None))


def test_it_reads_only_what_it_declares() -> None:
    reader = aws()
    gather_routes(ask(), reader)
    assert {op for op, _ in reader.asked} <= CHECKS[0].reads


def test_a_subnet_without_its_vpc_does_not_hide_the_next_ones() -> None:
    described = [{"SubnetId": "subnet-a"}, {"SubnetId": "subnet-b", "VpcId": "vpc-1"}]
    reader = aws(ec2_DescribeSubnets={"Subnets": described})
    request = ask(function=None, subnets=("subnet-a", "subnet-b"))
    assert gather_routes(request, reader).where.vpc == "vpc-1"
