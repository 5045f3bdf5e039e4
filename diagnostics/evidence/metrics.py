"""CloudWatch's datapoints: any window and period out of stored series."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import fmean
from typing import Any

from diagnostics.evidence.place import Series
from diagnostics.evidence.scene import Scene
from diagnostics.evidence.times import MS, epoch_ms, from_epoch_ms

COMPLETE = "Complete"
UNKNOWN = "InternalError"
STATS: Mapping[str, Callable[[list[float]], float]] = {
    "Sum": sum,
    "SampleCount": sum,
    "Maximum": max,
    "Minimum": min,
    "Average": fmean,
}

Name = tuple[str, str, frozenset[tuple[str, str]]]  # namespace, metric, dimensions
Points = list[tuple[datetime, float]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """Datapoints, oldest first, and whether they are all there are."""

    points: Points
    status: str
    message: str = ""


def name_of(metric: Mapping[str, Any]) -> Name:
    """Return what identifies a metric, out of CloudWatch's way of writing it."""
    dimensions = frozenset((d["Name"], d["Value"]) for d in metric.get("Dimensions", ()))
    return metric["Namespace"], metric["MetricName"], dimensions


def reading(
    scene: Scene, name: Name, stat: str, period_s: int, window: tuple[datetime, datetime]
) -> Reading:
    """Return a metric's datapoints of [start, end), a period each."""
    by_stat = _index(scene).get(name, {})
    if not by_stat and name[0] in scene.place.complete:
        return Reading(points=[], status=COMPLETE)
    start, end = floor(window[0], period_s), window[1]
    fit = (
        one
        for one in by_stat.get(stat, ())
        if period_s % one.period == 0 and _covers(one, scene.now, start, end)
    )
    series = next(fit, None)
    if series is None:
        message = f"not recorded: {stat} of {name[1]} by {period_s} s in this window"
        return Reading(points=[], status=UNKNOWN, message=message)
    points = list(_points(series, scene.now, start, end))
    return Reading(points=_aggregated(points, stat, period_s), status=series.status)


def known_names(scene: Scene) -> Sequence[Name]:
    """Return every metric that has a datapoint."""
    return [
        name
        for name, by_stat in _index(scene).items()
        if any(one.points for series in by_stat.values() for one in series)
    ]


def _index(scene: Scene) -> dict[Name, dict[str, list[Series]]]:
    key = (scene.key, "metrics", scene.region)
    index: dict[Name, dict[str, list[Series]]] | None = scene.memory.get(key)
    if index is None:
        index = {}
        for one in scene.place.metrics:
            name = (one.namespace, one.name, frozenset(one.dimensions.items()))
            index.setdefault(name, {}).setdefault(one.stat, []).append(one)
        scene.memory[key] = index
    return index


def _points(
    series: Series, now: datetime, start: datetime, end: datetime
) -> Iterator[tuple[datetime, float]]:
    period = timedelta(seconds=series.period)
    for offset, value, *rest in series.points:
        first = floor(now + offset * MS, series.period)
        steps = int(rest[0]) if rest else 1
        # -(-a // b) rounds up: the first step that is not before a time.
        for step in range(
            max(0, -((first - start) // period)), min(steps, -((first - end) // period))
        ):
            yield first + step * period, float(value)


def _aggregated(points: Points, stat: str, period_s: int) -> Points:
    buckets: dict[datetime, list[float]] = {}
    for at, value in points:
        buckets.setdefault(floor(at, period_s), []).append(value)
    combine = STATS.get(stat, STATS["Average"])
    return [(at, combine(values)) for at, values in sorted(buckets.items())]


def _covers(series: Series, now: datetime, start: datetime, end: datetime) -> bool:
    if series.covered is None:
        return True
    spans = [(now + a * MS, now + b * MS) for a, b in series.covered]
    return any(a <= start and end <= b for a, b in spans)


def floor(at: datetime, period_s: int) -> datetime:
    """Return the start of the period that a time lies in."""
    millis = epoch_ms(at)
    return from_epoch_ms(millis - millis % (period_s * 1000))
