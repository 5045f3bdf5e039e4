"""Permissions: may the workload's role do what it does, by every policy that can be read?"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from diagnostics import arn
from diagnostics.checks.network.ground import ENDPOINTS, Endpoint
from diagnostics.checks.network.routes import ROUTE_READS, Way, gather_routes, paths
from diagnostics.checks.policies import Decision, evaluate, principals_of
from diagnostics.errors import Missing, NotAsked
from diagnostics.facts import table as tables
from diagnostics.facts import workload as workloads
from diagnostics.facts.table import Table, gather_table, table_reader
from diagnostics.facts.workload import SAY_ROLE, gather_workload, workload_reader
from diagnostics.model import Check, Evidence, Finding, Request, Said, Strength
from diagnostics.reader import Reader, side_by_side

SIMULATE = "iam:SimulatePrincipalPolicy"
POLICY = "dynamodb:GetResourcePolicy"

BASIC = ("GetItem", "PutItem", "UpdateItem", "Query")
ACTIONS = (*BASIC, "BatchGetItem", "BatchWriteItem", "DeleteItem", "Scan", "ConditionCheckItem")
ON_INDEX = frozenset({"Query", "Scan"})
# How each SDK names the call that failed: an IAM action, botocore, the Go and Java SDKs.
CALLED = re.compile(
    r"dynamodb:([A-Za-z]{3,30})\b|calling the ([A-Za-z]{3,30}) operation"
    r"|DynamoDB: ([A-Za-z]{3,30})\b",
)
BLIND = "(The simulation does not see endpoint, session, resource-control and key policies.)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Simulated:
    """What IAM's simulator says of one action on one resource."""

    action: str  # "GetItem"
    resource: str
    decision: str  # "allowed", "implicitDeny", "explicitDeny"
    missing: tuple[str, ...]  # condition keys it had no value for: then it is not conclusive
    boundary: bool | None  # whether the permissions boundary allows it; None: no boundary said
    organization: bool | None  # whether the organisation's policies allow it; None: not said

    @property
    def allowed(self) -> bool:
        """Whether it is conclusively allowed."""
        return self.decision == "allowed" and not self.missing

    @property
    def denied(self) -> bool:
        """Whether it is conclusively denied."""
        return self.decision != "allowed" and not self.missing

    @property
    def cause(self) -> str:
        """Which policy denies."""
        if self.organization is False:
            return "iam.organization_policy"
        if self.boundary is False:
            return "iam.permissions_boundary"
        return "iam.identity_policy"


@dataclass(frozen=True, slots=True, kw_only=True)
class Simulation:
    """What the role may do on the table and its indexes."""

    role_arn: str
    table: Table
    failing: str | None  # the action that failed, where the error names it
    index: str | None  # the index asked about
    results: tuple[Simulated, ...]


def failing_action(request: Request) -> str | None:
    """Return the action named in the error that was given, or None."""
    for match in CALLED.finditer(request.text or request.error or ""):
        name = next(group for group in match.groups() if group)
        if name in ACTIONS:
            return name
    return None


def role_and_table(request: Request, aws: Reader) -> tuple[str, Table]:
    """Return the workload's role and the table; raises Missing where either is not known."""
    workload, table = side_by_side(
        lambda: gather_workload(request, aws), lambda: gather_table(request, aws)
    )
    if workload.role_arn is None:
        raise Missing(SAY_ROLE)
    return workload.role_arn, table


def gather_simulation(request: Request, aws: Reader) -> Simulation:
    """Return what IAM's simulator says of the role on the table and its indexes."""
    role_arn, table = role_and_table(request, aws)
    role = arn.parse(role_arn)
    place = workload_reader(request, aws).at(account=role.account if role else None)
    on_index = [f"{table.arn}/index/{i.name}" for i in table.indexes]
    asks = [lambda: simulate(place, role_arn, ACTIONS, [table.arn])]
    if on_index:
        asks.append(lambda: simulate(place, role_arn, sorted(ON_INDEX), on_index))
    results = side_by_side(*asks)
    return Simulation(
        role_arn=role_arn,
        table=table,
        failing=failing_action(request),
        index=request.index,
        results=tuple(r for found in results for r in found),
    )


def simulate(
    place: Reader, role_arn: str, actions: Sequence[str], resources: Sequence[str]
) -> tuple[Simulated, ...]:
    """Ask the simulator; raises NotAsked where the role is not there."""
    answer = place.find(
        SIMULATE,
        PolicySourceArn=role_arn,
        ActionNames=[f"dynamodb:{action}" for action in actions],
        ResourceArns=list(resources),
    )
    if answer is None:
        raise NotAsked(f"there is no role {arn.name_of(role_arn)} to simulate")
    return tuple(_simulated(r) for r in answer.get("EvaluationResults", ()))


