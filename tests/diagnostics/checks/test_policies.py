import json
from typing import Any

import pytest

from diagnostics.checks.policies import (
    Decision,
    account_of,
    evaluate,
    principals_of,
    wildcard,
)

ROLE = "arn:aws:iam::123456789012:role/checkout"
TABLE = "arn:aws:dynamodb:eu-west-1:123456789012:table/orders"
ALLOW = {"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}
DENY = {**ALLOW, "Effect": "Deny"}
IF = {"Condition": {"StringEquals": {"aws:PrincipalTag/team": "orders"}}}


def without(statement: dict[str, Any], key: str, **more: object) -> dict[str, Any]:
    return {**{k: v for k, v in statement.items() if k != key}, **more}


@pytest.mark.parametrize(
    ("statements", "expected"),
    [
        ([ALLOW], Decision.ALLOWED),
        (ALLOW, Decision.ALLOWED),
        ([], Decision.SILENT),
        ([DENY], Decision.DENIED),
        ([ALLOW, DENY], Decision.DENIED),
        ([ALLOW, {**DENY, **IF}], Decision.UNKNOWN),
        ([{**ALLOW, **IF}], Decision.UNKNOWN),
        ([{**DENY, "Action": "dynamodb:DeleteItem"}, ALLOW], Decision.ALLOWED),
        ([{**ALLOW, "Action": ["DYNAMODB:get*"]}], Decision.ALLOWED),
        ([{**ALLOW, "Action": "s3:*"}], Decision.SILENT),
        ([without(DENY, "Action", NotAction="dynamodb:GetItem"), ALLOW], Decision.ALLOWED),
        ([without(DENY, "Action", NotAction="s3:*"), ALLOW], Decision.DENIED),
        ([{**ALLOW, "Resource": TABLE}], Decision.ALLOWED),
        ([{**ALLOW, "Resource": f"{TABLE}-old"}], Decision.SILENT),
        ([{**ALLOW, "Resource": "arn:aws:dynamodb:*:*:table/ord?rs"}], Decision.ALLOWED),
        ([without(DENY, "Resource", NotResource=TABLE), ALLOW], Decision.ALLOWED),
        ([{**ALLOW, "Resource": "arn:aws:dynamodb:*:*:table/${aws:userid}"}], Decision.UNKNOWN),
        ([without(ALLOW, "Resource")], Decision.UNKNOWN),
        ([{**ALLOW, "Principal": {"AWS": ROLE}}], Decision.ALLOWED),
        ([{**ALLOW, "Principal": {"AWS": ["123456789012"]}}], Decision.ALLOWED),
        ([{**ALLOW, "Principal": {"AWS": f"{ROLE}-other"}}], Decision.SILENT),
        ([{**ALLOW, "Principal": {"Service": "dynamodb.amazonaws.com"}}], Decision.SILENT),
        (
            [{**ALLOW, "Principal": {"AWS": "arn:aws:sts::123456789012:assumed-role/checkout/x"}}],
            Decision.UNKNOWN,
        ),
        ([without(ALLOW, "Principal", NotPrincipal={"AWS": ROLE})], Decision.UNKNOWN),
        ([without(ALLOW, "Principal", Principal={"AWS": 5})], Decision.SILENT),
        ([without(ALLOW, "Principal")], Decision.ALLOWED),
        ([{"Effect": "Perhaps"}], Decision.UNKNOWN),
        (["Allow"], Decision.UNKNOWN),
    ],
)
def test_statements(statements: object, expected: Decision) -> None:
    document = json.dumps({"Version": "2012-10-17", "Statement": statements})
    found = evaluate(
        document, principals=principals_of(ROLE), action="dynamodb:GetItem", resource=TABLE
    )
    assert found is expected


@pytest.mark.parametrize("document", [None, "", "not json", "[]", "{}", '{"Statement": 3}'])
def test_what_cannot_be_read_is_unknown(document: str | None) -> None:
    found = evaluate(document, principals=frozenset({ROLE}), action="a:B", resource=TABLE)
    assert found is Decision.UNKNOWN


@pytest.mark.parametrize(
    ("pattern", "text", "expected"),
    [
        ("*", "", True),
        ("a*c", "abbc", True),
        ("a*c", "abbd", False),
        ("a?c", "abc", True),
        ("a?c", "ac", False),
        ("**b", "aab", True),
        ("", "a", False),
        ("a", "a", True),
    ],
)
def test_wildcards(pattern: str, text: str, expected: bool) -> None:
    assert wildcard(pattern, text) is expected


def test_a_name_that_is_no_arn_stands_for_itself() -> None:
    assert principals_of("checkout") == frozenset({"checkout"})
    assert account_of("checkout") == frozenset()
