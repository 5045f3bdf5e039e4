"""Who calls, what they may do, and with whose key."""

from typing import Any

from diagnostics.evidence import World
from tests.worlds import stories
from tests.worlds.account import Account, ago
from tests.worlds.causes.three import GROUP, Three, caller, elsewhere, failing, says

ROLE = "arn:aws:iam::123456789012:role/checkout-role"
OTHER_ROLE = "arn:aws:iam::123456789012:role/reports-role"
KEY = "arn:aws:kms:eu-west-1:123456789012:key/5b1e7c1a-0d6f-4f0e-9b9f-1f0a2c3d4e5f"
EXPIRED = says("ExpiredTokenException", "The security token included in the request is expired")
SKEWED = says(
    "InvalidSignatureException",
    "Signature expired: 20261120T094012Z is now earlier than 20261120T095512Z "
    "(20261120T100012Z - 5 min.)",
)


def refusal(why: str = "", *, role: str = "checkout-role", table: str = "orders") -> str:
    """Return a denial, with or without AWS's word on which policy denied."""
    place = "arn:aws:dynamodb:eu-west-1:123456789012:table"
    text = (
        f"User: arn:aws:sts::123456789012:assumed-role/{role}/checkout is not authorized to "
        f"perform: dynamodb:GetItem on resource: {place}/{table} {why}"
    )
    return says("AccessDeniedException", text.strip(), "GetItem")


def _refused(account: Account, text: str) -> World:
    return failing(account, text, share=0.0).world(
        error="AccessDeniedException", function="checkout"
    )


def _healthy(account: Account) -> World:
    return account.world(error="408", function="checkout")


def simulated(
    account: Account,
    *,
    role: str = ROLE,
    action: str = "dynamodb:*",
    **more: Any,  # noqa: ANN401 - AWS's JSON
) -> None:
    """Let the simulator deny, before anything else it says."""
    account.world_state["iam.simulations"].insert(
        0,
        {
            "_Principal": role,
            "_Action": action,
            "_Resource": "*",
            "EvalDecision": "implicitDeny",
            "MissingContextValues": [],
            **more,
        },
    )


def identity_policy() -> World:
    """The role's own policies do not allow what it does; AWS does not say so."""
    account = caller()
    simulated(account)
    return _refused(account, refusal())


def policy_elsewhere() -> World:
    """Another role may nothing, and this one may not delete."""
    account = caller()
    account.put_function("reports")
    simulated(account, role=OTHER_ROLE)
    simulated(account, action="dynamodb:DeleteItem")
    return _healthy(account)


def permissions_boundary() -> World:
    """The role's boundary does not allow what its policies do."""
    account = caller()
    detail = {"AllowedByPermissionsBoundary": False}
    simulated(account, PermissionsBoundaryDecisionDetail=detail)
    return _refused(account, refusal())


def boundary_elsewhere() -> World:
    """A boundary that is too tight, behind a network that lets no call through."""
    world = _unreachable()
    detail = {"AllowedByPermissionsBoundary": False}
    simulated(world, PermissionsBoundaryDecisionDetail=detail)
    return _cut_off(world)


def _unreachable() -> Account:
    account = caller()
    account.state["ec2.security_groups"][0]["IpPermissionsEgress"] = []
    return account


def _cut_off(account: Account) -> World:
    text = "botocore.exceptions.ConnectTimeoutError: Connect timeout on endpoint URL: "
    host = '"https://dynamodb.eu-west-1.amazonaws.com/"'
    return failing(account, text + host, share=0.0).world(error="timeout", function="checkout")


def organization_policy() -> World:
    """A policy of the organisation denies DynamoDB to the account."""
    account = caller()
    detail = {"AllowedByOrganizations": False}
    simulated(account, OrganizationsDecisionDetail=detail)
    return _refused(account, refusal())


def organization_elsewhere() -> World:
    """A policy of the organisation denies deletions, which nobody asked for."""
    account = caller()
    detail = {"AllowedByOrganizations": False}
    simulated(account, action="dynamodb:DeleteItem", OrganizationsDecisionDetail=detail)
    return _healthy(account)


def session_policy() -> World:
    """The session of the role was narrowed: only AWS's own words tell."""
    text = refusal("because no session policy allows the dynamodb:GetItem action")
    return _refused(caller(), text)


def session_of_another_table() -> World:
    """A session policy denies another table; this table's network is what is wrong."""
    account = _unreachable()
    text = "because no session policy allows the dynamodb:GetItem action"
    account.log(GROUP, refusal(text, table="customers"), stories.every(50, 10))
    return _cut_off(account)


def endpoint_elsewhere() -> World:
    """A second endpoint lets nothing through, on a route table that nothing here uses."""
    account = caller()
    shut = {"$json": {"Version": "2012-10-17", "Statement": []}}
    first = account.state["ec2.vpc_endpoints"][0]
    account.state["ec2.vpc_endpoints"].append(
        first
        | {"VpcEndpointId": "vpce-0b2", "RouteTableIds": ["rtb-0main"], "PolicyDocument": shut},
    )
    return _healthy(account)


