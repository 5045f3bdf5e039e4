"""Every operation a World can answer."""

from collections.abc import Mapping

from diagnostics.evidence.ops import (
    changes,
    compute,
    dynamodb,
    identity,
    limits,
    logs,
    network,
    scaling,
    watch,
)
from diagnostics.evidence.ops.kinds import Operation

OPERATIONS: Mapping[str, Operation] = {
    **network.OPERATIONS,
    **dynamodb.OPERATIONS,
    **compute.OPERATIONS,
    **identity.OPERATIONS,
    **scaling.OPERATIONS,
    **watch.OPERATIONS,
    **logs.OPERATIONS,
    **changes.OPERATIONS,
    **limits.OPERATIONS,
}
