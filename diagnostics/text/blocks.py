"""Lay a report out as blocks: the answer, why, what cleared others, what to do, the cost."""

from collections import Counter
from collections.abc import Iterable, Iterator

from diagnostics import redact
from diagnostics.model import (
    Conclusion,
    Confidence,
    Evidence,
    JudgedChange,
    Judgement,
    Prevention,
    Remedy,
    Report,
    Request,
    Symptom,
    UnansweredLine,
    Verdict,
)
from diagnostics.text.clean import clean_code, clean_line
from diagnostics.text.document import (
    Block,
    Code,
    Entry,
    Footer,
    Heading,
    Headline,
    Paragraph,
    Piece,
    Table,
    Tone,
)
from diagnostics.text.times import clock, window

LABELS = {
    Conclusion.CAUSE: ("Cause found", Tone.BAD),
    Conclusion.CLEAR: ("Clear", Tone.GOOD),
    Conclusion.INCONCLUSIVE: ("Inconclusive", Tone.DOUBTFUL),
}
SURENESS = {
    Confidence.CONFIRMED: Tone.BAD,
    Confidence.LIKELY: Tone.DOUBTFUL,
    Confidence.POSSIBLE: Tone.QUIET,
}
JUDGED = {
    Judgement.IMPLICATED: Tone.BAD,
    Judgement.ACQUITTED: Tone.GOOD,
    Judgement.UNDECIDED: Tone.DOUBTFUL,
}
OUTCOMES = (
    ("problem", "found a problem"),
    ("ok", "found nothing wrong"),
    ("unanswered", "could not look"),
    ("not_applicable", "did not apply"),
)
# Of a pasted text so much is shown again; the JSON report holds all of it.
QUOTED_CHARS = 200


def blocks(report: Report) -> tuple[Block, ...]:
    """Return the whole report in reading order; every text in it is clean."""
    return (
        *_answer(report),
        *_verdicts(report.verdicts),
        *_ruled_out(report),
        *_changes(report.changes),
        *_unanswered(report.unanswered),
        *_remedies(report.verdicts),
        *_prevention(report.prevention),
        Footer(text=cost(report)),
    )


def _answer(report: Report) -> Iterator[Block]:
    label, tone = LABELS[report.conclusion]
    yield Headline(label=label, text=clean_line(report.headline), tone=tone)
    yield _labelled("Asked", asked(report.request), depth=0)
    yield _labelled("Seen", seen(report.symptom), depth=0)


def asked(request: Request) -> str:
    """Return what was asked in one line: the words, the resources, the window."""
    error = request.error
    if error is None and request.text is not None:
        error = f'"{_quoted(redact.text(request.text))}"'
    named = (
        ("table", request.table),
        ("index", request.index),
        ("function", request.function),
        ("ecs", request.ecs),
        ("role", request.role),
        ("log-group", ",".join(request.log_groups)),
        ("subnets", ",".join(request.subnets)),
        ("lb", request.lb),
        ("region", request.region),
        ("account", request.account),
    )
    words = [request.service, redact.text(error) if error else ""]
    words += [f"{key}={value}" for key, value in named if value]
    return f"{' '.join(filter(None, words))}, {window(request.since, request.until)}"


def _quoted(text: str) -> str:
    line = clean_line(text)
    return line if len(line) <= QUOTED_CHARS else f"{line[:QUOTED_CHARS].rstrip()}…"


def seen(symptom: Symptom) -> str:
    """Return what was seen, how often and since when, in a sentence or a few."""
    told = [symptom.says]
    if symptom.count is not None:
        told.append(f"Counted: {symptom.count:,}.")
    if symptom.first_at is not None:
        told.append(f"First at {clock(symptom.first_at)}.")
    return " ".join(told)


def _verdicts(verdicts: tuple[Verdict, ...]) -> Iterator[Block]:
    if verdicts:
        yield Heading(text="Causes")
    for number, verdict in enumerate(verdicts, start=1):
        yield Entry(
            number=number,
            title=clean_line(verdict.title),
            note=clean_line(verdict.cause),
            badge=_piece(verdict.confidence, SURENESS[verdict.confidence]),
        )
        yield from _why(verdict)


def _why(verdict: Verdict) -> Iterator[Block]:
    for says in verdict.says:
        yield _sentence(says, bullet=True)
    if verdict.consequence_of:
        yield _labelled("A consequence of", verdict.consequence_of)
    if verdict.evidence:
        yield Paragraph(pieces=(_piece("Evidence", Tone.QUIET),))
    for evidence in verdict.evidence:
        yield Paragraph(pieces=_reading(evidence), depth=2, bullet=True)
    for against in verdict.against:
        yield _labelled("Against it", against, Tone.DOUBTFUL)
    for url in verdict.docs:
        yield Paragraph(pieces=(_piece("Read:", Tone.QUIET), _piece(url, Tone.LINK)))


