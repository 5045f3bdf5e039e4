"""Which resource an alert is about, and how well that is founded."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from handlers.alerts.aws_links import NamedThing
from handlers.alerts.aws_names import (
    DIMENSIONS,
    DYNAMODB_OPERATIONS,
    KIND_OF_KEY,
    METRICS_OF,
)
from handlers.alerts.model import Basis
from handlers.alerts.pairs import Pair, Strength

# Source: DynamoDB developer guide, "Naming rules"; other services' names are no longer.
MIN_TABLE_CHARS = 3
IDENTIFIER = r"[A-Za-z0-9][\w.-]{1,254}"
NAME = re.compile(IDENTIFIER)

# Words that follow "table" in a sentence and are no name.
NO_NAME_WORDS = (
    "a above again all an and any are as at be been below but by can cannot capacity class could "
    "count data did does due error errors exceed exceeded exceeds exists export failed failing "
    "failure failures for from full got had has have hot if import in index indexes into is isn "
    "it its level limit limits load metric metrics migration may missing name names near new no "
    "none not of off on or out over partition per read reads resource rows scan scans "
    "schema shows size so state status still storage than that the then this throttle throttled "
    "throttles throttling to under unknown up usage using utilization was were when which while "
    "will with within without write writes null undefined"
)
NO_NAMES = frozenset(NO_NAME_WORDS.split())
STRONG_NAME = re.compile(r"[-_.\d]|[a-z][A-Z]")

TABLE_PHRASES = (
    re.compile(rf"\b[Tt]ables? [\"'`]?({IDENTIFIER})"),
    re.compile(
        rf"\b(?:{'|'.join(sorted(DYNAMODB_OPERATIONS))})(?: requests?| calls?| operations?)?"
        rf" (?:on|to|in|from|of|for|against) (?:the )?(?:table )?[\"'`]?({IDENTIFIER})",
    ),
    re.compile(
        rf"\b(?:{'|'.join(sorted(DYNAMODB_OPERATIONS))}) [\"'`]?({IDENTIFIER})[\"'`]? "
        r"(?:failed|failing|fails|is failing|timed out|throttled)\b",
    ),
    re.compile(rf"\b(?:DynamoDB|Dynamo) ({IDENTIFIER}):"),
)
PHRASES = (
    (
        "function",
        "lambda",
        re.compile(
            rf"\b[Ll]ambda(?: [Ff]unction)? [\"'`]?({IDENTIFIER})[\"'`]?"
            r"(?= (?:failing|failed|fails|is |has |errors?\b|timed|throttl)|\W*$)",
            re.MULTILINE,
        ),
    ),
    ("queue", "sqs", re.compile(rf"\b(?:SQS|sqs) queue [\"'`]?({IDENTIFIER})")),
    ("db-instance", "rds", re.compile(rf"\bDB [Ii]nstance [\"'`]?({IDENTIFIER})")),
    ("instance", "ec2", re.compile(r"\b(i-[0-9a-f]{8,17})\b")),
    ("instance", "ec2", re.compile(r"\bEC2 instance (i-[0-9a-z]{6,17})\b")),
)
POD = re.compile(
    r"(?<![\w-])([a-z0-9](?:[a-z0-9-]{0,60}[a-z0-9])?-[a-f0-9]{8,10}-[a-z0-9]{5})(?![\w-])"
)

# Source: EC2 user guide, "Resource IDs".
KIND_OF_ID = {
    "i": "instance",
    "vol": "volume",
    "vpn": "vpn",
    "nat": "nat-gateway",
    "eni": "network-interface",
    "subnet": "subnet",
    "vpc": "vpc",
    "vpce": "vpc-endpoint",
    "sg": "security-group",
    "fs": "file-system",
}

SCALING_ALARM = re.compile(
    r"^TargetTracking-table/([\w.-]+?)(?:/index/[\w.-]+)?-Alarm(?:High|Low)\b"
)
SCALING_PROVISION = re.compile(r"^TargetTracking-table/([\w.-]+?)(?:/index/[\w.-]+)?-Provisioned")
DYNAMODB_METRICS = frozenset(METRICS_OF["dynamodb"].split()) - {"UserErrors"}
# Parts of an alarm's name that describe and do not name.
DESCRIBING_WORDS = (
    "alarm alarms alert alerts aws cloudwatch critical crit ddb dynamo dynamodb error errors gsi "
    "high index low monitor p1 p2 p3 sev1 sev2 sev3 sum average max min table tables threshold "
    "throttle throttles throttling too warn warning account global"
)
DESCRIBING = frozenset(DESCRIBING_WORDS.split())


@dataclass(frozen=True, slots=True, kw_only=True)
class Resource:
    """A resource named by a message."""

    kind: str | None
    name: str
    basis: Basis
    service: str | None = None  # where its naming alone tells the service
    others: tuple[str, ...] = ()

    @property
    def all(self) -> tuple[str, ...]:
        return (self.name, *self.others)


def resource_of(
    pairs: Iterable[Pair],
    arns: tuple[NamedThing, ...],
    body: str,
    alarm: str | None,
    metric: str | None,
) -> Resource | None:
    """Return the resource a message names: dimension, ARN, label, sentence, alarm name."""
    pairs = tuple(pairs)
    return (
        _by_dimension(pairs)
        or _by_arn(arns)
        or _by_label(pairs)
        or _by_phrase(body, alarm)
        or _by_alarm_name(alarm, metric)
    )


def kind_of_id(name: str) -> str | None:
    """Return the kind of resource that an AWS id's prefix tells."""
    prefix, dash, _ = name.partition("-")
    return KIND_OF_ID.get(prefix) if dash else None


