"""The AWS accounts that may be read, and as whom."""

from collections.abc import Mapping
from dataclasses import dataclass

from diagnostics.errors import Missing


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """An account of the configuration."""

    id: str
    role_arn: str | None = None  # None: own credentials, which must be this account's
    external_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """An account and the way into it."""

    account: str | None  # None: the credentials' own
    role_arn: str | None = None
    external_id: str | None = None

    @property
    def who(self) -> str:
        """Whose permissions count, in words."""
        if self.role_arn is None:
            return "whoever the AWS credentials belong to"
        return f"role {self.role_arn.rpartition('/')[2]} of account {self.account}"


OWN = Place(account=None)

# By alias, by id, or both.
Accounts = Mapping[str, Account]


def configured(accounts: Accounts, name: str) -> Account | None:
    """Return the account of this alias or id."""
    by_id = (account for account in accounts.values() if account.id == name)
    return accounts.get(name) or next(by_id, None)


def not_configured(name: str) -> Missing:
    """Return what to say of an account nobody configured."""
    return Missing(
        f'account {name} is not configured: add [accounts.NAME] with id = "{name}" and '
        f'role_arn = "arn:aws:iam::{name}:role/ROLE" to paramedic.toml',
    )


def not_own(account: Account, own: str) -> Missing:
    """Return what to say of an account that needs a role and has none."""
    return Missing(
        f"account {account.id} has no role_arn in paramedic.toml, and the credentials in use "
        f'are of account {own}: add role_arn = "arn:aws:iam::{account.id}:role/ROLE"',
    )
