"""Run every benchmark and print what it measured beside its limit."""

import sys

from bench import diagnosis, startup

BENCHMARKS = (startup.run, diagnosis.run)


def main() -> int:
    """Return 0 if every benchmark kept its limit."""
    kept = [benchmark() for benchmark in BENCHMARKS]
    return 0 if all(kept) else 1


if __name__ == "__main__":
    sys.exit(main())
