"""Answers that came back, in each SDK's own sentence."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from diagnostics.symptom import codes

NEAR = 2_000  # characters around an SDK's sentence that still belong to it


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """An answer as an SDK reports it."""

    sdk: str | None
    code: str | None  # None: the answer named none, or the SDK does not print it
    at: int  # where in the text
    status: int | None = None
    operation: str | None = None
    service: str | None = None  # as the SDK spells it
    attempts: int | None = None
    gave_up: bool = False  # the SDK says that its attempts are used up


BOTO = re.compile(
    r"An error occurred \(([^()\s]{1,100})\) when calling the (\w{1,80}) operation"
    r"(?: \(reached max retries: (\d{1,3})\))?",
)
GO2 = re.compile(r"operation error ([A-Za-z0-9 ]{2,40}): (\w{1,80})")
GO2_CODE = re.compile(
    r"\bapi error ([A-Za-z][\w.]{1,80})|RequestID: [\w-]{0,80}, ([A-Z]\w{2,80}): "
)
GO2_ATTEMPTS = re.compile(r"exceeded maximum number of attempts, (\d{1,3})")
GO1_STATUS = re.compile(r"\bstatus code: (\d{3})\b")
NAMED = re.compile(r"\b([A-Z]\w{2,80}): ")
JAVA = re.compile(
    r"\(Service: ([\w ]{2,60})[;,] Status Code: (\d{1,3})(?:[;,] Error Code: ([\w.]{1,80}))?",
)
JAVA_CLASS = re.compile(r"\b(\w{2,80}Exception): ")
JAVA_ATTEMPTS = re.compile(r"\(SDK Attempt Count: (\d{1,3})\)")
RUBY = re.compile(r"\bAws::(\w{2,40})::Errors::(\w{2,100})")
DOTNET = re.compile(r"\bAmazon\.(?!Runtime\b)(\w{2,40})\.(?:Model\.)?(\w{2,80}Exception)\b")
PHP = re.compile(r"Error executing \"(\w{1,80})\" on \"https?://[^\"\s]{1,300}\"")
PHP_CODE = re.compile(r"\b(\w{2,100}) \((?:client|server)\): ")
PHP_STATUS = re.compile(r"resulted in a `(\d{3})")
RUST_SIGN = re.compile(r"\bServiceError\b|\bSdkError\b|\bunhandled error \(|\bErrorMetadata\b")
RUST_CODE = re.compile(r"\bcode: Some\(\"([\w.#]{1,100})\"\)|\bunhandled error \((\w{1,100})\)")
RUST_STATUS = re.compile(r"StatusCode\((\d{3})\)")
JS_STATUS = re.compile(r"\b(?:httpStatusCode|statusCode)['\"]?: ?(\d{3})\b")
JS_ATTEMPTS = re.compile(r"\battempts['\"]?: ?(\d{1,3})\b")
JSON_CODE = re.compile(
    r"['\"]?\b(?:__type|code|Code|name|errorType|errorCode|error_code|ErrorCode)['\"]?"
    r"[:=] ?['\"]([\w.#$:]{2,160})['\"]",
)
NAME = re.compile(
    r"\b([A-Z][A-Za-z]{2,70}(?:Exception|Exceeded|Error|Unavailable|Throttling|Timeout|SlowDown|"
    r"Failure|AccessDenied))\b(?=[:)\"',\]\s]|$)",
)
BARE = re.compile(
    r"(?:\b[Ss]tatus[ _-]?[Cc]ode['\"]?(?:[:=] ?| is | )\(?|\bHTTP(?:/\d(?:\.\d)?)? |"
    r"\bHTTP (?:[Ee]rror|[Ss]tatus):? |\bUnknownError: |\bHttp|\bwith status |"
    r"\b[Rr]esponse code:? )([45]\d\d)(?!\d)",
)
PAGE = re.compile(
    r"\b(408 Request Time-?out|413 (?:Request Entity|Payload|Content) Too Large|"
    r"500 Internal Server Error|502 Bad Gateway|503 Service (?:Temporarily )?Unavailable|"
    r"504 Gateway Time-?out)\b|\bEndpoint request timed out\b",
    re.IGNORECASE,
)
# What DynamoDB says where the SDK does not print its code: Java v2, and loggers that keep the
# message alone. Source: DynamoDB developer guide, "Error handling with DynamoDB".
WORDING = (
    ("configured provisioned throughput for", "ProvisionedThroughputExceededException"),
    ("exceeds the current capacity of your table or index", "ThrottlingException"),
    ("exceeds the current capacity for one or more", "ThrottlingException"),
    ("rate of requests exceeds the allowed throughput", "ThrottlingException"),
    ("exceeds the current throughput limit for your account", "RequestLimitExceeded"),
    ("is not authorized to perform", "AccessDeniedException"),
    ("kms key access denied", "AccessDeniedException"),
    ("security token included in the request is invalid", "UnrecognizedClientException"),
    ("security token included in the request is expired", "ExpiredTokenException"),
    ("signature expired: ", "InvalidSignatureException"),
    ("signature not yet current: ", "InvalidSignatureException"),
    ("provided key element does not match the schema", "ValidationException"),
    ("one or more parameter values were invalid", "ValidationException"),
    ("item size has exceeded the maximum allowed size", "ValidationException"),
    ("item size to update has exceeded", "ValidationException"),
    ("requested resource not found", "ResourceNotFoundException"),
    ("the conditional request failed", "ConditionalCheckFailedException"),
    ("transaction cancelled, please refer cancellation reasons", "TransactionCanceledException"),
)


def find_answer(text: str, lower: str) -> Said | None:
    """Return the answer the text reports, the SDKs' own sentences before anything looser."""
    for sign, read in READERS:
        if sign in text:
            said = read(text)
            if said:
                return said
    return _javascript(text) or _named(text) or _worded(text, lower) or _bare(text)


