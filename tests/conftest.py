"""What holds for every test: nothing of this machine's settings, heavy tests only when asked."""

import os

import pytest
from hypothesis import settings

from tests.programs import runs_everything

PREFIXES = ("AWS_", "SLACK_", "PARAMEDIC_")
NAMES = {"REDIS_URL", "HOST", "PORT"}

# Every run tries the same examples; no test may depend on how fast the machine is.
settings.register_profile("paramedic", deadline=None, derandomize=True, database=None)
settings.load_profile("paramedic")


def pytest_configure() -> None:
    """Keep tests away from the credentials and settings of whoever runs them."""
    if os.environ.get("PARAMEDIC_TEST", "") not in {"", "all"}:
        msg = "PARAMEDIC_TEST knows one value: all"
        raise pytest.UsageError(msg)
    ours = {name for name in os.environ if name.startswith(PREFIXES) or name in NAMES}
    for name in ours - {"PARAMEDIC_TEST"}:
        del os.environ[name]
    os.environ.update(
        AWS_CONFIG_FILE=os.devnull,
        AWS_SHARED_CREDENTIALS_FILE=os.devnull,
        AWS_EC2_METADATA_DISABLED="true",
        NO_PROXY="127.0.0.1,::1,localhost",
    )


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave heavy tests out unless everything, or a marker by name, was asked for."""
    if not leaves_heavy_out(config):
        return
    heavy = [item for item in items if item.get_closest_marker("heavy")]
    config.hook.pytest_deselected(items=heavy)
    items[:] = [item for item in items if item not in heavy]


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    """Say so, where something was left out."""
    if leaves_heavy_out(config):
        terminalreporter.write_line("Heavy tests are left out; PARAMEDIC_TEST=all runs them too.")


def leaves_heavy_out(config: pytest.Config) -> bool:
    """Tell whether the person who runs the tests asked for neither all nor a marker."""
    return not (runs_everything() or config.getoption("markexpr"))
