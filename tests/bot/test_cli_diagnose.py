import argparse
import json
import os
import stat
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from pathlib import Path
from typing import Any

import pytest

from bot.cli import main
from bot.commands import diagnose
from bot.files import NotWritableError, Target
from diagnostics.evidence import World, WorldReader
from tests.worlds.stories import STORIES

WORDS = ["diagnose", "dynamodb", "408", "table=orders", "function=checkout"]
PROBLEM = "there are no AWS credentials: set AWS_PROFILE."


@dataclass(slots=True, kw_only=True)
class FakeAws:
    """The AWS door over a World; it remembers how it was opened and what it was asked."""

    world: World
    problem: str | None = None
    default_region: str | None = "eu-west-1"
    given: Mapping[str, Any] = field(default_factory=dict)
    readers: list[Mapping[str, Any]] = field(default_factory=list)
    closed: int = 0

    def __call__(self, **given: Any) -> "FakeAws":  # noqa: ANN401 - what Aws takes
        self.given = given
        return self

    def credentials_problem(self) -> str | None:
        return self.problem

    def reader(self, **place: Any) -> WorldReader:  # noqa: ANN401 - as above
        self.readers.append(place)
        return WorldReader(self.world, allowed=self.given["allowed"])

    def close(self) -> None:
        self.closed += 1


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> FakeAws:
    """Return the AWS of an empty folder without settings."""
    fake = FakeAws(world=STORIES["healthy"]())
    monkeypatch.setattr(diagnose, "Aws", fake)
    monkeypatch.chdir(tmp_path)
    return fake


