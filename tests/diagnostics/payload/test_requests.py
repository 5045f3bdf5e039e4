# ruff: noqa: E501 - expected sentences stand in one piece, so that they can be searched for
from typing import Any

import pytest

from diagnostics.payload import Cause, Code, KeyAttribute, KeyRole, TableShape
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
        # queries
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
def test_what_is_wrong_is_told_in_one_sentence_each(
    payload: object, expected: list[tuple[str, str]]
) -> None:
    assert told(payload) == expected


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


def test_without_a_table_only_what_no_key_can_be_is_told() -> None:
    three = {"a": {"S": "x"}, "b": {"BOOL": True}, "c": {"S": ""}}
    assert told({"TableName": "orders", "Key": three}, None) == [
        ("Key", "Key holds 3 attributes; a primary key has one or two."),
        ("Key.b", "Key.b is of type BOOL; a key is of type S, N or B."),
        ("Key.c", "Key.c is empty; no key attribute may be."),
    ]
    assert told(update("SET order_id = :v", V), None) == []
    assert told(query("anything = :i", ID), None) == []
    assert told(query("a > :n OR b > :n", N), None) == [
        (
            "KeyConditionExpression",
            "KeyConditionExpression uses OR; a key condition knows AND, =, <, <=, >, >=, BETWEEN and begins_with.",
        ),
        ("KeyConditionExpression", "KeyConditionExpression has no =; a partition key needs one."),
    ]
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
