"""The table's key: is it usable, and may the caller use it?"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from diagnostics import arn
from diagnostics.checks.permissions import role_of
from diagnostics.facts import table as tables
from diagnostics.facts import workload as workloads
from diagnostics.facts.table import Table, gather_table
from diagnostics.facts.workload import gather_workload
from diagnostics.model import Check, Evidence, Finding, OnPath, Request, Said, Strength
from diagnostics.policies import Call, Decision, evaluate
from diagnostics.reader import Reader, side_by_side

DESCRIBE_KEY = "kms:DescribeKey"
KEY_POLICY = "kms:GetKeyPolicy"
SIMULATE = "iam:SimulatePrincipalPolicy"
DESCRIBE_TABLE = "dynamodb:DescribeTable"
DECRYPT = "kms:Decrypt"
# States in which a key does not decrypt. Source: KMS developer guide, "Key states of AWS
# KMS keys".
UNUSABLE = frozenset({"Disabled", "PendingDeletion", "PendingReplicaDeletion", "Unavailable",
                      "PendingImport"})  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """The table's key as KMS describes it."""

    table: str
    key_arn: str | None  # None: a key that DynamoDB owns
    state: str | None  # None: KMS knows no such key
    deletion: datetime | None
    managed_by_aws: bool


def gather_key(request: Request, aws: Reader) -> Key:
    """Return the state of the table's key."""
    table = gather_table(request, aws)
    if table.kms_key_arn is None:
        return Key(table=table.name, key_arn=None, state=None, deletion=None, managed_by_aws=True)
    answer = arn.reader_of(aws, table.kms_key_arn).find(DESCRIBE_KEY, KeyId=table.kms_key_arn)
    about = answer["KeyMetadata"] if answer else {}
    return Key(
        table=table.name,
        key_arn=table.kms_key_arn,
        state=about.get("KeyState"),
        deletion=about.get("DeletionDate"),
        managed_by_aws=about.get("KeyManager") == "AWS",
    )


def judge_key(key: Key) -> Iterator[Said]:
    """Say whether the key can be used at all."""
    if key.key_arn is None:
        for cause in ("kms.key_unavailable", "iam.kms_permission"):
            yield _key_finding(
                key, cause, Strength.AGAINST,
                f"Table {key.table} uses a key that DynamoDB owns: nobody can take it away.",
            )  # fmt: skip
        return
    yield OnPath(kind="key", ids=frozenset({key.key_arn, arn.name_of(key.key_arn)}))
    if key.state is None or key.state in UNUSABLE:
        state = key.state or "gone"
        when = f", to be deleted on {key.deletion:%Y-%m-%d}" if key.deletion else ""
        yield _key_finding(
            key, "kms.key_unavailable", Strength.PROVES,
            f"The key of table {key.table} is {state}{when}: DynamoDB cannot decrypt with it.",
        )  # fmt: skip
        return
    yield _key_finding(
        key, "kms.key_unavailable", Strength.AGAINST, f"The key of {key.table} is {key.state}."
    )


def _key_finding(key: Key, cause: str, strength: Strength, says: str) -> Finding:
    source = DESCRIBE_TABLE if key.key_arn is None else DESCRIBE_KEY
    values = {"key_arn": key.key_arn or "", "table": key.table}
    if key.state == "Disabled":
        values["disabled_key"] = key.key_arn or ""
    if key.state in {"PendingDeletion", "PendingReplicaDeletion"}:
        values["dying_key"] = key.key_arn or ""
    return Finding(
        cause=cause,
        strength=strength,
        says=says,
        evidence=(Evidence(source=source, reading=f"KeyState = {key.state or 'none'}"),),
        scope=key.table,
        values=values,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyUse:
    """Whether the caller's role may decrypt with the table's key."""

    table: Table
    role: str
    managed_by_aws: bool
    simulated: str | None  # EvalDecision; None: not conclusive
    policy: Decision


def gather_key_use(request: Request, aws: Reader) -> KeyUse:
    """Return what the role's policies and the key's policy say of kms:Decrypt."""
    table, workload = side_by_side(
        lambda: gather_table(request, aws), lambda: gather_workload(request, aws)
    )
    role = role_of(workload)
    key = table.kms_key_arn
    if key is None:
        return KeyUse(
            table=table, role=role, managed_by_aws=True, simulated=None, policy=Decision.ALLOWED
        )
    place = arn.reader_of(aws, key)
    about, simulation, policy = side_by_side(
        lambda: place.find(DESCRIBE_KEY, KeyId=key),
        lambda: arn.reader_of(aws, role).read(
            SIMULATE, PolicySourceArn=role, ActionNames=[DECRYPT], ResourceArns=[key]
        ),
        lambda: place.find(KEY_POLICY, KeyId=key, PolicyName="default"),
    )
    results = simulation.get("EvaluationResults", ())
    told = [r.get("EvalDecision") for r in results if not r.get("MissingContextValues")]
    call = Call(principal=role, action=DECRYPT, resource=key)
    return KeyUse(
        table=table,
        role=role,
        managed_by_aws=about is not None and about["KeyMetadata"].get("KeyManager") == "AWS",
        simulated=told[0] if told else None,
        policy=evaluate(policy.get("Policy"), call) if policy else Decision.UNKNOWN,
    )


def judge_key_use(use: KeyUse) -> Iterator[Said]:
    """Say whether the caller lacks the permission to use the key.

    A key policy that names the whole account leaves the decision to the role's own
    policies; one that names the role is enough by itself.
    Source: KMS developer guide, "Default key policy".
    """
    role = arn.name_of(use.role)
    key = use.table.kms_key_arn
    if use.managed_by_aws or key is None:
        yield _use_finding(
            use, Strength.AGAINST, "AWS manages the table's key and lets every caller use it."
        )
        return
    if use.policy is Decision.DENIED:
        yield _use_finding(use, Strength.PROVES, f"The key's policy denies {DECRYPT} to {role}.")
        return
    if use.simulated is None or use.policy is Decision.UNKNOWN:
        return
    if use.simulated == "allowed":
        yield _use_finding(use, Strength.AGAINST, f"Role {role} may {DECRYPT} with the key.")
        return
    yield _use_finding(
        use, Strength.PROVES, f"Role {role} may not {DECRYPT} with the key of {use.table.name}."
    )


def _use_finding(use: KeyUse, strength: Strength, says: str) -> Finding:
    role = arn.name_of(use.role)
    reading = f"{DECRYPT}: EvalDecision = {use.simulated or 'not conclusive'}"
    return Finding(
        cause="iam.kms_permission",
        strength=strength,
        says=says,
        evidence=(Evidence(source=SIMULATE, reading=reading),),
        scope=role,
        values={"key_arn": use.table.kms_key_arn or "", "role": role, "role_arn": use.role},
    )


CHECKS = (
    Check(
        id="kms.key",
        asks="Is the table's key usable?",
        reads=tables.READS | {DESCRIBE_KEY},
        finds=frozenset({"kms.key_unavailable", "iam.kms_permission"}),
        gather=gather_key,
        judge=judge_key,
    ),
    Check(
        id="kms.permission",
        asks="May the caller use the table's key?",
        reads=tables.READS | workloads.READS | {DESCRIBE_KEY, KEY_POLICY, SIMULATE},
        finds=frozenset({"iam.kms_permission"}),
        gather=gather_key_use,
        judge=judge_key_use,
        needs_caller=True,
    ),
)
