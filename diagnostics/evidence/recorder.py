"""A Reader that remembers everything it was told, as a World."""

import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from diagnostics import redact
from diagnostics.errors import AwsError
from diagnostics.evidence import epochs
from diagnostics.evidence.metrics import COMPLETE, floor
from diagnostics.evidence.place import Place, Recorded, Series
from diagnostics.evidence.times import mark, offset_ms
from diagnostics.evidence.world import (
    GLOBAL,
    GLOBAL_SERVICES,
    OWN,
    RecordedRun,
    World,
    canonical,
)
from diagnostics.model import Answered, CheckRun, Request, Why
from diagnostics.reader import Answer, Reader

METRIC_DATA = "cloudwatch:GetMetricData"
SeriesKey = tuple[str, str, tuple[tuple[str, str], ...], str, int]


@dataclass(slots=True)
class _Notes:
    """What one place has told."""

    answers: dict[tuple[str, str], Recorded] = field(default_factory=dict)
    series: dict[SeriesKey, Series] = field(default_factory=dict)


@dataclass(slots=True)
class _Tape:
    """What every place of one diagnosis has told."""

    now: datetime
    lock: threading.Lock = field(default_factory=threading.Lock)
    places: dict[tuple[str, str], _Notes] = field(default_factory=dict)


class Recorder:
    """Passes questions on to another Reader, and keeps what comes back."""

    def __init__(self, reader: Reader, request: Request, *, tape: _Tape | None = None) -> None:
        """Record what `reader`, which redacts, answers to one diagnosis."""
        self._reader = reader
        self._request = request
        self._tape = tape or _Tape(now=request.now)

    @property
    def region(self) -> str:
        return self._reader.region

    @property
    def account(self) -> str | None:
        return self._reader.account

    @property
    def calls(self) -> int:
        return self._reader.calls

    def at(self, *, region: str | None = None, account: str | None = None) -> "Recorder":
        """Return the same recorder turned to another region or account."""
        turned = self._reader.at(region=region, account=account)
        return Recorder(turned, self._request, tape=self._tape)

    def read(self, op: str, /, **params: Any) -> Answer:  # noqa: ANN401 - AWS's own JSON
        """Return what the reader answers, kept; an AwsError is kept and raised again."""
        try:
            answer = self._reader.read(op, **params)
        except AwsError as error:
            self._keep(op, params, _refusal(error))
            raise
        self._keep_answer(op, params, answer)
        return answer

    def find(self, op: str, /, **params: Any) -> Answer | None:  # noqa: ANN401 - as above
        """Return what the reader finds, kept; so is that there is nothing."""
        try:
            answer = self._reader.find(op, **params)
        except AwsError as error:
            self._keep(op, params, _refusal(error))
            raise
        if answer is None:
            detail = f"{op}: there is no such thing"
            self._keep(op, params, {"why": Why.MISSING.value, "code": "NotFound", "detail": detail})
        else:
            self._keep_answer(op, params, answer)
        return answer

    def world(
        self,
        *,
        runs: Sequence[CheckRun] = (),
        aws_calls: int | None = None,
        took_ms: int | None = None,
        paramedic: str = "",
    ) -> World:
        """Return the World as it was told, with the run it was told to."""
        home = self._reader.account
        places: dict[tuple[str, str], Place] = {}
        with self._tape.lock:
            for (account, region), notes in sorted(self._tape.places.items()):
                key = (home or OWN if account == OWN else account, region)
                places[key] = _joined(places.get(key), notes)
        return World(
            now=self._request.now,
            request=_redacted(self._request),
            home=home,
            places=places,
            checks=tuple(_recorded_run(run) for run in runs),
            aws_calls=aws_calls,
            took_ms=took_ms,
            paramedic=paramedic,
        )

    def _keep_answer(self, op: str, params: Mapping[str, Any], answer: Answer) -> None:
        if op == METRIC_DATA and not answer.capped and self._keep_series(params, answer):
            return
        now = self._tape.now
        marked = epochs.marked_answer(op, mark(dict(answer), now), now)
        self._keep(op, params, {"answer": marked, "capped": answer.capped})

    def _keep(self, op: str, params: Mapping[str, Any], told: Mapping[str, Any]) -> None:
        now = self._tape.now
        marked = epochs.marked_params(op, mark(dict(params), now), now)
        recorded = Recorded(op=op, params=marked, **told)
        with self._tape.lock:
            self._notes(op).answers[op, canonical(marked)] = recorded

    def _keep_series(self, params: Mapping[str, Any], answer: Answer) -> bool:
        """Keep datapoints by metric; False where the answer is more than plain datapoints."""
        results = answer.get("MetricDataResults", ())
        queries = {query["Id"]: query for query in params["MetricDataQueries"]}
        plain = all("MetricStat" in query for query in queries.values())
        whole = all(result.get("StatusCode") == COMPLETE for result in results)
        if not (plain and whole and {r["Id"] for r in results} == set(queries)):
            return False
        with self._tape.lock:
            series = self._notes(METRIC_DATA).series
            for result in results:
                key, one = _series(queries[result["Id"]], result, params, self._tape.now)
                series[key] = _merged(series.get(key), one)
        return True

    def _notes(self, op: str) -> _Notes:
        service = op.partition(":")[0]
        region = GLOBAL if service in GLOBAL_SERVICES else self._reader.region
        return self._tape.places.setdefault((self._reader.account or OWN, region), _Notes())


