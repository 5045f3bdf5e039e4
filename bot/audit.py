"""Who asked for what, and what was refused: rows in Redis, each with the hash of the one before.

A row that is changed, taken out or moved no longer fits its neighbours; rows cut off at the end
no longer fit the head that is kept beside them. Whoever can write all of Redis can write a whole
new chain: a copy of `head()` kept elsewhere finds that too.
"""

import hashlib
import json
import re
import uuid
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from enum import StrEnum

import redis

from bot import keys
from bot.redis import ConflictError, attempts, run
from diagnostics import redact
from handlers.incidents.text import clean_line

SCHEMA = 1
NO_HASH = "0" * 64  # before the first row
PAGE = 1_000
DETAIL_CHARS = 500  # a sentence; the request itself is in the log. Own choice.


class Ruling(StrEnum):
    """What was said to the request."""

    ALLOWED = "allowed"
    DENIED = "denied"
    REPEATED = "repeated"  # a delivery seen before: without effect


class Fault(StrEnum):
    """What is wrong with the chain."""

    EDITED = "edited"  # a row is not what was written
    MISSING = "missing"  # rows were taken out
    MOVED = "moved"  # a row stands in another place, or twice
    TRUNCATED = "truncated"  # rows at the end, or the head, were taken away
    ADDED = "added"  # rows stand behind the head that this program did not write


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One thing that somebody asked for."""

    at: datetime
    who: str  # a Slack user id, "monitor:<source>" or "paramedic"
    team: str
    channel: str
    surface: str  # command, mention, action, view, event
    action: str
    ruling: Ruling
    detail: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A row as kept: its number, the hash of the one before, itself as JSON, and their hash."""

    number: int
    before: str
    row: str
    hash: str


@dataclass(frozen=True, slots=True, kw_only=True)
class End:
    """One end of the chain: the number and the hash of a row."""

    number: int
    hash: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Flaw:
    """Something that is wrong, and at which row."""

    fault: Fault
    number: int


NOTHING = End(number=0, hash=NO_HASH)

# Adds a row after the one that was last when it was made.
APPEND = """
local head = redis.call('HGET', KEYS[2], 'hash') or ARGV[1]
if head == ARGV[5] then return 1 end -- the reply was lost on its way
if head ~= ARGV[3] then return 0 end
redis.call('XADD', KEYS[1], '*', 'number', ARGV[2], 'before', ARGV[3], 'row', ARGV[4],
  'hash', ARGV[5])
redis.call('HSET', KEYS[2], 'number', ARGV[2], 'hash', ARGV[5])
return 1
"""