def test_a_diagnosis_prints_json_and_nothing_else(
    aws: FakeAws, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([*WORDS[:3], "--output", "json", *WORDS[3:]]) == 0
    out, err = capsys.readouterr()
    shown = json.loads(out)
    assert (shown["request"]["table"], shown["request"]["function"]) == ("orders", "checkout")
    assert shown["request"]["region"] == "eu-west-1"
    assert len(err.splitlines()) >= len(shown["checks"])
    assert aws.given["accounts"] == {}
    assert [(r["region"], r["account"]) for r in aws.readers] == [("eu-west-1", None)]
    assert aws.closed == 1


def test_recorded_evidence_gives_the_identical_report(
    aws: FakeAws, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    kept = tmp_path / "evidence.json"
    for form in ("json", "text"):
        assert main([*WORDS, "--record", str(kept), "--output", form]) == 0
        live = capsys.readouterr().out
        assert main(["replay", str(kept), "--output", form]) == 0
        assert capsys.readouterr() == (live, "")
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert [entry.name for entry in tmp_path.iterdir()] == ["evidence.json"]


def test_the_time_of_a_diagnosis_has_whole_milliseconds(
    aws: FakeAws, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Otherwise a question of the recorded run is another one on replay."""

    class Clock(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> "Clock":
            return cls(2026, 11, 20, 10, 30, 0, 123_999, tzinfo=tz)

    monkeypatch.setattr(diagnose, "datetime", Clock)
    assert main([*WORDS, "--record", "kept.json", "--output", "json"]) == 0
    live = capsys.readouterr().out
    assert json.loads(live)["request"]["now"] == "2026-11-20T10:30:00.123Z"
    assert main(["replay", "kept.json", "--output", "json"]) == 0
    assert capsys.readouterr().out == live


def test_evidence_that_cannot_be_written_is_refused_before_the_first_call(
    aws: FakeAws, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([*WORDS, "--record", "/nowhere/x"]) == 1
    assert capsys.readouterr() == (
        "",
        "paramedic: /nowhere/x: cannot be written: No such file or directory.\n",
    )
    assert aws.given == {}


def test_evidence_that_cannot_be_written_in_the_end_costs_the_code_and_not_the_report(
    aws: FakeAws, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(self: Target, text: str) -> None:
        raise NotWritableError(f"{self.name}: cannot be written: No space left on device.")

    monkeypatch.setattr(Target, "write", full)
    assert main([*WORDS, "--record", "x.json", "--output", "json"]) == 1
    out, err = capsys.readouterr()
    assert json.loads(out)["schema"] == 1
    assert err.endswith("paramedic: x.json: cannot be written: No space left on device.\n")
    assert aws.closed == 1


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ([], "Say what failed: a code such as 408, or the error text in quotes; "),
        (["frobnicate"], '"frobnicate" is neither an error nor a service I know'),
        (["408", "tabel=orders"], '"tabel=" is not a key: table= is the nearest.'),
        (["408", "table=orders", "region=eu-wst-1"], 'There is no region "eu-wst-1": region=eu-'),
        (
            ["dynamodb", "408", "--deadline", "0"],
            "argument --deadline: it must be a number of seconds up to",
        ),
        (
            ["dynamodb", "408", "--deadline", "soon"],
            "argument --deadline: it must be a number of seconds",
        ),
        (
            ["dynamodb", "408", "--deadline", "nan"],
            "argument --deadline: it must be a number of seconds",
        ),
        (
            ["dynamodb", "408", "--payload", "/nowhere"],
            "/nowhere: cannot be read: No such file or directory.",
        ),
        (["dynamodb", "408", "--payload", "garbage"], "The payload is not JSON: "),
        (
            ["408", "account=prod", "table=orders"],
            'account="prod" is no alias of the configuration',
        ),
    ],
)
def test_words_and_files_that_are_not_understood_are_exit_code_2(
    aws: FakeAws, capsys: pytest.CaptureFixture[str], words: list[str], says: str
) -> None:
    Path("garbage").write_text("{")
    assert main(["diagnose", *words]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith(f"paramedic: {says}")
    assert err.count("\n") == 1
    assert aws.readers == []


def test_no_credentials_at_all_are_exit_code_3(
    aws: FakeAws, capsys: pytest.CaptureFixture[str]
) -> None:
    aws.problem = PROBLEM
    assert main(WORDS) == 3
    assert capsys.readouterr() == (
        "",
        "paramedic: there are no AWS credentials: set AWS_PROFILE (paramedic demo needs none).\n",
    )


def test_every_problem_of_the_configuration_is_told_with_exit_code_3(
    aws: FakeAws, capsys: pytest.CaptureFixture[str]
) -> None:
    Path("paramedic.toml").write_text("acounts = 1\n[accounts.prod]\nid = 1")
    assert main(WORDS) == 3
    assert capsys.readouterr() == (
        "",
        (
            "paramedic: paramedic.toml: accounts.prod: id must be 12 digits in quotes, not 1.\n"
            'paramedic: paramedic.toml: there is no key "acounts"; did you mean "accounts"?\n'
        ),
    )


def test_the_configuration_fills_in_account_region_and_caller(
    aws: FakeAws, capsys: pytest.CaptureFixture[str]
) -> None:
    Path("paramedic.toml").write_text(
        '[accounts.prod]\nid = "123456789012"\nregions = ["mars-north-1"]\n'
        'role_arn = "arn:aws:iam::123456789012:role/read"\nexternal_id = "ext"\n'
        '[slack]\ndefault_account = "prod"\n'
        '[[workloads]]\ntable = "orders"\necs = "shop/checkout"\n'
    )
    assert main(["diagnose", "408", "table=orders", "--output", "json"]) == 0
    request = json.loads(capsys.readouterr().out)["request"]
    assert (request["ecs"], request["region"], request["account"]) == (
        "shop/checkout",
        "mars-north-1",
        "123456789012",
    )
    assert aws.given["accounts"]["prod"] is not None
    assert aws.given["accounts"]["123456789012"].external_id == "ext"


def test_what_a_dotenv_file_says_of_aws_is_there_for_the_sdk(
    aws: FakeAws, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_PROFILE", "mine")
    monkeypatch.setenv("AWS_ENDPOINT_URL", "x")
    monkeypatch.delenv("AWS_ENDPOINT_URL")
    Path(".env").write_text("AWS_PROFILE=file\nAWS_ENDPOINT_URL=http://127.0.0.1:9\n")
    assert main(WORDS) == 0
    assert capsys.readouterr().out
    assert os.environ["AWS_PROFILE"] == "mine"
    assert os.environ.pop("AWS_ENDPOINT_URL") == "http://127.0.0.1:9"


def test_a_pasted_secret_reaches_neither_report_nor_evidence(
    aws: FakeAws, capsys: pytest.CaptureFixture[str]
) -> None:
    secret = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
    pasted = f"ReadTimeoutError: aws_secret_access_key={secret} Read timeout on endpoint"
    for form in ("text", "json", "markdown"):
        words = ["diagnose", pasted, "table=orders", "--record", "kept.json", "--output", form]
        assert main(words) == 0
        out, err = capsys.readouterr()
        assert "[redacted:" in out or form != "json"
        assert secret not in out + err + Path("kept.json").read_text(encoding="utf-8")


def test_a_payload_is_checked_and_not_kept(
    aws: FakeAws, capsys: pytest.CaptureFixture[str]
) -> None:
    Path("body.json").write_text('{"TableName": "orders", "Item": {"id": {"S": "value-5b1c"}}}')
    assert main([*WORDS, "--payload", "body.json", "--record", "kept.json"]) == 0
    out, err = capsys.readouterr()
    assert "5b1c" not in out + err + Path("kept.json").read_text(encoding="utf-8")


def test_help_is_told_without_aws(aws: FakeAws, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["diagnose", "help"]) == 0
    assert capsys.readouterr().out.startswith("diagnose [dynamodb] ERROR [key=value ...]")
    assert aws.given == {}


def test_a_deadline_is_a_number_of_seconds() -> None:
    parser = argparse.ArgumentParser()
    diagnose.add_arguments(parser)
    assert parser.parse_args(["--deadline", "2.5"]).deadline == 2.5
    assert parser.parse_args([]).deadline == 25
