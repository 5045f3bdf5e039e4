"""Who calls: Lambda, ECS, EKS, load balancers."""

from collections.abc import Mapping
from typing import Any

from diagnostics.errors import Missing
from diagnostics.evidence.ops.kinds import (
    Listing,
    Lookup,
    Operation,
    Params,
    Single,
    Special,
    as_list,
    has_any,
    missing,
)
from diagnostics.evidence.scene import Resource, Scene, shown

NOT_FOUND = "ResourceNotFoundException"
FUNCTION_NAME = ("FunctionName", "FunctionArn")
LATEST = "$LATEST"

FUNCTION = Lookup(
    collection="lambda.functions", keys={"FunctionName": FUNCTION_NAME}, not_found=NOT_FOUND
)


def function_configuration(scene: Scene, params: Params) -> dict[str, Any]:
    """Return a function's configuration, of one version or alias where asked."""
    asked = {"FunctionName": params["FunctionName"]}
    function = FUNCTION.one(scene, asked)
    version = params.get("Qualifier", LATEST)
    if version == function.get("Version", LATEST):
        return {**shown(function)}
    for alias in scene.known("lambda.aliases") or ():
        if has_any(alias, "_FunctionName", function["FunctionName"]) and alias["Name"] == version:
            version = alias["FunctionVersion"]
    for found in scene.resources("lambda.versions"):
        same = found["FunctionName"] == function["FunctionName"]
        if same and found["Version"] == version:
            return {**shown(found)}
    raise missing(scene, NOT_FOUND, f"{params['FunctionName']}:{version}")


CLUSTER_GONE = "ClusterNotFoundException"


def services_of(scene: Scene, params: Params) -> list[Resource]:
    """Return the services of a cluster; raises Missing where there is no such cluster."""
    cluster = params.get("cluster", "default")
    name = cluster.rpartition("/")[2]
    found = [
        service
        for service in scene.resources("ecs.services")
        if service["clusterArn"].rpartition("/")[2] == name
    ]
    if not found and name != "default":
        raise missing(scene, CLUSTER_GONE, cluster)
    return found


def describe_services(scene: Scene, params: Params) -> dict[str, Any]:
    """Return services by name or ARN; the ones that are not there stand under failures."""
    there = services_of(scene, params)
    found, failures = [], []
    for wanted in as_list(params["services"]):
        named = [s for s in there if has_any(s, ("serviceName", "serviceArn"), wanted)]
        found += [shown(service) for service in named]
        if not named:
            failures.append({"arn": wanted, "reason": "MISSING"})
    return {"services": found, "failures": failures}


def list_services(scene: Scene, params: Params) -> dict[str, Any]:
    """Return the ARNs of a cluster's services."""
    return {"serviceArns": [service["serviceArn"] for service in services_of(scene, params)]}


def describe_task_definition(scene: Scene, params: Params) -> dict[str, Any]:
    """Return a task definition by ARN, by family and revision, or a family's newest."""
    wanted = params["taskDefinition"]
    there = scene.resources("ecs.task_definitions")
    exact = [t for t in there if wanted in (t["taskDefinitionArn"], _family(t))]
    newest = sorted((t for t in there if t["family"] == wanted), key=lambda t: int(t["revision"]))
    if not exact and not newest:
        # The same code as for other mistakes, told apart by its sentence. Source: ECS API
        # reference, DescribeTaskDefinition, "Errors".
        says = f"{scene.op}: Unable to describe task definition {wanted}"
        raise Missing(says, code="ClientException")
    return {"taskDefinition": shown((exact or newest)[-1])}


def _family(task: Resource) -> str:
    return f"{task['family']}:{task['revision']}"


def list_tasks(scene: Scene, params: Params) -> dict[str, Any]:
    """Return the ARNs of a cluster's tasks, of one service where asked."""
    name = params.get("cluster", "default").rpartition("/")[2]
    group = (
        f"service:{params['serviceName'].rpartition('/')[2]}" if "serviceName" in params else None
    )
    return {
        "taskArns": [
            task["taskArn"]
            for task in scene.resources("ecs.tasks")
            if task["clusterArn"].rpartition("/")[2] == name
            and (group is None or task.get("group") == group)
            and task.get("desiredStatus", "RUNNING") == params.get("desiredStatus", "RUNNING")
        ],
    }


def describe_tasks(scene: Scene, params: Params) -> dict[str, Any]:
    """Return tasks by id or ARN."""
    there = scene.resources("ecs.tasks")
    found, failures = [], []
    for wanted in as_list(params["tasks"]):
        named = [t for t in there if wanted in (t["taskArn"], t["taskArn"].rpartition("/")[2])]
        found += [shown(task) for task in named]
        if not named:
            failures.append({"arn": wanted, "reason": "MISSING"})
    return {"tasks": found, "failures": failures}


