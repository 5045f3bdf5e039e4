"""Reads what a message says of the resource in trouble: by type and structure, not position."""

import re
from dataclasses import dataclass, replace

from handlers.alerts.aws_links import (
    NamedThing,
    alarm_of,
    arns_in,
    console_regions,
    is_resource,
)
from handlers.alerts.aws_names import (
    DATADOG_METRIC,
    DYNAMODB_OPERATIONS,
    NAMESPACE,
    SERVICE_OF_METRIC,
    service_in_name,
    service_name,
    services_in,
)
from handlers.alerts.aws_regions import region_of, regions_in
from handlers.alerts.markup import BARE_URL
from handlers.alerts.message import Message
from handlers.alerts.metrics import metric_of
from handlers.alerts.model import Basis, Facts
from handlers.alerts.pairs import Pair
from handlers.alerts.resources import Resource, dimensions_of, resource_of
from handlers.alerts.sdk_errors import SdkError, read_sdk_error

REGION_KEYS = ("region", "awsregion", "affectedregion", "regionname", "cloudregion")
ACCOUNT_KEYS = (
    "awsaccountid",
    "awsaccount",
    "accountid",
    "account",
    "accountnumber",
    "cloudaccountid",
    "awsaccountnumber",
)
ACCOUNT_TITLE = re.compile(r"\b[Aa]ccount(?: ?ID)?:? ?#?(\d{4,14})\b")
# A time written without separators: 202601311200.
WRITTEN_TIME = re.compile(r"20[2-4]\d(?:0[1-9]|1[0-2])(?:[0-2]\d|3[01])(?:[01]\d|2[0-3])[0-5]\d")
TWELVE_DIGITS = re.compile(r"(?<![\w.#/@+$-])(\d{12})(?![\w/%-]|\.\d)")
HTTP_STATUS = re.compile(
    r"(?:\bHTTP(?:/\d(?:\.\d)?)?[ :/-]{1,3}(?:(?:error|status|code|response)[ :]{1,2}){0,2}|"
    r"\b[Ss]tatus ?(?:[Cc]ode)?(?: is| was|:|=)? ?|"
    r"\b(?:returned|responded with|response code:?|answered)(?: HTTP| a| an| with)? )"
    r"([45]\d{2})\b(?! ?(?:(?:ms|s|times|errors|events)\b|%))",
)
EXCEPTION = re.compile(
    r"(?:^|[\s:(`\"'\]])(?:[a-z][\w$]*\.){0,12}([A-Z]\w{1,80}(?:Exception|Error|Fault))(?=:|\b)",
)
ITEM_OPERATION = re.compile(
    r"\b(?:(?:Get|Put|Update|Delete|BatchGet|BatchWrite)Item|Transact(?:Get|Write)Items)\b",
)
INDEX = re.compile(r"(?i:\b(?:gsi|index(?: name)?))[ :=]{1,3}[\"'`]?([A-Za-z0-9_.-]{3,255})")
INDEX_KEYS = ("globalsecondaryindexname", "indexname", "gsi", "gsiname")
LOG_GROUP_KEYS = ("loggroup", "loggroupname", "cloudwatchloggroup")


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """What to read facts from."""

    message: Message
    alarm: str | None = None
    labels: tuple[Pair, ...] = ()  # the monitor's own labels, asked before the message's pairs
    others: bool = True  # whether the message's other pairs are asked at all
    text: str | None = None  # None: all of the message
    errors: bool = True  # whether an SDK's error in it is what went wrong

    @property
    def pairs(self) -> tuple[Pair, ...]:
        rest = self.message.pairs if self.others else ()
        return (*self.labels, *sorted(rest, key=lambda pair: -pair.strength))

    @property
    def full(self) -> str:
        return self.message.readable if self.text is None else self.text

    @property
    def body(self) -> str:
        """Return the text without its URLs: what those hold is often about something else."""
        return BARE_URL.sub(" ", self.full)

    def value(self, *keys: str) -> str | None:
        for key in keys:
            for pair in self.pairs:
                if pair.key == key and pair.value.strip():
                    return pair.value.strip()
        return None


def read_facts(scope: Scope, known: Facts | None = None) -> Facts:
    """Return the facts of a message; what a recogniser knows already stays as it is."""
    known = known or Facts()
    body = scope.body
    arns = arns_in(body)
    sdk = read_sdk_error(scope.full) if scope.errors else None
    metric = known.metric or metric_of(scope.pairs, scope.alarm, body)
    resource = _known_resource(known) or resource_of(
        scope.pairs,
        tuple(filter(is_resource, arns)),
        body,
        scope.alarm,
        metric,
    )
    service = known.service or _service(scope, body, resource, sdk, metric)
    resource = _typed(resource, service)
    return replace(
        known,
        service=service,
        resource_type=resource.kind if resource else None,
        resource=resource.name if resource else None,
        basis=resource.basis if resource else None,
        resources=resource.all if resource else (),
        region=known.region or _region(scope, body, arns, sdk),
        account=known.account or _account(scope, body, arns),
        metric=metric,
        error_code=known.error_code or _error_code(scope, body, sdk),
        error_text=known.error_text or (sdk.excerpt if sdk else None),
        operation=known.operation or _operation(scope, body, sdk),
        index=known.index or scope.value(*INDEX_KEYS) or _index(body, service),
        function=known.function or _function(scope, arns, resource),
        log_group=known.log_group or scope.value(*LOG_GROUP_KEYS) or _log_group(arns),
        dimensions=known.dimensions or dimensions_of(scope.pairs),
    )


