import io
import json
import re

import pytest
from hypothesis import given, settings
from rich.console import Console

from bot.progress import Progress, first_proof, told
from bot.terminal import Output, console_on, show, show_blocks
from diagnostics.model import (
    Answered,
    CheckRun,
    Finding,
    NotApplicable,
    Outcome,
    Report,
    Strength,
    Traffic,
    Unanswered,
    Why,
)
from diagnostics.text import blocks, report_json, report_markdown, report_text
from diagnostics.text.clean import UNSAFE
from tests.diagnostics.reports import CLEAR, FULL, REPORTS

ANSI = re.compile(r"\x1b\[[0-9;]*m")
PROOF = Finding(cause="scaling.failed", strength=Strength.PROVES, says="It\x1b failed.")
HINT = Finding(cause="scaling.failed", strength=Strength.HINTS, says="Perhaps.")
BESIDE = Finding(cause="scaling.failed", strength=Strength.PROVES, says="Elsewhere.", off_path=True)
AGAINST = Finding(cause="scaling.failed", strength=Strength.AGAINST, says="No.")


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        return True


def ran(outcome: Outcome) -> CheckRun:
    return CheckRun(id="scaling.acts", asks="Did it act?", outcome=outcome, took_ms=12)


def on_terminal(report: Report, width: int) -> str:
    stream = Terminal()
    console = Console(
        file=stream,
        width=width,
        color_system="standard",
        force_terminal=True,
        markup=False,
        emoji=False,
        highlight=False,
    )
    show_blocks(blocks(report), console)
    return stream.getvalue()


@pytest.mark.parametrize("width", [1, 20, 59, 60, 80, 200])
def test_everything_but_what_is_to_be_copied_fits_the_terminal(width: int) -> None:
    shown = ANSI.sub("", on_terminal(FULL, width)).splitlines()
    copied = {
        *FULL.verdicts[0].remedies[0].commands,
        *str(FULL.verdicts[0].remedies[0].terraform).split("\n"),
        str(FULL.verdicts[0].remedies[0].code),
        f"Read: {FULL.verdicts[0].docs[0]}",
        *(line for entry in FULL.prevention for line in str(entry.code).split("\n")),
    }
    wide = [line for line in shown if len(line) > width]
    assert {line.strip() for line in wide} <= {line.strip() for line in copied}


def test_a_terminal_of_80_columns_shows_the_answer_in_a_box_and_tables_in_columns() -> None:
    shown = ANSI.sub("", on_terminal(FULL, 80)).splitlines()
    assert shown[0].startswith("╭─  Cause found  ─")
    assert shown[1].strip("│ ") == FULL.headline
    assert "1. CONFIRMED Auto scaling tried and could not  scaling.failed" in "\n".join(shown)
    assert any(re.fullmatch(r" *Cause +Because *", line) for line in shown)
    assert "─" * 80 in shown
    assert shown[-1].startswith("2 checks (1 found a problem")


def test_a_command_is_one_line_however_narrow_the_terminal() -> None:
    shown = ANSI.sub("", on_terminal(FULL, 20)).splitlines()
    assert f"      {FULL.verdicts[0].remedies[0].commands[0]}" in shown


def test_a_narrow_terminal_shows_cells_under_each_other() -> None:
    shown = [line.strip() for line in ANSI.sub("", on_terminal(FULL, 50)).splitlines()]
    at = shown.index("• network.no_route")
    assert shown[at + 1] == "The route table sends to a gateway endpoint."
    assert not set("│╭─") & set("".join(shown[:-3]))


@settings(max_examples=25)
@given(REPORTS)
def test_only_our_own_styles_reach_a_terminal(report: Report) -> None:
    shown = ANSI.sub("", on_terminal(report, 80))
    assert not UNSAFE.search(shown.replace("\n", "").replace("\t", ""))


@pytest.mark.parametrize("coloured", [True, False])
def test_no_color_is_honoured(monkeypatch: pytest.MonkeyPatch, coloured: bool) -> None:
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setenv("NO_COLOR", "" if coloured else "1")
    stream = Terminal()
    show_blocks(blocks(FULL), console_on(stream))
    assert ("\x1b[" in stream.getvalue()) is coloured


@pytest.mark.parametrize("report", [FULL, CLEAR])
def test_what_is_piped_is_plain(report: Report, capsys: pytest.CaptureFixture[str]) -> None:
    show(report, Output.TEXT)
    assert capsys.readouterr() == (report_text(report), "")
    show(report, Output.MARKDOWN)
    assert capsys.readouterr() == (report_markdown(report), "")
    show(report, Output.JSON)
    out = capsys.readouterr().out
    assert json.loads(out) == report_json(report)
    assert out.isascii()


def test_text_on_a_terminal_is_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    stream = Terminal()
    monkeypatch.setattr("sys.stdout", stream)
    monkeypatch.setenv("COLUMNS", "80")
    show(FULL, Output.TEXT)
    assert "╭" in stream.getvalue()


@pytest.mark.parametrize(
    ("outcome", "words", "proof"),
    [
        (Answered(said=(HINT, PROOF)), "found something", PROOF),
        (Answered(said=(HINT,)), "found something", None),
        (Answered(said=(AGAINST, BESIDE, Traffic(answered=1, fresh=True))), "nothing wrong", None),
        (Answered(said=()), "nothing wrong", None),
        (NotApplicable(because="no index"), "does not apply", None),
        (Unanswered(why=Why.TIMED_OUT, detail="late"), "could not look, timed out", None),
    ],
)
def test_an_outcome_is_told_in_a_few_words(
    outcome: Outcome, words: str, proof: Finding | None
) -> None:
    assert (told(ran(outcome)), first_proof(ran(outcome))) == (words, proof)


def test_progress_is_a_line_a_check_and_the_first_finding_once(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with Progress(3) as progress:
        progress(ran(Answered(said=())))
        progress(ran(Answered(said=(PROOF,))))
        progress(ran(Answered(said=(PROOF,))))
    assert capsys.readouterr() == (
        "",
        (
            "scaling.acts: nothing wrong (12 ms)\n"
            "First finding: It\\x1b failed.\n"
            "scaling.acts: found something (12 ms)\n"
            "scaling.acts: found something (12 ms)\n"
        ),
    )


def test_progress_on_a_terminal_is_one_line_and_the_first_finding(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    stream = Terminal()
    monkeypatch.setattr("sys.stderr", stream)
    monkeypatch.setenv("TERM", "xterm")
    with Progress(2) as progress:
        progress(ran(Answered(said=(PROOF,))))
    shown = stream.getvalue()
    assert "First finding: It\\x1b failed." in shown
    assert shown.count("First finding") == 1
    assert "\x1b[?25h" in shown  # the cursor is shown again
