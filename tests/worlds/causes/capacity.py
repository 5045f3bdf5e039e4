"""Throttling and auto scaling."""

from diagnostics.evidence import World
from diagnostics.model import Confidence
from tests.worlds import stories
from tests.worlds.account import Account
from tests.worlds.causes.three import GROUP, Three, caller, elsewhere, failing, measured, says
from tests.worlds.traffic import RECENT_FROM

SLOW_DOWN = says(
    "ProvisionedThroughputExceededException",
    "The level of configured provisioned throughput for the table was exceeded. Consider "
    "increasing your provisioning level with the UpdateTable API.",
)
RATE = says("ThrottlingException", "Rate exceeded", "DescribeTable")


def provisioned(*, usual: float = 17100.0) -> Account:
    """Return an account whose table has 300 WCU, of which `usual` a minute are used."""
    account = Account()
    account.put_table(read=800, write=300)
    account.put_function("checkout")
    account.traffic.calls = {"GetItem": 6000, "PutItem": 15600, "UpdateItem": 2100}
    account.traffic.put(
        "ConsumedWriteCapacityUnits",
        "Sum",
        [(RECENT_FROM, usual)],
        usual=usual,
    )
    return account


def full(*, usual: float = 17100.0) -> Account:
    """Return such an account whose table was used up half an hour ago."""
    account = Account()
    account.put_table(read=800, write=300)
    account.put_function("checkout")
    account.traffic.calls = {"GetItem": 6000, "PutItem": 15600, "UpdateItem": 2100}
    account.traffic.put(
        "ConsumedWriteCapacityUnits",
        "Sum",
        [(RECENT_FROM, usual), (-31, 18000.0)],
        usual=usual,
    )
    account.traffic.throttle("ProvisionedThroughput", "Write", [(-31, 5400.0)])
    return account


def _throttled(account: Account, text: str = SLOW_DOWN, *, share: float = 0.8) -> World:
    return failing(account, text, share=share).world(error="throttling", function="checkout")


def _healthy(account: Account) -> World:
    return account.world(error="408", function="checkout")


def throttled_yesterday() -> World:
    """The table was throttled a day ago; another table is throttled now."""
    account = provisioned()
    day = -24 * 60
    account.traffic.throttle("ProvisionedThroughput", "Write", [(day - 10, 900.0), (day + 5, 0.0)])
    account.traffic.put(
        "WriteThrottleEvents", "Sum", [(-31, 5400.0)], dimensions={"TableName": "customers"}
    )
    return _healthy(account)


def index_elsewhere() -> World:
    """An index of another table is throttled."""
    account = Account()
    account.put_table(read=600, write=400, indexes={"by-status": (50, 300)})
    account.put_function("checkout")
    account.traffic.throttle("ProvisionedThroughput", "Write", [(RECENT_FROM, 2.0)], index="other")
    for name in ("WriteProvisionedThroughputThrottleEvents", "WriteThrottleEvents"):
        dimensions = {"TableName": "customers", "GlobalSecondaryIndexName": "by-status"}
        account.traffic.put(name, "Sum", [(-31, 420.0)], dimensions=dimensions)
    return _healthy(account)


def hot_key() -> World:
    """One partition is asked for more than it can give; the table has plenty."""
    account = provisioned(usual=6000.0)
    account.traffic.throttle("KeyRangeThroughput", "Write", [(-31, 900.0)])
    return _throttled(account)


def warm_key() -> World:
    """One partition refuses two calls a minute, which retries absorb."""
    account = provisioned(usual=6000.0)
    account.traffic.throttle("KeyRangeThroughput", "Write", [(RECENT_FROM, 2.0)])
    return _healthy(account)


def _capped() -> Account:
    account = caller()
    limits = {"MaxReadRequestUnits": 400, "MaxWriteRequestUnits": 40}
    account.put_table(OnDemandThroughput=limits)
    return account


def on_demand_maximum() -> World:
    """The table's own maximum for on-demand writes is reached."""
    account = _capped()
    account.traffic.throttle("MaxOnDemandThroughput", "Write", [(-31, 900.0)])
    return _throttled(account)


def _grown() -> Account:
    account = caller()
    account.put_table(
        WarmThroughput={
            "ReadUnitsPerSecond": 12000,
            "WriteUnitsPerSecond": 4000,
            "Status": "ACTIVE",
        },
    )
    course = [(RECENT_FROM, 48000.0), (-31, 264000.0)]
    account.traffic.put("ConsumedWriteCapacityUnits", "Sum", course, usual=48000.0)
    return account


def on_demand_ramp() -> World:
    """Writes grew to five times within minutes; CloudWatch does not name the limit."""
    account = _grown()
    account.traffic.put("WriteThrottleEvents", "Sum", [(-31, 30000.0)])
    text = (
        "Throughput exceeds the current capacity of your table or index. DynamoDB is automatically "
        "scaling your table or index so please try again shortly."
    )
    return _throttled(account, says("ThrottlingException", text))


