"""A report in words: JSON for programs, Markdown for tickets, plain text for pipes, blocks."""

from diagnostics.text.as_json import report_json
from diagnostics.text.as_markdown import report_markdown
from diagnostics.text.blocks import blocks
from diagnostics.text.clean import clean_code, clean_line
from diagnostics.text.plain import report_text

__all__ = ["blocks", "clean_code", "clean_line", "report_json", "report_markdown", "report_text"]