def _known_resource(known: Facts) -> Resource | None:
    if not known.resource:
        return None
    return Resource(
        kind=known.resource_type,
        name=known.resource,
        basis=known.basis or Basis.STATED,
    )


def _typed(resource: Resource | None, service: str | None) -> Resource | None:
    """Drop a guess whose kind the service contradicts: a name is a table only in DynamoDB."""
    if resource and resource.basis is Basis.NAMED and service != "dynamodb":
        return None
    return resource


def _service(
    scope: Scope,
    body: str,
    resource: Resource | None,
    sdk: SdkError | None,
    metric: str | None,
) -> str | None:
    namespace = NAMESPACE.search(scope.value("namespace", "metricnamespace") or "")
    if namespace:
        return service_name(namespace.group(1))
    if resource and resource.service:
        return resource.service
    for tell in (NAMESPACE, DATADOG_METRIC):
        match = tell.search(body)
        if match:
            return service_name(match.group(1))
    if sdk and sdk.service:
        return sdk.service
    if resource and resource.kind == "table" and ITEM_OPERATION.search(body):
        return "dynamodb"
    if metric in SERVICE_OF_METRIC:
        return SERVICE_OF_METRIC[metric]
    labelled = scope.value("awsservice", "affectedservice", "cloudservice")
    if labelled:
        return service_name(labelled)
    return _service_in_words(scope, body)


def _service_in_words(scope: Scope, body: str) -> str | None:
    named = service_in_name(scope.alarm) if scope.alarm else None
    if named:
        return named
    if re.search(r"\bTask timed out after \d", body):
        return "lambda"
    words = services_in(body)
    return words[0] if words else None


def _region(
    scope: Scope,
    body: str,
    arns: tuple[NamedThing, ...],
    sdk: SdkError | None,
) -> str | None:
    labelled = region_of(scope.value(*REGION_KEYS))
    if labelled:
        return labelled
    linked = alarm_of(scope.message)
    if linked and linked.region:
        return linked.region
    alarms = [thing.region for thing in arns if thing.service == "cloudwatch"]
    resources = [thing.region for thing in arns if is_resource(thing)]
    for candidates in (alarms, resources, [sdk.region if sdk else None]):
        region = next(filter(None, candidates), None)
        if region:
            return region
    return _only(regions_in(body)) or _only(console_regions(scope.message))


def _only(found: tuple[str, ...]) -> str | None:
    return found[0] if len(found) == 1 else None


def _account(scope: Scope, body: str, arns: tuple[NamedThing, ...]) -> str | None:
    for key in ACCOUNT_KEYS:
        labelled = scope.value(key)
        match = re.search(r"(?<!\d)\d{4,14}(?!\d)", labelled) if labelled else None
        if match:
            return match.group(0)
    titled = ACCOUNT_TITLE.search(body)
    if titled:
        return titled.group(1)
    owners = [thing.account for thing in arns if thing.service != "sns" and thing.account]
    if owners:
        return owners[0]
    numbers = (number for number in TWELVE_DIGITS.findall(body) if not WRITTEN_TIME.match(number))
    found = tuple(dict.fromkeys(numbers))
    return _only(found) if _is_about_aws(body) else None


def _is_about_aws(body: str) -> bool:
    """Whether twelve digits may be an account: elsewhere they are an order or a phone number."""
    return bool(
        regions_in(body)
        or services_in(body)
        or re.search(r"\bAWS\b|CloudWatch", body)
        or service_in_name(body[:200])
    )


def _error_code(scope: Scope, body: str, sdk: SdkError | None) -> str | None:
    if sdk and sdk.code:
        return sdk.code
    if not scope.errors:
        return None
    stated = scope.value("errorcode", "exceptioncode", "awserrorcode")
    if stated and re.fullmatch(r"[\w.-]{2,80}", stated):
        return stated
    status = HTTP_STATUS.search(body)
    if status:
        return status.group(1)
    named = EXCEPTION.search(body)
    return named.group(1) if named else None


def _operation(scope: Scope, body: str, sdk: SdkError | None) -> str | None:
    stated = scope.value("operation", "apioperation", "operationname")
    if stated or (sdk and sdk.operation):
        return stated or (sdk.operation if sdk else None)
    words = re.findall(r"\b[A-Z][A-Za-z]{2,24}\b", body[:4_000])
    return next((word for word in words if word in DYNAMODB_OPERATIONS - {"Query", "Scan"}), None)


def _index(body: str, service: str | None) -> str | None:
    if service != "dynamodb":
        return None
    path = re.search(r":table/[\w.-]{1,255}/index/([\w.-]{1,255})", body)
    match = path or INDEX.search(body)
    name = match.group(1) if match else None
    return name if name and re.search(r"[-_\d]|[a-z][A-Z]", name) else None


def _function(
    scope: Scope,
    arns: tuple[NamedThing, ...],
    resource: Resource | None,
) -> str | None:
    if resource and resource.kind == "function":
        return resource.name
    functions = [thing.name for thing in arns if thing.service == "lambda"]
    return functions[0] if functions else scope.value("functionname", "lambdafunction")


def _log_group(arns: tuple[NamedThing, ...]) -> str | None:
    groups = [thing.name for thing in arns if thing.service == "logs"]
    return groups[0] if groups else None