def account_quota() -> World:
    """The account's quota of capacity is used up."""
    account = caller()
    account.traffic.throttle("AccountLimit", "Write", [(-31, 900.0)])
    return _throttled(account)


def quota_near() -> World:
    """The account uses 92 % of a quota; nothing is throttled."""
    account = caller()
    measured(
        account,
        "AWS/DynamoDB",
        "AccountProvisionedWriteCapacityUtilization",
        92.0,
        stat="Maximum",
        period=300,
        start=-60,
    )
    return _healthy(account)


def control_plane() -> World:
    """A client describes its table before each call."""
    account = caller()
    account.log(GROUP, RATE, stories.every(30, 0.5))
    return account.world(error="ThrottlingException", function="checkout")


def failed_elsewhere() -> World:
    """Auto scaling fails to set the reads, which nobody is short of; writes are unscaled."""
    account = full()
    account.scale(side="Read", least=100, most=4000)
    account.activity(20, "Failed", "Failed to set read capacity.", capacity=900, side="Read")
    return _throttled(account)


def at_maximum() -> World:
    """Auto scaling may not go above what the table has."""
    account = full()
    account.scale(least=50, most=300, alarm_state="ALARM")
    return _throttled(account)


def unthrottled_maximum() -> World:
    """The table stands at auto scaling's maximum, and that suffices."""
    account = provisioned(usual=9000.0)
    account.scale(least=50, most=300)
    return _healthy(account)


def _suspend(account: Account) -> None:
    target = account.state["application-autoscaling.targets"][-1]
    target["SuspendedState"]["DynamicScalingOutSuspended"] = True


def suspended() -> World:
    """Somebody suspended scaling out."""
    account = full()
    account.scale(least=50, most=4000, alarm_state="ALARM")
    _suspend(account)
    return _throttled(account)


def suspended_elsewhere() -> World:
    """Scaling out is suspended for the reads, which nobody is short of."""
    account = provisioned(usual=9000.0)
    account.scale(least=50, most=4000)
    account.scale(side="Read", least=50, most=4000)
    _suspend(account)
    return _healthy(account)


def alarms_missing() -> World:
    """The alarms behind the scaling policy were deleted."""
    account = full()
    account.scale(least=50, most=4000)
    account.state["cloudwatch.alarms"] = []
    return _throttled(account)


def alarms_elsewhere() -> World:
    """The alarms behind the reads are gone, and the reads are not short."""
    account = full()
    account.scale(least=50, most=300, alarm_state="ALARM")
    account.scale(side="Read", least=50, most=4000)
    alarms = account.state["cloudwatch.alarms"]
    account.state["cloudwatch.alarms"] = [a for a in alarms if "Read" not in a["AlarmName"]]
    return _throttled(account)


def not_configured() -> World:
    """Traffic grew by half, and nothing scales the table."""
    return _throttled(full(usual=12000.0))


def unscaled_and_well() -> World:
    """Nothing scales the table, and nothing has to."""
    return _healthy(provisioned(usual=9000.0))


THREES = {
    "throttling.provisioned": Three(
        truth=stories.hidden_throttle, near="throttling.hot_key", innocent=throttled_yesterday
    ),
    "throttling.index": Three(
        truth=stories.index_throttle, near="throttling.hot_key", innocent=index_elsewhere
    ),
    "throttling.hot_key": Three(truth=hot_key, near="scaling.at_maximum", innocent=warm_key),
    "throttling.on_demand_maximum": Three(
        truth=on_demand_maximum,
        near="throttling.on_demand_ramp",
        innocent=lambda: _healthy(_capped()),
    ),
    "throttling.on_demand_ramp": Three(
        truth=on_demand_ramp,
        near="throttling.on_demand_maximum",
        innocent=lambda: _healthy(_grown()),
        surest=Confidence.LIKELY,
    ),
    "throttling.account_quota": Three(
        truth=account_quota, near="throttling.hot_key", innocent=quota_near
    ),
    "throttling.control_plane": Three(
        truth=control_plane, near="throttling.hot_key", innocent=lambda: elsewhere(RATE)
    ),
    "scaling.failed": Three(
        truth=stories.scaling_role,
        near="scaling.at_maximum",
        innocent=failed_elsewhere,
        innocent_first="throttling.provisioned",
    ),
    "scaling.at_maximum": Three(
        truth=at_maximum, near="scaling.suspended", innocent=unthrottled_maximum
    ),
    "scaling.suspended": Three(
        truth=suspended, near="scaling.alarms_missing", innocent=suspended_elsewhere
    ),
    "scaling.alarms_missing": Three(
        truth=alarms_missing,
        near="scaling.failed",
        innocent=alarms_elsewhere,
        innocent_first="scaling.at_maximum",
    ),
    "scaling.not_configured": Three(
        truth=not_configured, near="throttling.hot_key", innocent=unscaled_and_well
    ),
}
