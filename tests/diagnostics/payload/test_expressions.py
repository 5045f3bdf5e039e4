# ruff: noqa: E501 - expected sentences stand in one piece, so that they can be searched for

import pytest

from diagnostics.payload import Cause
from tests.diagnostics.payload.shapes import KEY, check, put, told, update

GET = {"TableName": "orders", "Key": KEY}
V = {":v": {"S": "a"}}
N = {":n": {"N": "1"}}


@pytest.mark.parametrize(
    ("payload", "expected"),
    [
        # expressions
        (
            update("SET name = :v", V),
            [
                (
                    "UpdateExpression",
                    "UpdateExpression uses name, a reserved word; write #name and define it in ExpressionAttributeNames.",
                )
            ],
        ),
        (
            update("SET a.Status = :v", V),
            [
                (
                    "UpdateExpression",
                    "UpdateExpression uses Status, a reserved word; write #Status and define it in ExpressionAttributeNames.",
                )
            ],
        ),
        (
            update("SET #a = :b", V, ExpressionAttributeNames={"#c": "x"}),
            [
                (
                    "UpdateExpression",
                    "UpdateExpression uses #a, which ExpressionAttributeNames does not define.",
                ),
                (
                    "UpdateExpression",
                    "UpdateExpression uses :b, which ExpressionAttributeValues does not define.",
                ),
                (
                    "ExpressionAttributeNames",
                    "ExpressionAttributeNames defines #c, which no expression uses.",
                ),
                (
                    "ExpressionAttributeValues",
                    "ExpressionAttributeValues defines :v, which no expression uses.",
                ),
            ],
        ),
        (
            update("SET a = :value", {":values": {"S": "x"}}),
            [
                (
                    "UpdateExpression",
                    'UpdateExpression uses :value, which ExpressionAttributeValues does not define (did you mean ":values"?).',
                ),
                (
                    "ExpressionAttributeValues",
                    "ExpressionAttributeValues defines :values, which no expression uses.",
                ),
            ],
        ),
        (
            update(
                "SET a = :v",
                {**V, "v": {"S": "x"}, ":": {"S": "x"}},
                ExpressionAttributeNames={"#n": 1},
            ),
            [
                (
                    "ExpressionAttributeNames.#n",
                    "ExpressionAttributeNames.#n is a number in the JSON and must be an attribute's name.",
                ),
                (
                    "ExpressionAttributeNames",
                    "ExpressionAttributeNames defines #n, which no expression uses.",
                ),
                (
                    "ExpressionAttributeValues",
                    "ExpressionAttributeValues defines v, and such a placeholder begins with :.",
                ),
                (
                    "ExpressionAttributeValues",
                    "ExpressionAttributeValues defines :, and such a placeholder begins with :.",
                ),
                (
                    "ExpressionAttributeValues",
                    "ExpressionAttributeValues defines :, which no expression uses.",
                ),
            ],
        ),
        (
            {**GET, "ExpressionAttributeNames": {"#a": "a"}},
            [
                (
                    "ExpressionAttributeNames",
                    "ExpressionAttributeNames defines #a and the request has no expression.",
                )
            ],
        ),
        (
            update("REMOVE a", {}),
            [("ExpressionAttributeValues", "ExpressionAttributeValues is empty; leave it out.")],
        ),
        (update(" ", V), [("UpdateExpression", "UpdateExpression is empty.")]),
        (
            update("REMOVE " + "a" * 4090, V),
            [
                (
                    "UpdateExpression",
                    "UpdateExpression has 4,097 bytes; an expression may have 4,096.",
                )
            ],
        ),
        (
            update("SET a = (:v", V),
            [("UpdateExpression", "UpdateExpression opens 1 and closes 0 brackets.")],
        ),
        (
            update("SET a = 'secret', b = 42"),
            [
                (
                    "UpdateExpression",
                    "UpdateExpression holds a value written out; expressions take values from placeholders such as :v alone, defined in ExpressionAttributeValues.",
                )
            ],
        ),
        (
            update("REMOVE a$b"),
            [
                (
                    "UpdateExpression",
                    "UpdateExpression holds a sign that DynamoDB's expressions do not know.",
                )
            ],
        ),
        (
            {
                **GET,
                "ReturnValues": "NONE",
                "ConditionExpression": "a != :v",
                "ExpressionAttributeValues": V,
            },
            [("ConditionExpression", "ConditionExpression writes != where DynamoDB writes <>.")],
        ),
        (
            {
                **GET,
                "ConditionExpression": "attribute_exist(a) && begins_with(b, :v)",
                "ExpressionAttributeValues": V,
            },
            [
                ("ConditionExpression", "ConditionExpression writes && where DynamoDB writes AND."),
                (
                    "ConditionExpression",
                    'ConditionExpression calls attribute_exist, which is no function here (did you mean "attribute_exists"?).',
                ),
            ],
        ),
        (
            {
                **GET,
                "ConditionExpression": f"a IN ({', '.join(':v' for _ in range(101))})",
                "ExpressionAttributeValues": V,
            },
            [("ConditionExpression", "ConditionExpression gives IN 101 operands; it takes 100.")],
        ),
        (
            {**GET, "ConditionExpression": "a IN (:v", "ExpressionAttributeValues": V},
            [("ConditionExpression", "ConditionExpression opens 1 and closes 0 brackets.")],
        ),
        (
            {
                **put(),
                "ConditionExpression": "a = :v",
                "ExpressionAttributeValues": V,
                "Expected": {},
            },
            [
                (
                    "Expected",
                    "The request mixes Expected of the old style with ConditionExpression; use expressions alone.",
                )
            ],
        ),
        # updates
        (
            update("SET order_id = :v REMOVE line", V),
            [
                (
                    "UpdateExpression",
                    "UpdateExpression writes order_id, which is part of the key; a key can not be updated, only deleted and put again.",
                ),
                (
                    "UpdateExpression",
                    "UpdateExpression writes line, which is part of the key; a key can not be updated, only deleted and put again.",
                ),
            ],
        ),
        (
            update("a = :v", V),
            [
                (
                    "UpdateExpression",
                    "UpdateExpression does not begin with SET, REMOVE, ADD or DELETE.",
                )
            ],
        ),
        (
            update("SET a = :v SET b = :v", V),
            [
                (
                    "UpdateExpression",
                    "UpdateExpression has 2 SET clauses; put their members into one.",
                )
            ],
        ),
        (
            update("SET a.b = :v, a.b = :v", V),
            [("UpdateExpression", "UpdateExpression writes a.b 2 times.")],
        ),
        (
            update("SET a = b + :v", V),
            [("UpdateExpression", "UpdateExpression calculates with :v of type S; only N can be.")],
        ),
        (
            update("SET a = :v - b", V),
            [("UpdateExpression", "UpdateExpression calculates with :v of type S; only N can be.")],
        ),
        (
            update("ADD a :v", V),
            [
                (
                    "UpdateExpression",
                    "UpdateExpression gives ADD a value of type S for a; it takes BS, N, NS, SS.",
                )
            ],
        ),
        (
            update("DELETE a :n", N),
            [
                (
                    "UpdateExpression",
                    "UpdateExpression gives DELETE a value of type N for a; it takes BS, NS, SS.",
                )
            ],
        ),
        (
            update("SET mail = :v", {":v": {"S": ""}}),
            [
                (
                    "UpdateExpression.mail",
                    "UpdateExpression.mail is empty and the partition key of index by-mail may not be; leave it out, and the item stays out of the index.",
                )
            ],
        ),
        (update("SET mail.a = :v, = :v", V), []),
        (
            {
                "TableName": "orders",
                "Key": KEY,
                "AttributeUpdates": {
                    "line": {"Value": {"x": 1}},
                    "mail": {"Value": {"N": "1"}},
                    "z": 1,
                },
            },
            [
                (
                    "AttributeUpdates.line.Value",
                    'AttributeUpdates.line.Value is an object (x) and carries no type: a map is written {"M": {...}}.',
                ),
                (
                    "AttributeUpdates",
                    "AttributeUpdates writes line, which is part of the key; a key can not be updated, only deleted and put again.",
                ),
                (
                    "AttributeUpdates.mail",
                    "AttributeUpdates.mail is of type N and the partition key of index by-mail must be of type S.",
                ),
            ],
        ),
    ],
)
def test_an_expression_that_is_wrong_is_told_in_one_sentence_each(
    payload: object, expected: list[tuple[str, str]]
) -> None:
    assert told(payload) == expected


def test_values_of_one_update_are_measured() -> None:
    large = {":v": {"S": "x" * 409_601}}
    (problem,) = check(update("SET a = :v", large)).problems
    assert problem.says == (
        "UpdateExpression writes values of 409,601 bytes; an item may have 409,600."
    )
    assert problem.cause is Cause.SIZE


def test_placeholders_have_2_mb_together() -> None:
    held = {f":v{place}": {"S": "x" * 300_000} for place in range(7)}
    says = [
        sentence
        for _, sentence in told(
            {
                **GET,
                "ConditionExpression": " AND ".join(f"a = {v}" for v in held),
                "ExpressionAttributeValues": held,
            }
        )
    ]
    assert says == [
        "ExpressionAttributeValues has 2,100,000 bytes; all placeholders together may have 2,097,152."
    ]
