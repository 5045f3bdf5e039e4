"""What an error text says, who spoke, and what was seen in the window."""

from diagnostics.symptom.codes import code_of
from diagnostics.symptom.read import read_error
from diagnostics.symptom.reading import (
    Denial,
    Denied,
    Mark,
    PolicyType,
    Reading,
    ThrottlingReason,
)
from diagnostics.symptom.seen import sighting_of, symptom_of

__all__ = [
    "Denial",
    "Denied",
    "Mark",
    "PolicyType",
    "Reading",
    "ThrottlingReason",
    "code_of",
    "read_error",
    "sighting_of",
    "symptom_of",
]