def _boto(text: str) -> Said | None:
    match = BOTO.search(text)
    if match is None:
        return None
    code, operation, retries = match.groups()
    return Said(
        sdk="python",
        code=None if code.isdigit() else code,
        status=int(code) if code.isdigit() and len(code) == 3 else None,  # noqa: PLR2004 - an HTTP status has three digits
        operation=operation,
        attempts=int(retries) + 1 if retries else None,
        gave_up=bool(retries) and retries != "0",
        at=match.start(),
    )


def _go2(text: str) -> Said | None:
    match = GO2.search(text)
    if match is None:
        return None
    rest = text[match.end() : match.end() + NEAR]
    status = _number(re.search(r"StatusCode: (\d{3})", rest))
    named = GO2_CODE.search(rest)
    code = _full(named.group(1) or named.group(2)) if named else None
    if status is None and code is None:
        return None
    attempts = _number(GO2_ATTEMPTS.search(rest))
    return Said(
        sdk="go2",
        code=code,
        status=status,
        operation=match.group(2),
        service=match.group(1),
        attempts=attempts,
        gave_up=(attempts or 0) > 1,
        at=match.start(),
    )


def _java(text: str) -> Said | None:
    match = JAVA.search(text)
    if match is None:
        return None
    service, status, code = match.groups()
    if status == "0":
        return None
    attempts = _number(JAVA_ATTEMPTS.search(text, match.end(), match.end() + NEAR))
    before = text[max(0, match.start() - NEAR) : match.start()]
    named = [name for name in JAVA_CLASS.findall(before) if name in codes.AWS_CODES]
    return Said(
        sdk="java1" if "Status Code: " in text and "; Status Code" in match.group(0) else "java2",
        code=_full(code or (named[-1] if named else None) or _wording(before.lower())),
        status=int(status),
        service=service,
        attempts=attempts,
        at=match.start(),
    )


def _go1(text: str) -> Said | None:
    match = GO1_STATUS.search(text)
    if match is None:
        return None
    before = text[max(0, match.start() - NEAR) : match.start()].rstrip().rpartition("\n")[2]
    named = NAMED.search(before)
    if named is None:
        return None
    return Said(sdk="go1", code=_full(named.group(1)), status=int(match.group(1)), at=match.start())


def _ruby(text: str) -> Said | None:
    match = RUBY.search(text)
    if match is None or match.group(2).startswith("Missing"):
        return None
    service, code = match.groups()
    status = re.fullmatch(r"Http(\d{3})Error", code)
    return Said(
        sdk="ruby",
        code=None if status else _full(code),
        status=_number(status),
        service=service,
        at=match.start(),
    )


