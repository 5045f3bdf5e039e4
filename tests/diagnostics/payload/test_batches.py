# ruff: noqa: E501 - expected sentences stand in one piece, so that they can be searched for
from typing import Any

import pytest

from diagnostics.payload import Cause
from tests.diagnostics.payload.shapes import KEY, check, put, told, update

GET = {"TableName": "orders", "Key": KEY}
V = {":v": {"S": "a"}}
N = {":n": {"N": "1"}}


DELETE = {"DeleteRequest": {"Key": KEY}}


def writes(*requests: object, table: str = "orders") -> dict[str, Any]:
    return {"RequestItems": {table: list(requests)}}


def puts(count: int) -> list[object]:
    return [{"PutRequest": {"Item": {**KEY, "line": {"N": str(place)}}}} for place in range(count)]


@pytest.mark.parametrize(
    ("payload", "expected"),
    [
        (writes(*puts(25)), []),
        (writes(*puts(26)), [("RequestItems", "RequestItems holds 26 writes; 25 are the most.")]),
        (writes(), [("RequestItems", "RequestItems holds no writes; it must hold 1 to 25.")]),
        (
            writes(DELETE, {"PutRequest": {"Item": {**KEY, "line": {"N": "1.0"}}}}),
            [
                (
                    "RequestItems.orders",
                    "RequestItems.orders has 1 of 2 writes on an item that another one is on.",
                )
            ],
        ),
        (
            writes({}, "x", {"Put": {}}, {"PutRequest": 1}, {"DeleteRequest": {}}),
            [
                (
                    "RequestItems.orders[0]",
                    "RequestItems.orders[0] holds none of PutRequest, DeleteRequest and must hold exactly one.",
                ),
                (
                    "RequestItems.orders[1]",
                    "RequestItems.orders[1] is a string in the JSON and must be an object with PutRequest or DeleteRequest.",
                ),
                (
                    "RequestItems.orders[2].Put",
                    "RequestItems.orders[2].Put is no parameter here.",
                ),
                (
                    "RequestItems.orders[2]",
                    "RequestItems.orders[2] holds none of PutRequest, DeleteRequest and must hold exactly one.",
                ),
                (
                    "RequestItems.orders[3].PutRequest",
                    "RequestItems.orders[3].PutRequest is a number in the JSON and must be an object.",
                ),
                (
                    "RequestItems.orders[4].DeleteRequest.Key",
                    "RequestItems.orders[4].DeleteRequest.Key is missing.",
                ),
            ],
        ),
        (
            writes({"PutRequest": {"Item": {"line": {"N": "1"}}}}),
            [
                (
                    "RequestItems.orders[0].PutRequest.Item",
                    "RequestItems.orders[0].PutRequest.Item lacks order_id, the partition key of orders.",
                )
            ],
        ),
        (
            {"RequestItems": {"orders": [DELETE], "x": {}}},
            [
                (
                    "RequestItems.x",
                    "RequestItems.x has 1 letters; a table's name has 3 to 255 of a-z, A-Z, 0-9, _, - and the dot.",
                ),
                ("RequestItems.x", "RequestItems.x is an object in the JSON and must be a list."),
            ],
        ),
        (
            {"RequestItems": {"orders": {"Keys": [KEY, KEY, "x"]}, "others": 1}},
            [
                (
                    "RequestItems.orders.Keys[2]",
                    "RequestItems.orders.Keys[2] is a string in the JSON and must be an object.",
                ),
                (
                    "RequestItems.orders.Keys",
                    "RequestItems.orders.Keys has 1 of 3 keys on an item that another one is on.",
                ),
                (
                    "RequestItems.others",
                    "RequestItems.others is a number in the JSON and must be an object with Keys.",
                ),
            ],
        ),
        (
            {
                "RequestItems": {
                    "orders": {"Keys": [{**KEY, "line": {"N": str(n)}} for n in range(101)]}
                }
            },
            [("RequestItems", "RequestItems holds 101 keys; 100 are the most.")],
        ),
        (
            {"RequestItems": {"orders": {"Keys": []}}},
            [("RequestItems", "RequestItems holds no keys; it must hold 1 to 100.")],
        ),
        (
            {"RequestItems": {"orders": {"Keys": [KEY], "ProjectionExpression": "name"}}},
            [
                (
                    "RequestItems.orders.ProjectionExpression",
                    "RequestItems.orders.ProjectionExpression uses name, a reserved word; write #name and define it in ExpressionAttributeNames.",
                )
            ],
        ),
        (
            {"TransactItems": [{"Put": put()}, {"Delete": GET}, {"Get": GET}]},
            [
                ("TransactItems[0].Put", "TransactItems[0].Put is no parameter here."),
                (
                    "TransactItems[0]",
                    "TransactItems[0] holds none of Get and must hold exactly one.",
                ),
                (
                    "TransactItems[1].Delete",
                    "TransactItems[1].Delete is no parameter here.",
                ),
                (
                    "TransactItems[1]",
                    "TransactItems[1] holds none of Get and must hold exactly one.",
                ),
            ],
        ),
        (
            {"TransactItems": [{"Put": put()}, {"Update": update("SET a = :v", V)}]},
            [
                (
                    "TransactItems",
                    "TransactItems has 1 of 2 actions on an item that another one is on.",
                )
            ],
        ),
        (
            {"TransactItems": [{"ConditionCheck": GET}], "ClientRequestToken": "x" * 37},
            [
                ("ClientRequestToken", "ClientRequestToken has 37 letters; at most 36 is allowed."),
                (
                    "TransactItems[0].ConditionCheck.ConditionExpression",
                    "TransactItems[0].ConditionCheck.ConditionExpression is missing.",
                ),
            ],
        ),
        (
            {
                "TransactItems": [
                    {"Delete": {**GET, "Key": {**KEY, "line": {"N": str(n)}}}} for n in range(101)
                ]
            },
            [("TransactItems", "TransactItems holds 101 actions; 100 are the most.")],
        ),
        (
            {"TransactItems": []},
            [("TransactItems", "TransactItems holds no actions; it must hold 1 to 100.")],
        ),
        (
            {"Statements": [{"Statement": "select 1"}] * 26},
            [("Statements", "Statements holds 26 statements; 25 are the most.")],
        ),
        (
            {"TransactStatements": [1, {"Statement": "drop table x", "Limit": 1}]},
            [
                (
                    "TransactStatements[0]",
                    "TransactStatements[0] is a number in the JSON and must be an object with Statement.",
                ),
                (
                    "TransactStatements[1].Limit",
                    "TransactStatements[1].Limit is no parameter here.",
                ),
                (
                    "TransactStatements[1].Statement",
                    "TransactStatements[1].Statement does not begin with SELECT, INSERT, UPDATE, DELETE or EXISTS.",
                ),
            ],
        ),
        (
            {"Statement": "select 'open", "Parameters": [{"x": 1}]},
            [
                (
                    "Parameters[0]",
                    'Parameters[0] is an object (x) and carries no type: a map is written {"M": {...}}.',
                ),
                ("Statement", "Statement opens a quotation and does not close it."),
            ],
        ),
        (
            {"Statement": "select * from x where a = ?"},
            [("Parameters", "Statement has 1 placeholders (?) and Parameters 0 values.")],
        ),
        (
            {"Statement": 1},
            [("Statement", "Statement is a number in the JSON and must be a string.")],
        ),
    ],
)
def test_batches_and_transactions_have_limits(
    payload: object, expected: list[tuple[str, str]]
) -> None:
    assert told(payload) == expected


def test_without_a_table_writes_are_compared_by_key_alone() -> None:
    assert told(writes(*puts(1), DELETE), None) == []


def test_the_items_of_a_transaction_have_4_mb_together() -> None:
    items = [{"Put": put(line={"N": str(place)}, blob={"S": "x" * 400_000})} for place in range(11)]
    (problem,) = check({"TransactItems": items}).problems
    assert (problem.path, problem.cause) == ("TransactItems", Cause.SIZE)
    assert problem.says == (
        "The items of the transaction have 4,400,230 bytes together; 4,194,304 is the most."
    )


def test_a_body_has_16_mb() -> None:
    batch = writes(
        *(
            {
                "PutRequest": {
                    "Item": {**KEY, "line": {"N": str(place)}, "b": {"S": "\x01" * 200_000}}
                }
            }
            for place in range(16)
        )
    )
    report = check(batch)
    assert report.problems[0].says == (
        f"The body has {report.body_bytes:,} bytes; a request may have 16,777,216."
    )
    assert report.problems[0].cause is Cause.SIZE
