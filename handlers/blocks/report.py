"""The one message of a diagnosis: how far it is, then what it found; the rest is its thread."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from diagnostics.model import (
    Answered,
    CheckRun,
    Conclusion,
    Confidence,
    Evidence,
    Finding,
    JudgedChange,
    Judgement,
    Remedy,
    Report,
    Request,
    Strength,
    Unanswered,
    UnansweredLine,
    Verdict,
)
from diagnostics.text.blocks import LABELS, asked, cost, seen
from diagnostics.text.times import clock
from handlers.blocks import elements
from handlers.blocks.details import copyable, guilty_first
from handlers.blocks.elements import (
    Block,
    Bullet,
    Element,
    Part,
    Sentence,
    Style,
    actions,
    button,
    context,
    header,
    rich_text,
)
from handlers.blocks.limits import most
from handlers.blocks.message import Message, message, text_length
from handlers.blocks.names import Button

# How much of each list the first message shows; the thread has all of it. Own choice.
MOST_SAID = 4
MOST_EVIDENCE = 4
MOST_AGAINST = 3
MOST_OTHERS = 3
MOST_NAMES = 12
MOST_CHANGES = 5
MOST_UNANSWERED = 5
MOST_PREVENTION = 3
MOST_COMMAND_CHARS = 2_000
# Tried in this order until the whole message fits; the last one always does.
PIECE_CHARS = (600, 300, 120)

IN_THREAD = "in the thread"
PLURALS = {"remedy": "remedies"}
NOT_RUN = "Nothing of this has been run."


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How many of the checks have ended."""

    done: int
    total: int


def report_message(
    report: Report,
    *,
    diagnosis_id: str,
    progress: Progress | None = None,
    incident: str | None = None,
) -> Message:
    """Return the message that tells what a diagnosis found.

    With `progress` it tells what was found so far, without asking whether it helped; with
    `incident` it names the one this diagnosis belongs to and does not offer another.
    """
    buttons = tuple(_buttons(diagnosis_id, progress, incident))
    foot = context(_foot(report, diagnosis_id, incident))
    versions = [
        message(*_Shown(limit=limit).blocks(report, progress), *foot, *actions(*buttons))
        for limit in PIECE_CHARS
    ]
    return next(filter(_fits, versions), versions[-1])


def progress_message(
    request: Request,
    done: Sequence[CheckRun],
    total: int,
    first_finding: Finding | None = None,
) -> Message:
    """Return the same message while the checks are still running."""
    pieces = _Shown(limit=PIECE_CHARS[1])
    parts: list[Part] = [
        pieces.labelled("Asked", asked(request)),
        elements.sentence(pieces.plain(f"{_bar(len(done), total)}  {_counts(done, total)}")),
    ]
    if first_finding is not None:
        parts.append(pieces.labelled("First finding", first_finding.says, first_finding.cause))
    return message(*header("Diagnosing"), *rich_text(parts))


def _fits(made: Message) -> bool:
    return text_length(made.blocks) <= most("message.block_text")