def dimensions_of(pairs: Iterable[Pair]) -> tuple[tuple[str, str], ...]:
    """Return the AWS dimensions a message spells out, each once."""
    found = {
        pair.name: pair.value for pair in pairs if _dimension(pair.name) and _is_name(pair.value)
    }
    return tuple((_dimension(name) or name, value) for name, value in found.items())


def _dimension(name: str) -> str | None:
    """Return AWS's name of a dimension; exporters put `dimension_` before it."""
    short = name.removeprefix("dimension_").rpartition(".")[2]
    if short in DIMENSIONS or short in {
        "Operation",
        "GlobalSecondaryIndexName",
        "ClusterName",
        "ServiceName",
    }:
        return short
    return None


def _is_name(value: str) -> bool:
    return bool(re.fullmatch(r"[\w.:/-]{1,512}", value.strip()))


def _by_dimension(pairs: tuple[Pair, ...]) -> Resource | None:
    for pair in pairs:
        name = _dimension(pair.name)
        known = DIMENSIONS.get(name) if name else None
        if known is None or not _is_name(pair.value) or pair.strength < Strength.ASSIGNMENT:
            continue
        service, kind = known
        value = pair.value.strip()
        others = _others(value, (p.value for p in pairs if p.key == pair.key))
        return Resource(kind=kind, name=value, basis=Basis.STATED, service=service, others=others)
    services = {pair.name: pair.value for pair in pairs if _dimension(pair.name)}
    if {"ClusterName", "ServiceName"} <= services.keys():
        return Resource(
            kind="service",
            name=services["ServiceName"],
            basis=Basis.STATED,
            service="ecs",
        )
    return None


def _by_arn(arns: tuple[NamedThing, ...]) -> Resource | None:
    for thing in arns:
        if thing.kind and thing.name:
            return Resource(
                kind=thing.kind,
                name=thing.name,
                basis=Basis.STATED,
                service=thing.service,
            )
    return None


def _by_label(pairs: tuple[Pair, ...]) -> Resource | None:
    for wanted, key in ((kind, key) for key, kind in KIND_OF_KEY.items()):
        found = [pair for pair in pairs if pair.key == key and _labels(pair, wanted)]
        if not found:
            continue
        value = _plain_name(found[0].value)
        kind, service = wanted, None
        if wanted == "instance-target":
            kind = "instance" if value.startswith("i-") else "host"
        if re.fullmatch(r"i-[0-9a-f]{8,17}", value):
            kind, service = "instance", "ec2"
        others = _others(value, (_plain_name(pair.value) for pair in found))
        return Resource(kind=kind, name=value, basis=Basis.STATED, service=service, others=others)
    return None


def _labels(pair: Pair, kind: str) -> bool:
    """Whether a pair names a resource; within a sentence, only where it looks like a name."""
    value = _plain_name(pair.value)
    if not NAME.fullmatch(value) or value.lower() in NO_NAMES:
        return False
    if pair.strength <= Strength.ASSIGNMENT and kind in {"host", "container", "node"}:
        return bool(STRONG_NAME.search(value)) and pair.strength is Strength.TAG
    return True


def _plain_name(value: str) -> str:
    """Return the first word: hosts come with an address in brackets after them."""
    words = value.strip().strip("\"'").split()
    return words[0].split(":")[0].rstrip(",;") if len(words) == 1 else ""


def _others(first: str, values: Iterable[str]) -> tuple[str, ...]:
    return tuple(value for value in dict.fromkeys(values) if value != first and _is_name(value))[
        :50
    ]


def _by_phrase(body: str, alarm: str | None) -> Resource | None:
    for pattern in TABLE_PHRASES:
        for match in pattern.finditer(body):
            name = match.group(1).rstrip(".-")
            if name.lower() not in NO_NAMES and len(name) >= MIN_TABLE_CHARS:
                return Resource(kind="table", name=name, basis=Basis.STATED)
    for kind, service, pattern in PHRASES:
        named = pattern.search(body)
        if named and _is_told(named.group(1), alarm):
            return Resource(kind=kind, name=named.group(1), basis=Basis.STATED, service=service)
    pod = POD.search(body)
    return Resource(kind="pod", name=pod.group(1), basis=Basis.STATED) if pod else None


def _is_told(name: str, alarm: str | None) -> bool:
    """Whether a word of a sentence is a name: by its form, or because the alarm is named so."""
    if name.lower() in NO_NAMES:
        return False
    return bool(STRONG_NAME.search(name)) or (alarm is not None and name in alarm)


def _by_alarm_name(alarm: str | None, metric: str | None) -> Resource | None:
    """Read the table out of an alarm's name: what is left of it without metric and description."""
    if not alarm:
        return None
    scaling = SCALING_PROVISION.match(alarm) or SCALING_ALARM.match(alarm)
    if scaling:
        return Resource(
            kind="table",
            name=scaling.group(1),
            basis=Basis.NAMED,
            service="dynamodb",
        )
    if metric not in DYNAMODB_METRICS or metric not in alarm:
        return None
    before, _, after = alarm.partition(metric)
    parts = [part for part in re.split(r"[/\s:|]+", before) if part] or re.split(r"[/\s:|]+", after)
    names = [_bare(part) for part in parts if part not in DYNAMODB_OPERATIONS]
    names = [name for name in names if NAME.fullmatch(name) and len(name) >= MIN_TABLE_CHARS]
    if len(names) != 1:
        return None
    return Resource(kind="table", name=names[0], basis=Basis.NAMED)


def _bare(part: str) -> str:
    """Strip describing words from both ends of a name: "ddb-orders-prod-" is "orders-prod"."""
    words = re.split(r"([-_.]+)", part.strip("[](){}-_."))
    while words and words[0].lower() in DESCRIBING:
        words = words[2:]
    while words and words[-1].lower() in DESCRIBING:
        words = words[:-2]
    return "".join(words)
