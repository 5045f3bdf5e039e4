"""What AWS's messages and SDKs' objects say beside the code."""

import re
from datetime import UTC, datetime

from diagnostics.symptom.reading import Denial, Denied, PolicyType, ThrottlingReason

MOST = 20  # of anything a text repeats

# Source: IAM user guide, "Troubleshoot access denied error messages".
DENIED = re.compile(
    r"\bUser: (\S{1,600}) is not authorized to perform:? {1,3}([\w-]{1,60}:\w{1,80})"
    r"(?:\s{1,3}on resource: (\S{1,1100}))?",
)
KIND = (
    r"(identity-based|resource-based|sessions?|permissions boundary|VPC endpoint|service control|"
    r"resource control|role trust)"
)
REASON = re.compile(
    rf"\s{{1,3}}(?:because no {KIND}(?: policy)? allows|"
    rf"with an explicit deny in (?:an? |the )?{KIND}(?: policy)?)",
    re.IGNORECASE,
)
THROUGH = re.compile(rf"\btransitively through an? {KIND}", re.IGNORECASE)
POLICY_ARN = re.compile(r"\b(?:policy|boundary)(?: transitively[\w -]{1,60})?:? (arn:\S{1,300})")
# "Signature expired: A is now earlier than B (C - 5 min.)": A is the signer's clock, C is AWS's.
SKEW = re.compile(
    r"\b(\d{8}T\d{6}Z) is (?:now earlier|still later) than \d{8}T\d{6}Z \((\d{8}T\d{6}Z) [+-] \d",
)
TASK_TIMED_OUT = re.compile(r"Task timed out after (\d{1,6}(?:\.\d{1,6})?) seconds")
THROTTLED_BY = re.compile(
    r"\b((?:Table|Index)(?:Read|Write)"
    r"(?:ProvisionedThroughput|AccountLimit|KeyRangeThroughput|MaxOnDemandThroughput)Exceeded)\b",
)
TABLE_ARN = re.compile(
    r"arn:aws[a-z-]{0,20}:dynamodb:[a-z0-9-]{0,30}:(?:\d{12})?:table/([A-Za-z0-9_.-]{1,255})"
    r"(?:/index/([A-Za-z0-9_.-]{1,255}))?",
)
ANY_ARN = re.compile(
    r"arn:aws[a-z-]{0,20}:[a-z0-9-]{1,40}:[a-z0-9-]{0,30}:(?:\d{12}|aws|):[^\s\"'<>`,\\)\]}]{1,512}",
)
CANCELED = re.compile(r"for specific reasons \[([^\]\n]{0,4000})\]")
CANCEL_CODE = re.compile(r"\b[Cc]ode['\"]?\s{0,3}[:=]\s{0,3}(?:Some\()?['\"]?(\w{2,60})")

# DynamoDB's ids have 52 signs; loggers also call their own UUIDs "requestId", and those are not
# AWS's unless an SDK's sentence says so. Source: measured, 2026-11.
LONG_ID = re.compile(r"(?i:request_?-? ?id)['\"]?\s{0,3}[:=]\s{0,3}['\"]?([A-Z0-9]{40,64})\b")
SDK_ID = re.compile(
    r"(?:\bRequest ID: |\bRequestID: |\brequest id: |'RequestId': '|"
    r"x-amzn-requestid['\"]?: ?['\"]?|\baws_request_id\": \")([A-Za-z0-9-]{8,80})\b",
    re.IGNORECASE,
)
JS_ID = re.compile(r"\brequestId['\"]?: ?['\"]([A-Za-z0-9-]{8,80})['\"]")
NO_ID = frozenset({"undefined"})

HOST = re.compile(
    r"(?<![\w.@-])((?:[a-z0-9-]{1,63}\.){1,6}(?:amazonaws\.com(?:\.cn)?|api\.aws|"
    r"api\.amazonwebservices\.com\.cn|amazonaws\.eu|c2s\.ic\.gov|sc2s\.sgov\.gov))\b",
)
ANY_HOST = re.compile(r"\b(?:https?|daxs?)://([A-Za-z0-9.-]{1,253})")
REGION = re.compile(r"(?:[a-z]{2}(?:-gov|-iso[a-z]?)?|eusc-de)-[a-z]{4,9}(?:-[a-z]{4,9})?-\d{1,2}")
SAID_REGION = re.compile(
    r"\bregion['\"]?\s{0,3}[:=]\s{0,3}['\"]?([a-z]{2}-[a-z-]{4,24}-\d{1,2})(?![\w-])",
    re.IGNORECASE,
)
ACCOUNT_HOST = re.compile(r"(\d{12})\.(?:ddb|streams-ddb)\b")
NAME = r"([A-Za-z0-9_.-]{3,255})"
TABLE = re.compile(
    r"\b(?:TableName|tableName|table_name|table)['\"]?\s{0,3}[:=]\s{0,3}(?:Some\()?"
    rf"['\"]?{NAME}|\b[Tt]able: {NAME} not found",
)
INDEX = re.compile(
    r"\b(?:IndexName|indexName|index_name)['\"]?\s{0,3}[:=]\s{0,3}(?:Some\()?"
    rf"['\"]?{NAME}|\bspecified index: {NAME}",
)
NOT_NAMES = frozenset({"null", "None", "undefined", "String", "not", "found", "http", "https"})


