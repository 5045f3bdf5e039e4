"""CloudWatch series of a table, derived from what its traffic does."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from diagnostics.evidence import Series

MINUTE = 60_000
DAY = 24 * 60
NAMESPACE = "AWS/DynamoDB"
# The stretches of time that hold points: now, a day ago, a week ago, each a few hours.
RECENT_FROM = -7 * 60
BASELINES = ((-DAY - 3 * 60, -DAY + 60), (-7 * DAY - 3 * 60, -7 * DAY + 60))

# (from this minute on, value); minutes are counted from now and negative before it.
Course = Sequence[tuple[int, float]]


@dataclass(slots=True, kw_only=True)
class Traffic:
    """What a table's callers ask, a minute each; courses change the steady state."""

    table: str
    indexes: tuple[str, ...]
    calls: dict[str, float] = field(
        default_factory=lambda: {"GetItem": 5400, "PutItem": 1800, "UpdateItem": 600, "Query": 900},
    )
    latency_ms: float = 4.1
    read_units: float = 0.0  # provisioned; 0: on demand
    write_units: float = 0.0
    index_units: dict[str, tuple[float, float]] = field(default_factory=dict)
    answered: Course = ()  # share of the usual calls that are answered, from a minute on
    series: list[Series] = field(default_factory=list)

    def put(
        self,
        name: str,
        stat: str,
        course: Course,
        *,
        usual: float | None = None,
        every: int = 1,
        dimensions: Mapping[str, str] | None = None,
    ) -> None:
        """Add one series: `course` now, `usual` a day and a week ago (None: no points)."""
        points = _recent(course, every)
        if usual is not None:
            for start, end in BASELINES:
                points += _stretch(start, end, usual, every)
        given = {} if name == "UserErrors" else {"TableName": self.table, **(dimensions or {})}
        self.series.append(
            Series(
                namespace=NAMESPACE, name=name, dimensions=given, stat=stat, points=tuple(points)
            ),
        )

    def throttle(self, limit: str, side: str, course: Course, *, index: str | None = None) -> None:
        """Add throttle events of one limit, and the metric that names no limit."""
        dimensions = {"GlobalSecondaryIndexName": index} if index else {}
        for name in (f"{side}{limit}ThrottleEvents", f"{side}ThrottleEvents"):
            self.put(name, "Sum", course, dimensions=dimensions)

    def steady(self) -> tuple[Series, ...]:
        """Return every series, the usual traffic included."""
        shares = tuple(self.answered) or ((RECENT_FROM, 1.0),)
        if shares[0][0] > RECENT_FROM:
            shares = ((RECENT_FROM, 1.0), *shares)
        for operation, usual in self.calls.items():
            course = [(at, usual * share) for at, share in shares]
            flat = [(at, self.latency_ms if share else 0.0) for at, share in shares]
            self.put(
                "SuccessfulRequestLatency",
                "SampleCount",
                course,
                usual=usual,
                dimensions={"Operation": operation},
            )
            self.put(
                "SuccessfulRequestLatency",
                "Average",
                flat,
                usual=self.latency_ms,
                dimensions={"Operation": operation},
            )
            self.put(
                "SuccessfulRequestLatency",
                "Maximum",
                [(at, 9 * v) for at, v in flat],
                usual=9 * self.latency_ms,
                dimensions={"Operation": operation},
            )
        self._capacity("Read", self.read_units, None, self._reads(), shares)
        self._capacity("Write", self.write_units, None, self._writes(), shares)
        for index, (read, write) in self.index_units.items():
            self._capacity("Read", read, index, self._reads() * 0.1, shares)
            self._capacity("Write", write, index, self._writes() * 0.2, shares)
        return tuple(self.series)

    def has(self, name: str, index: str | None = None) -> bool:
        """Whether a series was put already, so that the usual one is left out."""
        wanted = {"TableName": self.table} | ({"GlobalSecondaryIndexName": index} if index else {})
        return any(s.name == name and dict(s.dimensions) == wanted for s in self.series)

    def _reads(self) -> float:
        return sum(self.calls.get(o, 0) for o in ("GetItem", "Query")) * 0.6

    def _writes(self) -> float:
        return sum(self.calls.get(o, 0) for o in ("PutItem", "UpdateItem"))

    def _capacity(
        self, side: str, units: float, index: str | None, used: float, shares: Course
    ) -> None:
        dimensions = {"GlobalSecondaryIndexName": index} if index else {}
        if not self.has(f"Consumed{side}CapacityUnits", index):
            self.put(
                f"Consumed{side}CapacityUnits",
                "Sum",
                [(at, used * share) for at, share in shares],
                usual=used,
                dimensions=dimensions,
            )
        if units and not self.has(f"Provisioned{side}CapacityUnits", index):
            self.put(
                f"Provisioned{side}CapacityUnits",
                "Average",
                [(RECENT_FROM, units)],
                usual=units,
                every=5,
                dimensions=dimensions,
            )


def _recent(course: Course, every: int) -> list[tuple[float, ...]]:
    points: list[tuple[float, ...]] = []
    ends = [at for at, _ in course[1:]] + [1]
    for (start, value), end in zip(course, ends, strict=True):
        points += _stretch(start, end, value, every)
    return points


def _stretch(start: int, end: int, value: float, every: int) -> list[tuple[float, ...]]:
    """Return one value from minute `start` to before `end`; 0 is no point at all."""
    if not value or end <= start:
        return []
    if every == 1:
        return [(start * MINUTE, value, end - start)]
    return [(minute * MINUTE, value) for minute in range(start, end, every)]


def profile(numbers: Mapping[int, float]) -> Course:
    """Return a course of single minutes: {minute: value}."""
    course: list[tuple[int, float]] = []
    for minute, value in sorted(numbers.items()):
        course += [(minute, value), (minute + 1, 0.0)]
    return course
