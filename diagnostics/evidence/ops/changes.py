"""What changed: CloudTrail, CloudFormation, CodeDeploy."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from diagnostics.evidence.ops.kinds import (
    Listing,
    Lookup,
    Operation,
    Params,
    Special,
    as_list,
    has_any,
    in_window,
    missing,
    newest_first,
)
from diagnostics.evidence.scene import Resource, Scene, shown

# Source: CloudTrail API reference, LookupEvents: the last 90 days, newest first.
KEPT = timedelta(days=90)
ATTRIBUTES = {
    "AccessKeyId": "AccessKeyId",
    "EventId": "EventId",
    "EventName": "EventName",
    "EventSource": "EventSource",
    "ReadOnly": "ReadOnly",
    "ResourceName": "Resources.ResourceName",
    "ResourceType": "Resources.ResourceType",
    "Username": "Username",
}


def lookup_events(scene: Scene, params: Params) -> dict[str, Any]:
    """Return management events of a window, by one attribute, newest first."""
    found = scene.resources("cloudtrail.events")
    for attribute in params.get("LookupAttributes", ()):
        field = ATTRIBUTES.get(attribute["AttributeKey"])
        if field is None:
            raise scene.unknown(f"the attribute {attribute['AttributeKey']}")
        found = [one for one in found if has_any(one, field, attribute["AttributeValue"])]
    start = max(params.get("StartTime") or scene.now - KEPT, scene.now - KEPT)
    end = min(params.get("EndTime") or scene.now, scene.now)
    found = [one for one in found if in_window(one["EventTime"], start, end)]
    return {"Events": [shown(one) for one in newest_first(found, "EventTime")]}


# CloudFormation answers "does not exist" with this code.
# Source: CloudFormation API reference, DescribeStacks.
NO_STACK = "ValidationError"
STACK = ("StackName", "StackId")


def stack_resources(scene: Scene, params: Params) -> dict[str, Any]:
    """Return the resources of a stack, named or found by one of its resources."""
    found = scene.resources("cloudformation.resources")
    physical = params.get("PhysicalResourceId")
    if physical is not None:
        owners = [one["StackId"] for one in found if one.get("PhysicalResourceId") == physical]
        if not owners:
            raise missing(scene, NO_STACK, physical)
        found = [one for one in found if one["StackId"] in owners]
    if "StackName" in params:
        found = [one for one in found if has_any(one, STACK, params["StackName"])]
        if not found:
            raise missing(scene, NO_STACK, params["StackName"])
    if "LogicalResourceId" in params:
        found = [
            one for one in found if has_any(one, "LogicalResourceId", params["LogicalResourceId"])
        ]
    return {"StackResources": [shown(one) for one in found]}


OF_STACK = Lookup(collection="cloudformation.stacks", keys={"StackName": STACK}, not_found=NO_STACK)
NO_DEPLOYMENT = "DeploymentDoesNotExistException"


def list_deployments(scene: Scene, params: Params) -> dict[str, Any]:
    """Return the ids of deployments, newest first."""
    found = scene.resources("codedeploy.deployments")
    fields = {
        "applicationName": "applicationName",
        "deploymentGroupName": "deploymentGroupName",
        "includeOnlyStatuses": "status",
    }
    for name, field in fields.items():
        if params.get(name):
            found = [one for one in found if has_any(one, field, params[name])]
    span = params.get("createTimeRange") or {}
    found = [
        one for one in found if in_window(one["createTime"], span.get("start"), span.get("end"))
    ]
    return {"deployments": [one["deploymentId"] for one in newest_first(found, "createTime")]}


def batch_get_deployments(scene: Scene, params: Params) -> dict[str, Any]:
    """Return deployments by id."""
    wanted = as_list(params["deploymentIds"])
    there: list[Resource] = scene.resources("codedeploy.deployments")
    return {"deploymentsInfo": [shown(one) for one in there if one["deploymentId"] in wanted]}


OPERATIONS: Mapping[str, Operation] = {
    "cloudtrail:LookupEvents": Special(
        lookup_events, frozenset({"LookupAttributes", "StartTime", "EndTime"})
    ),
    "cloudformation:DescribeStacks": Listing(
        collection="cloudformation.stacks",
        result="Stacks",
        ids={"StackName": STACK},
        not_found=NO_STACK,
    ),
    "cloudformation:DescribeStackResources": Special(
        stack_resources, frozenset({"StackName", "LogicalResourceId", "PhysicalResourceId"})
    ),
    "cloudformation:DescribeStackEvents": Listing(
        collection="cloudformation.events",
        result="StackEvents",
        within={"StackName": STACK},
        newest="Timestamp",
        of=OF_STACK,
    ),
    "codedeploy:ListApplications": Listing(
        collection="codedeploy.applications", result="applications", item="applicationName"
    ),
    "codedeploy:ListDeploymentGroups": Listing(
        collection="codedeploy.groups",
        result="deploymentGroups",
        within={"applicationName": "applicationName"},
        item="deploymentGroupName",
    ),
    "codedeploy:ListDeployments": Special(
        list_deployments,
        frozenset(
            {"applicationName", "createTimeRange", "deploymentGroupName", "includeOnlyStatuses"}
        ),
    ),
    "codedeploy:BatchGetDeployments": Special(batch_get_deployments, frozenset({"deploymentIds"})),
    "codedeploy:GetDeployment": Lookup(
        collection="codedeploy.deployments",
        keys={"deploymentId": "deploymentId"},
        not_found=NO_DEPLOYMENT,
        wrap="deploymentInfo",
    ),
}
