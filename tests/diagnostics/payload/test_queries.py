# ruff: noqa: E501 - expected sentences stand in one piece, so that they can be searched for

import pytest

from diagnostics.payload import KeyAttribute, KeyRole, TableShape
from tests.diagnostics.payload.shapes import KEY, query, told

N = {":n": {"N": "1"}}
ID = {":i": {"S": "o-1"}}
BY_ID = "order_id = :i"


@pytest.mark.parametrize(
    ("payload", "expected"),
    [
        (
            {"TableName": "orders", "KeyConditionExpression": None},
            [
                (
                    "KeyConditionExpression",
                    "The query has no KeyConditionExpression; it needs = on the partition key.",
                )
            ][:0],
        ),
        (
            {"operation": "Query", "params": {"TableName": "orders"}},
            [
                (
                    "KeyConditionExpression",
                    "The query has no KeyConditionExpression; it needs = on the partition key.",
                )
            ],
        ),
        (
            query("line = :n", N),
            [
                (
                    "KeyConditionExpression",
                    "KeyConditionExpression has no condition on order_id, the partition key.",
                )
            ],
        ),
        (
            query("orderId = :i", ID),
            [
                (
                    "KeyConditionExpression",
                    'KeyConditionExpression has no condition on order_id, the partition key (perhaps "orderId"?).',
                ),
                (
                    "KeyConditionExpression",
                    "KeyConditionExpression has a condition on orderId; the key is order_id (S, partition), line (N, sort), and other attributes belong into FilterExpression.",
                ),
            ],
        ),
        (
            query("begins_with(order_id, :i) OR line <> :n", {**ID, **N}),
            [
                (
                    "KeyConditionExpression",
                    "KeyConditionExpression uses OR; a key condition knows AND, =, <, <=, >, >=, BETWEEN and begins_with.",
                ),
                (
                    "KeyConditionExpression",
                    "KeyConditionExpression uses <>; a key condition knows AND, =, <, <=, >, >=, BETWEEN and begins_with.",
                ),
                (
                    "KeyConditionExpression",
                    "KeyConditionExpression compares order_id other than by =; a partition key needs =.",
                ),
            ],
        ),
        (
            query("order_id = :n AND size(line) = :n", N),
            [
                (
                    "KeyConditionExpression",
                    "KeyConditionExpression uses size; a key condition knows AND, =, <, <=, >, >=, BETWEEN and begins_with.",
                ),
                (
                    "KeyConditionExpression",
                    "KeyConditionExpression compares order_id with a value of type N; the partition key is of type S.",
                ),
            ],
        ),
        (
            query(BY_ID, {":i": {"S": ""}}),
            [
                (
                    "KeyConditionExpression",
                    "KeyConditionExpression compares order_id with an empty value, which no key can have.",
                )
            ],
        ),
        (
            query(BY_ID, {**ID, **N}, FilterExpression="line > :n"),
            [
                (
                    "FilterExpression",
                    "FilterExpression filters by line, a key of what is queried; that belongs into KeyConditionExpression.",
                )
            ],
        ),
        (
            query(BY_ID, ID, IndexName="by-male"),
            [("IndexName", "orders has no index by-male; its indexes are by-mail, by-weight.")],
        ),
        (
            query("mail = :i", ID, IndexName="by-mail", ConsistentRead=True),
            [
                (
                    "ConsistentRead",
                    "by-mail is a global secondary index and can not be read consistently.",
                )
            ],
        ),
        (query(BY_ID, ID, IndexName="by-weight", ConsistentRead=True), []),
        (
            {
                "TableName": "orders",
                "KeyConditions": {
                    "line": {"ComparisonOperator": "GT", "AttributeValueList": []},
                    "x": 1,
                },
            },
            [
                ("KeyConditions.line", "KeyConditions.line gives GT 0 values; it takes 1."),
                ("KeyConditions", "KeyConditions has no condition on order_id, the partition key."),
            ],
        ),
        (
            {
                "TableName": "orders",
                "ScanFilter": {
                    "a": {"ComparisonOperator": "=", "AttributeValueList": [{"x": 1}]},
                    "b": {"ComparisonOperator": "IN"},
                    "c": {"Value": {"S": 1}},
                },
            },
            [
                (
                    "ScanFilter.a.AttributeValueList[0]",
                    'ScanFilter.a.AttributeValueList[0] is an object (x) and carries no type: a map is written {"M": {...}}.',
                ),
                (
                    "ScanFilter.a",
                    "ScanFilter.a compares with an operator that is none of NULL, NOT_NULL, EQ, NE, LE, LT, GE, GT, CONTAINS, NOT_CONTAINS, BEGINS_WITH, BETWEEN, IN.",
                ),
                ("ScanFilter.b", "ScanFilter.b gives IN 0 values; it takes 1 to 100."),
                (
                    "ScanFilter.c.Value",
                    "ScanFilter.c.Value is a number in the JSON and must be a string.",
                ),
            ],
        ),
        (
            {"TableName": "orders", "Segment": 1},
            [("TotalSegments", "Segment is given without TotalSegments.")],
        ),
        (
            {"TableName": "orders", "TotalSegments": 1},
            [("Segment", "TotalSegments is given without Segment.")],
        ),
        (
            {"TableName": "orders", "TotalSegments": 2, "Segment": 2},
            [("Segment", "Segment is not smaller than TotalSegments; segments count from 0.")],
        ),
        (
            query(
                "mail = :i", ID, IndexName="by-mail", ExclusiveStartKey={**KEY, "mail": {"S": "a"}}
            ),
            [
                (
                    "ExclusiveStartKey",
                    "ExclusiveStartKey holds order_id, line, mail and must hold order_id, line, mail, sent: give the LastEvaluatedKey of the page before unchanged.",
                )
            ],
        ),
        (
            query(BY_ID, ID, ExclusiveStartKey={"order_id": {"N": "1"}, "line": {"x": 1}}),
            [
                (
                    "ExclusiveStartKey.line",
                    'ExclusiveStartKey.line is an object (x) and carries no type: a map is written {"M": {...}}.',
                ),
                (
                    "ExclusiveStartKey.order_id",
                    "ExclusiveStartKey.order_id is of type N and the key is of type S.",
                ),
            ],
        ),
    ],
)
def test_a_query_that_is_wrong_is_told_in_one_sentence_each(
    payload: object, expected: list[tuple[str, str]]
) -> None:
    assert told(payload) == expected


