"""Untrusted text in Markdown: it shows as typed, and neither links, pings nor breaks out."""

import re

# What Markdown and GitHub read inside a line: emphasis, code, links, HTML, tables, strike, math.
INLINE = re.compile(r"[\\`*_\[\]|~$]")

# What opens a block where a line begins: headings, quotes, lists, rules, fences.
BLOCK = re.compile(r"(?:[#>+=-]|[0-9]{1,9}(?=[.)]))")

HTML = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}

FENCE = re.compile(r"`+")

# Between @ and a name it keeps GitHub and GitLab from notifying anybody, and mail from linking.
UNSEEN = "\u200b"


def escaped(text: str) -> str:
    """Return one line of Markdown that shows `text`."""
    line = " ".join(text.split())
    opens = BLOCK.match(line)
    line = INLINE.sub(r"\\\g<0>", re.sub("[&<>]", lambda match: HTML[match.group()], line))
    line = line.replace("://", "\\://").replace("www.", "www\\.").replace("@", f"@{UNSEEN}")
    if opens is None or line.startswith("&"):
        return line
    digits = len(line) - len(line.lstrip("0123456789"))
    return f"{line[:digits]}\\{line[digits:]}"


def fenced(text: str, language: str = "") -> str:
    """Return a code block whose fence is longer than any in `text`."""
    longest = max((len(run) for run in FENCE.findall(text)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}{language}\n{text.rstrip()}\n{fence}"


def row(*cells: str) -> str:
    """Return one row of a table; the cells are Markdown already."""
    return f"| {' | '.join(cells)} |"
