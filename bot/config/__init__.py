"""Settings: from the environment, a .env file and paramedic.toml; all problems told at once."""

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

from bot.config.environment import Environment, with_dotenv
from bot.config.file import FileSettings, read_file
from bot.config.model import (
    DEFAULT_HOST,
    DEFAULT_PORT,
    Account,
    Allow,
    BotSettings,
    Channel,
    ConfigError,
    DiagnosisSettings,
    SlackSettings,
    Undiagnosable,
    Workload,
)

__all__ = [
    "DEFAULT_HOST",
    "DEFAULT_PORT",
    "Account",
    "Allow",
    "BotSettings",
    "Channel",
    "ConfigError",
    "DiagnosisSettings",
    "SlackSettings",
    "Undiagnosable",
    "Workload",
    "environment",
    "load_bot_settings",
    "load_diagnosis_settings",
]

DEFAULT_FILE = "paramedic.toml"


def load_diagnosis_settings(environ: Mapping[str, str], folder: Path) -> DiagnosisSettings:
    """Return what a diagnosis needs: accounts, workloads, regions.

    `folder` is where .env and paramedic.toml are looked for.

    Raises:
        ConfigError: something is wrong, with every problem in it.
    """
    with _Problems() as problems:
        _, file = _sources(environ, folder, problems)
        return _diagnosis(file)


def load_bot_settings(environ: Mapping[str, str], folder: Path) -> BotSettings:
    """Return what the bot needs: the same, Slack, Redis and the web server.

    Raises:
        ConfigError: something is wrong, with every problem in it.
    """
    with _Problems() as problems:
        merged, file = _sources(environ, folder, problems)
        reading = Environment(merged, problems.add)
        return BotSettings(
            diagnosis=_diagnosis(file),
            slack=_slack(reading, merged, file, problems),
            redis_url=reading.redis_url("REDIS_URL"),
            host=reading.host("HOST", DEFAULT_HOST),
            port=reading.port("PORT"),
            metrics_token=reading.secret("PARAMEDIC_METRICS_TOKEN"),
        )


def environment(environ: Mapping[str, str], folder: Path) -> dict[str, str]:
    """Return the environment with what .env adds to it.

    Raises:
        ConfigError: the file cannot be read.
    """
    with _Problems() as problems:
        return with_dotenv(environ, folder, problems.add)


@dataclass(slots=True)
class _Problems:
    """Collects problems, and raises them together at the end of its block."""

    found: list[str] = field(default_factory=list)

    def add(self, problem: str) -> None:
        self.found.append(problem)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *raised: object) -> None:
        if self.found and raised[0] is None:
            raise ConfigError(tuple(dict.fromkeys(self.found)))


def _sources(
    environ: Mapping[str, str], folder: Path, problems: _Problems
) -> tuple[dict[str, str], FileSettings]:
    merged = with_dotenv(environ, folder, problems.add)
    named = merged.get("PARAMEDIC_CONFIG", "").strip()
    path = folder / named if named else folder / DEFAULT_FILE
    return merged, read_file(path, problems.add, must_exist=bool(named))


def _diagnosis(file: FileSettings) -> DiagnosisSettings:
    return DiagnosisSettings(
        accounts=file.accounts, workloads=file.workloads, default_account=file.default_account
    )


def _slack(
    reading: Environment, merged: Mapping[str, str], file: FileSettings, problems: _Problems
) -> SlackSettings:
    bot_token = reading.secret("SLACK_BOT_TOKEN", "xoxb")
    signing_secret = reading.secret("SLACK_SIGNING_SECRET")
    app_token = reading.secret("SLACK_APP_TOKEN", "xapp")
    if "SLACK_BOT_TOKEN" not in merged:
        problems.add('SLACK_BOT_TOKEN is not set: the bot token of the Slack app ("xoxb-…").')
    if not {"SLACK_SIGNING_SECRET", "SLACK_APP_TOKEN"} & set(merged):
        problems.add(
            "Neither SLACK_SIGNING_SECRET (events over HTTP) nor SLACK_APP_TOKEN (Socket Mode) "
            "is set: Slack could not reach the bot."
        )
    return SlackSettings(
        bot_token=bot_token or "",
        signing_secret=signing_secret,
        app_token=app_token,
        api_url=reading.slack_api_url("SLACK_API_URL"),
        workspaces=file.workspaces,
        channels=_channels(file.channels, reading.channels("PARAMEDIC_ALERT_CHANNELS")),
        allow=file.allow,
    )


def _channels(described: tuple[Channel, ...], alerting: tuple[str, ...]) -> tuple[Channel, ...]:
    """Return the file's channels, those the environment names among them reading alerts."""
    channels = {channel.id: channel for channel in described}
    for channel_id in alerting:
        before = channels.get(channel_id, Channel(id=channel_id))
        channels[channel_id] = dataclasses.replace(before, alerts=True)
    return tuple(channels.values())
