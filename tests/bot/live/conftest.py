"""An empty folder, no settings, and nothing left in the log's handlers."""

import logging
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.bot.live.terminal import Terminal


@pytest.fixture
def terminal(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Iterator[Terminal]:
    monkeypatch.chdir(tmp_path)
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield Terminal(capsys=capsys, monkeypatch=monkeypatch, folder=tmp_path)
    root.handlers[:] = handlers
    root.setLevel(level)
