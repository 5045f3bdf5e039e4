"""`paramedic diagnose`: one diagnosis against AWS, with the AWS SDK's own credentials."""

import argparse
import functools
import math
import os
import secrets
import sys
import time
from dataclasses import replace
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from bot.commands.report import add_output, output_of
from bot.config import ConfigError, DiagnosisSettings, environment, load_diagnosis_settings
from bot.files import NotWritableError, Target, read_text, target
from bot.progress import Progress
from bot.terminal import show
from diagnostics import evidence, payload, redact
from diagnostics.aws.accounts import Account
from diagnostics.aws.reader import Aws
from diagnostics.aws.regions import nearest_region, valid_region
from diagnostics.checks import ALL
from diagnostics.diagnosis import DEADLINE_S, diagnose
from diagnostics.errors import UsageError
from diagnostics.model import Report, Request
from diagnostics.replay import ALLOWED, record
from handlers import parsing

LONGEST_PAYLOAD_BYTES = 64_000_000
LONGEST_DEADLINE_S = 900.0


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "words",
        metavar="WORDS",
        nargs="*",
        help="what failed, such as: dynamodb 408 table=orders function=checkout (help says more)",
    )
    add_output(parser)
    parser.add_argument("--record", metavar="FILE", help="write the evidence, for replay")
    parser.add_argument(
        "--payload", metavar="FILE", help="a request body to check too; its values stay here"
    )
    parser.add_argument(
        "--deadline",
        metavar="SECONDS",
        type=_seconds,
        default=DEADLINE_S,
        help=f"end after so long with what is known (default: {DEADLINE_S:g})",
    )


def run(args: argparse.Namespace) -> int:
    """Diagnose, and print the report."""
    if args.words and parsing.wants_help(args.words):
        sys.stdout.write(f"{parsing.help_text()}\n")
        return 0
    now = _now()
    asked = parsing.parse(args.words, now=now)
    body = None if args.payload is None else _payload(args.payload)
    kept = None if args.record is None else target(args.record)
    settings = _settings()
    aws = _aws(settings)
    try:
        request = _request(asked, settings, aws, now, body)
        problem = aws.credentials_problem()
        if problem is not None:
            raise ConfigError((f"{problem.removesuffix('.')} (paramedic demo needs none).",))
        report, unkept = _diagnosed(request, aws, args.deadline, kept)
    finally:
        aws.close()
    show(report, output_of(args))
    if unkept is not None:
        raise unkept
    return 0


def _now() -> datetime:
    """Return the time in whole milliseconds, which is what evidence and reports keep."""
    now = datetime.now(UTC)
    return now.replace(microsecond=now.microsecond // 1000 * 1000)


def _seconds(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = math.nan
    if not 0 < seconds <= LONGEST_DEADLINE_S:
        raise argparse.ArgumentTypeError(
            f"it must be a number of seconds up to {LONGEST_DEADLINE_S:g}"
        )
    return seconds


def _payload(name: str) -> str:
    """Return a request body that can be checked."""
    text = read_text(name, LONGEST_PAYLOAD_BYTES)
    try:
        payload.load(text)
    except payload.PayloadError as error:
        raise UsageError(str(error)) from error
    return text


def _settings() -> DiagnosisSettings:
    """Return the settings; what .env says of AWS is there for the AWS SDK too."""
    here = Path()
    settings = load_diagnosis_settings(os.environ, here)
    for name, value in environment(os.environ, here).items():
        os.environ.setdefault(name, value)
    return settings


def _aws(settings: DiagnosisSettings) -> Aws:
    accounts = {
        name: Account(id=a.id, role_arn=a.role_arn, external_id=a.external_id)
        for a in settings.accounts
        for name in (a.alias, a.id)
    }
    return Aws(
        allowed=ALLOWED,
        redact=functools.partial(redact.answer, salt=secrets.token_bytes(16)),
        accounts=accounts,
        version=version("paramedic"),
    )


def _request(
    asked: parsing.Asked,
    settings: DiagnosisSettings,
    aws: Aws,
    now: datetime,
    body: str | None,
) -> Request:
    """Return the request with every default filled in, and no secret in it."""
    # botocore itself reads AWS_DEFAULT_REGION only; every other SDK, and Lambda, AWS_REGION.
    default = aws.default_region or os.environ.get("AWS_REGION") or None
    wanted = asked.region or asked.arn_region or default
    request = parsing.request_from(
        asked,
        now=now,
        region=default,
        account=settings.default_account,
        valid_region=functools.partial(valid_region, extra=settings.regions),
        workloads=[
            parsing.Workload(
                table=w.table,
                account=w.account,
                function=w.function,
                ecs=w.ecs,
                role=w.role,
                log_groups=w.log_groups,
                subnets=w.subnets,
            )
            for w in settings.workloads
        ],
        accounts=[
            parsing.Account(alias=a.alias, id=a.id, regions=a.regions) for a in settings.accounts
        ],
        known_regions=(nearest_region(wanted),) if wanted else (),
    )
    text = None if request.text is None else redact.text(request.text)
    error = None if request.error is None else redact.text(request.error)
    return replace(request, text=text, error=error, payload=body)


def _diagnosed(
    request: Request, aws: Aws, deadline_s: float, kept: Target | None
) -> tuple[Report, NotWritableError | None]:
    """Return the report, and why its evidence could not be kept."""
    reader = aws.reader(
        region=request.region, account=request.account, until=time.monotonic() + deadline_s
    )
    with Progress(len(ALL)) as progress:
        if kept is None:
            return diagnose(request, reader, deadline_s=deadline_s, on_progress=progress), None
        report, world = record(
            request,
            reader,
            version=version("paramedic"),
            deadline_s=deadline_s,
            on_progress=progress,
        )
    try:
        kept.write(evidence.dump(world))
    except NotWritableError as error:
        return report, error
    return report, None
