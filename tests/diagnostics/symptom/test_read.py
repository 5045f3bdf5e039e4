from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from diagnostics.symptom import Denial, Denied, Mark, PolicyType, ThrottlingReason, read_error
from diagnostics.symptom.answers import WORDING
from diagnostics.symptom.codes import AWS_CODES
from diagnostics.symptom.phases import TABLE as PHASE_TABLE
from diagnostics.symptom.read import HINTS

ID = "7Q2N8LXC4M1D5V9KTR3PZ0HSWGVV4KQNSO5AEMVJF66Q9ASUAAJG"

ANSWERS = [
    # Python
    (
        "botocore.ClientError: An error occurred (408) when calling the Query operation: ",
        ("answered", "middlebox", "408", "dynamodb", "python", "Query"),
    ),
    (
        "An error occurred (408) when calling the Query operation (reached max retries: 2): x",
        ("exhausted_retries", "middlebox", "408", "dynamodb", "python", "Query"),
    ),
    (
        "An error occurred (RequestTimeoutException) when calling the PutItem operation: slow",
        ("answered", "aws", "RequestTimeoutException", "dynamodb", "python", "PutItem"),
    ),
    (
        ("An error occurred (ThrottlingException) when calling the Scan operation "
        "(reached max retries: 0): too much"),
        ("refused", "aws", "ThrottlingException", "dynamodb", "python", "Scan"),
    ),
    (
        ("An error occurred (ThrottlingException) when calling the Scan operation "
        "(reached max retries: 3): too much"),
        ("exhausted_retries", "aws", "ThrottlingException", "dynamodb", "python", "Scan"),
    ),
    (
        "An error occurred (SomethingNewException) when calling the GetItem operation: x",
        ("refused", "aws", "SomethingNewException", "dynamodb", "python", "GetItem"),
    ),
    (
        "An error occurred (InternalServerError) when calling the GetItem operation: x",
        ("answered", "aws", "InternalServerError", "dynamodb", "python", "GetItem"),
    ),
    # Go
    (
        ("operation error DynamoDB: PutItem, exceeded maximum number of attempts, 4, https response"
        f" error StatusCode: 400, RequestID: {ID}, api error ThrottlingException: x"),
        ("exhausted_retries", "aws", "ThrottlingException", "dynamodb", "go2", "PutItem"),
    ),
    (
        (f"operation error DynamoDB: PutItem, https response error StatusCode: 400, RequestID: {ID}"
        ", ConditionalCheckFailedException: no"),
        ("refused", "aws", "ConditionalCheckFailedException", "dynamodb", "go2", "PutItem"),
    ),
    (
        ("operation error DynamoDB: Query, https response error StatusCode: 408, RequestID: , "
        "api error UnknownError: UnknownError"),
        ("answered", "middlebox", "408", "dynamodb", "go2", "Query"),
    ),
    (
        "SerializationError: cannot read dynamodb's answer\n\tstatus code: 408, request id: ",
        ("answered", "middlebox", "408", "dynamodb", "go1", None),
    ),
    (
        f"RequestLimitExceeded: too many\n\tstatus code: 400, request id: {ID}",
        ("refused", "aws", "RequestLimitExceeded", None, "go1", None),
    ),
    # Java
    (
        ("com.amazonaws.services.dynamodbv2.model.AmazonDynamoDBException: slow down (Service: "
        f"AmazonDynamoDBv2; Status Code: 400; Error Code: ThrottlingException; Request ID: {ID})"),
        ("refused", "aws", "ThrottlingException", "dynamodb", "java1", None),
    ),
    (
        ("software.amazon.awssdk.services.dynamodb.model.ProvisionedThroughputExceededException: x "
        f"(Service: DynamoDb, Status Code: 400, Request ID: {ID}) (SDK Attempt Count: 4)"),
        (
            "exhausted_retries",
            "aws",
            "ProvisionedThroughputExceededException",
            "dynamodb",
            "java2",
            None,
        ),
    ),
    (
        ("software.amazon.awssdk.services.dynamodb.model.DynamoDbException: User: arn:aws:iam::"
        "210987654321:user/kim is not authorized to perform: dynamodb:Query on resource: "
        f"arn:aws:dynamodb:eu-north-1:210987654321:table/carts (Service: DynamoDb, "
        f"Status Code: 400, Request ID: {ID}) (SDK Attempt Count: 1)"),
        ("refused", "aws", "AccessDeniedException", "dynamodb", "java2", None),
    ),
    (
        ("software.amazon.awssdk.services.dynamodb.model.DynamoDbException: null (Service: DynamoDb"
        ", Status Code: 408, Request ID: null) (SDK Attempt Count: 1)"),
        ("answered", "middlebox", "408", "dynamodb", "java2", None),
    ),
    # JavaScript
    (
        ("Unknown: UnknownError\n  '$metadata': {\n    httpStatusCode: 408,\n    requestId: "
        "undefined,\n    attempts: 1 } dynamodb"),
        ("answered", "middlebox", "408", "dynamodb", "js3", None),
    ),
    (
        ("UnknownError { '$metadata': { httpStatusCode: 408, requestId: "
        f"'{ID}', attempts: 1 }} DynamoDB GetItemCommand"),
        ("answered", "aws", "408", "dynamodb", "js3", "GetItem"),
    ),
    (
        '{"message":"busy","code":"ThrottlingException","requestId":"' + ID + '",'
        '"statusCode":400,"retryable":true,"hostname":"dynamodb.us-east-2.amazonaws.com"}',
        ("refused", "aws", "ThrottlingException", "dynamodb", "js2", None),
    ),
    (
        ("ProvisionedThroughputExceededException: busy { '$metadata': { httpStatusCode: 400, "
        f"requestId: '{ID}', attempts: 4 }} DynamoDB"),
        (
            "exhausted_retries",
            "aws",
            "ProvisionedThroughputExceededException",
            "dynamodb",
            "js3",
            None,
        ),
    ),
    # Rust, .NET, PHP, Ruby
    (
        ('SdkError ServiceError { source: Throttled { code: Some("ThrottlingException") }, raw: '
        "Response { status: StatusCode(400) } } aws_sdk_dynamodb::operation"),
        ("refused", "aws", "ThrottlingException", "dynamodb", "rust", None),
    ),
    (
        "unhandled error (ValidationException) in dynamodb",
        ("refused", "aws", "ValidationException", "dynamodb", "rust", None),
    ),
    (
        "Amazon.DynamoDBv2.Model.ResourceNotFoundException: nothing there",
        ("refused", "aws", "ResourceNotFoundException", "dynamodb", "dotnet", None),
    ),
    (
        "Amazon.DynamoDBv2.AmazonDynamoDBException: Signature expired: too late",
        ("refused", "aws", "InvalidSignatureException", "dynamodb", "dotnet", None),
    ),
    (
        "Amazon.DynamoDBv2.AmazonDynamoDBException: Unreadable. HTTP Status Code: 408 x",
        ("answered", "middlebox", "408", "dynamodb", "dotnet", None),
    ),
    (
        ('Error executing "PutItem" on "https://dynamodb.eu-west-2.amazonaws.com"; AWS HTTP error: '
        "resulted in a `400 Bad Request`: ValidationException (client): bad key"),
        ("refused", "aws", "ValidationException", "dynamodb", "php", "PutItem"),
    ),
    (
        "Aws::DynamoDB::Errors::ThrottlingException (busy)",
        ("refused", "aws", "ThrottlingException", "dynamodb", "ruby", None),
    ),
    (
        "Aws::DynamoDB::Errors::Http408Error: ",
        ("answered", "middlebox", "408", "dynamodb", "ruby", None),
    ),
    # Pages, and other services
    ("it failed with status code: 502", ("answered", "middlebox", "502", None, None, None)),
    (
        "<html><body><h1>408 Request Time-out</h1></body></html>",
        ("answered", "middlebox", "408", None, None, None),
    ),
    ("<h1>502 Bad Gateway</h1>", ("answered", "middlebox", "502", None, None, None)),
    (
        '{"message": "Endpoint request timed out"}',
        ("answered", "middlebox", "504", None, None, None),
    ),
    (
        "CardNetworkError: POST https://pay.example.org/charge failed with HTTP 408",
        ("answered", "middlebox", "408", None, None, None),
    ),
    (
        ("An error occurred (ProvisionedThroughputExceededException) when calling the PutRecords "
        "operation: shard is busy"),
        ("refused", "aws", "ProvisionedThroughputExceededException", "kinesis", "python",
         "PutRecords"),
    ),
    ("ThrottlingException: slow", ("refused", "aws", "ThrottlingException", None, None, None)),
    (
        "Requested resource not found: Table: carts not found",
        ("refused", "aws", "ResourceNotFoundException", None, None, None),
    ),
    (
        "An error occurred (AccessDenied) when calling the FrobItem operation: x",
        ("refused", "aws", "AccessDenied", "other", "python", "FrobItem"),
    ),
]  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), ANSWERS)
def test_an_answer_tells_its_class_and_who_spoke(text: str, expected: tuple[Any, ...]) -> None:
    reading = read_error(text)

    assert reading is not None
    assert (
        reading.symptom_class,
        reading.emitted_by,
        reading.code,
        reading.service,
        reading.sdk,
        reading.operation,
    ) == expected


