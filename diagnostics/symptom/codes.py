"""AWS's error codes and what people type for them.

Sources: DynamoDB API reference, "Common Errors"; DynamoDB developer guide, "Error handling with
DynamoDB"; botocore's models of dynamodb, dynamodbstreams and dax.
"""

import re

from diagnostics.model import EmittedBy, SymptomClass


def _names(text: str) -> frozenset[str]:
    return frozenset(text.split())


# HTTP 400, and worth another try.
THROTTLES = _names(
    "ProvisionedThroughputExceededException ThrottlingException RequestLimitExceeded Throttling "
    "ThrottledException RequestThrottled RequestThrottledException TooManyRequestsException "
    "SlowDown BandwidthLimitExceeded PriorRequestNotComplete",
)
RETRIED = frozenset({"TransactionInProgressException", "ReplicatedWriteConflictException"})

# HTTP 4xx of DynamoDB alone: nobody else answers with these.
DYNAMODB_ONLY = _names(
    "ConditionalCheckFailedException TransactionCanceledException TransactionConflictException "
    "TransactionInProgressException ItemCollectionSizeLimitExceededException "
    "ReplicatedWriteConflictException DuplicateItemException BackupInUseException "
    "BackupNotFoundException ContinuousBackupsUnavailableException ExportConflictException "
    "ExportNotFoundException GlobalTableAlreadyExistsException GlobalTableNotFoundException "
    "ImportConflictException ImportNotFoundException InvalidExportTimeException "
    "InvalidRestoreTimeException PointInTimeRecoveryUnavailableException "
    "ReplicaAlreadyExistsException ReplicaNotFoundException TableInUseException "
    "TrimmedDataAccessException",
)
# HTTP 4xx that other services answer with as well.
REFUSALS = _names(
    "AccessDeniedException AccessDenied ValidationException ValidationError "
    "SerializationException ResourceNotFoundException ResourceInUseException "
    "LimitExceededException IdempotentParameterMismatchException ExpiredIteratorException "
    "IndexNotFoundException PolicyNotFoundException TableNotFoundException "
    "TableAlreadyExistsException UnrecognizedClientException ExpiredTokenException ExpiredToken "
    "InvalidSignatureException SignatureDoesNotMatch IncompleteSignature "
    "IncompleteSignatureException MissingAuthenticationToken MissingAuthenticationTokenException "
    "InvalidClientTokenId InvalidToken AuthFailure RequestExpired RequestTimeTooSkewed "
    "RequestInTheFuture OptInRequired NotAuthorized UnauthorizedOperation InvalidAction "
    "InvalidEndpointException UnknownOperationException MissingParameter InvalidParameterValue "
    "InvalidParameterCombination MalformedQueryString RequestAbortedException KMSAccessDenied "
    "KMSAccessDeniedException KMSDisabledException KMSInvalidStateException KMSNotFoundException "
    "KMSKeyNotFound DisabledException NotFoundException KMSThrottlingException "
    "InvalidIdentityToken IDPCommunicationError",
)
# What AWS's front end and servers answer, with its HTTP status.
ANSWERS = {
    "RequestTimeoutException": 408,
    "RequestTimeout": 408,
    "RequestEntityTooLargeException": 413,
    "RequestEntityTooLarge": 413,
    "InternalServerError": 500,
    "InternalServerErrorException": 500,
    "InternalServerException": 500,
    "InternalFailure": 500,
    "InternalError": 500,
    "ServiceUnavailable": 503,
    "ServiceUnavailableException": 503,
}
AWS_CODES = THROTTLES | RETRIED | DYNAMODB_ONLY | REFUSALS | frozenset(ANSWERS)
RETRYABLE = (
    THROTTLES
    | RETRIED
    | frozenset(ANSWERS)
    - {
        "RequestEntityTooLargeException",
        "RequestEntityTooLarge",
    }
)

# The application's own logic answers with these in normal operation: they lead only where
# nothing else was seen. Source: DynamoDB developer guide, "Error handling with DynamoDB".
BY_DESIGN = frozenset({"ConditionalCheckFailedException"})

# What an SDK calls an answer it could not read: the HTTP status says more.
EMPTY = frozenset({"Unknown", "UnknownError", "SerializationError", "Error", "None", "null"})

# The clients' own names, with the phase each failed in.
CLIENT_NAMES = {
    "ConnectTimeoutError": SymptomClass.CONNECT,
    "EndpointConnectionError": SymptomClass.CONNECT,
    "ProxyConnectionError": SymptomClass.CONNECT,
    "SSLError": SymptomClass.CONNECT,
    "UnknownHostException": SymptomClass.CONNECT,
    "ConnectException": SymptomClass.CONNECT,
    "ConnectTimeoutException": SymptomClass.CONNECT,
    "ECONNREFUSED": SymptomClass.CONNECT,
    "ENOTFOUND": SymptomClass.CONNECT,
    "EAI_AGAIN": SymptomClass.CONNECT,
    "NoCredentialsError": SymptomClass.CONNECT,
    "CredentialRetrievalError": SymptomClass.CONNECT,
    "CredentialsProviderError": SymptomClass.CONNECT,
    "NoRouteException": SymptomClass.CONNECT,
    "ReadTimeoutError": SymptomClass.READ,
    "SocketTimeoutException": SymptomClass.READ,
    "ApiCallAttemptTimeoutException": SymptomClass.READ,
    "TimeoutError": SymptomClass.READ,
    "ETIMEDOUT": SymptomClass.READ,
    "ConnectionClosedError": SymptomClass.RESET,
    "ResponseStreamingError": SymptomClass.RESET,
    "NoHttpResponseException": SymptomClass.RESET,
    "ECONNRESET": SymptomClass.RESET,
    "EPIPE": SymptomClass.RESET,
    "ApiCallTimeoutException": SymptomClass.DEADLINE,
    "ClientExecutionTimeoutException": SymptomClass.DEADLINE,
    "AbortError": SymptomClass.DEADLINE,
    "AbortedException": SymptomClass.DEADLINE,
    "TaskCanceledException": SymptomClass.DEADLINE,
    "HTTPClientError": SymptomClass.READ,
    "SdkClientException": SymptomClass.READ,
    "AmazonClientException": SymptomClass.READ,
}

