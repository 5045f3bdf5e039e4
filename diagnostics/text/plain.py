"""A report as plain text: for pipes, files and logs."""

from collections.abc import Iterator

from diagnostics.model import Report
from diagnostics.text.blocks import blocks
from diagnostics.text.document import (
    Block,
    Code,
    Entry,
    Heading,
    Headline,
    Paragraph,
    Piece,
    Table,
)

INDENT = "   "
# A cell longer than this does not push the cells of other rows away.
WIDEST_CELL = 48


def report_text(report: Report) -> str:
    """Return the report as plain text.

    A paragraph is one line, so that tools which search lines find whole sentences and the
    same report is the same text whatever the terminal.
    """
    lines = (line for block in blocks(report) for line in _lines(block))
    return "\n".join(line.rstrip() for line in lines) + "\n"


def _lines(block: Block) -> Iterator[str]:
    match block:
        case Headline(label=label, text=text):
            yield from (f"{label.upper()}: {text}", "")
        case Heading(text=text):
            yield from ("", text.upper())
        case Entry(number=number, title=title, note=note, badge=badge):
            yield f"{number}. {f'{badge.text.upper()}: ' if badge else ''}{title} ({note})"
        case Paragraph(pieces=pieces, depth=depth, bullet=bullet):
            yield f"{INDENT * depth}{'- ' if bullet else ''}{_joined(pieces)}"
        case Code(text=text, depth=depth):
            yield from (f"{INDENT * (depth + 1)}{line}" for line in text.split("\n"))
        case Table():
            yield from _rows(block)
        case _:  # the footer
            yield from ("", block.text)


def _joined(pieces: tuple[Piece, ...]) -> str:
    return " ".join(piece.text for piece in pieces)


def _rows(table: Table) -> Iterator[str]:
    rows = [table.columns, *(tuple(cell.text for cell in row) for row in table.rows)]
    widths = [
        max(min(len(cell), WIDEST_CELL) for cell in column) for column in zip(*rows, strict=True)
    ]
    for place, row in enumerate(rows):
        cells = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        yield f"{'- ' if place else '  '}{'  '.join(cells)}"
