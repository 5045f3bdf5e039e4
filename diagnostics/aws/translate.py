"""Turns everything that botocore raises into our errors, one clear sentence each."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from botocore import exceptions as sdk
from botocore.model import InvalidShapeError, NoShapeFoundError, OperationNotFoundError
from botocore.parsers import ResponseParserError

from diagnostics.aws import codes
from diagnostics.aws.policy import ASSUME, iam_action
from diagnostics.errors import AwsError, Broken, Denied, Missing, Throttled, Unreachable

# What an answer that cannot be read makes botocore's parsers raise, beside its own errors.
# Caught around botocore's call alone, where nothing of ours runs.
UNREADABLE = (
    ArithmeticError,
    AttributeError,
    LookupError,
    MemoryError,
    OSError,
    RuntimeError,
    TypeError,
    ValueError,
)
CAUGHT = (
    sdk.BotoCoreError,
    sdk.ClientError,
    sdk.UndefinedModelAttributeError,
    InvalidShapeError,
    NoShapeFoundError,
    OperationNotFoundError,
    ResponseParserError,
    *UNREADABLE,
)

# "... is not authorized to perform: kms:Decrypt on resource ...". Source: IAM user guide,
# "Troubleshoot access denied error messages".
_ACTION = re.compile(r"perform: ([a-z0-9-]{1,40}:[A-Za-z]{1,80})\b")
_POLICY = re.compile(
    r"(with an explicit deny in an? [a-z -]{1,40} policy|because no [a-z -]{1,40} policy allows)",
)
_NOT_SHOWN = re.compile(r"[^\x20-\x7e]+")
LONGEST_QUOTE = 160  # characters of somebody else's sentence


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What was asked, where and as whom, for the sentence."""

    op: str
    region: str
    who: str  # "role paramedic-read of account 123456789012"
    about: str | None = None  # the one resource that matters: the role to be assumed

    def __str__(self) -> str:
        about = f" on {self.about}" if self.about else ""
        return f"{self.op} in {self.region}{about}"


def translated(error: BaseException, question: Question) -> AwsError:
    """Return our error for whatever botocore raised on `question`."""
    if isinstance(error, AwsError):
        return error
    if isinstance(error, sdk.ClientError):
        return _said_by_aws(error, question)
    for kinds, say in _SDK:
        if isinstance(error, kinds):
            return say(question, error)
    return _broken(question, error)


def _said_by_aws(error: sdk.ClientError, question: Question) -> AwsError:
    told = error.response.get("Error") if isinstance(error.response, dict) else None
    told = told if isinstance(told, dict) else {}
    code, says = str(told.get("Code") or ""), str(told.get("Message") or "")
    code = _quoted(code.rpartition("#")[2] if "#" in code else code)
    if codes.is_not_found(question.op, code, says):
        return Missing(f"{question}: there is no such thing ({code})", code=code)
    for known, say in _BY_CODE:
        if code in known:
            return say(question, code, says)
    return _by_status(error, question, code, says)


def _by_status(error: sdk.ClientError, question: Question, code: str, says: str) -> AwsError:
    meta = error.response.get("ResponseMetadata")
    status = meta.get("HTTPStatusCode") if isinstance(meta, dict) else None
    if status in _BY_STATUS:
        return _BY_STATUS[status](question, code, says)
    if isinstance(status, int) and status >= 500:  # noqa: PLR2004 - HTTP's server errors
        return _no_answer(question, code, says)
    sentence = f"{question}: AWS refused the question with {code or 'an error without a code'}"
    return Broken(f"{sentence}: {_quoted(says)}" if says else sentence, code=code)


def _denied(question: Question, code: str, says: str) -> AwsError:
    named = _ACTION.search(says)
    action = named[1] if named else iam_action(question.op)
    policy = _POLICY.search(says)
    reason = f" ({policy[1]})" if policy else ""
    if code.isdigit():
        reason = " (a bare 403, without AWS's reason: it may come from a proxy on the way)"
    if question.op == ASSUME:
        cure = "let its trust policy name the bot's own principal and external_id"
    elif "explicit deny" in reason:
        cure = f"{action} must be exempted from that policy"
    else:
        cure = f"allow {action} there (`paramedic policy` prints the whole policy)"
    return Denied(
        f"{question}: {question.who} is not allowed{reason}; {cure}",
        needs=(action,),
        code=code,
    )


def _throttled(question: Question, code: str, _says: str) -> AwsError:
    return Throttled(
        f"{question}: AWS throttles this API for the account ({code}); ask again in a minute",
        code=code,
    )


def _expired(question: Question, code: str, _says: str) -> AwsError:
    return Unreachable(
        f"{question}: the credentials of {question.who} have expired ({code}); renew them, "
        "for instance with `aws sso login`",
        code=code,
    )


def _clock(question: Question, code: str, _says: str) -> AwsError:
    return Unreachable(
        f"{question}: AWS says that this machine's clock is wrong ({code}); set it by NTP",
        code=code,
    )


def _invalid(question: Question, code: str, _says: str) -> AwsError:
    return Unreachable(
        f"{question}: AWS does not accept the credentials of {question.who} ({code}); check the "
        "key, and that the Region is enabled for the account",
        code=code,
    )


