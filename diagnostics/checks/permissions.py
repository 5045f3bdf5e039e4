"""Permissions: may the workload's role do what it does to this table?"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from diagnostics import arn
from diagnostics.errors import Missing, NotAsked
from diagnostics.facts import workload as workloads
from diagnostics.facts.workload import SAY_ROLE, Workload, gather_workload, workload_reader
from diagnostics.model import Check, Evidence, Finding, Request, Said, Strength
from diagnostics.policies import Call, Decision, evaluate
from diagnostics.reader import Reader
from diagnostics.symptom import read_error

SIMULATE = "iam:SimulatePrincipalPolicy"
ENDPOINTS = "ec2:DescribeVpcEndpoints"
SUBNETS = "ec2:DescribeSubnets"
RESOURCE_POLICY = "dynamodb:GetResourcePolicy"

# What nearly every caller of a table does; a role that may do none of it cannot use it.
BASIC = ("dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:UpdateItem", "dynamodb:Query")
BLIND_SPOTS = (
    "The simulation sees identity policies, boundary and service control policies, not "
    "endpoint, session, key or table policies."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Simulated:
    """What the simulation says of each action of one role on one table."""

    role: str
    table_arn: str
    failing: str | None  # the action the person's text names
    decisions: Mapping[str, Mapping[str, Any]]  # action -> EvaluationResult


def role_of(workload: Workload) -> str:
    """Return the workload's role; raises Missing where it is not known."""
    if workload.role_arn is None:
        raise Missing(SAY_ROLE)
    return workload.role_arn


def table_arn_of(request: Request, aws: Reader, account: str | None) -> str:
    """Return the table's ARN without asking AWS; raises Missing where nothing tells it."""
    if request.table is None:
        message = "say which table: table=NAME (or its ARN)"
        raise Missing(message)
    if arn.parse(request.table):
        return request.table
    owner = request.account or account or aws.account
    if owner is None:
        message = "say whose table it is: table=ARN"
        raise Missing(message)
    partition = arn.partition_of(aws.region)
    return f"arn:{partition}:dynamodb:{aws.region}:{owner}:table/{request.table}"


def gather_simulation(request: Request, aws: Reader) -> Simulated:
    """Return what the role's policies allow on the table and its indexes."""
    workload = gather_workload(request, aws)
    role = role_of(workload)
    named = arn.parse(role)
    table_arn = table_arn_of(request, aws, named.account if named else None)
    failing = _failing_action(request)
    actions = list(dict.fromkeys([*BASIC, *([failing] if failing else [])]))
    resources = [table_arn] if request.index is None else [f"{table_arn}/index/{request.index}"]
    answer = (
        workload_reader(request, aws)
        .at(account=named.account if named else None)
        .read(SIMULATE, PolicySourceArn=role, ActionNames=actions, ResourceArns=resources)
    )
    decisions = {r.get("EvalActionName", ""): r for r in answer.get("EvaluationResults", ())}
    return Simulated(role=role, table_arn=table_arn, failing=failing, decisions=decisions)


def _failing_action(request: Request) -> str | None:
    reading = read_error(request.text) if request.text else None
    if reading is None:
        return None
    if reading.denial is not None and reading.denial.action.startswith("dynamodb:"):
        return reading.denial.action
    return f"dynamodb:{reading.operation}" if reading.operation else None


def judge_simulation(facts: Simulated) -> Iterator[Said]:
    """Say whether the role's own policies, its boundary or the organization deny."""
    told = {a: r for a, r in facts.decisions.items() if not r.get("MissingContextValues")}
    denied = {a: r for a, r in told.items() if r.get("EvalDecision") != "allowed"}
    basic_denied = [a for a in BASIC if a in denied]
    if facts.failing in denied:
        yield _denial(facts, facts.failing or "", denied[facts.failing or ""], Strength.PROVES)
    elif len(basic_denied) == len(BASIC):
        yield _denial(facts, basic_denied[0], denied[basic_denied[0]], Strength.PROVES)
    elif not denied and set(BASIC) <= set(told):
        yield from _allowed(facts)


