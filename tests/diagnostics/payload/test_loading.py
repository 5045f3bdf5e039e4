# ruff: noqa: E501 - expected sentences stand in one piece, so that they can be searched for
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from diagnostics.payload import PayloadError, TableShape, load, validate
from tests.diagnostics.payload.shapes import KEY, ORDERS, check, put, told

TYPED = {"order_id": {"S": "a"}, "line": {"N": "1"}}


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "The payload is empty; give the JSON body of one DynamoDB request."),
        (" \n", "The payload is empty; give the JSON body of one DynamoDB request."),
        ('{"a": canary}', "The payload is not JSON: Expecting value at line 1, column 7."),
        (
            "{'a': 'canary'}",
            (
                "The payload is not JSON (line 1, column 2): it uses single quotes, as Python prints"
                " objects; write it with json.dumps."
            ),
        ),
        ('{"a": NaN}', "The payload holds NaN, which JSON does not know."),
        (
            "[" * 100_000 + "]" * 100_000,
            (
                "The payload is nested more than 200 levels deep; DynamoDB takes 32 levels of lists and"
                " maps."
            ),
        ),
        (
            "[" * 201 + "]" * 201,
            (
                "The payload is nested more than 200 levels deep; DynamoDB takes 32 levels of lists and"
                " maps."
            ),
        ),
        (
            "x" * (32 * 1024 * 1024 + 1),
            "The payload has 33,554,433 letters; DynamoDB takes requests of 16 MB at the most.",
        ),
    ],
)
def test_a_file_that_is_no_payload_is_refused_in_one_sentence(text: str, sentence: str) -> None:
    with pytest.raises(PayloadError) as refused:
        load(text)
    assert str(refused.value) == sentence


def test_json_is_read_with_numbers_of_any_length() -> None:
    assert load('\ufeff{"a": 1, "b": 1.5}') == {"a": 1, "b": 1.5}
    read = load('{"a": ' + "9" * 5_000 + "}")
    assert read == {"a": float("inf")}


@pytest.mark.parametrize(
    ("payload", "sentence"),
    [
        ([], "The payload is a list; give one request or one item as an object."),
        ("canary", "The payload is a string; give one request or one item as an object."),
        (None, "The payload is null; give one request or one item as an object."),
        ({}, "The payload is an empty object; give one request or one item."),
        (
            {"operation": 1, "params": {}},
            '"operation" must be the name of an operation and "params" the request as an object.',
        ),
        (
            {"operation": "GetItem", "Request": []},
            '"operation" must be the name of an operation and "Request" the request as an object.',
        ),
        (
            {"operation": "PutItems", "params": {}},
            (
                'No operation of those that can be checked has the name given (did you mean "PutItem"?);'
                " they are GetItem, PutItem, DeleteItem, UpdateItem, Query, Scan, BatchGetItem,"
                " BatchWriteItem, TransactGetItems, TransactWriteItems, ExecuteStatement,"
                " BatchExecuteStatement, ExecuteTransaction."
            ),
        ),
        ({"a": {1, 2}}, "The payload holds something that JSON cannot."),
    ],
)
def test_what_is_no_request_is_refused_in_one_sentence(payload: object, sentence: str) -> None:
    with pytest.raises(PayloadError) as refused:
        validate(payload, ORDERS)
    assert str(refused.value) == sentence


def test_objects_too_deep_are_refused_wherever_they_come_from() -> None:
    deep: Any = []
    for _ in range(5_000):
        deep = [deep]
    with pytest.raises(PayloadError, match="nested more than 200 levels deep"):
        validate({"a": deep}, None)