PHASES = [
    ('Read timeout on endpoint URL: "https://dynamodb.eu-west-3.amazonaws.com/"',
     ("read", "ReadTimeoutError", "dynamodb", "python")),
    ('botocore.exceptions.ConnectTimeoutError: Connect timeout on endpoint URL: "https://x.test/"',
     ("connect", "ConnectTimeoutError", None, "python")),
    (("Unable to execute HTTP request: Connect to dynamodb.eu-west-3.amazonaws.com:443 failed: "
     "connect timed out"), ("connect", "ConnectTimeoutException", "dynamodb", None)),
    ("software.amazon.awssdk.core.exception.ApiCallTimeoutException: too slow for dynamodb",
     ("deadline", "ApiCallTimeoutException", "dynamodb", "java2")),
    ("ApiCallAttemptTimeoutException: one try was too slow, awssdk",
     ("read", "ApiCallAttemptTimeoutException", None, "java2")),
    ("TimeoutError: Socket timed out without establishing a connection within 900 ms @smithy",
     ("connect", "TimeoutError", None, "js3")),
    ("TimeoutError: @smithy/node-http-handler has exceeded the configured 900 ms QueryCommand",
     ("read", "TimeoutError", "dynamodb", "js3")),
    ("TimeoutError: read ECONNRESET at @aws-sdk/client-dynamodb",
     ("reset", "ECONNRESET", "dynamodb", "js3")),
    ("Error: socket hang up", ("reset", "socket hang up", None, None)),
    (("operation error DynamoDB: Query, https response error StatusCode: 0, RequestID: , request "
     'send failed, Post "https://dynamodb.eu-west-3.amazonaws.com/": dial tcp 192.0.2.7:443: '
     "i/o timeout"), ("connect", "dial tcp", "dynamodb", "go2")),
    (("operation error DynamoDB: Query, https response error StatusCode: 0, RequestID: , canceled, "
     "context deadline exceeded"), ("deadline", "context deadline exceeded", "dynamodb", "go2")),
    (("operation error DynamoDB: Query, StatusCode: 0, context deadline exceeded (Client.Timeout "
     "exceeded while awaiting headers)"), ("read", "Client.Timeout", "dynamodb", "go2")),
    ("Seahorse::Client::NetworkingError (Net::OpenTimeout)",
     ("connect", "Net::OpenTimeout", None, "ruby")),
    ("AWS HTTP error: cURL error 28: Operation timed out", ("read", "cURL error 28", None, "php")),
    ("DispatchFailure(HTTP connect timeout occurred after 3.1s)",
     ("connect", "HttpTimeoutError", None, "rust")),
    ("TaskCanceledException: It was canceled", ("deadline", "TaskCanceledException", None, None)),
    ("DaxClientError: An error occurred (NoRouteException) when calling the GetItem operation",
     ("connect", "NoRouteException", "dax", None)),
    ("socket usage at capacity=50 and 9 additional requests are enqueued",
     ("unknown", "socket usage at capacity", None, None)),
    ('{"type":"platform.report","record":{"status":"timeout"},"error":null}',
     ("deadline", "Task timed out", None, None)),
]  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), PHASES)
def test_no_answer_tells_the_phase(text: str, expected: tuple[Any, ...]) -> None:
    reading = read_error(text)

    assert reading is not None
    assert reading.emitted_by == "client"
    assert (reading.symptom_class, reading.code, reading.service, reading.sdk) == expected


