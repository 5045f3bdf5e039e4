"""Near-misses made to mislead: what is wrong here hides behind what looks wrong."""

from collections.abc import Callable
from dataclasses import dataclass

from diagnostics.evidence import World
from tests.worlds import stories
from tests.worlds.account import Account
from tests.worlds.causes import client, identity, network
from tests.worlds.causes.capacity import RATE, SLOW_DOWN, full, provisioned
from tests.worlds.causes.three import CUT_OFF, GROUP, HALF_AN_HOUR, caller, failing, measured, says
from tests.worlds.traffic import RECENT_FROM


@dataclass(frozen=True, slots=True, kw_only=True)
class Tricky:
    """A World with its cause, and the causes that it only looks like."""

    world: Callable[[], World]
    first: str
    never: frozenset[str]  # neither confirmed nor likely


def _throttled(account: Account, text: str = SLOW_DOWN) -> World:
    return failing(account, text, share=0.8).world(error="throttling", function="checkout")


def _hot() -> Account:
    account = provisioned(usual=6000.0)
    account.traffic.throttle("KeyRangeThroughput", "Write", [(-31, 900.0)])
    return account


def hot_key_at_maximum() -> World:
    """A hot key, on a table that stands at auto scaling's maximum with room to spare."""
    account = _hot()
    account.scale(least=50, most=300)
    return _throttled(account)


def hot_key_suspended() -> World:
    """A hot key, where scaling out is suspended."""
    account = _hot()
    account.scale(least=50, most=4000)
    target = account.state["application-autoscaling.targets"][0]
    target["SuspendedState"]["DynamicScalingOutSuspended"] = True
    return _throttled(account)


def hot_key_failed_activity() -> World:
    """A hot key, and one scaling activity that failed."""
    account = _hot()
    account.scale(least=50, most=4000)
    account.activity(40, "Failed", "Failed to set write capacity units to 200.", capacity=200)
    return _throttled(account)


def hot_key_without_alarms() -> World:
    """A hot key, on a table whose scaling alarms are gone."""
    account = _hot()
    account.scale(least=50, most=4000)
    account.state["cloudwatch.alarms"] = []
    return _throttled(account)


def hot_key_on_demand() -> World:
    """A hot key on a table whose traffic grew to five times, below its own maximum."""
    account = caller()
    limits = {"MaxReadRequestUnits": 9000, "MaxWriteRequestUnits": 9000}
    account.put_table(OnDemandThroughput=limits)
    course = [(RECENT_FROM, 48000.0), (-31, 264000.0)]
    account.traffic.put("ConsumedWriteCapacityUnits", "Sum", course, usual=48000.0)
    account.traffic.throttle("KeyRangeThroughput", "Write", [(-31, 5000.0)])
    return _throttled(account)


def capacity_cut_while_suspended() -> World:
    """The capacity was set from 400 to 300; scaling out is suspended besides."""
    account = full()
    account.traffic.put(
        "ProvisionedWriteCapacityUnits",
        "Average",
        [(RECENT_FROM, 400.0), (-31, 300.0)],
        usual=400.0,
        every=2,
    )
    account.scale(least=50, most=4000)
    target = account.state["application-autoscaling.targets"][0]
    target["SuspendedState"]["DynamicScalingOutSuspended"] = True
    return _throttled(account)


def unnamed_at_maximum() -> World:
    """Throttles whose limit is not named, with half the capacity left: who can tell."""
    account = provisioned(usual=9000.0)
    account.traffic.put("WriteThrottleEvents", "Sum", [(-31, 900.0)])
    account.scale(least=50, most=300)
    target = account.state["application-autoscaling.targets"][0]
    target["SuspendedState"]["DynamicScalingOutSuspended"] = True
    account.log(GROUP, CUT_OFF, HALF_AN_HOUR)
    return account.world(error="throttling", function="checkout")


def old_failure_at_maximum() -> World:
    """A scaling activity failed hours ago; now the maximum is what holds."""
    account = full()
    account.scale(least=50, most=300, alarm_state="ALARM")
    account.activity(300, "Failed", "Failed to set write capacity units to 280.", capacity=280)
    return _throttled(account)


def always_full() -> World:
    """Nothing scales the table, which was as full a week ago."""
    return _throttled(full(usual=17900.0))


def updating_and_full() -> World:
    """The table is UPDATING, which serves; it is full."""
    account = full()
    account.state["dynamodb.tables"][0]["TableStatus"] = "UPDATING"
    return _throttled(account)


