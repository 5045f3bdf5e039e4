"""A VPC in eu-west-1 with one function, changed by each test where it matters."""

from datetime import UTC, datetime
from typing import Any

from diagnostics.model import Finding, OnPath, Request, Said
from tests.fakes import FakeReader, Given

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
DYNAMO = "52.119.240.0/21"
LOCAL = {"DestinationCidrBlock": "10.0.0.0/16", "GatewayId": "local", "State": "active"}
TO_ENDPOINT = {"DestinationPrefixListId": "pl-ddb", "GatewayId": "vpce-1", "State": "active"}
TO_NAT = {"DestinationCidrBlock": "0.0.0.0/0", "NatGatewayId": "nat-1", "State": "active"}
TO_IGW = {"DestinationCidrBlock": "0.0.0.0/0", "GatewayId": "igw-1", "State": "active"}
TO_TGW = {"DestinationCidrBlock": "0.0.0.0/0", "TransitGatewayId": "tgw-1", "State": "active"}
GATEWAY = {
    "VpcEndpointId": "vpce-1",
    "VpcEndpointType": "Gateway",
    "VpcId": "vpc-1",
    "ServiceName": "com.amazonaws.eu-west-1.dynamodb",
    "State": "available",
    "RouteTableIds": ["rtb-other"],
    "PolicyDocument": '{"Statement":[{"Effect":"Allow","Principal":"*","Action":"*",'
    '"Resource":"*"}]}',
}
INTERFACE = {
    "VpcEndpointId": "vpce-2",
    "VpcEndpointType": "Interface",
    "VpcId": "vpc-1",
    "ServiceName": "com.amazonaws.eu-west-1.dynamodb",
    "State": "available",
    "PrivateDnsEnabled": True,
    "SubnetIds": ["subnet-e"],
    "Groups": [{"GroupId": "sg-end"}],
}
OPEN = {"IpProtocol": "-1", "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}
ALLOW_ALL = {
    "RuleNumber": 100,
    "Protocol": "-1",
    "RuleAction": "allow",
    "CidrBlock": "0.0.0.0/0",
}
LAST = {"RuleNumber": 32767, "Protocol": "-1", "RuleAction": "deny", "CidrBlock": "0.0.0.0/0"}


def ask(**more: Any) -> Request:  # noqa: ANN401 - any field of a request
    given = {
        "region": "eu-west-1",
        "since": NOON.replace(hour=11),
        "until": NOON,
        "now": NOON,
        "table": "orders",
        "function": "checkout",
    }
    return Request(**{**given, **more})


def function(**more: Any) -> dict[str, Any]:  # noqa: ANN401 - AWS's own JSON
    vpc = {"SubnetIds": ["subnet-a", "subnet-b"], "SecurityGroupIds": ["sg-1"], "VpcId": "vpc-1"}
    return {
        "FunctionName": "checkout",
        "FunctionArn": "arn:aws:lambda:eu-west-1:123456789012:function:checkout",
        "Role": "arn:aws:iam::123456789012:role/checkout",
        "VpcConfig": vpc,
        **more,
    }


def table(name: str, *routes: dict[str, str], subnets: tuple[str, ...] = ()) -> dict[str, Any]:
    associations: list[dict[str, Any]] = [{"SubnetId": s, "Main": False} for s in subnets]
    return {
        "RouteTableId": name,
        "VpcId": "vpc-1",
        "Associations": associations or [{"Main": True}],
        "Routes": [LOCAL, *routes],
    }


def aws(**more: Given) -> FakeReader:
    """Return a VPC whose main route table leads nowhere; `ec2_X` replaces ec2:X."""
    answers: dict[str, Given] = {
        "lambda:GetFunctionConfiguration": function(),
        "ec2:DescribeSubnets": lambda **asked: {
            "Subnets": [
                {"SubnetId": s, "VpcId": "vpc-1", "CidrBlock": f"10.0.{ord(s[-1])}.0/24"}
                for s in asked["SubnetIds"]
            ],
        },
        "ec2:DescribeManagedPrefixLists": {
            "PrefixLists": [
                {"PrefixListId": "pl-s3", "PrefixListName": "com.amazonaws.eu-west-1.s3"},
                {"PrefixListId": "pl-ddb", "PrefixListName": "com.amazonaws.eu-west-1.dynamodb"},
            ],
        },
        "ec2:GetManagedPrefixListEntries": {"Entries": [{"Cidr": DYNAMO}, {"Cidr": "2600::/40"}]},
        "ec2:DescribeRouteTables": {"RouteTables": [table("rtb-main")]},
        "ec2:DescribeVpcEndpoints": {"VpcEndpoints": []},
        "ec2:DescribeSecurityGroups": {
            "SecurityGroups": [{"GroupId": "sg-1", "IpPermissionsEgress": [OPEN]}],
        },
        "ec2:DescribeNetworkAcls": {
            "NetworkAcls": [acl("acl-1", ALLOW_ALL, LAST, back=(ALLOW_ALL, LAST))],
        },
        "ec2:DescribeVpcAttribute": lambda **asked: {
            "EnableDnsSupport"
            if asked["Attribute"] == "enableDnsSupport"
            else "EnableDnsHostnames": {
                "Value": True,
            },
        },
        "ec2:DescribeVpcs": {
            "Vpcs": [{"VpcId": "vpc-1", "DhcpOptionsId": "dopt-1", "CidrBlock": "10.0.0.0/16"}],
        },
        "ec2:DescribeDhcpOptions": {"DhcpOptions": [options("AmazonProvidedDNS")]},
        "ec2:DescribeNatGateways": {
            "NatGateways": [
                {"NatGatewayId": "nat-1", "State": "available", "SubnetId": "subnet-p"},
            ],
        },
    }
    return FakeReader(answers={**answers, **{k.replace("_", ":", 1): v for k, v in more.items()}})


def options(*servers: str) -> dict[str, Any]:
    return {
        "DhcpOptionsId": "dopt-1",
        "DhcpConfigurations": [
            {"Key": "domain-name", "Values": [{"Value": "internal"}]},
            {"Key": "domain-name-servers", "Values": [{"Value": s} for s in servers]},
        ],
    }


def acl(
    name: str,
    *out: dict[str, Any],
    back: tuple[dict[str, Any], ...],
    subnets: tuple[str, ...] = ("subnet-a", "subnet-b"),
) -> dict[str, Any]:
    return {
        "NetworkAclId": name,
        "VpcId": "vpc-1",
        "Associations": [{"SubnetId": s} for s in subnets],
        "Entries": [{**e, "Egress": True} for e in out] + [{**e, "Egress": False} for e in back],
    }


def findings(said: tuple[Said, ...]) -> list[tuple[str, str]]:
    return [(s.cause, s.strength.value) for s in said if isinstance(s, Finding)]


def on_path(said: tuple[Said, ...]) -> dict[str, frozenset[str]]:
    return {s.kind: s.ids for s in said if isinstance(s, OnPath)}
