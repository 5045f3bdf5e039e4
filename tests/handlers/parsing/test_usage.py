import pytest

from handlers.parsing import help_text, wants_help
from handlers.parsing.keys import KEYS


def test_help_shows_every_key() -> None:
    assert [key for key in KEYS if f"{key}=" not in help_text()] == []


def test_help_shows_only_what_is_allowed() -> None:
    assert "incident" not in help_text(["diagnose"])
    assert "diagnose [" not in help_text(["incident"])
    assert "Accounts: prod, dev" in help_text(["diagnose", "incident"], ["prod", "dev"])


def test_help_without_a_command_says_whom_to_ask() -> None:
    assert help_text([]).startswith("You may not use any command here")


@pytest.mark.parametrize("words", ["", " help ", "--help", ["help"], ["diagnose", "help"], []])
def test_help_is_asked_for(words: str | list[str]) -> None:
    assert wants_help(words)


def test_an_error_is_no_cry_for_help() -> None:
    assert not wants_help("dynamodb 408")
