"""Healthy accounts whose settings look wrong at first sight."""

from collections.abc import Callable
from typing import Any

from diagnostics.evidence import World
from tests.worlds.account import Account
from tests.worlds.causes.identity import KEY, ROLE
from tests.worlds.causes.three import GROUP, HALF_AN_HOUR, caller, measured, says
from tests.worlds.traffic import RECENT_FROM

OWNER = "123456789012"


def _asked(account: Account, error: str = "408") -> World:
    return account.world(error=error, function="checkout")


def _statement(effect: str, principal: Any, action: str, **more: Any) -> dict[str, Any]:  # noqa: ANN401 - AWS's JSON
    given = {"Effect": effect, "Principal": principal, "Action": action, "Resource": "*"}
    return given | more


def _document(*statements: dict[str, Any]) -> dict[str, Any]:
    return {"$json": {"Version": "2012-10-17", "Statement": list(statements)}}


def table_open_to_the_endpoint_alone() -> World:
    """The table's policy denies whatever does not come through the VPC endpoint."""
    account = caller()
    unless = {"StringNotEquals": {"aws:SourceVpce": "vpce-0a1"}}
    deny = _statement("Deny", "*", "dynamodb:*", Condition=unless)
    account.state["dynamodb.resource_policies"] = [
        {"_ResourceArn": account.table_arn, "Policy": _document(deny), "RevisionId": "1"},
    ]
    return _asked(account)


def endpoint_for_one_table() -> World:
    """The endpoint's policy lets this role use this table and nothing else."""
    account = caller()
    resources = [account.table_arn, f"{account.table_arn}/index/*"]
    allow = _statement("Allow", {"AWS": ROLE}, "dynamodb:*", Resource=resources)
    account.state["ec2.vpc_endpoints"][0]["PolicyDocument"] = _document(allow)
    return _asked(account)


def endpoint_for_the_account() -> World:
    """The endpoint's policy asks for a principal of the account, by a condition."""
    account = caller()
    ours = {"StringEquals": {"aws:PrincipalAccount": OWNER}}
    account.state["ec2.vpc_endpoints"][0]["PolicyDocument"] = _document(
        _statement("Allow", "*", "dynamodb:*", Condition=ours),
    )
    return _asked(account)


def key_through_dynamodb_alone() -> World:
    """The key's policy lets the role decrypt through DynamoDB alone."""
    account = caller()
    sse = {"Status": "ENABLED", "SSEType": "KMS", "KMSMasterKeyArn": KEY}
    account.put_table(SSEDescription=sse)
    via = {"StringEquals": {"kms:ViaService": "dynamodb.eu-west-1.amazonaws.com"}}
    name = KEY.rsplit("/", maxsplit=1)[-1]
    account.state["kms.keys"] = [
        {"KeyId": name, "Arn": KEY, "KeyState": "Enabled", "KeyManager": "CUSTOMER"},
    ]
    root = _statement("Allow", {"AWS": f"arn:aws:iam::{OWNER}:root"}, "kms:Describe*")
    use = _statement("Allow", {"AWS": ROLE}, "kms:Decrypt", Condition=via)
    account.state["kms.key_policies"] = [{"_KeyId": KEY, "Policy": _document(root, use)}]
    return _asked(account)


def group_for_the_prefix_list_alone() -> World:
    """The group lets out HTTPS to DynamoDB's prefix list and nothing else."""
    account = caller()
    account.state["ec2.security_groups"][0]["IpPermissionsEgress"] = [
        {
            "IpProtocol": "tcp",
            "FromPort": 443,
            "ToPort": 443,
            "IpRanges": [],
            "PrefixListIds": [{"PrefixListId": "pl-0ddb"}],
        },
    ]
    return _asked(account, "timeout")


def failed_nat_beside_the_endpoint() -> World:
    """The default route leads to a NAT gateway that failed; DynamoDB has its endpoint."""
    account = caller()
    default = {
        "DestinationCidrBlock": "0.0.0.0/0",
        "NatGatewayId": "nat-0a1",
        "State": "blackhole",
    }
    account.state["ec2.route_tables"][1] = account.routes(
        "rtb-0a1", ["subnet-0a1", "subnet-0b2"], endpoint=True, more=[default]
    )
    account.state["ec2.nat_gateways"] = [
        {"NatGatewayId": "nat-0a1", "VpcId": "vpc-0a1", "State": "failed"},
    ]
    return _asked(account, "timeout")


def outside_any_vpc() -> World:
    """A function outside any VPC; the VPC beside it has no way out."""
    account = Account()
    account.put_table()
    account.put_function("checkout", vpc=False)
    account.state["ec2.route_tables"] = [account.routes("rtb-0main", [], main=True)]
    account.state["ec2.vpc_endpoints"] = []
    return _asked(account, "timeout")


def another_service_fails() -> World:
    """The function's credentials are refused by S3, its queue does not resolve."""
    account = caller()
    expired = "The security token included in the request is expired"
    account.log(GROUP, says("ExpiredTokenException", expired, "PutObject"), HALF_AN_HOUR)
    unresolved = "Error: getaddrinfo EAI_AGAIN sqs.eu-west-1.amazonaws.com"
    account.log(GROUP, unresolved, HALF_AN_HOUR)
    return _asked(account)


def seldom_used_index() -> World:
    """An index is throttled a few times a minute, and its table is busy."""
    account = Account()
    account.put_table(read=800, write=400, indexes={"by-status": (50, 100)})
    account.put_function("checkout")
    account.traffic.throttle(
        "ProvisionedThroughput", "Read", [(RECENT_FROM, 4.0)], index="by-status"
    )
    return _asked(account)


def scaled_in_and_well() -> World:
    """Auto scaling lowered the capacity, and one activity failed; nothing is throttled."""
    account = Account()
    account.put_table(read=800, write=300)
    account.put_function("checkout")
    account.traffic.calls = {"GetItem": 6000, "PutItem": 9000}
    course = [(RECENT_FROM, 400.0), (-25, 300.0)]
    account.traffic.put("ProvisionedWriteCapacityUnits", "Average", course, usual=300.0, every=5)
    account.scale(least=50, most=4000)
    account.activity(25, "Successful", "Successfully set write capacity units.", capacity=300)
    account.activity(12, "Failed", "Failed to set write capacity units.", capacity=280)
    return _asked(account)


def busy_neighbour_metrics() -> World:
    """The account's quota is used by 85 %, and another table fails a little."""
    account = caller()
    measured(
        account,
        "AWS/DynamoDB",
        "AccountProvisionedReadCapacityUtilization",
        85.0,
        stat="Maximum",
        period=300,
        start=-60,
    )
    dimensions = {"TableName": "customers", "Operation": "PutItem"}
    account.traffic.put("SystemErrors", "Sum", [(RECENT_FROM, 4.0)], dimensions=dimensions)
    return _asked(account)


WELL: dict[str, Callable[[], World]] = {
    one.__name__: one
    for one in (
        table_open_to_the_endpoint_alone,
        endpoint_for_one_table,
        endpoint_for_the_account,
        key_through_dynamodb_alone,
        group_for_the_prefix_list_alone,
        failed_nat_beside_the_endpoint,
        outside_any_vpc,
        another_service_fails,
        seldom_used_index,
        scaled_in_and_well,
        busy_neighbour_metrics,
    )
}
