"""What one failing line says about causes."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from diagnostics import arn
from diagnostics.facts.logs import Line
from diagnostics.model import EmittedBy, Strength, SymptomClass
from diagnostics.symptom import Denial, Denied, Mark, PolicyType, Reading, ThrottlingReason

PROVES, SUGGESTS, HINTS = Strength.PROVES, Strength.SUGGESTS, Strength.HINTS

# Source: IAM user guide, "Troubleshoot access denied error messages".
CAUSE_OF_POLICY = {
    PolicyType.IDENTITY: "iam.identity_policy",
    PolicyType.BOUNDARY: "iam.permissions_boundary",
    PolicyType.SERVICE_CONTROL: "iam.organization_policy",
    PolicyType.RESOURCE_CONTROL: "iam.organization_policy",
    PolicyType.SESSION: "iam.session_policy",
    PolicyType.VPC_ENDPOINT: "iam.endpoint_policy",
    PolicyType.RESOURCE: "iam.resource_policy",
}
# Source: DynamoDB developer guide, "Diagnosing throttling".
CAUSE_OF_LIMIT = {
    "KeyRangeThroughputExceeded": "throttling.hot_key",
    "MaxOnDemandThroughputExceeded": "throttling.on_demand_maximum",
    "AccountLimitExceeded": "throttling.account_quota",
}
CONTROL_PLANE = re.compile(
    r"(?:Describe|Create|Update|Delete|List|Enable|Disable|Restore|Tag|Untag|Export|Import)\w+"
)
DATA_PLANE = frozenset({"UpdateItem", "DeleteItem", "DescribeStream"})
THROTTLED = frozenset(
    {"ProvisionedThroughputExceededException", "ThrottlingException", "Throttling"},
)
CREDENTIALS = {
    "ExpiredTokenException": "the credentials have expired",
    "ExpiredToken": "the credentials have expired",
    "RequestExpired": "the credentials have expired",
    "UnrecognizedClientException": "the access key or the token is not valid",
    "InvalidClientTokenId": "the access key is not known",
    "InvalidToken": "the security token is not valid",
    "AuthFailure": "the credentials are not valid",
}
UNSIGNED = frozenset(
    {
        "MissingAuthenticationToken", "MissingAuthenticationTokenException",
        "IncompleteSignature", "IncompleteSignatureException", "SignatureDoesNotMatch",
    },
)  # fmt: skip
KEY_GONE = re.compile(
    r"KMS(?:Disabled|InvalidState|NotFound)Exception|KMSKeyNotFound|"
    r"\bkey\b[^\n]{0,120}\bis (?:disabled|pending deletion|pending import)",
    re.IGNORECASE,
)
# Source: DynamoDB API reference, the messages of ValidationException.
TOO_LARGE = re.compile(
    r"size[\w ]{0,20} has exceeded|exceed\w{0,3} (?:the )?maximum allowed size|maximum size|"
    r"Collection size|more than 4 ?MB|size limit|too large",
    re.IGNORECASE,
)
INVALID = frozenset({"ValidationException", "SerializationException", "ValidationError"})
BODIES = frozenset({"408", "502", "503", "504"})
NO_ANSWER = frozenset(
    {
        SymptomClass.CONNECT,
        SymptomClass.READ,
        SymptomClass.RESET,
        SymptomClass.DEADLINE,
        SymptomClass.EXHAUSTED_RETRIES,
    },
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pointer:
    """One cause at which a line points, and how strongly."""

    cause: str
    strength: Strength
    what: str  # what the line says, without counts: groups equal lines
    scope: str | None = None
    stated: bool = False  # AWS's own words
    certain: bool = False  # a refusal that does not come and go: one line is no noise
    off_path: bool = False
    values: Mapping[str, str] = field(default_factory=dict)


def pointers(line: Line, table: str | None) -> Iterator[Pointer]:
    """Return everything one failing line says about causes; `table` is the one asked about."""
    reading = line.reading
    for read in (_credentials, _kms, _denied, _throttled, _invalid, _cancelled, _not_found):
        for pointer in read(reading, line.text):
            yield _on_path(pointer, reading, table)
    for notice in NOTICES:
        yield from notice(reading, line.text)


def _on_path(pointer: Pointer, reading: Reading, table: str | None) -> Pointer:
    """Mark what AWS said of another table than the one asked about."""
    named = reading.table or (reading.denial.resource if reading.denial else None)
    name = _table_of(named) if named else None
    if not name or table is None or name in (table, "*"):
        return pointer
    return Pointer(
        cause=pointer.cause,
        strength=pointer.strength,
        what=pointer.what,
        scope=name,
        stated=pointer.stated,
        certain=pointer.certain,
        off_path=True,
        values=pointer.values,
    )


def _table_of(named: str) -> str | None:
    parsed = arn.parse(named)
    if parsed is None:
        return named.partition("/")[0] or None
    kind, _, rest = parsed.resource.partition("/")
    return rest.partition("/")[0] if kind == "table" else None


def _denied(reading: Reading, _text: str) -> Iterator[Pointer]:
    denial = reading.denial
    if denial is None or denial.how is Denied.UNSAID or Mark.KMS in reading.marks:
        return
    service = denial.action.partition(":")[0]
    if service not in ("dynamodb", "dax", "kms"):
        return
    cause = CAUSE_OF_POLICY.get(denial.policy_type) if denial.policy_type else None
    if service == "kms":
        cause = "iam.kms_permission"
    if cause is None:
        return
    yield Pointer(
        cause=cause,
        strength=PROVES,
        what=_denial_says(denial),
        scope=role_of(denial.principal),
        stated=True,
        certain=True,
        values=_denial_values(denial),
    )


def _denial_says(denial: Denial) -> str:
    kind = denial.policy_type.value if denial.policy_type else ""
    policy = kind if kind.endswith("boundary") else f"{kind} policy"
    how = (
        f"an explicit deny in a {policy}"
        if denial.how is Denied.EXPLICIT
        else f"no {policy} that allows it"
    )
    named = f" ({denial.policy_arn})" if denial.policy_arn else ""
    return f"AWS denied {denial.action} to {_who(denial.principal)} for {how}{named}"


def _who(principal: str) -> str:
    role = role_of(principal)
    return f"role {role}" if role else arn.name_of(principal)


def role_of(principal: str) -> str | None:
    """Return the role's name of an assumed-role or role ARN."""
    parsed = arn.parse(principal)
    if parsed is None:
        return None
    kind, _, rest = parsed.resource.partition("/")
    if kind == "assumed-role":
        return rest.partition("/")[0] or None
    return rest.rpartition("/")[2] if kind == "role" else None


