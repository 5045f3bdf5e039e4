"""CloudWatch Logs' filter patterns, the forms with words.

Source: CloudWatch Logs user guide, "Filter pattern syntax for metric filters, subscription
filters, filter log events": words must all be there, `?word` makes alternatives, `-word`
excludes, quotes keep blanks, and `?` is ignored beside plain words.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

TERM = re.compile(r'([?-]?)(?:"((?:[^"\\]|\\.)*)"|(\S+))')
ESCAPED = re.compile(r"\\(.)")
LONGEST = 1024  # characters. Source: API reference, FilterLogEvents, filterPattern.


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What a pattern asks of a line."""

    all_of: tuple[str, ...] = ()
    any_of: tuple[str, ...] = ()
    none_of: tuple[str, ...] = ()

    def match(self, line: str) -> bool:
        """Whether a line fits."""
        if any(word in line for word in self.none_of):
            return False
        if self.all_of:
            return all(word in line for word in self.all_of)
        return not self.any_of or any(word in line for word in self.any_of)


def parsed(pattern: str) -> Callable[[str], bool] | None:
    """Return what tells whether a line fits; None: a form that is not understood here."""
    pattern = pattern.strip()
    if len(pattern) > LONGEST or pattern.startswith(("{", "[", "%")):
        return None
    found: dict[str, list[str]] = {"": [], "?": [], "-": []}
    for sign, quoted, plain in TERM.findall(pattern):
        found[sign].append(ESCAPED.sub(r"\1", quoted) if quoted else plain)
    return Terms(all_of=tuple(found[""]), any_of=tuple(found["?"]), none_of=tuple(found["-"])).match
