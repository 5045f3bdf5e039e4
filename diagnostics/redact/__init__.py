"""Masks secrets before anybody sees them, and before any text is cut short."""

from diagnostics.redact.answers import answer, keyed_hash
from diagnostics.redact.environment import DROPPED, environment
from diagnostics.redact.events import log_line, log_lines
from diagnostics.redact.scan import text
from diagnostics.redact.structure import value

__all__ = [
    "DROPPED",
    "answer",
    "environment",
    "keyed_hash",
    "log_line",
    "log_lines",
    "text",
    "value",
]