@pytest.mark.parametrize(
    "text",
    [
        "",
        "INFO fetched 408 items from DynamoDB in 500 ms",
        '203.0.113.9 - - "GET /orders HTTP/1.1" 200 408',
        "INFO errors=0 pool=ok",
        "operation error DynamoDB: Query, StatusCode: 0",
        "x (Service: DynamoDb, Status Code: 0, Request ID: null) error",
        "Amazon.DynamoDBv2.AmazonDynamoDBException: who knows",
        'Error executing "PutItem" on "https://dynamodb.eu-west-2.amazonaws.com"; hm',
        "SdkError of no known kind Some(1)",
        "Aws::DynamoDB and an error",
        "error with status code: none",
        "An error occurred (and nobody knows which",
        "operation error without its names",
        "error (Service: unknown)",
        "Error executing the plan",
        "error in Aws::DynamoDB::Errors, none named",
        "error in Amazon.DynamoDBv2, none named",
        "error: { '$metadata': { httpStatusCode: 200 } }",
        "An error occurred (200) when calling the GetItem operation: what",
        "set InternalServerError handler",
    ],
)
def test_what_tells_of_no_failure_is_nothing(text: str) -> None:
    assert read_error(text) is None


def test_lambdas_own_request_id_is_not_awss_answer() -> None:
    reading = read_error(
        '{"requestId":"5f0c7a52-1111-4222-8333-944444444444","error":"HTTP 408 from DynamoDB"}'
    )

    assert reading is not None
    assert (reading.request_id, reading.emitted_by) == (None, "middlebox")


