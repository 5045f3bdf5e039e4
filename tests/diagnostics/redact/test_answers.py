import json
from datetime import UTC, datetime
from typing import Any

import pytest

from diagnostics.redact import answer, environment, keyed_hash, log_line, log_lines, value

SALT = b"0123456789abcdef"
KEY = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"


def test_only_variables_that_configure_the_sdk_keep_their_value() -> None:
    assert environment(
        {
            "AWS_REGION": "eu-west-1",
            "AWS_MAX_ATTEMPTS": "10",
            "AWS_NEW_RETRIES_2026": "true",
            "AWS_LAMBDA_EXEC_WRAPPER": "/opt/bootstrap",
            "AWS_ENDPOINT_URL": "https://bob:hunter2@proxy.internal:8443/x?key=1",
            "AWS_ENDPOINT_URL_DYNAMODB": "http://localhost:8000",
            "AWS_ENDPOINT_URL_STS": "not a url",
            "AWS_ENDPOINT_URL_S3": "http://[",
            "AWS_ACCESS_KEY_ID": "AKIAIOSFODNN7EXAMPLE",
            "AWS_SECRET_ACCESS_KEY": KEY,
            "aws_region": "eu-west-1",
            "DB_PASSWORD": "hunter2",
            "TABLE": "orders",
        },
    ) == {
        "AWS_REGION": "eu-west-1",
        "AWS_MAX_ATTEMPTS": "10",
        "AWS_NEW_RETRIES_2026": "true",
        "AWS_LAMBDA_EXEC_WRAPPER": "/opt/bootstrap",
        "AWS_ENDPOINT_URL": "https://proxy.internal:8443",
        "AWS_ENDPOINT_URL_DYNAMODB": "http://localhost:8000",
        "AWS_ENDPOINT_URL_STS": "[dropped]",
        "AWS_ENDPOINT_URL_S3": "[dropped]",
        "AWS_ACCESS_KEY_ID": "[dropped]",
        "AWS_SECRET_ACCESS_KEY": "[dropped]",
        "aws_region": "[dropped]",
        "DB_PASSWORD": "[dropped]",
        "TABLE": "[dropped]",
    }


def test_a_variable_that_is_no_text_is_dropped() -> None:
    odd: Any = {"AWS_REGION": 7}
    assert environment(odd) == {"AWS_REGION": "[dropped]"}


def test_a_secret_where_a_region_belongs_is_masked() -> None:
    assert environment({"AWS_REGION": KEY}) == {"AWS_REGION": "[redacted:aws-secret-key]"}


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("AKIAIOSFODNN7EXAMPLE", "[redacted:aws-access-key-id:AKIA..MPLE]"),
        (7, 7),
        (None, None),
        (datetime(2026, 11, 24, tzinfo=UTC), datetime(2026, 11, 24, tzinfo=UTC)),
        (b"password=hunter2", b"password=[redacted:password]"),
        (("password=a",), ("password=[redacted:password]",)),
        ({1: "a", "NextToken": "abc"}, {1: "a", "NextToken": "abc"}),
        ({"password": "a", "Pass": True}, {"password": "[redacted:password]", "Pass": True}),
        ({"password": 1234, "token": 5}, {"password": "[redacted:password]", "token": 5}),
        ({"password": None}, {"password": None}),
        ({"passwords": ["a", "b"]}, {"passwords": ["[redacted:password]"] * 2}),
        ({"token": {"S": "a1"}}, {"token": {"S": "[redacted:token]"}}),
        ({"token": {"Value": "a1"}}, {"token": {"Value": "a1"}}),
        (
            {"Key": "db_password", "Value": "a"},
            {"Key": "db_password", "Value": "[redacted:password]"},
        ),
        ({"Key": "Name", "Value": "orders"}, {"Key": "Name", "Value": "orders"}),
        ({"SecretArn": "arn:aws:x"}, {"SecretArn": "arn:aws:x"}),
        (
            ["--password", "hunter2", "--port", "--token", "-x"],
            ["--password", "[redacted:password]", "--port", "--token", "-x"],
        ),
        ({"AKIAIOSFODNN7EXAMPLE": 1}, {"[redacted:aws-access-key-id:AKIA..MPLE]": 1}),
    ],
)
def test_secrets_are_masked_anywhere_in_an_answer(before: object, after: object) -> None:
    assert value(before) == after


