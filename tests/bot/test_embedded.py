"""The embedded Redis: private, on loopback, kept over a kill, and never left behind."""

import json
import os
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from redis import AuthenticationError

from bot.embedded import EmbeddedError, server, start
from bot.redis import Patience, connect

OWNER = """
import sys, time
from pathlib import Path
from bot.embedded import start
from bot.redis import connect
redis = start(Path(sys.argv[1]))
with connect(redis.url) as client:
    client.set("kept", "yes")
    client.waitaof(1, 0, 5000)
print(redis.process.pid, redis.url, flush=True)
time.sleep(600)
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "data"


@pytest.fixture
def owner(folder: Path) -> Iterator[tuple[subprocess.Popen[bytes], int, str]]:
    """Start another process that has an embedded Redis; give it, the server's pid and URL."""
    command = [sys.executable, "-c", OWNER, str(folder)]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        pid, url = process.stdout.readline().decode().split()
        yield process, int(pid), url
        process.kill()


def is_alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


def test_it_answers_on_loopback_with_a_password_and_an_append_only_file(folder: Path) -> None:
    redis = start(folder)
    with connect(redis.url) as client:
        config = client.config_get("bind", "appendonly", "appendfsync", "maxmemory-policy")
        persistence = client.info("persistence")
    stranger = connect(redis.url.replace(redis.url.split("@")[0], "redis://"), Patience.ACK)
    with stranger, pytest.raises(AuthenticationError):
        stranger.ping()
    assert redis.is_running()
    redis.stop()
    redis.stop()
    assert not redis.is_running()
    assert config == {
        "bind": "127.0.0.1",
        "appendonly": "yes",
        "appendfsync": "everysec",
        "maxmemory-policy": "noeviction",
    }
    assert persistence["aof_enabled"] == 1


def test_nobody_else_can_read_its_files(folder: Path) -> None:
    folder.mkdir(mode=0o755)
    start(folder).stop()
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    for name in ("server.conf", "server.json", "owner.lock", "server.lock"):
        assert stat.S_IMODE((folder / name).stat().st_mode) == 0o600


def test_what_was_written_is_there_after_a_stop(folder: Path) -> None:
    for expected in (None, "1"):
        redis = start(folder)
        with connect(redis.url) as client:
            assert client.get("a") == expected
            client.set("a", "1")
        redis.stop()


@pytest.mark.skipif(sys.platform != "linux", reason="the kernel's request is Linux's own")
def test_a_killed_owner_leaves_no_server_and_no_loss(
    folder: Path, owner: tuple[subprocess.Popen[bytes], int, str]
) -> None:
    process, pid, _ = owner
    assert is_alive(pid)
    process.kill()
    process.wait()
    while is_alive(pid):
        time.sleep(0.01)
    redis = start(folder)
    with connect(redis.url) as client:
        assert client.get("kept") == "yes"
    redis.stop()


def test_a_second_owner_is_refused_in_one_sentence(
    folder: Path, owner: tuple[subprocess.Popen[bytes], int, str]
) -> None:
    with pytest.raises(EmbeddedError, match="is used by another paramedic already; stop that"):
        start(folder)
    with connect(owner[2]) as client:
        assert client.get("kept") == "yes"


def test_a_server_that_outlived_its_owner_is_ended_first(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As where the kernel cannot be asked: the owner's lock is free, the server's is held."""
    first = start(folder)
    with connect(first.url) as client:
        client.set("kept", "yes")
    os.close(first.owner_lock)
    second = start(folder)
    assert first.process.wait() == 0
    with connect(second.url) as client:
        assert client.get("kept") == "yes"
    monkeypatch.setattr(server, "STOP_WITHIN_S", 0.1)
    os.close(second.owner_lock)
    (folder / "server.json").write_text(json.dumps({"schema": 1, "url": "redis://127.0.0.1:1"}))
    with pytest.raises(EmbeddedError, match=r"still runs in .* and does not end"):
        start(folder)
    second.process.kill()
    second.process.wait()


def test_a_server_that_does_not_end_is_killed(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(server, "STOP_WITHIN_S", 0.1)
    redis = start(folder)
    redis.process.send_signal(signal.SIGSTOP)
    redis.stop()
    assert redis.process.returncode == -signal.SIGKILL


def test_a_server_that_cannot_start_says_why(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server, "CONFIG", "port {port}\nnonsense {password}\n")
    with pytest.raises(EmbeddedError, match=r"\AThe embedded Redis does not start: .*server\.log"):
        start(folder)


def test_a_server_that_never_answers_is_given_up(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(server, "START_WITHIN_S", 0.0)
    monkeypatch.setattr(server, "PORTS_TRIED", 1)
    monkeypatch.setattr(server, "CONFIG", "port 0\n")
    with pytest.raises(EmbeddedError, match="does not start"):
        start(folder)


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(EmbeddedError, match=r"file/data cannot be used for data: Not a directory"):
        start(tmp_path / "file" / "data")


def test_a_folder_of_another_user_is_refused(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "getuid", lambda: 4711)
    with pytest.raises(EmbeddedError, match="belongs to another user"):
        start(folder)


def test_a_name_that_would_break_the_settings_is_refused(tmp_path: Path) -> None:
    with pytest.raises(EmbeddedError, match="a quote, a backslash or a line break"):
        start(tmp_path / 'a"\nport 1')


def test_the_launcher_does_not_start_for_a_parent_that_is_gone() -> None:
    gone = [
        sys.executable,
        "-I",
        "-S",
        str(Path(server.__file__).with_name("launch.py")),
        "1",
        "/bin/false",
    ]
    assert subprocess.run(gone, check=False, capture_output=True).returncode == 1
    here = [*gone[:4], str(os.getpid()), "/bin/echo", "it runs"]
    done = subprocess.run(here, check=True, capture_output=True)
    assert done.stdout == b"it runs\n"
