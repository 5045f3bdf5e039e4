"""Who may: IAM, STS, KMS."""

from collections.abc import Mapping
from typing import Any

from diagnostics.evidence.globs import matches
from diagnostics.evidence.ops.kinds import (
    Listing,
    Lookup,
    Operation,
    Params,
    Single,
    Special,
    as_list,
    missing,
)
from diagnostics.evidence.scene import Resource, Scene, shown

NO_SUCH = "NoSuchEntity"
ROLE = Lookup(collection="iam.roles", keys={"RoleName": "RoleName"}, not_found=NO_SUCH, wrap="Role")
POLICY = Lookup(
    collection="iam.policies", keys={"PolicyArn": "Arn"}, not_found=NO_SUCH, wrap="Policy"
)
KEY = Lookup(
    collection="kms.keys",
    keys={"KeyId": ("KeyId", "Arn", "_Aliases")},
    not_found="NotFoundException",
    wrap="KeyMetadata",
)
SIMULATES = frozenset(
    {
        "ActionNames",
        "CallerArn",
        "ContextEntries",
        "PermissionsBoundaryPolicyInputList",
        "PolicyInputList",
        "PolicySourceArn",
        "ResourceArns",
        "ResourceOwner",
        "ResourcePolicy",
    },
)


def simulate(scene: Scene, params: Params) -> dict[str, Any]:
    """Return what IAM's simulator says of each action on each resource."""
    principal = params["PolicySourceArn"]
    roles = scene.known("iam.roles")
    is_role = ":role/" in principal
    if is_role and roles is not None and not any(r["Arn"] == principal for r in roles):
        raise missing(scene, NO_SUCH, principal)
    known = [
        one for one in scene.resources("iam.simulations") if matches(one["_Principal"], principal)
    ]
    return {
        "EvaluationResults": [
            _simulated(scene, known, action, resource)
            for action in as_list(params["ActionNames"])
            for resource in as_list(params.get("ResourceArns", ["*"]))
        ],
    }


def _simulated(scene: Scene, known: list[Resource], action: str, resource: str) -> dict[str, Any]:
    for one in known:
        right_action = matches(one.get("_Action", "*").lower(), action.lower())
        if right_action and matches(one.get("_Resource", "*"), resource):
            return {
                "EvalActionName": action,
                "EvalResourceName": resource,
                "MatchedStatements": [],
                "MissingContextValues": [],
                **shown(one),
            }
    raise scene.unknown(f"a simulation of {action}")


def key_policy(scene: Scene, params: Params) -> dict[str, Any]:
    """Return a key's policy."""
    key = KEY.one(scene, {"KeyId": params["KeyId"]})
    for found in scene.resources("kms.key_policies"):
        if found["_KeyId"] in (key["KeyId"], key.get("Arn")):
            return {"PolicyName": "default", **shown(found)}
    raise scene.unknown(f"the policy of key {params['KeyId']}")


def grants(scene: Scene, params: Params) -> dict[str, Any]:
    """Return a key's grants, of one grantee where asked."""
    key = KEY.one(scene, {"KeyId": params["KeyId"]})
    names = (key["KeyId"], key.get("Arn"))
    grantee = params.get("GranteePrincipal")
    return {
        "Grants": [
            shown(one)
            for one in scene.resources("kms.grants")
            if one["KeyId"] in names
            and grantee in (None, one.get("GranteePrincipal"))
            and params.get("GrantId") in (None, one.get("GrantId"))
        ],
    }


OPERATIONS: Mapping[str, Operation] = {
    "iam:GetRole": ROLE,
    "iam:ListAttachedRolePolicies": Listing(
        collection="iam.attached_policies",
        result="AttachedPolicies",
        within={"RoleName": "_RoleName"},
        of=ROLE,
    ),
    "iam:ListRolePolicies": Listing(
        collection="iam.inline_policies",
        result="PolicyNames",
        within={"RoleName": "RoleName"},
        item="PolicyName",
        of=ROLE,
    ),
    "iam:GetRolePolicy": Lookup(
        collection="iam.inline_policies",
        keys={"RoleName": "RoleName", "PolicyName": "PolicyName"},
        not_found=NO_SUCH,
    ),
    "iam:GetPolicy": POLICY,
    "iam:GetPolicyVersion": Lookup(
        collection="iam.policy_versions",
        keys={"PolicyArn": "_PolicyArn", "VersionId": "VersionId"},
        not_found=NO_SUCH,
        wrap="PolicyVersion",
    ),
    "iam:ListPolicyVersions": Listing(
        collection="iam.policy_versions",
        result="Versions",
        within={"PolicyArn": "_PolicyArn"},
        of=POLICY,
    ),
    "iam:SimulatePrincipalPolicy": Special(simulate, SIMULATES),
    "iam:GetInstanceProfile": Lookup(
        collection="iam.instance_profiles",
        keys={"InstanceProfileName": "InstanceProfileName"},
        not_found=NO_SUCH,
        wrap="InstanceProfile",
    ),
    "sts:GetCallerIdentity": Single(collection="sts.identity"),
    "kms:DescribeKey": KEY,
    "kms:GetKeyPolicy": Special(key_policy, frozenset({"KeyId", "PolicyName"})),
    "kms:ListGrants": Special(grants, frozenset({"KeyId", "GranteePrincipal", "GrantId"})),
}
