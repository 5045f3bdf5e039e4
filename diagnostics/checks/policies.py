"""Evaluate a policy document as far as can be done from outside. Pure."""

import json
from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Any

from diagnostics import arn


class Decision(StrEnum):
    """What a document says of one call."""

    ALLOWED = "allowed"
    DENIED = "explicitly denied"
    SILENT = "not allowed by any statement"
    UNKNOWN = "not known"  # a condition decides, or something that cannot be read


class Matches(StrEnum):
    """Whether a statement is about the call."""

    YES = "yes"
    NO = "no"
    MAYBE = "maybe"  # but for a condition, a variable or a session


def evaluate(
    document: str | None, *, principals: frozenset[str], action: str, resource: str
) -> Decision:
    """Return what the document says when one of `principals` does `action` on `resource`."""
    statements = _statements(document)
    if statements is None:
        return Decision.UNKNOWN
    found: dict[str, set[Matches]] = {"Deny": set(), "Allow": set()}
    for statement in statements:
        effect = str(statement.get("Effect"))
        if effect not in found:
            return Decision.UNKNOWN
        found[effect].add(_matches(statement, principals, action, resource))
    if Matches.YES in found["Deny"]:
        return Decision.DENIED
    if Matches.MAYBE in found["Deny"]:
        return Decision.UNKNOWN
    if Matches.YES in found["Allow"]:
        return Decision.ALLOWED
    return Decision.UNKNOWN if Matches.MAYBE in found["Allow"] else Decision.SILENT


def principals_of(role_arn: str) -> frozenset[str]:
    """Return every name under which a policy may speak of a role."""
    role = arn.parse(role_arn)
    if role is None:
        return frozenset({role_arn})
    return frozenset({role_arn}) | account_of(role_arn)


def account_of(role_arn: str) -> frozenset[str]:
    """Return the names under which a policy may speak of a role's account."""
    role = arn.parse(role_arn)
    if role is None:
        return frozenset()
    return frozenset({role.account, f"arn:{role.partition}:iam::{role.account}:root"})


def wildcard(pattern: str, text: str) -> bool:
    """Whether `text` fits a pattern of `*` and `?`, in linear space and without backtracking."""
    at = place = 0
    star, mark = -1, 0
    while at < len(text):
        if place < len(pattern) and pattern[place] == "*":
            star, mark = place, at
            place += 1
        elif place < len(pattern) and pattern[place] in {"?", text[at]}:
            at, place = at + 1, place + 1
        elif star >= 0:
            mark += 1
            at, place = mark, star + 1
        else:
            return False
    return set(pattern[place:]) <= {"*"}


def _statements(document: str | None) -> list[Mapping[str, Any]] | None:
    """Return the statements, or None where the document cannot be read."""
    if not document:
        return None
    try:
        content = json.loads(document)
    except ValueError:
        return None
    statements = content.get("Statement") if isinstance(content, dict) else None
    if isinstance(statements, dict):
        statements = [statements]
    if not isinstance(statements, list) or not all(isinstance(s, dict) for s in statements):
        return None
    return statements


def _matches(
    statement: Mapping[str, Any], principals: frozenset[str], action: str, resource: str
) -> Matches:
    parts = {
        _is_principal(statement, principals),
        _is_named(statement, "Action", action.lower()),
        _is_named(statement, "Resource", resource),
    }
    if Matches.NO in parts:
        return Matches.NO
    return Matches.MAYBE if Matches.MAYBE in parts or statement.get("Condition") else Matches.YES


def _is_named(statement: Mapping[str, Any], key: str, wanted: str) -> Matches:
    """Return whether `Action` or `Resource`, or its Not form, is about what is wanted."""
    negated = f"Not{key}" in statement
    given = statement.get(f"Not{key}" if negated else key)
    if given is None:
        return Matches.MAYBE
    patterns = _texts(given)
    if key == "Action":
        patterns = tuple(p.lower() for p in patterns)
    if any("${" in p for p in patterns):
        return Matches.MAYBE
    named = any(wildcard(p, wanted) for p in patterns)
    return Matches.YES if named is not negated else Matches.NO


def _is_principal(statement: Mapping[str, Any], principals: frozenset[str]) -> Matches:
    if "NotPrincipal" in statement:
        return Matches.MAYBE
    given = statement.get("Principal", "*")
    if isinstance(given, dict):
        given = given.get("AWS", ())
    named = _texts(given)
    if "*" in named or principals & set(named):
        return Matches.YES
    # A session of the role, or an id that IAM wrote in place of a deleted role.
    odd = any(":assumed-role/" in n or n.startswith(("AROA", "AIDA")) for n in named)
    return Matches.MAYBE if odd else Matches.NO


def _texts(given: object) -> tuple[str, ...]:
    if isinstance(given, str):
        return (given,)
    return tuple(str(g) for g in given) if isinstance(given, Iterable) else ()
