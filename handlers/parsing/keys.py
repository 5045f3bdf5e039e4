"""The keys a person may type, and what each takes."""

import difflib
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from diagnostics import arn
from diagnostics.errors import UsageError
from handlers.parsing import links
from handlers.parsing.asked import Named
from handlers.parsing.typed import shown

KEYS = (
    "table", "index", "function", "ecs", "role", "log-group", "subnets", "lb", "region",
    "account", "since", "at",
)  # fmt: skip
KEY = re.compile(r"-{0,2}([A-Za-z][A-Za-z0-9_.-]{0,40})=(.*)", re.DOTALL)
CLOSE = 0.6  # how alike a typed key and a real one are, where one is meant; difflib's own default
SLIP = 0.75  # so alike that it is no word of a log line: "tabel", not "tag"

UNITS = {"m": "minutes", "h": "hours", "d": "days"}
SPAN = re.compile(r"(\d{1,6})([mhd])")
# CloudTrail's event history ends there. Source: CloudTrail user guide, "Event history".
LONGEST = timedelta(days=90)
# CloudWatch keeps metrics for 455 days. Source: CloudWatch user guide, "Metrics retention".
OLDEST = timedelta(days=455)

# Source: DynamoDB developer guide, "Naming rules"; Lambda API reference, "FunctionName"; IAM,
# "Name requirements"; CloudWatch Logs API reference, "logGroupName"; ELB API reference, "Name".
TABLE = re.compile(r"[A-Za-z0-9_.-]{3,255}")
FUNCTION = re.compile(r"[A-Za-z0-9_-]{1,140}(?::[A-Za-z0-9$_-]{1,128})?")
ROLE = re.compile(r"[\w+=,.@-]{1,64}", re.ASCII)
ECS = re.compile(r"[A-Za-z0-9_-]{1,255}/[A-Za-z0-9_-]{1,255}")
LOG_GROUP = re.compile(r"[A-Za-z0-9_./#-]{1,512}")
SUBNET = re.compile(r"subnet-[A-Za-z0-9-]{1,40}")
LB = re.compile(r"(?:(?:app|net|gwy)/)?[A-Za-z0-9-]{1,32}(?:/[0-9a-f]{1,32})?")
REGION = re.compile(r"[a-z]{2,20}(?:-[a-z0-9]{1,20}){0,4}")
ZONE = re.compile(r"([a-z]{2}(?:-[a-z]{2,10}){1,3}-\d)[a-z]")
ALIAS = re.compile(r"[A-Za-z][A-Za-z0-9_.-]{0,62}")


def key_and_value(word: str) -> tuple[str, str] | None:
    """Return the key, as listed where it is one of ours, and the value; None: no assignment."""
    match = KEY.fullmatch(word)
    if match is None:
        return None
    key = match.group(1).lower().replace("_", "-")
    return key, match.group(2).strip()


def nearest(key: str, cutoff: float = CLOSE) -> str | None:
    """Return the key that was probably meant."""
    found = difflib.get_close_matches(key.lower(), KEYS, n=1, cutoff=cutoff)
    return found[0] if found else None


def unknown_key(key: str) -> UsageError:
    """Return the sentence about a key nobody knows."""
    meant = nearest(key)
    if meant:
        return UsageError(f"{shown(key + '=')} is not a key: {meant}= is the nearest.")
    return UsageError(f"{shown(key + '=')} is not a key; the keys are {', '.join(KEYS)}.")


def read_table(value: str) -> tuple[str, str | None]:
    """Return the table, as name or ARN, and the index its ARN names."""
    if value.startswith("arn:"):
        named = _arn(value, "table", "table=orders")
        if named.table is None:
            raise UsageError(f"table={shown(value)} is not the ARN of a table: say table=orders.")
        return named.table, named.index
    if not TABLE.fullmatch(value):
        raise UsageError(
            f"table={shown(value)} cannot be a table's name (3 to 255 of A-Z a-z 0-9 _ . -): "
            "say table=orders.",
        )
    return value, None


def read_index(value: str) -> tuple[str, str | None]:
    """Return the index's name, and its table where an ARN was given."""
    if value.startswith("arn:"):
        named = _arn(value, "index", "index=by-date")
        if named.index is None:
            raise UsageError(f"index={shown(value)} is not the ARN of an index: say index=by-date.")
        return named.index, named.table
    if not TABLE.fullmatch(value):
        raise UsageError(
            f"index={shown(value)} cannot be an index's name (3 to 255 of A-Z a-z 0-9 _ . -): "
            "say index=by-date.",
        )
    return value, None


