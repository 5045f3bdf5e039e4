"""What somebody asked, as typed: no default filled in."""

from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """What a text, an ARN or a console URL names."""

    region: str | None = None
    account: str | None = None
    table: str | None = None  # name or ARN
    index: str | None = None
    function: str | None = None
    ecs: str | None = None
    role: str | None = None
    log_groups: tuple[str, ...] = ()
    subnets: tuple[str, ...] = ()
    lb: str | None = None

    @property
    def has_caller(self) -> bool:
        """Whether it says who calls the table."""
        return bool(self.function or self.ecs or self.role or self.log_groups or self.subnets)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """The words of one diagnosis, understood."""

    service: str | None = None
    error: str | None = None  # AWS's or the client's code, a status, or a general word
    text: str | None = None  # the error text pasted
    table: str | None = None
    index: str | None = None
    function: str | None = None
    ecs: str | None = None
    role: str | None = None
    log_groups: tuple[str, ...] = ()
    subnets: tuple[str, ...] = ()
    lb: str | None = None
    region: str | None = None
    account: str | None = None  # 12 digits, or an alias of the configuration
    since: timedelta | None = None
    at: datetime | None = None
    arn_region: str | None = None  # the region of an ARN or console URL that was typed
    named: Named = Named()  # what the pasted text names

    @property
    def has_caller(self) -> bool:
        """Whether somebody typed who calls the table."""
        return bool(self.function or self.ecs or self.role or self.log_groups or self.subnets)


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """An account of the configuration."""

    alias: str
    id: str
    regions: tuple[str, ...] = ()  # the first is the default


@dataclass(frozen=True, slots=True, kw_only=True)
class Workload:
    """Who calls a table, by the configuration's `[[workloads]]`."""

    table: str
    account: str | None = None  # alias or id; None: of any account
    function: str | None = None
    ecs: str | None = None
    role: str | None = None
    log_groups: tuple[str, ...] = ()
    subnets: tuple[str, ...] = ()
