"""Refusals against the table's keys, and requests checked without sending them."""

import json
from typing import Any

import pytest

from diagnostics.checks.payload import (
    gather_file,
    gather_refusals,
    judge_file,
    judge_refusals,
)
from diagnostics.errors import Broken, NotAsked
from diagnostics.model import Finding, Strength
from tests.diagnostics.checks.log_lines import GROUP, client_error, events, request
from tests.fakes import FakeReader

TABLE = {
    "TableName": "orders",
    "KeySchema": [{"AttributeName": "LockID", "KeyType": "HASH"}],
    "AttributeDefinitions": [{"AttributeName": "LockID", "AttributeType": "S"}],
}
MISSING = client_error(
    "ValidationException",
    "One or more parameter values were invalid: Missing the key LockID in the item",
)
TOO_LARGE = client_error("ValidationException", "Item size has exceeded the maximum allowed size")
THROTTLED = client_error("ThrottlingException", "slow down")


def refused(*texts: str) -> list[Finding]:
    reader = FakeReader(
        answers={
            "dynamodb:DescribeTable": {"Table": TABLE},
            "logs:FilterLogEvents": events(texts),
        },
    )
    facts = gather_refusals(request(log_groups=(GROUP,)), reader)
    return [one for one in judge_refusals(facts) if isinstance(one, Finding)]


def test_a_refusal_is_told_with_the_tables_key() -> None:
    found = refused(*[MISSING] * 20, *[TOO_LARGE] * 20, THROTTLED)
    assert [(f.cause, f.strength, f.stated_by_aws) for f in found] == [
        ("payload.validation", Strength.PROVES, True),
        ("payload.size", Strength.PROVES, True),
    ]
    assert "LockID" in found[0].says
    assert found[0].says.endswith("(20 of 41 failing log lines).")
    assert found[0].evidence[1].reading == "KeySchema: LockID (HASH, S)"


@pytest.mark.parametrize(
    "texts",
    [
        [],
        [THROTTLED] * 20,
        [client_error("ValidationException", "a message that nobody knows")] * 20,
        [*[THROTTLED] * 50, MISSING],
    ],
)
def test_what_is_no_known_refusal_proves_nothing(texts: list[str]) -> None:
    assert refused(*texts) == []


def checked(payload: str) -> list[Finding]:
    reader = FakeReader(answers={"dynamodb:DescribeTable": {"Table": TABLE}})
    facts = gather_file(request(payload=payload), reader)
    return [one for one in judge_file(facts) if isinstance(one, Finding)]


def put(item: dict[str, Any]) -> str:
    return json.dumps({"TableName": "orders", "Item": item})


@pytest.mark.parametrize(
    ("item", "expected"),
    [
        ({"LockID": {"S": "a"}}, {"payload.validation": "against", "payload.size": "against"}),
        ({"lockid": {"S": "a"}}, {"payload.validation": "proves", "payload.size": "against"}),
        (
            {"LockID": {"S": "a"}, "blob": {"S": "x" * 500_000}},
            {"payload.validation": "against", "payload.size": "proves"},
        ),
    ],
)
def test_a_request_is_judged_by_each_kind_of_rule(
    item: dict[str, Any], expected: dict[str, str]
) -> None:
    assert {f.cause: f.strength.value for f in checked(put(item))} == expected


def test_no_value_of_the_request_is_told() -> None:
    assert "Lovelace" not in repr(checked(put({"lockid": {"S": "Ada Lovelace"}})))


def test_several_problems_are_counted() -> None:
    item = {"lockid": {"S": "a"}, "n": {"N": "abc"}, "m": {"N": "x"}}
    proof = next(f for f in checked(put(item)) if f.strength is Strength.PROVES)
    assert "other problem" in proof.says


def test_a_payload_that_is_no_request_is_said_so() -> None:
    with pytest.raises(Broken, match="payload"):
        checked("not json")


def test_without_a_payload_nothing_is_asked() -> None:
    with pytest.raises(NotAsked):
        gather_file(request(), FakeReader(answers={}))
