"""How long a person waits for the first line of help."""

import statistics
import subprocess
import sys
import time
from pathlib import Path

RUNS = 10
LIMIT_S = 0.4  # what a person still takes for at once


def run() -> bool:
    """Measure `paramedic --help` beside a bare interpreter."""
    bare_s = median_s([sys.executable, "-c", "pass"])
    help_s = median_s([str(Path(sys.executable).with_name("paramedic")), "--help"])
    print(
        f"paramedic --help: {help_s:.2f} s (limit {LIMIT_S} s), a bare Python {bare_s:.2f} s; "
        f"median of {RUNS}"
    )
    return help_s <= LIMIT_S


def median_s(command: list[str]) -> float:
    """Return the median wall time of a command that must succeed, in seconds."""
    took_s = []
    for _ in range(RUNS):
        started = time.perf_counter()
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        took_s.append(time.perf_counter() - started)
    return statistics.median(took_s)