def _region_off(question: Question, code: str, _says: str) -> AwsError:
    return Unreachable(
        f"{question}: the Region or the service is not enabled for this account ({code}); enable "
        "it, or ask another Region with region=",
        code=code,
    )


def _no_answer(question: Question, code: str, _says: str) -> AwsError:
    return Unreachable(
        f"{question}: AWS, or something on the way to it, answered {code or 'a server error'} "
        "twice; ask again in a minute",
        code=code,
    )


def _unknown(question: Question, code: str, _says: str) -> AwsError:
    return Broken(
        f"{question}: the endpoint does not know this operation ({code}); if AWS_ENDPOINT_URL is "
        "set, it may not be AWS",
        code=code,
    )


def _no_plan(question: Question, _code: str, _says: str) -> AwsError:
    return Missing(
        f"{question}: AWS answers this only for accounts with a Business, Enterprise On-Ramp or "
        "Enterprise support plan; look at the AWS Health Dashboard instead",
    )


_BY_CODE: tuple[tuple[frozenset[str], Callable[[Question, str, str], AwsError]], ...] = (
    (codes.DENIED, _denied),
    (codes.THROTTLED, _throttled),
    (codes.EXPIRED, _expired),
    (codes.CLOCK, _clock),
    (codes.CREDENTIALS, _invalid),
    (codes.DISABLED_REGION, _region_off),
    (codes.NO_PLAN, _no_plan),
    (codes.UNKNOWN_OPERATION, _unknown),
    (codes.NO_ANSWER, _no_answer),
)
# Where the code says nothing: HTTP's own meaning.
_BY_STATUS: dict[object, Callable[[Question, str, str], AwsError]] = {
    401: _invalid,
    403: _denied,
    407: _no_answer,
    408: _no_answer,
    429: _throttled,
    501: _unknown,
}


def _no_credentials(question: Question, error: BaseException) -> AwsError:
    return Unreachable(
        f"{question}: there are no usable AWS credentials ({_quoted(error)}); set AWS_PROFILE or "
        "AWS_ACCESS_KEY_ID, or run `aws sso login`",
    )


def unusable(question: Question, error: BaseException) -> AwsError:
    """Return that the SDK cannot work with its own settings."""
    return Unreachable(
        f"{question}: the AWS SDK's own configuration is not usable ({_quoted(error)}); mend "
        "AWS_PROFILE, AWS_ENDPOINT_URL or ~/.aws/config",
    )


def _no_connection(question: Question, error: BaseException) -> AwsError:
    return Unreachable(
        f"{question}: no connection to AWS ({_quoted(error)}); check network, DNS, proxy and "
        "AWS_ENDPOINT_URL",
    )


def _slow(question: Question, error: BaseException) -> AwsError:
    return Unreachable(f"{question}: AWS did not answer in time ({_quoted(error)})")


def _not_asked(question: Question, error: BaseException) -> AwsError:
    return Broken(
        f"{question}: the AWS SDK refuses the question before it is sent ({_quoted(error)})",
    )


def _broken(question: Question, error: BaseException) -> AwsError:
    return Broken(f"{question}: AWS's answer cannot be read ({type(error).__name__})")


Kinds = tuple[type[BaseException], ...]
# The first that fits counts, so the narrow ones stand before the wide ones.
_SDK: tuple[tuple[Kinds, Callable[[Question, BaseException], AwsError]], ...] = (
    (
        (
            sdk.CredentialRetrievalError,
            sdk.LoginError,
            sdk.MetadataRetrievalError,
            sdk.NoCredentialsError,
            sdk.PartialCredentialsError,
            sdk.RefreshWithMFAUnsupportedError,
            sdk.SSOError,
            sdk.TokenRetrievalError,
        ),
        _no_credentials,
    ),
    (
        (
            sdk.ConfigNotFound,
            sdk.ConfigParseError,
            sdk.InfiniteLoopConfigError,
            sdk.InvalidConfigError,
            sdk.InvalidDefaultsMode,
            sdk.InvalidMaxRetryAttemptsError,
            sdk.InvalidRetryConfigurationError,
            sdk.InvalidRetryModeError,
            sdk.InvalidSTSRegionalEndpointsConfigError,
            sdk.ProfileNotFound,
            sdk.UnknownCredentialError,
        ),
        unusable,
    ),
    ((sdk.ConnectTimeoutError, sdk.ReadTimeoutError), _slow),
    ((sdk.HTTPClientError, sdk.ConnectionError, OSError), _no_connection),
    (
        (
            sdk.DataNotFoundError,
            sdk.EndpointProviderError,
            sdk.EndpointVariantError,
            sdk.InvalidRegionError,
            sdk.NoRegionError,
            sdk.ParamValidationError,
            sdk.UnknownEndpointError,
            sdk.ValidationError,
            OperationNotFoundError,
        ),
        _not_asked,
    ),
)


def _quoted(words: object) -> str:
    """Return somebody else's words on one line, cut short."""
    text = " ".join(_NOT_SHOWN.sub(" ", str(words)[: 4 * LONGEST_QUOTE]).split())
    return text if len(text) <= LONGEST_QUOTE else f"{text[: LONGEST_QUOTE - 1]}…"
