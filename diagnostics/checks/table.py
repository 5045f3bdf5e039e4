"""The table itself: is it there, active, in this region, with this index?"""

from collections.abc import Iterator
from dataclasses import dataclass

from diagnostics import arn
from diagnostics.facts import table as tables
from diagnostics.facts.table import Replica, Table, find_table, gather_table, table_reader
from diagnostics.model import Check, Evidence, Finding, OnPath, Request, Said, Strength
from diagnostics.reader import Reader, side_by_side
from diagnostics.symptom import read_error

DESCRIBE = "dynamodb:DescribeTable"

# Table states in which DynamoDB serves reads and writes.
# Source: API reference, TableDescription, "TableStatus".
SERVING = frozenset({"ACTIVE", "UPDATING"})
KEY_LOST = "INACCESSIBLE_ENCRYPTION_CREDENTIALS"
# Replica states that need a person. Source: API reference, ReplicaDescription.
REPLICA_BROKEN = frozenset(
    {"REGION_DISABLED", KEY_LOST, "REPLICATION_NOT_AUTHORIZED", "CREATION_FAILED", "ARCHIVED"},
)
# How many regions are asked for a table that is missing where it was looked for.
REGIONS_LOOKED_AT = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """What DynamoDB says of the table where the call went."""

    name: str
    region: str
    table: Table | None  # None: this account and region have no such table
    index: str | None  # the index asked about


def gather_status(request: Request, aws: Reader) -> Status:
    """Return the table's description, or that there is none."""
    return Status(
        name=arn.name_of(request.table or ""),
        region=table_reader(request, aws).region,
        table=find_table(request, aws),
        index=request.index,
    )


def judge_status(status: Status) -> Iterator[Said]:
    """Say whether the table exists and serves."""
    table = status.table
    if table is None:
        yield Finding(
            cause="table.not_found",
            strength=Strength.PROVES,
            says=f"There is no table {status.name} in {status.region} in the account read.",
            evidence=(Evidence(source=DESCRIBE, reading="ResourceNotFoundException"),),
            scope=status.name,
        )
        return
    yield OnPath(kind="table", ids=frozenset({table.name, table.arn}))
    yield OnPath(kind="index", ids=frozenset(i.name for i in table.indexes))
    yield from _existence(table, status.index)
    yield from _activity(table, status.index)


def _existence(table: Table, index: str | None) -> Iterator[Finding]:
    known = {i.name for i in table.indexes} | set(table.local_indexes)
    evidence = Evidence(source=DESCRIBE, reading=f"indexes: {', '.join(sorted(known)) or 'none'}")
    if index is not None and index not in known:
        yield Finding(
            cause="table.not_found",
            strength=Strength.PROVES,
            says=f"Table {table.name} has no index {index}.",
            evidence=(evidence,),
            scope=index,
        )
        return
    says = f"Table {table.name} exists in {table.region}."
    reading = Evidence(source=DESCRIBE, reading=f"TableArn = {table.arn}")
    for cause in ("table.not_found", "table.wrong_region"):
        yield Finding(
            cause=cause, strength=Strength.AGAINST, says=says, evidence=(reading,), scope=table.name
        )


