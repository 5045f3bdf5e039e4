"""A Reader over a World: the replay's and the tests' AWS."""

import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from diagnostics.errors import Missing
from diagnostics.evidence import paging
from diagnostics.evidence.world import World, question
from diagnostics.reader import Answer

# Items after which a list is cut short, and said to be. Source: ten pages of CloudTrail's
# LookupEvents at 50 each; other lists end long before.
CAPS = {"cloudtrail:LookupEvents": 500}
CAP = 10_000


@dataclass(slots=True)
class _Tally:
    """What every place of one diagnosis shares."""

    calls: int = 0
    answers: dict[Any, Answer] = field(default_factory=dict)
    asked: set[str] = field(default_factory=set)
    lock: threading.Lock = field(default_factory=threading.Lock)


class WorldReader:
    """Answers questions from a World, page by page, and counts as AWS would be called."""

    def __init__(
        self,
        world: World,
        *,
        allowed: frozenset[str] | None = None,
        region: str | None = None,
        account: str | None = None,
    ) -> None:
        """Look at the World from a region and account; the request's own by default.

        `allowed` holds the operations that some check declares; None: any.
        """
        self._world = world
        self._allowed = allowed
        self._region = region or world.request.region
        self._account = account or world.request.account or world.home
        self._tally = _Tally()

    @property
    def region(self) -> str:
        return self._region

    @property
    def account(self) -> str | None:
        return self._account

    @property
    def calls(self) -> int:
        return self._tally.calls

    @property
    def asked(self) -> frozenset[str]:
        """Every operation asked so far."""
        return frozenset(self._tally.asked)

    def at(self, *, region: str | None = None, account: str | None = None) -> "WorldReader":
        """Return the same reader turned to another region or account."""
        turned = WorldReader(
            self._world,
            allowed=self._allowed,
            region=region or self._region,
            account=account or self._account,
        )
        turned._tally = self._tally
        return turned

    def read(self, op: str, /, **params: Any) -> Answer:  # noqa: ANN401 - AWS's own JSON
        """Return the World's answer, all pages together.

        Raises an AwsError where there is none, and LookupError for an operation that no
        check declares.
        """
        if self._allowed is not None and op not in self._allowed:
            raise LookupError(f"no check declares {op}")
        world, tally = self._world, self._tally
        key = (self._account, self._region, question(op, params, world.now))
        with tally.lock:
            known = tally.answers.get(key)
            tally.asked.add(op)
        if known is not None:
            return known
        pages = self._pages(op, params)
        answer = Answer(paging.merged(op, pages))
        cut = paging.token_of(op, pages[-1]) is not None
        answer.capped = cut or world.is_capped(self._account, self._region, op, params)
        with tally.lock:
            return tally.answers.setdefault(key, answer)

    def find(self, op: str, /, **params: Any) -> Answer | None:  # noqa: ANN401 - as above
        """Return the answer, or None where AWS says that there is no such thing."""
        try:
            return self.read(op, **params)
        except Missing as error:
            if not error.code:
                raise
            return None

    def _pages(self, op: str, params: Mapping[str, Any]) -> list[dict[str, Any]]:
        world, tally = self._world, self._tally
        with tally.lock:
            tally.calls += 1
        whole = world.answer(self._account, self._region, op, params)
        asked = dict(params)
        pages = [paging.page(op, asked, whole, world.page_size)]
        seen = _items(op, pages[0])
        while (token := paging.token_of(op, pages[-1])) and seen < CAPS.get(op, CAP):
            asked[paging.PAGES[op].cursor] = token
            pages.append(paging.page(op, asked, whole, world.page_size))
            seen += _items(op, pages[-1])
            with tally.lock:
                tally.calls += 1
        return pages


def _items(op: str, page: Mapping[str, Any]) -> int:
    paged = paging.PAGES.get(op)
    return len(page.get(paged.result, ())) if paged else 0
