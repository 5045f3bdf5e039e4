"""The tables of operations and pages against botocore's own models."""

from typing import Any

import botocore.session
import pytest

from diagnostics.evidence.ops import OPERATIONS
from diagnostics.evidence.paging import PAGES

SESSION = botocore.session.get_session()
# Lists with a token of their own for which botocore has no paginator.
UNPAGED = {"cloudwatch:DescribeInsightRules", "dynamodb:ListContributorInsights"}


@pytest.mark.parametrize("op", OPERATIONS)
def test_every_operation_exists_and_only_reads(op: str) -> None:
    service, _, operation = op.partition(":")
    assert operation in SESSION.get_service_model(service).operation_names
    verbs = ("Describe", "Get", "List", "Lookup", "Filter", "BatchGet", "Simulate")
    assert operation.startswith(verbs) or operation in {"StartQuery", "StopQuery"}


def paginator(op: str) -> dict[str, Any] | None:
    service, _, operation = op.partition(":")
    try:
        found: dict[str, Any] = SESSION.get_paginator_model(service).get_paginator(operation)
    except ValueError:
        return None
    return found


@pytest.mark.parametrize("op", sorted(PAGES))
def test_pages_are_cut_where_botocore_joins_them(op: str) -> None:
    known, ours = paginator(op), PAGES[op]
    if op in UNPAGED:
        assert known is None
        return
    assert known is not None
    results = known["result_key"]
    assert ours.result in (results if isinstance(results, list) else [results])
    assert (ours.cursor, ours.next or ours.cursor, ours.size, ours.more) == (
        known["input_token"],
        known["output_token"],
        known.get("limit_key", ""),
        known.get("more_results"),
    )


@pytest.mark.parametrize("op", OPERATIONS)
def test_every_list_that_botocore_joins_is_cut(op: str) -> None:
    assert paginator(op) is None or op in PAGES