def test_a_functions_environment_is_dropped_by_structure() -> None:
    body = {
        "FunctionName": "checkout",
        "Timeout": 3,
        "Environment": {"Variables": {"AWS_RETRY_MODE": "standard", "GREETING": "hello"}},
        "EnvironmentOf": "prod",
    }
    assert answer("lambda:GetFunctionConfiguration", body, salt=SALT) == {
        "FunctionName": "checkout",
        "Timeout": 3,
        "Environment": {"Variables": {"AWS_RETRY_MODE": "standard", "GREETING": "[dropped]"}},
        "EnvironmentOf": "prod",
    }


def test_a_task_definition_keeps_names_of_variables_and_secrets() -> None:
    container = {
        "name": "app",
        "environment": [
            {"name": "AWS_REGION", "value": "eu-west-1"},
            {"name": "GREETING", "value": "hello"},
            {"value": "orphan"},
            "odd",
        ],
        "secrets": [{"name": "DB", "valueFrom": "arn:aws:ssm:eu-west-1:1:parameter/db"}, "odd"],
        "logConfiguration": {"secretOptions": ({"name": "apikey", "valueFrom": "x"},)},
        "command": ["serve", "--token", "abc123"],
    }
    body = {"taskDefinition": {"containerDefinitions": [container], "taskRoleArn": "arn:aws:r"}}
    kept = answer("ecs:DescribeTaskDefinition", body, salt=SALT)["taskDefinition"]
    assert kept == {
        "taskRoleArn": "arn:aws:r",
        "containerDefinitions": [
            {
                "name": "app",
                "environment": [
                    {"name": "AWS_REGION", "value": "eu-west-1"},
                    {"name": "GREETING", "value": "[dropped]"},
                    {"value": "[dropped]"},
                    "[dropped]",
                ],
                "secrets": [{"name": "DB", "valueFrom": "[dropped]"}, "[dropped]"],
                "logConfiguration": {
                    "secretOptions": ({"name": "apikey", "valueFrom": "[dropped]"},),
                },
                "command": ["serve", "--token", "[redacted:token]"],
            },
        ],
    }


def trail(**event: Any) -> Any:  # noqa: ANN401 - CloudTrail's own JSON
    body = {"Events": [{"EventName": "X", "CloudTrailEvent": json.dumps(event)}], "more": "y"}
    (kept,) = answer("cloudtrail:LookupEvents", body, salt=SALT)["Events"]
    return json.loads(kept["CloudTrailEvent"])


def test_a_trail_event_keeps_what_changed_and_no_credentials() -> None:
    assert trail(
        eventSource="sts.amazonaws.com",
        userIdentity={
            "accessKeyId": "ASIAIOSFODNN7EXAMPLE",
            "sessionContext": {"attributes": {"mfaAuthenticated": "false"}, "sessionToken": KEY},
        },
        requestParameters={"roleArn": "arn:aws:iam::1:role/a", "durationSeconds": 900},
        responseElements={"credentials": {"sessionToken": "a", "accessKeyId": "b"}},
    ) == {
        "eventSource": "sts.amazonaws.com",
        "userIdentity": {
            "accessKeyId": "[redacted:aws-access-key-id:ASIA..MPLE]",
            "sessionContext": {
                "attributes": {"mfaAuthenticated": "false"},
                "sessionToken": "[redacted:aws-session-token]",
            },
        },
        "requestParameters": {"roleArn": "arn:aws:iam::1:role/a", "durationSeconds": 900},
        "responseElements": {"credentials": "[dropped]"},
    }


def test_a_trail_event_of_the_data_plane_keeps_names_of_attributes_only() -> None:
    assert trail(
        eventSource="dynamodb.amazonaws.com",
        requestParameters={
            "tableName": "orders",
            "key": {"order_id": "canary"},
            "statement": "canary",
        },
        responseElements=None,
    )["requestParameters"] == {
        "tableName": "orders",
        "key": {"order_id": "[dropped]"},
        "statement": "[dropped]",
    }


@pytest.mark.parametrize("broken", ['{"a": "password', "[" * 100_000, 7])
def test_a_trail_event_that_cannot_be_read_is_dropped(broken: object) -> None:
    body = {"Events": [{"CloudTrailEvent": broken}, {"EventName": "X"}]}
    assert answer("cloudtrail:LookupEvents", body, salt=SALT) == {
        "Events": [{"CloudTrailEvent": "[dropped]"}, {"EventName": "X"}],
    }


def test_a_trail_event_that_is_no_object_is_redacted_all_the_same() -> None:
    body = {"Events": [{"CloudTrailEvent": '["password=a"]'}]}
    assert answer("cloudtrail:LookupEvents", body, salt=SALT) == {
        "Events": [{"CloudTrailEvent": '["password=[redacted:password]"]'}],
    }


