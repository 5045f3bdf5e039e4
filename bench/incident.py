"""Diagnose one bundled incident over HTTP, again and again; print what it took as JSON.

Run by bench.diagnosis, in a process of its own whose environment names the server and holds
credentials: `python -m bench.incident NAME LATENCY_MS RUNS [bare]`. Warm: an unmeasured
diagnosis comes first. Each diagnosis then begins as if no other had been before: no answers
to share, every rate unspent, no log line known.
"""

import functools
import json
import resource
import secrets
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from typing import Any

from bench import trace
from bench.trace import Question, Trace, TracedAsker, TracedBuckets, TracedReader
from diagnostics import incidents, redact
from diagnostics import reader as door
from diagnostics.aws.reader import CALLS_UNDER_WAY, Aws
from diagnostics.diagnosis import DEADLINE_S, diagnose
from diagnostics.evidence import World, load
from diagnostics.facts import logs
from diagnostics.replay import ALLOWED, replay

Plan = Sequence[tuple[Question, frozenset[Question]]]

KIB_OF_RSS = 1 / 1024 if sys.platform == "darwin" else 1  # macOS tells bytes


def main() -> None:
    name, latency_ms, runs, *rest = sys.argv[1:]
    world = load(incidents.read(name))
    measured = _measured(world, int(latency_ms) / 1000, int(runs), bare=rest == ["bare"])
    print(json.dumps(measured))


def _measured(world: World, call_s: float, runs: int, *, bare: bool) -> dict[str, Any]:
    """Return the medians, in milliseconds, and the peak memory in MiB."""
    _trace_branches()
    aws, limiter = _aws()
    _, first = _diagnosis(world, aws, limiter)
    beside = _bare(first.plan()) if bare else None
    took = []
    for _ in range(runs):
        wall_s, found = _diagnosis(world, aws, limiter)
        against_s = beside(found.plan()) if beside else found.critical_path_s(call_s)
        took.append(
            (wall_s * 1000, against_s * 1000, wall_s / against_s, found.calls, found.levels())
        )
    wall_ms, against_ms, ratio, calls, deep = (
        statistics.median(column) for column in zip(*took, strict=True)
    )
    return {
        "calls": round(calls),
        "levels": round(deep),
        "wall_ms": wall_ms,
        "against_ms": against_ms,
        "ratio": ratio,
        "peak_mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * KIB_OF_RSS / 1024,
    }


def _trace_branches() -> None:
    """Put the traced `side_by_side` wherever the engine uses its own."""
    for name, module in list(sys.modules.items()):
        if name.startswith("diagnostics.") and module is not door:
            names = vars(module)
            if "side_by_side" in names:
                names["side_by_side"] = trace.side_by_side


def _aws() -> tuple[Aws, TracedBuckets]:
    mask = functools.partial(redact.answer, salt=secrets.token_bytes(16))
    aws = Aws(allowed=ALLOWED, redact=mask)
    limiter = TracedBuckets()
    aws.asker = TracedAsker(
        clients=aws.asker.clients,
        pool=aws.asker.pool,
        limiter=limiter,
        redact=mask,
    )
    return aws, limiter


def _diagnosis(world: World, aws: Aws, limiter: TracedBuckets) -> tuple[float, Trace]:
    """Return the wall time in seconds, and what was asked.

    Raises RuntimeError where it does not come to what the evidence itself comes to: a
    diagnosis that fails is fast.
    """
    aws.answers.forget(lambda _: True)
    limiter.buckets.clear()
    logs._read.cache_clear()  # noqa: SLF001 - live lines are new ones
    found = Trace()
    started = time.perf_counter()
    live = aws.reader(
        region=world.request.region,
        account=world.request.account,
        until=time.monotonic() + DEADLINE_S,
    )
    report = diagnose(world.request, TracedReader(live, found))
    wall_s = time.perf_counter() - started
    expected = replay(world)
    said = (report.conclusion, [v.cause for v in report.verdicts])
    if said != (expected.conclusion, [v.cause for v in expected.verdicts]):
        why = [f"{line.check}: {line.detail}" for line in report.unanswered]
        raise RuntimeError(f"the diagnosis came to {said}, the evidence does not: {why}")
    if found.calls != report.aws_calls:
        raise RuntimeError(f"{report.aws_calls} calls were made, {found.calls} were noted")
    return wall_s, found


def _bare(plan: Plan) -> Callable[[Plan], float]:
    """Return what makes the same calls bare, warm.

    boto3 is loaded only where it is measured: its memory is not the diagnosis's.
    """
    from bench.bare import Bare  # noqa: PLC0415 - as above

    return Bare(plan, connections=CALLS_UNDER_WAY).run


if __name__ == "__main__":
    main()
