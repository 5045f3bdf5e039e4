"""Every limit of Block Kit at its edge, and every way a block can be wrong."""

import json
from collections.abc import Callable
from typing import Any, Final

import pytest

from tests.slack_server.blocks import text_length, validate_message, validate_view
from tests.slack_server.limits import LIMITS

Json = dict[str, Any]


def plain(text: str) -> Json:
    return {"type": "plain_text", "text": text}


def mrkdwn(text: str) -> Json:
    return {"type": "mrkdwn", "text": text}


def section(**fields: object) -> Json:
    return {"type": "section", "text": mrkdwn("hello"), **fields}


def button(**fields: object) -> Json:
    return {"type": "button", "text": plain("Run"), **fields}


def actions(*elements: Json) -> Json:
    return {"type": "actions", "elements": list(elements)}


def option(number: int = 1, **fields: object) -> Json:
    return {"text": plain("one"), "value": f"v{number}", **fields}


def select(**fields: object) -> Json:
    return {"type": "static_select", "placeholder": plain("Pick"), **fields}


def confirm(**fields: object) -> Json:
    words = {"title": plain("t"), "text": plain("x"), "confirm": plain("y"), "deny": plain("n")}
    return words | fields


def image(**fields: object) -> Json:
    base = {"type": "image", "image_url": "https://example.com/a.png", "alt_text": "a chart"}
    return base | fields


def rich(text: str) -> Json:
    inside = {"type": "rich_text_section", "elements": [{"type": "text", "text": text}]}
    return {"type": "rich_text", "elements": [inside]}


def cell(text: str = "x") -> Json:
    return {"type": "raw_text", "text": text}


def rows(count: int, columns: int = 1, text: str = "x") -> list[list[Json]]:
    return [[cell(text) for _column in range(columns)] for _row in range(count)]


def data_table(**fields: object) -> Json:
    return {"type": "data_table", "caption": "numbers", "rows": rows(2), **fields}


def points(count: int, label: str = "p") -> list[Json]:
    return [{"label": f"{label}{number}", "value": number} for number in range(count)]


def line_chart(series: int = 1, count: int = 2, name: str = "s", **axes: object) -> Json:
    categories = [point["label"] for point in points(count)]
    plotted = [{"name": f"{name}{n}", "data": points(count)} for n in range(series)]
    chart = {"type": "line", "series": plotted, "axis_config": {"categories": categories, **axes}}
    return {"type": "data_visualization", "title": "Throttles", "chart": chart}


def line_chart_series(count: int = 2) -> Json:
    return {"name": "same", "data": points(count)}


def pie(segments: list[Json], title: str = "Shares") -> Json:
    chart = {"type": "pie", "segments": segments}
    return {"type": "data_visualization", "title": title, "chart": chart}


def url(length: int) -> str:
    return "https://example.com/".ljust(length, "a")


def numbered(block: Callable[[int], Json], count: int) -> list[Json]:
    return [block(number) for number in range(count)]


