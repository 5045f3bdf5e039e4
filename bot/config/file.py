"""Reads paramedic.toml."""

import re
import tomllib
from dataclasses import dataclass
from pathlib import Path

from bot.config.model import Account, Allow, Channel, Undiagnosable, Workload
from bot.config.table import Problem, Table, nearest, quoted
from diagnostics import arn

# What a person can be allowed to do.
COMMANDS = ("diagnose", "incident")

ANYTHING = re.compile(r"\S(?:.{0,2046}\S)?")
ALIAS = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,62}")
ACCOUNT_ID = re.compile(r"[0-9]{12}")
ROLE_ARN = re.compile(r"arn:aws[a-z-]{0,20}:iam::[0-9]{12}:role/[\w+=,.@/-]{1,576}", re.ASCII)
# Source: STS API reference, AssumeRole, ExternalId.
EXTERNAL_ID = re.compile(r"[\w+=,.@:/-]{2,1224}", re.ASCII)
# By shape: a region this program does not know yet becomes known by being named here.
REGION = re.compile(r"[a-z]{2,4}(?:-[a-z]{2,12}){1,2}-[0-9]{1,2}")
# Source: DynamoDB developer guide, "Naming rules"; a table's ARN stands for it too.
TABLE = re.compile(r"[A-Za-z0-9_.-]{3,255}|arn:aws[a-z-]*:dynamodb:[a-z0-9-]+:[0-9]{12}:table/\S+")
ECS = re.compile(r"[\w-]{1,255}/[\w-]{1,255}|arn:aws[a-z-]*:ecs:\S{1,600}", re.ASCII)
SUBNET = re.compile(r"subnet-[0-9a-f]{8,17}")
# Source: Slack's "Conversations API" and "Users" references: ids are capital letters and digits.
WORKSPACE = re.compile(r"[TE][A-Z0-9]{2,20}")
CHANNEL = re.compile(r"[CG][A-Z0-9]{2,20}")
USER = re.compile(r"[UW][A-Z0-9]{2,20}")
GROUP = re.compile(r"S[A-Z0-9]{2,20}")

AN_ACCOUNT_ID = "12 digits in quotes"
A_REGION = 'a region such as "eu-west-1"'
A_NAME = "a name in quotes"


@dataclass(frozen=True, slots=True, kw_only=True)
class FileSettings:
    """What the file says."""

    accounts: tuple[Account, ...] = ()
    workloads: tuple[Workload, ...] = ()
    default_account: str | None = None
    workspaces: tuple[str, ...] = ()
    channels: tuple[Channel, ...] = ()
    allow: tuple[Allow, ...] = ()


def read_file(path: Path, problem: Problem, *, must_exist: bool) -> FileSettings:
    """Return what the file says, every fault noted; a file that need not exist may be absent."""
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        if must_exist:
            problem(f"{path}: there is no such file, but PARAMEDIC_CONFIG names it.")
        return FileSettings()
    except UnicodeDecodeError:
        problem(f"{path}: this is not a text file in UTF-8.")
    except tomllib.TOMLDecodeError as error:
        problem(f"{path}: this is not TOML: {error}.")
    except RecursionError:
        problem(f"{path}: this is nested too deeply.")
    except (OSError, ValueError) as error:
        problem(f"{path}: cannot be read: {getattr(error, 'strerror', None) or error}.")
    else:
        return settings_of(Table(content, str(path), problem))
    return FileSettings()


def settings_of(file: Table) -> FileSettings:
    """Return what the file's tables say."""
    accounts = _accounts(file)
    slack = file.table("slack")
    default = slack.text("default_account", ANYTHING, "the alias of an account")
    settings = FileSettings(
        accounts=accounts,
        workloads=tuple(filter(None, (_workload(t, accounts) for t in file.tables("workloads")))),
        default_account=_account_id(slack, "default_account", default, accounts),
        workspaces=slack.texts("workspaces", WORKSPACE, 'a workspace id such as "T0123ABCD"'),
        channels=_channels(file, accounts),
        allow=tuple(filter(None, (_allow(t, accounts) for t in file.tables("allow")))),
    )
    slack.end()
    file.end()
    return settings


def _accounts(file: Table) -> tuple[Account, ...]:
    found: dict[str, Account] = {}
    for alias, table in file.named_tables("accounts"):
        account = _account(alias, table)
        if account is None:
            continue
        if account.id in found:
            table.says(f"id {account.id} is already that of {found[account.id].alias}.")
        found.setdefault(account.id, account)
    return tuple(found.values())


