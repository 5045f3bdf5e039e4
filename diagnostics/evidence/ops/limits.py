"""Service Quotas, AWS Health, fault injection."""

from collections.abc import Mapping
from typing import Any

from diagnostics.evidence.ops.kinds import (
    Listing,
    Lookup,
    Operation,
    Params,
    Special,
    has_any,
    only_known,
)
from diagnostics.evidence.scene import Scene, shown

NO_QUOTA = "NoSuchResourceException"
QUOTA = {"ServiceCode": "ServiceCode", "QuotaCode": "QuotaCode"}
# Health's filter -> the event's field. Source: Health API reference, EventFilter.
HEALTH = {
    "availabilityZones": "availabilityZone",
    "eventArns": "arn",
    "eventStatusCodes": "statusCode",
    "eventTypeCategories": "eventTypeCategory",
    "eventTypeCodes": "eventTypeCode",
    "regions": "region",
    "services": "service",
}


def health_events(scene: Scene, params: Params) -> dict[str, Any]:
    """Return AWS Health's events."""
    found = scene.resources("health.events")
    wanted = params.get("filter", {})
    ranges = {
        "startTimes": "startTime",
        "endTimes": "endTime",
        "lastUpdatedTimes": "lastUpdatedTime",
    }
    only_known(scene, wanted, {*HEALTH, *ranges})
    for name, field in HEALTH.items():
        if wanted.get(name):
            found = [one for one in found if has_any(one, field, wanted[name])]
    for name, field in ranges.items():
        for span in wanted.get(name, ()):
            found = [
                one
                for one in found
                if field in one
                and span.get("from", one[field]) <= one[field] <= span.get("to", one[field])
            ]
    return {"events": [shown(one) for one in found]}


OPERATIONS: Mapping[str, Operation] = {
    "service-quotas:ListServiceQuotas": Listing(
        collection="service-quotas.quotas",
        result="Quotas",
        within=QUOTA,
        takes=frozenset({"QuotaAppliedAtLevel"}),
    ),
    "service-quotas:GetServiceQuota": Lookup(
        collection="service-quotas.quotas", keys=QUOTA, not_found=NO_QUOTA, wrap="Quota"
    ),
    "service-quotas:ListAWSDefaultServiceQuotas": Listing(
        collection="service-quotas.defaults",
        result="Quotas",
        within={"ServiceCode": "ServiceCode"},
    ),
    "service-quotas:GetAWSDefaultServiceQuota": Lookup(
        collection="service-quotas.defaults", keys=QUOTA, not_found=NO_QUOTA, wrap="Quota"
    ),
    "health:DescribeEvents": Special(health_events, frozenset({"filter", "locale"})),
    "fis:ListExperiments": Listing(
        collection="fis.experiments",
        result="experiments",
        within={"experimentTemplateId": "experimentTemplateId"},
        shows=(
            "id",
            "arn",
            "experimentTemplateId",
            "state",
            "creationTime",
            "tags",
            "experimentOptions",
        ),
        newest="creationTime",
    ),
    "fis:GetExperiment": Lookup(
        collection="fis.experiments",
        keys={"id": "id"},
        not_found="ResourceNotFoundException",
        wrap="experiment",
    ),
}
