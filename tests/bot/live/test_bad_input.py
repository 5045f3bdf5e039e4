"""What a person or a machine gets wrong: one sentence, the right code, never a traceback."""

import json
import os
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.aws_server import AwsServer, Fault, Kind
from tests.bot.live.terminal import (
    SECRET_KEY,
    Ended,
    Terminal,
    incident,
    required,
    served,
    settings_for,
    unanswered,
)

WORDS = ("diagnose", "dynamodb", "408", "table=orders", "function=checkout")
OTHER = "999999999999"


@pytest.fixture
def server(terminal: Terminal) -> Iterator[AwsServer]:
    with served(incident("healthy"), terminal) as running:
        yield running


def one_sentence(ended: Ended, code: int) -> str:
    """Return the sentence told, which is all that is told."""
    assert (ended.code, ended.out) == (code, "")
    assert ended.err.count("\n") == 1
    assert ended.err.startswith("paramedic: ")
    return ended.err.removeprefix("paramedic: ")


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["dynmodb", "408"], '"dynmodb" is neither an error nor a service I know'),
        (["s3", "408", "table=orders"], '"s3"'),
        (["dynamodb", "\u202e\x00\x1b[31m"], ""),
        (["dynamodb", "408", "tabel=orders"], "table= is the nearest"),
        (["dynamodb", "408", "table=orders", "region=eu-wst-1"], "region=eu-west-1 is the nearest"),
        (["dynamodb", "408", "table=orders", "region=mars-north-1"], "There is no region"),
        (["dynamodb", "408", "table=orders", "region=eu-west-1.evil.example#"], "region"),
        (["dynamodb", "408", "table=orders", "since=forever"], "since"),
        (["dynamodb", "408", "table=orders", "at=yesterday"], "at"),
        (["dynamodb", "408", "table=orders", "at=2031-01-01T00:00:00Z"], "future"),
        (["dynamodb", "408", "table=arn:aws:dynamodb:eu-wst-1:123456789012:table/orders"], ""),
        (["dynamodb", "408", "table=../../etc/passwd"], "table"),
        (["dynamodb", "408", f"table={'x' * 300}"], "table"),
        (["dynamodb", "408", "table=orders", "account=prod"], "account"),
    ],
)
def test_words_that_cannot_be_understood_ask_nothing_of_aws(
    words: list[str], says: str, server: AwsServer, terminal: Terminal
) -> None:
    sentence = one_sentence(terminal.paramedic("diagnose", *words), code=2)
    assert says in sentence
    assert sentence.isprintable() or sentence.endswith("\n")
    assert "\x1b" not in sentence
    assert server.calls == []


@pytest.mark.parametrize(
    "name",
    [
        f"table=arn:aws:dynamodb:eu-west-1:{OTHER}:table/orders",
        f"role=arn:aws:iam::{OTHER}:role/checkout",
        f"function=arn:aws:lambda:eu-west-1:{OTHER}:function:checkout",
        f"account={OTHER}",
    ],
)
def test_another_account_is_unanswered_with_the_entry_to_add(
    name: str, server: AwsServer, terminal: Terminal
) -> None:
    words = [word for word in WORDS if word.partition("=")[0] != name.partition("=")[0]]
    ended = terminal.paramedic(*words, name, "--output", "json")
    assert ended.code == 0
    report = ended.report
    assert report["conclusion"] == "inconclusive"
    assert report["verdicts"] == []
    told = [line for line in report["unanswered"] if OTHER in line["detail"]]
    assert told
    assert {line["why"] for line in told} == {"missing"}
    assert all("[accounts." in line["detail"] for line in told)
    assert all(f'id = "{OTHER}"' in line["detail"] for line in told)
    assert {call.account for call in server.calls} <= {None}


def test_no_credentials_at_all_are_code_3(server: AwsServer, terminal: Terminal) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        terminal.monkeypatch.delenv(name)
    assert "there are no AWS credentials" in one_sentence(terminal.paramedic(*WORDS), code=3)
    assert server.calls == []


def test_a_profile_that_is_not_there_is_code_3(server: AwsServer, terminal: Terminal) -> None:
    terminal.use({"AWS_PROFILE": "ghost"})
    assert "ghost" in one_sentence(terminal.paramedic(*WORDS), code=3)
    assert server.calls == []


