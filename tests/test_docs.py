"""What the documents claim is what the code does."""

import re
from pathlib import Path
from typing import NamedTuple

import pytest

from bot import cli
from diagnostics import evidence, incidents, knowledge
from diagnostics.checks import ALL
from diagnostics.replay import replay

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


SURENESS = ("possible", "likely", "confirmed")


@pytest.mark.parametrize("name", incidents.TITLES)
def test_no_bundled_incident_is_surer_of_a_cause_than_its_row(name: str) -> None:
    strongest = {row.cause: re.match(r"\w+", row.strongest) for row in ROWS}
    for verdict in replay(evidence.load(incidents.read(name))).verdicts:
        claimed = strongest[verdict.cause]
        assert claimed is not None
        assert SURENESS.index(verdict.confidence) <= SURENESS.index(claimed[0]), verdict.cause


README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_the_readme_shows_what_the_demo_prints(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["demo"]) == 0
    printed = " ".join(capsys.readouterr().out.split())
    excerpt = README.partition("prints, shortened")[2].split("```")[1]
    parts = [" ".join(part.split()) for part in re.split(r"…|\n(?=[A-Z1-9 -])", excerpt)]
    assert [part for part in parts if part not in printed] == []


def test_the_readme_names_only_commands_and_targets_there_are(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert cli.main(["--help"]) == 0
    known = re.findall(r"^ {2}([a-z]+) ", capsys.readouterr().out, re.MULTILINE)
    assert set(re.findall(r"`?\bparamedic ([a-z]+)\b", README)) <= set(known)
    targets = re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE)
    assert set(re.findall(r"`make ([a-z]+)", README)) <= set(targets)


def test_every_file_the_readme_points_at_exists() -> None:
    places = re.findall(
        r"\]\(([^)]+)\)|`((?:bot|diagnostics|handlers|tests|docs)/[\w./-]+)", README
    )
    missing = [a or b for a, b in places if not (ROOT / (a or b)).exists()]
    assert missing == []