def _activity(table: Table, index: str | None) -> Iterator[Finding]:
    reading = Evidence(source=DESCRIBE, reading=f"TableStatus = {table.status}")
    if table.status not in SERVING:
        yield Finding(
            cause="table.not_active",
            strength=Strength.PROVES,
            says=f"Table {table.name} is {table.status}: it does not serve requests.",
            evidence=(reading,),
            scope=table.name,
            first_at=table.key_inaccessible_since if table.status == KEY_LOST else None,
        )
        return
    idle = [i for i in table.indexes if i.name == index and i.status not in SERVING]
    for one in idle:
        yield Finding(
            cause="table.not_active",
            strength=Strength.PROVES,
            says=f"Index {one.name} of {table.name} is {one.status}: it does not serve queries.",
            evidence=(Evidence(source=DESCRIBE, reading=f"IndexStatus = {one.status}"),),
            scope=one.name,
        )
    if not idle:
        yield Finding(
            cause="table.not_active",
            strength=Strength.AGAINST,
            says=f"Table {table.name} is {table.status} and serves requests.",
            evidence=(reading,),
            scope=table.name,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Elsewhere:
    """Where else a table of that name lives."""

    name: str
    asked: str  # the region the call went to
    found: tuple[Table, ...]


def gather_elsewhere(request: Request, aws: Reader) -> Elsewhere:
    """Look for a missing table in the error's and the configured regions, five at most."""
    place = table_reader(request, aws)
    name = arn.name_of(request.table or "")
    if find_table(request, aws) is not None:
        return Elsewhere(name=name, asked=place.region, found=())
    reading = read_error(request.text) if request.text else None
    named = (reading.region,) if reading is not None and reading.region else ()
    regions = [r for r in dict.fromkeys((*named, *request.regions)) if r != place.region]

    def look(region: str) -> Table | None:
        answer = place.at(region=region).find(DESCRIBE, TableName=name)
        return None if answer is None else tables.table_of(answer["Table"], region)

    asks = [lambda region=region: look(region) for region in regions[:REGIONS_LOOKED_AT]]
    found = side_by_side(*asks)
    return Elsewhere(name=name, asked=place.region, found=tuple(t for t in found if t))


def judge_elsewhere(elsewhere: Elsewhere) -> Iterator[Said]:
    """Say where the table really is."""
    for table in elsewhere.found:
        yield Finding(
            cause="table.wrong_region",
            strength=Strength.PROVES,
            says=f"Table {elsewhere.name} is not in {elsewhere.asked}; it lives in {table.region}.",
            evidence=(Evidence(source=DESCRIBE, reading=f"TableArn = {table.arn}"),),
            scope=elsewhere.name,
            values={"right_region": table.region},
        )


def gather_replicas(request: Request, aws: Reader) -> tuple[Table, tuple[Replica, ...]]:
    """Return the table and its replicas."""
    table = gather_table(request, aws)
    return table, table.replicas


def judge_replicas(facts: tuple[Table, tuple[Replica, ...]]) -> Iterator[Said]:
    """Say whether a replica is broken."""
    table, replicas = facts
    for replica in replicas:
        if replica.status not in REPLICA_BROKEN:
            continue
        yield Finding(
            cause="replication.conflict",
            strength=Strength.SUGGESTS,
            says=f"The replica of {table.name} in {replica.region} is {replica.status}.",
            evidence=(Evidence(source=DESCRIBE, reading=f"ReplicaStatus = {replica.status}"),),
            scope=f"{table.name}/{replica.region}",
            first_at=replica.inaccessible_since,
            values={"replica_region": replica.region},
        )
    if not replicas:
        yield Finding(
            cause="replication.conflict",
            strength=Strength.AGAINST,
            says=f"Table {table.name} has no replicas.",
            evidence=(Evidence(source=DESCRIBE, reading="Replicas is empty"),),
            scope=table.name,
        )


CHECKS = (
    Check(
        id="table.status",
        asks="Does the table exist, and does it serve?",
        reads=tables.READS,
        finds=frozenset({"table.not_found", "table.not_active", "table.wrong_region"}),
        gather=gather_status,
        judge=judge_status,
    ),
    Check(
        id="table.elsewhere",
        asks="Does the table live in another region?",
        reads=tables.READS,
        finds=frozenset({"table.wrong_region"}),
        gather=gather_elsewhere,
        judge=judge_elsewhere,
    ),
    Check(
        id="table.replicas",
        asks="Are the replicas of a global table well?",
        reads=tables.READS,
        finds=frozenset({"replication.conflict"}),
        gather=gather_replicas,
        judge=judge_replicas,
    ),
)
