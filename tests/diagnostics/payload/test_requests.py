# ruff: noqa: E501 - expected sentences stand in one piece, so that they can be searched for

import pytest

from diagnostics.payload import Code, TableShape
from tests.diagnostics.payload.shapes import KEY, ORDERS, check, put, query, told, update

GET = {"TableName": "orders", "Key": KEY}
V = {":v": {"S": "a"}}
N = {":n": {"N": "1"}}
ID = {":i": {"S": "o-1"}}
BY_ID = "order_id = :i"


@pytest.mark.parametrize(
    "payload",
    [
        GET,
        put(mail={"S": "a@b"}, sent={"N": "1"}, weight={"N": "2"}),
        {**put(), "TableName": "arn:aws:dynamodb:eu-west-1:123456789012:table/orders"},
        update("SET a.b[0] = if_not_exists(a.b[0], :n) + :n, c = :n REMOVE d ADD e :n", N),
        update("SET added = :n", N),
        update(
            "SET #s = :n DELETE tags :t",
            {**N, ":t": {"SS": ["a"]}},
            ExpressionAttributeNames={"#s": "size"},
        ),
        {"TableName": "orders", "Key": KEY, "ConditionExpression": "attribute_exists(order_id)"},
        {
            "TableName": "orders",
            "Key": KEY,
            "AttributeUpdates": {"a": {"Value": {"N": "1"}, "Action": "ADD"}},
        },
        query(BY_ID, ID),
        query(":i = order_id AND :n <= line", {**ID, **N}),
        query(
            "#k = :i AND line BETWEEN :n AND :m",
            {**ID, **N, ":m": {"N": "9"}},
            ExpressionAttributeNames={"#k": "order_id"},
        ),
        query("mail = :i AND sent > :n", {**ID, **N}, IndexName="by-mail", ScanIndexForward=False),
        query(BY_ID, ID, FilterExpression="size(tags) > :n AND NOT contains(tags, :i)", Limit=1)
        | {"ExpressionAttributeValues": {**ID, **N}},
        query(BY_ID, ID, ExclusiveStartKey=KEY),
        {
            "TableName": "orders",
            "KeyConditions": {
                "order_id": {"ComparisonOperator": "EQ", "AttributeValueList": [{"S": "a"}]}
            },
        },
        {"TableName": "orders", "Segment": 1, "TotalSegments": 2},
        {
            "TableName": "orders",
            "ScanFilter": {
                "a": {"ComparisonOperator": "IN", "AttributeValueList": [{"S": "a"}, {"S": "b"}]}
            },
        },
        {
            "TableName": "orders",
            "Key": KEY,
            "ReturnValues": "ALL_OLD",
            "Expected": {"a": {"Exists": False}, "b": {"Value": {"S": "x"}}},
        },
        {"RequestItems": {"orders": {"Keys": [KEY]}}},
        {
            "RequestItems": {
                "orders": [{"PutRequest": {"Item": KEY}}],
                "others": [{"DeleteRequest": {"Key": {"id": {"S": "a"}}}}],
            }
        },
        {"TransactItems": [{"Get": GET}]},
        {"TransactItems": [{"Put": put()}, {"Delete": {"TableName": "others", "Key": KEY}}]},
        {
            "Statement": "SELECT * FROM \"orders\" WHERE a = ? AND b = 'it''s ?'",
            "Parameters": [{"S": "a"}],
        },
        {"Statements": [{"Statement": "EXISTS(SELECT 1)"}]},
        {"TransactStatements": [{"Statement": "delete from x"}], "ClientRequestToken": "a"},
    ],
)
def test_a_request_in_order_has_no_problem(payload: object) -> None:
    assert told(payload) == []


