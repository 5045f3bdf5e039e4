"""Reads one table of a TOML file key by key, noting whatever is wrong with it."""

import difflib
import re
from collections.abc import Callable, Iterable, Mapping

from diagnostics.text import clean_line

Problem = Callable[[str], None]
QUOTED_CHARS = 60


class Table:
    """One table of the file; what has not been asked for by `end` is unknown."""

    def __init__(self, content: object, where: str, problem: Problem) -> None:
        self._where = where
        self._problem = problem
        self._asked: list[str] = []
        self._content: Mapping[str, object] = content if isinstance(content, dict) else {}
        if not isinstance(content, dict):
            problem(f"{where}: must be a table, not {quoted(content)}.")

    def says(self, sentence: str) -> None:
        """Note what is wrong with this table."""
        self._problem(f"{self._where}: {sentence}")

    def has(self, key: str) -> bool:
        return key in self._content

    def text(self, key: str, shape: re.Pattern[str], must: str) -> str | None:
        """Return a string of this shape; None where it is absent or, with a problem, wrong."""
        value = self._value(key)
        if value is None:
            return None
        if isinstance(value, str) and shape.fullmatch(value):
            return value
        self.says(f"{key} must be {must}, not {quoted(value)}.")
        return None

    def texts(self, key: str, shape: re.Pattern[str], must: str) -> tuple[str, ...]:
        """Return a list of such strings, each once; () where it is absent."""
        value = self._value(key)
        if value is None:
            return ()
        if not isinstance(value, list) or not value:
            self.says(f"{key} must be a list with at least one entry, not {quoted(value)}.")
            return ()
        wrong = [v for v in value if not (isinstance(v, str) and shape.fullmatch(v))]
        for entry in wrong:
            self.says(f"{key}: each entry must be {must}, not {quoted(entry)}.")
        return tuple(dict.fromkeys(v for v in value if v not in wrong))

    def flag(self, key: str) -> bool:
        """Return a boolean; False where it is absent."""
        value = self._value(key)
        if value is not None and not isinstance(value, bool):
            self.says(f"{key} must be true or false, not {quoted(value)}.")
        return value is True

    def table(self, key: str) -> "Table":
        """Return a table inside this one; an empty one where it is absent."""
        value = self._value(key)
        return Table({} if value is None else value, self._inside(key), self._problem)

    def named_tables(self, key: str) -> tuple[tuple[str, "Table"], ...]:
        """Return the tables inside a table, each with its name."""
        inside = self.table(key)
        inside._asked += inside._content  # noqa: SLF001 - our own class: every name is known
        return tuple((name, inside.table(name)) for name in inside._content)  # noqa: SLF001 - as above

    def tables(self, key: str) -> tuple["Table", ...]:
        """Return the entries of an array of tables."""
        value = self._value(key)
        if value is None:
            return ()
        where = self._inside(key)
        if not isinstance(value, list):
            self._problem(f"{where}: must be written [[{key}]], not [{key}].")
            return ()
        return tuple(
            Table(entry, f"{where} number {number}", self._problem)
            for number, entry in enumerate(value, start=1)
        )

    def end(self) -> None:
        """Note every key nobody asked for."""
        for key in self._content:
            if key not in self._asked:
                self.says(f"there is no key {quoted(key)}; {nearest(key, self._asked)}")

    def _value(self, key: str) -> object:
        self._asked.append(key)
        return self._content.get(key)

    def _inside(self, key: str) -> str:
        name = clean_line(key)
        return f"{self._where}: {name}" if ": " not in self._where else f"{self._where}.{name}"


def quoted(value: object) -> str:
    """Return a wrong value as a person can find it again."""
    if isinstance(value, dict):
        return "a table"
    if isinstance(value, list):
        return "a list" if value else "an empty list"
    if isinstance(value, bool):
        return "true" if value else "false"
    line = clean_line(str(value))
    line = line if len(line) <= QUOTED_CHARS else f"{line[:QUOTED_CHARS]}…"
    return f'"{line}"' if isinstance(value, str) else line


def nearest(word: str, known: Iterable[str]) -> str:
    """Return the end of a sentence about an unknown word: the nearest one, or all there are."""
    names = list(dict.fromkeys(known))
    near = difflib.get_close_matches(word[:100], names, n=1, cutoff=0.5)
    if near:
        return f'did you mean "{near[0]}"?'
    return f"known are {', '.join(names)}."
