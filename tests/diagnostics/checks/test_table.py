from typing import Any

import pytest

from diagnostics.checks.table import (
    gather_elsewhere,
    gather_replicas,
    gather_status,
    judge_elsewhere,
    judge_replicas,
    judge_status,
)
from diagnostics.errors import Missing
from diagnostics.model import Finding, OnPath
from tests.diagnostics.checks.scene import TABLE, ask, aws, described, findings
from tests.fakes import FakeReader

THERE = [("table.not_found", "against"), ("table.wrong_region", "against")]
GONE = [("table.not_found", "proves")]
IDLE = [("table.not_active", "proves")]
BUILDING = [{"IndexName": "by-customer", "IndexStatus": "CREATING", "Backfilling": True}]


@pytest.mark.parametrize(
    ("answer", "index", "expected"),
    [
        (described(), None, [*THERE, ("table.not_active", "against")]),
        (described(TableStatus="UPDATING"), None, [*THERE, ("table.not_active", "against")]),
        (described(TableStatus="CREATING"), None, [*THERE, *IDLE]),
        (described(TableStatus="ARCHIVED"), None, [*THERE, *IDLE]),
        (described(), "by-customer", [*THERE, ("table.not_active", "against")]),
        (described(), "by-date", [*GONE, ("table.not_active", "against")]),
        (described(GlobalSecondaryIndexes=BUILDING), "by-customer", [*THERE, *IDLE]),
        (
            described(GlobalSecondaryIndexes=BUILDING),
            None,
            [*THERE, ("table.not_active", "against")],
        ),
        (None, None, GONE),
    ],
    ids=[
        "active",
        "updating serves",
        "creating",
        "archived",
        "a known index",
        "an unknown index",
        "an index being built",
        "an index being built, not asked about",
        "no such table",
    ],
)
def test_status(
    answer: dict[str, Any] | None, index: str | None, expected: list[tuple[str, str]]
) -> None:
    reader = aws({"dynamodb:DescribeTable": answer})
    assert findings(tuple(judge_status(gather_status(ask(index=index), reader)))) == expected


def test_table_and_indexes_lie_on_the_path() -> None:
    said = tuple(judge_status(gather_status(ask(), aws({}))))
    assert [s for s in said if isinstance(s, OnPath)] == [
        OnPath(kind="table", ids=frozenset({"orders", TABLE})),
        OnPath(kind="index", ids=frozenset({"by-customer"})),
    ]


def test_nobody_named_a_table() -> None:
    with pytest.raises(Missing, match="table=NAME"):
        gather_status(ask(table=None), aws({}))


class Regions(FakeReader):
    """A reader that has the table in one region alone."""

    home = "us-east-1"

    def at(self, *, region: str | None = None, account: str | None = None) -> "Regions":
        return Regions(
            answers={"dynamodb:DescribeTable": described() if region == self.home else None},
            region=region or self.region,
            account=account or self.account,
            asked=self.asked,
        )


def test_a_table_in_another_configured_region_is_found() -> None:
    reader = Regions(answers={"dynamodb:DescribeTable": None})
    request = ask(regions=("eu-west-1", "eu-central-1", "us-east-1"))
    said = tuple(judge_elsewhere(gather_elsewhere(request, reader)))
    assert findings(said) == [("table.wrong_region", "proves")]
    [finding] = [s for s in said if isinstance(s, Finding)]
    assert finding.says == "Table orders is not in eu-west-1; it lives in us-east-1."
    assert finding.values == {"right_region": "us-east-1"}


def test_the_region_of_the_errors_host_is_looked_at_too() -> None:
    text = (
        "botocore.exceptions.ReadTimeoutError: Read timeout on endpoint URL: "
        '"https://dynamodb.us-east-1.amazonaws.com/"'
    )
    reader = FakeReader(answers={"dynamodb:DescribeTable": None})
    gather_elsewhere(ask(text=text), reader)
    assert [region for region, _ in reader.places if region] == ["us-east-1"]


def test_a_table_that_is_there_is_looked_for_nowhere_else() -> None:
    reader = aws({})
    request = ask(regions=("us-east-1",))
    assert tuple(judge_elsewhere(gather_elsewhere(request, reader))) == ()
    assert len(reader.asked) == 1


@pytest.mark.parametrize(
    ("replicas", "expected"),
    [
        ([], [("replication.conflict", "against")]),
        ([{"RegionName": "us-east-1", "ReplicaStatus": "ACTIVE"}], []),
        (
            [{"RegionName": "us-east-1", "ReplicaStatus": "REPLICATION_NOT_AUTHORIZED"}],
            [("replication.conflict", "suggests")],
        ),
    ],
)
def test_replicas(replicas: list[dict[str, str]], expected: list[tuple[str, str]]) -> None:
    reader = aws({"dynamodb:DescribeTable": described(Replicas=replicas)})
    said = tuple(judge_replicas(gather_replicas(ask(), reader)))
    assert findings(said) == expected