CLUSTER = Lookup(
    collection="eks.clusters", keys={"name": "name"}, not_found=NOT_FOUND, wrap="cluster"
)
OF_CLUSTER = Lookup(collection="eks.clusters", keys={"clusterName": "name"}, not_found=NOT_FOUND)
BALANCER_GONE = "LoadBalancerNotFound"

OPERATIONS: Mapping[str, Operation] = {
    "lambda:GetFunctionConfiguration": Special(
        function_configuration, frozenset({"FunctionName", "Qualifier"})
    ),
    "lambda:ListVersionsByFunction": Listing(
        collection="lambda.versions",
        result="Versions",
        within={"FunctionName": FUNCTION_NAME},
        of=FUNCTION,
    ),
    "lambda:GetAlias": Lookup(
        collection="lambda.aliases",
        keys={"FunctionName": "_FunctionName", "Name": "Name"},
        not_found=NOT_FOUND,
    ),
    "lambda:ListAliases": Listing(
        collection="lambda.aliases",
        result="Aliases",
        within={"FunctionName": "_FunctionName", "FunctionVersion": "FunctionVersion"},
        of=FUNCTION,
    ),
    "lambda:GetFunctionConcurrency": Lookup(
        collection="lambda.concurrency",
        keys={"FunctionName": "_FunctionName"},
        not_found=NOT_FOUND,
        default={},
        of=FUNCTION,
    ),
    "lambda:GetAccountSettings": Single(collection="lambda.account"),
    "ecs:DescribeServices": Special(
        describe_services, frozenset({"cluster", "services", "include"})
    ),
    "ecs:ListServices": Special(list_services, frozenset({"cluster"})),
    "ecs:DescribeTaskDefinition": Special(
        describe_task_definition, frozenset({"taskDefinition", "include"})
    ),
    "ecs:ListTasks": Special(list_tasks, frozenset({"cluster", "serviceName", "desiredStatus"})),
    "ecs:DescribeTasks": Special(describe_tasks, frozenset({"cluster", "tasks", "include"})),
    "eks:DescribeCluster": CLUSTER,
    "eks:ListClusters": Listing(collection="eks.clusters", result="clusters", item="name"),
    "eks:ListPodIdentityAssociations": Listing(
        collection="eks.pod_identity_associations",
        result="associations",
        within={
            "clusterName": "clusterName",
            "namespace": "namespace",
            "serviceAccount": "serviceAccount",
        },
        shows=(
            "clusterName",
            "namespace",
            "serviceAccount",
            "associationArn",
            "associationId",
            "ownerArn",
        ),
        of=OF_CLUSTER,
    ),
    "eks:DescribePodIdentityAssociation": Lookup(
        collection="eks.pod_identity_associations",
        keys={"clusterName": "clusterName", "associationId": "associationId"},
        not_found=NOT_FOUND,
        wrap="association",
    ),
    "elbv2:DescribeLoadBalancers": Listing(
        collection="elbv2.load_balancers",
        result="LoadBalancers",
        ids={"LoadBalancerArns": "LoadBalancerArn", "Names": "LoadBalancerName"},
        not_found=BALANCER_GONE,
    ),
    "elbv2:DescribeTargetGroups": Listing(
        collection="elbv2.target_groups",
        result="TargetGroups",
        ids={"TargetGroupArns": "TargetGroupArn", "Names": "TargetGroupName"},
        within={"LoadBalancerArn": "LoadBalancerArns"},
        not_found="TargetGroupNotFound",
    ),
    "elbv2:DescribeListeners": Listing(
        collection="elbv2.listeners",
        result="Listeners",
        ids={"ListenerArns": "ListenerArn"},
        within={"LoadBalancerArn": "LoadBalancerArn"},
        not_found="ListenerNotFound",
    ),
    "elbv2:DescribeLoadBalancerAttributes": Listing(
        collection="elbv2.attributes",
        result="Attributes",
        within={"LoadBalancerArn": "_LoadBalancerArn"},
        of=Lookup(
            collection="elbv2.load_balancers",
            keys={"LoadBalancerArn": "LoadBalancerArn"},
            not_found=BALANCER_GONE,
        ),
    ),
    "elbv2:DescribeTargetHealth": Listing(
        collection="elbv2.target_health",
        result="TargetHealthDescriptions",
        within={"TargetGroupArn": "_TargetGroupArn"},
        of=Lookup(
            collection="elbv2.target_groups",
            keys={"TargetGroupArn": "TargetGroupArn"},
            not_found="TargetGroupNotFound",
        ),
    ),
}