def denial_in(text: str) -> Denial | None:
    """Return who was denied what, and by which policy."""
    match = DENIED.search(text) if "is not authorized to perform" in text else None
    if match is None:
        return None
    principal, action, resource = match.groups()
    rest = text[match.end() : match.end() + 600]
    reason = REASON.match(rest)
    implicit, explicit = reason.groups() if reason else (None, None)
    through = THROUGH.search(rest) if reason else None
    policy = POLICY_ARN.search(rest) if explicit else None
    return Denial(
        principal=principal,
        action=action,
        resource=resource.rstrip(".,;:\"')") if resource else None,
        how=Denied.EXPLICIT if explicit else Denied.IMPLICIT if implicit else Denied.UNSAID,
        policy_type=_policy_type(explicit or implicit),
        through=_policy_type(through.group(1)) if through else None,
        policy_arn=policy.group(1).rstrip(".,;:\"')") if policy else None,
    )


def skew_in(text: str) -> float | None:
    """Return by how many seconds AWS's clock is ahead of the signer's."""
    match = SKEW.search(text)
    if match is None:
        return None
    signed, received = (_basic_time(stamp) for stamp in match.groups())
    return (received - signed).total_seconds() if signed and received else None


def timed_out_s_in(text: str) -> float | None:
    """Return the seconds of Lambda's "Task timed out"."""
    match = TASK_TIMED_OUT.search(text)
    return float(match.group(1)) if match else None


def throttling_reasons_in(text: str) -> tuple[ThrottlingReason, ...]:
    """Return the ThrottlingReasons list, however the SDK prints it."""
    if "Exceeded" not in text:
        return ()
    found = list(THROTTLED_BY.finditer(text))[:MOST]
    reasons = []
    for place, match in enumerate(found):
        end = found[place + 1].start() if place + 1 < len(found) else match.end() + 400
        start = found[place - 1].end() if place else max(0, match.start() - 400)
        resource = TABLE_ARN.search(text, match.end(), min(end, match.end() + 400))
        if resource is None:
            resource = TABLE_ARN.search(text, start, match.start())
        reasons.append(
            ThrottlingReason(
                reason=match.group(1), resource=resource.group(0) if resource else None
            ),
        )
    return tuple(dict.fromkeys(reasons))


def cancellation_reasons_in(text: str) -> tuple[str, ...]:
    """Return a cancelled transaction's reasons, in the order of its actions."""
    match = CANCELED.search(text)
    if match:
        return tuple(reason.strip() for reason in match.group(1).split(","))[:100]
    at = max(text.find("CancellationReasons"), text.find("cancellationReasons"))
    return tuple(CANCEL_CODE.findall(text, at, at + 20_000))[:100] if at >= 0 else ()


def request_id_in(text: str) -> str | None:
    """Return AWS's own id of the request; an id of the application's is none."""
    match = LONG_ID.search(text) or SDK_ID.search(text)
    if match is None and "$metadata" in text:
        match = JS_ID.search(text)
    return match.group(1) if match and match.group(1).lower() not in NO_ID else None


def host_in(text: str) -> str | None:
    """Return the host that was called: DynamoDB's before another of AWS's before any."""
    hosts = [match.group(1) for match, _ in zip(HOST.finditer(text), range(MOST), strict=False)]
    for host in hosts:
        if "dynamodb" in host or ".ddb." in host or "dax" in host:
            return host
    if hosts:
        return hosts[0]
    match = ANY_HOST.search(text)
    return match.group(1).rstrip(".").lower() if match else None


def region_in(host: str | None, text: str) -> str | None:
    """Return the region of the host, else the one the text states as such."""
    labels = host.split(".") if host and HOST.fullmatch(host) else ()
    region = next((label for label in labels if REGION.fullmatch(label)), None)
    if region:
        return region
    match = SAID_REGION.search(text)
    return match.group(1).lower() if match else None


def account_in(host: str | None) -> str | None:
    """Return the account of an account-based endpoint."""
    match = ACCOUNT_HOST.match(host) if host else None
    return match.group(1) if match else None


def account_of(principal: str) -> str | None:
    """Return the account of the ARN that a denial names."""
    parts = principal.split(":")
    return parts[4] if len(parts) > 5 and parts[4].isdigit() else None  # noqa: PLR2004 - an ARN's parts


def arns_in(text: str) -> tuple[str, ...]:
    """Return the ARNs of a text, in order, each once."""
    if "arn:" not in text:
        return ()
    found = zip(ANY_ARN.finditer(text), range(MOST), strict=False)
    return tuple(dict.fromkeys(match.group(0).rstrip(".,;:!?") for match, _ in found))


def table_in(text: str) -> tuple[str | None, str | None]:
    """Return the table (its ARN where the text has one) and the index a text names."""
    match = TABLE_ARN.search(text)
    if match:
        return match.group(0).partition("/index/")[0].rstrip("."), match.group(2)
    return _name(TABLE, text), _name(INDEX, text)


def _name(pattern: re.Pattern[str], text: str) -> str | None:
    for match in pattern.finditer(text):
        name = (match.group(1) or match.group(2)).rstrip(".")
        if name not in NOT_NAMES:
            return name
    return None


def _policy_type(kind: str | None) -> PolicyType | None:
    if kind is None:
        return None
    lower = kind.lower()
    return next(t for t in PolicyType if lower.startswith(t.value.lower()))


def _basic_time(stamp: str) -> datetime | None:
    try:
        return datetime.strptime(stamp, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    except ValueError:
        return None
