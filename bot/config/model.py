"""What can be set."""

from dataclasses import dataclass
from enum import StrEnum

DEFAULT_HOST = "127.0.0.1"
DEFAULT_PORT = 3000


class ConfigError(Exception):
    """The settings are wrong; `problems` has a sentence for each fault."""

    def __init__(self, problems: tuple[str, ...]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


class Undiagnosable(StrEnum):
    """What an alert becomes that no diagnosis exists for."""

    INCIDENT = "incident"
    IGNORE = "ignore"


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """An AWS account that may be read."""

    alias: str
    id: str
    role_arn: str | None = None  # None: own credentials, which must be this account's
    external_id: str | None = None
    regions: tuple[str, ...] = ()  # the first is the default; (): the AWS SDK's own


@dataclass(frozen=True, slots=True, kw_only=True)
class Workload:
    """Who calls a table."""

    table: str  # name or ARN
    account: str | None = None  # the account's id; None: any
    function: str | None = None
    ecs: str | None = None  # "cluster/service"
    role: str | None = None
    log_groups: tuple[str, ...] = ()
    subnets: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Channel:
    """A Slack channel and what happens in it."""

    id: str
    alerts: bool = False
    accounts: tuple[str, ...] = ()  # ids that may be diagnosed here; (): every configured one
    undiagnosable: Undiagnosable = Undiagnosable.INCIDENT


@dataclass(frozen=True, slots=True, kw_only=True)
class Allow:
    """Who may give which commands about which accounts."""

    commands: tuple[str, ...]
    accounts: tuple[str, ...] = ()  # ids; (): every configured one
    users: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    members: bool = False  # every full member


@dataclass(frozen=True, slots=True, kw_only=True)
class DiagnosisSettings:
    """What a diagnosis needs to know, in a terminal too."""

    accounts: tuple[Account, ...] = ()
    workloads: tuple[Workload, ...] = ()
    default_account: str | None = None  # an id

    @property
    def regions(self) -> tuple[str, ...]:
        """Every region the configuration names, each once."""
        named = (region for account in self.accounts for region in account.regions)
        return tuple(dict.fromkeys(named))

    def account(self, name: str) -> Account | None:
        """Return the account of this alias or id."""
        return next((a for a in self.accounts if name in (a.alias, a.id)), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class SlackSettings:
    """How the bot speaks to Slack, and who may speak to it."""

    bot_token: str
    signing_secret: str | None = None  # enables HTTP
    app_token: str | None = None  # enables Socket Mode
    api_url: str | None = None  # None: Slack's own
    workspaces: tuple[str, ...] = ()  # (): the bot token's own
    channels: tuple[Channel, ...] = ()
    allow: tuple[Allow, ...] = ()  # (): full members, where the bot is a member

    @property
    def alert_channels(self) -> frozenset[str]:
        """The channels whose messages are read as alerts."""
        return frozenset(channel.id for channel in self.channels if channel.alerts)


@dataclass(frozen=True, slots=True, kw_only=True)
class BotSettings:
    """Everything the bot's processes need."""

    diagnosis: DiagnosisSettings
    slack: SlackSettings
    redis_url: str | None = None  # None: the embedded one, where a command brings one
    host: str = DEFAULT_HOST
    port: int | None = None  # None: not set, which is DEFAULT_PORT for `web`
    metrics_token: str | None = None