# What a message holds when it uses `n` of a limit; `n` characters or `n` items.
IN_MESSAGES: Final[dict[str, Callable[[int], list[Json]]]] = {
    "action_id": lambda n: [actions(button(action_id="a" * n))],
    "actions.elements": lambda n: [
        actions(*numbered(lambda number: button(action_id=f"a{number}"), n)),
    ],
    "block_id": lambda n: [section(block_id="b" * n)],
    "button.accessibility_label": lambda n: [actions(button(accessibility_label="x" * n))],
    "button.text": lambda n: [actions(button(text=plain("x" * n)))],
    "button.url": lambda n: [actions(button(url=url(n)))],
    "button.value": lambda n: [actions(button(value="x" * n))],
    "card.actions": lambda n: [
        {"type": "card", "actions": numbered(lambda number: button(action_id=f"a{number}"), n)},
    ],
    "card.body": lambda n: [{"type": "card", "body": mrkdwn("x" * n)}],
    "card.subtitle": lambda n: [
        {"type": "card", "title": plain("t"), "subtitle": mrkdwn("x" * n)},
    ],
    "card.title": lambda n: [{"type": "card", "title": mrkdwn("x" * n)}],
    "carousel.elements": lambda n: [
        {"type": "carousel", "elements": [{"type": "card", "body": plain("x")}] * n},
    ],
    "chart.axis_label": lambda n: [line_chart(y_label="x" * n)],
    "chart.label": lambda n: [pie([{"label": "x" * n, "value": 1}])],
    "chart.points": lambda n: [line_chart(count=n)],
    "chart.segments": lambda n: [pie(points(n))],
    "chart.series": lambda n: [line_chart(series=n)],
    "chart.title": lambda n: [pie(points(1), title="x" * n)],
    "checkboxes.options": lambda n: [
        actions({"type": "checkboxes", "action_id": "c", "options": numbered(option, n)}),
    ],
    "confirm.confirm": lambda n: [actions(button(confirm=confirm(confirm=plain("x" * n))))],
    "confirm.deny": lambda n: [actions(button(confirm=confirm(deny=plain("x" * n))))],
    "confirm.text": lambda n: [actions(button(confirm=confirm(text=mrkdwn("x" * n))))],
    "confirm.title": lambda n: [actions(button(confirm=confirm(title=plain("x" * n))))],
    "container.child_blocks": lambda n: [
        {"type": "container", "title": plain("t"), "child_blocks": [section()] * n},
    ],
    "container.subtitle": lambda n: [
        {
            "type": "container",
            "title": plain("t"),
            "subtitle": mrkdwn("x" * n),
            "child_blocks": [section()],
        },
    ],
    "container.title": lambda n: [
        {"type": "container", "title": plain("x" * n), "child_blocks": [section()]},
    ],
    "context.elements": lambda n: [{"type": "context", "elements": [mrkdwn("x")] * n}],
    "context.text": lambda n: [{"type": "context", "elements": [mrkdwn("x" * n)]}],
    "context_actions.elements": lambda n: [
        {
            "type": "context_actions",
            "elements": numbered(
                lambda number: {
                    "type": "icon_button",
                    "icon": "trash",
                    "text": plain("Delete"),
                    "action_id": f"a{number}",
                },
                n,
            ),
        },
    ],
    "data_table.columns": lambda n: [data_table(rows=rows(2, n))],
    "data_table.page_size": lambda n: [data_table(page_size=n)],
    "data_table.rows": lambda n: [data_table(rows=rows(n))],
    "data_table.text": lambda n: [
        data_table(rows=[[cell("x" * (n - 10_000))], [cell("y" * 10_000)]]),
    ],
    "header.text": lambda n: [{"type": "header", "text": plain("x" * n)}],
    "image.alt_text": lambda n: [image(alt_text="x" * n)],
    "image.title": lambda n: [image(title=plain("x" * n))],
    "image.url": lambda n: [image(image_url=url(n))],
    "markdown.text": lambda n: [{"type": "markdown", "text": "x" * n}],
    "message.block_text": lambda n: [
        *(section(text=mrkdwn("x" * 3_000)) for _number in range(4)),
        section(text=mrkdwn("x" * (n - 12_000))),
    ],
    "message.blocks": lambda n: [{"type": "divider"}] * n,
    "message.data_visualizations": lambda n: [line_chart()] * n,
    "message.markdown": lambda n: [
        {"type": "markdown", "text": "x" * 6_000},
        {"type": "markdown", "text": "x" * (n - 6_000)},
    ],
    "message.tables": lambda n: [{"type": "table", "rows": rows(1)}] * n,
    "option.description": lambda n: [
        actions(select(options=[option(description=plain("x" * n))])),
    ],
    "option.text": lambda n: [actions(select(options=[option(text=plain("x" * n))]))],
    "option.url": lambda n: [actions({"type": "overflow", "options": [option(url=url(n))]})],
    "option.value": lambda n: [actions(select(options=[option(value="x" * n)]))],
    "option_group.label": lambda n: [
        actions(select(option_groups=[{"label": plain("x" * n), "options": [option()]}])),
    ],
    "overflow.options": lambda n: [actions({"type": "overflow", "options": numbered(option, n)})],
    "placeholder": lambda n: [actions(select(placeholder=plain("x" * n), options=[option()]))],
    "plan.tasks": lambda n: [
        {
            "type": "plan",
            "title": "Checks",
            "tasks": numbered(
                lambda number: {
                    "type": "task_card",
                    "task_id": f"t{number}",
                    "title": "metrics",
                    "status": "pending",
                },
                n,
            ),
        },
    ],
    "radio_buttons.options": lambda n: [
        actions({"type": "radio_buttons", "options": numbered(option, n)}),
    ],
    "rich_text.text": lambda n: [rich("x" * n)],
    "section.field": lambda n: [{"type": "section", "fields": [mrkdwn("x" * n)]}],
    "section.fields": lambda n: [{"type": "section", "fields": [mrkdwn("x")] * n}],
    "section.text": lambda n: [section(text=mrkdwn("x" * n))],
    "select.option_groups": lambda n: [
        actions(select(option_groups=[{"label": plain("g"), "options": [option()]}] * n)),
    ],
    "select.options": lambda n: [actions(select(options=numbered(option, n)))],
    "table.cell": lambda n: [{"type": "table", "rows": [[cell("x" * n)]]}],
    "table.column_settings": lambda n: [
        {"type": "table", "rows": rows(1), "column_settings": [None] * n},
    ],
    "table.columns": lambda n: [{"type": "table", "rows": rows(1, n)}],
    "table.rows": lambda n: [{"type": "table", "rows": rows(n)}],
    "video.author_name": lambda n: [video(author_name="x" * n)],
    "video.title": lambda n: [video(title=plain("x" * n))],
}


