"""The network between the workload and DynamoDB."""

from typing import Any

from diagnostics.evidence import World
from tests.worlds import stories
from tests.worlds.account import Account
from tests.worlds.causes.three import CUT_OFF, GROUP, Three, caller, failing, measured

UNRESOLVED = (
    "Error: getaddrinfo EAI_AGAIN dynamodb.eu-west-1.amazonaws.com at GetAddrInfoReqWrap.onlookup"
)
ACCOUNT_HOST = (
    "botocore.exceptions.ConnectTimeoutError: Connect timeout on endpoint URL: "
    '"https://123456789012.ddb.eu-west-1.amazonaws.com/"'
)


def _cut_off(account: Account, *, share: float = 0.0) -> World:
    return failing(account, CUT_OFF, share=share).world(error="timeout", function="checkout")


def _healthy(account: Account) -> World:
    return account.world(error="timeout", function="checkout")


def _subnet(account: Account, name: str) -> None:
    account.state["ec2.subnets"].append(
        {
            "SubnetId": name,
            "VpcId": "vpc-0a1",
            "AvailabilityZone": f"{account.region}c",
            "CidrBlock": "10.0.9.0/24",
            "MapPublicIpOnLaunch": False,
        },
    )


def _route(target: str, name: str) -> dict[str, Any]:
    return {"DestinationCidrBlock": "0.0.0.0/0", target: name, "State": "active"}


def _group(name: str, address: str, port: int) -> dict[str, Any]:
    rule = {
        "IpProtocol": "tcp",
        "FromPort": port,
        "ToPort": port,
        "IpRanges": [{"CidrIp": address}],
        "Ipv6Ranges": [],
        "PrefixListIds": [],
        "UserIdGroupPairs": [],
    }
    return {
        "GroupId": name,
        "GroupName": name,
        "VpcId": "vpc-0a1",
        "IpPermissions": [],
        "IpPermissionsEgress": [rule],
    }


def _nat(account: Account) -> None:
    """Add a NAT gateway in a public subnet."""
    _subnet(account, "subnet-0pub")
    public = account.routes("rtb-0pub", ["subnet-0pub"], more=[_route("GatewayId", "igw-0a1")])
    account.state["ec2.route_tables"].append(public)
    account.state["ec2.nat_gateways"].append(
        {
            "NatGatewayId": "nat-0a1",
            "VpcId": "vpc-0a1",
            "SubnetId": "subnet-0pub",
            "State": "available",
            "ConnectivityType": "public",
        },
    )
    for name, value in (("ErrorPortAllocation", 40.0), ("ConnectionAttemptCount", 9000.0)):
        measured(account, "AWS/NATGateway", name, value, dimensions={"NatGatewayId": "nat-0a1"})


def unrouted_elsewhere() -> World:
    """A subnet without any way, which the function does not use."""
    account = caller()
    _subnet(account, "subnet-0c3")
    account.state["ec2.route_tables"].append(account.routes("rtb-0c3", ["subnet-0c3"]))
    return _healthy(account)


def partial_route() -> World:
    """One of two subnets was moved to a route table without the endpoint."""
    account = caller()
    account.state["ec2.route_tables"][1:] = [
        account.routes("rtb-0a1", ["subnet-0a1"], endpoint=True),
        account.routes("rtb-0b2", ["subnet-0b2"]),
    ]
    return _cut_off(account, share=0.5)


def partial_elsewhere() -> World:
    """Another function stands in one subnet with a way and in one without."""
    account = caller()
    _subnet(account, "subnet-0c3")
    account.state["ec2.route_tables"].append(account.routes("rtb-0c3", ["subnet-0c3"]))
    account.put_function("reports")
    account.state["lambda.functions"][-1]["VpcConfig"]["SubnetIds"] = ["subnet-0a1", "subnet-0c3"]
    return _healthy(account)


def security_group() -> World:
    """The function's group lets out nothing but the database."""
    account = caller()
    account.state["ec2.security_groups"] = [_group("sg-0app", "10.0.0.0/16", 5432)]
    return _cut_off(account)


def group_elsewhere() -> World:
    """Such a group, worn by something else."""
    account = caller()
    account.state["ec2.security_groups"].append(_group("sg-0db", "10.0.0.0/16", 5432))
    return _healthy(account)


