"""AWS failures: what is wrong, how sure that is, and what mends it."""

from diagnostics.diagnosis import diagnose

__all__ = ["diagnose"]
