import io
import json
import logging
import os
import pty
import re
import signal
import subprocess
import sys
import types
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot import cli
from bot.cli import COMMANDS, main
from diagnostics import incidents
from tests.worlds.stories import STORIES

PROGRAM = [sys.executable, "-m", "bot"]
MESSAGE = {
    "type": "message",
    "user": "U0AAA",
    "channel": "C0AAA",
    "ts": "1.2",
    "text": "good morning",
}


@pytest.fixture(autouse=True)
def _quiet_logging() -> Iterator[None]:
    """Leave the root logger as it was."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)


def started(*words: str, **options: object) -> "subprocess.Popen[bytes]":
    return subprocess.Popen(  # type: ignore[call-overload,no-any-return]  # options of any kind
        [*PROGRAM, *words],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        **options,
    )


def test_every_command_listed_can_be_loaded_and_explains_itself(
    capsys: pytest.CaptureFixture[str],
) -> None:
    for command in COMMANDS:
        assert main([command.name, "--help"]) == 0
        out = capsys.readouterr().out
        assert out.startswith(f"usage: paramedic {command.name}")
        assert f"{command.does[0].upper()}{command.does[1:]}." in " ".join(out.split())


def test_help_lists_every_command_and_loads_none() -> None:
    script = (
        "import sys; from bot.cli import main; code = main(['--help']); "
        "heavy = {'boto3', 'rich', 'diagnostics.checks', 'handlers'} & set(sys.modules); "
        "sys.exit(code or (f'loads {heavy}' if heavy else 0))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
    listed = re.findall(r"^  (\w+)  +\S", done.stdout.split("commands:")[1], re.MULTILINE)
    assert listed == [command.name for command in COMMANDS]


def test_the_version_is_the_installed_one(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--version"]) == 0
    assert re.fullmatch(r"paramedic \d+\.\d+\.\d+\n", capsys.readouterr().out)


@pytest.mark.parametrize(
    ("argv", "says"),
    [
        (
            [],
            "say what to do: " + ", ".join(c.name for c in COMMANDS) + " (see paramedic --help)",
        ),
        (["demoo"], 'there is no command "demoo"; did you mean "demo"?'),
        (["x\x1b[31m"], r'there is no command "x\x1b[31m"; known are '),
        (["--bogus"], "unrecognized arguments: --bogus (see paramedic --help)"),
        (["demo", "--lst"], '"--lst" is not understood here (see paramedic demo --help)'),
        (["demo", "a", "b"], '"b" is not understood here (see paramedic demo --help)'),
        (["demo", "--output", "xml"], "argument --output: invalid choice: 'xml'"),
        (["demo", "noice"], 'There is no incident "noice"; did you mean "noise"?'),
        (["replay"], "the following arguments are required: FILE (see paramedic replay --help)"),
        (["replay", "/nowhere"], "/nowhere: cannot be read: No such file or directory."),
        (["replay", "/"], "/: cannot be read: Is a directory."),
        (["recognise", ""], "the file: cannot be read: its name is empty."),
    ],
)
def test_what_is_not_understood_is_one_sentence_and_exit_code_2(
    argv: list[str], says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(argv) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith(f"paramedic: {says}")
    assert err.count("\n") == 1


def test_a_bug_is_one_line_with_an_id_and_exit_code_1(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_: object) -> int:
        raise KeyError("x")

    monkeypatch.setattr("bot.commands.demo.run", broken)
    assert main(["demo"]) == 1
    assert re.fullmatch(
        r"paramedic: this is a bug of paramedic \(KeyError, [0-9a-f]{8}\); --debug shows where\n",
        capsys.readouterr().err,
    )


def test_debug_shows_where_a_bug_is() -> None:
    script = (
        "import sys, bot.commands.demo as demo; from bot.cli import main; "
        "demo.run = lambda args: 1 / 0; sys.exit(main(['demo', '--debug']))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert "Traceback (most recent call last)" in done.stderr
    assert "ZeroDivisionError" in done.stderr


@pytest.mark.parametrize(
    ("raised", "code", "says"),
    [
        (KeyboardInterrupt(), 130, "paramedic: interrupted\n"),
        (BrokenPipeError(), 0, ""),
        (
            OSError(28, "No space left on device"),
            1,
            "paramedic: standard output cannot be written: No space left on device\n",
        ),
        (SystemExit("odd"), 0, ""),
    ],
)
def test_what_ends_a_command_becomes_a_code(
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    raised: BaseException,
    code: int,
    says: str,
) -> None:
    def ending(_: object) -> int:
        raise raised

    monkeypatch.setattr("bot.commands.demo.run", ending)
    assert main(["demo"]) == code
    assert capsys.readouterr() == ("", says)


@pytest.mark.parametrize("stream", ["stdout", "stderr"])
def test_a_stream_closed_from_the_start_does_not_matter(
    stream: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, stream, None)
    assert main(["demo", "--list"]) == 0
    assert main(["demoo"]) == 2
    out, err = capsys.readouterr()
    assert ("noise" in out, "demoo" in err) == (stream != "stdout", stream != "stderr")
    getattr(sys, stream).close()


def test_the_list_of_incidents_has_an_id_a_tab_and_a_title(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["demo", "--list"]) == 0
    lines = [line.split("\t") for line in capsys.readouterr().out.splitlines()]
    assert [line[0] for line in lines] == list(STORIES)
    assert all(len(line) == 2 and line[1] for line in lines)
    assert incidents.DEFAULT in STORIES


def test_the_demo_needs_nothing_and_names_the_cause(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "paramedic.toml").write_text("nonsense")
    assert main(["demo", "--output", "json"]) == 0
    out, err = capsys.readouterr()
    assert err == ""
    assert json.loads(out)["verdicts"][0]["cause"] == "scaling.failed"
    assert main(["demo", "noise"]) == 0
    assert capsys.readouterr().out.startswith("CLEAR: ")


def test_a_small_reading_is_printed_as_text_and_as_json(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "event.json"
    path.write_text(json.dumps({"event": MESSAGE}))
    assert main(["recognise", str(path)]) == 0
    out = capsys.readouterr().out.splitlines()
    assert out[:3] == ["kind           chatter", "action         ignore", "source         human"]
    assert main(["recognise", "--output", "json", str(path)]) == 0
    shown = json.loads(capsys.readouterr().out)
    assert list(shown) == [line.split()[0] for line in out]
    assert (shown["kind"], shown["alarm"]) == ("chatter", None)


@pytest.mark.parametrize(
    ("me", "kind"),
    [("U0AAA,,", "own"), ("U0BBB,B0BBB,A0BBB", "chatter"), (", B0AAA ,", "chatter")],
)
def test_me_tells_the_bots_own_posts(
    me: str, kind: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    stdin = io.TextIOWrapper(io.BytesIO(json.dumps(MESSAGE).encode()))
    monkeypatch.setattr("sys.stdin", stdin)
    assert main(["recognise", "-", "--me", me, "--output", "json"]) == 0
    assert json.loads(capsys.readouterr().out)["kind"] == kind


@pytest.mark.parametrize("me", ["", ",,", "U0AAA", "B0AAA,U0AAA,A0AAA", "U0AAA,B0AAA,A0AAA,X"])
def test_me_is_three_ids(me: str, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    path = tmp_path / "event.json"
    path.write_text(json.dumps(MESSAGE))
    assert main(["recognise", str(path), "--me", me]) == 2
    assert capsys.readouterr().err == (
        f'paramedic: --me "{me}" is not understood: it is three ids, '
        "such as --me U0123ABCD,B0123ABCD,A0123ABCD.\n"
    )


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"\xff\x00", "this is not a text file in UTF-8."),
        (b"", "this is not JSON: Expecting value: line 1 column 1 (char 0)."),
        (b"[" * 100_000, "this is nested too deeply for a Slack event."),
        (b"1" * 9_000, "a number in it is too long for any JSON of Slack's."),
        (b"[1]", "A Slack event is a JSON object, but this is a list."),
    ],
)
def test_a_file_that_is_no_event_is_said_to_be_none(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], content: bytes, says: str
) -> None:
    path = tmp_path / "x"
    path.write_bytes(content)
    assert main(["recognise", str(path)]) == 2
    assert capsys.readouterr() == ("", f"paramedic: {path}: {says}\n")


def test_a_closed_standard_input_is_said(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.stdin", None)
    assert main(["recognise", "-"]) == 2
    assert capsys.readouterr().err == ("paramedic: standard input: cannot be read: it is closed.\n")


def test_the_policy_is_json_that_denies_table_data(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["policy"]) == 0
    statements = json.loads(capsys.readouterr().out)["Statement"]
    denied = {a for s in statements if s["Effect"] == "Deny" for a in s["Action"]}
    allowed = {a for s in statements if s["Effect"] == "Allow" for a in s["Action"]}
    assert "dynamodb:DescribeTable" in allowed
    assert "dynamodb:GetItem" in denied


def test_a_reader_that_leaves_is_no_error() -> None:
    process = started("demo", "--list")
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.close()
    assert process.wait(timeout=60) == 0
    assert process.stderr.read() == b""
    for stream in (process.stderr, process.stdin):
        if stream is not None:
            stream.close()


def test_an_interrupt_ends_with_130_and_no_traceback() -> None:
    script = "import sys; print('up', flush=True); from bot.cli import main; "
    script += "import bot.commands.recognise; print('ready', flush=True); "
    script += "sys.exit(main(['recognise', '-']))"
    process = subprocess.Popen(
        [sys.executable, "-c", script],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    with process:
        assert process.stdout is not None
        assert [process.stdout.readline(), process.stdout.readline()] == ["up\n", "ready\n"]
        wait_until_it_reads(process.pid)
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=60)
    assert (process.returncode, err) == (130, "paramedic: interrupted\n")


def wait_until_it_reads(pid: int) -> None:
    """Wait until a process sleeps in a system call, which is its read of standard input."""
    status = Path(f"/proc/{pid}/wchan")
    for _ in range(10_000):
        if "pipe" in status.read_text():
            return
        os.sched_yield()


def test_a_terminal_gets_colour_and_a_pipe_does_not(tmp_path: Path) -> None:
    environ = {k: v for k, v in os.environ.items() if k not in {"NO_COLOR", "FORCE_COLOR"}}
    environ |= {"TERM": "xterm-256color", "COLUMNS": "80"}
    path = tmp_path / "world.json"
    path.write_text(world("healthy"), encoding="utf-8")
    controller, terminal = pty.openpty()
    process = subprocess.Popen(
        [*PROGRAM, "replay", str(path)], stdout=terminal, stderr=terminal, env=environ
    )
    os.close(terminal)
    shown = read_all(controller)
    os.close(controller)
    assert process.wait(timeout=60) == 0
    assert b"\x1b[" in shown
    piped = subprocess.run(
        [*PROGRAM, "replay", str(path)], env=environ, capture_output=True, check=True
    )
    assert b"\x1b" not in piped.stdout
    assert piped.stderr == b""


def read_all(handle: int) -> bytes:
    """Read a terminal until the other side is closed, which Linux reports as an error."""
    pieces = []
    try:
        while piece := os.read(handle, 65536):
            pieces.append(piece)
    except OSError:
        pass
    return b"".join(pieces)


def world(name: str) -> str:
    from diagnostics.evidence import dump  # noqa: PLC0415 - heavy, and for a few tests only

    return dump(STORIES[name]())


@pytest.mark.parametrize("name", ["scaling-role", "blind"])
def test_a_replay_is_the_same_report_each_time(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "world.json"
    path.write_text(world(name), encoding="utf-8")
    shown = []
    for form in ("json", "json", "TEXT", "text"):
        assert main(["replay", str(path), "--output", form]) == 0
        out, err = capsys.readouterr()
        assert err == ""
        shown.append(out)
    assert shown[0::2] == shown[1::2]
    assert json.loads(shown[0])["schema"] == 1


def test_evidence_may_come_from_standard_input(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(world("healthy").encode())))
    assert main(["replay", "-"]) == 0
    assert "DynamoDB" in capsys.readouterr().out


def test_a_file_that_is_no_evidence_is_said_to_be_none(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "x.json"
    path.write_text("{}")
    assert main(["replay", str(path)]) == 2
    assert capsys.readouterr().err == (
        f"paramedic: {path}: this is no evidence file: "
        '"paramedic diagnose ... --record FILE" writes one.\n'
    )


def test_the_module_is_the_command() -> None:
    done = subprocess.run([*PROGRAM, "demoo"], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == 'paramedic: there is no command "demoo"; did you mean "demo"?\n'


def test_a_stream_that_cannot_be_flushed_at_the_end_is_given_up(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def closed() -> None:
        raise ValueError("closed")

    stream = types.SimpleNamespace(flush=closed, fileno=closed, write=lambda _: None)
    monkeypatch.setattr("sys.stderr", stream)
    assert main(["demo", "--list"]) == 0
    assert cli.INTERRUPTED == 130
