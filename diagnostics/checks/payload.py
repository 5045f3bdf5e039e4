"""Payload: what DynamoDB refuses, against the table's own key schema."""

from collections.abc import Iterator
from dataclasses import dataclass

from diagnostics import arn
from diagnostics.checks.logs.counted import evidence, of_all
from diagnostics.errors import Broken, NotAsked
from diagnostics.facts import logs
from diagnostics.facts import table as tables
from diagnostics.facts.logs import LEAST_SHARE, Failures, Line, gather_failures
from diagnostics.facts.table import table_reader
from diagnostics.model import Check, Evidence, Finding, Request, Said, Strength
from diagnostics.payload import (
    Cause,
    PayloadError,
    PayloadReport,
    Problem,
    TableShape,
    explain_refusal,
    load,
    validate,
)
from diagnostics.reader import Reader, side_by_side

DESCRIBE = "dynamodb:DescribeTable"
FINDS = frozenset(cause.value for cause in Cause)
FILE = "the payload's file"
REFUSED = frozenset(
    {
        "ValidationException",
        "SerializationException",
        "ValidationError",
        "TransactionCanceledException",
        "ItemCollectionSizeLimitExceededException",
    },
)
MOST_PROBLEMS = 10  # problems of a file that are told in full


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusals:
    """The refusals in the logs beside the table's shape."""

    table: TableShape
    failures: Failures


def gather_refusals(request: Request, aws: Reader) -> Refusals:
    """Return the refused requests in the caller's logs, and the table they were for."""
    table, failures = side_by_side(
        lambda: _shape(request, aws), lambda: gather_failures(request, aws)
    )
    return Refusals(table=table, failures=failures)


def _shape(request: Request, aws: Reader) -> TableShape:
    tables.gather_table(request, aws)
    answer = table_reader(request, aws).read(DESCRIBE, TableName=arn.name_of(request.table or ""))
    return TableShape.described(answer["Table"])


def judge_refusals(refusals: Refusals) -> Iterator[Said]:
    """Say what each kind of refusal means for this table's keys."""
    found: dict[tuple[str, str], list[Line]] = {}
    for line in refusals.failures.lines:
        if line.reading.code not in REFUSED:
            continue
        explained = explain_refusal(line.text, refusals.table)
        if explained is not None:
            found.setdefault(explained, []).append(line)
    for (cause, says), lines in found.items():
        if cause in FINDS and refusals.failures.share(lines) >= LEAST_SHARE:
            yield _refused(refusals, cause, says, tuple(lines))


def _refused(refusals: Refusals, cause: str, says: str, lines: tuple[Line, ...]) -> Finding:
    schema = ", ".join(f"{key.name} ({key.role}, {key.type})" for key in refusals.table.keys)
    return Finding(
        cause=cause,
        strength=Strength.PROVES,
        says=f"{says.rstrip('.')} ({of_all(lines, refusals.failures)}).",
        evidence=(evidence(lines), Evidence(source=DESCRIBE, reading=f"KeySchema: {schema}")),
        scope=refusals.table.name,
        first_at=lines[0].at,
        stated_by_aws=True,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """What the offline check says of the request in a file."""

    table: str
    report: PayloadReport


def gather_file(request: Request, aws: Reader) -> Checked:
    """Return the check of the request given; raises NotAsked where none was.

    Raises Broken where what was given is no request.
    """
    if request.payload is None:
        raise NotAsked("no request was given; --payload FILE checks one")
    shape = _shape(request, aws)
    try:
        report = validate(load(request.payload), shape)
    except PayloadError as error:
        raise Broken(str(error)) from error
    return Checked(table=shape.name, report=report)


def judge_file(checked: Checked) -> Iterator[Said]:
    """Say which rules the request breaks, by names, types and sizes."""
    report = checked.report
    for cause in Cause:
        problems = tuple(p for p in report.problems if p.cause is cause)
        if problems:
            yield _broken(checked, cause, problems)
        else:
            yield _sound(checked, cause)


def _broken(checked: Checked, cause: Cause, problems: tuple[Problem, ...]) -> Finding:
    more = len(problems) - 1
    beside = f" and {more} other problem{'s' if more > 1 else ''}" if more else ""
    return Finding(
        cause=cause.value,
        strength=Strength.PROVES,
        says=f"The request given breaks a rule of DynamoDB: {problems[0].says}{beside}",
        evidence=tuple(
            Evidence(source=FILE, reading=f"{p.path}: {p.says}") for p in problems[:MOST_PROBLEMS]
        ),
        scope=checked.table,
    )


def _sound(checked: Checked, cause: Cause) -> Finding:
    report = checked.report
    what = "size limit" if cause is Cause.SIZE else "rule for keys, types and expressions"
    operation = report.operation or "an item"
    return Finding(
        cause=cause.value,
        strength=Strength.AGAINST,
        says=f"The request given ({operation}, {report.body_bytes:,} bytes) breaks no {what} that "
        f"can be checked without sending it to {checked.table}.",
        evidence=(Evidence(source=FILE, reading=f"{report.body_bytes:,} bytes"),),
    )


CHECKS = (
    Check(
        id="payload.refusals",
        asks="What do the refusals mean for this table's keys?",
        reads=tables.READS | logs.READS,
        finds=FINDS,
        gather=gather_refusals,
        judge=judge_refusals,
        needs_caller=True,
    ),
    Check(
        id="payload.file",
        asks="Would DynamoDB take the request given?",
        reads=tables.READS,
        finds=FINDS,
        gather=gather_file,
        judge=judge_file,
    ),
)
