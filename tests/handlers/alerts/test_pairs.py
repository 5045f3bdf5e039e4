import pytest

from handlers.alerts.pairs import (
    Pair,
    Strength,
    documents_in,
    field_pair,
    key_of,
    pairs_of_json,
    pairs_of_text,
)


@pytest.mark.parametrize("name", ["Table Name", "table_name", "TableName", "dimension_TableName"])
def test_spellings_of_one_name_are_one_key(name: str) -> None:
    assert key_of(name) == "tablename"


@pytest.mark.parametrize(
    ("raw", "pair"),
    [
        ("*Severity:* High", Pair("Severity", "High", Strength.BOLD)),
        ("*Severity*: High", Pair("Severity", "High", Strength.BOLD)),
        ("*Log group*\t/ecs/till", Pair("Log group", "/ecs/till", Strength.BOLD)),
        (" • *region:* `eu-west-2`", Pair("region", "eu-west-2", Strength.BOLD)),
        ("- State Change: OK -&gt; ALARM", Pair("State Change", "OK -> ALARM", Strength.LINE)),
        (" - TableName = stock", Pair("TableName", "stock", Strength.LINE)),
        ('level=error msg="a b"', Pair("msg", "a b", Strength.ASSIGNMENT)),
        ("over tablename:stock,region:x", Pair("tablename", "stock", Strength.TAG)),
        ("timed out (function: mails, x)", Pair("function", "mails", Strength.TAG)),
        ("HOST: db-1  STATE: DOWN", Pair("STATE", "DOWN", Strength.TAG)),
    ],
)
def test_a_pair_is_found_in_a_text(raw: str, pair: Pair) -> None:
    assert pair in tuple(pairs_of_text(raw))


@pytest.mark.parametrize(
    "raw",
    [
        "*bold words* and more",
        '  File "repo.py", line 4, in put\n    put_item(TableName=name)',
        "see https://a.dev/?table=stock",
        "*:* x",
    ],
)
def test_what_is_no_pair_gives_none(raw: str) -> None:
    assert tuple(pairs_of_text(raw)) == ()


@pytest.mark.parametrize(
    ("raw", "pair"),
    [
        ("*TableName*\nstock", Pair("TableName", "stock", Strength.FIELD)),
        ("*State:* `OK`", Pair("State", "OK", Strength.FIELD)),
        ("*Affected resources*", Pair("Affected resources", "", Strength.FIELD)),
        ("no bold name", None),
    ],
)
def test_a_section_field_is_a_name_and_its_value(raw: str, pair: Pair | None) -> None:
    assert field_pair(raw) == pair


def test_documents_are_found_between_words_and_marks() -> None:
    text = 'a ```{"b": 1}``` {broken} `{"c": {"d": 2}}` {}'
    assert list(documents_in(text)) == [{"b": 1}, {"c": {"d": 2}}]


def test_only_the_first_documents_are_read() -> None:
    assert len(list(documents_in('{"a":1}' * 100))) == 6


def test_leaves_are_named_with_and_without_their_parent() -> None:
    document = {"state": {"value": "OK"}, "n": 1, "on": True, "none": None}
    assert list(pairs_of_json(document)) == [
        Pair("value", "OK", Strength.JSON),
        Pair("state value", "OK", Strength.JSON),
        Pair("n", "1", Strength.JSON),
    ]


def test_json_inside_a_string_and_named_values_are_read() -> None:
    document = {"Message": '{"Dimensions": [{"name": "TableName", "value": "stock"}]}'}
    assert Pair("TableName", "stock", Strength.JSON) in tuple(pairs_of_json(document))


def test_json_that_only_looks_so_is_a_string() -> None:
    assert list(pairs_of_json({"a": "{b"})) == [Pair("a", "{b", Strength.JSON)]


def test_json_is_read_to_a_depth() -> None:
    document: object = {"deep": "x"}
    for _ in range(20):
        document = {"a": document}
    assert list(pairs_of_json(document)) == []