# Lets the row go that is the oldest, and remembers where the chain begins now.
LET_GO = """
local first = redis.call('XRANGE', KEYS[1], '-', '+', 'COUNT', 1)[1]
if not first or first[1] ~= ARGV[1] then return 0 end
redis.call('HSET', KEYS[2], 'number', ARGV[2], 'hash', ARGV[3])
redis.call('XDEL', KEYS[1], ARGV[1])
return 1
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Audit:
    """The audit log in Redis."""

    client: redis.Redis

    def append(self, row: Row) -> Link:
        """Write a row at the end; secrets in its words are taken out.

        Raises:
            ConflictError: others were faster every time.
        """
        said = written(row, uuid.uuid4().hex)
        for _ in attempts():
            head = self.head()
            link = linked(head, said)
            args = (NO_HASH, link.number, link.before, link.row, link.hash)
            if run(self.client, APPEND, keys=(keys.AUDIT, keys.AUDIT_HEAD), args=args) == 1:
                return link
        raise ConflictError("The audit log is being written by others all the time.")

    def head(self) -> End:
        """Return the end that grows."""
        return self._end(keys.AUDIT_HEAD)

    def links(self) -> Iterator[Link]:
        """Return every row that is kept, in the order in which it stands there."""
        for _, link in self._entries():
            yield link

    def verify(self) -> tuple[Flaw, ...]:
        """Return what is wrong with the chain; nothing if it is whole, also while it grows."""
        base, head = self._end(keys.AUDIT_BASE), self.head()
        chain = Chain(last=base, head_found=head == base)
        found = [flaw for link in self.links() for flaw in chain.follow(link, head)]
        return (*found, *chain.ended(self.head()))

    def let_go(self, before: datetime) -> int:
        """Let rows go that were written before then, from the front, and return how many."""
        oldest_ms = int(before.timestamp() * 1000)
        count = 0
        for entry, link in self._entries():
            if int(entry.partition("-")[0]) >= oldest_ms:
                break
            args = (entry, link.number, link.hash)
            if run(self.client, LET_GO, keys=(keys.AUDIT, keys.AUDIT_BASE), args=args) != 1:
                break
            count += 1
        return count

    def _end(self, key: str) -> End:
        number, hashed = self.client.hmget(key, ["number", "hash"])
        return NOTHING if hashed is None else End(number=int(number or 0), hash=str(hashed))

    def _entries(self) -> Iterator[tuple[str, Link]]:
        after = "-"
        while page := self.client.xrange(keys.AUDIT, after, "+", PAGE):
            for entry, fields in page:
                last = str(entry)
                yield last, _link({str(k): str(v) for k, v in (fields or {}).items()})
            after = f"({last}"


def written(row: Row, row_id: str) -> str:
    """Return a row as the JSON that is kept: safe text, no secrets.

    The id tells equal rows apart, which two processes may write at the same moment.
    """
    said = {
        name: clean_line(redact.text(value), DETAIL_CHARS)
        for name, value in asdict(row).items()
        if isinstance(value, str)
    }
    at = row.at.astimezone(UTC).isoformat()
    return json.dumps({**said, "at": at, "id": row_id, "schema": SCHEMA}, sort_keys=True)


def linked(head: End, row: str) -> Link:
    """Return a row as it follows `head`."""
    number = head.number + 1
    return Link(number=number, before=head.hash, row=row, hash=_hash(number, head.hash, row))


@dataclass(slots=True, kw_only=True)
class Chain:
    """Rows followed one by one, from where they begin to where they should end."""

    last: End
    head_found: bool

    def follow(self, link: Link, head: End) -> Iterator[Flaw]:
        """Give what is wrong with the next row."""
        fault = _fault(link, self.last)
        if fault is not None:
            yield Flaw(fault=fault, number=link.number)
        self.head_found = self.head_found or End(number=link.number, hash=link.hash) == head
        self.last = End(number=max(self.last.number, link.number), hash=link.hash)

    def ended(self, latest: End) -> Iterator[Flaw]:
        """Give what is wrong with the end; `latest` is the head after the rows were read."""
        if not self.head_found:
            yield Flaw(fault=Fault.TRUNCATED, number=self.last.number + 1)
        if self.last.number > latest.number:
            yield Flaw(fault=Fault.ADDED, number=latest.number + 1)


def _fault(link: Link, last: End) -> Fault | None:
    if link.hash != _hash(link.number, link.before, link.row):
        return Fault.EDITED
    if link.number <= last.number:
        return Fault.MOVED
    if link.number > last.number + 1:
        return Fault.MISSING
    return None if link.before == last.hash else Fault.EDITED


def _hash(number: int, before: str, row: str) -> str:
    return hashlib.sha256(f"{number}\n{before}\n{row}".encode()).hexdigest()


def _link(fields: dict[str, str]) -> Link:
    """Return a row as it stands there; what is not even a row has a hash that cannot be right."""
    number = fields.get("number", "")
    return Link(
        number=int(number) if re.fullmatch("[0-9]{1,15}", number) else 0,
        before=fields.get("before", ""),
        row=fields.get("row", ""),
        hash=fields.get("hash", ""),
    )
