import os
import stat
from pathlib import Path

import pytest

from bot.files import NotWritableError, read_text, target
from diagnostics.errors import UsageError


def test_a_file_is_read_without_its_byte_order_mark(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_bytes("\ufeff{é}".encode())
    assert read_text(str(path), 10) == "{é}"


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("", "the file: cannot be read: its name is empty."),
        ("/nowhere/at/all", "/nowhere/at/all: cannot be read: No such file or directory."),
        ("/", "/: cannot be read: Is a directory."),
        ("a\0b", "a\\x00b: cannot be read: embedded null byte."),
        ("/dev/zero", "/dev/zero: more than 2 MB are not read."),
    ],
)
def test_what_is_no_readable_file_is_said_in_one_sentence(name: str, says: str) -> None:
    with pytest.raises(UsageError) as raised:
        read_text(name, 2_000_000)
    assert str(raised.value) == says


def test_binary_garbage_is_no_text(tmp_path: Path) -> None:
    path = tmp_path / "garbage"
    path.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(UsageError, match="this is not a text file in UTF-8"):
        read_text(str(path), 10)


def test_a_target_is_written_whole_and_private(tmp_path: Path) -> None:
    path = tmp_path / "evidence.json"
    path.write_text("before")
    link = tmp_path / "link.json"
    link.symlink_to(path)
    kept = target(str(link))
    assert path.read_text() == "before"
    kept.write("after é")
    assert path.read_text(encoding="utf-8") == "after é"
    assert link.is_symlink()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert sorted(entry.name for entry in tmp_path.iterdir()) == ["evidence.json", "link.json"]


def test_a_device_is_written_to_and_stays_a_device() -> None:
    target("/dev/null").write("x")
    assert stat.S_ISCHR(Path("/dev/null").stat().st_mode)


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("", "the file: cannot be written: its name is empty."),
        ("/", "/: cannot be written: it is a directory."),
        ("/nowhere/at/all", "/nowhere/at/all: cannot be written: No such file or directory."),
        ("a\0b", "a\\x00b: cannot be written: embedded null byte."),
        ("/dev/null/x", "/dev/null/x: cannot be written: Not a directory."),
    ],
)
def test_what_cannot_be_written_is_known_before_the_work(name: str, says: str) -> None:
    with pytest.raises(NotWritableError) as raised:
        target(name)
    assert str(raised.value) == says


def test_a_file_that_may_not_be_replaced_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "evidence.json"
    path.write_text("kept")
    monkeypatch.setattr(os, "access", lambda *_: False)
    with pytest.raises(NotWritableError, match="permission denied"):
        target(str(path))


def test_a_failed_write_leaves_what_was_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "evidence.json"
    path.write_text("kept")
    kept = target(str(path))

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(NotWritableError, match="cannot be written: No space left on device"):
        kept.write("new")
    assert [(entry.name, entry.read_text()) for entry in tmp_path.iterdir()] == [
        ("evidence.json", "kept")
    ]
