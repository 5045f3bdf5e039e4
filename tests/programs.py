"""Programs of the operating system that heavy tests start."""

import os
import shutil
from pathlib import Path

import pytest

PACKAGES = Path(__file__).parents[1] / ".ci" / "packages"


def runs_everything() -> bool:
    """Tell whether the heavy tests are to run, and none may be skipped."""
    return os.environ.get("PARAMEDIC_TEST") == "all"


def needs_program(name: str) -> str:
    """Return the program's path; skip the test without it, or fail where all are to run."""
    package = debian_packages().get(name)
    if package is None:
        msg = f"{name} is not listed in .ci/packages, so no machine would install it"
        raise LookupError(msg)
    path = shutil.which(name)
    if path is not None:
        return path
    says = f"{name} is not installed (Debian: apt-get install {package})"
    if runs_everything():
        pytest.fail(says, pytrace=False)
    pytest.skip(says)


def debian_packages() -> dict[str, str]:
    """Return the Debian package of each program listed."""
    lines = (line.partition("#")[0].split() for line in PACKAGES.read_text().splitlines())
    return {fields[0]: fields[1] for fields in lines if fields}
