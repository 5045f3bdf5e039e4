"""Slack's size limits, one row each: what is limited, how much is allowed, who says so."""

from dataclasses import dataclass
from typing import Final

_BLOCKS: Final = "docs.slack.dev/reference/block-kit/blocks"
_ELEMENTS: Final = "docs.slack.dev/reference/block-kit/block-elements"
_OBJECTS: Final = "docs.slack.dev/reference/block-kit/composition-objects"
_METHODS: Final = "docs.slack.dev/reference/methods"


@dataclass(frozen=True, slots=True)
class Limit:
    """At least `least` and at most `most`, in Unicode code points or items."""

    most: int
    source: str
    least: int = 0


LIMITS: Final[dict[str, Limit]] = {
    # Whole messages
    "message.blocks": Limit(50, f"{_BLOCKS}, introduction"),
    "message.attachments": Limit(100, f"{_METHODS}/chat.postMessage, errors"),
    "message.text": Limit(40_000, f"{_METHODS}/chat.postMessage, truncating content"),
    "message.update_text": Limit(4_000, f"{_METHODS}/chat.update, errors: msg_too_long"),
    # Undocumented. Reports name 13,172 characters as passing and 13,297 as refused; this server
    # refuses a little earlier than Slack, so that nothing rests on the exact number.
    "message.block_text": Limit(13_000, "github.com/slackapi/bolt-js/issues/2509"),
    "message.markdown": Limit(12_000, f"{_BLOCKS}/markdown-block, cumulative per payload"),
    "message.tables": Limit(1, f"{_BLOCKS}/table-block, only_one_table_allowed"),
    "message.data_visualizations": Limit(2, f"{_BLOCKS}/data-visualization-block"),
    "message.metadata": Limit(8_000, "docs.slack.dev/messaging/message-metadata"),
    # Views
    "view.blocks": Limit(100, f"{_BLOCKS}, introduction"),
    "view.bytes": Limit(250_000, f"{_METHODS}/views.open, errors: view_too_large"),
    "view.title": Limit(24, "docs.slack.dev/reference/views, modals", least=1),
    "view.submit": Limit(24, "docs.slack.dev/reference/views, modals", least=1),
    "view.close": Limit(24, "docs.slack.dev/reference/views, modals", least=1),
    "view.private_metadata": Limit(3_000, "docs.slack.dev/reference/views, modals"),
    "view.callback_id": Limit(255, "docs.slack.dev/reference/views, modals"),
    "view.external_id": Limit(255, "docs.slack.dev/reference/views, modals"),
    "view.stack": Limit(3, "docs.slack.dev/surfaces/modals, lifecycle"),
    # Blocks
    "block_id": Limit(255, f"{_BLOCKS}, every block"),
    "actions.elements": Limit(25, f"{_BLOCKS}/actions-block", least=1),
    "alert.text": Limit(200, f"{_BLOCKS}/alert-block", least=1),
    "card.actions": Limit(3, f"{_BLOCKS}/card-block", least=1),
    "card.body": Limit(200, f"{_BLOCKS}/card-block", least=1),
    "card.subtitle": Limit(150, f"{_BLOCKS}/card-block", least=1),
    "card.title": Limit(150, f"{_BLOCKS}/card-block", least=1),
    "carousel.elements": Limit(10, f"{_BLOCKS}/carousel-block", least=1),
    "container.child_blocks": Limit(10, f"{_BLOCKS}/container-block", least=1),
    "container.subtitle": Limit(150, f"{_BLOCKS}/container-block", least=1),
    "container.title": Limit(150, f"{_BLOCKS}/container-block", least=1),
    "context.elements": Limit(10, f"{_BLOCKS}/context-block", least=1),
    "context.text": Limit(3_000, f"{_OBJECTS}/text-object", least=1),
    "context_actions.elements": Limit(5, f"{_BLOCKS}/context-actions-block", least=1),
    "header.text": Limit(150, f"{_BLOCKS}/header-block", least=1),
    "image.alt_text": Limit(2_000, f"{_BLOCKS}/image-block", least=1),
    "image.title": Limit(2_000, f"{_BLOCKS}/image-block", least=1),
    "image.url": Limit(3_000, f"{_BLOCKS}/image-block"),
    "input.hint": Limit(2_000, f"{_BLOCKS}/input-block", least=1),
    "input.label": Limit(2_000, f"{_BLOCKS}/input-block", least=1),
    "markdown.text": Limit(12_000, f"{_BLOCKS}/markdown-block", least=1),
    "plan.tasks": Limit(50, f"{_BLOCKS}/plan-block", least=1),
    "rich_text.text": Limit(13_000, "github.com/slackapi/bolt-js/issues/2509", least=1),
    "section.field": Limit(2_000, f"{_BLOCKS}/section-block", least=1),
    "section.fields": Limit(10, f"{_BLOCKS}/section-block", least=1),
    "section.text": Limit(3_000, f"{_BLOCKS}/section-block", least=1),
    "video.author_name": Limit(50, f"{_BLOCKS}/video-block"),
    "video.title": Limit(200, f"{_BLOCKS}/video-block", least=1),
    # Tables and charts
    "table.rows": Limit(100, f"{_BLOCKS}/table-block", least=1),
    "table.columns": Limit(20, f"{_BLOCKS}/table-block", least=1),
    "table.cell": Limit(13_000, "github.com/slackapi/bolt-js/issues/2509", least=1),
    "table.column_settings": Limit(20, f"{_BLOCKS}/table-block"),
    "data_table.rows": Limit(201, "slackblocks 3.0 and slack-morphism 2.30", least=2),
    "data_table.columns": Limit(20, f"{_BLOCKS}/data-table-block", least=1),
    "data_table.text": Limit(20_000, f"{_BLOCKS}/data-table-block"),
    "data_table.page_size": Limit(100, f"{_BLOCKS}/data-table-block", least=1),
    "chart.title": Limit(50, f"{_BLOCKS}/data-visualization-block", least=1),
    "chart.series": Limit(12, "slack-morphism 2.30, SlackSeriesChart", least=1),
    "chart.segments": Limit(12, "slack-morphism 2.30, SlackSeriesChart", least=1),
    "chart.points": Limit(20, f"{_BLOCKS}/data-visualization-block", least=1),
    "chart.label": Limit(20, f"{_BLOCKS}/data-visualization-block", least=1),
    "chart.axis_label": Limit(50, f"{_BLOCKS}/data-visualization-block", least=1),
    # Elements
    "action_id": Limit(255, f"{_ELEMENTS}, every interactive element", least=1),
    "button.text": Limit(75, f"{_ELEMENTS}/button-element", least=1),
    "button.value": Limit(2_000, f"{_ELEMENTS}/button-element"),
    "button.url": Limit(3_000, f"{_ELEMENTS}/button-element"),
    "button.accessibility_label": Limit(75, f"{_ELEMENTS}/button-element"),
    "placeholder": Limit(150, f"{_ELEMENTS}/select-menu-element", least=1),
    "select.options": Limit(100, f"{_ELEMENTS}/select-menu-element", least=1),
    "select.option_groups": Limit(100, f"{_ELEMENTS}/select-menu-element", least=1),
    "overflow.options": Limit(5, f"{_ELEMENTS}/overflow-menu-element", least=1),
    "checkboxes.options": Limit(10, f"{_ELEMENTS}/checkboxes-element", least=1),
    "radio_buttons.options": Limit(10, f"{_ELEMENTS}/radio-button-group-element", least=1),
    "plain_text_input.length": Limit(3_000, f"{_ELEMENTS}/plain-text-input-element"),
    "file_input.files": Limit(10, f"{_ELEMENTS}/file-input-element", least=1),
    # Composition objects
    "option.text": Limit(75, f"{_OBJECTS}/option-object", least=1),
    "option.value": Limit(150, f"{_OBJECTS}/option-object", least=1),
    "option.description": Limit(75, f"{_OBJECTS}/option-object", least=1),
    "option.url": Limit(3_000, f"{_OBJECTS}/option-object"),
    "option_group.label": Limit(75, f"{_OBJECTS}/option-group-object", least=1),
    "confirm.title": Limit(100, f"{_OBJECTS}/confirmation-dialog-object", least=1),
    "confirm.text": Limit(300, f"{_OBJECTS}/confirmation-dialog-object", least=1),
    "confirm.confirm": Limit(30, f"{_OBJECTS}/confirmation-dialog-object", least=1),
    "confirm.deny": Limit(30, f"{_OBJECTS}/confirmation-dialog-object", least=1),
}
