"""The table's KMS key: can it be used, and may the workload use it?"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from diagnostics import arn
from diagnostics.checks.permissions import SIMULATE, role_and_table
from diagnostics.checks.policies import Decision, account_of, evaluate
from diagnostics.facts import table as tables
from diagnostics.facts import workload as workloads
from diagnostics.facts.table import Table, gather_table
from diagnostics.facts.workload import workload_reader
from diagnostics.model import Check, Evidence, Finding, OnPath, Request, Said, Strength
from diagnostics.reader import Reader, side_by_side

DESCRIBE_TABLE = "dynamodb:DescribeTable"
DESCRIBE_KEY = "kms:DescribeKey"
KEY_POLICY = "kms:GetKeyPolicy"
LOST = "kms.key_unavailable"
REFUSED = "iam.kms_permission"
LOCKED_OUT = "INACCESSIBLE_ENCRYPTION_CREDENTIALS"

# Key states in which nothing can be decrypted.
# Source: KMS developer guide, "Key states of AWS KMS keys".
UNUSABLE = frozenset(
    {"Disabled", "PendingDeletion", "PendingReplicaDeletion", "PendingImport", "Unavailable"}
)


def gather_table_key(request: Request, aws: Reader) -> Table:
    """Return the table, which tells of its key."""
    return gather_table(request, aws)


def judge_table_key(table: Table) -> Iterator[Said]:
    """Say what the table itself tells of its key."""
    if table.status == LOCKED_OUT or table.key_inaccessible_since is not None:
        since = table.key_inaccessible_since
        yield Finding(
            cause=LOST,
            strength=Strength.PROVES,
            says=f"Table {table.name} cannot reach its KMS key"
            + (f" since {since:%Y-%m-%d %H:%M} UTC." if since else "."),
            evidence=(
                Evidence(source=DESCRIBE_TABLE, reading=f"TableStatus = {table.status}", at=since),
            ),
            scope=table.name,
            first_at=since,
            values={"key_arn": table.kms_key_arn} if table.kms_key_arn else {},
        )
    elif table.kms_key_arn is None:
        for cause in (LOST, REFUSED):
            yield _against(
                cause, table, f"Table {table.name} uses a key owned by AWS, which needs no grant."
            )


def _against(cause: str, table: Table, says: str, source: str = DESCRIBE_TABLE) -> Finding:
    reading = f"KMSMasterKeyArn = {table.kms_key_arn or 'none'}"
    return Finding(
        cause=cause,
        strength=Strength.AGAINST,
        says=says,
        evidence=(Evidence(source=source, reading=reading),),
        scope=table.name,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """A KMS key."""

    arn: str
    state: str | None  # None: there is no such key
    managed: bool  # by AWS: everybody who may use the table may use it


@dataclass(frozen=True, slots=True, kw_only=True)
class TableKey:
    """The table and its key, where it has one of its own."""

    table: Table
    key: Key | None  # None: a key owned by AWS


def gather_key(request: Request, aws: Reader) -> TableKey:
    """Return the state of the table's key."""
    table = gather_table(request, aws)
    return TableKey(table=table, key=_key(table, aws))


def _key(table: Table, aws: Reader) -> Key | None:
    if table.kms_key_arn is None:
        return None
    place = arn.reader_of(aws, table.kms_key_arn)
    answer = place.find(DESCRIBE_KEY, KeyId=table.kms_key_arn)
    if answer is None:
        return Key(arn=table.kms_key_arn, state=None, managed=False)
    described: Mapping[str, Any] = answer["KeyMetadata"]
    return Key(
        arn=table.kms_key_arn,
        state=described.get("KeyState", "Enabled"),
        managed=described.get("KeyManager") == "AWS",
    )


def judge_key(facts: TableKey) -> Iterator[Said]:
    """Say whether the key can be used."""
    table, key = facts.table, facts.key
    if key is None:
        return
    yield OnPath(kind="key", ids=frozenset({key.arn, arn.name_of(key.arn)}))
    if key.state is None or key.state in UNUSABLE:
        yield _unusable(table, key)
    elif key.state == "Enabled" and table.status != LOCKED_OUT and not table.key_inaccessible_since:
        says = f"The key of {table.name} is {key.state}."
        yield _against(LOST, table, says, DESCRIBE_KEY)


