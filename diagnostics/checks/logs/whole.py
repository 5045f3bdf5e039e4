"""What all failing lines together say, for and against."""

from collections.abc import Iterator

from diagnostics.checks.logs.counted import evidence, of_all
from diagnostics.facts.logs import Failures, Line, is_noise
from diagnostics.model import Finding, Strength, SymptomClass
from diagnostics.symptom import Mark

# This share of the failing connections must go to one sort of host to blame, or to clear, it.
# Engineering judgement.
HOST_SHARE = 0.95
# Below this share of name errors a slow resolver is no more than a stray.
DNS_SHARE = 0.5
BY_DESIGN = frozenset({"ConditionalCheckFailedException"})
# Answers that a retry does not change, so that SDKs print them at once.
# Source: DynamoDB developer guide, "Error retries and exponential backoff".
REFUSED_REQUEST = frozenset({"ValidationException", "SerializationException", "ValidationError"})
# A caller that is cut off by its own deadline prints none of its errors.
SILENT = frozenset({SymptomClass.DEADLINE})
ACCOUNT_LABEL = ".ddb."


def findings(failures: Failures) -> Iterator[Finding]:
    """Return what the hosts, the names and the mixture of all failures say."""
    if is_noise(failures.lines):
        return
    hosts = tuple(_hosts(failures))
    yield from hosts
    if not any(f.strength is Strength.PROVES for f in hosts):
        yield from _dns(failures)
    yield from _conditional(failures)
    yield from _absent(failures)


def _unreached(failures: Failures) -> tuple[Line, ...]:
    """Return the lines of calls that reached nothing, with the host they went to."""
    return tuple(
        line
        for line in failures.failed()
        if line.reading.host
        and line.reading.service == "dynamodb"
        and (
            line.reading.symptom_class is SymptomClass.CONNECT
            or line.reading.marks & {Mark.DNS, Mark.PROXY, Mark.TLS}
        )
    )


def is_account_host(host: str | None) -> bool:
    """Whether a host is an account-based endpoint: <account>.ddb.<region>.amazonaws.com.

    Source: AWS SDKs and Tools reference guide, "Account-based endpoints".
    """
    label, found, _ = (host or "").partition(ACCOUNT_LABEL)
    return bool(found) and len(label) == 12 and label.isdigit()  # noqa: PLR2004 - an account id's


def _hosts(failures: Failures) -> Iterator[Finding]:
    """Judge the host names of the calls that did not connect."""
    lines = _unreached(failures)
    if is_noise(lines):
        return
    new = tuple(line for line in lines if is_account_host(line.reading.host))
    if len(new) >= HOST_SHARE * len(lines):
        host = new[0].reading.host or ""
        yield Finding(
            cause="network.endpoint_host",
            strength=_host_strength(new, failures),
            says=f"{of_all(new, failures)} could not connect to {host}, the account-based name "
            "that newer SDKs call; a proxy, DNS server or allow-list made for "
            "dynamodb.<region> does not know it.",
            evidence=(evidence(new),),
            scope=host,
            first_at=new[0].at,
            values={"host": host},
        )
    elif not new and not any(_is_unusual(line.reading.host) for line in lines):
        yield Finding(
            cause="network.endpoint_host",
            strength=Strength.AGAINST,
            says=f"{of_all(lines, failures)} name the host that did not connect, and it is the "
            "usual regional one each time.",
            evidence=(evidence(lines),),
        )


def _host_strength(lines: tuple[Line, ...], failures: Failures) -> Strength:
    """Inside a VPC a missing route stops this host as it would any other: no proof there."""
    named = sum(bool(line.reading.marks & {Mark.DNS, Mark.PROXY}) for line in lines)
    if named >= HOST_SHARE * len(lines) or not _in_vpc(failures):
        return Strength.PROVES
    return Strength.SUGGESTS


def _in_vpc(failures: Failures) -> bool:
    return failures.caller is not None and failures.caller.in_vpc is True


def _is_unusual(host: str | None) -> bool:
    return not (host or "").startswith("dynamodb.")


def _dns(failures: Failures) -> Iterator[Finding]:
    lines = tuple(line for line in failures.failed() if Mark.DNS in line.reading.marks)
    if is_noise(lines):
        return
    many = failures.share(lines) >= DNS_SHARE
    yield Finding(
        cause="network.dns",
        strength=Strength.SUGGESTS if many else Strength.HINTS,
        says=f"{of_all(lines, failures)}: the host's name did not resolve "
        f"({lines[0].reading.code}).",
        evidence=(evidence(lines),),
        scope=lines[0].reading.host or lines[0].group,
        first_at=lines[0].at,
    )


def _conditional(failures: Failures) -> Iterator[Finding]:
    """Clear the application's own logic where other failures lead."""
    designed = tuple(line for line in failures.failed() if line.reading.code in BY_DESIGN)
    others = tuple(line for line in failures.failed() if line.reading.code not in BY_DESIGN)
    if is_noise(others) or len(designed) * 2 >= len(failures.lines):
        return
    yield Finding(
        cause="contention.conditional",
        strength=Strength.AGAINST,
        says=f"{len(designed)} failed conditions beside {len(others)} other failures: conditions "
        "fail by the application's own logic, and are not what fails here.",
        evidence=(evidence(designed or others),),
    )


def _absent(failures: Failures) -> Iterator[Finding]:
    """Clear what would print errors of its own and printed none."""
    told = tuple(line for line in failures.failed() if line.reading.symptom_class not in SILENT)
    if failures.capped or failures.missing or is_noise(told):
        return
    codes = {line.reading.code for line in failures.lines}
    reasons = {r for line in told for r in line.reading.cancellation_reasons}
    if not codes & REFUSED_REQUEST and "ValidationError" not in reasons:
        yield Finding(
            cause="payload.validation",
            strength=Strength.AGAINST,
            says=f"None of {len(told)} failing log lines is a ValidationException: a request that "
            "DynamoDB refuses is answered with one at once.",
            evidence=(evidence(told),),
        )
    if not any(Mark.POOL in line.reading.marks for line in failures.lines):
        yield Finding(
            cause="client.pool",
            strength=Strength.AGAINST,
            says=f"None of {len(told)} failing log lines speaks of the client's connection pool.",
            evidence=(evidence(told),),
        )
