"""The words of a diagnosis: parsed, and turned into a request."""

from handlers.parsing.asked import Account, Asked, Named, Workload
from handlers.parsing.parse import parse
from handlers.parsing.request import request_from, window, with_alert
from handlers.parsing.usage import help_text, wants_help

__all__ = [
    "Account",
    "Asked",
    "Named",
    "Workload",
    "help_text",
    "parse",
    "request_from",
    "wants_help",
    "window",
    "with_alert",
]
