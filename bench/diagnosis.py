"""How long a diagnosis takes beside what AWS alone would take, and what it needs.

Each bundled incident is answered over HTTP by a server in a process of its own, with one
latency for every call, and diagnosed in another process, warm. At 80 ms a call the wall time
is set against the critical path (bench.trace), at 20 ms, where computing weighs more, against
bare boto3 clients that make the same calls and waits, in the same levels and process.
"""

import json
import os
import statistics
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib import resources
from typing import Any

from diagnostics import incidents

RUNS = 5
LIMIT = 1.25  # wall time: a quarter more than AWS itself takes
LIMIT_MIB = 150
# Nothing of the machine's own settings may take part.
ENVIRONMENT = {
    "AWS_ACCESS_KEY_ID": "AKIAEXAMPLE",
    "AWS_SECRET_ACCESS_KEY": "made-up-for-a-benchmark",
    "AWS_CONFIG_FILE": os.devnull,
    "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
    "AWS_EC2_METADATA_DISABLED": "true",
    "NO_PROXY": "127.0.0.1",
}


def run() -> bool:
    """Measure every bundled incident beside its critical path, then beside bare clients."""
    slow = _table("critical path", latency_ms=80)
    fast = _table("bare boto3", latency_ms=20, beside=("bare",))
    peak_mib: float = max(measured["peak_mib"] for measured in slow.values())
    print(f"peak memory of a run: {peak_mib:.0f} MiB (limit {LIMIT_MIB} MiB)")
    ratios = [statistics.median(m["ratio"] for m in table.values()) for table in (slow, fast)]
    return max(ratios) <= LIMIT and peak_mib <= LIMIT_MIB


def _table(against: str, *, latency_ms: int, beside: tuple[str, ...] = ()) -> dict[str, Any]:
    """Print one line an incident and the median; return what was measured."""
    print(f"{latency_ms} ms a call, warm, median of {RUNS}:")
    print(f"  {'incident':18} calls levels  wall ms  {against + ' ms':>16}  ratio")
    found = {}
    for name in incidents.TITLES:
        found[name] = told = _measured(name, latency_ms, beside)
        print(
            f"  {name:18} {told['calls']:5} {told['levels']:6} {told['wall_ms']:8.0f} "
            f"{told['against_ms']:17.0f}  {told['ratio']:5.2f}",
            flush=True,
        )
    ratio = statistics.median(told["ratio"] for told in found.values())
    calls = [told["calls"] for told in found.values()]
    print(
        f"  wall time ÷ {against}: median {ratio:.2f} (limit {LIMIT}); "
        f"calls a diagnosis: {min(calls)} to {max(calls)}, median {statistics.median(calls):.0f}"
    )
    return found


def _measured(name: str, latency_ms: int, beside: tuple[str, ...]) -> dict[str, Any]:
    with _server(name, latency_ms) as endpoint:
        ended = subprocess.run(
            [sys.executable, "-m", "bench.incident", name, str(latency_ms), str(RUNS), *beside],
            env=_environment(endpoint),
            stdout=subprocess.PIPE,
            check=True,
        )
    measured: dict[str, Any] = json.loads(ended.stdout)
    return measured


@contextmanager
def _server(name: str, latency_ms: int) -> Iterator[str]:
    """Serve an incident in a process of its own; give its address."""
    source = resources.files(incidents).joinpath(f"{name}.json")
    with (
        resources.as_file(source) as path,
        subprocess.Popen(
            [sys.executable, "-m", "tests.aws_server", path, "--latency-ms", str(latency_ms)],
            stdout=subprocess.PIPE,
            text=True,
        ) as server,
    ):
        try:
            if server.stdout is None or not (endpoint := server.stdout.readline().strip()):
                raise RuntimeError("tests.aws_server did not start")
            yield endpoint
        finally:
            server.terminate()


def _environment(endpoint: str) -> Mapping[str, str]:
    own = {name: held for name, held in os.environ.items() if not name.startswith("AWS_")}
    return {**own, **ENVIRONMENT, "AWS_ENDPOINT_URL": endpoint}
