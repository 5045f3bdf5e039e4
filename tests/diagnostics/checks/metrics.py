"""Tables and metrics by hand, for the judges' tables."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from diagnostics.facts.metrics import BY_OPERATION, CAPACITY, OF_TABLE, OPERATIONS, Metrics, Series
from diagnostics.facts.table import Index, Key, Table

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
SINCE = NOW - timedelta(hours=1)

INDEX = Index(
    name="by-status",
    status="ACTIVE",
    backfilling=False,
    keys=(),
    read_units=50,
    write_units=12,
    max_read_units=None,
    max_write_units=None,
    last_decrease=None,
)
TABLE = Table(
    name="orders",
    arn="arn:aws:dynamodb:eu-west-1:123456789012:table/orders",
    region="eu-west-1",
    status="ACTIVE",
    on_demand=False,
    keys=(Key(name="id", role="HASH", type="S"),),
    indexes=(INDEX,),
    local_indexes=(),
    local_index_keys={},
    read_units=100,
    write_units=100,
    max_read_units=None,
    max_write_units=None,
    warm_read_units=None,
    warm_write_units=None,
    last_decrease=None,
    last_increase=None,
    created=None,
    kms_key_arn=None,
    sse_status=None,
    key_inaccessible_since=None,
    replicas=(),
    strong_replication=False,
)
ON_DEMAND = replace(TABLE, on_demand=True, read_units=0, write_units=0, indexes=())

# (metric, statistic, index, operation) -> {minutes before now: value}
Points = dict[tuple[str, str, str | None, str | None], dict[int, float]]


def minutes(start: int, end: int, value: float) -> dict[int, float]:
    """Return one value for each minute from `start` down to `end` minutes before now."""
    return dict.fromkeys(range(start, end - 1, -1), value)


def calls(operation: str, value: float = 6000.0) -> Points:
    """Return the answered calls of a steady operation."""
    return {("SuccessfulRequestLatency", "SampleCount", None, operation): minutes(90, 0, value)}


def metrics(points: Points, *, complete: bool = True, table: Table = TABLE) -> Metrics:
    """Return the metrics a table's checks ask for, with these points and no others."""
    asked: list[tuple[str, str, str | None, str | None]] = []
    for index in (None, *(i.name for i in table.indexes)):
        asked += [(name, stat, index, None) for name, stat in CAPACITY]
    for operation in OPERATIONS:
        asked += [(name, stat, None, operation) for name, stat in BY_OPERATION]
    asked += [(name, stat, None, None) for name, stat in OF_TABLE]
    return Metrics(
        since=SINCE,
        until=NOW,
        now=NOW,
        series=tuple(
            Series(
                name=key[0],
                stat=key[1],
                index=key[2],
                operation=key[3],
                complete=complete,
                points=tuple(
                    sorted((NOW - timedelta(minutes=m), v) for m, v in points.get(key, {}).items())
                ),
            )
            for key in asked
        ),
    )