def _denial_values(denial: Denial) -> dict[str, str]:
    parsed, role = arn.parse(denial.principal), role_of(denial.principal)
    values = {"action": denial.action}
    if role and parsed:
        values["role"] = role
        values["account"] = parsed.account or ""
        values["role_arn"] = f"arn:{parsed.partition}:iam::{parsed.account}:role/{role}"
    resource = arn.parse(denial.resource)
    if resource and resource.service == "kms" and denial.resource:
        values["key_arn"] = denial.resource
    return {name: value for name, value in values.items() if value}


def _kms(reading: Reading, text: str) -> Iterator[Pointer]:
    if Mark.KMS not in reading.marks and not reading.code.startswith("KMS"):
        return
    keys = [a for a in reading.arns if ":kms:" in a]
    values = {"key_arn": keys[0]} if keys else {}
    gone = KEY_GONE.search(f"{reading.code} {text}") is not None
    yield Pointer(
        cause="kms.key_unavailable" if gone else "iam.kms_permission",
        strength=PROVES,
        what="DynamoDB could not use the table's KMS key: "
        + ("the key is not usable" if gone else "AWS answered 'KMS key access denied'"),
        stated=True,
        certain=True,
        values=values,
    )


def _credentials(reading: Reading, _text: str) -> Iterator[Pointer]:
    if reading.skew_s is not None:
        ahead = "behind" if reading.skew_s > 0 else "ahead of"
        yield Pointer(
            cause="identity.clock_skew",
            strength=PROVES,
            what="AWS refused the signature for its time: the signer's clock, or the moment of "
            f"signing, is {ahead} AWS's by minutes",
            stated=True,
            certain=True,
            values={"skew_s": f"{reading.skew_s:.0f}"},
        )
    elif reading.code in CREDENTIALS:
        yield Pointer(
            cause="identity.credentials",
            strength=PROVES,
            what=f"AWS answered {reading.code}: {CREDENTIALS[reading.code]}",
            stated=True,
            certain=True,
        )
    elif reading.code in UNSIGNED:
        yield Pointer(
            cause="identity.credentials",
            strength=SUGGESTS,
            what=f"AWS answered {reading.code}: the secret is wrong, or something on the way "
            "changed the signed request",
            certain=True,
        )


