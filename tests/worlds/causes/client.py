"""The client, the boxes in between, and the requests themselves."""

import json

from diagnostics.evidence import World
from diagnostics.model import Confidence
from tests.worlds import stories
from tests.worlds.account import Account
from tests.worlds.causes.three import (
    CUT_OFF,
    GROUP,
    READ_TIMEOUT,
    Three,
    caller,
    elsewhere,
    failing,
    measured,
    says,
)
from tests.worlds.stories import every
from tests.worlds.traffic import RECENT_FROM

SERVICE_GROUP = "/ecs/orders-api"
ATTEMPT = (
    "software.amazon.awssdk.core.exception.ApiCallAttemptTimeoutException: DynamoDb: HTTP request "
    "execution did not complete before the specified timeout configuration: 50 millis"
)
RESET = "dynamodb: Error: read ECONNRESET dynamodb.eu-west-1.amazonaws.com"
POOL = (
    "software.amazon.awssdk.core.exception.SdkClientException: Unable to execute HTTP request: "
    "Timeout waiting for connection from pool (DynamoDb)"
)
FAULT = says("InternalServerError", "Internal server error")
PAGE = (
    "upstream DynamoDB orders call failed: 408 <html><head><title>408 Request Time-out</title>"
    "</head></html>"
)
DAX = (
    "DaxClientError: NoRouteException: Failed to configure cluster endpoints from "
    "[orders.abc123.dax-clusters.eu-west-1.amazonaws.com:8111]"
)
CONFLICT = says(
    "TransactionCanceledException",
    "Transaction cancelled, please refer cancellation reasons for specific reasons "
    "[None, TransactionConflict]",
    "TransactWriteItems",
)
CONDITION = says("ConditionalCheckFailedException", "The conditional request failed")
TOO_LARGE = says("ValidationException", "Item size has exceeded the maximum allowed size")
NO_KEY = says(
    "ValidationException",
    "One or more parameter values were invalid: Missing the key order_id in the item",
)


def _service(cpu: float) -> Account:
    account = Account()
    account.put_table()
    account.put_service("prod", "orders-api")
    dimensions = {"ClusterName": "prod", "ServiceName": "orders-api"}
    for stat in ("Average", "Maximum"):
        measured(account, "AWS/ECS", "CPUUtilization", cpu, stat=stat, dimensions=dimensions)
    return account


def _healthy(account: Account) -> World:
    return account.world(error="408", function="checkout")


def timeout_budget() -> World:
    """A call may take minutes, the function ten seconds; nothing else is wrong."""
    return failing(caller(), CUT_OFF, share=0.9).world(error="timeout", function="checkout")


def budget_and_refusals() -> World:
    """A call may take minutes, and it is refused at once."""
    account = caller()
    return failing(account, NO_KEY).world(error="ValidationException", function="checkout")


def attempt_timeout() -> World:
    """Attempts are given up after 50 ms; healthy calls take 20 ms on average."""
    account = _service(30.0)
    account.traffic.latency_ms = 20.0
    failing(account, ATTEMPT, share=0.9, group=SERVICE_GROUP)
    return account.world(error="timeout", ecs="prod/orders-api")


def stray_attempts() -> World:
    """Four attempts in an hour were given up after 50 ms."""
    account = _service(30.0)
    account.log(SERVICE_GROUP, ATTEMPT, (55, 40, 21, 8))
    return account.world(error="timeout", ecs="prod/orders-api")


def cpu() -> World:
    """The service has no CPU to spare and times out."""
    account = failing(_service(98.0), READ_TIMEOUT, share=0.9, group=SERVICE_GROUP)
    return account.world(error="timeout", ecs="prod/orders-api")


def busy_elsewhere() -> World:
    """Another service of the cluster has no CPU to spare."""
    account = _service(30.0)
    dimensions = {"ClusterName": "prod", "ServiceName": "reports"}
    measured(account, "AWS/ECS", "CPUUtilization", 99.0, stat="Average", dimensions=dimensions)
    return account.world(error="timeout", ecs="prod/orders-api")


def keep_alive() -> World:
    """Pooled connections are closed under the client."""
    account = failing(caller(runtime="nodejs20.x"), RESET, share=0.9)
    return account.world(error="ECONNRESET", function="checkout")


def stray_resets() -> World:
    """Three connections in an hour were reset."""
    account = caller(runtime="nodejs20.x")
    account.log(GROUP, RESET, (50, 31, 12))
    return account.world(error="ECONNRESET", function="checkout")


def retry_policy() -> World:
    """Retries were switched off, and what one retry would mend comes through."""
    account = failing(caller(AWS_MAX_ATTEMPTS="1"), FAULT, share=0.99)
    return account.world(error="500", function="checkout")


