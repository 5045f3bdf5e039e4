"""From what was asked to a request, with every default filled in."""

import difflib
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from diagnostics import arn
from diagnostics.errors import UsageError
from diagnostics.model import Request
from handlers.parsing.asked import Account, Asked, Named, Workload
from handlers.parsing.typed import shown

DEFAULT_SINCE = timedelta(hours=1)
NO_REGION = "No region is named: say region=eu-west-1, or set AWS_REGION."


def window(asked: Asked, now: datetime) -> tuple[datetime, datetime]:
    """Return the window to look at, in UTC: around `at`, or up to now."""
    now, span = now.astimezone(UTC), asked.since or DEFAULT_SINCE
    if asked.at is None:
        return now - span, now
    return asked.at - span / 2, min(asked.at + span / 2, now)


def request_from(
    asked: Asked,
    *,
    now: datetime,
    region: str | None,
    account: str | None,
    valid_region: Callable[[str], bool],
    workloads: Sequence[Workload] = (),
    accounts: Sequence[Account] = (),
    known_regions: Sequence[str] = (),
) -> Request:
    """Return the request: typed words first, then configuration, text and defaults.

    `region` and `account` are the defaults; `known_regions` only helps to say which region
    was meant. Raises UsageError where a region or account cannot be told.
    """
    table = asked.table or asked.named.table
    of_account = _account(asked.account, accounts)
    default = of_account or _account(account, accounts)
    workload = None if asked.has_caller else _workload(table, default, workloads, accounts)
    caller = _caller(asked, workload)
    if of_account is None:
        of_account = _account(workload.account if workload else None, accounts)
        of_account = of_account or asked.named.account or default
    configured = next((a for a in accounts if a.id == of_account), None)
    since, until = window(asked, now)
    return Request(
        service=asked.service or "dynamodb",
        error=asked.error,
        text=asked.text,
        table=table,
        index=asked.index or asked.named.index,
        function=caller.function,
        ecs=caller.ecs,
        role=caller.role,
        log_groups=caller.log_groups,
        subnets=caller.subnets,
        lb=asked.lb or asked.named.lb,
        region=_region(asked, table, configured, region, valid_region, known_regions),
        account=of_account,
        regions=configured.regions if configured else (),
        since=since,
        until=until,
        now=now.astimezone(UTC),
    )


def _caller(asked: Asked, workload: Workload | None) -> Asked | Workload | Named:
    """Return who calls: typed, else configured, else named by an ARN or log group in the text."""
    return asked if asked.has_caller else workload or asked.named


def _workload(
    table: str | None,
    account: str | None,
    workloads: Sequence[Workload],
    accounts: Sequence[Account],
) -> Workload | None:
    """Return the first configured caller of the table, in this account or the table's own."""
    if table is None:
        return None
    named = arn.parse(table)
    mine = {account, named.account if named else None} - {None}
    fitting = [w for w in workloads if arn.name_of(w.table) == arn.name_of(table)]
    of = {id(w): _account(w.account, accounts) for w in fitting}
    if mine:
        return next((w for w in fitting if of[id(w)] is None or of[id(w)] in mine), None)
    return fitting[0] if len(set(of.values())) == 1 else None


def _account(name: str | None, accounts: Sequence[Account]) -> str | None:
    """Return the id of an alias; an id stays as it is."""
    if name is None or name.isdigit():
        return name
    found = next((a.id for a in accounts if a.alias == name), None)
    if found:
        return found
    known = [a.alias for a in accounts]
    meant = difflib.get_close_matches(name, known, n=1)
    hint = f"{meant[0]} is the nearest" if meant else f"known are {', '.join(known) or 'none'}"
    raise UsageError(f"account={shown(name)} is no alias of the configuration: {hint}.")


def _region(
    asked: Asked,
    table: str | None,
    configured: Account | None,
    default: str | None,
    valid_region: Callable[[str], bool],
    known_regions: Sequence[str],
) -> str:
    typed = asked.region or asked.arn_region
    if typed:
        return _checked(typed, valid_region, known_regions)
    table_arn = arn.parse(table)
    for named in (table_arn.region if table_arn else None, asked.named.region):
        if named and valid_region(named):
            return named
    fallback = configured.regions[0] if configured and configured.regions else default
    if fallback is None:
        raise UsageError(NO_REGION)
    return _checked(fallback, valid_region, known_regions)


def _checked(region: str, valid_region: Callable[[str], bool], known_regions: Sequence[str]) -> str:
    if valid_region(region):
        return region
    meant = difflib.get_close_matches(region, known_regions, n=1)
    hint = f"region={meant[0]} is the nearest" if meant else "say region=eu-west-1, for example"
    raise UsageError(f"There is no region {shown(region)}: {hint}.")


def with_alert(asked: Asked, alert: Named) -> Asked:
    """Return what was asked with an alert's own dimensions, which come after the text's."""
    named = asked.named
    caller = named if named.has_caller else alert
    return replace(
        asked,
        named=Named(
            region=named.region or alert.region,
            account=named.account or alert.account,
            table=named.table or alert.table,
            index=named.index or alert.index,
            function=caller.function,
            ecs=caller.ecs,
            role=caller.role,
            log_groups=caller.log_groups,
            subnets=caller.subnets,
            lb=named.lb or alert.lb,
        ),
    )
