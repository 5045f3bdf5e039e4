from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from tests.aws_server.faults import Fault, Kind
from tests.aws_server.moto_server import LACKING, serve_moto
from tests.aws_server.server import AwsServer
from tests.diagnostics.evidence.sample import QUESTIONS, REGION, ROLE_ARN, sample_world


def client(server: AwsServer, service: str) -> Any:  # noqa: ANN401 - untyped
    session = boto3.Session(
        aws_access_key_id="AKIAEXAMPLE", aws_secret_access_key="made-up", region_name=REGION
    )
    config = Config(retries={"total_max_attempts": 1})
    return session.client(service, endpoint_url=server.endpoint, config=config)


def test_moto_answers_what_it_has_and_the_world_what_it_lacks() -> None:
    with serve_moto(sample_world()) as server:
        tables = client(server, "dynamodb")
        tables.create_table(
            TableName="baskets",
            KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
            BillingMode="PAY_PER_REQUEST",
        )
        assert tables.list_tables()["TableNames"] == ["baskets"]
        events = client(server, "cloudtrail").lookup_events()["Events"]
        assert [one["EventId"] for one in events] == ["event-3", "event-2", "event-1"]
        simulated = client(server, "iam").simulate_principal_policy(
            PolicySourceArn=ROLE_ARN, ActionNames=["dynamodb:PutItem"]
        )
        assert simulated["EvaluationResults"][0]["EvalDecision"] == "allowed"
    with serve_moto(sample_world()) as server:
        assert client(server, "dynamodb").list_tables()["TableNames"] == []


def test_moto_meets_the_same_faults() -> None:
    with serve_moto(sample_world()) as server:
        server.faults.add(Fault(op="dynamodb:ListTables", kind=Kind.PLAIN, status=504))
        with pytest.raises(ClientError, match=r"\(504\)"):
            client(server, "dynamodb").list_tables()
        assert server.operations == {"dynamodb:ListTables"}


def test_the_world_can_answer_all_that_moto_lacks() -> None:
    assert {op for op, _ in QUESTIONS} >= LACKING
