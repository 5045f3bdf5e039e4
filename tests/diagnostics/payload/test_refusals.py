# ruff: noqa: E501 - expected sentences stand in one piece, so that they can be searched for
import re
from typing import Any

import pytest

from diagnostics.payload import Cause, TableShape, explain_refusal, validate
from diagnostics.payload.refusals import refusals
from tests.diagnostics.payload.shapes import KEY, ORDERS, put, query, update

INVALID = "One or more parameter values were invalid:"


@pytest.mark.parametrize(
    ("message", "cause", "says"),
    [
        (
            "The provided key element does not match the schema",
            "validation",
            "is not the key of the table",
        ),
        (
            "The number of conditions on the keys is invalid",
            "validation",
            "more or fewer attributes",
        ),
        (
            f"{INVALID} Missing the key order_id in the item",
            "validation",
            "The item lacks order_id,",
        ),
        (
            f"{INVALID} Type mismatch for key line expected: N actual: S",
            "validation",
            "The request gives line as S, and the key schema says N.",
        ),
        (
            f"{INVALID} Type mismatch for Index Key mail Expected: S Actual: NULL IndexName: by-mail",
            "validation",
            "The item's mail is of type NULL,",
        ),
        (
            f"{INVALID} Condition parameter type does not match schema type",
            "validation",
            "another type than the key has",
        ),
        ("Type mismatch for attribute to update", "validation", "whose stored type"),
        (
            "One or more parameter values are not valid. A value specified for a secondary index key is not supported. The AttributeValue for a key attribute cannot contain an empty string value. IndexName: by-mail, IndexKey: mail",
            "validation",
            "it is a key of index by-mail",
        ),
        (
            "One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an empty string value. Key: order_id",
            "validation",
            "keys may not be",
        ),
        (
            f"{INVALID} Cannot update attribute line. This attribute is part of the key",
            "validation",
            "The update writes line,",
        ),
        (
            f"{INVALID} Size of hashkey has exceeded the maximum size limit of2048 bytes",
            "validation",
            "2,048 bytes",
        ),
        (
            f"{INVALID} Aggregated size of all range keys has exceeded the size limit of 1024 bytes",
            "validation",
            "1,024 bytes",
        ),
        (
            "Item size has exceeded the maximum allowed size",
            "size",
            "The item is larger than 409,600 bytes",
        ),
        ("Item size to update has exceeded the maximum allowed size", "size", "after the update"),
        ("ItemCollectionSizeLimitExceededException: Collection size exceeded.", "size", "10 GB"),
        (
            "Too many items requested for the BatchWriteItem call",
            "validation",
            "The batch of BatchWriteItem",
        ),
        ("Provided list of item keys contains duplicates", "validation", "more than once"),
        (
            "Transaction request cannot include multiple operations on one item",
            "validation",
            "two actions on one item",
        ),
        (
            "1 validation error detected: Value '[...]' at 'transactItems' failed to satisfy constraint: Member must have length less than or equal to 100",
            "validation",
            "more than 100 actions",
        ),
        (
            "TransactItems can only contain one of Check, Put, Update or Delete",
            "validation",
            "exactly one",
        ),
        ("The aggregate size of items in the transaction has exceeded the limit", "size", "4 MB"),
        ("Request size exceeds the limit", "size", "16 MB"),
        (
            "1 validation error detected: Value '{orders=[...]}' at 'requestItems' failed to satisfy constraint: Map value must satisfy constraint: [Member must have length less than or equal to 25, Member must have length greater than or equal to 1]",
            "validation",
            "more than 25 requests",
        ),
        (
            "Value 'x' at 'clientRequestToken' failed to satisfy constraint: Member must have length less than or equal to 36",
            "validation",
            "clientRequestToken is longer than 36.",
        ),
        (
            "Value '[]' at 'attributesToGet' failed to satisfy constraint: Member must have length greater than or equal to 1",
            "validation",
            "attributesToGet is shorter than 1;",
        ),
        (
            "1 validation error detected: Value null at 'tableName' failed to satisfy constraint: Member must not be null",
            "validation",
            "member tableName is missing",
        ),
        (
            "Value 'x' at 'returnValues' failed to satisfy constraint: Member must satisfy enum value set: [NONE]",
            "validation",
            "returnValues holds a word",
        ),
        (
            "Value 'a b' at 'tableName' failed to satisfy constraint: Member must satisfy regular expression pattern: [a-zA-Z0-9_.-]+",
            "validation",
            "tableName holds letters",
        ),
        (
            "Value '0' at 'limit' failed to satisfy constraint: Member must have value greater than or equal to 1",
            "validation",
            "limit holds a value",
        ),
        (
            "Invalid table/index name.  Table/index names must be between 3 and 255 characters long",
            "validation",
            "3 to 255",
        ),
        (
            "Invalid UpdateExpression: Attribute name is a reserved keyword; reserved keyword: name",
            "validation",
            "UpdateExpression uses name,",
        ),
        ("Attribute name is a reserved keyword", "validation", "reserved words"),
        (
            "Value provided in ExpressionAttributeValues unused in expressions: keys: {:a, :b}",
            "validation",
            "ExpressionAttributeValues defines :a, :b,",
        ),
        (
            "Invalid UpdateExpression: An expression attribute value used in expression is not defined; attribute value: :a",
            "validation",
            "uses :a, which",
        ),
        (
            "Invalid FilterExpression: An expression attribute name used in the document path is not defined; attribute name: #a",
            "validation",
            "uses #a, which",
        ),
        (
            "ExpressionAttributeNames can only be specified when using expressions",
            "validation",
            "leave it out",
        ),
        (
            'ExpressionAttributeValues contains invalid key: Syntax error; key: "v"',
            "validation",
            "written wrongly",
        ),
        (
            "Query condition missed key schema element: order_id",
            "validation",
            "equality on the partition key",
        ),
        ("Query key condition not supported", "validation", "operator keys do not know"),
        (
            "Either the KeyConditions or KeyConditionExpression parameter must be specified in the request.",
            "validation",
            "no key condition",
        ),
        (
            "Filter Expression can only contain non-primary key attributes: Primary key attribute: line",
            "validation",
            "filters by a key",
        ),
        ("The table does not have the specified index: by-male", "validation", "does not have"),
        (
            "Consistent reads are not supported on global secondary indexes",
            "validation",
            "ConsistentRead",
        ),
        ("The provided starting key is invalid", "validation", "LastEvaluatedKey"),
        (
            "Can not use both expression and non-expression parameters in the same request",
            "validation",
            "old style",
        ),
        (
            "Invalid FilterExpression: Expression size has exceeded the maximum allowed size",
            "validation",
            "FilterExpression is longer than 4,096",
        ),
        (
            "Invalid ConditionExpression: The expression can not be empty;",
            "validation",
            "ConditionExpression is empty",
        ),
        (
            "Invalid UpdateExpression: Two document paths overlap with each other",
            "validation",
            "twice in one expression",
        ),
        (
            "The document path provided in the update expression is invalid for update",
            "validation",
            "create the map first",
        ),
        (
            "The provided expression refers to an attribute that does not exist in the item",
            "validation",
            "if_not_exists",
        ),
        (
            "An operand in the update expression has an incorrect data type",
            "validation",
            "stored type",
        ),
        (
            "Invalid UpdateExpression: Incorrect operand type for operator or function; operator or function: +, operand type: S",
            "validation",
            "a type it does not take",
        ),
        (
            "Invalid FilterExpression: The IN operator is provided with too many operands; number of operands: 101",
            "validation",
            "100 operands",
        ),
        (
            'Invalid UpdateExpression: Syntax error; token: "secret", near: "= secret"',
            "validation",
            "UpdateExpression can not be parsed",
        ),
        (
            "Invalid ProjectionExpression: something new",
            "validation",
            "ProjectionExpression is not one",
        ),
        (
            "Supplied AttributeValue is empty, must contain exactly one of the supported datatypes",
            "validation",
            "has no type",
        ),
        (
            "Supplied AttributeValue has more than one datatypes set, must contain exactly one",
            "validation",
            "several types",
        ),
        (f"{INVALID} An string set  may not be empty", "validation", "no empty sets"),
        (
            f"{INVALID} Input collection [a, a] contains duplicates.",
            "validation",
            "one element twice",
        ),
        (
            f"{INVALID} An AttributeValue may not contain an empty string",
            "validation",
            "empty where it may not be",
        ),
        (
            f"{INVALID} Null attribute value types must have the value of true",
            "validation",
            "other than true",
        ),
        (
            "Nesting Levels have exceeded supported limits: Attributes are nested more than 32",
            "validation",
            "32 levels",
        ),
        (
            "Number overflow. Attempting to store a number with magnitude larger than supported range",
            "validation",
            "9.99E+125",
        ),
        ("Number underflow. Attempting to store a number", "validation", "1E-130"),
        ("Attempting to store more than 38 significant digits in a Number", "validation", "38"),
        ("The parameter cannot be converted to a numeric value: abc", "validation", "no number"),
        ("NUMBER_VALUE cannot be converted to String", "validation", 'as a string: {"N": "42"}'),
        ("class java.lang.Integer can not be converted to an String", "validation", "as a string"),
        ("STRING_VALUE cannot be converted to Boolean", "validation", "(Boolean)"),
        ("Start of structure or map found where not expected.", "validation", "not marshalled"),
        ("The Segment parameter is required but was not present", "validation", "parallel scan"),
        (
            "Number of parameters in request and statement don't match.",
            "validation",
            "placeholders",
        ),
        (
            "Statement wasn't well formed, can't be processed: Unexpected keyword",
            "validation",
            "PartiQL",
        ),
        (
            "Where clause does not contain a mandatory equality on all key attributes",
            "validation",
            "whole key",
        ),
        (
            f"{INVALID} Invalid number of argument(s) for the BETWEEN ComparisonOperator",
            "validation",
            "gives BETWEEN",
        ),
        (
            'Parameter validation failed:\nUnknown parameter in input: "Itme", must be one of: Item',
            "validation",
            "parameter Itme",
        ),
        ('Missing required parameter in input: "TableName"', "validation", "TableName is missing"),
        (
            "Invalid type for parameter Item.a.N, value: 1, type: <class 'int'>",
            "validation",
            "Item.a.N has another type",
        ),
        ("Float types are not supported. Use Decimal types instead.", "validation", "Decimal"),
        (
            "Pass options.removeUndefinedValues=true to remove undefined values from map/array/set.",
            "validation",
            "undefined",
        ),
    ],
)
def test_a_refusal_is_explained(message: str, cause: str, says: str) -> None:
    explained = explain_refusal(f"ValidationException: {message} (RequestId: X)", None)
    assert explained is not None
    assert explained[0] == f"payload.{cause}"
    assert says in explained[1]
    assert not re.search(r"\{\w+\}", explained[1])


