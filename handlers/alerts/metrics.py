"""Which metric an alert is about."""

import re
from collections.abc import Iterable

from handlers.alerts.aws_names import (
    DATADOG_METRIC,
    SERVICE_OF_METRIC,
    SHARED_METRICS,
    SHARED_WORDS,
)
from handlers.alerts.pairs import Pair

KEYS = ("metricname", "metric", "metrictype", "cloudwatchmetric", "monitoredmetric")
MAX_METRIC = 120

# assertible's lambda-cloudwatch-slack: "SUM ReadThrottleEvents GreaterThanThreshold 10 for ...".
TRIGGER = re.compile(r"\b([A-Za-z][\w.]{2,80}) (?:GreaterThan|LessThan)\w{0,40}Threshold\b")
# Datadog: "aws.dynamodb.throttled_requests over tablename:orders was > 10".
OVER = re.compile(r"(?<![\w.])([a-z][a-z0-9_]*(?:\.[a-z0-9_]+){1,8}) over [\w.-]+:")

# Metrics that are also English words: in a title made of words they are just that.
ENGLISH = SHARED_WORDS - {"SystemErrors", "UserErrors", "TransactionConflict"}
NAMES = sorted({*SERVICE_OF_METRIC, *SHARED_METRICS.split()}, key=len, reverse=True)
ALONE = re.compile(r"(?<![A-Za-z0-9])(" + "|".join(map(re.escape, NAMES)) + r")(?![A-Za-z0-9])")
OWN_NAMES = [name for name in NAMES if name in SERVICE_OF_METRIC and name not in SHARED_WORDS]
# Names that several services or people use, but nobody writes so by chance.
PROSE_NAMES = frozenset({"CPUUtilization", "SystemErrors", "UserErrors"})
# Inside a CamelCase name: "OrdersTableReadThrottleEventsAlarm". AWS's prefix alone lets the
# words in that others use too: "DynamoDBSystemErrors", but not "CheckoutSystemErrors".
INSIDE = re.compile("(" + "|".join(map(re.escape, OWN_NAMES)) + ")(?![a-z])")
AFTER_DYNAMODB = re.compile(r"(?:DynamoDB|DynamoDb|DDB)(SystemErrors|UserErrors)(?![a-z])")


def metric_of(pairs: Iterable[Pair], alarm: str | None, body: str) -> str | None:
    """Return the metric a message names, as written; None where it names none."""
    pairs = tuple(pairs)
    named = next((pair.value for key in KEYS for pair in pairs if pair.key == key), None)
    if named and len(named) <= MAX_METRIC and "\n" not in named:
        return named.strip()
    trigger = TRIGGER.search(body)
    if trigger and trigger.group(1) != "undefined":
        return trigger.group(1)
    for pattern in (OVER, DATADOG_METRIC):
        match = pattern.search(body)
        if match:
            return match.group(1) if pattern is OVER else match.group(0)
    return (metric_in_name(alarm) if alarm else None) or metric_in_prose(body)


def metric_in_name(name: str) -> str | None:
    """Return the metric whose name is a part of an alarm's or a rule's name."""
    for pattern in (ALONE, AFTER_DYNAMODB, INSIDE):
        match = pattern.search(name.replace("_", " ") if pattern is ALONE else name)
        if match and not (match.group(1) in ENGLISH and " " in name):
            return match.group(1)
    return None


def metric_in_prose(body: str) -> str | None:
    """Find a metric in sentences: only names nobody writes by chance."""
    names = (match.group(1) for match in ALONE.finditer(body))
    return next((name for name in names if name in OWN_NAMES or name in PROSE_NAMES), None)
