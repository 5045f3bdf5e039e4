"""What an AWS SDK's error text says, in the Python, JavaScript, Go and Java spellings.

An error code is an AWS service's only with evidence beside it: the service's name, an operation
only it has, its endpoint, or words only it uses. `ThrottlingException`, `408` and `TimeoutError`
alone are nobody's.
"""

import re
from dataclasses import dataclass

from handlers.alerts.aws_names import SERVICE_OF_OPERATION, service_name
from handlers.alerts.aws_regions import region_of

MAX_CHARS = 20_000
MAX_EXCERPT = 500

# botocore: "An error occurred (CODE) when calling the OPERATION operation".
BOTO = re.compile(r"An error occurred \(([^()\s]{1,100})\) when calling the (\w{1,80}) operation")
BOTO_CLIENT = re.compile(
    r"\b(ReadTimeoutError|ConnectTimeoutError|EndpointConnectionError|ConnectionClosedError|"
    r"ProxyConnectionError|SSLError|HTTPClientError|ResponseStreamingError|"
    r"NoCredentialsError|ParamValidationError)\b",
)
BOTO_CLIENT_SAYS = (
    (re.compile(r"\bRead timeout on endpoint URL\b"), "ReadTimeoutError"),
    (re.compile(r"\bConnect timeout on endpoint URL\b"), "ConnectTimeoutError"),
    (re.compile(r"\bCould not connect to the endpoint URL\b"), "EndpointConnectionError"),
    (
        re.compile(r"\bConnection was closed before we received a valid response\b"),
        "ConnectionClosedError",
    ),
)
# Go v2: "operation error SERVICE: OPERATION, ... StatusCode: N, RequestID: R, CODE: text".
GO2 = re.compile(r"\boperation error ([A-Za-z0-9 ]{2,40}): (\w{1,80})")
GO2_CODE = re.compile(r"\b(?:api error |RequestID: \w{0,80}, )([A-Z]\w{2,80}): ")
GO_TIMEOUT = re.compile(r"\bcontext deadline exceeded\b")
GO_CANCELED = re.compile(r"\bcontext canceled\b")
# Go v1: "CODE: text\n\tstatus code: N, request id: R".
GO1 = re.compile(r"\b([A-Z]\w{2,80}): [^\n]{0,600}\n?[ \t]*status code: (\d{3})")
# Java v1: "(Service: S; Status Code: N; Error Code: C; Request ID: R)"; v2: commas, no code.
JAVA = re.compile(
    r"\(Service: (\w{2,60})[;,] Status Code: (\d{3})[;,](?: Error Code: ([\w.]{1,80});)?",
)
JAVA_CLASS = re.compile(
    r"\b(?:com\.amazonaws\.services|software\.amazon\.awssdk\.services)\.([a-z0-9]{2,40})"
    r"\.(?:model\.)?(\w{1,80})",
)
JAVA_CLIENT = re.compile(
    r"\b(ApiCallTimeoutException|ApiCallAttemptTimeoutException|ClientExecutionTimeoutException|"
    r"SdkClientException|AbortedException)\b",
)
# JavaScript v3: the class, a colon, the text; the HTTP status in $metadata.
JS_TIMEOUT = re.compile(
    r"\b(TimeoutError): (?:@smithy|Connection timed out after|Socket timed out)"
)
JS_UNKNOWN = re.compile(r"\b(?:Unknown: UnknownError|UnknownError: (\d{3}))\b")
JS_METADATA_STATUS = re.compile(r"\bhttpStatusCode['\"]?: (\d{3})\b")
JS_STACK = re.compile(r"@smithy/|@aws-sdk/|aws-sdk/lib|AwsJson1_0|\$metadata")
NAMED_CODE = re.compile(
    r"\b([A-Z][A-Za-z]{2,70}(?:Exception|Exceeded|Throttling|SlowDown|Unavailable|Error|Failure))"
    r"\b(?::|\)|$)",
    re.MULTILINE,
)
NETWORK = re.compile(r"\b(ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENOTFOUND|EPIPE|EAI_AGAIN)\b")

ENDPOINT = re.compile(
    r"https?://(?:[\w-]{1,63}\.)?([a-z0-9-]{2,40})\.([a-z]{2}-[a-z-]{4,20}-\d)\."
    r"(?:amazonaws\.com|api\.aws)",
)
STATUS = re.compile(r"\b[Ss]tatus ?[Cc]ode:? (\d{3})\b")
# Words only DynamoDB answers with. Source: its developer guide, "Error handling with DynamoDB".
DYNAMODB_SAYS = re.compile(
    r"(?i:dynamodb)|configured provisioned throughput for (?:the table|one or more global)|"
    r"capacity of your table or index|\bConditionalCheckFailedException\b|"
    r"\bTransactionCanceledException\b|\bItemCollectionSizeLimitExceededException\b|"
    r"\bTransactionConflictException\b",
)
DYNAMODB_CODES = frozenset(
    {
        "ConditionalCheckFailedException",
        "ItemCollectionSizeLimitExceededException",
        "TransactionCanceledException",
        "TransactionConflictException",
    }
)
KINESIS_SAYS = re.compile(r"(?i:\bkinesis\b|\bshard\b)")
AWS_SAYS = re.compile(
    r"\bbotocore\b|\bboto3\b|\bamazonaws\b|\bawssdk\b|\baws-sdk|@smithy/|\bsmithy\.|\bAWS\b|"
    r"(?i:dynamodb)|\(reached max retries: \d",
)