@pytest.mark.parametrize(
    ("payload", "operation"),
    [
        ({"TableName": "orders", "Key": KEY}, "GetItem"),
        ({"TableName": "orders", "Key": KEY, "ReturnValues": "NONE"}, "DeleteItem"),
        ({"TableName": "orders", "Key": KEY, "UpdateExpression": "REMOVE a"}, "UpdateItem"),
        (put(), "PutItem"),
        ({"Item": KEY}, "PutItem"),
        ({"Key": KEY}, "GetItem"),
        ({"TableName": "orders"}, "Scan"),
        ({"TableName": "orders", "FilterExpression": "a = b"}, "Scan"),
        ({"TableName": "orders", "KeyConditions": {}}, "Query"),
        ({"RequestItems": {"orders": []}}, "BatchWriteItem"),
        ({"RequestItems": {"orders": {}}}, "BatchGetItem"),
        ({"RequestItems": 1}, "BatchWriteItem"),
        ({"TransactItems": [{"Get": {}}]}, "TransactGetItems"),
        ({"TransactItems": [{"Put": {}}]}, "TransactWriteItems"),
        ({"TransactItems": 1}, "TransactWriteItems"),
        ({"Statement": "x"}, "ExecuteStatement"),
        ({"operation": "scan", "request": {"TableName": "orders"}}, "Scan"),
        ({"operation_name": "batch_write_item", "api_params": {}}, "BatchWriteItem"),
        ({"X-Amz-Target": "DynamoDB_20120810.TransactGetItems", "body": {}}, "TransactGetItems"),
        ({"action": "dynamodb:UpdateItem", "input": {}}, "UpdateItem"),
        ({"command": "DeleteItemCommand", "input": {}}, "DeleteItem"),
        ({"operation": "QueryRequest", "params": {}}, "Query"),
        (TYPED, None),
        ({"operation": {"S": "a"}, "request": {"S": "b"}}, None),
        ({"Key": {"S": "a"}, "n": 1}, None),
        ({"Item": {"S": "a"}, "n": 1}, None),
    ],
)
def test_an_operation_is_found_by_name_or_by_its_members(
    payload: object, operation: str | None
) -> None:
    assert check(payload).operation == operation


def test_an_item_without_types_is_read_as_a_document_client_sends_it() -> None:
    plain = {"order_id": "a", "line": 1, "n": None, "b": True, "m": {"x": [1.5]}}
    report = check(plain)
    assert report.problems == ()
    assert report.measured[0].size_bytes == 31
    assert report.notes == (
        (
            "The item is written without types; it was read as a document client would send it. A"
            ' low-level client needs {"S": ...} and the like.'
        ),
    )


def test_what_could_not_be_checked_is_noted() -> None:
    guessed = "The operation was taken to be PutItem from the members of the request."
    assert check(put(), None).notes == (
        guessed,
        "No table is known, so keys and indexes were not checked against its schema.",
    )
    others = {"TransactItems": [{"Put": put()}, {"Delete": {"TableName": "others", "Key": KEY}}, 1]}
    named = {"operation": "TransactWriteItems", "params": others}
    assert check(named).notes == (
        "Keys of others were not checked: only the schema of orders is known.",
    )
    shared = "The table has local secondary indexes: an item and its entries in each of them share 409,600 bytes."
    assert check(put(blob={"S": "x" * 300_000})).notes == (guessed, shared)


def test_only_the_first_hundred_problems_are_listed() -> None:
    report = check(put(**{f"a{place}": 1 for place in range(150)}))
    assert len(report.problems) == 100
    assert report.notes[-1] == "Only the first 100 problems are listed."


def test_names_are_shown_short_and_without_secrets() -> None:
    token = "ghp_" + "a1B2" * 9
    long = "n" * 200
    assert told(put(**{token: 1, long: 1, "tab\there": 1})) == [
        (
            f"Item.{name}",
            (
                f"Item.{name} is a number and must be an object that names its type, such"
                ' as {"S": "..."}: the request was not marshalled.'
            ),
        )
        for name in ("[redacted:github-token]", "n" * 80 + "... (200 letters)", "tab?here")
    ]


CANARY = "canary8472"
NUMBER = "847284728472"


def leaves(held: Any, leaf: Any) -> Any:  # noqa: ANN401 - JSON of any shape
    """Return the same JSON with every leaf that is a value replaced."""
    if isinstance(held, dict):
        return {
            name: inner
            if name in {"TableName", "IndexName", "operation"} or "Expression" in name
            else leaves(inner, leaf)
            for name, inner in held.items()
        } | {
            name: leaves(inner, leaf)
            for name, inner in held.items()
            if name == "ExpressionAttributeValues"
        }
    return [leaves(inner, leaf) for inner in held] if isinstance(held, list) else leaf