def _table_policy(account: Account, role: str) -> None:
    statement = {
        "Effect": "Deny",
        "Principal": {"AWS": role},
        "Action": "dynamodb:*",
        "Resource": "*",
    }
    document = {"Version": "2012-10-17", "Statement": [statement]}
    account.state["dynamodb.resource_policies"] = [
        {"_ResourceArn": account.table_arn, "Policy": {"$json": document}, "RevisionId": "1"},
    ]


def resource_policy() -> World:
    """The table's own policy denies the role."""
    account = caller()
    _table_policy(account, ROLE)
    return _refused(account, refusal())


def resource_policy_elsewhere() -> World:
    """The table's own policy denies another role."""
    account = caller()
    _table_policy(account, OTHER_ROLE)
    return _healthy(account)


def _key(account: Account, state: str) -> None:
    account.state["kms.keys"] = [
        {
            "KeyId": KEY.rsplit("/", maxsplit=1)[-1],
            "Arn": KEY,
            "AWSAccountId": account.account,
            "KeyState": state,
            "Enabled": state == "Enabled",
            "KeyManager": "CUSTOMER",
            "CreationDate": ago(100 * 24 * 60),
        },
    ]
    statement = {
        "Effect": "Allow",
        "Principal": {"AWS": f"arn:aws:iam::{account.account}:root"},
        "Action": "kms:*",
        "Resource": "*",
    }
    document = {"Version": "2012-10-17", "Statement": [statement]}
    account.state["kms.key_policies"] = [{"_KeyId": KEY, "Policy": {"$json": document}}]


def key_permission_elsewhere() -> World:
    """The role may use no key, and the table needs none."""
    account = caller()
    _key(account, "Enabled")
    simulated(account, action="kms:*")
    return _healthy(account)


def key_unavailable() -> World:
    """The table's key was disabled."""
    account = caller()
    _key(account, "Disabled")
    sse = {"Status": "ENABLED", "SSEType": "KMS", "KMSMasterKeyArn": KEY}
    account.put_table(SSEDescription=sse)
    text = "KMS key access denied error: The key is not usable. (Service: AWSKMS; Status Code: 400)"
    return _refused(account, says("AccessDeniedException", text))


def key_unavailable_elsewhere() -> World:
    """A key of the account is disabled, which is not the table's."""
    account = caller()
    _key(account, "Disabled")
    return _healthy(account)


def wrong_role() -> World:
    """Keys left in the environment: the calls are made as another role."""
    text = refusal(
        "because no identity-based policy allows the dynamodb:GetItem action", role="build-role"
    )
    return _refused(caller(), text)


def role_elsewhere() -> World:
    """Another function is to run as a role that is gone."""
    account = caller()
    account.put_function("reports")
    gone = [r for r in account.world_state["iam.roles"] if r["RoleName"] != "reports-role"]
    account.world_state["iam.roles"] = gone
    return _healthy(account)


def credentials() -> World:
    """The credentials have expired."""
    return _refused(caller(), EXPIRED)


def clock_skew() -> World:
    """The signer's clock is behind."""
    return _refused(caller(), SKEWED)


THREES = {
    "iam.identity_policy": Three(
        truth=identity_policy, near="iam.permissions_boundary", innocent=policy_elsewhere
    ),
    "iam.permissions_boundary": Three(
        truth=permissions_boundary,
        near="iam.organization_policy",
        innocent=boundary_elsewhere,
        innocent_first="network.security_group",
    ),
    "iam.organization_policy": Three(
        truth=organization_policy, near="iam.identity_policy", innocent=organization_elsewhere
    ),
    "iam.session_policy": Three(
        truth=session_policy,
        near="iam.identity_policy",
        innocent=session_of_another_table,
        innocent_first="network.security_group",
    ),
    "iam.endpoint_policy": Three(
        truth=stories.endpoint_policy, near="iam.resource_policy", innocent=endpoint_elsewhere
    ),
    "iam.resource_policy": Three(
        truth=resource_policy, near="iam.endpoint_policy", innocent=resource_policy_elsewhere
    ),
    "iam.kms_permission": Three(
        truth=stories.kms_permission, near="kms.key_unavailable", innocent=key_permission_elsewhere
    ),
    "kms.key_unavailable": Three(
        truth=key_unavailable, near="iam.kms_permission", innocent=key_unavailable_elsewhere
    ),
    "identity.wrong_role": Three(
        truth=wrong_role, near="iam.identity_policy", innocent=role_elsewhere
    ),
    "identity.credentials": Three(
        truth=credentials, near="identity.clock_skew", innocent=lambda: elsewhere(EXPIRED)
    ),
    "identity.clock_skew": Three(
        truth=clock_skew, near="identity.credentials", innocent=lambda: elsewhere(SKEWED)
    ),
}
