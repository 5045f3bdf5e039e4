from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import boto3
import pytest
from botocore.config import Config

from diagnostics.evidence import WorldReader, paging
from diagnostics.evidence.ops import OPERATIONS
from tests.aws_server import AwsServer, serve_world
from tests.diagnostics.evidence.sample import HOME, QUESTIONS, REGION, sample_world


@pytest.fixture(scope="module", params=[None, 1], ids=["whole pages", "one an item"])
def server(request: pytest.FixtureRequest) -> Iterator[AwsServer]:
    with serve_world(sample_world().paged(request.param)).running() as running:
        yield running


@pytest.fixture(scope="module")
def session() -> boto3.Session:
    return boto3.Session(
        aws_access_key_id="AKIAEXAMPLE", aws_secret_access_key="made-up", region_name=REGION
    )


def test_every_operation_has_a_question() -> None:
    assert {op for op, _ in QUESTIONS} | {"logs:GetQueryResults", "logs:StopQuery"} == set(
        OPERATIONS
    )


@pytest.mark.parametrize(("op", "params"), QUESTIONS, ids=[op for op, _ in QUESTIONS])
def test_boto3_reads_over_http_what_the_reader_reads_in_process(
    server: AwsServer, session: boto3.Session, op: str, params: dict[str, Any]
) -> None:
    over_http = asked_by_boto3(session, server.endpoint, op, params)
    in_process = WorldReader(sample_world()).read(op, **params)
    assert over_http == in_process
    assert server.calls[-1].op == op
    assert server.calls[-1].region in (REGION, "us-east-1")


def asked_by_boto3(
    session: boto3.Session, endpoint: str, op: str, params: dict[str, Any]
) -> dict[str, Any]:
    service, _, operation = op.partition(":")
    config = Config(retries={"total_max_attempts": 1})
    client = session.client(service, endpoint_url=endpoint, config=config)
    method = next(m for m, name in client.meta.method_to_api_mapping.items() if name == operation)
    if not client.can_paginate(method):
        pages = [getattr(client, method)(**params)]
        while token := paging.token_of(op, pages[-1]):
            cursor = paging.PAGES[op].cursor
            pages.append(getattr(client, method)(**params, **{cursor: token}))
    else:
        pages = list(client.get_paginator(method).paginate(**params))
    merged = paging.merged(op, pages)
    return {name: settled(value) for name, value in merged.items() if name != "ResponseMetadata"}


def settled(value: Any) -> Any:  # noqa: ANN401 - AWS's own JSON
    if isinstance(value, datetime):
        return value.astimezone(UTC)
    if isinstance(value, list):
        return [settled(inner) for inner in value]
    if isinstance(value, dict):
        return {key: settled(inner) for key, inner in value.items()}
    return value


def test_the_account_of_an_assumed_role_is_the_one_that_is_asked(session: boto3.Session) -> None:
    other = "210987654321"
    with serve_world(sample_world()).running() as server:
        sts = session.client("sts", endpoint_url=server.endpoint)
        role = f"arn:aws:iam::{HOME}:role/reader"
        found = sts.assume_role(RoleArn=role.replace(HOME, other), RoleSessionName="reading")
        keys = found["Credentials"]
        assumed = boto3.Session(
            aws_access_key_id=keys["AccessKeyId"],
            aws_secret_access_key=keys["SecretAccessKey"],
            aws_session_token=keys["SessionToken"],
            region_name=REGION,
        )
        client = assumed.client("dynamodb", endpoint_url=server.endpoint)
        with pytest.raises(client.exceptions.ClientError, match=f"nothing of account {other}"):
            client.describe_table(TableName="orders")
    assert [call.account for call in server.calls] == [None, other]
