"""What a World holds of one account and region."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """One statistic of one CloudWatch metric, sparse.

    A point is (offset_ms, value), or (offset_ms, value, n) for the same value over n
    periods from that offset on.
    """

    namespace: str
    name: str
    dimensions: Mapping[str, str]
    stat: str
    points: tuple[tuple[float, ...], ...]
    period: int = 60  # seconds
    covered: tuple[tuple[int, int], ...] | None = None  # offsets known; None: for all time
    status: str = "Complete"


@dataclass(frozen=True, slots=True, kw_only=True)
class LogEvent:
    """One line of a log stream."""

    at: int  # milliseconds from now
    stream: str
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LogGroup:
    """One log group, complete."""

    events: tuple[LogEvent, ...] = ()
    about: Mapping[str, Any] = field(default_factory=dict)  # fields of DescribeLogGroups


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """A question that was asked, and what came of it; params None: whatever is asked."""

    op: str
    params: Mapping[str, Any] | None = None  # marked form
    answer: Mapping[str, Any] | None = None  # marked form
    capped: bool = False
    why: str | None = None  # a `model.Why`, where it was not answered
    code: str = ""
    detail: str = ""
    needs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """One account and region: complete collections, metrics, logs, exact answers."""

    state: Mapping[str, tuple[Mapping[str, Any], ...]] = field(default_factory=dict)
    metrics: tuple[Series, ...] = ()
    complete: frozenset[str] = frozenset()  # namespaces whose unstored series are empty
    logs: Mapping[str, LogGroup] | None = None  # None: not known
    answers: tuple[Recorded, ...] = ()