def video(**fields: object) -> Json:
    base = {
        "type": "video",
        "alt_text": "a recording",
        "title": plain("Recording"),
        "thumbnail_url": "https://example.com/a.png",
        "video_url": "https://example.com/embed/a",
    }
    return base | fields


def modal(**fields: object) -> Json:
    return {"type": "modal", "title": plain("Diagnose"), "blocks": [section()], **fields}


def asks(**element: object) -> Json:
    words = {"type": "plain_text_input", "action_id": "a", **element}
    return {"type": "input", "block_id": "b", "label": plain("Table"), "element": words}


IN_VIEWS: Final[dict[str, Callable[[int], Json]]] = {
    "alert.text": lambda n: modal(blocks=[{"type": "alert", "text": plain("x" * n)}]),
    "input.hint": lambda n: modal(blocks=[asks() | {"hint": plain("x" * n)}], submit=plain("Go")),
    "input.label": lambda n: modal(blocks=[asks() | {"label": plain("x" * n)}], submit=plain("Go")),
    "plain_text_input.length": lambda n: modal(
        blocks=[asks(initial_value="x" * n)],
        submit=plain("Go"),
    ),
    "view.blocks": lambda n: modal(blocks=[{"type": "divider"}] * n),
    "view.callback_id": lambda n: modal(callback_id="x" * n),
    "view.close": lambda n: modal(close=plain("x" * n)),
    "view.external_id": lambda n: modal(external_id="x" * n),
    "view.private_metadata": lambda n: modal(private_metadata="x" * n),
    "view.submit": lambda n: modal(submit=plain("x" * n)),
    "view.title": lambda n: modal(title=plain("x" * n)),
}
# Judged elsewhere: in test_web_api.py, in test_surfaces.py, or below by name.
ELSEWHERE: Final = {
    "file_input.files",
    "message.attachments",
    "message.metadata",
    "message.text",
    "message.update_text",
    "view.bytes",
    "view.stack",
}


def test_every_limit_is_tried_at_its_edge() -> None:
    assert LIMITS.keys() == IN_MESSAGES.keys() | IN_VIEWS.keys() | ELSEWHERE


def test_every_limit_names_its_source() -> None:
    assert [name for name, limit in LIMITS.items() if "." not in limit.source] == []


@pytest.mark.parametrize("name", IN_MESSAGES)
def test_a_message_at_the_limit_is_fine(name: str) -> None:
    assert validate_message(IN_MESSAGES[name](LIMITS[name].most)) == []


@pytest.mark.parametrize("name", IN_MESSAGES)
def test_a_message_past_the_limit_is_refused(name: str) -> None:
    assert validate_message(IN_MESSAGES[name](LIMITS[name].most + 1)) != []


@pytest.mark.parametrize("name", [name for name in IN_MESSAGES if LIMITS[name].least])
def test_a_message_below_the_limit_is_refused(name: str) -> None:
    assert validate_message(IN_MESSAGES[name](LIMITS[name].least - 1)) != []


