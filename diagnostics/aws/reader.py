"""Reads AWS for a diagnosis: only what checks declare, each question once, in time."""

import functools
import json
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from botocore.session import Session

from diagnostics.aws import accounts as named
from diagnostics.aws import clients as made
from diagnostics.aws import roles
from diagnostics.aws.accounts import OWN, Accounts, Place
from diagnostics.aws.asking import Asked, Asker, Budget, Redact, client_key, late
from diagnostics.aws.clients import Clients
from diagnostics.aws.flights import FOREVER_S, Flights
from diagnostics.aws.limits import Limiter, TokenBuckets
from diagnostics.aws.policy import IDENTITY, require_read, session_of, session_policies
from diagnostics.aws.pool import CallPool
from diagnostics.aws.translate import CAUGHT, Question, translated
from diagnostics.errors import Broken, Missing
from diagnostics.reader import Answer

# An answer serves other diagnoses for this long: ten engineers asking at once cost one.
SHARED_S = 10.0
CALLS_UNDER_WAY = 32

# One query of logs, and what is done to it: never another diagnosis's answer.
OF_ONE_QUERY = frozenset({"logs:StartQuery", "logs:GetQueryResults", "logs:StopQuery"})
# Polled until it is done, so asked again each time.
NEVER_REMEMBERED = frozenset({"logs:GetQueryResults", "logs:StopQuery"})


class Aws:
    """What all diagnoses of a process share: clients, calls under way, fresh answers."""

    def __init__(
        self,
        *,
        allowed: frozenset[str],
        redact: Redact,
        accounts: Accounts | None = None,
        limiter: Limiter | None = None,
        version: str = "0",
        calls_under_way: int = CALLS_UNDER_WAY,
    ) -> None:
        """Allow the operations that the checks declare, and redact every answer.

        `accounts` by alias or id; None: the credentials' own account alone. No call is
        made here.
        """
        self.allowed = allowed
        self.accounts: Accounts = accounts or {}
        self.policies = session_policies(allowed)
        self.asker = Asker(
            clients=Clients(version=version, pool_size=calls_under_way),
            pool=CallPool(calls_under_way),
            limiter=limiter or TokenBuckets(),
            redact=redact,
        )
        self.answers: Flights[Answer] = Flights(keep_s=SHARED_S, keep_errors=False)
        self.sessions: Flights[Session] = Flights(keep_s=FOREVER_S, keep_errors=False)
        self.own_account: str | None = None  # None: not looked up yet

    @property
    def default_region(self) -> str | None:
        """The SDK's own default region; None: none is set."""
        return self.asker.clients.default_region

    def has_credentials(self) -> bool:
        """Whether the SDK finds credentials; whether AWS accepts them is another question."""
        return self.credentials_problem() is None

    def credentials_problem(self) -> str | None:
        """Return what is wrong with the SDK's credentials, in a sentence; None: nothing."""
        question = Question(op=IDENTITY, region=self.default_region or "any Region", who=OWN.who)
        try:
            found = self.asker.clients.credentials()
        except CAUGHT as error:
            return translated(error, question).detail
        if found is None:
            return (
                "there are no AWS credentials: set AWS_PROFILE, or AWS_ACCESS_KEY_ID and "
                "AWS_SECRET_ACCESS_KEY, or run `aws configure`"
            )
        return None

    def warm(self, services: Iterable[str], region: str) -> None:
        """Make the clients of the own account ahead of time. Raises an AwsError."""
        for service in services:
            op = f"{service}:*"
            question = Question(op=op, region=region, who=OWN.who)
            self.asker.client(client_key(OWN, op, region), question)

    def reader(self, *, region: str, until: float, account: str | None = None) -> "AwsReader":
        """Return the reader of one diagnosis, which must end by `until` (monotonic seconds).

        `account` is an id or a configured alias; None: the credentials' own.
        """
        return AwsReader(self, _Memory(until=until), region=region, account=account)

    def close(self) -> None:
        """End the threads and close the connections."""
        self.asker.pool.close()
        self.asker.clients.close()


class _Memory:
    """What every place of one diagnosis shares: errors are remembered too."""

    def __init__(self, *, until: float) -> None:
        self.budget = Budget(until=until)
        self.answers: Flights[Answer] = Flights(keep_s=FOREVER_S, keep_errors=True)
        self.sessions: Flights[Session] = Flights(keep_s=FOREVER_S, keep_errors=True)


