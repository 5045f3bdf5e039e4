"""From readings and sightings to the one symptom of a diagnosis."""

import re
from collections.abc import Sequence
from datetime import UTC, datetime

from diagnostics.model import EmittedBy, Request, Sighting, Symptom, SymptomClass
from diagnostics.symptom import codes
from diagnostics.symptom.read import read_error
from diagnostics.symptom.reading import Reading

LATEST = datetime.max.replace(tzinfo=UTC)
SDK_NAMES = {
    "python": "botocore",
    "java1": "the Java SDK v1",
    "java2": "the Java SDK v2",
    "js2": "the JavaScript SDK v2",
    "js3": "the JavaScript SDK v3",
    "go1": "the Go SDK v1",
    "go2": "the Go SDK v2",
    "rust": "the Rust SDK",
    "dotnet": "the .NET SDK",
    "php": "the PHP SDK",
    "ruby": "the Ruby SDK",
}
HOW = {
    SymptomClass.CONNECT: "no connection was made",
    SymptomClass.READ: "no answer came in time",
    SymptomClass.RESET: "the connection was closed before an answer",
    SymptomClass.DEADLINE: "the caller's own deadline came first",
    SymptomClass.EXHAUSTED_RETRIES: "with the retries used up",
}
# Source: DynamoDB developer guide, "Error handling with DynamoDB"; AWS "Common Error Types".
NO_408 = (
    "DynamoDB's API documents no 408: such a status comes from a proxy, load balancer or gateway "
    "on the way (or your own API), rarely from an AWS front end that waited too long for the "
    "request (RequestTimeoutException), or it is a client's timeout under another name."
)
FOUR_OH_EIGHT = re.compile(r"(?<!\d)408(?!\d)")


def sighting_of(reading: Reading, count: int, first_at: datetime | None) -> Sighting:
    """Return what was read, counted."""
    times = "once" if count == 1 else f"{count} times"
    return Sighting(
        symptom_class=reading.symptom_class,
        emitted_by=reading.emitted_by,
        says=f"{times} {_what(reading)}",
        code=reading.code,
        count=count,
        first_at=first_at,
    )


def symptom_of(request: Request, sightings: tuple[Sighting, ...]) -> Symptom:
    """Return what was seen: the logs' sightings before the pasted text before the typed word.

    Of several classes the most frequent, then the earliest. Codes that applications provoke
    by design lead only where nothing else was seen.
    """
    reading = read_error(request.text) if request.text else None
    failures = _failures(sightings)
    if failures:
        symptom = _from_logs(failures)
    elif reading and reading.symptom_class is not SymptomClass.UNKNOWN:
        symptom = Symptom(
            symptom_class=reading.symptom_class,
            emitted_by=reading.emitted_by,
            says=f"The text given shows {_what(reading)}.",
        )
    else:
        symptom = _from_word(request)
    if not _is_408(request, reading, failures):
        return symptom
    return Symptom(
        symptom_class=symptom.symptom_class,
        emitted_by=symptom.emitted_by,
        says=f"{symptom.says} {NO_408}",
        first_at=symptom.first_at,
        count=symptom.count,
    )


def _failures(sightings: Sequence[Sighting]) -> tuple[Sighting, ...]:
    seen = tuple(
        s for s in sightings if s.symptom_class is not SymptomClass.UNKNOWN and s.count > 0
    )
    told = tuple(s for s in seen if s.code not in codes.BY_DESIGN)
    return told or seen


def _from_logs(failures: tuple[Sighting, ...]) -> Symptom:
    groups: dict[SymptomClass, list[Sighting]] = {}
    for sighting in failures:
        groups.setdefault(sighting.symptom_class, []).append(sighting)
    leading = min(
        groups.values(), key=lambda g: (-_count(g), _first(g) or LATEST, g[0].symptom_class)
    )
    top = min(leading, key=lambda s: (-s.count, s.first_at or LATEST, s.says))
    others = len(groups) - 1
    beside = (
        ""
        if not others
        else f"; beside it {', '.join(sorted(c.value for c in groups if groups[c] is not leading))}"
    )
    return Symptom(
        symptom_class=top.symptom_class,
        emitted_by=top.emitted_by,
        says=f"The logs show {top.says}{beside}.",
        first_at=_first(leading),
        count=_count(leading),
    )


def _from_word(request: Request) -> Symptom:
    if not request.error:
        says = "No failure was named that can be read, and no log shows one."
    else:
        says = f"Nothing but the typed word: {request.error}."
    return Symptom(
        symptom_class=SymptomClass.UNKNOWN,
        emitted_by=codes.speaker_of(request.error) if request.error else EmittedBy.UNKNOWN,
        says=says,
    )


def _is_408(request: Request, reading: Reading | None, failures: tuple[Sighting, ...]) -> bool:
    if request.error == "408" or any(s.code == "408" for s in failures):
        return True
    if reading:
        return reading.code == "408" or reading.http_status == 408  # noqa: PLR2004 - the status itself
    return bool(request.text and FOUR_OH_EIGHT.search(request.text))


def _count(group: Sequence[Sighting]) -> int:
    return sum(sighting.count for sighting in group)


def _first(group: Sequence[Sighting]) -> datetime | None:
    return min((s.first_at for s in group if s.first_at), default=None)


def _what(reading: Reading) -> str:
    """Return one reading in words: "botocore's ReadTimeoutError in GetItem on dynamodb...."."""
    name = f"HTTP {reading.code}" if reading.code.isdigit() else reading.code
    if reading.emitted_by is EmittedBy.CLIENT and reading.sdk in SDK_NAMES:
        name = f"{SDK_NAMES[reading.sdk]}'s {name}"
    words = [name]
    if reading.emitted_by is EmittedBy.MIDDLEBOX:
        words.append("without an AWS request id")
    if reading.operation:
        words.append(f"in {reading.operation}")
    if reading.host:
        words.append(f"on {reading.host}")
    if reading.timed_out_s is not None:
        words.append(f"after {reading.timed_out_s:g} s")
    how = HOW.get(reading.symptom_class)
    return " ".join(words) + (f" ({how})" if how else "")
