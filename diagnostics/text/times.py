"""Times and spans as reports write them."""

from datetime import UTC, datetime


def stamp(at: datetime) -> str:
    """Return RFC 3339 in UTC with `Z` and milliseconds."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def clock(at: datetime) -> str:
    """Return a time for a person: "2026-03-01 10:04:11 UTC"."""
    return f"{at.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"


def window(since: datetime, until: datetime) -> str:
    """Return a window for a person, the day said once where it is one."""
    since, until = since.astimezone(UTC), until.astimezone(UTC)
    end = f"{until:%H:%M}" if since.date() == until.date() else f"{until:%Y-%m-%d %H:%M}"
    return f"{since:%Y-%m-%d %H:%M} to {end} UTC"