def test_a_stack_event_loses_the_environment_inside_its_json() -> None:
    properties = json.dumps({"Environment": {"Variables": {"GREETING": "hello"}}})
    body = {"StackEvents": [{"ResourceProperties": properties}, {"EventId": "e"}], "NextToken": "n"}
    assert answer("cloudformation:DescribeStackEvents", body, salt=SALT) == {
        "StackEvents": [
            {"ResourceProperties": '{"Environment":{"Variables":{"GREETING":"[dropped]"}}}'},
            {"EventId": "e"},
        ],
        "NextToken": "n",
    }


def test_contributors_are_known_by_hashes_of_their_keys() -> None:
    body = {
        "KeyLabels": ["pk"],
        "Contributors": [{"Keys": ["user#1"], "ApproximateAggregateValue": 9.0}, {"Keys": ["b"]}],
    }
    report = answer("cloudwatch:GetInsightRuleReport", body, salt=SALT)
    assert report == {
        "KeyLabels": ["pk"],
        "Contributors": [
            {"Keys": [keyed_hash(SALT, "user#1")], "ApproximateAggregateValue": 9.0},
            {"Keys": [keyed_hash(SALT, "b")]},
        ],
    }
    assert answer("cloudwatch:GetInsightRuleReport", report, salt=SALT) == report


def test_hashes_of_keys_depend_on_key_and_salt() -> None:
    hashes = {keyed_hash(salt, key) for salt in (SALT, SALT * 2) for key in ("a", "b", "\ud800")}
    assert len(hashes) == 6
    assert keyed_hash(SALT, "a") == keyed_hash(SALT, "a")


def test_a_short_salt_is_refused() -> None:
    with pytest.raises(ValueError, match="at least 16 bytes"):
        answer("lambda:GetFunctionConfiguration", {}, salt=b"short")
    with pytest.raises(ValueError, match="at least 16 bytes"):
        keyed_hash(b"", "a")


def test_log_events_are_redacted_and_keep_their_place() -> None:
    body = {
        "events": [
            {"logStreamName": "a", "timestamp": 1, "message": f"aws_secret_access_key={KEY[:20]}"},
            {"logStreamName": "b", "timestamp": 2, "message": "password=x in b"},
            {"logStreamName": "a", "timestamp": 3, "message": f"{KEY[20:]} end"},
            {"logStreamName": "a", "timestamp": 4},
        ],
        "nextToken": "n",
    }
    assert answer("logs:FilterLogEvents", body, salt=SALT) == {
        "events": [
            {
                "logStreamName": "a",
                "timestamp": 1,
                "message": "aws_secret_access_key=[redacted:aws-secret-key]",
            },
            {"logStreamName": "b", "timestamp": 2, "message": "password=[redacted:password] in b"},
            {"logStreamName": "a", "timestamp": 3, "message": "[redacted:aws-secret-key] end"},
            {"logStreamName": "a", "timestamp": 4, "message": "[dropped]"},
        ],
        "nextToken": "n",
    }


def test_query_results_are_redacted_cell_by_cell() -> None:
    body = {
        "results": [
            [
                {"field": "@message", "value": '{"Item": {"pk": {"S": "canary"}}}'},
                {"field": "password", "value": "hunter2"},
                {"field": "@ptr", "value": "CmEKJgoiMTIz"},
                {"field": "empty"},
            ],
        ],
        "status": "Complete",
    }
    assert answer("logs:GetQueryResults", body, salt=SALT) == {
        "results": [
            [
                {"field": "@message", "value": '{"Item": {"pk": {"S": "[redacted:value]"}}}'},
                {"field": "password", "value": "[redacted:password]"},
                {"field": "@ptr", "value": "CmEKJgoiMTIz"},
                {"field": "empty"},
            ],
        ],
        "status": "Complete",
    }


