"""The table as DynamoDB describes it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from diagnostics import arn
from diagnostics.errors import Broken, Missing
from diagnostics.model import Request
from diagnostics.reader import Reader

READS = frozenset({"dynamodb:DescribeTable"})

SAY_TABLE = "say which table: table=NAME (or its ARN)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """One key attribute."""

    name: str
    role: str  # "HASH" or "RANGE"
    type: str  # "S", "N" or "B"


@dataclass(frozen=True, slots=True, kw_only=True)
class Index:
    """One global secondary index."""

    name: str
    status: str
    backfilling: bool
    keys: tuple[Key, ...]
    read_units: int  # provisioned RCU; 0 on demand
    write_units: int
    max_read_units: int | None  # own on-demand maximum; None: none set
    max_write_units: int | None
    last_decrease: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Replica:
    """One replica of a global table."""

    region: str
    status: str
    inaccessible_since: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A DynamoDB table."""

    name: str
    arn: str
    region: str
    status: str
    on_demand: bool
    keys: tuple[Key, ...]
    indexes: tuple[Index, ...]
    local_indexes: tuple[str, ...]
    local_index_keys: Mapping[str, tuple[Key, ...]]
    read_units: int  # provisioned RCU; 0 on demand
    write_units: int
    max_read_units: int | None  # own on-demand maximum; None: none set
    max_write_units: int | None
    warm_read_units: int | None
    warm_write_units: int | None
    last_decrease: datetime | None
    last_increase: datetime | None
    created: datetime | None
    kms_key_arn: str | None  # None: a key owned by DynamoDB, which nobody can take away
    sse_status: str | None
    key_inaccessible_since: datetime | None
    replicas: tuple[Replica, ...]
    strong_replication: bool  # multi-Region strong consistency

    @property
    def account(self) -> str | None:
        """The account the table lives in."""
        parsed = arn.parse(self.arn)
        return parsed.account if parsed else None


def table_reader(request: Request, aws: Reader) -> Reader:
    """Return the reader turned to the table's account and region.

    Raises Missing where nobody named a table.
    """
    if request.table is None:
        raise Missing(SAY_TABLE)
    return arn.reader_of(aws, request.table)


def find_table(request: Request, aws: Reader) -> Table | None:
    """Return the table, or None where its account and region have none of that name."""
    place = table_reader(request, aws)
    answer = place.find("dynamodb:DescribeTable", TableName=arn.name_of(request.table or ""))
    if answer is None:
        return None
    if "Table" not in answer:
        raise Broken(f"dynamodb:DescribeTable in {place.region}: AWS's answer holds no table")
    return table_of(answer["Table"], place.region)


def gather_table(request: Request, aws: Reader) -> Table:
    """Return the table; raises Missing where there is none of that name."""
    table = find_table(request, aws)
    if table is None:
        place = table_reader(request, aws)
        message = f"there is no table {arn.name_of(request.table or '')} in {place.region}"
        raise Missing(message)
    return table


def table_of(described: Mapping[str, Any], region: str) -> Table:
    """Return the table that a DescribeTable answer's `Table` tells of."""
    types = {
        a["AttributeName"]: a["AttributeType"] for a in described.get("AttributeDefinitions", ())
    }
    throughput = described.get("ProvisionedThroughput", {})
    on_demand = described.get("OnDemandThroughput", {})
    warm = described.get("WarmThroughput", {})
    sse = described.get("SSEDescription", {})
    return Table(
        name=described["TableName"],
        arn=described.get("TableArn", ""),
        region=region,
        status=described.get("TableStatus", "UNKNOWN"),
        on_demand=described.get("BillingModeSummary", {}).get("BillingMode") == "PAY_PER_REQUEST",
        keys=_keys(described.get("KeySchema", ()), types),
        indexes=tuple(_index(i, types) for i in described.get("GlobalSecondaryIndexes", ())),
        local_indexes=tuple(i["IndexName"] for i in described.get("LocalSecondaryIndexes", ())),
        local_index_keys={
            i["IndexName"]: _keys(i.get("KeySchema", ()), types)
            for i in described.get("LocalSecondaryIndexes", ())
        },
        read_units=throughput.get("ReadCapacityUnits", 0),
        write_units=throughput.get("WriteCapacityUnits", 0),
        max_read_units=_maximum(on_demand.get("MaxReadRequestUnits")),
        max_write_units=_maximum(on_demand.get("MaxWriteRequestUnits")),
        warm_read_units=warm.get("ReadUnitsPerSecond"),
        warm_write_units=warm.get("WriteUnitsPerSecond"),
        last_decrease=throughput.get("LastDecreaseDateTime"),
        last_increase=throughput.get("LastIncreaseDateTime"),
        created=described.get("CreationDateTime"),
        kms_key_arn=sse.get("KMSMasterKeyArn"),
        sse_status=sse.get("Status"),
        key_inaccessible_since=sse.get("InaccessibleEncryptionDateTime"),
        replicas=tuple(_replica(r) for r in described.get("Replicas", ())),
        strong_replication=described.get("MultiRegionConsistency") == "STRONG",
    )


def _index(described: Mapping[str, Any], types: Mapping[str, str]) -> Index:
    throughput = described.get("ProvisionedThroughput", {})
    on_demand = described.get("OnDemandThroughput", {})
    return Index(
        name=described["IndexName"],
        status=described.get("IndexStatus", "UNKNOWN"),
        backfilling=bool(described.get("Backfilling")),
        keys=_keys(described.get("KeySchema", ()), types),
        read_units=throughput.get("ReadCapacityUnits", 0),
        write_units=throughput.get("WriteCapacityUnits", 0),
        max_read_units=_maximum(on_demand.get("MaxReadRequestUnits")),
        max_write_units=_maximum(on_demand.get("MaxWriteRequestUnits")),
        last_decrease=throughput.get("LastDecreaseDateTime"),
    )


def _replica(described: Mapping[str, Any]) -> Replica:
    return Replica(
        region=described.get("RegionName", ""),
        status=described.get("ReplicaStatus", "UNKNOWN"),
        inaccessible_since=described.get("ReplicaInaccessibleDateTime"),
    )


def _keys(schema: Any, types: Mapping[str, str]) -> tuple[Key, ...]:  # noqa: ANN401 - AWS's JSON
    return tuple(
        Key(name=k["AttributeName"], role=k["KeyType"], type=types.get(k["AttributeName"], "?"))
        for k in schema
    )


def _maximum(units: int | None) -> int | None:
    # DynamoDB reports -1 for "no maximum". Source: API reference, OnDemandThroughput.
    return units if units is not None and units > 0 else None
