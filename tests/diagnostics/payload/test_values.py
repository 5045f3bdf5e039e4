import base64
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from diagnostics.payload import Cause, Code, Measured, MeasuredAttribute, Problem
from diagnostics.payload.numerals import flaw, numeral
from diagnostics.payload.values import comparable, item_size, size_of
from tests.diagnostics.payload.shapes import KEY, check, put, told


@pytest.mark.parametrize(
    ("value", "size"),
    [
        ({"S": "héllo"}, 6),
        ({"N": "0"}, 1),
        ({"N": "000.000"}, 1),
        ({"N": "1"}, 2),
        ({"N": "-12"}, 2),
        ({"N": "12300"}, 3),
        ({"N": "0.00123e5"}, 3),
        ({"N": "1" * 38}, 20),
        ({"N": "not one"}, 7),
        ({"B": base64.b64encode(b"abcd").decode()}, 4),
        ({"B": "?"}, 0),
        ({"B": 1}, 0),
        ({"BOOL": True}, 1),
        ({"NULL": True}, 1),
        ({"SS": ["ab", "c"]}, 3),
        ({"NS": ["1", "22"]}, 4),
        ({"BS": ["YWI="]}, 2),
        ({"SS": "ab"}, 0),
        ({"L": []}, 3),
        ({"M": {}}, 3),
        ({"M": []}, 3),
        ({"L": [{"S": "a"}, {"NULL": True}]}, 7),
        ({"M": {"ab": {"S": "c"}}}, 7),
        ({"S": "a", "N": "1"}, 0),
        ("a", 0),
    ],
)
def test_size_of_a_value_follows_dynamodbs_formula(value: object, size: int) -> None:
    assert size_of(value) == size


def test_size_of_the_item_in_the_developer_guide() -> None:
    """An item of "attr1" and "attr2" with short values, as counted by hand: 5+3 and 5+10."""
    item = {"attr1": {"S": "abc"}, "attr2": {"S": "0123456789"}}
    assert item_size(item) == 23
    assert item_size("no item") == 0


@pytest.mark.parametrize(
    ("written", "flaw_name"),
    [
        *((number, None) for number in ("0", "-0.0", "1", "+1.5", ".5", "5.", "1e125", "1E-130")),
        *((number, None) for number in ("9" * 38, "1" + "0" * 125, "0e999999999999", "-1e-130")),
        *(
            (number, "SYNTAX")
            for number in ("", " 1", "1,5", "0x1", "NaN", "Infinity", "1e", "--1")
        ),
        ("1" * 39, "DIGITS"),
        ("1." + "0" * 37 + "1", "DIGITS"),
        *((number, "OVERFLOW") for number in ("1e126", "-1e126", "1e" + "9" * 5000, "9" * 200)),
        *((number, "UNDERFLOW") for number in ("1e-131", "0." + "0" * 130 + "1", "1e-" + "9" * 99)),
    ],
)
def test_numbers_are_read_from_their_text(written: str, flaw_name: str | None) -> None:
    found = flaw(numeral(written))
    assert (found.name if found else None) == flaw_name


@given(st.decimals(allow_nan=False, allow_infinity=False, places=6))
def test_equal_numbers_have_one_form(number: Any) -> None:  # noqa: ANN401 - Hypothesis's Decimal
    assert numeral(f"{number:f}") == numeral(
        f"000{number.copy_abs():f}" if number >= 0 else f"{number:e}"
    )


def test_keys_are_compared_by_value() -> None:
    assert comparable({"N": "1"}) == comparable({"N": "1.0"})
    assert comparable({"N": "1"}) != comparable({"S": "1"})
    assert comparable({"N": 1}) == ("N", "1")
    assert comparable({"N": "x"}) == ("N", "x")
    assert comparable("1") is None


def nested(levels: int) -> dict[str, Any]:
    value: dict[str, Any] = {"S": "a"}
    for _ in range(levels):
        value = {"L": [value]}
    return value