def _throttled(reading: Reading, text: str) -> Iterator[Pointer]:
    if reading.throttling_reasons:
        for reason in reading.throttling_reasons:
            yield _reason(reason)
        return
    if reading.code == "RequestLimitExceeded" or Mark.ACCOUNT_LIMIT in reading.marks:
        yield _throttle(
            "throttling.account_quota", PROVES, "AWS named a quota of the account as reached"
        )
    elif reading.code in THROTTLED:
        yield from _unreasoned(reading, text)


def _unreasoned(reading: Reading, text: str) -> Iterator[Pointer]:
    lower, operation = text.lower(), reading.operation or ""
    if _is_control_plane(operation) or "control plane" in lower:
        name = operation or "a control-plane call"
        yield _throttle(
            "throttling.control_plane", PROVES, f"AWS throttled {name}, which uses no capacity"
        )
    elif Mark.INDEX_BACK_PRESSURE in reading.marks and "secondary index" in lower:
        yield _throttle(
            "throttling.index",
            PROVES,
            "AWS named one or more secondary indexes as throttled",
            scope=reading.index,
        )
    elif Mark.ON_DEMAND in reading.marks:
        yield _throttle(
            "throttling.on_demand_ramp",
            HINTS,
            "AWS says that the on-demand table is still scaling to its traffic",
        )
    elif reading.code == "ProvisionedThroughputExceededException":
        # The same words are used where one partition is the limit: no proof by themselves.
        # Source: DynamoDB developer guide, "Diagnosing throttling".
        yield _throttle(
            "throttling.provisioned",
            SUGGESTS,
            "AWS says that the table's provisioned throughput was exceeded",
            stated=False,
        )


def _is_control_plane(operation: str) -> bool:
    return operation not in DATA_PLANE and CONTROL_PLANE.fullmatch(operation) is not None


def _throttle(
    cause: str, strength: Strength, what: str, *, scope: str | None = None, stated: bool = True
) -> Pointer:
    values = {"index": scope} if scope and cause == "throttling.index" else {}
    return Pointer(
        cause=cause,
        strength=strength,
        what=what,
        scope=scope,
        stated=stated and strength is PROVES,
        values=values,
    )


def _reason(reason: ThrottlingReason) -> Pointer:
    of_index = reason.reason.startswith("Index")
    limit = re.sub(r"^(?:Table|Index)(?:Read|Write)", "", reason.reason)
    cause = CAUSE_OF_LIMIT.get(limit, "throttling.index" if of_index else "throttling.provisioned")
    name = reason.resource.rpartition("/")[2] if reason.resource else None
    return _throttle(
        cause,
        PROVES,
        f"AWS named the limit: {reason.reason}" + (f" of {name}" if name else ""),
        scope=name,
    )


