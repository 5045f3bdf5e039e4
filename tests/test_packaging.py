"""What is installed: locked, hashed, and the same for a demo as for the tests."""

import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
LOCKS = ["requirements.txt", "requirements-dev.txt", "requirements-uv.txt"]
PIN = re.compile(r"^([a-z0-9.-]+)(?:\[[a-z,-]+\])?==(\S+)", re.MULTILINE)


def pins(name: str) -> dict[str, set[str]]:
    """Return the versions pinned for each package; several where Pythons differ."""
    pinned: dict[str, set[str]] = {}
    for package, version in PIN.findall((ROOT / name).read_text()):
        pinned.setdefault(package, set()).add(version)
    return pinned


@pytest.mark.parametrize("name", LOCKS)
def test_a_lock_has_hashes_and_names_no_host(name: str) -> None:
    text = (ROOT / name).read_text()
    pinned = PIN.findall(text)
    assert pinned
    assert len(re.findall(r"^\S+==.*\\\n    --hash=sha256:", text, re.MULTILINE)) == len(pinned)
    assert not re.findall(r"://|--index|--find-links", text)


def test_the_tests_run_on_exactly_what_is_deployed() -> None:
    developing = pins("requirements-dev.txt")
    assert {package: developing.get(package) for package in pins("requirements.txt")} == pins(
        "requirements.txt"
    )


def test_every_declared_dependency_is_locked() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    groups = project["dependency-groups"]
    deployed = project["project"]["dependencies"] + groups["build"]
    developing = [entry for entry in groups["dev"] if isinstance(entry, str)]
    assert {named(entry) for entry in deployed} <= set(pins("requirements.txt"))
    assert {named(entry) for entry in developing} <= set(pins("requirements-dev.txt"))


def named(requirement: str) -> str:
    """Return the package a requirement is about: `dramatiq[redis]>=2` is about dramatiq."""
    return re.split(r"[\[<>=!~; ]", requirement, maxsplit=1)[0]
