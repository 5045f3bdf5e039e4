import functools
import json
import re

import botocore.session
import pytest

from diagnostics.aws import policy as door
from diagnostics.checks import ALL

READS = frozenset(op for check in ALL for op in check.reads)

# A whole verb: "Get" of GetRole, not of Getaway.
HARMLESS = re.compile(r"(BatchGet|Describe|Filter|Get|List|Lookup|Simulate)(?![a-z])")


@functools.cache
def operations() -> frozenset[str]:
    """Return every operation of every service that may be read at all."""
    session = botocore.session.Session()
    return frozenset(
        f"{service}:{name}"
        for service in door.SESSIONS
        for name in session.get_service_model(service).operation_names
    )


def test_no_other_service_is_read() -> None:
    services = set(botocore.session.Session().get_available_services())
    assert services > set(door.SESSIONS)
    read = {name for name in services if door.is_read(f"{name}:DescribeEverything")}
    assert read == set(door.SESSIONS)


def test_of_all_that_aws_can_do_only_looking_passes() -> None:
    passed = {op for op in operations() if door.is_read(op)}
    odd = {op for op in passed if not HARMLESS.match(op.partition(":")[2])}
    assert odd == {"logs:StartQuery", "logs:StopQuery"}


@pytest.mark.parametrize(
    "op",
    [
        "dynamodb:GetItem",
        "dynamodb:BatchGetItem",
        "dynamodb:Query",
        "dynamodb:Scan",
        "dynamodb:TransactGetItems",
        "dynamodb:ExecuteStatement",
        "dynamodb:BatchExecuteStatement",
        "dynamodb:PutItem",
        "dynamodb:UpdateTable",
        "dynamodb:ExportTableToPointInTime",
        "dynamodbstreams:GetRecords",
        "dynamodbstreams:GetShardIterator",
        "kinesis:GetRecords",
        "s3:GetObject",
        "s3:ListBuckets",
        "secretsmanager:GetSecretValue",
        "secretsmanager:ListSecrets",
        "ssm:GetParameter",
        "ssm:GetParametersByPath",
        "kms:Decrypt",
        "kms:GenerateDataKey",
        "lambda:GetFunction",
        "lambda:Invoke",
        "sts:GetSessionToken",
        "sts:GetFederationToken",
        "sts:AssumeRole",
        "cloudtrail:StartQuery",
        "cloudtrail:GetQueryResults",
        "ec2:GetPasswordData",
        "ec2:DescribeInstanceAttribute",
        "iam:GenerateCredentialReport",
        "iam:GetCredentialReport",
        "dynamodb",
        "dynamodb:",
        ":DescribeTable",
        "",
    ],
)
def test_data_secrets_and_changes_never_pass_even_if_declared(op: str) -> None:
    with pytest.raises(door.ReadOnlyBreach, match="no read"):
        door.require_read(op, frozenset({op}))


def test_what_no_check_declares_is_refused() -> None:
    with pytest.raises(door.ReadOnlyBreach, match="no check declares dynamodb:ListTables"):
        door.require_read("dynamodb:ListTables", frozenset({"dynamodb:DescribeTable"}))


def test_what_is_refused_by_name_exists() -> None:
    assert operations() >= door.NEVER | door.QUERIES


def test_every_read_of_the_checks_exists_and_passes() -> None:
    assert READS
    assert operations() >= READS
    assert {op for op in READS if not door.is_read(op)} == set()


@pytest.mark.parametrize(
    ("op", "action"),
    [
        ("dynamodb:DescribeTable", "dynamodb:DescribeTable"),
        ("elbv2:DescribeTargetGroups", "elasticloadbalancing:DescribeTargetGroups"),
        ("service-quotas:GetServiceQuota", "servicequotas:GetServiceQuota"),
        (
            "application-autoscaling:DescribeScalableTargets",
            "application-autoscaling:DescribeScalableTargets",
        ),
        ("lambda:GetFunctionConfiguration", "lambda:GetFunctionConfiguration"),
        ("cloudwatch:GetMetricData", "cloudwatch:GetMetricData"),
        ("health:DescribeEvents", "health:DescribeEvents"),
        ("sts:AssumeRole", "sts:AssumeRole"),
    ],
)
def test_an_iam_action_is_named_as_iam_names_it(op: str, action: str) -> None:
    assert door.iam_action(op) == action


def test_the_policy_allows_the_declared_reads_and_the_readers_own_calls_alone() -> None:
    statements = door.policy(READS)["Statement"]
    allowed = [a for s in statements if s["Effect"] == "Allow" for a in s["Action"]]
    assert set(allowed) == {door.iam_action(op) for op in READS | door.own_calls}
    assert len(allowed) == len(set(allowed))


def test_the_policy_of_two_reads_word_for_word() -> None:
    role = "arn:aws:iam::444455556666:role/paramedic-read"
    assert door.policy(["elbv2:DescribeListeners", "dynamodb:DescribeTable"], [role]) == {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Sid": "ReadForDiagnosis",
                "Effect": "Allow",
                "Action": [
                    "dynamodb:DescribeTable",
                    "elasticloadbalancing:DescribeListeners",
                    "sts:GetCallerIdentity",
                ],
                "Resource": "*",
            },
            {
                "Sid": "AssumeRolesOfAccounts",
                "Effect": "Allow",
                "Action": ["sts:AssumeRole"],
                "Resource": [role],
            },
            {
                "Sid": "NeverTableData",
                "Effect": "Deny",
                "Action": [
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
                ],
                "Resource": "*",
            },
            {
                "Sid": "NeverDecryptButLogs",
                "Effect": "Deny",
                "Action": ["kms:Decrypt"],
                "Resource": "*",
                "Condition": {"StringNotLike": {"kms:ViaService": "logs.*.amazonaws.com*"}},
            },
        ],
    }


def test_session_policies_together_allow_what_the_checks_read_and_each_fits() -> None:
    policies = door.session_policies(READS)
    assert set(policies) == {"identity", "logs", "network", "state"}
    assert {name: len(text) for name, text in policies.items() if len(text) > 2048} == {}
    actions = [a for text in policies.values() for a in json.loads(text)["Statement"][0]["Action"]]
    assert sorted(actions) == sorted({door.iam_action(op) for op in READS})


def test_a_session_policy_is_never_made_for_what_may_not_be_asked() -> None:
    with pytest.raises(door.ReadOnlyBreach, match="dynamodb:GetItem"):
        door.session_policies(["dynamodb:GetItem"])
