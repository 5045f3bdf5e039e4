"""A table with one index and the function that uses it."""

from datetime import UTC, datetime
from typing import Any

from diagnostics.model import Finding, Request, Said
from tests.fakes import FakeReader, Given

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
TABLE = "arn:aws:dynamodb:eu-west-1:123456789012:table/orders"
ROLE = "arn:aws:iam::123456789012:role/checkout"
KEY = "arn:aws:kms:eu-west-1:123456789012:key/11111111-2222-3333-4444-555555555555"


def ask(**more: Any) -> Request:  # noqa: ANN401 - any field of a request
    given = {
        "region": "eu-west-1",
        "since": NOON.replace(hour=11),
        "until": NOON,
        "now": NOON,
        "table": "orders",
        "function": "checkout",
    }
    return Request(**{**given, **more})


def described(**more: Any) -> dict[str, Any]:  # noqa: ANN401 - AWS's own JSON
    index = {"IndexName": "by-customer", "IndexStatus": "ACTIVE"}
    base = {
        "TableName": "orders",
        "TableArn": TABLE,
        "TableStatus": "ACTIVE",
        "GlobalSecondaryIndexes": [index],
    }
    return {"Table": {**base, **more}}


def aws(answers: dict[str, Given]) -> FakeReader:
    base: dict[str, Given] = {
        "dynamodb:DescribeTable": described(),
        "lambda:GetFunctionConfiguration": {
            "FunctionName": "checkout",
            "FunctionArn": "arn:aws:lambda:eu-west-1:123456789012:function:checkout",
            "Role": ROLE,
        },
    }
    return FakeReader(answers={**base, **answers})


def findings(said: tuple[Said, ...]) -> list[tuple[str, str]]:
    return [(s.cause, s.strength.value) for s in said if isinstance(s, Finding)]