# What people type for it, letters and digits only.
WORDS = {
    "timeout timeouts timedout timingout timesout": "Timeout",
    "readtimeout readtimeouts readtimedout": "ReadTimeoutError",
    "connecttimeout connectiontimeout connecttimedout connectiontimedout": "ConnectTimeoutError",
    "tasktimedout tasktimeout lambdatimeout functiontimeout functiontimedout": "Task timed out",
    "throttle throttled throttles throttlingerror ratelimit ratelimited "
    "ratelimiting toomanyrequests": "Throttling",
    "denied unauthorized forbidden notauthorized permissiondenied "
    "permissions permission": "AccessDeniedException",
    "slow slowness latency highlatency slowrequests hang hanging hangs": "Latency",
    "connectionreset reset connectionclosed": "ConnectionClosedError",
    "sockethangup hangup": "socket hang up",
    "connectionrefused refused": "ECONNREFUSED",
    "dns nosuchhost unknownhost nameresolution": "UnknownHostException",
    "contextdeadlineexceeded deadlineexceeded deadline": "context deadline exceeded",
    "contextcanceled contextcancelled": "context canceled",
    "badgateway": "502",
    "gatewaytimeout gatewaytimedout": "504",
    "payloadtoolarge requesttoolarge toolarge contenttoolarge": "413",
    "expiredtoken tokenexpired expiredcredentials credentialsexpired": "ExpiredTokenException",
    "nocredentials missingcredentials": "NoCredentialsError",
    "invalidsignature signatureexpired clockskew": "InvalidSignatureException",
    "capacityexceeded provisionedthroughput": "ProvisionedThroughputExceededException",
    "conditionalcheck conditionfailed": "ConditionalCheckFailedException",
    "transactioncancelled transactioncancelledexception": "TransactionCanceledException",
    "notfound tablenotfound": "ResourceNotFoundException",
    "validation": "ValidationException",
    "pool poolexhausted poolexhaustion connectionpool": "Pool",
}

# Where a short form is another service's spelling, people mean DynamoDB's.
SHORT = {
    "accessdenied": "AccessDeniedException",
    "expiredtoken": "ExpiredTokenException",
    "incompletesignature": "IncompleteSignatureException",
    "missingauthenticationtoken": "MissingAuthenticationTokenException",
}

STATUS = re.compile(
    r"(?:http|error|status|code|the|a|an|response|is|returned|returns)*([45]\d\d)"
    r"(?:error|errors|errorcode|response|responses|status|s|requesttimeout|requesttimedout|"
    r"badgateway|gatewaytimeout|serviceunavailable|internalservererror|payloadtoolarge|"
    r"badrequest|forbidden)?",
)
NAME = re.compile(
    r"[A-Z][A-Za-z0-9]{2,80}(?:Exception|Error|Exceeded|Throttling|Unavailable|Fault)"
)
MAX_TYPED = 120


def code_of(word: str) -> str | None:
    """Return the code somebody typed, in AWS's spelling or the client's; None: not a code.

    A status stays its digits, "access denied" becomes AccessDeniedException, and a general
    word such as "slow" stays general: it names no code, so none is made up.
    """
    if len(word) > MAX_TYPED:
        return None
    last = re.split(r"[.#\\]|::", word.strip(" .,:;!?'\"`()[]"))[-1]
    key = _key(last)
    status = STATUS.fullmatch(key)
    if status:
        return status.group(1)
    if key in BY_KEY:
        return BY_KEY[key]
    return last if NAME.fullmatch(last) else None


def class_of(code: str, status: int | None) -> SymptomClass:
    """Return the class of an error AWS wrote: refused for the 4xx family, else answered."""
    if status is not None and (status in (408, 413) or status >= 500):  # noqa: PLR2004 - the contract's own statuses
        return SymptomClass.ANSWERED
    return SymptomClass.ANSWERED if status is None and code in ANSWERS else SymptomClass.REFUSED


def speaker_of(code: str) -> EmittedBy:
    """Return whose name a code is: AWS's, the client's, or nobody's in particular."""
    if code in AWS_CODES or (code.endswith("Exception") and code not in CLIENT_NAMES):
        return EmittedBy.AWS
    return EmittedBy.CLIENT if code in CLIENT_NAMES else EmittedBy.UNKNOWN


def _key(text: str) -> str:
    return re.sub(r"[^a-z0-9]", "", text.lower())


def _by_key() -> dict[str, str]:
    found = {_key(name): name for name in sorted(AWS_CODES | set(CLIENT_NAMES))}
    for words, code in WORDS.items():
        for word in words.split():
            found.setdefault(word, code)
    for name in sorted(AWS_CODES | set(CLIENT_NAMES)):
        for ending in ("Exception", "Error"):
            found.setdefault(_key(name.removesuffix(ending)), name)
    return found | SHORT


BY_KEY = _by_key()