def read_function(value: str) -> str:
    return _name_or_arn("function", value, FUNCTION, "function=checkout", lambda n: n.function)


def read_role(value: str) -> str:
    return _name_or_arn("role", value, ROLE, "role=checkout-role", lambda n: n.role)


def read_ecs(value: str) -> str:
    return _name_or_arn("ecs", value, ECS, "ecs=cluster/service", lambda n: n.ecs)


def read_lb(value: str) -> str:
    return _name_or_arn("lb", value, LB, "lb=orders-alb", lambda n: n.lb)


def read_log_groups(value: str) -> tuple[str, ...]:
    example = "log-group=/aws/lambda/checkout"
    return tuple(
        _name_or_arn("log-group", one, LOG_GROUP, example, lambda n: next(iter(n.log_groups), None))
        for one in _each("log-group", value, example)
    )


def read_subnets(value: str) -> tuple[str, ...]:
    example = "subnets=subnet-0a1b,subnet-0c2d"
    return tuple(
        _name_or_arn("subnets", one, SUBNET, example, lambda n: next(iter(n.subnets), None))
        for one in _each("subnets", value, example)
    )


def read_region(value: str) -> str:
    """Return a region in lower case; whether it exists is for the caller to ask."""
    lower = value.lower()
    zone = ZONE.fullmatch(lower)
    if zone:
        raise UsageError(
            f"region={shown(value)} is an availability zone: say region={zone.group(1)}."
        )
    if not REGION.fullmatch(lower):
        raise UsageError(f"region={shown(value)} is not a region: say region=eu-west-1.")
    return lower


def read_account(value: str) -> str:
    """Return 12 digits, or an alias."""
    digits = value.replace("-", "")
    if digits.isascii() and digits.isdigit() and len(digits) == 12:  # noqa: PLR2004 - an account's id
        return digits
    if not ALIAS.fullmatch(value):
        raise UsageError(
            f"account={shown(value)} is neither 12 digits nor an alias: say account=123456789012.",
        )
    return value


def read_since(value: str) -> timedelta:
    match = SPAN.fullmatch(value.lower())
    if match is None:
        raise UsageError(f"since={shown(value)} is not a span of time: say since=30m, 2h or 1d.")
    span = timedelta(**{UNITS[match.group(2)]: int(match.group(1))})
    if not span:
        raise UsageError(f"since={shown(value)} is no time at all: say since=30m, 2h or 1d.")
    if span > LONGEST:
        raise UsageError(
            f"since={shown(value)} is longer than the {LONGEST.days} days AWS keeps its trail: "
            "say at= with the time it hurt.",
        )
    return span


def read_at(value: str, now: datetime) -> datetime:
    """Return when it hurt, in UTC."""
    example = f"at={now.astimezone(UTC):%Y-%m-%dT%H:%MZ}"
    text = re.sub(r"\s*(?:UTC|GMT)$", "Z", value.strip().upper())
    try:
        at = datetime.fromisoformat(text)
        moment = at.astimezone(UTC) if at.tzinfo else None
    except (ValueError, OverflowError):
        raise UsageError(f"at={shown(value)} is not a time in ISO 8601: say {example}.") from None
    if moment is None:
        raise UsageError(f"at={shown(value)} names no time zone: say {example}, with Z or +02:00.")
    if moment > now:
        raise UsageError(
            f"at={shown(value)} lies in the future; now is {example.removeprefix('at=')}."
        )
    if now - moment > OLDEST:
        raise UsageError(
            f"at={shown(value)} is further back than the {OLDEST.days} days AWS keeps its metrics."
        )
    return moment


def _each(key: str, value: str, example: str) -> list[str]:
    found = [one.strip() for one in value.split(",")]
    if not all(found):
        raise UsageError(f"{key}={shown(value)} has an empty place in its list: say {example}.")
    return list(dict.fromkeys(found))


def _name_or_arn(
    key: str,
    value: str,
    pattern: re.Pattern[str],
    example: str,
    pick: Callable[[Named], str | None],
) -> str:
    if not value.startswith("arn:"):
        if not pattern.fullmatch(value):
            raise UsageError(f"{key}={shown(value)} cannot be read: say {example}.")
        return value
    picked = pick(_arn(value, key, example))
    if picked is None:
        raise UsageError(f"{key}={shown(value)} is the ARN of something else: say {example}.")
    return picked


def _arn(value: str, key: str, example: str) -> Named:
    if arn.parse(value) is None:
        raise UsageError(f"{key}={shown(value)} is not a whole ARN: say {example}.")
    return links.named_by(value)