def _denial(
    facts: Simulated, action: str, result: Mapping[str, Any], strength: Strength
) -> Finding:
    role = arn.name_of(facts.role)
    decision = result.get("EvalDecision", "?")
    return Finding(
        cause=_denying(result),
        strength=strength,
        says=f"Role {role} may not {action} on {arn.name_of(facts.table_arn)}: {decision}.",
        evidence=(Evidence(source=SIMULATE, reading=f"{action}: EvalDecision = {decision}"),),
        scope=role,
        values={
            "role": role,
            "role_arn": facts.role,
            "action": action,
            "table_arn": facts.table_arn,
        },
    )


def _denying(result: Mapping[str, Any]) -> str:
    organization = result.get("OrganizationsDecisionDetail") or {}
    boundary = result.get("PermissionsBoundaryDecisionDetail") or {}
    if organization.get("AllowedByOrganizations") is False:
        return "iam.organization_policy"
    if boundary.get("AllowedByPermissionsBoundary") is False:
        return "iam.permissions_boundary"
    return "iam.identity_policy"


def _allowed(facts: Simulated) -> Iterator[Finding]:
    role = arn.name_of(facts.role)
    for cause in ("iam.identity_policy", "iam.permissions_boundary"):
        yield Finding(
            cause=cause,
            strength=Strength.AGAINST,
            says=f"The policies of {role} allow {', '.join(a.split(':')[1] for a in BASIC)} on "
            f"{arn.name_of(facts.table_arn)}. {BLIND_SPOTS}",
            evidence=(Evidence(source=SIMULATE, reading="EvalDecision = allowed"),),
            scope=role,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class EndpointPolicies:
    """The policies of the endpoints that the workload's calls may go through."""

    principal: str
    table_arn: str
    policies: tuple[tuple[str, str | None], ...]  # (endpoint id, document)


def gather_endpoint_policies(request: Request, aws: Reader) -> EndpointPolicies:
    """Return the policies of the DynamoDB endpoints in the workload's VPC."""
    workload = gather_workload(request, aws)
    if workload.in_vpc is False:
        raise NotAsked("the workload runs outside any VPC, so no VPC endpoint is in its path")
    role = role_of(workload)
    named = arn.parse(role)
    place = workload_reader(request, aws)
    vpc = workload.vpc
    if vpc is None:
        if not workload.subnets:
            raise Missing(workloads.SAY_SUBNETS)
        subnets = place.read(SUBNETS, SubnetIds=list(workload.subnets)).get("Subnets", ())
        vpc = next((s["VpcId"] for s in subnets), None)
    filters = [{"Name": "vpc-id", "Values": [vpc]}]
    found = place.read(ENDPOINTS, Filters=filters).get("VpcEndpoints", ())
    return EndpointPolicies(
        principal=role,
        table_arn=table_arn_of(request, aws, named.account if named else None),
        policies=tuple(
            (e["VpcEndpointId"], e.get("PolicyDocument"))
            for e in found
            if e.get("VpcId") == vpc
            and e.get("ServiceName", "").endswith(f".{place.region}.dynamodb")
        ),
    )


def judge_endpoint_policies(facts: EndpointPolicies) -> Iterator[Said]:
    """Say whether an endpoint's policy stands in the way."""
    if not facts.policies:
        yield _endpoint_finding(facts, "", Strength.AGAINST, "There is no VPC endpoint in its VPC.")
        return
    verdicts = [(endpoint, _basic(policy, facts)) for endpoint, policy in facts.policies]
    for endpoint, decision in verdicts:
        if decision in {Decision.DENIED, Decision.NOT_ALLOWED}:
            says = f"The policy of {endpoint} denies every usual action on the table: {decision}."
            yield _endpoint_finding(facts, endpoint, Strength.PROVES, says)
    if all(decision is Decision.ALLOWED for _, decision in verdicts):
        names = ", ".join(endpoint for endpoint, _ in verdicts)
        says = f"The policy of {names} allows the usual actions on the table."
        yield _endpoint_finding(facts, names, Strength.AGAINST, says)


def _basic(policy: str | None, facts: EndpointPolicies) -> Decision:
    """Return the one decision on every basic action, or UNKNOWN where they differ."""
    if policy is None:
        return Decision.UNKNOWN
    decisions = {
        evaluate(policy, Call(principal=facts.principal, action=a, resource=facts.table_arn))
        for a in BASIC
    }
    return decisions.pop() if len(decisions) == 1 else Decision.UNKNOWN


def _endpoint_finding(
    facts: EndpointPolicies, endpoint: str, strength: Strength, says: str
) -> Finding:
    return Finding(
        cause="iam.endpoint_policy",
        strength=strength,
        says=says,
        evidence=(Evidence(source=ENDPOINTS, reading=f"PolicyDocument of {endpoint or 'none'}"),),
        scope=endpoint or None,
        values={"endpoint": endpoint, "table_arn": facts.table_arn, "role_arn": facts.principal},
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class TablePolicy:
    """The table's own resource policy, and who calls it."""

    principal: str
    table_arn: str
    policy: str | None  # None: the table has none


def gather_table_policy(request: Request, aws: Reader) -> TablePolicy:
    """Return the table's resource policy."""
    role = role_of(gather_workload(request, aws))
    named = arn.parse(role)
    table_arn = table_arn_of(request, aws, named.account if named else None)
    answer = arn.reader_of(aws, table_arn).find(RESOURCE_POLICY, ResourceArn=table_arn)
    policy = None if answer is None else answer.get("Policy")
    return TablePolicy(principal=role, table_arn=table_arn, policy=policy)


def judge_table_policy(facts: TablePolicy) -> Iterator[Said]:
    """Say whether the table's policy denies, or fails to allow another account."""
    caller, owner = arn.parse(facts.principal), arn.parse(facts.table_arn)
    foreign = bool(caller and owner and caller.account != owner.account)
    decision = Decision.NOT_ALLOWED
    if facts.policy is not None:
        action = BASIC[0]
        call = Call(principal=facts.principal, action=action, resource=facts.table_arn)
        decision = evaluate(facts.policy, call)
    if decision is Decision.UNKNOWN:
        return
    denies = decision is Decision.DENIED or (foreign and decision is Decision.NOT_ALLOWED)
    kind = "has no resource policy" if facts.policy is None else f"has a policy: {decision}"
    yield Finding(
        cause="iam.resource_policy",
        strength=Strength.PROVES if denies else Strength.AGAINST,
        says=f"Table {arn.name_of(facts.table_arn)} {kind} for "
        f"{arn.name_of(facts.principal)}{' of another account' if foreign else ''}.",
        evidence=(Evidence(source=RESOURCE_POLICY, reading=f"{kind}"),),
        scope=arn.name_of(facts.table_arn),
        values={"table_arn": facts.table_arn, "role_arn": facts.principal, "action": BASIC[0]},
    )


CHECKS = (
    Check(
        id="permissions.simulation",
        asks="Do the role's own policies allow what it does?",
        reads=workloads.READS | {SIMULATE},
        finds=frozenset(
            {"iam.identity_policy", "iam.permissions_boundary", "iam.organization_policy"}
        ),
        gather=gather_simulation,
        judge=judge_simulation,
        needs_caller=True,
    ),
    Check(
        id="permissions.endpoint",
        asks="Does the VPC endpoint's policy allow it?",
        reads=workloads.READS | {ENDPOINTS, SUBNETS},
        finds=frozenset({"iam.endpoint_policy"}),
        gather=gather_endpoint_policies,
        judge=judge_endpoint_policies,
        needs_caller=True,
    ),
    Check(
        id="permissions.table",
        asks="Does the table's own policy allow it?",
        reads=workloads.READS | {RESOURCE_POLICY},
        finds=frozenset({"iam.resource_policy"}),
        gather=gather_table_policy,
        judge=judge_table_policy,
        needs_caller=True,
    ),
)