def unneeded_retries() -> World:
    """Retries are switched off, and nothing fails that they would mend."""
    return _healthy(caller(AWS_MAX_ATTEMPTS="1"))


def pool_of_another_group() -> World:
    """Another caller's pool is exhausted."""
    return elsewhere(POOL)


def balancer_elsewhere() -> World:
    """A load balancer answers for itself, and another stands in the path."""
    account = caller()
    dimensions = {"LoadBalancer": "app/reports-alb/0123456789abcdef"}
    measured(account, "AWS/ApplicationELB", "HTTPCode_ELB_4XX_Count", 40.0, dimensions=dimensions)
    balancer = (
        f"arn:aws:elasticloadbalancing:{account.region}:{account.account}:loadbalancer/"
        "app/orders-alb/50dc6c495c0c9188"
    )
    account.state["elbv2.load_balancers"] = [
        {"LoadBalancerArn": balancer, "LoadBalancerName": "orders-alb", "Type": "application"},
    ]
    return account.world(error="408", function="checkout", lb="orders-alb")


def transaction() -> World:
    """Transactions fight over the same items."""
    account = caller()
    account.traffic.put("TransactionConflict", "Sum", [(-31, 400.0)])
    world = failing(account, CONFLICT, share=0.9)
    return world.world(error="TransactionCanceledException", function="checkout")


def few_conflicts() -> World:
    """Two conflicts a minute beside thousands of writes."""
    account = caller()
    account.traffic.put("TransactionConflict", "Sum", [(RECENT_FROM, 2.0)], usual=2.0)
    return _healthy(account)


def conditional() -> World:
    """Conditions fail, as the application means them to."""
    account = caller()
    account.traffic.put("ConditionalCheckFailedRequests", "Sum", [(-31, 400.0)])
    world = failing(account, CONDITION, share=0.9)
    return world.world(error="ConditionalCheckFailedException", function="checkout")


def conditions_beside() -> World:
    """Conditions fail now and then; what hurts is a missing key."""
    account = caller()
    account.log(GROUP, CONDITION, every(58, 6))
    return failing(account, NO_KEY).world(error="ValidationException", function="checkout")


def size() -> World:
    """Items over the limit of 400 KB."""
    return failing(caller(), TOO_LARGE).world(error="ValidationException", function="checkout")


def size_that_fits() -> World:
    """A request of a decent size is given; nothing fails."""
    item = {"TableName": "orders", "Item": {"order_id": {"S": "17"}, "note": {"S": "x" * 5000}}}
    return caller().world(error="413", function="checkout", payload=json.dumps(item))


def dax() -> World:
    """The cache's cluster cannot be reached; the table is not asked."""
    return failing(caller(), DAX, share=0.0).world(error="timeout", function="checkout")


THREES = {
    "client.timeout_budget": Three(
        truth=timeout_budget,
        near="network.security_group",
        innocent=budget_and_refusals,
        innocent_first="payload.validation",
        surest=Confidence.LIKELY,
    ),
    "client.attempt_timeout": Three(
        truth=attempt_timeout, near="client.cpu", innocent=stray_attempts, surest=Confidence.LIKELY
    ),
    "client.pool": Three(
        truth=stories.client_pool, near="client.attempt_timeout", innocent=pool_of_another_group
    ),
    "client.cpu": Three(
        truth=cpu, near="client.attempt_timeout", innocent=busy_elsewhere, surest=Confidence.LIKELY
    ),
    "client.keep_alive": Three(
        truth=keep_alive, near="client.cpu", innocent=stray_resets, surest=Confidence.POSSIBLE
    ),
    "client.retry_policy": Three(
        truth=retry_policy,
        near="middlebox.answered",
        innocent=unneeded_retries,
        surest=Confidence.LIKELY,
    ),
    "middlebox.answered": Three(
        truth=stories.middlebox_408, near="client.retry_policy", innocent=balancer_elsewhere
    ),
    "contention.transaction": Three(
        truth=transaction, near="payload.validation", innocent=few_conflicts
    ),
    "contention.conditional": Three(
        truth=conditional,
        near="contention.transaction",
        innocent=conditions_beside,
        innocent_first="payload.validation",
        surest=None,
    ),
    "payload.validation": Three(
        truth=stories.key_schema, near="payload.size", innocent=lambda: elsewhere(NO_KEY)
    ),
    "payload.size": Three(truth=size, near="payload.validation", innocent=size_that_fits),
    "dax.unreachable": Three(truth=dax, near="network.dns", innocent=lambda: elsewhere(DAX)),
}
