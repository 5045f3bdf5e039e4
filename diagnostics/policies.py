"""Evaluate a resource-side policy (VPC endpoint, table) for one call. Pure.

Conditions are not evaluated: a statement with one is *unknown*, unless another statement
decides without it. Source: IAM user guide, "Policy evaluation logic".
"""

import fnmatch
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class Decision(StrEnum):
    """What a policy says of one call."""

    ALLOWED = "allowed"
    DENIED = "denied"  # a statement denies
    NOT_ALLOWED = "not allowed"  # no statement allows
    UNKNOWN = "unknown"  # it hangs on a condition, or cannot be read


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """Who does what to what; ARNs."""

    principal: str
    action: str
    resource: str


def statements(policy: object) -> tuple[Mapping[str, Any], ...] | None:
    """Return the statements of a policy document or its JSON text; None: unreadable."""
    if isinstance(policy, str):
        try:
            policy = json.loads(policy)
        except ValueError:
            return None
    if not isinstance(policy, Mapping):
        return None
    found = policy.get("Statement", ())
    listed = [found] if isinstance(found, Mapping) else found
    if not isinstance(listed, list | tuple) or not all(isinstance(s, Mapping) for s in listed):
        return None
    return tuple(listed)


def evaluate(policy: object, call: Call) -> Decision:
    """Return what the policy says of the call."""
    listed = statements(policy)
    if listed is None:
        return Decision.UNKNOWN
    matching = [s for s in listed if _matches(s, call)]
    denies = [s for s in matching if s.get("Effect") == "Deny"]
    allows = [s for s in matching if s.get("Effect") == "Allow"]
    if any(not s.get("Condition") for s in denies):
        return Decision.DENIED
    if denies:
        return Decision.UNKNOWN
    if any(not s.get("Condition") for s in allows):
        return Decision.ALLOWED
    return Decision.UNKNOWN if allows else Decision.NOT_ALLOWED


def _matches(statement: Mapping[str, Any], call: Call) -> bool:
    return (
        _one(statement, "Action", call.action, fold=True)
        and _one(statement, "Resource", call.resource, fold=False)
        and _principal(statement, call.principal)
    )


def _one(statement: Mapping[str, Any], name: str, value: str, *, fold: bool) -> bool:
    if f"Not{name}" in statement:
        return not _any(statement[f"Not{name}"], value, fold=fold)
    if name not in statement:
        return name == "Resource"  # a table's own policy may leave its resource out
    return _any(statement[name], value, fold=fold)


def _any(patterns: object, value: str, *, fold: bool) -> bool:
    listed = [patterns] if isinstance(patterns, str) else patterns
    if not isinstance(listed, Iterable):
        return False
    return any(isinstance(p, str) and _like(p, value, fold=fold) for p in listed)


def _like(pattern: str, value: str, *, fold: bool) -> bool:
    # Only * and ? are wildcards in IAM; [ is a letter like any other.
    literal = pattern.replace("[", "[[]")
    if fold:
        return fnmatch.fnmatchcase(value.lower(), literal.lower())
    return fnmatch.fnmatchcase(value, literal)


def _principal(statement: Mapping[str, Any], principal: str) -> bool:
    if "NotPrincipal" in statement:
        return not _names(statement["NotPrincipal"], principal)
    return "Principal" not in statement or _names(statement["Principal"], principal)


def _names(given: object, principal: str) -> bool:
    if given == "*":
        return True
    if not isinstance(given, Mapping):
        return False
    aws = given.get("AWS", ())
    account = principal.split(":")[4] if principal.count(":") > 4 else ""  # noqa: PLR2004 - ARN
    listed = [aws] if isinstance(aws, str) else list(aws)
    return any(
        name in {"*", principal, account} or name.endswith(f"::{account}:root") for name in listed
    )
