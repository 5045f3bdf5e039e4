"""The workload's failing log lines in the window, read and counted."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any

from diagnostics import arn
from diagnostics.errors import Missing
from diagnostics.facts import workload as workloads
from diagnostics.facts.workload import Workload, gather_workload, workload_reader
from diagnostics.model import EmittedBy, Request, SymptomClass
from diagnostics.reader import Answer, Reader, side_by_side
from diagnostics.symptom import Mark, Reading, read_error

FILTER = "logs:FilterLogEvents"
READS = workloads.READS | {FILTER}

SAY_GROUP = "say which log group the caller writes to: log-group="

# Words of which a failing line has at least one, in the spelling the SDKs print; what comes
# back is read again here. CloudWatch takes 1,024 characters of pattern.
# Source: API reference, FilterLogEvents, filterPattern.
TERMS = (
    "Exception", "Timeout", "timeout", "timed out", "Time-out", "Error", "error occurred",
    "api error", "ECONN", "EPIPE", "EAI_AGAIN", "ENOTFOUND", "ETIMEDOUT", "EHOSTUNREACH",
    "socket hang up", "no such host", "misbehaving", "connection reset", "onnection refused",
    "deadline exceeded", "context canceled", "credentials", "not authorized", "from pool",
    "usage at capacity", "longer than the configured", "Exceeded", "Throttl", "<html", "<HTML",
    "<title>", " 408", " 413", " 500", " 502", " 503", " 504", "(408)", "StatusCode: 4",
    "StatusCode: 5", "dial tcp", "EOF", "closed", "broken pipe", "name resolution", "NoRoute",
)  # fmt: skip
FILTER_PATTERN = " ".join(f'?"{term}"' for term in TERMS)

# A line that goes on a stack trace belongs to the failure printed just before it.
CONTINUES = re.compile(r"\s|Caused by:|at |\.\.\. \d+ more|Traceback ")
SAME_FAILURE = timedelta(seconds=1)

# DynamoDB's own, its cache's and its key's errors; None: the text does not say whose.
OURS = frozenset({None, "dynamodb", "dax", "kms"})

# Fewer failures than this in the window, none of them in a burst, are stray ones that every
# client of a large service sees. Engineering judgement.
LEAST_LINES = 10
LEAST_IN_A_MINUTE = 3
# A kind of failure below this share of all failing lines is not what is wrong. As above.
LEAST_SHARE = 0.05


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One failure in a log; `text` is for reading only and never goes into a report."""

    at: datetime
    group: str
    stream: str
    reading: Reading
    text: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """The failing lines of one class, code and speaker, oldest first."""

    lines: tuple[Line, ...]

    @property
    def reading(self) -> Reading:
        """The first of them."""
        return self.lines[0].reading


@dataclass(frozen=True, slots=True, kw_only=True)
class Failures:
    """Every failing line of the workload in the window, oldest first."""

    since: datetime
    until: datetime
    table: str | None  # the name of the table asked about
    groups: tuple[str, ...]  # the log groups that were read
    lines: tuple[Line, ...]
    missing: tuple[str, ...] = ()  # log groups that are not there
    caller: Workload | None = None  # None: only its log groups were said
    capped: bool = False  # there are more lines than were read

    def kinds(self) -> tuple[Kind, ...]:
        """Return the lines by class, code and speaker, the most frequent kind first."""
        found: dict[tuple[SymptomClass, str, EmittedBy], list[Line]] = {}
        for line in self.lines:
            told = line.reading
            key = (told.symptom_class, told.code, told.emitted_by)
            found.setdefault(key, []).append(line)
        kinds = [Kind(lines=tuple(lines)) for lines in found.values()]
        return tuple(sorted(kinds, key=lambda k: (-len(k.lines), k.lines[0].at)))

    def failed(self) -> tuple[Line, ...]:
        """Return the lines that tell of a failed call, warnings left out."""
        return tuple(
            line for line in self.lines if line.reading.symptom_class is not SymptomClass.UNKNOWN
        )

    def share(self, lines: Iterable[Line]) -> float:
        """Return how much of all failing lines these are, from 0 to 1."""
        return len(tuple(lines)) / max(len(self.lines), 1)


