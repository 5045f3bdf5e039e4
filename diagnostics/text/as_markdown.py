"""A report as Markdown: untrusted text in it shows as it is, and neither links nor pings."""

import re
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
    Tone,
)

# What Markdown and GitHub read inside a line: emphasis, code, links, tables, strike, math.
INLINE = re.compile(r"[\\`*_\[\]|~$]")
# What opens a block where a line begins: headings, quotes, lists, rules, fences.
BLOCK = re.compile(r"[#+=-]|[0-9]{1,9}(?=[.)])")
WWW = re.compile(r"(?i)\b(www)\.")
HTML = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}
FENCE = re.compile(r"`+")
# After @ it keeps GitHub and GitLab from notifying anybody and mail from linking; after # and !
# it keeps them from linking an issue or a merge request.
UNSEEN = "\u200b"
PINGS = re.compile(r"@|[#!](?=[0-9])")
# What a link of our own knowledge may look like.
ADDRESS = re.compile(r"https://[A-Za-z0-9./_#%?=~:-]+")


def report_markdown(report: Report) -> str:
    """Return the report as a Markdown document."""
    lines = [line for block in blocks(report) for line in _lines(block)]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip("\n") + "\n"


def escaped(text: str) -> str:
    """Return one line of Markdown that shows `text`."""
    line = re.sub("[&<>]", lambda match: HTML[match.group()], " ".join(text.split()))
    opens = BLOCK.match(line)
    line = PINGS.sub(rf"\g<0>{UNSEEN}", INLINE.sub(r"\\\g<0>", line))
    line = WWW.sub(r"\1\\.", line.replace("://", "\\://"))
    if opens is None:
        return line
    digits = len(line) - len(line.lstrip("0123456789"))
    return f"{line[:digits]}\\{line[digits:]}"


def fenced(text: str, language: str = "") -> str:
    """Return a code block whose fence is longer than any in `text`."""
    longest = max((len(run) for run in FENCE.findall(text)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}{language}\n{text.rstrip()}\n{fence}"


def _lines(block: Block) -> Iterator[str]:
    match block:
        case Headline(label=label, text=text):
            yield from (f"# {escaped(label)}: {escaped(text)}", "")
        case Heading(text=text):
            yield from ("", f"## {escaped(text)}", "")
        case Entry(number=number, title=title, note=note, badge=badge):
            sure = f"{escaped(badge.text)}: " if badge else ""
            yield from ("", f"### {number}. {sure}{escaped(title)} ({escaped(note)})", "")
        case Paragraph(pieces=pieces, depth=depth, bullet=True):
            yield f"{'  ' * max(0, depth - 1)}- {_joined(pieces)}"
        case Paragraph(pieces=pieces):
            yield from ("", _joined(pieces), "")
        case Code(text=text, language=language):
            yield from ("", fenced(text, language), "")
        case Table():
            yield from _table(block)
        case _:  # the footer
            yield from ("", "---", "", escaped(block.text))


def _table(table: Table) -> Iterator[str]:
    yield _row(escaped(column) for column in table.columns)
    yield _row("---" for _ in table.columns)
    for row in table.rows:
        yield _row(_piece(cell) for cell in row)


def _row(cells: Iterator[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _joined(pieces: tuple[Piece, ...]) -> str:
    return " ".join(_piece(piece) for piece in pieces)


def _piece(piece: Piece) -> str:
    if piece.tone is Tone.LINK and ADDRESS.fullmatch(piece.text):
        return f"<{piece.text}>"
    text = escaped(piece.text)
    return f"**{text}**" if piece.tone is Tone.STRONG and text else text