@pytest.mark.parametrize(
    ("value", "says"),
    [
        ("x", 'is a string and must be an object that names its type, such as {"S": "..."}: the'),
        ([], "is a list and must be an object"),
        (None, "is null and must be an object"),
        (True, "is a boolean and must be an object"),
        ({}, 'is an empty object and must carry one type, such as {"S": "..."}.'),
        ({"S": None}, 'carries "S", which is no type'),
        ({"s": "x"}, 'carries "s", which is no type (did you mean "S"?).'),
        ({"String": "x"}, 'carries "String", which is no type (did you mean "S"?).'),
        ({"bool": True}, 'carries "bool", which is no type (did you mean "BOOL"?).'),
        (
            {"street": "x", "town": "y"},
            'is an object (street, town) and carries no type: a map is written {"M": {...}}.',
        ),
        (
            {"k1": 1, "k2": 1, "k3": 1, "k4": 1},
            "is an object (k1, k2, k3, ...) and carries no type",
        ),
        ({"S": "a", "N": "1"}, "carries 2 types (S, N) and must carry one."),
        ({"S": 1}, "is a number in the JSON and must be a string."),
        ({"S": {}}, "is an object in the JSON and must be a string."),
        ({"N": 1.5}, "is a number in the JSON and must be a string that holds the number."),
        ({"N": ""}, "is of type N and empty."),
        ({"N": "abc"}, "is of type N and its 3 letters are no number."),
        ({"N": "1" * 39}, "is of type N and has 39 significant digits; 38 are the most."),
        ({"N": "1e126"}, "is of type N and is larger than 9.99E+125, the greatest number"),
        ({"N": "1e-131"}, "is of type N and is closer to zero than 1E-130"),
        ({"B": "a b"}, "is of type B and its 3 letters are not base64."),
        ({"BOOL": "true"}, "is a string in the JSON and must be true or false."),
        ({"NULL": "true"}, "is a string in the JSON and must be true."),
        ({"NULL": False}, "is of type NULL with false; NULL knows only true."),
        ({"SS": "a"}, "is a string in the JSON and must be a list."),
        ({"SS": []}, "is an empty string set; leave the attribute out instead."),
        ({"SS": ["a", "b", "a", "a"]}, "is a string set of 4 elements, 2 of them more than once."),
        ({"NS": ["1", "1.0"]}, "is a number set of 2 elements, 1 of them more than once."),
        ({"BS": ["YQ==", "YQ=="]}, "is a binary set of 2 elements, 1 of them more than once."),
        ({"BOOL": True, "S": "a"}, "carries 2 types (S, BOOL) and must carry one."),
        ({"L": {}}, "is an object in the JSON and must be a list."),
        ({"M": []}, "is a list in the JSON and must be an object."),
        ({"M": {"": {"S": "a"}}}, "is a map with an attribute whose name is empty."),
    ],
)
def test_a_wrong_value_is_told_by_path_and_type(value: object, says: str) -> None:
    ((path, sentence),) = told(put(x=value))
    assert path == "Item.x"
    assert sentence.startswith(f"Item.x {says}")


@pytest.mark.parametrize(
    ("value", "path"),
    [
        ({"SS": [1]}, "Item.x[0]"),
        ({"L": [{"S": "a"}, {"S": 1}]}, "Item.x[1]"),
        ({"M": {"a": {"M": {"b": {"n": "1"}}}}}, "Item.x.a.b"),
    ],
)
def test_a_wrong_value_inside_is_told_by_its_own_path(value: object, path: str) -> None:
    assert [found for found, _ in told(put(x=value))] == [path]


def test_nesting_is_allowed_32_levels_deep() -> None:
    assert told(put(x=nested(32))) == []
    ((path, says),) = told(put(x=nested(40)))
    assert path == "Item.x" + "[0]" * 32
    assert says.endswith("is a list or map more than 32 levels deep.")


@pytest.mark.parametrize(
    ("value", "code", "message"),
    [
        ({"S": 1}, Code.SERIALIZATION, "NUMBER_VALUE cannot be converted to String"),
        ({"BOOL": "x"}, Code.SERIALIZATION, "STRING_VALUE cannot be converted to Boolean"),
        ({"S": []}, Code.SERIALIZATION, "Start of list found where not expected"),
        ({"N": "x"}, Code.VALIDATION, "The parameter cannot be converted to a numeric value"),
    ],
)
def test_the_servers_own_words_are_given(value: object, code: Code, message: str) -> None:
    (problem,) = check(put(x=value)).problems
    assert (problem.code, problem.message) == (code, message)


def test_an_item_too_large_is_told_with_its_largest_attribute() -> None:
    report = check(put(blob={"S": "x" * 409_600}, small={"BOOL": True}))
    assert report.problems == (
        Problem(
            code=Code.VALIDATION,
            path="Item",
            says=(
                "Item has 409,627 bytes, 27 over the 409,600 an item may have; blob (S) alone has"
                " 409,600."
            ),
            message="Item size has exceeded the maximum allowed size",
            cause=Cause.SIZE,
        ),
    )
    assert report.measured == (
        Measured(
            path="Item",
            size_bytes=409_627,
            attributes=(
                MeasuredAttribute(name="blob", type="S", size_bytes=409_604),
                MeasuredAttribute(name="order_id", type="S", size_bytes=11),
                MeasuredAttribute(name="line", type="N", size_bytes=6),
                MeasuredAttribute(name="small", type="BOOL", size_bytes=6),
            ),
        ),
    )


def test_an_item_of_exactly_400_kb_is_allowed() -> None:
    room = 409_600 - item_size(KEY) - len("blob")
    assert told(put(blob={"S": "x" * room})) == []
    assert len(told(put(blob={"S": "x" * (room + 1)}))) == 1


def test_an_attributes_name_has_1_to_65535_bytes() -> None:
    assert [path for path, _ in told(put(**{"": {"S": "a"}, "n" * 65_536: {"S": "a"}}))] == [
        "Item",
        "Item",
    ]
