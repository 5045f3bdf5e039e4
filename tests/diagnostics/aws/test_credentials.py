import time
from pathlib import Path

import pytest

from diagnostics.errors import AwsError, Broken, Unreachable
from tests.diagnostics.aws.scripted import aws_of, reader_of

TABLE = "dynamodb:DescribeTable"


@pytest.fixture
def without(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")


@pytest.fixture
def config(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    file = tmp_path / "config"
    monkeypatch.setenv("AWS_CONFIG_FILE", str(file))
    return file


def test_credentials_of_the_environment_are_enough() -> None:
    aws = aws_of(TABLE)
    assert (aws.has_credentials(), aws.credentials_problem()) == (True, None)


@pytest.mark.usefixtures("without")
def test_no_credentials_at_all_is_known_before_any_call() -> None:
    aws = aws_of(TABLE)
    assert not aws.has_credentials()
    assert aws.credentials_problem() == (
        "there are no AWS credentials: set AWS_PROFILE, or AWS_ACCESS_KEY_ID and "
        "AWS_SECRET_ACCESS_KEY, or run `aws configure`"
    )
    with pytest.raises(Unreachable, match="no usable AWS credentials"):
        reader_of(aws).read(TABLE, TableName="orders")


@pytest.mark.usefixtures("without")
def test_half_a_key_is_no_credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIAEXAMPLE")
    problem = aws_of(TABLE).credentials_problem()
    assert problem is not None
    assert "AWS_SECRET_ACCESS_KEY" in problem


def test_a_profile_that_does_not_exist_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_PROFILE", "lost")
    aws = aws_of(TABLE)
    problem = aws.credentials_problem()
    assert problem is not None
    assert "lost" in problem
    assert "AWS_PROFILE" in problem
    assert aws.default_region is None
    with pytest.raises(Unreachable, match="lost"):
        reader_of(aws).read(TABLE, TableName="orders")


def test_a_configuration_that_cannot_be_read_is_said(config: Path) -> None:
    config.write_text("[profile\nnot a setting")
    problem = aws_of(TABLE).credentials_problem()
    assert problem is None or "configuration is not usable" in problem
    with pytest.raises(AwsError):
        reader_of(aws_of(TABLE)).read(TABLE, TableName="orders")


def test_a_profile_brings_its_region_and_keys(
    monkeypatch: pytest.MonkeyPatch, config: Path, without: None
) -> None:
    keys = "aws_access_key_id = AKIAPROFILE\naws_secret_access_key = made-up"
    config.write_text(f"[profile ops]\nregion = eu-north-1\n{keys}\n")
    monkeypatch.setenv("AWS_PROFILE", "ops")
    aws = aws_of(TABLE)
    assert (aws.has_credentials(), aws.default_region) == (True, "eu-north-1")


def test_the_region_of_the_environment_is_the_default(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_DEFAULT_REGION", "ap-south-1")
    assert aws_of(TABLE).default_region == "ap-south-1"


def test_nobody_listening_is_unreachable_and_soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    began = time.monotonic()
    with pytest.raises(Unreachable, match=r"no connection to AWS.*AWS_ENDPOINT_URL"):
        reader_of(aws_of(TABLE)).read(TABLE, TableName="orders")
    assert time.monotonic() - began < 10


@pytest.mark.parametrize("endpoint", ["nowhere", "127.0.0.1:9", "http://", "ftp://127.0.0.1:9"])
def test_an_endpoint_that_is_no_url_is_one_sentence(
    monkeypatch: pytest.MonkeyPatch, endpoint: str
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", endpoint)
    with pytest.raises((Broken, Unreachable), match=f"{TABLE} in eu-west-1: "):
        reader_of(aws_of(TABLE)).read(TABLE, TableName="orders")


def test_a_certificate_bundle_that_is_not_there_is_one_sentence(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "https://127.0.0.1:9")
    monkeypatch.setenv("AWS_CA_BUNDLE", str(tmp_path / "lost.pem"))
    with pytest.raises(Unreachable):
        reader_of(aws_of(TABLE)).read(TABLE, TableName="orders")