@pytest.mark.parametrize("code", ["ExpiredTokenException", "ExpiredToken"])
def test_expired_credentials_are_inconclusive(
    code: str, server: AwsServer, terminal: Terminal
) -> None:
    expired = Fault(op="*", kind=Kind.ERROR, status=400, code=code, message="it is expired")
    server.faults.add(expired)
    report = nothing_is_claimed(terminal.paramedic(*WORDS, "--output", "json"))
    details = [line["detail"] for line in report["unanswered"]]
    assert all(line["why"] == "unreachable" for line in report["unanswered"])
    assert all("expired" in detail and "renew" in detail for detail in details)


def nothing_is_claimed(ended: Ended) -> dict[str, list[dict[str, str]]]:
    """Return the report of a run that saw nothing, and says no more than that."""
    assert ended.code == 0
    assert "Traceback" not in ended.err
    report = ended.report
    assert report["conclusion"] == "inconclusive"
    assert report["verdicts"] == report["ruled_out"] == report["changes"] == []
    assert len(required(report) & set(unanswered(report))) > 30
    return report


def unused_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port: int = taken.getsockname()[1]
        return port


@pytest.mark.parametrize("host", ["127.0.0.1:PORT", "nowhere.invalid"])
def test_aws_out_of_reach_is_inconclusive_and_soon(host: str, terminal: Terminal) -> None:
    terminal.use(settings_for(f"http://{host.replace('PORT', str(unused_port()))}"))
    ended = terminal.paramedic(*WORDS, "--output", "json")
    nothing_is_claimed(ended)
    assert set(unanswered(ended.report).values()) == {"unreachable"}
    assert ended.report["took_ms"] < 20_000


def test_an_endpoint_that_is_no_url_is_said_to_be_none(terminal: Terminal) -> None:
    terminal.use(settings_for("nonsense"))
    report = nothing_is_claimed(terminal.paramedic(*WORDS, "--output", "json"))
    details = [line["detail"] for line in report["unanswered"]]
    assert all("Invalid endpoint: nonsense" in detail for detail in details)
    assert all("AWS_ENDPOINT_URL" in detail for detail in details)


def test_evidence_that_cannot_be_written_costs_no_call(
    server: AwsServer, terminal: Terminal
) -> None:
    ended = terminal.paramedic(*WORDS, "--record", "/nowhere/at/all.json")
    assert "cannot be written" in one_sentence(ended, code=1)
    assert server.calls == []


PAYLOAD = {"TableName": "orders", "Item": {"pk": {"S": "hunter2-pk"}, "sk": {"N": "31337e"}}}


@pytest.mark.parametrize("form", ["text", "json", "markdown"])
def test_a_payload_is_judged_by_names_and_sizes_and_its_values_never_shown(
    form: str, server: AwsServer, terminal: Terminal
) -> None:
    Path("body.json").write_text(json.dumps(PAYLOAD), encoding="utf-8")
    words = [*WORDS, "--payload", "body.json", "--record", "kept.json", "--output", form]
    ended = terminal.paramedic(*words)
    shown = ended.out + ended.err + Path("kept.json").read_text(encoding="utf-8")
    assert ended.code == 0
    assert "hunter2" not in shown
    assert "31337" not in shown


def test_a_bad_payload_says_what_is_wrong_with_it(server: AwsServer, terminal: Terminal) -> None:
    Path("body.json").write_text(json.dumps(PAYLOAD), encoding="utf-8")
    ended = terminal.paramedic(*WORDS, "--payload", "body.json", "--output", "json")
    line = next(one for one in ended.report["checks"] if one["id"] == "payload.file")
    assert line["outcome"] == "problem"
    assert any(v["cause"] == "payload.validation" for v in ended.report["verdicts"])


@pytest.mark.parametrize("content", [b"", b"{", b"\xff\xfe", b'{"a": NaN}', b"[" * 100_000])
def test_a_payload_that_is_none_is_one_sentence(
    content: bytes, server: AwsServer, terminal: Terminal
) -> None:
    Path("body").write_bytes(content)
    sentence = one_sentence(terminal.paramedic(*WORDS, "--payload", "body"), code=2)
    assert "payload" in sentence.lower() or "body" in sentence
    assert server.calls == []


def test_the_secret_key_of_the_reader_is_shown_nowhere(
    server: AwsServer, terminal: Terminal
) -> None:
    ended = terminal.paramedic(*WORDS, "--debug", "--record", "kept.json")
    assert ended.code == 0
    assert os.environ["AWS_SECRET_ACCESS_KEY"] == SECRET_KEY
    assert SECRET_KEY not in ended.out + ended.err + Path("kept.json").read_text(encoding="utf-8")