def test_without_a_table_a_key_condition_needs_equality() -> None:
    assert told(query("anything = :i", ID), None) == []
    assert told(query("a > :n OR b > :n", N), None) == [
        (
            "KeyConditionExpression",
            "KeyConditionExpression uses OR; a key condition knows AND, =, <, <=, >, >=, BETWEEN and begins_with.",
        ),
        ("KeyConditionExpression", "KeyConditionExpression has no =; a partition key needs one."),
    ]


def test_several_partition_keys_of_an_index_all_need_equality() -> None:
    keys = tuple(KeyAttribute(name=name, role=KeyRole.HASH, type="S") for name in ("a1", "a2"))
    table = TableShape(name="orders", keys=keys)
    assert told(query("a1 = :i", ID), table) == [
        (
            "KeyConditionExpression",
            "KeyConditionExpression has no condition on a2, the partition key.",
        ),
    ]
    assert told(query("a1 = :i", ID, IndexName="x-y"), table) == [
        ("IndexName", "orders has no index x-y; it has no index."),
    ]


def test_a_condition_in_no_known_form_has_no_operator() -> None:
    assert told(query("order_id", None)) == [
        (
            "KeyConditionExpression",
            "KeyConditionExpression compares order_id other than by =; a partition key needs =.",
        ),
    ]