def _unusable(table: Table, key: Key) -> Finding:
    values = {
        "key_arn": key.arn,
        "disabled_key": key.arn if key.state == "Disabled" else "",
        "dying_key": key.arn if key.state == "PendingDeletion" else "",
    }
    return Finding(
        cause=LOST,
        strength=Strength.PROVES,
        says=f"The KMS key of {table.name} is {key.state or 'gone'}: nothing can be decrypted.",
        evidence=(
            Evidence(source=DESCRIBE_KEY, reading=f"KeyState = {key.state or 'NotFoundException'}"),
        ),
        scope=table.name,
        values={name: value for name, value in values.items() if value},
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Use:
    """Whether the role may decrypt with the table's key."""

    table: Table
    role_arn: str
    key: Key | None  # None: a key owned by AWS
    simulated: bool | None = None  # by the role's own policies; None: not conclusive
    direct: Decision = Decision.UNKNOWN  # what the key's policy says of the role itself
    delegated: Decision = Decision.UNKNOWN  # ... of the role's account, so of its IAM policies


def gather_use(request: Request, aws: Reader) -> Use:
    """Return whether the role may use the table's key."""
    role_arn, table = role_and_table(request, aws)
    if table.kms_key_arn is None:
        return Use(table=table, role_arn=role_arn, key=None)
    key_arn, role = table.kms_key_arn, arn.parse(role_arn)
    place = workload_reader(request, aws).at(account=role.account if role else None)
    key, simulated, policy = side_by_side(
        lambda: _key(table, aws),
        lambda: _simulated(place, role_arn, key_arn, table.region),
        lambda: arn.reader_of(aws, key_arn).find(KEY_POLICY, KeyId=key_arn, PolicyName="default"),
    )
    document = policy.get("Policy") if policy is not None else None
    return Use(
        table=table,
        role_arn=role_arn,
        key=key,
        simulated=simulated,
        direct=_decrypt(document, frozenset({role_arn}), key_arn),
        delegated=_decrypt(document, account_of(role_arn), key_arn),
    )


def _decrypt(document: str | None, principals: frozenset[str], key_arn: str) -> Decision:
    return evaluate(document, principals=principals, action="kms:Decrypt", resource=key_arn)


def _simulated(place: Reader, role_arn: str, key_arn: str, region: str) -> bool | None:
    """Return what the simulator says of Decrypt; None where it is not conclusive."""
    via = {
        "ContextKeyName": "kms:ViaService",
        "ContextKeyValues": [f"dynamodb.{region}.amazonaws.com"],
        "ContextKeyType": "string",
    }
    answer = place.find(
        SIMULATE,
        PolicySourceArn=role_arn,
        ActionNames=["kms:Decrypt"],
        ResourceArns=[key_arn],
        ContextEntries=[via],
    )
    results = answer.get("EvaluationResults", ()) if answer is not None else ()
    if not results or results[0].get("MissingContextValues"):
        return None
    return bool(results[0].get("EvalDecision") == "allowed")


def judge_use(facts: Use) -> Iterator[Said]:
    """Say whether the role may decrypt: by the key's own policy, or by the role's."""
    key, table = facts.key, facts.table
    if key is None or key.state is None:
        return
    if key.managed:
        says = f"Table {table.name} uses the key AWS manages for DynamoDB: no grant is needed."
        yield _against(REFUSED, table, says, DESCRIBE_KEY)
        return
    role = arn.name_of(facts.role_arn)
    if may_decrypt(facts) is True:
        says = f"Role {role} may use the key of {table.name}."
        yield _against(REFUSED, table, says, SIMULATE)
    if may_decrypt(facts) is False:
        yield Finding(
            cause=REFUSED,
            strength=Strength.PROVES,
            says=f"Role {role} may not kms:Decrypt with the key of {table.name}: "
            f"the key's policy: {facts.direct}; the role's own: "
            f"{'allowed' if facts.simulated else 'denied'}.",
            evidence=(
                Evidence(source=SIMULATE, reading=f"kms:Decrypt allowed = {facts.simulated}"),
                Evidence(source=KEY_POLICY, reading=f"the role: {facts.direct}"),
                Evidence(source=KEY_POLICY, reading=f"its account: {facts.delegated}"),
            ),
            scope=table.name,
            values={"key_arn": key.arn, "role": role, "role_arn": facts.role_arn},
        )


def may_decrypt(facts: Use) -> bool | None:
    """Return whether key policy and role together allow it; None where that is not known.

    The key's policy allows the role itself, or leaves it to IAM by allowing the account.
    Source: KMS developer guide, "Key policies".
    """
    said = {facts.direct, facts.delegated}
    if Decision.DENIED in said:
        return False
    if facts.direct is Decision.ALLOWED:
        return True
    if facts.delegated is Decision.ALLOWED and facts.simulated is not None:
        return facts.simulated if facts.direct is Decision.SILENT or facts.simulated else None
    return False if said == {Decision.SILENT} else None


CHECKS: tuple[Check[Any], ...] = (
    Check(
        id="kms.table",
        asks="Can the table reach its KMS key?",
        reads=tables.READS,
        finds=frozenset({LOST, REFUSED}),
        gather=gather_table_key,
        judge=judge_table_key,
    ),
    Check(
        id="kms.key",
        asks="Is the table's KMS key usable?",
        reads=tables.READS | {DESCRIBE_KEY},
        finds=frozenset({LOST}),
        gather=gather_key,
        judge=judge_key,
    ),
    Check(
        id="kms.permission",
        asks="May the workload use the table's KMS key?",
        reads=tables.READS | workloads.READS | {DESCRIBE_KEY, KEY_POLICY, SIMULATE},
        finds=frozenset({REFUSED}),
        gather=gather_use,
        judge=judge_use,
        needs_caller=True,
    ),
)