def _simulated(result: Mapping[str, Any]) -> Simulated:
    boundary = result.get("PermissionsBoundaryDecisionDetail") or {}
    organization = result.get("OrganizationsDecisionDetail") or {}
    return Simulated(
        action=result["EvalActionName"].partition(":")[2],
        resource=result.get("EvalResourceName", ""),
        decision=result.get("EvalDecision", "implicitDeny"),
        missing=tuple(result.get("MissingContextValues", ())),
        boundary=boundary.get("AllowedByPermissionsBoundary"),
        organization=organization.get("AllowedByOrganizations"),
    )


def judge_simulation(facts: Simulation) -> Iterator[Said]:
    """Say whether the role may do the action that failed, or what every workload does."""
    on_table = {r.action: r for r in facts.results if r.resource == facts.table.arn}
    on_index = [r for r in facts.results if "/index/" in r.resource]
    failed = _failed(facts, on_table, on_index)
    if failed:
        yield _denied(facts, failed)
        return
    basic = [on_table[a] for a in BASIC if a in on_table]
    if len(basic) == len(BASIC) and all(r.denied for r in basic):
        yield _denied(facts, basic)
        return
    wanted = [*basic, *(r for a, r in on_table.items() if a == facts.failing)]
    free = len(basic) == len(BASIC) and all(r.allowed for r in wanted)
    if free and not any(r.denied for r in on_index):
        yield from _allowed(facts, wanted)


def _failed(
    facts: Simulation, on_table: Mapping[str, Simulated], on_index: Iterable[Simulated]
) -> list[Simulated]:
    """Return the denied results for the action that failed."""
    if facts.failing is None:
        return []
    if facts.index is not None and facts.failing in ON_INDEX:
        end = f"/index/{facts.index}"
        about = [r for r in on_index if r.action == facts.failing and r.resource.endswith(end)]
    else:
        about = [on_table[facts.failing]] if facts.failing in on_table else []
    return [r for r in about if r.denied]


def _denied(facts: Simulation, denied: Sequence[Simulated]) -> Finding:
    first = denied[0]
    role = arn.name_of(facts.role_arn)
    actions = ", ".join(r.action for r in denied)
    kind = {
        "iam.identity_policy": "its own policies",
        "iam.permissions_boundary": "its permissions boundary",
        "iam.organization_policy": "a policy of the organisation",
    }[first.cause]
    return Finding(
        cause=first.cause,
        strength=Strength.PROVES,
        says=f"Role {role} may not {actions} on {_short(first.resource)}: {kind} "
        f"({first.decision}). {BLIND}",
        evidence=tuple(
            Evidence(source=SIMULATE, reading=f"{r.action}: {r.decision}") for r in denied
        ),
        scope=role,
        values=_values(facts.role_arn, facts.table, facts.failing or first.action),
    )


def _short(resource: str) -> str:
    return resource.rpartition(":")[2] or resource


def _allowed(facts: Simulation, wanted: Sequence[Simulated]) -> Iterator[Finding]:
    role = arn.name_of(facts.role_arn)
    actions = ", ".join(dict.fromkeys(r.action for r in wanted))
    for cause in ("iam.identity_policy", "iam.permissions_boundary"):
        yield Finding(
            cause=cause,
            strength=Strength.AGAINST,
            says=f"Role {role} may {actions} on {facts.table.name}. {BLIND}",
            evidence=(Evidence(source=SIMULATE, reading=f"{actions}: allowed"),),
            scope=role,
        )


def _values(role_arn: str, table: Table, action: str) -> dict[str, str]:
    return {
        "role": arn.name_of(role_arn),
        "role_arn": role_arn,
        "table": table.name,
        "table_arn": table.arn,
        "action": f"dynamodb:{action}",
    }


def decide(
    document: str | None, role_arn: str, table: Table, failing: str | None
) -> Decision | None:
    """Return what a document says of the failing action, else of every basic one alike.

    None: it says different things of different actions.
    """
    found = {
        evaluate(
            document,
            principals=principals_of(role_arn),
            action=f"dynamodb:{action}",
            resource=table.arn,
        )
        for action in ((failing,) if failing else BASIC)
    }
    return found.pop() if len(found) == 1 else None


@dataclass(frozen=True, slots=True, kw_only=True)
class TablePolicy:
    """The table's own policy, and who calls."""

    role_arn: str
    table: Table
    failing: str | None
    policy: str | None  # None: the table has none


def gather_table_policy(request: Request, aws: Reader) -> TablePolicy:
    """Return the table's resource policy."""
    role_arn, table = role_and_table(request, aws)
    answer = table_reader(request, aws).find(POLICY, ResourceArn=table.arn)
    return TablePolicy(
        role_arn=role_arn,
        table=table,
        failing=failing_action(request),
        policy=None if answer is None else answer.get("Policy"),
    )