def _dotnet(text: str) -> Said | None:
    match = DOTNET.search(text)
    if match is None:
        return None
    service, code = match.groups()
    general = code == f"Amazon{service.removesuffix('v2')}Exception"
    known = _wording(text.lower()) if general else code
    status = _number(BARE.search(text))
    if known is None and status is None:
        return None
    return Said(sdk="dotnet", code=known, status=status, service=service, at=match.start())


def _php(text: str) -> Said | None:
    match = PHP.search(text)
    if match is None:
        return None
    rest = text[match.end() : match.end() + NEAR]
    code, status = PHP_CODE.search(rest), _number(PHP_STATUS.search(rest))
    named = code.group(1) if code else None
    if status is None and named not in codes.AWS_CODES:
        return None
    return Said(
        sdk="php", code=_full(named), status=status, operation=match.group(1), at=match.start()
    )


def _rust(text: str) -> Said | None:
    match = RUST_SIGN.search(text)
    if match is None:
        return None
    code = RUST_CODE.search(text)
    named = (code.group(1) or code.group(2)) if code else None
    status = _number(RUST_STATUS.search(text))
    if named is None and status is None:
        return None
    return Said(sdk="rust", code=_full(named), status=status, at=match.start())


def _javascript(text: str) -> Said | None:
    """Read an inspected error object, or the JSON of one."""
    found = JSON_CODE.finditer(text)
    code = next((m for m in found if _full(m.group(1)) in codes.AWS_CODES), None)
    metadata = text.find("$metadata")
    status = _number(JS_STATUS.search(text)) if metadata >= 0 or code else None
    if code is None and (metadata < 0 or status is None or status < 400):  # noqa: PLR2004 - HTTP's own
        return None
    name = code.group(1) if code else _first_name(text)
    attempts = _number(JS_ATTEMPTS.search(text, metadata)) if metadata >= 0 else None
    return Said(
        sdk="js3" if metadata >= 0 else ("js2" if "retryable" in text else None),
        code=_full(name),
        status=status,
        attempts=attempts,
        at=code.start() if code else metadata,
    )


def _named(text: str) -> Said | None:
    for match in NAME.finditer(text):
        name = match.group(1)
        if name not in codes.AWS_CODES:
            continue
        after = text[match.end() : match.end() + 1]
        if name.endswith("Exception") or after in (":", ")", '"', "'"):
            return Said(sdk=None, code=name, at=match.start())
    return None


def _first_name(text: str) -> str | None:
    said = _named(text)
    return said.code if said else None


def _worded(text: str, lower: str) -> Said | None:
    code = _wording(lower)
    if code is None:
        return None
    words = next(words for words, named in WORDING if named == code and words in lower)
    return Said(sdk=None, code=code, at=lower.find(words), status=_number(BARE.search(text)))


def _bare(text: str) -> Said | None:
    match = BARE.search(text)
    if match:
        return Said(sdk=None, code=None, status=int(match.group(1)), at=match.start())
    match = PAGE.search(text)
    if match is None:
        return None
    status = int(match.group(0)[:3]) if match.group(1) else 504
    return Said(sdk=None, code=None, status=status, at=match.start())


def _wording(lower: str) -> str | None:
    return next((code for words, code in WORDING if words in lower), None)


def _full(code: str | None) -> str | None:
    """Return a code without its namespace; None where it says nothing."""
    if code is None:
        return None
    last = re.split(r"[#.:]", code)[-1]
    return None if last in codes.EMPTY or not last else last


def _number(match: re.Match[str] | None) -> int | None:
    return int(match.group(1)) if match else None


READERS: tuple[tuple[str, Callable[[str], Said | None]], ...] = (
    ("An error occurred (", _boto),
    ("operation error ", _go2),
    ("(Service: ", _java),
    ("Aws::", _ruby),
    ("Amazon.", _dotnet),
    ("Error executing ", _php),
    ("status code: ", _go1),
    ("Some(", _rust),
    ("unhandled error (", _rust),
    ("StatusCode(", _rust),
)
