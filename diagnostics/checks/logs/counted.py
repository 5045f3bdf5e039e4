"""Pointers of all failing lines, counted, as findings."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from diagnostics.checks.logs.pointers import Pointer, pointers
from diagnostics.facts.logs import LEAST_SHARE, Failures, Line, is_noise, worst_minute
from diagnostics.facts.workload import Kind, Workload
from diagnostics.model import Evidence, Finding

MOST_NAMED = 3  # of streams, hosts and request ids in one piece of evidence

Seen = tuple[Pointer, tuple[Line, ...]]


def findings(failures: Failures) -> Iterator[Finding]:
    """Return what the lines say about causes, each kind of statement once, counted."""
    for pointer, lines in seen(failures):
        if _counts(pointer, lines, failures):
            yield finding(pointer, lines, failures)


def seen(failures: Failures) -> tuple[Seen, ...]:
    """Return each statement with the lines that make it, the most frequent first."""
    found: dict[tuple[object, ...], tuple[Pointer, list[Line]]] = {}
    for line in failures.lines:
        for pointer in pointers(line, failures.table):
            key = (pointer.cause, pointer.strength, pointer.what, pointer.scope)
            found.setdefault(key, (pointer, []))[1].append(line)
    counted = [(pointer, tuple(lines)) for pointer, lines in found.values()]
    return tuple(sorted(counted, key=lambda s: (-len(s[1]), s[1][0].at, s[0].what)))


def _counts(pointer: Pointer, lines: tuple[Line, ...], failures: Failures) -> bool:
    """Whether so many lines mean anything: stray timeouts and throttles do not."""
    if failures.share(lines) < LEAST_SHARE:
        return False
    return pointer.certain or not is_noise(lines)


def finding(pointer: Pointer, lines: tuple[Line, ...], failures: Failures) -> Finding:
    """Return one statement, counted."""
    return Finding(
        cause=pointer.cause,
        strength=pointer.strength,
        says=f"{of_all(lines, failures)}: {pointer.what}{_skew(lines)}.",
        evidence=(evidence(lines),),
        scope=pointer.scope or lines[0].group,
        first_at=lines[0].at,
        stated_by_aws=pointer.stated,
        off_path=pointer.off_path,
        values={**_service(failures.caller), **pointer.values},
    )


def _service(caller: Workload | None) -> dict[str, str]:
    """Return what commands need to name an ECS service."""
    if caller is None or caller.kind is not Kind.ECS:
        return {}
    cluster, _, service = caller.name.partition("/")
    return {"cluster": cluster, "ecs_service": service}


def of_all(lines: Iterable[Line], failures: Failures) -> str:
    """Return "180 of 190 failing log lines"."""
    return f"{len(tuple(lines))} of {len(failures.lines)} failing log lines"


def _skew(lines: Iterable[Line]) -> str:
    skews = sorted(line.reading.skew_s for line in lines if line.reading.skew_s is not None)
    if not skews:
        return ""
    least, most = (f"{skew:+.0f}" for skew in (skews[0], skews[-1]))
    return f" ({least} s)" if least == most else f" ({least} to {most} s)"


def evidence(lines: tuple[Line, ...]) -> Evidence:
    """Return where and when the lines stand: no word of theirs but names."""
    minute, most = worst_minute(lines)
    reading = lines[0].reading
    parts = [
        f"{reading.code}: {len(lines)} lines",
        f"{lines[0].at:%H:%M:%S} to {lines[-1].at:%H:%M:%S} UTC",
    ]
    if minute is not None and len(lines) > 1:
        parts.append(f"at most {most} a minute ({minute:%H:%M})")
    parts += _named("hosts", (line.reading.host for line in lines))
    parts += _named("operations", (line.reading.operation for line in lines))
    parts += _streams(lines)
    parts += _named("request ids", (line.reading.request_id for line in lines))
    return Evidence(source=lines[0].group, reading="; ".join(parts), at=lines[0].at)


def _named(what: str, names: Iterable[str | None]) -> list[str]:
    distinct = list(dict.fromkeys(name for name in names if name))
    if not distinct:
        return []
    more = f" and {len(distinct) - MOST_NAMED} more" if len(distinct) > MOST_NAMED else ""
    return [f"{what}: {', '.join(distinct[:MOST_NAMED])}{more}"]


def _streams(lines: tuple[Line, ...]) -> list[str]:
    counts: dict[str, int] = {}
    for line in lines:
        counts[line.stream] = counts.get(line.stream, 0) + 1
    counts.pop("", None)
    ranked = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
    return _named("log streams", (f"{stream} ({number})" for stream, number in ranked))


def without_log(one: Finding) -> Finding:
    """Return the finding as a statement of the text given, which no log counts."""
    what = one.says.partition(": ")[2]
    return replace(
        one,
        says=f"The text given says: {what}",
        evidence=tuple(replace(e, at=None) for e in one.evidence),
        first_at=None,
    )