SAMPLES: tuple[dict[str, Any], ...] = (
    put(a={"S": "x"}, b={"N": "1"}, c={"B": "YQ=="}, d={"SS": ["a", "a"]}, e={"NS": ["1", "1"]}),
    put(
        a={"L": [{"S": "x"}]}, b={"M": {"c": {"N": "1"}}}, c={"BOOL": 1}, d={"NULL": 1}, e={"x": 1}
    ),
    put(mail={"S": "x"}, sent={"S": "x"}, f=1, g=["x"]),
    {"TableName": "orders", "Key": {"order_id": {"N": "1"}, "line": {"S": "x"}, "z": 1}},
    {
        "TableName": "orders",
        "Key": KEY,
        "UpdateExpression": "SET a = :a + :b, order_id = :c, mail = :d ADD e :f",
        "ExpressionAttributeValues": {f":{name}": {"S": "x"} for name in "abcdfg"},
    },
    {
        "TableName": "orders",
        "KeyConditionExpression": "order_id = :a AND line = :b",
        "ExpressionAttributeValues": {":a": {"S": "x"}, ":b": {"S": "x"}, ":c": 1},
        "ExclusiveStartKey": {"x": {"S": "x"}},
        "Select": "x",
    },
    {
        "TableName": "orders",
        "ScanFilter": {"a": {"ComparisonOperator": "x", "AttributeValueList": ["x"]}},
    },
    {
        "TableName": "orders",
        "Key": KEY,
        "Expected": {"a": {"Value": {"S": "x"}}},
        "ReturnValues": "x",
    },
    {
        "TableName": "orders",
        "Key": KEY,
        "AttributeUpdates": {"mail": {"Value": {"S": "x"}, "Action": "x"}},
    },
    {
        "RequestItems": {
            "orders": [{"PutRequest": {"Item": KEY}}, {"DeleteRequest": {"Key": KEY}}, "x"]
        }
    },
    {"RequestItems": {"orders": {"Keys": [KEY, KEY, "x"]}}},
    {"TransactItems": [{"Put": put()}, {"Delete": {"TableName": "orders", "Key": KEY}}, "x"]},
    {"Statement": "x", "Parameters": [{"S": "x"}, "x"], "NextToken": "x"},
    {"Statements": [{"Statement": "x", "Parameters": ["x"]}]},
    {"order_id": "x", "line": 1, "m": {"a": ["x"]}},
    TYPED,
)


@pytest.mark.parametrize(
    "leaf", [CANARY, NUMBER, int(NUMBER), [CANARY], {"S": CANARY}, {"S": [NUMBER]}]
)
@pytest.mark.parametrize("sample", SAMPLES)
@pytest.mark.parametrize("table", [ORDERS, None])
def test_no_value_is_ever_told(
    sample: dict[str, Any], leaf: object, table: TableShape | None
) -> None:
    report = repr(validate(leaves(sample, leaf), table))
    assert CANARY not in report
    assert NUMBER not in report


@pytest.mark.parametrize(
    "payload",
    [
        {"TableName": "orders", "Key": KEY, "ConditionExpression": f"a = '{CANARY}'"},
        {"TableName": "orders", "Key": KEY, "ConditionExpression": f'a = "{CANARY}"'},
        {"TableName": "orders", "Key": KEY, "UpdateExpression": f"SET a = {NUMBER}"},
        {"TableName": "orders", "KeyConditionExpression": f"order_id = {NUMBER} AND line == 1"},
        {"Statement": f"INSERT INTO \"orders\" VALUE {{'a': '{CANARY}', 'b': {NUMBER}}} ?"},
        {"TableName": f"${{{CANARY}}}", "Key": KEY},
    ],
)
def test_no_value_written_into_an_expression_is_told(payload: dict[str, Any]) -> None:
    report = validate(payload, ORDERS)
    assert report.problems
    told_all = repr(report.problems)
    assert CANARY not in told_all
    assert NUMBER not in told_all


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                (
                    "S",
                    "N",
                    "M",
                    "L",
                    "SS",
                    "TableName",
                    "Key",
                    "Item",
                    "RequestItems",
                    "TransactItems",
                    "Put",
                    "Get",
                    "order_id",
                    "line",
                    "UpdateExpression",
                    "ExpressionAttributeValues",
                    "KeyConditions",
                    "Statement",
                    "Parameters",
                    "ExclusiveStartKey",
                    ":v",
                    "operation",
                    "params",
                ),
            )
            | st.text(max_size=4),
            inner,
            max_size=4,
        )
    ),
    max_leaves=20,
)


@given(JSON)
def test_any_json_is_reported_or_refused(payload: object) -> None:
    sentences = told_or_refused(json.dumps(payload))
    assert all(sentence.endswith(".") for sentence in sentences)


def told_or_refused(text: str) -> list[str]:
    try:
        return [problem.says for problem in validate(load(text), ORDERS).problems]
    except PayloadError as refused:
        return [str(refused)]


@given(st.text(max_size=40))
def test_any_expression_is_reported(expression: str) -> None:
    for parameter in ("ConditionExpression", "UpdateExpression", "KeyConditionExpression"):
        told({"TableName": "orders", "Key": KEY, parameter: expression})