# What an SDK calls an answer it could not read; the HTTP status says more.
EMPTY_CODES = frozenset({"Unknown", "UnknownError", "SerializationError", "Error"})


@dataclass(frozen=True, slots=True, kw_only=True)
class SdkError:
    """An SDK's error, read."""

    code: str | None  # AWS's code, the client's class, or the HTTP status where that is all
    service: str | None  # None: nothing proves whose it is
    operation: str | None = None
    region: str | None = None
    excerpt: str  # the line that says it


def read_sdk_error(text: str) -> SdkError | None:
    """Return what the first AWS SDK error in a text says, or None."""
    text = text[:MAX_CHARS]
    for read in (_boto, _go2, _java, _go1, _boto_client, _javascript, _named):
        error = read(text)
        if error:
            return error
    return None


def _boto(text: str) -> SdkError | None:
    match = BOTO.search(text)
    if match is None:
        return None
    code, operation = match.groups()
    return _error(text, match, code=code, operation=operation)


def _go2(text: str) -> SdkError | None:
    match = GO2.search(text)
    if match is None:
        return None
    service, operation = match.groups()
    rest = text[match.end() : match.end() + 2_000]
    return _error(
        text,
        match,
        code=_go_code(rest),
        operation=operation,
        service=service_name(service),
    )


def _go_code(rest: str) -> str | None:
    match = GO2_CODE.search(rest)
    if match and match.group(1) not in EMPTY_CODES:
        return match.group(1)
    if GO_TIMEOUT.search(rest):
        return "context deadline exceeded"
    if GO_CANCELED.search(rest):
        return "context canceled"
    network = re.search(r"connection re(?:fused|set)|i/o timeout|no such host", rest)
    return network.group(0) if network else _status(rest)


def _java(text: str) -> SdkError | None:
    match, named = JAVA.search(text), JAVA_CLASS.search(text)
    if match is None:
        client = (
            JAVA_CLIENT.search(text) if named or "amazonaws" in text or "awssdk" in text else None
        )
        service = service_name(named.group(1)) if named else None
        return _error(text, client, code=client.group(1), service=service) if client else None
    service, status, code = match.groups()
    name = named.group(2) if named else ""
    if not code and name.endswith("Exception") and service_name(name[:-9]) != service_name(service):
        code = name
    return _error(text, match, code=code or status, service=service_name(service))


def _go1(text: str) -> SdkError | None:
    match = GO1.search(text)
    if match is None:
        return None
    code, status = match.groups()
    return _error(text, match, code=status if code in EMPTY_CODES else code)


def _boto_client(text: str) -> SdkError | None:
    match = BOTO_CLIENT.search(text)
    if match and ("botocore" in text or "endpoint URL" in text or ENDPOINT.search(text)):
        return _error(text, match, code=match.group(1))
    for pattern, code in BOTO_CLIENT_SAYS:
        match = pattern.search(text)
        if match:
            return _error(text, match, code=code)
    return None


def _javascript(text: str) -> SdkError | None:
    match = JS_TIMEOUT.search(text)
    if match:
        return _error(text, match, code="TimeoutError", operation=_command(text))
    match = JS_UNKNOWN.search(text)
    if match is None:
        return None
    status = match.group(1) or _found(JS_METADATA_STATUS, text)
    return _error(text, match, code=status or "UnknownError", operation=_command(text))


def _named(text: str) -> SdkError | None:
    """Read a bare `Code: text`, which is AWS's only with AWS's words around it."""
    if not (AWS_SAYS.search(text) or DYNAMODB_SAYS.search(text)):
        return None
    match = NAMED_CODE.search(text)
    if match is None:
        return None
    return _error(text, match, code=match.group(1), operation=_command(text))


def _error(
    text: str,
    match: re.Match[str],
    *,
    code: str | None,
    operation: str | None = None,
    service: str | None = None,
) -> SdkError:
    around = text[max(0, match.start() - 400) : match.end() + 1_500]
    endpoint = ENDPOINT.search(around)
    return SdkError(
        code=code,
        service=service or _service(around, code, operation, endpoint),
        operation=operation,
        region=region_of(endpoint.group(2)) if endpoint else None,
        excerpt=_line(text, match.start()),
    )


def _service(
    around: str,
    code: str | None,
    operation: str | None,
    endpoint: re.Match[str] | None,
) -> str | None:
    if operation in SERVICE_OF_OPERATION:
        return SERVICE_OF_OPERATION[operation]
    if endpoint:
        return service_name(endpoint.group(1))
    if code in DYNAMODB_CODES or DYNAMODB_SAYS.search(around):
        return "dynamodb"
    if code == "ProvisionedThroughputExceededException":
        return "kinesis" if KINESIS_SAYS.search(around) else "dynamodb"
    return None


def _command(text: str) -> str | None:
    """Return the operation of a JavaScript v3 command class named in a text."""
    match = re.search(r"\b(\w{2,80})Command\b", text)
    return match.group(1) if match and match.group(1) in SERVICE_OF_OPERATION else None


def _status(text: str) -> str | None:
    status = _found(STATUS, text)
    return status if status and status >= "400" else None


def _found(pattern: re.Pattern[str], text: str) -> str | None:
    match = pattern.search(text)
    return match.group(1) if match else None


def _line(text: str, at: int) -> str:
    start = text.rfind("\n", 0, at) + 1
    end = text.find("\n", at)
    return text[max(start, at - 200) : end if end >= 0 else len(text)].strip()[:MAX_EXCERPT]
