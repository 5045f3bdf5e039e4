"""moto's server, which nobody of us wrote, read by the real command."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import boto3

from diagnostics.evidence import Place, World
from diagnostics.replay import ALLOWED
from tests.aws_server import AwsServer
from tests.aws_server.moto_server import serve_moto
from tests.bot.live.terminal import (
    SECRET_KEY,
    Terminal,
    incident,
    settings_for,
    unanswered,
    verdicts,
)

REGION = "eu-west-1"
WORDS = ("diagnose", "dynamodb", "400", "table=baskets", "role=baskets-writer", "--output", "json")


@contextmanager
def moto(terminal: Terminal) -> Iterator[AwsServer]:
    """Serve moto with one table and a role; what moto lacks is answered with nothing."""
    with serve_moto(without_anything(incident("healthy"))) as server:
        terminal.use(settings_for(server.endpoint, REGION))
        client(server, "iam").create_role(
            RoleName="baskets-writer", AssumeRolePolicyDocument='{"Version": "2012-10-17"}'
        )
        client(server, "dynamodb").create_table(
            TableName="baskets",
            KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
            BillingMode="PROVISIONED",
            ProvisionedThroughput={"ReadCapacityUnits": 5, "WriteCapacityUnits": 5},
        )
        client(server, "logs").create_log_group(logGroupName="/baskets")
        server.calls.clear()
        yield server


def without_anything(world: World) -> World:
    """Return a World whose every collection is complete and empty."""
    places = {
        place: Place(state=dict.fromkeys(held.state, ()), logs={}, answers=held.answers)
        for place, held in world.places.items()
    }
    return replace(world, places=places)


def client(server: AwsServer, service: str) -> Any:  # noqa: ANN401 - untyped
    session = boto3.Session(
        aws_access_key_id="AKIAEXAMPLE", aws_secret_access_key=SECRET_KEY, region_name=REGION
    )
    return session.client(service, endpoint_url=server.endpoint)


def put(server: AwsServer, name: str, value: float, **dimensions: str) -> None:
    """Put a value of a DynamoDB metric into each of the last fifty minutes."""
    told = [{"Name": key, "Value": held} for key, held in dimensions.items()]
    now = datetime.now(UTC).replace(second=0, microsecond=0)
    data = [
        {
            "MetricName": name,
            "Dimensions": told,
            "Timestamp": now - timedelta(minutes=minute),
            "Value": value,
        }
        for minute in range(2, 52)
    ]
    client(server, "cloudwatch").put_metric_data(Namespace="AWS/DynamoDB", MetricData=data)


def test_a_table_at_rest_has_no_cause(terminal: Terminal) -> None:
    with moto(terminal) as server:
        put(server, "ConsumedWriteCapacityUnits", 6.0, TableName="baskets")
        server.calls.clear()
        ended = terminal.paramedic(*WORDS, "log-group=/baskets")
        assert server.operations <= ALLOWED
    assert ended.code == 0
    assert verdicts(ended.report) == []
    assert {"table.status", "throttling.metrics"}.isdisjoint(unanswered(ended.report))


def test_a_table_at_its_limit_is_throttled(terminal: Terminal) -> None:
    with moto(terminal) as server:
        put(server, "ConsumedWriteCapacityUnits", 300.0, TableName="baskets")
        put(server, "WriteThrottleEvents", 900.0, TableName="baskets")
        put(server, "WriteProvisionedThroughputThrottleEvents", 900.0, TableName="baskets")
        for operation in ("PutItem", "UpdateItem"):
            put(server, "ThrottledRequests", 450.0, TableName="baskets", Operation=operation)
        server.calls.clear()
        ended = terminal.paramedic(*WORDS, "log-group=/baskets")
        assert server.operations <= ALLOWED
    assert ended.code == 0
    assert "throttling.provisioned" in dict(verdicts(ended.report))
