"""Read an error text in any SDK's spelling."""

import re

from diagnostics.model import EmittedBy, SymptomClass
from diagnostics.symptom import codes, details, whose
from diagnostics.symptom.answers import Said, find_answer
from diagnostics.symptom.phases import Phase, find_phase, marks_in
from diagnostics.symptom.reading import Mark, Reading

MAX_CHARS = 60_000  # a longer text is read at its beginning and its end
AROUND = 1_500  # characters around the error in which its service may be named

# A line without any of these tells of no failure.
HINTS = (
    "error", "exception", "fail", "timed out", "timeout", "time-out", "timedout", "exceed",
    "denied", "authorized", "refused", "reset", "hang up", "econn", "enotfound", "epipe",
    "eai_again", "unreach", "deadline", "cancel", "credential", "cred", "throttl", "408", "413",
    "500", "502", "503", "504", "such host", "misbehaving", "eof", "closed", "broken pipe",
    "pool", "capacity", "signature", "invalid", "expired", "missing", "not found", "notfound",
    "does not match the schema", "endpoints", "prematurely", "configured", "name resolution",
    "not known", "slowdown", "connect", "unable to", "could not", "did not", "acqui", "imds",
    "getaddrinfo", "no address", "nodename", "aws_io", "certif", "x509", "handshake", "no route",
    "dial tcp", "abort", 'kind: "http', "throughput", "unavailable", "toolarge", "malformed",
    "optin", "notcomplete", "skewed", "inthefuture",
)  # fmt: skip
OPERATION = re.compile(
    r"\b([A-Z][A-Za-z]{2,50})(?:Command|Request)\b|\boperation['\"]?[:=] ?['\"]?(\w{3,60})"
)
METHOD = re.compile(r"\.(\w{3,60})\(")
ATTEMPTS = re.compile(r"'RetryAttempts': (\d{1,3})")
FORMAT = re.compile(r"\"type\": ?\"platform\.report\".{0,2000}\"status\": ?\"timeout\"", re.DOTALL)
HTML = re.compile(r"<html|<!doctype html|<h1>|<title>", re.IGNORECASE)
SDKS = (
    ("botocore", "python"), ("boto3", "python"), ("urllib3", "python"), ("endpoint url:", "python"),
    ("awssdk", "java2"), ("sdk attempt count", "java2"), ("com.amazonaws", "java1"),
    ("$metadata", "js3"), ("@smithy", "js3"), ("@aws-sdk/", "js3"), ("aws-sdk/lib", "js2"),
    ('"retryable":', "js2"), ("operation error ", "go2"), ("requesterror: send request", "go1"),
    ("dispatchfailure", "rust"), ("dispatch failure", "rust"), ("aws_smithy", "rust"),
    ("aws::", "ruby"), ("seahorse::", "ruby"), ("amazon.runtime", "dotnet"),
    ("amazon.dynamodb", "dotnet"), ("guzzlehttp", "php"), ("aws http error", "php"),
)  # fmt: skip