def quota_full_beside() -> World:
    """The account uses all of a quota; the table's own capacity is what throttles."""
    account = full()
    measured(
        account,
        "AWS/DynamoDB",
        "AccountProvisionedWriteCapacityUtilization",
        100.0,
        stat="Maximum",
        period=300,
        start=-60,
    )
    return _throttled(account)


def describes_beside() -> World:
    """Two DescribeTable calls were throttled beside a full table."""
    account = full()
    account.log(GROUP, RATE, (25, 12))
    return _throttled(account)


def full_pool_warnings() -> World:
    """A pool discards connections, as pools do; the table is full."""
    account = full()
    account.log(
        GROUP,
        "WARNING urllib3.connectionpool Connection pool is full, discarding connection: "
        "dynamodb.eu-west-1.amazonaws.com. Connection pool size: 10",
        HALF_AN_HOUR,
    )
    return _throttled(account)


def throttled_through_dax() -> World:
    """The cache hands on that the table is throttled."""
    text = "DaxClientError: " + SLOW_DOWN
    return _throttled(full(), text)


def busy_and_throttled() -> World:
    """The service has no CPU to spare, and what fails is refused."""
    account = Account()
    account.put_table(read=800, write=300)
    account.put_service("prod", "orders-api")
    dimensions = {"ClusterName": "prod", "ServiceName": "orders-api"}
    for stat in ("Average", "Maximum"):
        measured(account, "AWS/ECS", "CPUUtilization", 97.0, stat=stat, dimensions=dimensions)
    account.traffic.throttle("ProvisionedThroughput", "Write", [(-31, 5400.0)])
    failing(account, SLOW_DOWN, group=client.SERVICE_GROUP)
    return account.world(error="throttling", ecs="prod/orders-api")


def balancer_before_a_throttle() -> World:
    """The load balancer gives up on answers that wait for a throttled table."""
    account = full()
    name = "app/orders-alb/50dc6c495c0c9188"
    place = f"{account.region}:{account.account}"
    arn = f"arn:aws:elasticloadbalancing:{place}:loadbalancer/{name}"
    account.state["elbv2.load_balancers"] = [
        {"LoadBalancerArn": arn, "LoadBalancerName": "orders-alb", "Type": "application"},
    ]
    measured(
        account,
        "AWS/ApplicationELB",
        "HTTPCode_ELB_504_Count",
        40.0,
        dimensions={"LoadBalancer": name},
    )
    account.log(GROUP, SLOW_DOWN, HALF_AN_HOUR)
    return account.world(error="throttling", function="checkout", lb="orders-alb")


def unrouted_account_host() -> World:
    """A newer SDK's host does not connect; no host would, for the route is gone."""
    account = caller()
    account.state["ec2.route_tables"][1] = account.routes("rtb-0a1", ["subnet-0a1", "subnet-0b2"])
    account.state["ec2.vpc_endpoints"][0]["RouteTableIds"] = []
    world = failing(account, network.ACCOUNT_HOST, share=0.0)
    return world.world(error="timeout", function="checkout")


def half_the_subnets_shut() -> World:
    """The ACL of one of the two subnets drops HTTPS; every route is right."""
    account = caller()
    own = account.state["ec2.network_acls"][0]
    shut = own | {
        "NetworkAclId": "acl-0b2",
        "IsDefault": False,
        "Associations": [{"SubnetId": "subnet-0b2", "NetworkAclId": "acl-0b2"}],
        "Entries": [e for e in own["Entries"] if e["RuleAction"] == "deny"],
    }
    own["Associations"] = [{"SubnetId": "subnet-0a1", "NetworkAclId": "acl-0a1"}]
    account.state["ec2.network_acls"].append(shut)
    return failing(account, CUT_OFF, share=0.5).world(error="timeout", function="checkout")


def shut_in_with_its_endpoint() -> World:
    """ACLs let nothing out of the VPC, where the interface endpoint stands; the table is full."""
    account = full()
    endpoint = account.state["ec2.vpc_endpoints"][0]
    endpoint |= {
        "VpcEndpointType": "Interface",
        "RouteTableIds": [],
        "SubnetIds": ["subnet-0end"],
        "Groups": [{"GroupId": "sg-0end", "GroupName": "endpoint"}],
        "PrivateDnsEnabled": True,
    }
    subnet = account.state["ec2.subnets"][0]
    account.state["ec2.subnets"].append(
        subnet | {"SubnetId": "subnet-0end", "CidrBlock": "10.0.7.0/24"},
    )
    group = account.state["ec2.security_groups"][0]
    account.state["ec2.security_groups"].append(
        group | {"GroupId": "sg-0end", "IpPermissions": group["IpPermissionsEgress"]},
    )
    own = account.state["ec2.network_acls"][0]
    inside = [
        e | {"CidrBlock": "10.0.0.0/16"} for e in own["Entries"] if e["RuleAction"] == "allow"
    ]
    own["Entries"] = [*inside, *(e for e in own["Entries"] if e["RuleAction"] == "deny")]
    return failing(account, CUT_OFF, share=0.8).world(error="timeout", function="checkout")


