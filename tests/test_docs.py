"""What the documents claim is what the code does."""

import re
from pathlib import Path
from typing import NamedTuple

import pytest

from diagnostics import knowledge
from diagnostics.checks import ALL

ROOT = Path(__file__).parents[1]
# Causes of the catalogue that no check can find.
NOT_YET_LOOKED_AT: frozenset[str] = frozenset()


class Row(NamedTuple):
    """One cause in docs/causes.md."""

    cause: str
    speaks_for: str
    speaks_against: str
    source: str
    strongest: str


def _rows() -> list[Row]:
    lines = (ROOT / "docs" / "causes.md").read_text(encoding="utf-8").splitlines()
    cells = [
        [c.strip() for c in line.strip("|").split(" | ")] for line in lines if line[:3] == "| `"
    ]
    return [Row(row[0].strip("`"), *row[1:]) for row in cells]


ROWS = _rows()


def test_the_table_lists_every_cause_once() -> None:
    known = set(knowledge.load().causes) | NOT_YET_LOOKED_AT
    assert sorted(row.cause for row in ROWS) == sorted(known)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.cause)
def test_a_row_names_one_confidence_and_why_where_it_is_not_proof(row: Row) -> None:
    confidence, _, why = re.sub(r"^(\w+)[:.]? ?", r"\1|", row.strongest).partition("|")
    assert confidence in {"confirmed", "likely", "possible"}
    assert why or confidence == "confirmed"


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.cause)
def test_a_row_names_the_checks_that_can_find_its_cause(row: Row) -> None:
    named = set(re.findall(r"`([a-z_]+\.[a-z_]+)`", row.source))
    assert named == {check.id for check in ALL if row.cause in check.finds}


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.cause)
def test_a_row_names_only_calls_its_checks_may_make(row: Row) -> None:
    reads = {check.id: check.reads for check in ALL}
    for check, calls in re.findall(r"`([a-z_]+\.[a-z_]+)`(?: \(([^)]*)\))?", row.source):
        assert set(re.findall(r"`([^`]+)`", calls)) <= reads[check], check
        assert calls or not reads[check], f"{check} reads AWS, and the row does not say what"
