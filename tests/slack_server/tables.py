"""Tables, data tables and charts of Block Kit."""

from collections.abc import Iterator
from typing import Final

from tests.slack_server.limits import LIMITS
from tests.slack_server.schema import (
    Problem,
    Rule,
    each,
    number,
    shape,
    string,
    typed,
    within,
)

_RAW_TEXT: Final = shape({"text": string("table.cell")})
_RAW_NUMBER: Final = shape({"value": number}, {"text": string("table.cell")})


def table(rich_text: Rule) -> Rule:
    """The rows of a table block."""
    cell = typed({"raw_text": _RAW_TEXT, "raw_number": _RAW_NUMBER, "rich_text": rich_text})
    return each(each(cell, "table.columns"), "table.rows")


def data_table(rich_text: Rule) -> Rule:
    """The rows of a data_table block: a header without rich text, then rows of equal length."""
    plain = {"raw_text": _RAW_TEXT, "raw_number": _RAW_NUMBER}
    header = each(typed(plain), "data_table.columns")
    row = each(typed({**plain, "rich_text": rich_text}), "data_table.columns")

    def check(value: object, pointer: str) -> Iterator[Problem]:
        if not isinstance(value, list):
            yield Problem(says="must provide an array", pointer=pointer)
            return
        yield from within(len(value), LIMITS["data_table.rows"], "items", pointer)
        for index, cells in enumerate(value):
            yield from (row if index else header)(cells, f"{pointer}/{index}")
        if len({len(cells) for cells in value if isinstance(cells, list)}) > 1:
            yield Problem(says="all rows must have the same number of cells", pointer=pointer)
        text = LIMITS["data_table.text"]
        yield from within(_characters(value), text, "characters", pointer)

    return check


def _characters(value: object) -> int:
    if isinstance(value, list):
        return sum(_characters(item) for item in value)
    if isinstance(value, dict):
        return sum(_characters(item) for key, item in value.items() if key != "type")
    return len(str(value))


_POINT: Final = shape({"label": string("chart.label"), "value": number})
_AXES: Final = shape(
    {"categories": each(string("chart.label"), "chart.points")},
    {"x_label": string("chart.axis_label"), "y_label": string("chart.axis_label")},
)
_SERIES: Final = shape({"name": string("chart.label"), "data": each(_POINT, "chart.points")})
_PLOT_SHAPE: Final = shape({"series": each(_SERIES, "chart.series"), "axis_config": _AXES})


def _plot(value: object, pointer: str) -> Iterator[Problem]:
    problems = tuple(_PLOT_SHAPE(value, pointer))
    yield from problems
    if problems or not isinstance(value, dict):
        return
    names = [series["name"] for series in value["series"]]
    if len(set(names)) < len(names):
        yield Problem(says="series names must be unique", pointer=f"{pointer}/series")
    categories = value["axis_config"]["categories"]
    for index, series in enumerate(value["series"]):
        if sorted(point["label"] for point in series["data"]) != sorted(categories):
            says = "must have exactly one data point for each category"
            yield Problem(says=says, pointer=f"{pointer}/series/{index}/data")


CHART: Final = typed(
    {
        "pie": shape({"segments": each(_POINT, "chart.segments")}),
        **dict.fromkeys(("line", "bar", "area"), _plot),
    },
)