def judge_table_policy(facts: TablePolicy) -> Iterator[Said]:
    """Say whether the table's own policy denies the role, or fails to let it in."""
    role, table = arn.parse(facts.role_arn), facts.table
    across = role is not None and table.account is not None and role.account != table.account
    name = arn.name_of(facts.role_arn)
    decision = (
        Decision.SILENT
        if facts.policy is None
        else decide(facts.policy, facts.role_arn, table, facts.failing)
    )
    strength, says = None, ""
    if decision is Decision.DENIED:
        strength, says = Strength.PROVES, f"The policy of {table.name} denies role {name}."
    elif decision is Decision.SILENT and across:
        strength = Strength.PROVES
        says = f"Role {name} is of another account, and no policy of {table.name} lets it in."
    elif decision is Decision.ALLOWED or (decision is Decision.SILENT and not across):
        strength = Strength.AGAINST
        says = f"The policy of {table.name} does not stand in the way of role {name}."
    if facts.policy is None and not across:
        says = f"Table {table.name} has no policy of its own."
    if strength is not None:
        yield Finding(
            cause="iam.resource_policy",
            strength=strength,
            says=says,
            evidence=(Evidence(source=POLICY, reading=_reading(facts.policy)),),
            scope=table.name,
            values=_values(facts.role_arn, table, facts.failing or BASIC[0]),
        )


def _reading(policy: str | None) -> str:
    return "no policy" if policy is None else f"a policy of {len(policy)} characters"


@dataclass(frozen=True, slots=True, kw_only=True)
class EndpointPolicies:
    """The endpoints on the way with their policies, and who calls."""

    role_arn: str
    table: Table
    failing: str | None
    endpoints: tuple[Endpoint, ...]
    known: bool  # every subnet's way is known


def gather_endpoint_policies(request: Request, aws: Reader) -> EndpointPolicies:
    """Return the policies of the endpoints that the workload's calls pass."""
    (role_arn, table), routes = side_by_side(
        lambda: role_and_table(request, aws), lambda: gather_routes(request, aws)
    )
    found = paths(routes)
    via = {p.via for p in found if p.way in {Way.GATEWAY, Way.INTERFACE}}
    names = {name for one in via for name in one.split(", ")}
    return EndpointPolicies(
        role_arn=role_arn,
        table=table,
        failing=failing_action(request),
        endpoints=tuple(e for e in routes.endpoints if e.id in names),
        known=not any(p.way in {Way.UNKNOWN, Way.NONE} for p in found),
    )


def judge_endpoint_policies(facts: EndpointPolicies) -> Iterator[Said]:
    """Say whether an endpoint's policy keeps the role from the table."""
    decisions = {
        e.id: decide(e.policy, facts.role_arn, facts.table, facts.failing) for e in facts.endpoints
    }
    for endpoint, decision in decisions.items():
        if decision in {Decision.DENIED, Decision.SILENT}:
            yield _shut(facts, endpoint, f"{decision}")
    if facts.known and all(d is Decision.ALLOWED for d in decisions.values()):
        names = ", ".join(decisions)
        yield Finding(
            cause="iam.endpoint_policy",
            strength=Strength.AGAINST,
            says=f"The policy of {names} lets the calls to {facts.table.name} through."
            if names
            else "No VPC endpoint is on the way, so no endpoint policy can deny.",
            evidence=(Evidence(source=ENDPOINTS, reading=names or "no endpoint on the way"),),
            scope=names or None,
        )


def _shut(facts: EndpointPolicies, endpoint: str, why: str) -> Finding:
    action = facts.failing or ", ".join(BASIC)
    return Finding(
        cause="iam.endpoint_policy",
        strength=Strength.PROVES,
        says=f"The policy of {endpoint} shuts role {arn.name_of(facts.role_arn)} out of "
        f"{facts.table.name}: {action} is {why}.",
        evidence=(Evidence(source=ENDPOINTS, reading=f"{endpoint}: {action} {why}"),),
        scope=endpoint,
        values={
            **_values(facts.role_arn, facts.table, facts.failing or BASIC[0]),
            "endpoint": endpoint,
        },
    )


BOTH = tables.READS | workloads.READS
CHECKS: tuple[Check[Any], ...] = (
    Check(
        id="permissions.simulation",
        asks="Do the role's own policies let it use the table?",
        reads=BOTH | {SIMULATE},
        finds=frozenset(
            {"iam.identity_policy", "iam.permissions_boundary", "iam.organization_policy"}
        ),
        gather=gather_simulation,
        judge=judge_simulation,
        needs_caller=True,
    ),
    Check(
        id="permissions.table_policy",
        asks="Does the table's own policy let the role in?",
        reads=BOTH | {POLICY},
        finds=frozenset({"iam.resource_policy"}),
        gather=gather_table_policy,
        judge=judge_table_policy,
        needs_caller=True,
    ),
    Check(
        id="permissions.endpoint_policy",
        asks="Does the VPC endpoint's policy let the calls through?",
        reads=BOTH | ROUTE_READS,
        finds=frozenset({"iam.endpoint_policy"}),
        gather=gather_endpoint_policies,
        judge=judge_endpoint_policies,
        needs_caller=True,
    ),
)