def _deny_https(number: int) -> dict[str, Any]:
    return {
        "RuleNumber": number,
        "Protocol": "6",
        "RuleAction": "deny",
        "Egress": True,
        "CidrBlock": "0.0.0.0/0",
        "PortRange": {"From": 443, "To": 443},
    }


def nacl() -> World:
    """A rule of the subnets' ACL drops HTTPS."""
    account = caller()
    account.state["ec2.network_acls"][0]["Entries"].append(_deny_https(90))
    return _cut_off(account)


def nacl_elsewhere() -> World:
    """Two rules that drop HTTPS: another subnet's, and one that an earlier rule overtakes."""
    account = caller()
    _subnet(account, "subnet-0c3")
    own = account.state["ec2.network_acls"][0]
    other = own | {
        "NetworkAclId": "acl-0c3",
        "IsDefault": False,
        "Associations": [{"SubnetId": "subnet-0c3", "NetworkAclId": "acl-0c3"}],
        "Entries": [*own["Entries"], _deny_https(90)],
    }
    own["Entries"].append(_deny_https(200))
    account.state["ec2.network_acls"].append(other)
    return _healthy(account)


def dns() -> World:
    """DNS resolution was turned off in the VPC."""
    account = caller(runtime="nodejs20.x")
    account.state["ec2.vpc_attributes"][0]["EnableDnsSupport"] = {"Value": False}
    return failing(account, UNRESOLVED, share=0.0).world(error="timeout", function="checkout")


def dns_elsewhere() -> World:
    """DNS resolution is off in another VPC; this one has its own resolvers."""
    account = caller()
    off = {"Value": False}
    account.state["ec2.vpcs"].append(
        {"VpcId": "vpc-0b2", "CidrBlock": "10.1.0.0/16", "DhcpOptionsId": "dopt-0a1"},
    )
    account.state["ec2.vpc_attributes"].append(
        {"VpcId": "vpc-0b2", "EnableDnsSupport": off, "EnableDnsHostnames": off},
    )
    servers = [{"Key": "domain-name-servers", "Values": [{"Value": "10.0.0.53"}]}]
    account.state["ec2.dhcp_options"][0]["DhcpConfigurations"] = servers
    return _healthy(account)


def nat() -> World:
    """The NAT gateway on the way has no ports left."""
    account = caller()
    account.state["ec2.vpc_endpoints"] = []
    way = [_route("NatGatewayId", "nat-0a1")]
    account.state["ec2.route_tables"][1] = account.routes(
        "rtb-0a1", ["subnet-0a1", "subnet-0b2"], more=way
    )
    _nat(account)
    return _cut_off(account, share=0.6)


def nat_elsewhere() -> World:
    """The NAT gateway has no ports left; DynamoDB is reached through the endpoint."""
    account = caller()
    way = [_route("NatGatewayId", "nat-0a1")]
    account.state["ec2.route_tables"][1] = account.routes(
        "rtb-0a1", ["subnet-0a1", "subnet-0b2"], endpoint=True, more=way
    )
    _nat(account)
    return _healthy(account)


def stray_account_host() -> World:
    """Three calls in an hour did not connect to the account's own name."""
    account = caller()
    account.log(GROUP, ACCOUNT_HOST, (50, 31, 12))
    return _healthy(account)


THREES = {
    "network.no_route": Three(
        truth=stories.no_route, near="network.security_group", innocent=unrouted_elsewhere
    ),
    "network.partial_route": Three(
        truth=partial_route, near="network.nat", innocent=partial_elsewhere
    ),
    "network.security_group": Three(
        truth=security_group, near="network.nacl", innocent=group_elsewhere
    ),
    "network.nacl": Three(truth=nacl, near="network.no_route", innocent=nacl_elsewhere),
    "network.dns": Three(truth=dns, near="network.endpoint_host", innocent=dns_elsewhere),
    "network.nat": Three(truth=nat, near="network.partial_route", innocent=nat_elsewhere),
    "network.endpoint_host": Three(
        truth=stories.account_endpoint, near="network.dns", innocent=stray_account_host
    ),
}