@pytest.mark.parametrize("name", IN_VIEWS)
def test_a_view_at_the_limit_is_fine_and_past_it_is_not(name: str) -> None:
    most = LIMITS[name].most
    assert validate_view(IN_VIEWS[name](most)) == []
    assert {problem.error for problem in validate_view(IN_VIEWS[name](most + 1))} == {
        "invalid_arguments",
    }


def test_code_points_are_counted_not_bytes() -> None:
    assert validate_message([{"type": "header", "text": plain("🔥" * 150)}]) == []


def test_the_text_of_all_blocks_together_has_a_limit_of_its_own() -> None:
    blocks = IN_MESSAGES["message.block_text"](13_001)
    assert [problem.error for problem in validate_message(blocks)] == ["msg_blocks_too_long"]
    assert text_length(blocks) == 13_001


def test_data_tables_and_charts_do_not_count_towards_the_text_of_blocks() -> None:
    blocks = [data_table(rows=[[cell("x" * 10_000)], [cell("y" * 10_000)]]), line_chart()]
    assert text_length(blocks) == 0
    assert validate_message(blocks) == []


def test_an_update_takes_less_text_than_a_post() -> None:
    assert validate_message(None, "x" * 4_000, update=True) == []
    assert [p.error for p in validate_message(None, "x" * 4_001, update=True)] == ["msg_too_long"]
    assert validate_message(None, "x" * 40_000) == []
    assert [p.error for p in validate_message(None, "x" * 40_001)] == ["text_truncated"]


def test_a_message_without_words_is_no_message() -> None:
    assert [problem.error for problem in validate_message([], "  ")] == ["no_text"]


def test_a_problem_reads_as_slack_puts_it() -> None:
    blocks = [{"type": "header", "text": plain("x" * 151)}]
    assert [str(problem) for problem in validate_message(blocks)] == [
        "must be less than 151 characters [json-pointer:/blocks/0/text/text]",
    ]


def test_too_many_blocks_reads_as_slack_puts_it() -> None:
    assert [str(problem) for problem in validate_message([{"type": "divider"}] * 51)] == [
        "no more than 50 items allowed [json-pointer:/blocks]",
    ]


