from datetime import timedelta

import pytest

from handlers.incidents.text import TEXT_CHARS, TITLE_CHARS, clean_line, clean_text, duration


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  orders is slow \n", "orders is slow"),
        ("two\r\nlines", "two\nlines"),
        ("nul\x00 bell\x07 escape\x1b[31m", "nul bell escape[31m"),
        ("evil\u202etxt.exe", "eviltxt.exe"),
        ("half a pair \ud800.", "half a pair ."),
        ("\ufeff\u200b", ""),
        ("👩‍💻 می‌شود", "👩‍💻 می‌شود"),
    ],
)
def test_unsafe_characters_go_and_the_rest_stays(typed: str, kept: str) -> None:
    assert clean_text(typed) == kept


def test_a_line_is_one_line() -> None:
    assert clean_line("two\n\tlines   and\u2028more") == "two lines and more"


def test_long_text_is_cut_where_it_can_be_shown() -> None:
    assert len(clean_text("x" * 100_000)) == TEXT_CHARS
    assert clean_line("word " * 50) == ("word " * 30)[: TITLE_CHARS - 1].rstrip() + "…"


@pytest.mark.parametrize(
    ("seconds", "told"),
    [
        (-5, "less than a minute"),
        (59, "less than a minute"),
        (60, "1 min"),
        (3600, "1 h"),
        (7500, "2 h 5 min"),
        (86400, "1 d"),
        (86400 + 60, "1 d"),
        (9 * 86400 + 3600, "9 d 1 h"),
    ],
)
def test_a_duration_names_its_two_largest_units(seconds: int, told: str) -> None:
    assert duration(timedelta(seconds=seconds)) == told
