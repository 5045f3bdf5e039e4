"""DynamoDB's control plane, and DAX."""

from collections.abc import Mapping
from typing import Any

from diagnostics.evidence.ops.kinds import (
    Listing,
    Lookup,
    Operation,
    Params,
    Special,
    has_any,
)
from diagnostics.evidence.scene import Scene, shown

NOT_FOUND = "ResourceNotFoundException"
NAME = ("TableName", "TableArn")

TABLE = Lookup(
    collection="dynamodb.tables", keys={"TableName": NAME}, not_found=NOT_FOUND, wrap="Table"
)


def contributor_insights(scene: Scene, params: Params) -> dict[str, Any]:
    """Return whether Contributor Insights is on; DynamoDB says DISABLED where it never was."""
    table = TABLE.one(scene, {"TableName": params["TableName"]})
    index = params.get("IndexName")
    for found in scene.resources("dynamodb.contributor_insights"):
        if found.get("TableName") == table["TableName"] and found.get("IndexName") == index:
            return {**shown(found)}
    named = {"IndexName": index} if index else {}
    return {"TableName": table["TableName"], **named, "ContributorInsightsStatus": "DISABLED"}


SUMMARY = ("TableName", "IndexName", "ContributorInsightsStatus", "ContributorInsightsMode")


def list_contributor_insights(scene: Scene, params: Params) -> dict[str, Any]:
    """Return where Contributor Insights was ever turned on."""
    found = scene.resources("dynamodb.contributor_insights")
    if "TableName" in params:
        name = TABLE.one(scene, {"TableName": params["TableName"]})["TableName"]
        found = [one for one in found if has_any(one, "TableName", name)]
    kept = [{key: one[key] for key in SUMMARY if key in one} for one in found]
    return {"ContributorInsightsSummaries": kept}


OPERATIONS: Mapping[str, Operation] = {
    "dynamodb:DescribeTable": TABLE,
    "dynamodb:ListTables": Listing(
        collection="dynamodb.tables", result="TableNames", item="TableName"
    ),
    "dynamodb:GetResourcePolicy": Lookup(
        collection="dynamodb.resource_policies",
        keys={"ResourceArn": "_ResourceArn"},
        not_found="PolicyNotFoundException",
    ),
    "dynamodb:DescribeContributorInsights": Special(
        contributor_insights, frozenset({"TableName", "IndexName"})
    ),
    "dynamodb:ListContributorInsights": Special(
        list_contributor_insights, frozenset({"TableName"})
    ),
    "dynamodb:DescribeTimeToLive": Lookup(
        collection="dynamodb.ttl",
        keys={"TableName": "_TableName"},
        not_found=NOT_FOUND,
        wrap="TimeToLiveDescription",
        default={"TimeToLiveStatus": "DISABLED"},
        of=TABLE,
    ),
    "dynamodb:DescribeEndpoints": Listing(collection="dynamodb.endpoints", result="Endpoints"),
    "dax:DescribeClusters": Listing(
        collection="dax.clusters",
        result="Clusters",
        ids={"ClusterNames": "ClusterName"},
        not_found="ClusterNotFoundFault",
    ),
}
