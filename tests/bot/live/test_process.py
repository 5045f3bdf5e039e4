"""The command in a process of its own: streams that close, interrupts, what it prints."""

import json
import signal
import time

import pytest

from tests.aws_server import Fault, Kind
from tests.bot.live.terminal import Terminal, incident, served, verdicts, words_for

WORDS = ("diagnose", "dynamodb", "408", "table=orders", "function=checkout")


def test_standard_output_holds_the_json_and_nothing_else(terminal: Terminal) -> None:
    world = incident("scaling-role")
    with served(world, terminal), terminal.started(*words_for(world.request), "--output=json") as p:
        out, err = p.communicate(timeout=120)
    assert p.returncode == 0
    assert verdicts(json.loads(out))[0] == ("scaling.failed", "confirmed")
    assert "Traceback" not in err


def test_a_pipe_that_closes_is_no_error(terminal: Terminal) -> None:
    with served(incident("healthy"), terminal), terminal.started(*WORDS) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        err = process.stderr.read()
        assert process.wait(timeout=120) == 0
    assert "Traceback" not in err
    assert "Broken" not in err


@pytest.mark.parametrize("more", [(), ("--record", "kept.json")])
def test_an_interrupt_ends_at_once_with_130(more: tuple[str, ...], terminal: Terminal) -> None:
    with served(incident("healthy"), terminal) as server:
        server.faults.add(Fault(op="*", kind=Kind.HANG))
        with terminal.started(*WORDS, *more, "--deadline", "600") as process:
            while not server.calls:
                assert process.poll() is None
                time.sleep(0.01)
            process.send_signal(signal.SIGINT)
            out, err = process.communicate(timeout=120)
    assert (process.returncode, out) == (130, "")
    assert err.splitlines()[-1] == "paramedic: interrupted"
    assert "Traceback" not in err
    assert list(terminal.folder.iterdir()) == []