@pytest.mark.parametrize(
    ("message", "sentence"),
    [
        (
            "The provided key element does not match the schema",
            (
                "The key in the request is not the key of the table: an attribute is missing, misspelled,"
                " of another type, or one too many. The key of orders is order_id (S, partition), line"
                " (N, sort); names are case-sensitive."
            ),
        ),
        (
            f"{INVALID} Missing the key Order_id in the item",
            (
                "The item lacks Order_id, which is part of the table's key; perhaps it is spelled"
                " differently. The key of orders is order_id (S, partition), line (N, sort); names are"
                ' case-sensitive. Order_id is no key here (did you mean "order_id"?).'
            ),
        ),
        (
            "Query condition missed key schema element: mail",
            (
                "The query's key condition does not fit the key of the table or index it asks: equality"
                " on the partition key is needed, and nothing but keys may stand there. The key of"
                " orders is order_id (S, partition), line (N, sort); index by-mail has mail (S,"
                " partition), sent (N, sort); index by-weight has order_id (S, partition), weight (N,"
                " sort). mail is a partition key of type S."
            ),
        ),
        (
            "Item size has exceeded the maximum allowed size",
            "The item is larger than 409,600 bytes (400 KB), attribute names included.",
        ),
    ],
)
def test_a_refusal_is_explained_against_the_table(message: str, sentence: str) -> None:
    explained = explain_refusal(message, ORDERS)
    assert explained is not None
    assert explained[1] == sentence


