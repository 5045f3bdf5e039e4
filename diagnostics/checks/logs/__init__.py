"""The workload's logs: what failed, how often, who spoke, and what AWS itself said."""

from collections.abc import Iterator

from diagnostics.checks.logs import counted, principal, whole
from diagnostics.checks.logs.pointers import CAUSE_OF_LIMIT, CAUSE_OF_POLICY
from diagnostics.errors import NotAsked
from diagnostics.facts import logs
from diagnostics.facts.logs import Failures, Line, gather_failures
from diagnostics.model import Check, Finding, Partial, Request, Said, SymptomClass, Why
from diagnostics.reader import Reader
from diagnostics.symptom import read_error, sighting_of

STATED = frozenset(
    {
        *CAUSE_OF_POLICY.values(),
        *CAUSE_OF_LIMIT.values(),
        "iam.kms_permission",
        "kms.key_unavailable",
        "identity.credentials",
        "identity.clock_skew",
        "throttling.provisioned",
        "throttling.index",
        "throttling.on_demand_ramp",
        "throttling.control_plane",
        "payload.validation",
        "payload.size",
        "contention.transaction",
        "table.not_found",
        "client.pool",
        "client.keep_alive",
        "middlebox.answered",
        "dax.unreachable",
    },
)
WHOLE = frozenset({"network.endpoint_host", "network.dns", "contention.conditional"})
GIVEN = "the text given"


def judge_failures(failures: Failures) -> Iterator[Said]:
    """Say what failed, counted by kind, and what the lines say about causes."""
    for kind in failures.kinds():
        yield sighting_of(kind.reading, len(kind.lines), kind.lines[0].at)
    yield from counted.findings(failures)
    yield from whole.findings(failures)
    if failures.capped:
        yield Partial(
            why=Why.THROTTLED,
            detail="there are more failing log lines than are read at once: the counts are lower "
            "bounds",
        )
    for group in failures.missing:
        yield Partial(why=Why.MISSING, detail=f"there is no log group {group}")


def gather_text(request: Request, aws: Reader) -> Failures:
    """Return the pasted text as one failing line, which it may be."""
    reading = read_error(request.text) if request.text else None
    if reading is None or request.text is None:
        raise NotAsked("no error text was given" if not request.text else "the text tells no error")
    del aws
    line = Line(at=request.until, group=GIVEN, stream="", reading=reading, text=request.text)
    return Failures(
        since=request.since,
        until=request.until,
        table=logs.table_name(request),
        groups=(),
        lines=(line,),
    )


def judge_text(failures: Failures) -> Iterator[Finding]:
    """Say what AWS's own words in the text prove, and what stands there once."""
    for pointer, lines in counted.seen(failures):
        if pointer.certain or pointer.stated or failures.lines[0].reading.symptom_class in LASTING:
            yield counted.without_log(counted.finding(pointer, lines, failures))


# A pasted line of these classes is one of many by itself; a lone reset is not.
LASTING = frozenset({SymptomClass.ANSWERED, SymptomClass.CONNECT})

CHECKS = (
    Check(
        id="logs.failures",
        asks="What do the caller's logs show failing, and what does AWS say in them?",
        reads=logs.READS,
        finds=STATED | WHOLE,
        gather=gather_failures,
        judge=judge_failures,
        needs_caller=True,
    ),
    Check(
        id="logs.text",
        asks="What does the pasted error say by itself?",
        reads=frozenset(),
        finds=STATED,
        gather=gather_text,
        judge=judge_text,
    ),
    *principal.CHECKS,
)
