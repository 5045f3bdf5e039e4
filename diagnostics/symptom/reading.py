"""What one error text says, taken apart."""

from dataclasses import dataclass
from enum import StrEnum

from diagnostics.model import EmittedBy, SymptomClass


class Mark(StrEnum):
    """What a text says beside its code; each points at causes of its own."""

    POOL = "pool"  # no free connection in the client's own pool
    CREDENTIALS = "credentials"  # credentials could not be fetched
    DNS = "dns"  # the host's name did not resolve
    TLS = "tls"  # the handshake or the certificate failed
    PROXY = "proxy"  # the proxy could not be reached, or refused
    INDEX_BACK_PRESSURE = "index_back_pressure"  # AWS names secondary indexes as the throttled
    ON_DEMAND = "on_demand"  # AWS speaks of a table that scales by itself
    ACCOUNT_LIMIT = "account_limit"  # AWS names a limit of the account
    KMS = "kms"  # AWS names the table's key
    RETRY_QUOTA = "retry_quota"  # the client's own retry quota was empty
    HTML = "html"  # the body was a page, which DynamoDB never sends
    REGION_MISSING = "region_missing"  # the endpoint was built with an empty region


class PolicyType(StrEnum):
    """The kinds of policy AWS names in a denial.

    Source: IAM user guide, "Troubleshoot access denied error messages".
    """

    IDENTITY = "identity-based"
    RESOURCE = "resource-based"
    SESSION = "session"
    BOUNDARY = "permissions boundary"
    VPC_ENDPOINT = "VPC endpoint"
    SERVICE_CONTROL = "service control"
    RESOURCE_CONTROL = "resource control"
    ROLE_TRUST = "role trust"


class Denied(StrEnum):
    """How the policy denied."""

    EXPLICIT = "explicit"  # a statement denies
    IMPLICIT = "implicit"  # no statement allows
    UNSAID = "unsaid"  # the message gives no reason: old SDKs, callers of other accounts


@dataclass(frozen=True, slots=True, kw_only=True)
class Denial:
    """Who may not do what to what, and which policy says so."""

    principal: str  # an ARN
    action: str
    resource: str | None = None
    how: Denied = Denied.UNSAID
    policy_type: PolicyType | None = None
    through: PolicyType | None = None  # "transitively through": the policy that brought it
    policy_arn: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ThrottlingReason:
    """One member of the ThrottlingReasons list.

    Source: DynamoDB developer guide, "Diagnosing throttling".
    """

    reason: str  # "IndexWriteProvisionedThroughputExceeded", ...
    resource: str | None = None  # the ARN of table or index


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What an error text says; None and empty where it does not say."""

    symptom_class: SymptomClass  # UNKNOWN: a warning, not a failure by itself
    emitted_by: EmittedBy
    code: str  # AWS's code, the client's own name for it, or the HTTP status
    service: str | None = None  # "dynamodb", "dax", another's name; None: nothing proves whose
    sdk: str | None = None  # "python", "java1", "java2", "js2", "js3", "go1", "go2", "rust", ...
    operation: str | None = None
    http_status: int | None = None
    request_id: str | None = None  # AWS's own
    host: str | None = None
    region: str | None = None
    account: str | None = None
    table: str | None = None  # name or ARN
    index: str | None = None
    arns: tuple[str, ...] = ()
    attempts: int | None = None  # how many the SDK made before it gave up
    retries_used_up: bool = False
    throttling_reasons: tuple[ThrottlingReason, ...] = ()
    denial: Denial | None = None
    skew_s: float | None = None  # AWS's clock minus the signer's; negative: the signer is ahead
    timed_out_s: float | None = None  # Lambda's "Task timed out after N seconds"
    cancellation_reasons: tuple[str, ...] = ()  # in the order of the transaction's actions
    marks: frozenset[Mark] = frozenset()