def test_a_table_without_an_index_is_told_so() -> None:
    plain = TableShape(name="plain", keys=ORDERS.keys[:1])
    assert explain_refusal("The table does not have the specified index: x", plain) == (
        "payload.validation",
        "The request names an index that the table does not have. Of plain: it has no index.",
    )


@pytest.mark.parametrize(
    "message",
    [
        "",
        "Rate exceeded",
        "User: arn:aws:iam::123456789012:user/x is not authorized to perform: dynamodb:PutItem",
        "The conditional request failed",
        "Requested resource not found",
        "Throughput exceeds the current capacity of your table or index",
        "The security token included in the request is invalid",
    ],
)
def test_other_refusals_are_not_the_payloads(message: str) -> None:
    assert explain_refusal(message, ORDERS) is None


@pytest.mark.parametrize(
    "message",
    [
        "The parameter cannot be converted to a numeric value: canary",
        f"{INVALID} Input collection [canary, canary] contains duplicates.",
        "Value 'canary' at 'tableName' failed to satisfy constraint: Member must satisfy regular",
        "1 validation error detected: Value 'canary' at 'x' failed to satisfy constraint",
        'Invalid UpdateExpression: Syntax error; token: "canary", near: "= canary"',
        "Invalid type for parameter Item.a, value: canary, type: <class 'str'>",
    ],
)
def test_values_in_a_message_are_not_repeated(message: str) -> None:
    explained = explain_refusal(message, ORDERS)
    assert explained is not None
    assert "canary" not in explained[1]