def cancelled_for_items() -> World:
    """Transactions are cancelled for an item that DynamoDB refuses, once beside a conflict."""
    text = says(
        "TransactionCanceledException",
        "Transaction cancelled, please refer cancellation reasons for specific reasons "
        "[ValidationError, TransactionConflict]",
        "TransactWriteItems",
    )
    account = failing(caller(), text, share=0.9)
    return account.world(error="TransactionCanceledException", function="checkout")


def wrong_secret() -> World:
    """The signature is wrong, and not for its time."""
    text = says(
        "ExpiredTokenException",
        "The security token included in the request is expired: signature of 20261120T094012Z",
    )
    account = failing(caller(), text, share=0.0)
    return account.world(error="ExpiredTokenException", function="checkout")


def denied_to_its_own_role() -> World:
    """Another function's role is gone; this one's own is denied by its policies."""
    account = caller()
    identity.simulated(account)
    account.put_function("reports")
    roles = account.world_state["iam.roles"]
    account.world_state["iam.roles"] = [r for r in roles if r["RoleName"] != "reports-role"]
    text = identity.refusal("because no identity-based policy allows the dynamodb:GetItem action")
    account = failing(account, text, share=0.0)
    return account.world(error="AccessDeniedException", function="checkout")


def told_before_the_deadline() -> World:
    """The deadline comes, and each time the SDK had said why: connections are refused."""
    account = caller()
    account.state["ec2.security_groups"][0]["IpPermissionsEgress"] = []
    account.log(
        GROUP,
        "botocore.exceptions.ConnectTimeoutError: Connect timeout on endpoint URL: "
        '"https://dynamodb.eu-west-1.amazonaws.com/"',
        stories.every(30.05, 1.0),
    )
    return failing(account, CUT_OFF, share=0.0).world(error="timeout", function="checkout")


def _tricky(world: Callable[[], World], first: str, *never: str) -> Tricky:
    return Tricky(world=world, first=first, never=frozenset(never))


FULL_TABLE = "throttling.provisioned"
TRICKY: dict[str, Tricky] = {
    one.world.__name__: one
    for one in (
        _tricky(hot_key_at_maximum, "throttling.hot_key", "scaling.at_maximum", FULL_TABLE),
        _tricky(hot_key_suspended, "throttling.hot_key", "scaling.suspended"),
        _tricky(hot_key_failed_activity, "throttling.hot_key", "scaling.failed"),
        _tricky(hot_key_without_alarms, "throttling.hot_key", "scaling.alarms_missing"),
        _tricky(
            hot_key_on_demand,
            "throttling.hot_key",
            "throttling.on_demand_ramp",
            "throttling.on_demand_maximum",
        ),
        _tricky(capacity_cut_while_suspended, FULL_TABLE),
        _tricky(old_failure_at_maximum, "scaling.at_maximum", "scaling.failed"),
        _tricky(always_full, FULL_TABLE, "scaling.not_configured"),
        _tricky(updating_and_full, FULL_TABLE, "table.not_active"),
        _tricky(quota_full_beside, FULL_TABLE, "throttling.account_quota"),
        _tricky(describes_beside, FULL_TABLE),
        _tricky(full_pool_warnings, FULL_TABLE, "client.pool"),
        _tricky(throttled_through_dax, FULL_TABLE, "dax.unreachable"),
        _tricky(busy_and_throttled, FULL_TABLE, "client.cpu"),
        _tricky(balancer_before_a_throttle, FULL_TABLE, "middlebox.answered"),
        _tricky(unrouted_account_host, "network.no_route", "network.endpoint_host"),
        _tricky(half_the_subnets_shut, "network.nacl", "network.partial_route"),
        _tricky(shut_in_with_its_endpoint, FULL_TABLE, "network.nacl", "network.no_route"),
        _tricky(
            cancelled_for_items, "payload.validation", "contention.transaction", "payload.size"
        ),
        _tricky(wrong_secret, "identity.credentials", "identity.clock_skew"),
        _tricky(denied_to_its_own_role, "iam.identity_policy", "identity.wrong_role"),
        _tricky(told_before_the_deadline, "network.security_group", "client.timeout_budget"),
    )
}