def _reading(evidence: Evidence) -> tuple[Piece, ...]:
    pieces = (_piece(f"{evidence.source}:", Tone.NAME), _piece(evidence.reading))
    if evidence.at is None:
        return pieces
    return (*pieces, _piece(f"at {clock(evidence.at)}", Tone.QUIET))


def _ruled_out(report: Report) -> Iterator[Block]:
    if report.ruled_out:
        yield Heading(text="Ruled out")
        yield Table(
            columns=("Cause", "Because"),
            rows=tuple((_piece(r.cause, Tone.GOOD), _piece(r.says)) for r in report.ruled_out),
        )


def _changes(changes: tuple[JudgedChange, ...]) -> Iterator[Block]:
    if changes:
        yield Heading(text="Changes")
        yield Table(
            columns=("Judgement", "When (UTC)", "What", "Why"),
            rows=tuple(_change(judged) for judged in changes),
        )


def _change(judged: JudgedChange) -> tuple[Piece, ...]:
    change = judged.change
    what = change.what
    if change.resource and change.resource not in what:
        what = f"{what} on {change.resource}"
    if change.who:
        what = f"{what}, by {change.who}"
    return (
        _piece(judged.judgement, JUDGED[judged.judgement]),
        _piece(clock(change.at).removesuffix(" UTC")),
        _piece(what),
        _piece(judged.why),
    )


def _unanswered(lines: tuple[UnansweredLine, ...]) -> Iterator[Block]:
    if lines:
        yield Heading(text="Could not look")
        yield Table(
            columns=("Check", "Why", "Detail", "Needs"),
            rows=tuple(
                (
                    _piece(line.check, Tone.NAME),
                    _piece(line.why.replace("_", " "), Tone.DOUBTFUL),
                    _piece(line.detail),
                    _piece(", ".join(line.needs)),
                )
                for line in lines
            ),
        )


def _remedies(verdicts: tuple[Verdict, ...]) -> Iterator[Block]:
    # A remedy that mends two causes is shown once, under the surer one.
    offered: dict[Remedy, str] = {}
    for verdict in verdicts:
        for remedy in verdict.remedies:
            offered.setdefault(remedy, verdict.cause)
    if offered:
        yield Heading(text="What to do")
        yield Paragraph(
            pieces=(_piece("Nothing of this has been run. Copy what you decide on.", Tone.QUIET),),
            depth=0,
        )
    for number, (remedy, cause) in enumerate(offered.items(), start=1):
        yield Entry(number=number, title=clean_line(remedy.title), note=f"for {clean_line(cause)}")
        yield from _remedy(remedy)


def _remedy(remedy: Remedy) -> Iterator[Block]:
    if remedy.why:
        yield _sentence(remedy.why)
    if remedy.commands:
        yield _code("\n".join(remedy.commands), "sh")
    if remedy.terraform:
        yield _code(remedy.terraform, "terraform")
    if remedy.code:
        yield _code(remedy.code, "")
    if remedy.risk:
        yield _labelled("Risk", remedy.risk, Tone.DOUBTFUL)
    if remedy.undo:
        yield _labelled("Undo", remedy.undo, Tone.QUIET)


def _prevention(entries: Iterable[Prevention]) -> Iterator[Block]:
    for place, entry in enumerate(entries):
        if place == 0:
            yield Heading(text="To catch it earlier")
        pieces = (_piece(f"{entry.kind}:", Tone.QUIET), _piece(entry.title))
        yield Paragraph(pieces=pieces, depth=0, bullet=True)
        if entry.code:
            yield _code(entry.code, "sh" if entry.kind == "alarm" else "terraform")


def cost(report: Report) -> str:
    """Return what the answer cost in one line: checks, AWS calls, time."""
    counts = Counter(line.outcome for line in report.checks)
    told = ", ".join(f"{counts[key]} {words}" for key, words in OUTCOMES if counts[key])
    checks = f"{_counted(len(report.checks), 'check')} ({told})" if told else "No checks"
    calls = _counted(report.aws_calls, "AWS call")
    took = f", {report.took_ms / 1000:.1f} s" if report.took_ms else ""
    return f"{checks}, {calls}{took}"


def _counted(count: int, what: str) -> str:
    return f"{count:,} {what}" if count == 1 else f"{count:,} {what}s"


def _piece(text: str, tone: Tone = Tone.PLAIN) -> Piece:
    return Piece(text=clean_line(text), tone=tone)


def _sentence(text: str, *, bullet: bool = False) -> Paragraph:
    return Paragraph(pieces=(_piece(text),), bullet=bullet)


def _labelled(label: str, text: str, tone: Tone = Tone.STRONG, *, depth: int = 1) -> Paragraph:
    return Paragraph(pieces=(_piece(f"{label}:", tone), _piece(text)), depth=depth)


def _code(text: str, language: str) -> Code:
    return Code(text=clean_code(text), language=language)
