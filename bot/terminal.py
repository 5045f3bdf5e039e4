"""Shows a report on standard output: with colour and boxes on a terminal, plain elsewhere."""

import json
import os
import sys
from enum import StrEnum
from typing import IO, Literal

from rich import box
from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.panel import Panel
from rich.rule import Rule
from rich.table import Table as Grid
from rich.text import Text

from diagnostics.model import Report
from diagnostics.text import blocks, report_json, report_markdown, report_text
from diagnostics.text.document import (
    Block,
    Code,
    Entry,
    Heading,
    Headline,
    Paragraph,
    Piece,
    Table,
    Tone,
)

INDENT = 3
# Below this width columns are too thin to read: cells then stand under each other.
NARROW = 60
STYLES = {
    Tone.PLAIN: "",
    Tone.STRONG: "bold",
    Tone.QUIET: "dim",
    Tone.BAD: "bold red",
    Tone.DOUBTFUL: "yellow",
    Tone.GOOD: "green",
    Tone.NAME: "cyan",
    Tone.LINK: "underline",
}
CODE_STYLE = "cyan"


class Output(StrEnum):
    """The forms a report can be printed in."""

    TEXT = "text"
    JSON = "json"
    MARKDOWN = "markdown"


def show(report: Report, output: Output) -> None:
    """Print the report on standard output, which holds nothing else."""
    if output is Output.JSON:
        sys.stdout.write(f"{json.dumps(report_json(report), indent=2)}\n")
    elif output is Output.MARKDOWN:
        sys.stdout.write(report_markdown(report))
    elif sys.stdout.isatty():
        show_blocks(blocks(report), console_on(sys.stdout))
    else:
        sys.stdout.write(report_text(report))


def console_on(stream: IO[str]) -> Console:
    """Return a console that takes text as it is: no markup, no emoji codes, no guesses.

    With NO_COLOR set it shows neither colours nor other styles.
    """
    colours: Literal["auto"] | None = None if os.environ.get("NO_COLOR") else "auto"
    return Console(file=stream, color_system=colours, markup=False, emoji=False, highlight=False)


def show_blocks(shown: tuple[Block, ...], console: Console) -> None:
    """Print blocks, fitted to the console's width; code and links are for the terminal to wrap."""
    for block in shown:
        if isinstance(block, Code):
            for line in block.text.split("\n"):
                indented = Text(f"{' ' * INDENT * (block.depth + 1)}{line}", style=CODE_STYLE)
                console.print(indented, soft_wrap=True)
        elif isinstance(block, Paragraph) and block.pieces[-1].tone is Tone.LINK:
            link = Text(" " * INDENT * block.depth).append_text(_joined(block.pieces))
            console.print(link, soft_wrap=True)
        else:
            console.print(_renderable(block, console.width))


def _renderable(block: Block, width: int) -> RenderableType:
    match block:
        case Headline():
            return _headline(block, width)
        case Heading(text=text):
            return Text(f"\n{text}", style="bold underline")
        case Entry():
            return _entry(block)
        case Paragraph(pieces=pieces, depth=depth, bullet=bullet):
            return _hanging("•" if bullet else "", _joined(pieces), INDENT * depth)
        case Table():
            return _stack(block) if width < NARROW else _grid(block)
        case _:  # the footer
            return _footer(block.text)


def _headline(block: Headline, width: int) -> RenderableType:
    style = STYLES[block.tone]
    if width < NARROW:
        return Text.assemble((f"{block.label}: ", style), (block.text, "bold"))
    return Panel(
        Text(block.text, style="bold"),
        title=Text(f" {block.label} ", style=style),
        title_align="left",
        border_style=style.removeprefix("bold "),
        padding=(0, 1),
    )


def _entry(block: Entry) -> RenderableType:
    text = Text(block.title, style="bold")
    if block.badge is not None:
        text = Text.assemble((f"{block.badge.text.upper()} ", STYLES[block.badge.tone]), text)
    text.append(f"  {block.note}", style="not bold dim")
    entry = _hanging(f"{block.number}.", text, 0)
    return entry if block.number == 1 else Padding(entry, (1, 0, 0, 0))


def _hanging(marker: str, text: Text, indent: int) -> RenderableType:
    """Return text whose every line begins right of its marker."""
    if not marker:
        return Padding(text, (0, 0, 0, indent))
    grid = Grid.grid(padding=(0, 1, 0, 0))
    grid.add_column(no_wrap=True)
    grid.add_column(overflow="fold")
    grid.add_row(Text(marker), text)
    return Padding(grid, (0, 0, 0, indent))


def _grid(block: Table) -> RenderableType:
    grid = Grid(box=box.SIMPLE_HEAD, pad_edge=False, header_style="dim")
    for column in block.columns[:-1]:
        grid.add_column(column, overflow="fold")
    grid.add_column(block.columns[-1], overflow="fold", ratio=1)
    for row in block.rows:
        grid.add_row(*(_text(cell) for cell in row))
    return grid


def _stack(block: Table) -> RenderableType:
    grid = Grid.grid(padding=(0, 1, 0, 0))
    grid.add_column(no_wrap=True)
    grid.add_column(overflow="fold")
    for row in block.rows:
        for place, cell in enumerate(row):
            if cell.text:
                grid.add_row(Text("" if place else "•"), _text(cell))
    return grid


def _footer(text: str) -> RenderableType:
    return Padding(Group(Rule(style="dim"), Text(text, style="dim")), (1, 0, 0, 0))


def _joined(pieces: tuple[Piece, ...]) -> Text:
    return Text(" ").join(_text(piece) for piece in pieces)


def _text(piece: Piece) -> Text:
    return Text(piece.text, style=STYLES[piece.tone])
