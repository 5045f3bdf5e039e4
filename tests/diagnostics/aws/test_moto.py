"""Against an emulator written by others, over real HTTP with real clients."""

from collections.abc import Iterator

import botocore.session
import pytest
from moto.server import ThreadedMotoServer

from diagnostics.aws.accounts import Account
from diagnostics.aws.reader import Aws
from tests.diagnostics.aws.scripted import OTHER, REGION, aws_of, reader_of

MOTO_ACCOUNT = "123456789012"
OPS = (
    "dynamodb:DescribeTable",
    "dynamodb:ListTables",
    "ec2:DescribeSubnets",
    "ec2:DescribeVpcEndpoints",
    "iam:GetRole",
    "kms:DescribeKey",
    "lambda:GetFunctionConfiguration",
    "logs:FilterLogEvents",
    "sts:GetCallerIdentity",
    "elbv2:DescribeLoadBalancers",
    "cloudwatch:GetMetricData",
)


@pytest.fixture(scope="module")
def endpoint() -> Iterator[str]:
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture
def aws(endpoint: str, monkeypatch: pytest.MonkeyPatch) -> Aws:
    monkeypatch.setenv("AWS_ENDPOINT_URL", endpoint)
    return aws_of(
        *OPS, accounts={"other": Account(id=OTHER, role_arn=f"arn:aws:iam::{OTHER}:role/r")}
    )


def create_table(name: str) -> None:
    client = botocore.session.Session().create_client("dynamodb", region_name=REGION)
    client.create_table(
        TableName=name,
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )


def test_a_table_is_described_and_listed(aws: Aws) -> None:
    for number in range(3):
        create_table(f"orders-{number}")
    reader = reader_of(aws)
    table = reader.read("dynamodb:DescribeTable", TableName="orders-1")["Table"]
    assert table["TableArn"] == f"arn:aws:dynamodb:{REGION}:{MOTO_ACCOUNT}:table/orders-1"
    assert table["CreationDateTime"].tzname() == "UTC"
    listed = reader.read("dynamodb:ListTables", Limit=1)
    # moto keeps its tables for the whole process: other tests may have left some.
    assert {"orders-0", "orders-1", "orders-2"} <= set(listed["TableNames"])
    assert reader.calls == 1 + len(listed["TableNames"])


@pytest.mark.parametrize(
    ("op", "params"),
    [
        ("dynamodb:DescribeTable", {"TableName": "nowhere"}),
        ("iam:GetRole", {"RoleName": "nowhere"}),
        ("kms:DescribeKey", {"KeyId": "11111111-2222-3333-4444-555555555555"}),
        ("lambda:GetFunctionConfiguration", {"FunctionName": "nowhere"}),
        ("logs:FilterLogEvents", {"logGroupName": "/nowhere"}),
        ("ec2:DescribeSubnets", {"SubnetIds": ["subnet-0123456789abcdef0"]}),
        ("elbv2:DescribeLoadBalancers", {"Names": ["nowhere"]}),
    ],
)
def test_what_is_not_there_is_none(aws: Aws, op: str, params: dict[str, object]) -> None:
    assert reader_of(aws).find(op, **params) is None


def test_subnets_of_the_default_network_are_there(aws: Aws) -> None:
    subnets = reader_of(aws).read("ec2:DescribeSubnets")["Subnets"]
    assert {subnet["AvailabilityZone"][:-1] for subnet in subnets} == {REGION}


def test_an_account_is_entered_by_its_role(aws: Aws) -> None:
    own = reader_of(aws).read("sts:GetCallerIdentity")["Account"]
    other = reader_of(aws, account="other").read("sts:GetCallerIdentity")["Account"]
    assert (own, other) == (MOTO_ACCOUNT, OTHER)