def gather_failures(request: Request, aws: Reader) -> Failures:
    """Return the workload's failing lines in the window.

    Raises Missing where nobody said who calls, or none of its log groups exists.
    """
    caller = None if request.log_groups else gather_workload(request, aws)
    places = _places(request, aws, caller.log_groups if caller else request.log_groups)
    answers = side_by_side(
        *(lambda place=place, name=name: _ask(request, place, name) for place, name in places)
    )
    read = {
        name: answer
        for (_, name), answer in zip(places, answers, strict=True)
        if answer is not None
    }
    missing = tuple(name for _, name in places if name not in read)
    if not read:
        raise Missing(f"there is no log group {' or '.join(missing)}: {SAY_GROUP}")
    lines = [line for name, answer in read.items() for line in _lines(name, answer)]
    return Failures(
        since=request.since,
        until=request.until,
        table=table_name(request),
        groups=tuple(read),
        lines=tuple(sorted(lines, key=lambda line: (line.at, line.group, line.stream))),
        missing=missing,
        caller=caller,
        capped=any(answer.capped for answer in read.values()),
    )


def table_name(request: Request) -> str | None:
    """Return the name of the table asked about."""
    return arn.name_of(request.table) if request.table else None


def _places(request: Request, aws: Reader, groups: tuple[str, ...]) -> list[tuple[Reader, str]]:
    """Return each log group with the reader turned to where it is."""
    place = workload_reader(request, aws)
    if not groups:
        raise Missing(SAY_GROUP)
    return [_place(group, place) for group in dict.fromkeys(groups)]


def _place(group: str, place: Reader) -> tuple[Reader, str]:
    name = group.partition(":log-group:")[2].removesuffix(":*") or group
    named = arn.parse(group)
    if named is None:
        return place, name
    return place.at(region=named.region or None, account=named.account or None), name


def _ask(request: Request, place: Reader, group: str) -> Answer | None:
    return place.find(
        FILTER,
        logGroupName=group,
        startTime=_milliseconds(request.since),
        endTime=_milliseconds(request.until),
        filterPattern=FILTER_PATTERN,
    )


def _lines(group: str, answer: Mapping[str, Any]) -> Iterator[Line]:
    """Read each failure of one group's answer; emulators ignore the pattern."""
    for at, stream, text in _whole(answer.get("events", ())):
        reading = _read(text)
        if reading is not None and _is_ours(reading):
            yield Line(at=at, group=group, stream=stream, reading=reading, text=text)


# Several checks read the same lines; a line is taken apart once. The number is that of the
# events of one full page. Source: API reference, FilterLogEvents, "limit".
@lru_cache(maxsize=10_000)
def _read(text: str) -> Reading | None:
    return read_error(text)


def _whole(events: Iterable[Mapping[str, Any]]) -> list[tuple[datetime, str, str]]:
    """Return the messages, a stack trace printed line by line as one."""
    open_at: dict[str, int] = {}
    found: list[tuple[datetime, str, str]] = []
    for event in sorted(events, key=lambda e: _time(e["timestamp"])):
        at, stream = _time(event["timestamp"]), event.get("logStreamName", "")
        text = str(event.get("message", ""))
        before = found[open_at[stream]] if stream in open_at else None
        if before and CONTINUES.match(text) and at - before[0] <= SAME_FAILURE:
            found[open_at[stream]] = (before[0], stream, f"{before[2]}\n{text}")
            continue
        open_at[stream] = len(found)
        found.append((at, stream, text))
    return found


def _is_ours(reading: Reading) -> bool:
    return reading.service in OURS or Mark.CREDENTIALS in reading.marks


def is_noise(lines: Iterable[Line]) -> bool:
    """Whether the lines are too few and too far apart to mean anything."""
    lines = tuple(lines)
    return len(lines) < LEAST_LINES and worst_minute(lines)[1] < LEAST_IN_A_MINUTE


def worst_minute(lines: Iterable[Line]) -> tuple[datetime | None, int]:
    """Return the minute with the most lines and their number."""
    counts = Counter(line.at.replace(second=0, microsecond=0) for line in lines)
    if not counts:
        return None, 0
    return min(counts.items(), key=lambda pair: (-pair[1], pair[0]))


def _milliseconds(at: datetime) -> int:
    return round(at.timestamp() * 1000)


def _time(stamp: Any) -> datetime:  # noqa: ANN401 - milliseconds, or already read
    return stamp if isinstance(stamp, datetime) else datetime.fromtimestamp(stamp / 1000, UTC)