@pytest.mark.parametrize(
    ("payload", "expected"),
    [
        # keys
        (
            {"TableName": "orders", "Key": {"Order_Id": {"S": "a"}, "line": {"N": "1"}}},
            [
                (
                    "Key",
                    "Key lacks order_id, the partition key of orders; it holds Order_Id, and names are case-sensitive.",
                )
            ],
        ),
        (
            {"TableName": "orders", "Key": {"orderid": {"S": "a"}, "line": {"N": "1"}}},
            [("Key", 'Key lacks order_id, the partition key of orders (perhaps "orderid"?).')],
        ),
        (
            {"TableName": "orders", "Key": {**KEY, "colour": {"S": "red"}}},
            [
                (
                    "Key",
                    "Key holds colour besides the key; the key of orders is order_id (S, partition), line (N, sort).",
                )
            ],
        ),
        (
            {"TableName": "orders", "Key": {"order_id": {"S": ""}, "line": {"S": "1"}}},
            [
                ("Key.order_id", "Key.order_id is empty and the partition key may not be."),
                ("Key.line", "Key.line is of type S and the sort key is of type N."),
            ],
        ),
        (
            {"TableName": "orders", "Key": {"order_id": {"S": "x" * 2049}, "line": {"x": 1}}},
            [
                (
                    "Key.line",
                    'Key.line is an object (x) and carries no type: a map is written {"M": {...}}.',
                ),
                ("Key.order_id", "Key.order_id has 2,049 bytes; the partition key may have 2,048."),
            ],
        ),
        (
            {"TableName": "orders", "Item": {"line": {"N": "1"}}},
            [("Item", "Item lacks order_id, the partition key of orders.")],
        ),
        # indexes
        (
            put(mail={"NULL": True}, weight={"S": "1"}, sent={"x": 1}),
            [
                (
                    "Item.sent",
                    'Item.sent is an object (x) and carries no type: a map is written {"M": {...}}.',
                ),
                (
                    "Item.mail",
                    "Item.mail is of type NULL and the partition key of index by-mail must be of type S.",
                ),
                (
                    "Item.weight",
                    "Item.weight is of type S and the sort key of index by-weight must be of type N.",
                ),
            ],
        ),
        (
            put(mail={"S": ""}),
            [
                (
                    "Item.mail",
                    "Item.mail is empty and the partition key of index by-mail may not be; leave it out, and the item stays out of the index.",
                )
            ],
        ),
        (
            put(mail={"S": "m" * 2049}),
            [
                (
                    "Item.mail",
                    "Item.mail has 2,049 bytes; the partition key of index by-mail may have 2,048.",
                )
            ],
        ),
        # members
        (
            {"TableName": "orders", "key": KEY},
            [
                ("key", 'key is no parameter here (did you mean "Key"?).'),
                ("Key", "Key is missing."),
            ],
        ),
        (
            {"TableName": "orders", "item": KEY},
            [
                ("item", 'item is no parameter here (did you mean "Item"?).'),
                ("Item", "Item is missing."),
            ],
        ),
        (
            {**GET, "ConsistentRead": "true"},
            [
                (
                    "ConsistentRead",
                    "ConsistentRead is a string in the JSON and must be true or false.",
                )
            ],
        ),
        (
            {**GET, "Key": "x"},
            [("Key", "Key is a string in the JSON and must be an object.")],
        ),
        (
            {"TableName": "orders", "Limit": True},
            [("Limit", "Limit is a boolean in the JSON and must be a whole number.")],
        ),
        (
            {"TableName": "orders", "Limit": 0},
            [("Limit", "Limit is too small; at least 1 is allowed.")],
        ),
        (
            {"TableName": "orders", "TotalSegments": 10**7, "Segment": 1},
            [("TotalSegments", "TotalSegments is too large; at most 1,000,000 is allowed.")],
        ),
        (
            {**put(), "ReturnValues": "ALL_NEW"},
            [("ReturnValues", "ReturnValues is none of NONE, ALL_OLD.")],
        ),
        (
            {**GET, "ReturnConsumedCapacity": "total"},
            [("ReturnConsumedCapacity", "ReturnConsumedCapacity is none of INDEXES, TOTAL, NONE.")],
        ),
        (
            {**GET, "TableName": "${TABLE}!"},
            [
                (
                    "TableName",
                    "TableName has 9 letters; a table's name has 3 to 255 of a-z, A-Z, 0-9, _, - and the dot.",
                )
            ],
        ),
        (
            {"Statement": "", "Limit": 1},
            [
                ("Statement", "Statement has 0 letters; at least 1 is allowed."),
                (
                    "Statement",
                    "Statement does not begin with SELECT, INSERT, UPDATE, DELETE or EXISTS.",
                ),
            ],
        ),
    ],
)
def test_what_is_wrong_is_told_in_one_sentence_each(
    payload: object, expected: list[tuple[str, str]]
) -> None:
    assert told(payload) == expected


def test_without_a_table_only_what_no_key_can_be_is_told() -> None:
    three = {"a": {"S": "x"}, "b": {"BOOL": True}, "c": {"S": ""}}
    assert told({"TableName": "orders", "Key": three}, None) == [
        ("Key", "Key holds 3 attributes; a primary key has one or two."),
        ("Key.b", "Key.b is of type BOOL; a key is of type S, N or B."),
        ("Key.c", "Key.c is empty; no key attribute may be."),
    ]
    assert told(update("SET order_id = :v", V), None) == []


def test_who_refuses_is_told() -> None:
    report = check({"TableName": "orders", "Key": {**KEY, "line": {"N": 1}}, "Colour": 1})
    assert [(problem.code, problem.path) for problem in report.problems] == [
        (Code.CLIENT, "Colour"),
        (Code.SERIALIZATION, "Key.line"),
    ]


def test_a_shape_is_read_from_describe_table() -> None:
    described = {
        "TableName": "orders",
        "KeySchema": [
            {"AttributeName": "order_id", "KeyType": "HASH"},
            {"AttributeName": "line", "KeyType": "RANGE"},
        ],
        "AttributeDefinitions": [
            {"AttributeName": "order_id", "AttributeType": "S"},
            {"AttributeName": "line", "AttributeType": "N"},
            {"AttributeName": "mail", "AttributeType": "S"},
            {"AttributeName": "sent", "AttributeType": "N"},
            {"AttributeName": "weight", "AttributeType": "N"},
        ],
        "GlobalSecondaryIndexes": [
            {
                "IndexName": "by-mail",
                "KeySchema": [
                    {"AttributeName": "mail", "KeyType": "HASH"},
                    {"AttributeName": "sent", "KeyType": "RANGE"},
                ],
            },
        ],
        "LocalSecondaryIndexes": [
            {
                "IndexName": "by-weight",
                "KeySchema": [
                    {"AttributeName": "order_id", "KeyType": "HASH"},
                    {"AttributeName": "weight", "KeyType": "RANGE"},
                ],
            },
        ],
    }
    assert TableShape.described(described) == ORDERS
    assert ORDERS.has_lsi
    assert not TableShape.described({}).has_lsi
