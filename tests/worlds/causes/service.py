"""The table itself, and AWS."""

from dataclasses import replace
from typing import Any

from diagnostics.evidence import Place, World
from diagnostics.model import Confidence
from tests.worlds.account import Account
from tests.worlds.causes.three import (
    CUT_OFF,
    GROUP,
    READ_TIMEOUT,
    Three,
    caller,
    failing,
    says,
)
from tests.worlds.stories import every
from tests.worlds.traffic import RECENT_FROM

FAR = "eu-central-1"
HOME = "123456789012"
NOT_FOUND = says("ResourceNotFoundException", "Requested resource not found", "GetItem")
FAULT = says("InternalServerError", "Internal server error")
REPLICA = says(
    "ReplicatedWriteConflictException",
    "One or more items in this request are being modified by a request in another Region.",
)


def _beyond(world: World, *tables: dict[str, Any]) -> World:
    """Return the World with another region that holds these tables."""
    there = Place(state={"dynamodb.tables": tables})
    request = replace(world.request, regions=(world.request.region, FAR))
    return replace(world, request=request, places={**world.places, (HOME, FAR): there})


def _far(account: Account) -> dict[str, Any]:
    own = account.state["dynamodb.tables"][0]
    return {
        "TableName": own["TableName"],
        "TableArn": own["TableArn"].replace(account.region, FAR),
        "TableStatus": "ACTIVE",
        "KeySchema": own["KeySchema"],
        "AttributeDefinitions": own["AttributeDefinitions"],
        "BillingModeSummary": own["BillingModeSummary"],
    }


def _healthy(account: Account) -> World:
    return account.world(error="408", function="checkout")


def _missing() -> tuple[Account, dict[str, Any]]:
    account = caller()
    far = _far(account)
    del account.state["dynamodb.tables"][0]
    return failing(account, NOT_FOUND, share=0.0), far


def not_found() -> World:
    """There is no such table, here or in the other region."""
    account, _ = _missing()
    return _beyond(account.world(error="ResourceNotFoundException", function="checkout"))


def wrong_region() -> World:
    """The table is in the other region."""
    account, far = _missing()
    return _beyond(account.world(error="ResourceNotFoundException", function="checkout"), far)


def another_table_missing() -> World:
    """Once, a call named a table that does not exist; this one does."""
    account = caller()
    text = NOT_FOUND + ": Table: arn:aws:dynamodb:eu-west-1:123456789012:table/orders-old not found"
    account.log(GROUP, text, (44,))
    return _beyond(_healthy(account))


def two_regions() -> World:
    """A table of that name lives in both regions."""
    account = caller()
    return _beyond(_healthy(account), _far(account))


def not_active() -> World:
    """The table is being restored."""
    account = failing(caller(), NOT_FOUND, share=0.0)
    account.state["dynamodb.tables"][0]["TableStatus"] = "CREATING"
    return account.world(error="ResourceNotFoundException", function="checkout")


def index_being_built() -> World:
    """An index that nobody asks for is being built."""
    account = Account()
    account.put_table(indexes={"by-status": (0, 0)})
    account.put_function("checkout")
    account.state["dynamodb.tables"][0]["GlobalSecondaryIndexes"][0]["IndexStatus"] = "CREATING"
    return _healthy(account)


def _replicated(account: Account) -> None:
    account.state["dynamodb.tables"][0]["Replicas"] = [
        {"RegionName": FAR, "ReplicaStatus": "REPLICATION_NOT_AUTHORIZED"},
    ]


def replication_conflict() -> World:
    """A replica is not authorised, and writes conflict."""
    account = failing(caller(), REPLICA, share=0.9)
    _replicated(account)
    return account.world(error="ReplicatedWriteConflictException", function="checkout")


def replica_beside() -> World:
    """A replica is not authorised; the calls never leave the network."""
    account = failing(caller(), CUT_OFF, share=0.0)
    account.state["ec2.security_groups"][0]["IpPermissionsEgress"] = []
    _replicated(account)
    return account.world(error="timeout", function="checkout")


def _errors(account: Account, table: str, a_minute: float) -> None:
    for operation in ("GetItem", "PutItem"):
        dimensions = {"TableName": table, "Operation": operation}
        account.traffic.put("SystemErrors", "Sum", [(-31, a_minute)], dimensions=dimensions)


def service_event() -> World:
    """DynamoDB fails for this table and for others."""
    account = failing(caller(), FAULT, share=0.7)
    for table in ("orders", "customers"):
        _errors(account, table, 600.0)
    return account.world(error="500", function="checkout")


def few_errors() -> World:
    """DynamoDB fails three calls a minute, as it always may."""
    account = caller()
    _errors(account, "orders", 3.0)
    return _healthy(account)


def fault_injection() -> World:
    """An experiment makes calls fail."""
    account = failing(caller(), FAULT, share=0.7)
    _induced(account, "orders")
    return account.world(error="500", function="checkout")


def _induced(account: Account, table: str) -> None:
    dimensions = {"TableName": table, "Operation": "PutItem"}
    name = "FaultInjectionServiceInducedErrors"
    account.traffic.put(name, "Sum", [(-31, 600.0)], dimensions=dimensions)


def experiment_elsewhere() -> World:
    """An experiment makes calls on another table fail."""
    account = caller()
    _induced(account, "customers")
    return _healthy(account)


def _grown(account: Account, *, items: float, took_ms: float) -> None:
    """Let a query return so many items in so many milliseconds, ten in six before."""
    del account.traffic.calls["Query"]
    put, query = account.traffic.put, {"Operation": "Query"}
    name = "SuccessfulRequestLatency"
    put(name, "SampleCount", [(RECENT_FROM, 900.0)], usual=900.0, dimensions=query)
    put(name, "Average", [(RECENT_FROM, took_ms)], usual=6.0, dimensions=query)
    put(name, "Maximum", [(RECENT_FROM, 9 * took_ms)], usual=54.0, dimensions=query)
    course = [(RECENT_FROM, 900.0 * items)]
    put("ReturnedItemCount", "Sum", course, usual=9000.0, dimensions=query)


def pattern() -> World:
    """A query returns twenty times the items and takes thirty times as long."""
    account = caller()
    _grown(account, items=200.0, took_ms=180.0)
    account.log(GROUP, READ_TIMEOUT, every(30, 1.0))
    return account.world(error="timeout", function="checkout")


def grown_and_fast() -> World:
    """A query returns five times the items and is fast."""
    account = caller()
    _grown(account, items=50.0, took_ms=9.0)
    return _healthy(account)


THREES = {
    "table.not_found": Three(
        truth=not_found, near="table.wrong_region", innocent=another_table_missing
    ),
    "table.wrong_region": Three(truth=wrong_region, near="table.not_found", innocent=two_regions),
    "table.not_active": Three(truth=not_active, near="table.not_found", innocent=index_being_built),
    "replication.conflict": Three(
        truth=replication_conflict,
        near="contention.transaction",
        innocent=replica_beside,
        innocent_first="network.security_group",
        surest=Confidence.POSSIBLE,
    ),
    "aws.service_event": Three(
        truth=service_event,
        near="experiment.fault_injection",
        innocent=few_errors,
        surest=Confidence.LIKELY,
    ),
    "experiment.fault_injection": Three(
        truth=fault_injection, near="aws.service_event", innocent=experiment_elsewhere
    ),
    "access.pattern": Three(
        truth=pattern,
        near="client.cpu",
        innocent=grown_and_fast,
        surest=Confidence.LIKELY,
    ),
}