def _invalid(reading: Reading, text: str) -> Iterator[Pointer]:
    if reading.code in INVALID:
        large = TOO_LARGE.search(text) is not None
        where = f" of {reading.operation}" if reading.operation else ""
        yield Pointer(
            cause="payload.size" if large else "payload.validation",
            strength=PROVES,
            what=f"DynamoDB refused the request{where}: {reading.code}"
            + (", over a size limit" if large else ""),
            stated=True,
            certain=True,
        )
    elif reading.code in ("ItemCollectionSizeLimitExceededException", "413") or (
        reading.code.startswith("RequestEntityTooLarge")
    ):
        bare = reading.code == "413"
        yield Pointer(
            cause="payload.size",
            strength=SUGGESTS if bare else PROVES,
            what=f"the answer was {reading.code}: the body or collection is over its limit",
            stated=not bare,
            certain=not bare,
        )


def _cancelled(reading: Reading, _text: str) -> Iterator[Pointer]:
    """Of mixed reasons a throttle or a refused item says more than a conflict."""
    reasons = set(reading.cancellation_reasons)
    if reasons & {"ProvisionedThroughputExceeded", "ThrottlingError"}:
        yield _throttle(
            "throttling.provisioned",
            SUGGESTS,
            "transactions were cancelled for throttled items",
            stated=False,
        )
    elif "ValidationError" in reasons:
        yield Pointer(
            cause="payload.validation",
            strength=PROVES,
            what="transactions were cancelled for items that DynamoDB refuses",
            stated=True,
            certain=True,
        )
    elif "TransactionConflict" in reasons or reading.code == "TransactionConflictException":
        yield Pointer(
            cause="contention.transaction",
            strength=PROVES,
            what="AWS says that transactions conflict on the same items",
            stated=True,
        )


def _not_found(reading: Reading, _text: str) -> Iterator[Pointer]:
    if reading.code not in ("ResourceNotFoundException", "TableNotFoundException"):
        return
    where = f" in {reading.region}" if reading.region else ""
    yield Pointer(
        cause="table.not_found",
        strength=SUGGESTS,
        what=f"AWS answered {reading.code}{where}",
        certain=True,
    )


def _pool(reading: Reading, _text: str) -> Iterator[Pointer]:
    if Mark.POOL in reading.marks and reading.code != "Connection pool is full":
        yield Pointer(
            cause="client.pool",
            strength=PROVES,
            what="the client had no free connection in its own pool",
        )


def _fetch(reading: Reading, _text: str) -> Iterator[Pointer]:
    if Mark.CREDENTIALS in reading.marks and reading.emitted_by is EmittedBy.CLIENT:
        yield Pointer(
            cause="identity.credentials",
            strength=PROVES,
            what=f"the client could not fetch credentials ({reading.code})",
        )


def _middlebox(reading: Reading, _text: str) -> Iterator[Pointer]:
    if reading.emitted_by is not EmittedBy.MIDDLEBOX or reading.code not in BODIES:
        return
    page = Mark.HTML in reading.marks
    sure = reading.service == "dynamodb" and (page or reading.code == "408")
    body = "with a page as its body and " if page else ""
    yield Pointer(
        cause="middlebox.answered",
        strength=PROVES if sure else SUGGESTS,
        what=f"HTTP {reading.code} came {body}without an AWS request id: "
        "something between the client and AWS wrote it",
    )


def _dax(reading: Reading, _text: str) -> Iterator[Pointer]:
    if reading.service == "dax" and reading.symptom_class in NO_ANSWER:
        connect = (
            reading.symptom_class is SymptomClass.CONNECT or reading.code == "NoRouteException"
        )
        yield Pointer(
            cause="dax.unreachable",
            strength=PROVES if connect else SUGGESTS,
            what=f"the DAX client could not use its cluster ({reading.code}); the table was not "
            "asked",
        )


def _keep_alive(reading: Reading, _text: str) -> Iterator[Pointer]:
    if reading.symptom_class is SymptomClass.RESET and reading.service != "dax":
        yield Pointer(
            cause="client.keep_alive",
            strength=HINTS,
            what=f"a connection was closed under the client ({reading.code})",
        )


Notice = Callable[[Reading, str], Iterator[Pointer]]
NOTICES: tuple[Notice, ...] = (_pool, _fetch, _middlebox, _dax, _keep_alive)
