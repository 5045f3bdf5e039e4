"""What may be asked of AWS at all, and the IAM policies that say the same."""

import json
from collections.abc import Iterable, Mapping
from typing import Any

# Which session of a role asks a service: each carries a session policy of its own, and
# AWS allows 2,048 characters for one. Services that stand here may be read, no others.
SESSIONS: Mapping[str, str] = {
    "application-autoscaling": "state",
    "autoscaling": "state",
    "cloudwatch": "state",
    "dax": "state",
    "dynamodb": "state",
    "health": "state",
    "service-quotas": "state",
    "cloudformation": "logs",
    "cloudtrail": "logs",
    "codedeploy": "logs",
    "fis": "logs",
    "logs": "logs",
    "ec2": "network",
    "elbv2": "network",
    "ecs": "identity",
    "eks": "identity",
    "iam": "identity",
    "kms": "identity",
    "lambda": "identity",
    "organizations": "identity",
    "sts": "identity",
}
# Source: IAM user guide, "IAM and AWS STS quotas", session policy size.
SESSION_POLICY_CHARACTERS = 2048

# botocore's client name -> IAM's service prefix.
# Source: Service Authorization Reference, one page a service.
PREFIXES = {"elbv2": "elasticloadbalancing", "service-quotas": "servicequotas"}

VERBS = ("BatchGet", "Describe", "Filter", "Get", "List", "Lookup", "Simulate")
# Start a query of logs and stop it again: what they change is the query itself.
QUERIES = frozenset({"logs:StartQuery", "logs:StopQuery"})
# Called a read, yet it hands out table data, secrets, code or credentials, or makes
# something. Source: each operation's API reference.
NEVER = frozenset(
    {
        "cloudformation:GetTemplate",
        "cloudformation:GetGeneratedTemplate",
        "cloudtrail:GetQueryResults",
        "dynamodb:BatchGetItem",
        "dynamodb:GetItem",
        "ec2:DescribeInstanceAttribute",
        "ec2:DescribeLaunchTemplateVersions",
        "ec2:DescribeSpotFleetRequests",
        "ec2:DescribeSpotInstanceRequests",
        "ec2:DescribeVpnConnections",
        "ec2:GetConsoleOutput",
        "ec2:GetConsoleScreenshot",
        "ec2:GetFlowLogsIntegrationTemplate",
        "ec2:GetInstanceUefiData",
        "ec2:GetLaunchTemplateData",
        "ec2:GetPasswordData",
        "ec2:GetVpnConnectionDeviceSampleConfiguration",
        "elbv2:GetTrustStoreCaCertificatesBundle",
        "elbv2:GetTrustStoreRevocationContent",
        "iam:GetCredentialReport",
        "iam:GetDelegationRequest",
        "iam:GetHumanReadableSummary",
        "kms:GetParametersForImport",
        "lambda:GetDurableExecution",
        "lambda:GetDurableExecutionHistory",
        "lambda:GetDurableExecutionState",
        "lambda:GetFunction",
        "lambda:GetLayerVersion",
        "lambda:GetLayerVersionByArn",
        "logs:GetLogObject",
        "logs:GetLookupTable",
        "service-quotas:GetQuotaUtilizationReport",
        "sts:GetDelegatedAccessToken",
        "sts:GetFederationToken",
        "sts:GetSessionToken",
        "sts:GetWebIdentityToken",
    },
)

ASSUME = "sts:AssumeRole"
IDENTITY = "sts:GetCallerIdentity"
# What the reader asks by itself, whatever the checks declare.
own_calls = frozenset({ASSUME, IDENTITY})


class ReadOnlyBreach(RuntimeError):  # noqa: N818 - it names what happened
    """A check asked for what it does not declare, or for what no check may ask: a bug."""


def is_read(op: str) -> bool:
    """Return whether `op` only looks, and at nothing a diagnosis must not see."""
    service, _, name = op.partition(":")
    return service in SESSIONS and op not in NEVER and (name.startswith(VERBS) or op in QUERIES)


def require_read(op: str, allowed: frozenset[str]) -> None:
    """Raise ReadOnlyBreach unless a check declares `op` and it only reads."""
    if op not in allowed:
        raise ReadOnlyBreach(f"no check declares {op}")
    if not is_read(op):
        raise ReadOnlyBreach(f"{op} is no read that a diagnosis may make")


def iam_action(op: str) -> str:
    """Return the IAM action behind "client:Operation"."""
    service, _, name = op.partition(":")
    return f"{PREFIXES.get(service, service)}:{name}"


def policy(reads: Iterable[str], role_arns: Iterable[str] = ()) -> dict[str, Any]:
    """Return the IAM policy for whom Paramedic runs as: the declared reads and its own calls.

    `role_arns` are the roles of other accounts that it may assume; none named: any role
    whose trust policy lets it.
    """
    return {
        "Version": "2012-10-17",
        "Statement": [
            _allow("ReadForDiagnosis", {iam_action(op) for op in reads} | {IDENTITY}),
            _allow("AssumeRolesOfAccounts", {ASSUME}, sorted(role_arns) or "*"),
            *_never(),
        ],
    }


def session_policies(reads: Iterable[str]) -> dict[str, str]:
    """Return the session policy of each session of an assumed role, as compact JSON.

    Only sessions that some read needs. Raises ReadOnlyBreach for a service no session has.
    """
    actions: dict[str, set[str]] = {}
    for op in reads:
        if not is_read(op):
            raise ReadOnlyBreach(f"{op} is no read that a diagnosis may make")
        actions.setdefault(session_of(op), set()).add(iam_action(op))
    return {session: _session_policy(held) for session, held in sorted(actions.items())}


def session_of(op: str) -> str:
    """Return the name of the session that asks `op` under an assumed role."""
    return SESSIONS[op.partition(":")[0]]


def _allow(sid: str, actions: Iterable[str], resource: str | list[str] = "*") -> dict[str, Any]:
    return {"Sid": sid, "Effect": "Allow", "Action": sorted(actions), "Resource": resource}


def _session_policy(actions: Iterable[str]) -> str:
    statement = {"Effect": "Allow", "Action": sorted(actions), "Resource": "*"}
    document = {"Version": "2012-10-17", "Statement": [statement]}
    return json.dumps(document, separators=(",", ":"))


def _never() -> list[dict[str, Any]]:
    """Return the statements that hold whatever else is allowed.

    Source of the actions: Service Authorization Reference, "Actions defined by" DynamoDB,
    Secrets Manager, Systems Manager and KMS.
    """
    table_data = [
        "dynamodb:BatchGetItem",
        "dynamodb:ExportTableToPointInTime",
        "dynamodb:GetItem",
        "dynamodb:GetRecords",
        "dynamodb:GetShardIterator",
        "dynamodb:PartiQL*",
        "dynamodb:Query",
        "dynamodb:Scan",
        "secretsmanager:*",
        "ssm:GetParameter*",
    ]
    deny = {"Sid": "NeverTableData", "Effect": "Deny", "Action": table_data, "Resource": "*"}
    # CloudWatch Logs decrypts an encrypted log group on the reader's behalf.
    but_logs = {"StringNotLike": {"kms:ViaService": "logs.*.amazonaws.com*"}}
    decrypt = {
        "Sid": "NeverDecryptButLogs",
        "Effect": "Deny",
        "Action": ["kms:Decrypt"],
        "Resource": "*",
        "Condition": but_logs,
    }
    return [deny, decrypt]
