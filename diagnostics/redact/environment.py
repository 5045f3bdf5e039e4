"""Environment variables of a workload: the few that explain how its SDK behaves."""

from collections.abc import Mapping
from urllib.parse import urlsplit

from diagnostics.redact.scan import text

DROPPED = "[dropped]"
_LONGEST = 256  # characters of a value; a region, a mode or a URL is shorter

# Read by the AWS SDKs and by Lambda; none of them holds a secret.
# Source: AWS SDKs and Tools Reference Guide, "Settings reference"; AWS Lambda Developer
# Guide, "Defined runtime environment variables".
_KEPT = frozenset(
    {
        "AWS_ACCOUNT_ID_ENDPOINT_MODE",
        "AWS_CA_BUNDLE",
        "AWS_DEFAULTS_MODE",
        "AWS_DEFAULT_REGION",
        "AWS_DISABLE_REQUEST_COMPRESSION",
        "AWS_EC2_METADATA_DISABLED",
        "AWS_ENABLE_ENDPOINT_DISCOVERY",
        "AWS_EXECUTION_ENV",
        "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS",
        "AWS_LAMBDA_EXEC_WRAPPER",
        "AWS_MAX_ATTEMPTS",
        "AWS_METADATA_SERVICE_NUM_ATTEMPTS",
        "AWS_METADATA_SERVICE_TIMEOUT",
        "AWS_NEW_RETRIES_2026",
        "AWS_NODEJS_CONNECTION_REUSE_ENABLED",
        "AWS_REGION",
        "AWS_RETRY_MODE",
        "AWS_ROLE_ARN",
        "AWS_SDK_LOAD_CONFIG",
        "AWS_STS_REGIONAL_ENDPOINTS",
        "AWS_USE_DUALSTACK_ENDPOINT",
        "AWS_USE_FIPS_ENDPOINT",
        "AWS_WEB_IDENTITY_TOKEN_FILE",
    },
)
_ENDPOINT = "AWS_ENDPOINT_URL"  # also AWS_ENDPOINT_URL_DYNAMODB and its like


def environment(variables: Mapping[str, str]) -> dict[str, str]:
    """Return every name, with its value only where the AWS SDK is configured by it."""
    return {text(name): _kept(name, value) for name, value in variables.items()}


def _kept(name: str, value: object) -> str:
    if not isinstance(value, str):
        return DROPPED
    if name == _ENDPOINT or name.startswith(f"{_ENDPOINT}_"):
        return _endpoint(value)
    return text(value)[:_LONGEST] if name in _KEPT else DROPPED


def _endpoint(url: str) -> str:
    """Return scheme, host and port of a URL: whatever else it holds may be a credential."""
    try:
        parts = urlsplit(url.strip())
    except ValueError:
        return DROPPED
    if not parts.scheme or not parts.netloc:
        return DROPPED
    host = parts.netloc.rpartition("@")[2]
    return text(f"{parts.scheme}://{host}")[:_LONGEST]