def test_a_lambda_deadline_keeps_its_seconds() -> None:
    reading = read_error("2026-11-24T10:00:00Z 5f0c Task timed out after 6.01 seconds")

    assert reading is not None
    assert (reading.symptom_class, reading.timed_out_s, reading.service) == ("deadline", 6.01, None)


@pytest.mark.parametrize(
    ("stamps", "skew_s"),
    [
        ("expired: 20261124T095000Z is now earlier than 20261124T095500Z (20261124T100000Z - 5",
         600),
        (("not yet current: 20261124T101000Z is still later than 20261124T100500Z "
         "(20261124T100000Z + 5"), -600),
        ("expired: 20261324T095000Z is now earlier than 20261124T095500Z (20261124T100000Z - 5",
         None),
    ],
)  # fmt: skip
def test_skew_is_awss_clock_minus_the_signers(stamps: str, skew_s: float | None) -> None:
    reading = read_error(f"InvalidSignatureException: Signature {stamps} min.)")

    assert reading is not None
    assert (reading.code, reading.skew_s) == ("InvalidSignatureException", skew_s)


USER = "arn:aws:sts::210987654321:assumed-role/cart-role/one"
TABLE = "arn:aws:dynamodb:eu-north-1:210987654321:table/carts"
DENIALS = [
    ("because no identity-based policy allows the dynamodb:Query action",
     (Denied.IMPLICIT, PolicyType.IDENTITY, None, None)),
    ("because no permissions boundary allows the dynamodb:Query action",
     (Denied.IMPLICIT, PolicyType.BOUNDARY, None, None)),
    ("because no session policy allows the dynamodb:Query action",
     (Denied.IMPLICIT, PolicyType.SESSION, None, None)),
    ("because no VPC endpoint policy allows the dynamodb:Query action",
     (Denied.IMPLICIT, PolicyType.VPC_ENDPOINT, None, None)),
    ("because no resource-based policy allows the dynamodb:Query action",
     (Denied.IMPLICIT, PolicyType.RESOURCE, None, None)),
    ("with an explicit deny in a service control policy",
     (Denied.EXPLICIT, PolicyType.SERVICE_CONTROL, None, None)),
    ("with an explicit deny in a resource control policy",
     (Denied.EXPLICIT, PolicyType.RESOURCE_CONTROL, None, None)),
    ("with an explicit deny in an identity-based policy: arn:aws:iam::210987654321:policy/no.",
     (Denied.EXPLICIT, PolicyType.IDENTITY, None, "arn:aws:iam::210987654321:policy/no")),
    ("with an explicit deny in a VPC endpoint policy transitively through a service control policy",
     (Denied.EXPLICIT, PolicyType.VPC_ENDPOINT, PolicyType.SERVICE_CONTROL, None)),
    ("", (Denied.UNSAID, None, None, None)),
]  # fmt: skip