def read_error(text: str) -> Reading | None:
    """Return what a log line, pasted text or stack trace says failed; None: nothing failed.

    An answer outweighs the phase of a failed attempt, and an SDK's own sentence outweighs
    anything looser. Takes time in proportion to the text, which may be hostile.
    """
    if len(text) > MAX_CHARS:
        text = text[: MAX_CHARS * 2 // 3] + "\n" + text[-MAX_CHARS // 3 :]
    lower = text.lower()
    if not any(hint in lower for hint in HINTS):
        return None
    said, phase = find_answer(text, lower), find_phase(lower)
    if "platform.report" in text and FORMAT.search(text):
        phase = Phase("Task timed out", SymptomClass.DEADLINE, None, 0)
    if said and phase and _is_weaker(said):
        said = None
    if said:
        return _answered(text, lower, said)
    return _unanswered(text, lower, phase) if phase else None


def _is_weaker(said: Said) -> bool:
    """Whether a named phase says more: the answer is a mere status, or the client's own name."""
    return (said.sdk is None and said.code is None) or said.code in codes.CLIENT_NAMES


def _answered(text: str, lower: str, said: Said) -> Reading | None:
    request_id = details.request_id_in(text)
    code = said.code or (str(said.status) if said.status else None)
    if code is None or (said.status is not None and said.status < 400 and said.code is None):  # noqa: PLR2004 - HTTP's own
        return None
    by_aws = said.code is not None or request_id is not None
    seen = codes.class_of(code, said.status) if by_aws else SymptomClass.ANSWERED
    attempts, used_up = _attempts(text, lower, said)
    if used_up and (attempts or 2) > 1:
        seen = SymptomClass.EXHAUSTED_RETRIES
    return _reading(
        text,
        lower,
        at=said.at,
        symptom_class=seen,
        emitted_by=EmittedBy.AWS if by_aws else EmittedBy.MIDDLEBOX,
        code=code,
        sdk=said.sdk or _sdk(lower),
        stated=said.service,
        operation=said.operation,
        http_status=said.status,
        request_id=request_id,
        attempts=attempts,
        retries_used_up=used_up,
        marks=_answer_marks(lower, code),
    )


def _unanswered(text: str, lower: str, phase: Phase) -> Reading:
    attempts = re.search(r"exceeded maximum number of attempts, (\d{1,3})", text)
    counted = re.search(r"\(SDK Attempt Count: (\d{1,3})\)", text) or attempts
    number = int(counted.group(1)) if counted else None
    stated = re.search(r"operation error ([A-Za-z0-9 ]{2,40}): (\w{1,80})", text)
    return _reading(
        text,
        lower,
        at=phase.at,
        symptom_class=phase.symptom_class,
        emitted_by=EmittedBy.CLIENT,
        code=phase.code,
        sdk=_sdk(lower),
        stated=stated.group(1) if stated else None,
        operation=stated.group(2) if stated else None,
        attempts=number,
        retries_used_up=bool(attempts) and (number or 0) > 1,
        timed_out_s=details.timed_out_s_in(text) if phase.code == "Task timed out" else None,
        marks=frozenset({phase.mark} if phase.mark else ()),
    )


def _reading(  # noqa: PLR0913 - one keyword a field, all named
    text: str,
    lower: str,
    *,
    at: int,
    symptom_class: SymptomClass,
    emitted_by: EmittedBy,
    code: str,
    sdk: str | None,
    stated: str | None,
    operation: str | None,
    marks: frozenset[Mark],
    http_status: int | None = None,
    request_id: str | None = None,
    attempts: int | None = None,
    retries_used_up: bool = False,
    timed_out_s: float | None = None,
) -> Reading:
    around = text[max(0, at - AROUND) : at + AROUND]
    host, denial = details.host_in(text), details.denial_in(text)
    operation = operation or _operation(around)
    table, index = details.table_in(text)
    return Reading(
        symptom_class=symptom_class,
        emitted_by=emitted_by,
        code=code,
        service=whose.service_of(around, stated=stated, operation=operation, host=host, code=code),
        sdk=sdk,
        operation=operation,
        http_status=http_status,
        request_id=request_id,
        host=host,
        region=details.region_in(host, text),
        account=details.account_in(host)
        or (details.account_of(denial.principal) if denial else None),
        table=table,
        index=index,
        arns=details.arns_in(text),
        attempts=attempts,
        retries_used_up=retries_used_up,
        throttling_reasons=details.throttling_reasons_in(text),
        denial=denial,
        skew_s=details.skew_in(text),
        timed_out_s=timed_out_s,
        cancellation_reasons=details.cancellation_reasons_in(text)
        if code == "TransactionCanceledException"
        else (),
        marks=marks
        | marks_in(lower)
        | (frozenset({Mark.HTML}) if HTML.search(text) else frozenset()),
    )


def _attempts(text: str, lower: str, said: Said) -> tuple[int | None, bool]:
    """Return how many attempts were made, and whether the SDK gave up for their number."""
    printed = ATTEMPTS.search(text)
    attempts = said.attempts or (int(printed.group(1)) + 1 if printed else None)
    used_up = (
        said.gave_up
        or "'MaxAttemptsReached': True" in text
        or "retry quota exceeded" in lower
        or ((attempts or 0) > 1 and (said.code in codes.RETRYABLE or (said.status or 0) >= 500))  # noqa: PLR2004 - HTTP's own
    )
    return attempts, used_up


def _answer_marks(lower: str, code: str) -> frozenset[Mark]:
    marks = set()
    if "secondary index" in lower or "indexwrite" in lower or "indexread" in lower:
        marks.add(Mark.INDEX_BACK_PRESSURE)
    if "automatically scaling" in lower or "on-demand" in lower or "ondemand" in lower:
        marks.add(Mark.ON_DEMAND)
    if (
        "limit for your account" in lower
        or "accountlimit" in lower
        or code == "RequestLimitExceeded"
    ):
        marks.add(Mark.ACCOUNT_LIMIT)
    if code.startswith("KMS") or ("kms" in lower and "AccessDenied" in code):
        marks.add(Mark.KMS)
    return frozenset(marks)


def _operation(around: str) -> str | None:
    """Return a DynamoDB operation that a command's or request's class names."""
    for match in OPERATION.finditer(around):
        name = match.group(1) or match.group(2)
        if name in whose.OPERATIONS:
            return name
    for match in METHOD.finditer(around):
        name = match.group(1)[:1].upper() + match.group(1)[1:]
        if name in whose.OPERATIONS and name not in ("Query", "Scan"):
            return name
    return None


def _sdk(lower: str) -> str | None:
    return next((sdk for sign, sdk in SDKS if sign in lower), None)