def _refusal(error: AwsError) -> dict[str, Any]:
    return {
        "why": error.why.value,
        "code": error.code,
        "detail": error.detail,
        "needs": tuple(error.needs),
    }


def _series(
    query: Mapping[str, Any], result: Mapping[str, Any], params: Mapping[str, Any], now: datetime
) -> tuple[SeriesKey, Series]:
    stat, metric = query["MetricStat"], query["MetricStat"]["Metric"]
    dimensions = {d["Name"]: d["Value"] for d in metric.get("Dimensions", ())}
    period = stat["Period"]
    start = floor(params["StartTime"], period)
    points = sorted(
        (offset_ms(at, now), value)
        for at, value in zip(result["Timestamps"], result["Values"], strict=True)
    )
    series = Series(
        namespace=metric["Namespace"],
        name=metric["MetricName"],
        dimensions=dimensions,
        stat=stat["Stat"],
        period=period,
        points=tuple(points),
        covered=((offset_ms(start, now), offset_ms(params["EndTime"], now)),),
    )
    names = tuple(sorted(dimensions.items()))
    return (series.namespace, series.name, names, series.stat, period), series


def _merged(known: Series | None, more: Series) -> Series:
    if known is None:
        return more
    points = {point[0]: point for point in (*known.points, *more.points)}
    spans = dict.fromkeys((*(known.covered or ()), *(more.covered or ())))
    return replace(
        known,
        points=tuple(points[at] for at in sorted(points)),
        covered=tuple(sorted(spans)),
    )


def _joined(known: Place | None, notes: _Notes) -> Place:
    known = known or Place()
    return Place(
        metrics=known.metrics + tuple(notes.series[key] for key in sorted(notes.series)),
        answers=known.answers + tuple(notes.answers[key] for key in sorted(notes.answers)),
    )


def _recorded_run(run: CheckRun) -> RecordedRun:
    outcome = None if isinstance(run.outcome, Answered) else run.outcome
    return RecordedRun(id=run.id, took_ms=run.took_ms, outcome=outcome)


def _redacted(request: Request) -> Request:
    """Return the request without secrets, and without the caller's own data."""
    text = None if request.text is None else redact.text(request.text)
    error = None if request.error is None else redact.text(request.error)
    return replace(request, text=text, error=error, payload=None)