@pytest.mark.parametrize(("reason", "expected"), DENIALS)
def test_a_denial_names_its_policy(reason: str, expected: tuple[Any, ...]) -> None:
    reading = read_error(
        f"AccessDeniedException: User: {USER} is not authorized to perform: dynamodb:Query "
        f"on resource: {TABLE}/index/by-day {reason}"
    )

    how, policy_type, through, policy_arn = expected
    assert reading is not None
    assert reading.denial == Denial(
        principal=USER,
        action="dynamodb:Query",
        resource=f"{TABLE}/index/by-day",
        how=how,
        policy_type=policy_type,
        through=through,
        policy_arn=policy_arn,
    )
    assert (reading.table, reading.index, reading.account) == (TABLE, "by-day", "210987654321")


REASON = "IndexWriteProvisionedThroughputExceeded"


@pytest.mark.parametrize(
    "printed",
    [
        f"'ThrottlingReasons': [{{'reason': '{REASON}', 'resource': '{TABLE}/index/by-day'}}]",
        f"throttlingReasons: [ {{ reason: '{REASON}', resource: '{TABLE}/index/by-day' }} ]",
        f"[ThrottlingReason(Reason={REASON}, Resource={TABLE}/index/by-day)]",
        f"resource {TABLE}/index/by-day was held back: {REASON}",
    ],
)
def test_throttling_reasons_are_read_however_they_are_printed(printed: str) -> None:
    reading = read_error(f"ProvisionedThroughputExceededException: busy {printed}")

    assert reading is not None
    assert reading.throttling_reasons == (
        ThrottlingReason(reason=REASON, resource=f"{TABLE}/index/by-day"),
    )
    assert Mark.INDEX_BACK_PRESSURE in reading.marks


@pytest.mark.parametrize(
    ("text", "reasons"),
    [
        ("Transaction refused for specific reasons [None, TransactionConflict]",
         ("None", "TransactionConflict")),
        ("CancellationReasons: [ { Code: 'None' }, { Code: 'ThrottlingError', Message: 'x' } ]",
         ("None", "ThrottlingError")),
        ("no list", ()),
    ],
)  # fmt: skip
def test_cancellation_reasons_keep_the_order_of_actions(
    text: str, reasons: tuple[str, ...]
) -> None:
    reading = read_error(f"TransactionCanceledException: {text}")

    assert reading is not None
    assert (reading.cancellation_reasons, reading.service) == (reasons, "dynamodb")


@pytest.mark.parametrize(
    ("text", "mark"),
    [
        ("Timeout waiting for connection from pool", Mark.POOL),
        ("Unable to locate credentials", Mark.CREDENTIALS),
        ("dial tcp: lookup dynamodb.eu-west-3.amazonaws.com: no such host", Mark.DNS),
        ("Connect timeout on endpoint URL; socket.gaierror: Name or service not known", Mark.DNS),
        ("lookup dynamodb..amazonaws.com: i/o timeout", Mark.REGION_MISSING),
        ("AccessDeniedException: KMS key access denied error", Mark.KMS),
        ("throttled: one or more global secondary indexes ThrottlingException", None),
        ("ThrottlingException: a global secondary index is full", Mark.INDEX_BACK_PRESSURE),
        ("ThrottlingException: DynamoDB is automatically scaling your table", Mark.ON_DEMAND),
        ("RequestLimitExceeded: no more", Mark.ACCOUNT_LIMIT),
        ("ThrottlingException: retry quota exceeded, 0 available", Mark.RETRY_QUOTA),
        ("Failed to connect to proxy URL", Mark.PROXY),
        ("SSL validation failed", Mark.TLS),
        ("<title>503 Service Unavailable</title>", Mark.HTML),
    ],
)
def test_marks_point_at_what_else_is_said(text: str, mark: Mark | None) -> None:
    reading = read_error(text)

    assert reading is not None
    assert mark is None or mark in reading.marks


@pytest.mark.parametrize(
    ("host", "region", "account"),
    [
        ("dynamodb.eu-west-3.amazonaws.com", "eu-west-3", None),
        ("210987654321.ddb.us-gov-west-1.amazonaws.com", "us-gov-west-1", "210987654321"),
        ("dynamodb.cn-north-1.amazonaws.com.cn", "cn-north-1", None),
        ("dynamodb-fips.us-east-2.api.aws", "us-east-2", None),
        ("localhost", None, None),
    ],
)
def test_the_host_tells_region_and_account(
    host: str, region: str | None, account: str | None
) -> None:
    reading = read_error(f'Could not connect to the endpoint URL: "https://{host}/"')

    assert reading is not None
    assert (reading.host, reading.region, reading.account) == (host, region, account)