def _bar(done: int, total: int) -> str:
    """Return ten squares, filled as far as the checks have come."""
    filled = min(10, 10 * done // total) if total > 0 else 0
    return "▰" * filled + "▱" * (10 - filled)


def _counts(done: Sequence[CheckRun], total: int) -> str:
    suspicious = sum(_found(run) for run in done)
    silent = sum(isinstance(run.outcome, Unanswered) for run in done)
    told = [f"{len(done)} of {total} checks ended"]
    told += [f"{suspicious} found something"] if suspicious else []
    told += [f"{silent} could not look"] if silent else []
    return ", ".join(told)


def _found(run: CheckRun) -> bool:
    return isinstance(run.outcome, Answered) and any(
        isinstance(said, Finding) and said.strength is not Strength.AGAINST and not said.off_path
        for said in run.outcome.said
    )


def _more(left: int, what: str) -> str:
    return f"1 more {what}" if left == 1 else f"{left:,} more {PLURALS.get(what, f'{what}s')}"


def _listed(names: Sequence[str]) -> str:
    left = len(names) - MOST_NAMES
    return ", ".join(names[:MOST_NAMES]) + (f" and {left:,} more" if left > 0 else "")


def _foot(report: Report, diagnosis_id: str, incident: str | None) -> str:
    belongs = f" · part of {incident}" if incident else ""
    return f"{cost(report)} · diagnosis {diagnosis_id}{belongs}"


def _buttons(
    diagnosis_id: str, progress: Progress | None, incident: str | None
) -> Iterator[Element]:
    yield button(Button.DIAGNOSE_AGAIN, "Diagnose again", diagnosis_id)
    yield button(Button.SHOW_EVIDENCE, "Show evidence", diagnosis_id)
    if incident is None:
        yield button(Button.DECLARE_OR_JOIN, "Declare or join incident", diagnosis_id)
    if progress is None:
        yield button(Button.HELPED, "This helped", diagnosis_id, style="primary")
        yield button(Button.WRONG, "This was wrong", diagnosis_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Shown:
    """A report's short form, each piece of text at most `limit` characters long."""

    limit: int

    def blocks(self, report: Report, progress: Progress | None) -> Iterator[Block]:
        yield from self._answer(report, progress)
        yield from rich_text(
            [
                *self._verdicts(report.verdicts),
                *self._ruled_out(report),
                *self._changes(report.changes),
                *self._unanswered(report.unanswered),
            ],
        )
        yield from rich_text(self._remedies(report))
        yield from rich_text(self._prevention(report))

    def plain(self, text: str, style: Style = Style.PLAIN) -> Element:
        return elements.words(text, style, limit=self.limit)

    def labelled(self, label: str, text: str, note: str = "") -> Sentence:
        behind = self.plain(f"({note})" if note else "", Style.ITALIC)
        return elements.sentence(self.plain(f"{label}:", Style.BOLD), self.plain(text), behind)

    def point(self, text: str) -> Bullet:
        return elements.bullet(self.plain(text))

    def more(self, left: int, what: str) -> Iterator[Bullet]:
        """Yield a line that says how much is left, if anything is."""
        if left > 0:
            yield elements.bullet(self.plain(f"{_more(left, what)} {IN_THREAD}", Style.ITALIC))

    def _answer(self, report: Report, progress: Progress | None) -> Iterator[Block]:
        label, _ = LABELS[report.conclusion]
        if progress is not None:
            label = f"So far, {progress.done} of {progress.total} checks"
        title = f"{label}: {report.headline}"
        fits = len(title) <= most("header.text")
        yield from header(title if fits else label)
        headline = () if fits else (elements.sentence(self.plain(report.headline, Style.BOLD)),)
        said = self.labelled("Seen", seen(report.symptom))
        yield from rich_text([*headline, self.labelled("Asked", asked(report.request)), said])

    def _verdicts(self, verdicts: tuple[Verdict, ...]) -> Iterator[Part]:
        for verdict in verdicts[:1]:
            yield self._title(verdict)
            yield from map(self.point, verdict.says[:MOST_SAID])
            yield from map(self._reading, verdict.evidence[:MOST_EVIDENCE])
            for against in verdict.against[:MOST_AGAINST]:
                yield elements.bullet(self.plain("Against it:", Style.BOLD), self.plain(against))
            yield from self.more(len(verdict.evidence) - MOST_EVIDENCE, "reading")
        yield from map(self._title, verdicts[1 : MOST_OTHERS + 1])
        yield from self.more(len(verdicts) - MOST_OTHERS - 1, "possible cause")

    def _title(self, verdict: Verdict) -> Sentence:
        sure = "POSSIBLE, not proven" if verdict.confidence is Confidence.POSSIBLE else ""
        behind = f"a consequence of {verdict.consequence_of}" if verdict.consequence_of else ""
        return elements.sentence(
            self.plain(f"{sure or verdict.confidence.upper()}: {verdict.title}", Style.BOLD),
            self.plain(verdict.cause, Style.CODE),
            self.plain(behind, Style.ITALIC),
        )

    def _reading(self, evidence: Evidence) -> Bullet:
        at = f"at {clock(evidence.at)}" if evidence.at else ""
        return elements.bullet(
            self.plain(evidence.source, Style.CODE),
            self.plain(evidence.reading),
            self.plain(at, Style.ITALIC),
            indent=1,
        )

    def _ruled_out(self, report: Report) -> Iterator[Part]:
        causes = [one.cause for one in report.ruled_out]
        if causes:
            label = f"Ruled out ({len(causes):,})"
            yield self.labelled(label, _listed(causes), f"why: {IN_THREAD}")

    def _changes(self, changes: tuple[JudgedChange, ...]) -> Iterator[Part]:
        if changes:
            guilty = sum(one.judgement is Judgement.IMPLICATED for one in changes)
            cleared = sum(one.judgement is Judgement.ACQUITTED for one in changes)
            told = f"{guilty:,} implicated, {cleared:,} acquitted of {len(changes):,}"
            yield self.labelled("Changes", told)
        yield from map(self._change, guilty_first(changes)[:MOST_CHANGES])
        yield from self.more(len(changes) - MOST_CHANGES, "change")

    def _change(self, judged: JudgedChange) -> Bullet:
        change = judged.change
        on = change.resource if change.resource and change.resource not in change.what else ""
        return elements.bullet(
            self.plain(judged.judgement.capitalize(), Style.BOLD),
            self.plain(clock(change.at)),
            self.plain(change.what, Style.CODE),
            self.plain(f"on {on}" if on else ""),
            self.plain(f"by {change.who}:" if change.who else ""),
            self.plain(judged.why),
        )

    def _unanswered(self, lines: tuple[UnansweredLine, ...]) -> Iterator[Part]:
        if lines:
            what = "check has" if len(lines) == 1 else "checks have"
            yield self.labelled("Could not look", f"{len(lines):,} {what} no answer")
        if needs := list(dict.fromkeys(need for line in lines for need in line.needs)):
            yield self.labelled("Missing permissions", _listed(needs))
        first = sorted(lines, key=lambda line: not line.needs)  # what a permission would mend
        yield from map(self._silence, first[:MOST_UNANSWERED])
        yield from self.more(len(lines) - MOST_UNANSWERED, "check")

    def _silence(self, line: UnansweredLine) -> Bullet:
        return elements.bullet(
            self.plain(line.check, Style.CODE),
            self.plain(f"{line.why.replace('_', ' ')}:"),
            self.plain(line.detail),
            self.plain(f"Needs {', '.join(line.needs)}" if line.needs else "", Style.BOLD),
        )

    def _remedies(self, report: Report) -> Iterator[Part]:
        proven = report.conclusion is Conclusion.CAUSE
        verdicts = report.verdicts
        offered = list(dict.fromkeys(r for verdict in verdicts for r in verdict.remedies))
        for remedy in offered[:1]:
            yield self.labelled("What to do" if proven else "If that is the cause", remedy.title)
            yield from self._remedy(remedy)
        yield from self.more(len(offered) - 1, "remedy")

    def _remedy(self, remedy: Remedy) -> Iterator[Part]:
        yield elements.sentence(self.plain(remedy.why), self.plain(NOT_RUN, Style.ITALIC))
        code = "\n".join(remedy.commands) or remedy.terraform or remedy.code or ""
        if len(code) > MOST_COMMAND_CHARS:
            yield elements.sentence(self.plain(f"The commands stand {IN_THREAD}.", Style.ITALIC))
        else:
            yield copyable(code)
        for label, text in (("Risk", remedy.risk), ("Undo", remedy.undo)):
            yield self.labelled(label, text) if text else Sentence(elements=())

    def _prevention(self, report: Report) -> Iterator[Part]:
        if report.prevention:
            yield elements.sentence(self.plain("To catch it earlier", Style.BOLD))
        for entry in report.prevention[:MOST_PREVENTION]:
            yield elements.bullet(self.plain(f"{entry.kind}:"), self.plain(entry.title))
        yield from self.more(len(report.prevention) - MOST_PREVENTION, "idea")