@pytest.mark.parametrize(
    ("block", "says"),
    [
        ({}, "missing required field: type [json-pointer:/blocks/0]"),
        ({"type": "text"}, "unsupported type: text [json-pointer:/blocks/0/type]"),
        ({"type": ["section"]}, "unsupported type: ['section'] [json-pointer:/blocks/0/type]"),
        ("section", "must provide an object [json-pointer:/blocks/0]"),
        ({"type": "section"}, "missing one of: text, fields [json-pointer:/blocks/0]"),
        (
            section(colour="red"),
            "invalid additional property: colour [json-pointer:/blocks/0]",
        ),
        (
            {"type": "header", "text": mrkdwn("x")},
            "unsupported type: mrkdwn [json-pointer:/blocks/0/text/type]",
        ),
        (section(text="hi"), "must provide an object [json-pointer:/blocks/0/text]"),
        (
            section(text={"type": "mrkdwn", "text": 7}),
            "must provide a string [json-pointer:/blocks/0/text/text]",
        ),
        (
            section(text={"type": "mrkdwn", "text": "x", "emoji": True}),
            "invalid additional property: emoji [json-pointer:/blocks/0/text]",
        ),
        (
            section(text={"type": "plain_text", "text": "x", "verbatim": True}),
            "invalid additional property: verbatim [json-pointer:/blocks/0/text]",
        ),
        (section(expand="yes"), "must provide a boolean [json-pointer:/blocks/0/expand]"),
        (
            actions(button(style="warning")),
            "must be one of: primary, danger [json-pointer:/blocks/0/elements/0/style]",
        ),
        (
            actions(button(disabled=True)),
            "invalid additional property: disabled [json-pointer:/blocks/0/elements/0]",
        ),
        (
            actions(button(url="example.com")),
            "must be a valid URL [json-pointer:/blocks/0/elements/0/url]",
        ),
        (
            actions(button(text=mrkdwn("x"))),
            "unsupported type: mrkdwn [json-pointer:/blocks/0/elements/0/text/type]",
        ),
        (
            actions(button(action_id="a"), button(action_id="a")),
            "`action_id` a already exists for another element [json-pointer:/blocks/0/",
        ),
        (
            actions({"type": "image", "image_url": "https://x.example", "alt_text": "x"}),
            "unsupported type: image [json-pointer:/blocks/0/elements/0/type]",
        ),
        (
            actions(select()),
            "missing one of: options, option_groups [json-pointer:/blocks/0/elements/0]",
        ),
        (
            actions(select(options=[option(text=mrkdwn("x"))])),
            "unsupported type: mrkdwn [json-pointer:/blocks/0/elements/0/options/0/text/type]",
        ),
        (
            {"type": "image", "image_url": "https://x.example"},
            "missing required field: alt_text [json-pointer:/blocks/0]",
        ),
        (
            {"type": "image", "alt_text": "x"},
            "missing one of: image_url, slack_file [json-pointer:/blocks/0]",
        ),
        ({"type": "context", "elements": {}}, "must provide an array"),
        (
            {"type": "context", "elements": [button()]},
            "unsupported type: button [json-pointer:/blocks/0/elements/0/type]",
        ),
        ({"type": "alert", "text": plain("x")}, "unsupported type: alert"),
        ({"type": "file", "external_id": "x", "source": "remote"}, "unsupported type: file"),
        (
            data_table(rows=[[cell()], [cell(), cell()]]),
            "all rows must have the same number of cells [json-pointer:/blocks/0/rows]",
        ),
        (
            data_table(rows=[[rich("x")], [cell()]]),
            "unsupported type: rich_text [json-pointer:/blocks/0/rows/0/0/type]",
        ),
        (data_table(rows="x"), "must provide an array [json-pointer:/blocks/0/rows]"),
        (
            {"type": "data_table", "rows": rows(2)},
            "missing required field: caption [json-pointer:/blocks/0]",
        ),
        (data_table(page_size=0), "must be greater than or equal to 1"),
        (data_table(page_size="5"), "must provide an integer"),
        (
            line_chart(series=2, name="")
            | {"chart": line_chart(series=2)["chart"] | {"series": [line_chart_series()] * 2}},
            "series names must be unique [json-pointer:/blocks/0/chart/series]",
        ),
        (
            line_chart() | {"chart": line_chart()["chart"] | {"series": [line_chart_series(1)]}},
            "must have exactly one data point for each category [json-pointer:/blocks/0/chart/",
        ),
        (pie([{"label": "x", "value": "7"}]), "must provide a number"),
        (pie([]) | {"chart": 3}, "must provide an object [json-pointer:/blocks/0/chart]"),
        (
            line_chart() | {"chart": {"type": "line"}},
            "missing required field",
        ),
        (
            {"type": "rich_text", "elements": [{"type": "text", "text": "x"}]},
            "unsupported type: text [json-pointer:/blocks/0/elements/0/type]",
        ),
        (
            {
                "type": "rich_text",
                "elements": [
                    {
                        "type": "rich_text_preformatted",
                        "elements": [{"type": "user", "user_id": "U1"}],
                    },
                ],
            },
            "unsupported type: user [json-pointer:/blocks/0/elements/0/elements/0/type]",
        ),
        (
            {
                "type": "rich_text",
                "elements": [{"type": "rich_text_list", "style": "dots", "elements": []}],
            },
            "must be one of: bullet, ordered",
        ),
        (
            {
                "type": "rich_text",
                "elements": [{"type": "rich_text_quote", "elements": [], "border": True}],
            },
            "must be one of: 0, 1",
        ),
        (
            {
                "type": "container",
                "title": plain("t"),
                "child_blocks": [{"type": "container", "title": plain("t"), "child_blocks": []}],
            },
            "unsupported type: container",
        ),
    ],
)
def test_a_wrong_block_is_refused_for_its_reason(block: object, says: str) -> None:
    assert any(str(problem).startswith(says) for problem in validate_message([block]))


def test_one_block_id_names_one_block() -> None:
    blocks = [section(block_id="x"), {"type": "divider", "block_id": "x"}, {"type": "divider"}]
    assert [str(problem) for problem in validate_message(blocks)] == [
        "block_id already exists: x [json-pointer:/blocks/1/block_id]",
    ]


