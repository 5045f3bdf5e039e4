"""Reads files that people name, and writes those they ask for."""

import contextlib
import errno
import os
import stat
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from diagnostics.errors import UsageError
from diagnostics.text import clean_line


class NotWritableError(Exception):
    """A file that was asked for cannot be written; the text says why."""


def read_text(name: str, limit_bytes: int) -> str:
    """Return the text of a file, or of standard input for "-".

    Raises:
        UsageError: there is no such file, or it holds no text of at most `limit_bytes`.
    """
    shown = shown_name(name)
    try:
        content = _read(name, limit_bytes + 1)
    except (OSError, ValueError) as error:
        raise UsageError(f"{shown}: cannot be read: {_reason(error)}.") from error
    if len(content) > limit_bytes:
        raise UsageError(f"{shown}: more than {limit_bytes // 1_000_000} MB are not read.")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UsageError(f"{shown}: this is not a text file in UTF-8.") from error


def shown_name(name: str) -> str:
    """Return a file's name as a sentence has it."""
    return "standard input" if name == "-" else clean_line(name) or "the file"


def _read(name: str, limit_bytes: int) -> bytes:
    if name != "-":
        with Path(_required(name)).open("rb") as file:
            return file.read(limit_bytes)
    if sys.stdin is None:
        raise ValueError("it is closed")
    return sys.stdin.buffer.read(limit_bytes)


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """A file to be written in one piece, readable by its owner alone."""

    name: str
    path: Path  # with links followed

    def write(self, text: str) -> None:
        """Write the whole file, or leave what was there.

        Raises:
            NotWritableError: cannot be written.
        """
        try:
            if _is_special(self.path):
                self.path.write_text(text, encoding="utf-8")
            else:
                self._replace(text)
        except OSError as error:
            raise _not_writable(self.name, error) from error

    def _replace(self, text: str) -> None:
        handle, beside = _beside(self.path)
        try:
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                file.write(text)
                file.flush()
                os.fsync(file.fileno())
            Path(beside).replace(self.path)
        except BaseException:
            with contextlib.suppress(OSError):
                Path(beside).unlink()
            raise


def target(name: str) -> Target:
    """Return a file that can be written, tried now rather than when the work is done.

    Raises:
        NotWritableError: cannot be written.
    """
    try:
        path = Path(_required(name)).resolve()
        _require_writable(path)
        if not _is_special(path):
            handle, beside = _beside(path)
            os.close(handle)
            Path(beside).unlink()
    except (OSError, ValueError, RuntimeError) as error:
        raise _not_writable(name, error) from error
    return Target(name=name, path=path)


def _required(name: str) -> str:
    if not name:
        raise ValueError("its name is empty")
    return name


def _require_writable(path: Path) -> None:
    """Raise OSError where what is there already cannot be replaced."""
    if path.is_dir():
        raise IsADirectoryError(errno.EISDIR, "it is a directory")
    if path.exists() and not os.access(path, os.W_OK):
        raise PermissionError(errno.EACCES, "permission denied")


def _beside(path: Path) -> tuple[int, str]:
    """Return a new file in the same folder, which mkstemp makes readable by its owner alone."""
    return tempfile.mkstemp(dir=path.parent, prefix=f".{path.name[:100]}.")


def _is_special(path: Path) -> bool:
    """Whether it is a device or a pipe, which is written to and never replaced."""
    return path.exists() and not stat.S_ISREG(path.stat().st_mode)


def _not_writable(name: str, error: Exception) -> NotWritableError:
    return NotWritableError(
        f"{clean_line(name) or 'the file'}: cannot be written: {_reason(error)}."
    )


def _reason(error: Exception) -> str:
    return (getattr(error, "strerror", None) or clean_line(str(error))).removesuffix(".")
