"""Every key in Redis, made here and nowhere else; one prefix, so that an ACL can name them all."""

PREFIX = "paramedic:"

# The inbox: what was accepted and is not finished.
INBOX_DUE = f"{PREFIX}inbox:due"  # sorted set of ids by when they are to be looked at, ms
INBOX_DEAD = f"{PREFIX}inbox:dead"  # sorted set of ids given up, by when, ms
INBOX_FENCE = f"{PREFIX}inbox:fence"  # counter: the last fencing token


def seen(delivery: str) -> str:
    """Return the key of a delivery: holds the id it was accepted as."""
    return f"{PREFIX}seen:{delivery}"


def job(job_id: str) -> str:
    """Return the key of an accepted job: a hash."""
    return f"{PREFIX}inbox:job:{job_id}"


def progress(job_id: str) -> str:
    """Return the key of what a job has finished so far: a hash, one field a step."""
    return f"{PREFIX}inbox:progress:{job_id}"


def queue(name: str) -> str:
    """Return the key of what waits or runs in a queue: a sorted set by acceptance, ms."""
    return f"{PREFIX}inbox:queue:{name}"


# Incidents.
INCIDENT_NEXT = f"{PREFIX}incidents:next"  # counter: the last number given
INCIDENT_GENERATION = f"{PREFIX}incidents:generation"  # counter: grows when an index changes
INCIDENT_REPORTED = f"{PREFIX}incidents:reported"  # sorted set of ids by when reported, ms
INCIDENT_UPDATED = f"{PREFIX}incidents:updated"  # sorted set of ids by the last entry, ms
INCIDENT_SIGHTINGS = f"{PREFIX}incidents:sightings"  # sorted set of alerts seen, by when, ms


def incident(incident_id: str) -> str:
    """Return the key of an incident: a hash of its JSON and its revision."""
    return f"{PREFIX}incident:{incident_id}"


def incident_history(incident_id: str) -> str:
    """Return the key of what was added at each revision: a list that only grows."""
    return f"{PREFIX}incident-history:{incident_id}"


def incident_indexes(incident_id: str) -> str:
    """Return the key of the set of indexes an incident stands in."""
    return f"{PREFIX}incident-indexes:{incident_id}"


def incidents_by(field: str, value: str) -> str:
    """Return the key of an index: the set of ids whose `field` has `value` in any case."""
    return f"{PREFIX}incidents-by:{field}:{value.casefold()}"


def decided(delivery: str) -> str:
    """Return the key of what was decided about an alert's delivery."""
    return f"{PREFIX}decided:{delivery}"


# The clock.
def leader(role: str) -> str:
    """Return the key of a role only one process has: a hash of holder and fencing token."""
    return f"{PREFIX}leader:{role}"


def leader_fence(role: str) -> str:
    """Return the key of the last fencing token of a role."""
    return f"{PREFIX}leader-fence:{role}"


def ticked(name: str) -> str:
    """Return the key of the last tick of a job that was claimed, in seconds since 1970."""
    return f"{PREFIX}ticked:{name}"


# Rates of AWS's APIs.
def bucket(name: str) -> str:
    """Return the key of one API's token bucket: a hash."""
    return f"{PREFIX}bucket:{name}"


# The audit log.
AUDIT = f"{PREFIX}audit"  # stream of rows
AUDIT_HEAD = f"{PREFIX}audit:head"  # hash: number and hash of the last row
AUDIT_BASE = f"{PREFIX}audit:base"  # hash: number and hash of the last row that was let go
