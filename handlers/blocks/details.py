"""The thread under a diagnosis: everything the report holds, in as few messages as it takes.

The order and the words are those of `diagnostics.text`, so that Slack, a terminal and a ticket
tell the same.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from diagnostics import text as report_text
from diagnostics.model import JudgedChange, Judgement, Report
from diagnostics.text.document import Block as Told
from diagnostics.text.document import (
    Code,
    Entry,
    Footer,
    Heading,
    Headline,
    Paragraph,
    Piece,
    Table,
    Tone,
)
from handlers.blocks import inert
from handlers.blocks.elements import (
    Block,
    Copyable,
    Element,
    Part,
    Sentence,
    Style,
    address,
    bullet,
    header,
    rich_text,
    sentence,
    words,
)
from handlers.blocks.message import Message, message, text_length

# One message of the thread: about two screens. Own choice, well under Slack's limit.
PAGE_CHARS = 6_000
# A second each, as Slack takes them. Own choice.
MOST_PAGES = 8
# Half a command is worse than none, so a longer one is left to the file.
MOST_CODE_CHARS = 5_000
# Of one table; the guilty changes come first. Own choice.
MOST_ROWS = 100

STYLES = {
    Tone.PLAIN: Style.PLAIN,
    Tone.QUIET: Style.ITALIC,
    Tone.NAME: Style.CODE,
    Tone.LINK: Style.PLAIN,
}
# Columns whose cells say nothing without their name.
NAMED_COLUMNS = frozenset({"Needs"})
IN_THE_FILE = 'more in the file behind "Show evidence".'


@dataclass(frozen=True, slots=True, kw_only=True)
class Title:
    """The title of a section."""

    text: str


Line = Title | Part
Body = Heading | Entry | Paragraph | Code | Table


def details_messages(report: Report) -> tuple[Message, ...]:
    """Return the messages for the thread; none where the first message says it all."""
    told = _body(report_text.blocks(replace(report, changes=guilty_first(report.changes))))
    lines = (line for block in told for line in _lines(block) if _size(line) > 1)
    pages = list(_pages(lines))
    left = sum(len(page) for page in pages[MOST_PAGES:])
    if left:
        pages = pages[:MOST_PAGES]
        pages[-1].append(sentence(words(f"… {left:,} lines {IN_THE_FILE}", Style.ITALIC)))
    return tuple(message(*_blocks(page)) for page in pages)


def guilty_first(changes: Sequence[JudgedChange]) -> tuple[JudgedChange, ...]:
    """Return the changes by judgement: implicated, acquitted, undecided."""
    return tuple(sorted(changes, key=lambda judged: list(Judgement).index(judged.judgement)))


def copyable(text: str) -> Part:
    """Return something to copy, whole; or where to find it, if it is too long for Slack."""
    clean = inert.code(text)
    if len(clean) > MOST_CODE_CHARS:
        return sentence(words(f"… {len(clean):,} characters {IN_THE_FILE}", Style.ITALIC))
    return Copyable(text=clean) if clean.strip() else Sentence(elements=())


def _body(told: Sequence[Told]) -> Sequence[Body]:
    """Return the sections, without the answer above them and the cost below."""
    headings = (place for place, block in enumerate(told) if isinstance(block, Heading))
    start = next(headings, len(told))
    return [block for block in told[start:] if not isinstance(block, Headline | Footer)]


def _lines(block: Body) -> Iterator[Line]:
    match block:
        case Heading(text=text):
            yield Title(text=text)
        case Entry(number=number, title=title, note=note, badge=badge):
            sure = f"{badge.text.upper()}: " if badge else ""
            numbered = words(f"{number}. {sure}{title}", Style.BOLD)
            yield sentence(numbered, words(f"({note})" if note else ""))
        case Paragraph(pieces=pieces, depth=depth, bullet=True):
            yield bullet(*map(_element, pieces), indent=depth - 1)
        case Paragraph(pieces=pieces):
            yield sentence(*map(_element, pieces))
        case Code(text=text):
            yield copyable(text)
        case _:
            yield from _rows(block)


def _rows(table: Table) -> Iterator[Line]:
    for row in table.rows[:MOST_ROWS]:
        cells = (_cell(*cell) for cell in zip(table.columns, row, strict=True))
        shown = [cell for cell in cells if cell.get("text")]
        dots = [one for cell in shown for one in (words("·"), cell)]
        yield bullet(*dots[1:])
    left = len(table.rows) - MOST_ROWS
    if left > 0:
        yield sentence(words(f"… {left:,} {IN_THE_FILE}", Style.ITALIC))


def _cell(column: str, piece: Piece) -> Element:
    if column in NAMED_COLUMNS and piece.text:
        return words(f"{column}: {piece.text}", Style.BOLD)
    return _element(piece)


def _element(piece: Piece) -> Element:
    if piece.tone is Tone.LINK:
        return address(piece.text)
    return words(piece.text, STYLES.get(piece.tone, Style.BOLD))


def _pages(lines: Iterable[Line]) -> Iterator[list[Line]]:
    page: list[Line] = []
    for line in lines:
        if page and sum(map(_size, page)) + _size(line) > PAGE_CHARS:
            # A title is never the last line: it goes along, and any line fits below it.
            end = -1 if isinstance(page[-1], Title) else len(page)
            yield page[:end]
            page = page[end:]
        page.append(line)
    if page:
        yield page


def _size(line: Line) -> int:
    match line:
        case Title(text=text) | Copyable(text=text):
            return len(text)
        case _:
            return text_length(line.elements) + 1


def _blocks(page: Iterable[Line]) -> Iterator[Block]:
    parts: list[Part] = []
    for line in page:
        if isinstance(line, Title):
            yield from rich_text(parts)
            yield from header(line.text)
            parts = []
        else:
            parts.append(line)
    yield from rich_text(parts)
