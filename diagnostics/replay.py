"""Record a diagnosis as a World, and repeat it from one."""

import time

from diagnostics.checks import ALL
from diagnostics.diagnosis import DEADLINE_S, conclude
from diagnostics.evidence import Recorder, World, WorldReader
from diagnostics.model import CheckRun, Report, Request
from diagnostics.reader import Reader
from diagnostics.run import Progress, answer, run

ALLOWED = frozenset().union(*(check.reads for check in ALL))


def record(
    request: Request,
    reader: Reader,
    *,
    version: str,
    deadline_s: float = DEADLINE_S,
    on_progress: Progress | None = None,
) -> tuple[Report, World]:
    """Return the report on one request, and the evidence that gives the same report again."""
    recorder = Recorder(reader, request)
    started = time.monotonic()
    runs = run(ALL, request, recorder, deadline_s=deadline_s, on_progress=on_progress)
    took_ms = round((time.monotonic() - started) * 1000)
    calls = reader.calls
    report = conclude(request, ALL, runs, took_ms=took_ms, aws_calls=calls)
    world = recorder.world(runs=runs, aws_calls=calls, took_ms=took_ms, paramedic=version)
    return report, world


def replay(world: World) -> Report:
    """Return the report that the evidence amounts to, with no AWS.

    Checks that could not look when it was recorded stay unanswered. Evidence without a
    recorded run (the bundled incidents) has no times: they are zero.
    """
    reader = WorldReader(world, allowed=ALLOWED)
    recorded = {line.id: line for line in world.checks}
    runs = []
    for check in ALL:
        line = recorded.get(check.id)
        outcome = line.outcome if line is not None else None
        runs.append(
            CheckRun(
                id=check.id,
                asks=check.asks,
                outcome=outcome or answer(check, world.request, reader),
                took_ms=line.took_ms if line is not None else 0,
            ),
        )
    calls = reader.calls if world.aws_calls is None else world.aws_calls
    return conclude(world.request, ALL, runs, took_ms=world.took_ms or 0, aws_calls=calls)