@pytest.mark.parametrize(
    "piece", ["a", "at '", "a:", "{:a, ", "invalid ", "input collection ", "x_value "]
)
def test_long_messages_are_read_quickly_and_to_their_end(piece: str) -> None:
    message = piece * 100_000 + " Item size has exceeded the maximum allowed size"
    assert explain_refusal(message, ORDERS) == (
        "payload.size",
        "The item is larger than 409,600 bytes (400 KB), attribute names included.",
    )


BROKEN: tuple[dict[str, Any], ...] = (
    put(a={}),
    put(a={"S": "x", "N": "1"}),
    put(a={"N": "x"}),
    put(a={"N": "1" * 39}),
    put(a={"N": "1e200"}),
    put(a={"N": "1e-200"}),
    put(a={"N": 1}),
    put(a={"S": []}),
    put(a={"SS": []}),
    put(a={"SS": ["a", "a"]}),
    put(a={"NULL": False}),
    put(a={"S": "x" * 500_000}),
    put(mail={"S": ""}),
    put(mail={"N": "1"}),
    put(order_id={"N": "1"}),
    put(order_id={"S": "x" * 3000}),
    {"TableName": "orders", "Item": {}},
    {"TableName": "orders", "Key": {}},
    {"TableName": "x", "Key": KEY},
    {"TableName": "orders", "Key": KEY, "Colour": 1},
    update("SET name = :v"),
    update("SET a = 1"),
    update("SET order_id = :v", {":v": {"S": "a"}}),
    update("REMOVE a", {":v": {"S": "a"}}),
    update("REMOVE a", {}),
    update(" "),
    query("line = :v", {":v": {"N": "1"}}),
    query("order_id > :v", {":v": {"S": "a"}}),
    query("order_id = :v", {":v": {"S": "a"}}, IndexName="nil"),
    {"RequestItems": {"orders": [{"DeleteRequest": {"Key": KEY}}] * 26}},
    {"TransactItems": [{"Delete": {"TableName": "orders", "Key": KEY}}] * 101},
    {"Statement": "nothing"},
    {"Statement": "select ?"},
)


@pytest.mark.parametrize("payload", BROKEN)
def test_every_message_foretold_is_explained(payload: dict[str, Any]) -> None:
    problems = validate(payload, ORDERS).problems
    assert problems
    for problem in problems:
        explained = explain_refusal(problem.message, ORDERS)
        assert explained is not None, problem.message
        assert explained[0] == problem.cause


def test_every_refusal_names_only_what_it_can_fill() -> None:
    tabled = {"table", "key_schema", "indexes"}
    for refusal in refusals():
        groups = set(refusal.pattern.groupindex)
        assert set(re.findall(r"\{(\w+)\}", refusal.says)) <= groups
        assert set(re.findall(r"\{(\w+)\}", refusal.with_table or "")) <= groups | tabled
        assert refusal.cause in Cause