def _account(alias: str, table: Table) -> Account | None:
    if not ALIAS.fullmatch(alias) or ACCOUNT_ID.fullmatch(alias):
        table.says("an alias is made of letters, digits, - and _, and is not an account's id.")
    account_id = table.text("id", ACCOUNT_ID, AN_ACCOUNT_ID)
    role_arn = table.text(
        "role_arn", ROLE_ARN, 'a role\'s ARN such as "arn:aws:iam::123456789012:role/name"'
    )
    external_id = table.text("external_id", EXTERNAL_ID, "2 to 1,224 letters, digits or +=,.@:/-_")
    regions = table.texts("regions", REGION, A_REGION)
    if not table.has("id"):
        table.says(f"id is missing: {AN_ACCOUNT_ID}.")
    if external_id is not None and not table.has("role_arn"):
        table.says("external_id needs a role_arn: it is sent when that role is assumed.")
    role = arn.parse(role_arn)
    if role and account_id and role.account != account_id:
        table.says(f"role_arn belongs to account {role.account}, but id is {account_id}.")
    table.end()
    if account_id is None:
        return None
    return Account(
        alias=alias, id=account_id, role_arn=role_arn, external_id=external_id, regions=regions
    )


def _workload(table: Table, accounts: tuple[Account, ...]) -> Workload | None:
    named = table.text("table", TABLE, "a table's name or ARN")
    account = table.text("account", ANYTHING, "the alias or id of an account")
    caller = {
        "function": table.text("function", ANYTHING, A_NAME),
        "ecs": table.text("ecs", ECS, '"cluster/service"'),
        "role": table.text("role", ANYTHING, A_NAME),
    }
    log_groups = table.texts("log_groups", ANYTHING, A_NAME)
    subnets = table.texts("subnets", SUBNET, 'a subnet id such as "subnet-0123abcd"')
    if not table.has("table"):
        table.says("table is missing: a table's name or ARN.")
    if not any(table.has(key) for key in (*caller, "log_groups", "subnets")):
        table.says("it names no caller: give function, ecs, role, log_groups or subnets.")
    account_id = _account_id(table, "account", account, accounts)
    table.end()
    if named is None:
        return None
    return Workload(
        table=named, account=account_id, log_groups=log_groups, subnets=subnets, **caller
    )


def _channels(file: Table, accounts: tuple[Account, ...]) -> tuple[Channel, ...]:
    found: dict[str, Channel] = {}
    for table in file.tables("channels"):
        channel = _channel(table, accounts)
        if channel is None:
            continue
        if channel.id in found:
            table.says(f"channel {channel.id} is already described.")
        found.setdefault(channel.id, channel)
    return tuple(found.values())


def _channel(table: Table, accounts: tuple[Account, ...]) -> Channel | None:
    channel_id = table.text("id", CHANNEL, 'a channel id such as "C0123ABCD"')
    choices = re.compile("|".join(Undiagnosable))
    undiagnosable = table.text("undiagnosable", choices, '"incident" or "ignore"')
    alerts = table.flag("alerts")
    allowed = _account_ids(table, accounts)
    if not table.has("id"):
        table.says('id is missing: a channel id such as "C0123ABCD".')
    table.end()
    if channel_id is None:
        return None
    return Channel(
        id=channel_id,
        alerts=alerts,
        accounts=allowed,
        undiagnosable=Undiagnosable(undiagnosable or Undiagnosable.INCIDENT),
    )


def _allow(table: Table, accounts: tuple[Account, ...]) -> Allow | None:
    commands = table.texts("commands", re.compile("|".join(COMMANDS)), " or ".join(COMMANDS))
    allow = Allow(
        commands=commands,
        accounts=_account_ids(table, accounts),
        users=table.texts("users", USER, 'a user id such as "U0123ABCD"'),
        groups=table.texts("groups", GROUP, 'a user group id such as "S0123ABCD"'),
        members=table.flag("members"),
    )
    if not table.has("commands"):
        table.says(f"commands is missing: {' or '.join(COMMANDS)}.")
    if not (table.has("users") or table.has("groups") or allow.members):
        table.says("it allows nobody: give users, groups or members = true.")
    table.end()
    return allow if commands else None


def _account_ids(table: Table, accounts: tuple[Account, ...]) -> tuple[str, ...]:
    names = table.texts("accounts", ANYTHING, "the alias or id of an account")
    ids = (_account_id(table, "accounts", name, accounts) for name in names)
    return tuple(dict.fromkeys(found for found in ids if found))


def _account_id(
    table: Table, key: str, name: str | None, accounts: tuple[Account, ...]
) -> str | None:
    """Return the id of the account that an alias or id names; one not configured is a problem."""
    if name is None:
        return None
    found = next((account.id for account in accounts if name in (account.alias, account.id)), None)
    if found is None:
        aliases = [account.alias for account in accounts]
        hint = nearest(name, aliases) if aliases else "add it as [accounts.<alias>]."
        table.says(f"{key}: there is no account {quoted(name)}; {hint}")
    return found
