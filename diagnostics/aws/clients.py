"""AWS clients, made once for each account, region and service, and shared by all threads."""

import threading
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from botocore.config import Config
from botocore.credentials import RefreshableCredentials
from botocore.exceptions import BotoCoreError
from botocore.session import Session

from diagnostics.arn import partition_of
from diagnostics.aws import answers

CONNECT_TIMEOUT_S = 2
READ_TIMEOUT_S = 8
# LookupEvents was seen to take 35 s in us-east-1. Source: AWS re:Post, "CloudTrail
# LookupEvents latency"; we wait as long as a diagnosis can use.
READ_TIMEOUTS_S: Mapping[str, int] = {"cloudtrail": 20}
ATTEMPTS = 2
# Accounts whose clients are kept; each has up to 20 clients of about 1 MB.
ACCOUNTS_KEPT = 8

# Services with one endpoint for the whole partition, and the region that stands for it.
GLOBAL_SERVICES = frozenset({"health", "iam", "organizations"})
HOME_REGIONS: Mapping[str, str] = {
    "aws": "us-east-1",
    "aws-cn": "cn-north-1",
    "aws-us-gov": "us-gov-west-1",
    "aws-iso": "us-iso-east-1",
    "aws-iso-b": "us-isob-east-1",
    "aws-iso-e": "eu-isoe-west-1",
    "aws-iso-f": "us-isof-south-1",
    "aws-eusc": "eusc-de-east-1",
}
# An assumed role's session ends after this, the shortest AWS gives, and is renewed this
# long before: by the first call that finds it so, at the latest when a minute is left.
SESSION_S = 900
RENEWED_BEFORE_S = 180
RENEWED_AT_LATEST_S = 60

Credentials = Mapping[str, str]  # access_key, secret_key, token, expiry_time
ClientKey = tuple[str | None, str, str, str]  # account, session, region, service


class Clients:
    """Makes clients and keeps them; a None account is the credentials' own."""

    def __init__(self, *, version: str, pool_size: int) -> None:
        self._version = version
        self._pool_size = pool_size
        self._lock = threading.RLock()
        self._own = _prepared(Session())
        self._clients: dict[ClientKey, Any] = {}
        self._accounts: dict[str, None] = {}  # the least recently used first

    @property
    def own(self) -> Session:
        """The session of the credentials' own account; not safe to share but for reading."""
        return self._own

    @property
    def default_region(self) -> str | None:
        """The SDK's own default region; None: none is set, or its configuration is broken."""
        try:
            with self._lock:
                region = self._own.get_config_variable("region")
        except BotoCoreError:
            return None
        return region if isinstance(region, str) and region else None

    def credentials(self) -> object | None:
        """Return the SDK's own credentials, or None where it finds none."""
        with self._lock:
            return self._own.get_credentials()  # type: ignore[no-any-return] # untyped

    def get(self, key: ClientKey, session: Session | None = None) -> Any:  # noqa: ANN401 - botocore's clients have no type
        """Return the client for `key`, made with `session`; None: the own one."""
        known = self._clients.get(key)
        if known is not None:
            return known
        with self._lock:
            if key not in self._clients:
                self._clients[key] = self._made(session or self._own, region=key[2], service=key[3])
            return self._clients[key]

    def role_session(self, renew: Callable[[], Credentials], first: Credentials) -> Session:
        """Return a session under a role, which calls `renew` before its credentials end."""
        credentials = RefreshableCredentials.create_from_metadata(
            dict(first),
            refresh_using=lambda: dict(renew()),
            method="assume-role",
            advisory_timeout=RENEWED_BEFORE_S,
            mandatory_timeout=RENEWED_AT_LATEST_S,
        )
        with self._lock:
            session = _prepared(Session())
            session.register_component("data_loader", self._own.get_component("data_loader"))
            session.register_component("credential_provider", _Given(credentials))
        return session

    def used(self, account: str) -> tuple[str, ...]:
        """Note that an account is in use; return the accounts that are dropped for it."""
        with self._lock:
            self._accounts.pop(account, None)
            self._accounts[account] = None
            dropped = tuple(self._accounts)[:-ACCOUNTS_KEPT]
            for name in dropped:
                del self._accounts[name]
                for key in [key for key in self._clients if key[0] == name]:
                    del self._clients[key]
            return dropped

    def close(self) -> None:
        """Close every connection."""
        with self._lock:
            for client in self._clients.values():
                client.close()
            self._clients.clear()

    def _made(self, session: Session, *, region: str, service: str) -> Any:  # noqa: ANN401 - as above
        client = session.create_client(service, region_name=region, config=self._config(service))
        client.meta.events.register("response-received", answers.refuse_empty)
        return client

    def _config(self, service: str) -> Config:
        return Config(
            connect_timeout=CONNECT_TIMEOUT_S,
            read_timeout=READ_TIMEOUTS_S.get(service, READ_TIMEOUT_S),
            retries={"mode": "standard", "total_max_attempts": ATTEMPTS},
            max_pool_connections=self._pool_size,
            tcp_keepalive=True,
            # Said in full, or botocore builds it anew twice a call: a tenth of a call's work.
            user_agent=f"{self._own.user_agent()} paramedic/{self._version}",
        )


class _Given:
    """Stands where botocore looks for credentials, and gives these."""

    def __init__(self, credentials: RefreshableCredentials) -> None:
        self._credentials = credentials

    def load_credentials(self) -> RefreshableCredentials:
        return self._credentials


def region_of(service: str, region: str) -> str:
    """Return where to ask: the partition's home region for what has one endpoint."""
    if service not in GLOBAL_SERVICES:
        return region
    return HOME_REGIONS.get(partition_of(region), region)


def keys_of(answer: Mapping[str, Any]) -> Credentials:
    """Return AssumeRole's answer as botocore wants credentials."""
    told = answer["Credentials"]
    expiry: datetime = told["Expiration"]
    return {
        "access_key": told["AccessKeyId"],
        "secret_key": told["SecretAccessKey"],
        "token": told["SessionToken"],
        "expiry_time": expiry.isoformat(),
    }


def _prepared(session: Session) -> Session:
    """Return the session, reading times as this package does."""
    factory = session.get_component("response_parser_factory")
    factory.set_parser_defaults(timestamp_parser=answers.moment)
    return session
