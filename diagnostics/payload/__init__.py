"""DynamoDB requests checked without AWS: names, types and sizes, never values."""

from diagnostics.payload.checking import validate
from diagnostics.payload.loading import load
from diagnostics.payload.model import (
    Cause,
    Code,
    IndexKind,
    IndexShape,
    KeyAttribute,
    KeyRole,
    Measured,
    MeasuredAttribute,
    PayloadError,
    PayloadReport,
    Problem,
    TableShape,
)
from diagnostics.payload.refusals import explain_refusal

__all__ = [
    "Cause",
    "Code",
    "IndexKind",
    "IndexShape",
    "KeyAttribute",
    "KeyRole",
    "Measured",
    "MeasuredAttribute",
    "PayloadError",
    "PayloadReport",
    "Problem",
    "TableShape",
    "explain_refusal",
    "load",
    "validate",
]