def test_blocks_inside_attachments_are_judged_too() -> None:
    attachments = [{"text": "legacy", "color": "#ff0000"}, {"blocks": [{"type": "nonsense"}]}]
    assert [str(problem) for problem in validate_message(None, "x", attachments=attachments)] == [
        "unsupported type: nonsense [json-pointer:/attachments/1/blocks/0/type]",
    ]


def test_attachments_have_a_limit_and_are_objects() -> None:
    many: list[Any] = [{"text": "x"}] * 100
    assert validate_message(None, "x", attachments=many) == []
    errors = [problem.error for problem in validate_message(None, "", attachments=[*many, 7])]
    assert errors == ["too_many_attachments", "invalid_attachments"]


def test_a_rich_message_of_every_kind_is_fine() -> None:
    lists = {
        "type": "rich_text_list",
        "style": "bullet",
        "indent": 1,
        "elements": [{"type": "rich_text_section", "elements": [{"type": "text", "text": "x"}]}],
    }
    inline = [
        {"type": "text", "text": "x", "style": {"bold": True}},
        {"type": "link", "url": "https://example.com", "text": "x"},
        {"type": "user", "user_id": "U1"},
        {"type": "usergroup", "usergroup_id": "S1"},
        {"type": "channel", "channel_id": "C1"},
        {"type": "broadcast", "range": "here"},
        {"type": "emoji", "name": "fire"},
        {"type": "date", "timestamp": 1, "format": "{date}", "fallback": "x"},
        {"type": "color", "value": "#fff"},
    ]
    blocks = [
        {"type": "header", "text": plain("Report")},
        section(fields=[plain("x")], accessory=button(action_id="go", confirm=confirm())),
        section(accessory=image()),
        {"type": "divider"},
        {"type": "context", "elements": [mrkdwn("x"), image()]},
        {"type": "rich_text", "elements": [lists, {"type": "rich_text_quote", "elements": inline}]},
        {"type": "input", "label": plain("x"), "element": {"type": "plain_text_input"}},
        {"type": "table", "rows": [[cell(), rich("x")]], "column_settings": [{"align": "right"}]},
        data_table(rows=[[cell()], [{"type": "raw_number", "value": 3.5}]]),
        pie(points(3)),
    ]
    assert validate_message(blocks, "Report") == []


@pytest.mark.parametrize(
    ("view", "says"),
    [
        ("text", "must provide an object [json-pointer:/view]"),
        ({"type": "workflow_step"}, "unsupported type: workflow_step [json-pointer:/view/type]"),
        (
            {"type": "modal", "blocks": []},
            "missing required field: title [json-pointer:/view]",
        ),
        (modal(blocks=[asks()]), "missing required field: submit [json-pointer:/view]"),
        (
            modal(blocks=[{"type": "markdown", "text": "x"}]),
            "unsupported type: markdown [json-pointer:/view/blocks/0/type]",
        ),
        (
            {"type": "home", "blocks": [], "title": plain("x")},
            "invalid additional property: title [json-pointer:/view]",
        ),
        (
            {"type": "home", "blocks": [{"type": "alert", "text": plain("x")}]},
            "unsupported type: alert [json-pointer:/view/blocks/0/type]",
        ),
        (modal(title=mrkdwn("x")), "unsupported type: mrkdwn [json-pointer:/view/title/type]"),
        (modal(blocks="x"), "must provide an array [json-pointer:/view/blocks]"),
        (
            modal(blocks=[asks(type="file_input", max_files=11)], submit=plain("Go")),
            "must be less than or equal to 10 [json-pointer:/view/blocks/0/element/max_files]",
        ),
    ],
)
def test_a_wrong_view_is_refused_for_its_reason(view: object, says: str) -> None:
    problems = validate_view(view)
    assert says in map(str, problems)
    assert {problem.error for problem in problems} == {"invalid_arguments"}


def test_a_view_has_a_size() -> None:
    view = modal(blocks=[section(text=mrkdwn("x" * 2_900)) for _number in range(90)])
    assert len(json.dumps(view)) > 250_000
    assert "view_too_large" in {problem.error for problem in validate_view(view)}


def test_hostile_depth_is_refused_not_followed() -> None:
    nested: Json = {}
    for _depth in range(200):
        nested = {"type": "container", "title": plain("t"), "child_blocks": [nested]}
    assert validate_message([nested]) != []
