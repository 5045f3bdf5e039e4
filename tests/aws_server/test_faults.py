import time
from collections.abc import Iterator
from typing import Any

import boto3
import botocore.exceptions as failures
import pytest
from botocore import UNSIGNED
from botocore.config import Config
from botocore.parsers import ResponseParserError

from diagnostics.evidence import Place, Recorded, World
from tests.aws_server import AwsServer, Fault, Kind, serve_world
from tests.diagnostics.evidence.sample import HOME, REGION, sample_world


@pytest.fixture
def server() -> Iterator[AwsServer]:
    with serve_world(sample_world()).running() as running:
        yield running


# Generous: a busy machine must not look like a hanging server.
PATIENCE_S, HANG_S = 30.0, 1.0


def client(
    server: AwsServer, service: str = "dynamodb", attempts: int = 1, read_s: float = PATIENCE_S
) -> Any:  # noqa: ANN401 - untyped
    session = boto3.Session(
        aws_access_key_id="AKIAEXAMPLE", aws_secret_access_key="made-up", region_name=REGION
    )
    config = Config(
        read_timeout=read_s, retries={"total_max_attempts": attempts, "mode": "standard"}
    )
    return session.client(service, endpoint_url=server.endpoint, config=config)


@pytest.mark.parametrize(
    ("fault", "raised", "says"),
    [
        ({"kind": Kind.HANG}, failures.ReadTimeoutError, "Read timeout"),
        ({"kind": Kind.RESET}, failures.ConnectionClosedError, "Connection was closed"),
        ({"kind": Kind.GARBAGE}, UnicodeDecodeError, "can't decode"),
        ({"kind": Kind.PLAIN, "status": 408}, failures.ClientError, r"\(408\)"),
        (
            {"kind": Kind.ERROR, "status": 400, "code": "ThrottlingException"},
            failures.ClientError,
            r"\(ThrottlingException\).*made to fail",
        ),
    ],
)
def test_boto3_sees_each_fault_for_what_it_is(
    server: AwsServer, fault: dict[str, Any], raised: type[Exception], says: str
) -> None:
    server.faults.add(Fault(op="dynamodb:Describe*", **fault))
    patience_s = HANG_S if fault["kind"] is Kind.HANG else PATIENCE_S
    with pytest.raises(raised, match=says):
        client(server, read_s=patience_s).describe_table(TableName="orders")


@pytest.mark.parametrize("kind", [Kind.TRUNCATED, Kind.GARBAGE])
def test_half_an_answer_in_xml_cannot_be_parsed(server: AwsServer, kind: Kind) -> None:
    server.faults.add(Fault(op="ec2:*", kind=kind))
    with pytest.raises(ResponseParserError, match="invalid XML"):
        client(server, "ec2").describe_subnets()


def test_botocore_takes_half_an_answer_in_json_for_an_empty_one(server: AwsServer) -> None:
    """Whoever reads through botocore has to notice by itself."""
    server.faults.add(Fault(op="*", kind=Kind.TRUNCATED))
    found = client(server).describe_table(TableName="orders")
    assert set(found) == {"ResponseMetadata"}
    assert found["ResponseMetadata"]["HTTPStatusCode"] == 200


def test_a_fault_of_two_times_lets_the_third_attempt_through(server: AwsServer) -> None:
    server.faults.add(Fault(op="*", kind=Kind.ERROR, status=500, code="InternalError", times=2))
    found = client(server, attempts=3).describe_table(TableName="orders")
    assert found["Table"]["TableName"] == "orders"
    assert found["ResponseMetadata"]["RetryAttempts"] == 2
    assert [call.op for call in server.calls] == ["dynamodb:DescribeTable"] * 3


def test_a_fault_meets_only_its_own_operation(server: AwsServer) -> None:
    server.faults.add(Fault(op="dynamodb:ListTables", kind=Kind.RESET))
    assert client(server).describe_table(TableName="orders")["Table"]["TableStatus"] == "ACTIVE"
    server.faults.clear()
    assert client(server).list_tables()["TableNames"] == ["orders", "carts"]


def test_a_call_takes_as_long_as_it_should() -> None:
    with serve_world(sample_world(), latency_s=0.05).running() as server:
        asking = client(server)
        began = time.monotonic()
        asking.describe_table(TableName="orders")
        asking.list_tables()
        assert time.monotonic() - began >= 0.1


QUESTIONS = {
    "dynamodb:DescribeTable": ("describe_table", {"TableName": "orders"}),
    "ec2:DescribeSubnets": ("describe_subnets", {}),
    "iam:GetRole": ("get_role", {"RoleName": "checkout"}),
    "lambda:GetAlias": ("get_alias", {"FunctionName": "checkout", "Name": "live"}),
}


@pytest.mark.parametrize(
    ("op", "code", "status"),
    [
        ("dynamodb:DescribeTable", "AccessDeniedException", 400),
        ("ec2:DescribeSubnets", "UnauthorizedOperation", 403),
        ("iam:GetRole", "AccessDenied", 403),
        ("lambda:GetAlias", "AccessDeniedException", 403),
    ],
)
def test_a_denied_action_is_denied_as_each_service_says_it(op: str, code: str, status: int) -> None:
    method, params = QUESTIONS[op]
    with (
        serve_world(sample_world().denying(op)).running() as server,
        pytest.raises(failures.ClientError, match=rf"\({code}\).*perform: {op} on") as denied,
    ):
        getattr(client(server, op.partition(":")[0]), method)(**params)
    assert denied.value.response["ResponseMetadata"]["HTTPStatusCode"] == status


def test_a_recorded_unreachable_answer_resets_the_connection() -> None:
    told = Recorded(op="dynamodb:ListTables", why="unreachable", detail="no answer")
    world = sample_world()
    places = {**world.places, (HOME, REGION): Place(answers=(told,))}
    silent = World(now=world.now, request=world.request, home=HOME, places=places)
    with (
        serve_world(silent).running() as server,
        pytest.raises(failures.ConnectionClosedError),
    ):
        client(server).list_tables()


def test_an_unsigned_request_is_no_question_to_aws(server: AwsServer) -> None:
    asking = boto3.client(
        "dynamodb",
        region_name=REGION,
        endpoint_url=server.endpoint,
        config=Config(signature_version=UNSIGNED),
    )
    with pytest.raises(failures.ClientError, match=r"\(MissingAuthenticationToken\)"):
        asking.list_tables()
