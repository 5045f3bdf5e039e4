"""The client: its budget of time, its attempts, its CPU."""

from diagnostics.checks.client import attempts, budget, cpu

CHECKS = (*budget.CHECKS, *attempts.CHECKS, *cpu.CHECKS)
