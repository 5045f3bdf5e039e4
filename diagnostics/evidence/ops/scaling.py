"""Application Auto Scaling."""

from collections.abc import Mapping
from typing import Any

from diagnostics.evidence.ops.kinds import (
    Listing,
    Operation,
    Params,
    Special,
    has_any,
    newest_first,
)
from diagnostics.evidence.scene import Scene, shown

DIMENSION = {
    "ServiceNamespace": "ServiceNamespace",
    "ScalableDimension": "ScalableDimension",
}
OF_ONE = {**DIMENSION, "ResourceId": "ResourceId"}


def activities(scene: Scene, params: Params) -> dict[str, Any]:
    """Return scaling activities, newest first; the not-scaled ones only where asked for."""
    found = scene.resources("application-autoscaling.activities")
    for name, field in OF_ONE.items():
        if name in params:
            found = [one for one in found if has_any(one, field, params[name])]
    if not params.get("IncludeNotScaledActivities"):
        found = [one for one in found if "NotScaledReasons" not in one]
    return {"ScalingActivities": [shown(one) for one in newest_first(found, "StartTime")]}


OPERATIONS: Mapping[str, Operation] = {
    "application-autoscaling:DescribeScalableTargets": Listing(
        collection="application-autoscaling.targets",
        result="ScalableTargets",
        within={**DIMENSION, "ResourceIds": "ResourceId"},
    ),
    "application-autoscaling:DescribeScalingPolicies": Listing(
        collection="application-autoscaling.policies",
        result="ScalingPolicies",
        within={**OF_ONE, "PolicyNames": "PolicyName"},
    ),
    "application-autoscaling:DescribeScalingActivities": Special(
        activities, frozenset({*OF_ONE, "IncludeNotScaledActivities"})
    ),
    "application-autoscaling:DescribeScheduledActions": Listing(
        collection="application-autoscaling.scheduled_actions",
        result="ScheduledActions",
        within={**OF_ONE, "ScheduledActionNames": "ScheduledActionName"},
    ),
}