@pytest.mark.parametrize(
    ("text", "table", "index"),
    [
        ('{"TableName": "carts", "IndexName": "by-day"}', "carts", "by-day"),
        ("table=carts.", "carts", None),
        ("Table: carts not found", "carts", None),
        ("TableName: null", None, None),
    ],
)
def test_names_in_the_text_are_read(text: str, table: str | None, index: str | None) -> None:
    reading = read_error(f"ValidationException: {text}")

    assert reading is not None
    assert (reading.table, reading.index) == (table, index)


def test_an_attempt_count_printed_apart_counts() -> None:
    reading = read_error(
        "ThrottlingException: x {'ResponseMetadata': {'RetryAttempts': 3, "
        "'MaxAttemptsReached': True}}"
    )

    assert reading is not None
    assert (reading.symptom_class, reading.attempts) == ("exhausted_retries", 4)


MORE = [
    ("ServiceUnavailable: later dynamodb\n\tstatus code: 503, request id: x1y2z3a4",
     ("answered", 503, "x1y2z3a4", None)),
    ("dynamodb.PutItem(x) failed with ThrottlingException: x", ("refused", None, None, "PutItem")),
    ("operation=PutItem error ThrottlingException: x", ("refused", None, None, "PutItem")),
    ("FrobRequest operation=Frob error ThrottlingException: x", ("refused", None, None, None)),
    ("table.query(x) error ThrottlingException: x", ("refused", None, None, None)),
    ("ThrottlingException: at https://sqs.eu-west-3.amazonaws.com/", ("refused", None, None, None)),
]  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), MORE)
def test_status_id_and_operation_are_read(text: str, expected: tuple[Any, ...]) -> None:
    reading = read_error(text)

    assert reading is not None
    assert (
        reading.symptom_class,
        reading.http_status,
        reading.request_id,
        reading.operation,
    ) == expected


def test_another_services_host_makes_it_another_services_error() -> None:
    reading = read_error("ThrottlingException: at https://sqs.eu-west-3.amazonaws.com/")

    assert reading is not None
    assert (reading.service, reading.host) == ("sqs", "sqs.eu-west-3.amazonaws.com")


@pytest.mark.parametrize(
    ("text", "service"),
    [
        ("ProvisionedThroughputExceededException: busy", "dynamodb"),
        ("ProvisionedThroughputExceededException: shard-7 is busy", None),
        ("ThrottlingException: at https://proxy.test/", None),
    ],
)
def test_a_code_without_evidence_is_nobodys(text: str, service: str | None) -> None:
    reading = read_error(text)

    assert reading is not None
    assert reading.service == service


def test_text_longer_than_the_cap_keeps_its_end() -> None:
    reading = read_error("x " * 60_000 + "\nThrottlingException: at the end")

    assert reading is not None
    assert reading.code == "ThrottlingException"


def test_an_aws_host_speaks_before_any_other() -> None:
    reading = read_error(
        "HTTP 502 https://proxy.test/ for https://dynamodb.eu-west-3.amazonaws.com/"
    )

    assert reading is not None
    assert (reading.host, reading.service) == ("dynamodb.eu-west-3.amazonaws.com", "dynamodb")


HOSTILE = [
    "Aaa: ", "arn:aws:", "User: ", "(Service: ", "operation error ", "exception requestId ",
    "error Table: ", "Some(", "CancellationReasons Code", "error <", "Status Code: ", "a.", "aA.",
    'error "type":"platform.report"', "error   ", "$metadata code: '", "IndexWrite Exceeded",
]  # fmt: skip


@pytest.mark.parametrize(
    "words", [row[3] for row in PHASE_TABLE] + [words for words, _ in WORDING] + sorted(AWS_CODES)
)
def test_no_failure_is_skipped_as_an_ordinary_line(words: str) -> None:
    assert any(hint in words.lower() for hint in HINTS)


@pytest.mark.parametrize("piece", HOSTILE)
def test_hostile_repetition_is_read_to_its_end(piece: str) -> None:
    """Any pattern that backtracks would keep this test from ending."""
    text = f"{piece * (100_000 // len(piece))} ThrottlingException: last"

    reading = read_error(text)

    assert reading is not None


@given(st.text())
def test_no_text_breaks_the_reading(text: str) -> None:
    reading = read_error(text + " error: ThrottlingException: x")

    assert reading is not None