class AwsReader:
    """The Reader over AWS itself; `Aws.reader` makes it."""

    def __init__(self, aws: Aws, memory: _Memory, *, region: str, account: str | None) -> None:
        self._aws = aws
        self._memory = memory
        self._region = region
        self._account = account

    @property
    def region(self) -> str:
        return self._region

    @property
    def account(self) -> str | None:
        if self._account is None:
            return self._aws.own_account
        configured = named.configured(self._aws.accounts, self._account)
        return configured.id if configured else self._account

    @property
    def calls(self) -> int:
        return self._memory.budget.calls

    def at(self, *, region: str | None = None, account: str | None = None) -> "AwsReader":
        """Return the same reader turned to another region or account."""
        return AwsReader(
            self._aws,
            self._memory,
            region=region or self._region,
            account=account or self._account,
        )

    def read(self, op: str, /, **params: Any) -> Answer:  # noqa: ANN401 - AWS's own JSON
        """Return AWS's answer to `op`, all pages together, redacted.

        Raises an AwsError where AWS does not answer, and ReadOnlyBreach for an operation
        that no check declares or no check may ask.
        """
        require_read(op, self._aws.allowed)
        return self._ask(self._place(), op, params)

    def find(self, op: str, /, **params: Any) -> Answer | None:  # noqa: ANN401 - as above
        """Return the answer, or None where AWS says that there is no such thing."""
        try:
            return self.read(op, **params)
        except Missing as error:
            if not error.code:
                raise
            return None

    def _place(self) -> Place:
        """Return the account to read and the way in. Raises an AwsError."""
        name = self._account
        if name is None:
            return OWN
        account = named.configured(self._aws.accounts, name)
        if account is not None and account.role_arn is not None:
            return Place(
                account=account.id, role_arn=account.role_arn, external_id=account.external_id
            )
        own = self._own_account()
        if account is None and name != own:
            raise named.not_configured(name)
        if account is not None and account.id != own:
            raise named.not_own(account, own)
        return OWN

    def _own_account(self) -> str:
        own = self._aws.own_account
        if own is None:
            own = self._ask(OWN, IDENTITY, {}).get("Account")
        if not isinstance(own, str) or not own:
            raise Broken(f"{IDENTITY}: AWS did not say which account the credentials are of")
        self._aws.own_account = own
        return own

    def _ask(self, place: Place, op: str, params: Mapping[str, Any]) -> Answer:
        """Return the answer: remembered, joined, or asked now."""
        question = Question(op=op, region=self._region, who=place.who)
        ask = functools.partial(self._ask_aws, place, question, params)
        if op in NEVER_REMEMBERED:
            return ask()
        region = made.region_of(op.partition(":")[0], self._region)
        key = (place.account, region, op, _canonical(params))
        until, says = self._memory.budget.until, late(question).detail
        shared = functools.partial(self._aws.answers.ask, key, ask, until=until, says=says)
        once: Callable[[], Answer] = ask if op in OF_ONE_QUERY else shared
        return self._memory.answers.ask(key, once, until=until, says=says)

    def _ask_aws(self, place: Place, question: Question, params: Mapping[str, Any]) -> Answer:
        session = self._session(place, question) if place.role_arn else None
        key = client_key(place, question.op, question.region)
        client = self._aws.asker.client(key, question, session)
        asked = Asked(question=question, place=place, client=client, budget=self._memory.budget)
        answer = self._aws.asker.answer(asked, params)
        if question.op == IDENTITY and place is OWN:
            self._aws.own_account = answer.get("Account")
        return answer

    def _session(self, place: Place, question: Question) -> Session:
        """Return the session under the place's role that may ask this. Raises an AwsError."""
        aws, budget = self._aws, self._memory.budget
        kind = session_of(question.op)
        dropped = aws.asker.clients.used(place.account or "")
        if dropped:
            aws.sessions.forget(lambda key: key[0] in dropped)
        make = functools.partial(
            roles.assumed,
            aws.asker,
            place,
            kind,
            aws.policies[kind],
            question.region,
            budget,
        )
        key, says = (place.account, kind), late(question).detail
        share = functools.partial(aws.sessions.ask, key, make, until=budget.until, says=says)
        return self._memory.sessions.ask(key, share, until=budget.until, says=says)


def _canonical(params: Mapping[str, Any]) -> str:
    """Return the same text for the same question."""
    return json.dumps(params, sort_keys=True, default=str)