def test_a_log_record_is_redacted_field_by_field() -> None:
    body = {"logRecord": {"@message": "Key: {'pk': 'canary'}", "n": 1}}
    assert answer("logs:GetLogRecord", body, salt=SALT) == {
        "logRecord": {"@message": "Key: {'pk': '[redacted:value]'}", "n": "[dropped]"},
    }


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ('{"S": "canary", "x": 1}', '{"S": "[redacted:value]", "x": 1}'),
        ('{"N": "42"} {"B": "Y2FuYXJ5"}', '{"N": "[redacted:value]"} {"B": "[redacted:value]"}'),
        ('{"SS": ["canary", "b"]}', '{"SS": ["[redacted:value]", "[redacted:value]"]}'),
        ('{"BOOL": true}', '{"BOOL": "[redacted:value]"}'),
        (
            r'{"msg":"{\"pk\":{\"S\":\"canary\"},\"ok\":{\"BOOL\":true}}"}',
            r'{"msg":"{\"pk\":{\"S\":\"[redacted:value]\"},\"ok\":{\"BOOL\":\"[redacted:value]\"}}"}',
        ),
        ("{'pk': {'S': 'canary'}}", "{'pk': {'S': '[redacted:value]'}}"),
        ("{pk={S: canary,}}", "{pk={S: [redacted:value]}}"),
        ("pk: { S: 'canary' }", "pk: { S: '[redacted:value]' }"),
        ("{pk=AttributeValue(S=canary)}", "{pk=AttributeValue(S=[redacted:value])}"),
        (
            '&types.AttributeValueMemberS{Value:"canary", x:1}',
            '&types.AttributeValueMemberS{Value:"[redacted:value]", x:1}',
        ),
        ('{"pk": S("canary")}', '{"pk": S("[redacted:value]")}'),
        ('{"S": ""}', '{"S": ""}'),
        (
            "Item={'id': 'canary', 'n': 42}",
            "Item={'id': '[redacted:value]', 'n': [redacted:value]}",
        ),
        (
            '{"Item": {"id": "canary", "n": 42, "d": {"e": [true]}}, "TableName": "orders"}',
            (
                '{"Item": {"id": "[redacted:value]", "n": "[redacted:value]", "d": {"e": '
                '["[redacted:value]"]}}, "TableName": "orders"}'
            ),
        ),
        ("saving item {id: canary} now", "saving item {id: [redacted:value]} now"),
        (
            "Key: {'b': b'canary', 'd': Decimal('4')}",
            "Key: {'b': b'[redacted:value]', 'd': Decimal('[redacted:value]')}",
        ),
        ("Keys: [{'id': 'canary'}], x", "Keys: [{'id': '[redacted:value]'}], x"),
        ("LastEvaluatedKey = {'id': 'canary'", "LastEvaluatedKey = {'id': '[redacted:value]'"),
        ("monkey: {a: b}", "monkey: {a: b}"),
        ("Item: {}", "Item: {}"),
        (
            """SELECT * FROM "orders" WHERE id = 'canary' AND n > 42""",
            """SELECT * FROM "orders" WHERE id = '[redacted:value]' AND n > [redacted:value]""",
        ),
        ("DELETE FROM \"orders\" WHERE id = ''", "DELETE FROM \"orders\" WHERE id = ''"),
    ],
)
def test_values_of_items_are_masked_and_names_and_types_stay(before: str, after: str) -> None:
    assert log_line(before) == after
    assert log_line(after) == after


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ([], ()),
        (["a", "b"], ("a", "b")),
        (
            ["see AKIAIOSFO", "DNN7EXAMPLE now"],
            (
                "see [redacted:aws-access-key-id:AKIA..MPLE]",
                "[redacted:aws-access-key-id:AKIA..MPLE] now",
            ),
        ),
        (
            ["loaded " + KEY[:15], KEY[15:]],
            ("loaded [redacted:aws-secret-key]", "[redacted:aws-secret-key]"),
        ),
        (
            ["password=hunter2", "2026-11-24 10:00 INFO x"],
            ("password=[redacted:password]", "2026-11-24 10:00 INFO x"),
        ),
        (
            ["password=hunter2", "ThrottlingException: slow"],
            ("password=[redacted:password]", "ThrottlingException: slow"),
        ),
        (["password=hunter2\n", "abc"], ("password=[redacted:password]\n", "abc")),
        (["password=hunt", "er2"], ("password=[redacted:password]", "[redacted:password]")),
        (["token", ""], ("token", "")),
        (
            [
                "-----BEGIN RSA PRIVATE KEY-----",
                "MIIEowIBAAKCAQEA",
                "a1b2=",
                "-----END RSA PRIVATE KEY-----",
                "MIIE next",
            ],
            (*("[redacted:private-key]",) * 4, "MIIE next"),
        ),
        (
            ["-----BEGIN RSA PRIVATE KEY-----", "MIIEowIBAAKCAQEA", "not part of it", "MIIE"],
            ("[redacted:private-key]", "[redacted:private-key]", "not part of it", "MIIE"),
        ),
    ],
)
def test_a_secret_over_two_events_is_masked_in_both(
    before: list[str], after: tuple[str, ...]
) -> None:
    assert log_lines(before) == after
